"""Filters one by one: rules of groups, entries of ACLs, routes, what counts as the internet."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.boxes import ICMP, TCP, UDP, Boxes
from scanner.netset import AddressSet
from scanner.providers.aws.network.acls import Acls
from scanner.providers.aws.network.bounds import Bounds
from scanner.providers.aws.network.groups import Groups, flow
from scanner.providers.aws.network.internet import is_anyone, is_whole
from scanner.providers.aws.network.routes import Routes
from scanner.providers.aws.network.topology import Topology
from scanner.snapshot import Document, DocumentId, Snapshot

V4, V6 = AddressSet.of(["0.0.0.0/0"]), AddressSet.of(["::/0"])
VENDOR = AddressSet.of(["203.0.113.0/24"])


def ec2(field: str, key: str, body: dict[str, Any]) -> Document:
    return Document(DocumentId("aws", "100000000001", "us-east-1", "ec2", field, key), body)


def topology(*documents: Document) -> Topology:
    return Topology(Snapshot(documents))


# Protocols and ports, as groups and ACLs number them; expectations restated from public tests of Batfish's
# model of AWS (github.com/batfish/batfish, SecurityGroupsTest and NetworkAclTest, read 2026-11).

FLOWS: dict[str, tuple[int, int | None, int | None, tuple[int | None, int, int]]] = {
    "every protocol": (-1, None, None, (None, 0, 65_535)),
    "one port": (TCP, 22, 22, (TCP, 22, 22)),
    "open at the beginning": (TCP, -1, 22, (TCP, 0, 22)),
    "open at the end": (TCP, 65_530, -1, (TCP, 65_530, 65_535)),
    "every port": (UDP, None, None, (UDP, 0, 65_535)),
    "every message": (ICMP, -1, -1, (ICMP, 0, 65_535)),
    "a type": (ICMP, 8, -1, (ICMP, 8 * 256, 8 * 256 + 255)),
    "a type and a code": (ICMP, 8, 9, (ICMP, 8 * 256 + 9, 8 * 256 + 9)),
    "a protocol without ports": (50, 1, 2, (50, 0, 65_535)),
    "a protocol that there is not": (999, 1, 2, (None, 0, 65_535)),
    "ports in the wrong order": (TCP, 8080, 80, (TCP, 80, 8080)),
    "a port that there is not": (TCP, 443, 70_000, (6, 443, 65_535)),
    "a code that there is not": (ICMP, 3, 999, (1, 3 * 256 + 255, 3 * 256 + 255)),
}


@pytest.mark.parametrize(("number", "first", "last", "expected"), FLOWS.values(), ids=FLOWS)
def test_flow(
    number: int, first: int | None, last: int | None, expected: tuple[int | None, int, int]
) -> None:
    assert flow(number, first, last) == expected


# Security groups


def group(*permissions: dict[str, Any]) -> Document:
    body = {"GroupId": "sg-1", "OwnerId": "100000000001", "IpPermissions": list(permissions)}
    return ec2("DescribeSecurityGroups.SecurityGroups", "sg-1", body)


def tcp(port: int, **sources: Any) -> dict[str, Any]:  # noqa: ANN401 - raw provider JSON
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **sources}


ENTRIES = ec2("GetManagedPrefixListEntries", "pl-1", {"Entries": [{"Cidr": "203.0.113.0/24"}]})
PERMISSIONS: dict[str, tuple[list[dict[str, Any]], AddressSet, AddressSet]] = {
    "a range": ([tcp(80, IpRanges=[{"CidrIp": "203.0.113.0/24"}])], VENDOR, VENDOR),
    "two halves": (
        [tcp(80, IpRanges=[{"CidrIp": "0.0.0.0/1"}]), tcp(80, IpRanges=[{"CidrIp": "128.0.0.0/1"}])],
        V4,
        V4,
    ),
    "both families": (
        [tcp(80, IpRanges=[{"CidrIp": "0.0.0.0/0"}], Ipv6Ranges=[{"CidrIpv6": "::/0"}])],
        V4 | V6,
        V4 | V6,
    ),
    "another port": ([tcp(81, IpRanges=[{"CidrIp": "0.0.0.0/0"}])], AddressSet(), AddressSet()),
    "a list that was read": ([tcp(80, PrefixListIds=[{"PrefixListId": "pl-1"}])], VENDOR, VENDOR),
    "a list that was not read": ([tcp(80, PrefixListIds=[{"PrefixListId": "pl-2"}])], AddressSet(), V4 | V6),
    "an unread list beside a range": (
        [tcp(80, PrefixListIds=[{"PrefixListId": "pl-2"}]), tcp(80, IpRanges=[{"CidrIp": "203.0.113.0/24"}])],
        VENDOR,
        V4 | V6,
    ),
    "a group": ([tcp(80, UserIdGroupPairs=[{"GroupId": "sg-2"}])], AddressSet(), AddressSet()),
    "no rule": ([], AddressSet(), AddressSet()),
    "what is no rule": ([tcp(80, IpRanges=[{"CidrIp": "anywhere"}])], AddressSet(), V4 | V6),
}


@pytest.mark.parametrize(("permissions", "sure", "maybe"), PERMISSIONS.values(), ids=PERMISSIONS)
def test_groups(permissions: list[dict[str, Any]], sure: AddressSet, maybe: AddressSet) -> None:
    document = group(*permissions)
    bounds = Groups(topology(document, ENTRIES)).bounds(("sg-1",), document.id)
    assert (bounds.sure.reaching(80), bounds.maybe.reaching(80)) == (sure, maybe)
    assert bool(bounds.missing) == (sure != maybe)


def test_members_of_a_group_that_a_rule_names_are_let_in() -> None:
    document = group(tcp(80, UserIdGroupPairs=[{"GroupId": "sg-2"}]))
    groups = Groups(topology(document))
    assert groups.bounds(("sg-1",), document.id, members_of=("sg-2",)).sure.reaching(80) == V4 | V6
    assert not groups.bounds(("sg-1",), document.id, members_of=("sg-3",))


# Network ACLs


def acl(*entries: dict[str, Any]) -> Document:
    out = {"RuleNumber": 1, "Protocol": "-1", "RuleAction": "allow", "Egress": True, "CidrBlock": "0.0.0.0/0"}
    body = {"VpcId": "vpc-1", "Associations": [{"SubnetId": "subnet-1"}], "Entries": [out, *entries]}
    return ec2("DescribeNetworkAcls.NetworkAcls", "acl-1", body)


def entry(number: int, action: str, block: str, *ports: int, egress: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {"RuleNumber": number, "RuleAction": action, "Egress": egress, "CidrBlock": block}
    if ports:
        return {**found, "Protocol": "6", "PortRange": {"From": ports[0], "To": ports[1]}}
    return {**found, "Protocol": "-1"}


ACLS: dict[str, tuple[list[dict[str, Any]], AddressSet]] = {
    "the lower number decides": (
        [entry(200, "allow", "0.0.0.0/0"), entry(100, "deny", "203.0.113.0/24")],
        V4 - VENDOR,
    ),
    "the higher number does not": (
        [entry(100, "allow", "0.0.0.0/0"), entry(200, "deny", "203.0.113.0/24")],
        V4,
    ),
    "two denied halves": (
        [entry(1, "deny", "0.0.0.0/1"), entry(2, "deny", "128.0.0.0/1"), entry(3, "allow", "0.0.0.0/0")],
        AddressSet(),
    ),
    "a deny of other ports": ([entry(1, "deny", "0.0.0.0/0", 22, 79), entry(2, "allow", "0.0.0.0/0")], V4),
    "no entry": ([], AddressSet()),
}


@pytest.mark.parametrize(("entries", "expected"), ACLS.values(), ids=ACLS)
def test_acls(entries: list[dict[str, Any]], expected: AddressSet) -> None:
    assert Acls(topology(acl(*entries))).entering("subnet-1").sure.reaching(80) == expected


def test_some_port_for_replies_is_enough() -> None:
    document = acl(entry(100, "allow", "0.0.0.0/0"))
    document.body["Entries"][0] = entry(1, "allow", "203.0.113.0/24", 61_000, 61_000, egress=True)
    assert Acls(topology(document)).entering("subnet-1").sure.reaching(80) == VENDOR
    assert not Acls(topology(document)).entering("subnet-1").sure.reaching(80, UDP)


def test_an_acl_that_was_not_read_may_let_anything_in() -> None:
    bounds = Acls(topology()).entering("subnet-1")
    assert (bounds.sure, bounds.maybe) == (Boxes(), Boxes.everything())
    assert bounds.missing


# Routes

ROUTES: dict[str, tuple[list[dict[str, Any]], AddressSet]] = {
    "the longest prefix wins": (
        [
            {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"},
            {"DestinationCidrBlock": "203.0.113.0/24", "TransitGatewayId": "tgw-1"},
        ],
        V4 - VENDOR,
    ),
    "a black hole takes its addresses": (
        [
            {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"},
            {"DestinationCidrBlock": "203.0.113.0/24", "TransitGatewayId": "tgw-1", "State": "blackhole"},
        ],
        V4 - VENDOR,
    ),
    "static before propagated": (
        [
            {
                "DestinationCidrBlock": "0.0.0.0/0",
                "GatewayId": "vgw-1",
                "Origin": "EnableVgwRoutePropagation",
            },
            {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "Origin": "CreateRoute"},
        ],
        V4,
    ),
    "a prefix list": ([{"DestinationPrefixListId": "pl-1", "GatewayId": "igw-1"}], VENDOR),
    "families apart": ([{"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1"}], V6),
    "an egress-only gateway is another": (
        [{"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1"}],
        AddressSet(),
    ),
}


@pytest.mark.parametrize(("routes", "expected"), ROUTES.values(), ids=ROUTES)
def test_routes(routes: list[dict[str, Any]], expected: AddressSet) -> None:
    document = ec2("DescribeRouteTables.RouteTables", "rtb-1", {"VpcId": "vpc-1", "Routes": routes})
    found = AddressSet()
    for way in Routes(topology(document, ENTRIES)).ways(document):
        assert not way.missing
        found |= way.addresses if way.target == "igw-1" else AddressSet()
    assert found == expected


def test_a_route_of_an_unread_list_may_lead_anywhere() -> None:
    routes = [{"DestinationPrefixListId": "pl-2", "GatewayId": "igw-1"}]
    document = ec2("DescribeRouteTables.RouteTables", "rtb-1", {"VpcId": "vpc-1", "Routes": routes})
    (way,) = Routes(topology(document)).ways(document)
    assert way.addresses.is_everything
    assert way.missing.endswith("GetManagedPrefixListEntries/pl-2")


# The internet

SETS: dict[str, tuple[list[str], bool, bool]] = {
    "all of IPv4": (["0.0.0.0/0"], True, True),
    "all of IPv4 in two halves": (["0.0.0.0/1", "128.0.0.0/1"], True, True),
    "all that is routed in IPv6": (["2000::/3"], True, True),
    "one half": (["128.0.0.0/1"], False, True),
    "one /8": (["8.0.0.0/8"], False, True),
    "half a /8": (["8.0.0.0/9"], False, False),
    "one /16 of IPv6": (["2600::/16"], False, True),
    "one /19 of IPv6": (["2600::/19"], False, False),
    "a network": (["203.0.113.0/24"], False, False),
    "nothing": ([], False, False),
}


@pytest.mark.parametrize(("blocks", "whole", "anyone"), SETS.values(), ids=SETS)
def test_how_much_of_the_internet(blocks: list[str], *, whole: bool, anyone: bool) -> None:
    addresses = AddressSet.of(blocks)
    assert (is_whole(addresses), is_anyone(addresses)) == (whole, anyone)


# Bounds

BLOCKS = st.sets(st.integers(0, 3)).map(lambda n: Boxes.of(AddressSet.of(f"192.0.2.{i}" for i in n), TCP))
PAIRS = st.tuples(BLOCKS, BLOCKS).map(lambda p: Bounds(p[0], p[0] | p[1], ("x",) if p[1] - p[0] else ()))


@given(one=PAIRS, other=PAIRS)
def test_bounds_hold_whatever_the_unread_part_is(one: Bounds, other: Bounds) -> None:
    """Any sets between the bounds combine to a set between the combined bounds."""
    for a in (one.sure, one.maybe):
        for b in (other.sure, other.maybe):
            for bounds, exact in ((one & other, a & b), (one | other, a | b)):
                assert exact.includes(bounds.sure)
                assert bounds.maybe.includes(exact)
                assert bool(bounds.missing) == (bounds.sure != bounds.maybe)
