"""What worlds cannot show apart: logins, header secrets, chains of load balancers, malformed answers."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from scanner.boxes import TCP, Boxes
from scanner.config import Config
from scanner.netset import AddressSet
from scanner.providers.aws.estate import AwsEstate
from scanner.providers.aws.network.listeners import Forward, Gate, forwards
from scanner.providers.aws.network.topology import Topology
from scanner.snapshot import Document, DocumentId, Snapshot
from tests.worlds import FIXTURES, parse_id, read_world

if TYPE_CHECKING:
    from scanner.model import Hop

V4, VENDOR = AddressSet.of(["0.0.0.0/0"]), AddressSet.of(["203.0.113.0/24"])
EVERYWHERE = AddressSet.everything()
AWS = "aws:100000000001:us-east-1"
LB = "arn:aws:elasticloadbalancing:us-east-1:100000000001"


def documents(world: str) -> dict[str, Any]:
    """Return the documents of a world, to be changed."""
    return copy.deepcopy(read_world(FIXTURES / "aws" / world)[0].documents)


def estate(found: dict[str, Any]) -> AwsEstate:
    config = Config(version=1)
    return AwsEstate(Snapshot(Document(parse_id(id_), body) for id_, body in found.items()), config)


def hops(found: dict[str, Any]) -> list[Hop]:
    read = estate(found)
    return [hop for resource in read.network.resources() for hop in read.hops_into(resource.id)]


def told(found: dict[str, Any]) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(hop.source, hop.certainty, tuple(map(str, hop.guards))) for hop in hops(found)}


# Rules of listeners

CHAT = f"{LB}:targetgroup/chat/1"
FORWARD = {"Type": "forward", "Order": 9, "TargetGroupArn": CHAT}
OIDC = {"Type": "authenticate-oidc", "Order": 1}
ISSUER = Gate("oidc", "https://login.example")


def login(unauthenticated: str | None) -> dict[str, Any]:
    config = {"Issuer": "https://login.example", "OnUnauthenticatedRequest": unauthenticated}
    return {**OIDC, "AuthenticateOidcConfig": {k: v for k, v in config.items() if v}}


def header(name: str) -> dict[str, Any]:
    return {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": name, "Values": ["(withheld)"]}}


def path(*patterns: str) -> dict[str, Any]:
    return {"Field": "path-pattern", "PathPatternConfig": {"Values": list(patterns)}}


def source(*blocks: str) -> dict[str, Any]:
    return {"Field": "source-ip", "SourceIpConfig": {"Values": list(blocks)}}


def rule(number: int, conditions: list[dict[str, Any]], *actions: dict[str, Any]) -> dict[str, Any]:
    return {"Priority": str(number), "Conditions": conditions, "Actions": list(actions)}


REFUSE = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}
LISTENERS: dict[
    str, tuple[list[dict[str, Any]], list[dict[str, Any]], list[tuple[AddressSet, tuple[Gate, ...]]]]
] = {
    "open": ([], [FORWARD], [(EVERYWHERE, ())]),
    "a login": ([], [login(None), FORWARD], [(EVERYWHERE, (ISSUER,))]),
    "a login that refuses": ([], [login("deny"), FORWARD], [(EVERYWHERE, (ISSUER,))]),
    "a login that lets everyone on": ([], [login("allow"), FORWARD], [(EVERYWHERE, ())]),
    "a login whatever the order in the list": ([], [FORWARD, login(None)], [(EVERYWHERE, (ISSUER,))]),
    "an open path beside a login": (
        [rule(1, [path("/health")], FORWARD)],
        [login(None), FORWARD],
        [(EVERYWHERE, ()), (EVERYWHERE, (ISSUER,))],
    ),
    "addresses first": (
        [rule(1, [source("203.0.113.0/24")], FORWARD)],
        [REFUSE],
        [(VENDOR, ())],
    ),
    "addresses refused first": (
        [rule(1, [source("203.0.113.0/24")], REFUSE)],
        [FORWARD],
        [(EVERYWHERE - VENDOR, ())],
    ),
    "addresses refused on one path only": (
        [rule(1, [source("203.0.113.0/24"), path("/v1/*")], REFUSE)],
        [FORWARD],
        [(EVERYWHERE, ())],
    ),
    "every path refused first": ([rule(1, [path("/*")], REFUSE)], [FORWARD], []),
    "the lower number is first": (
        [rule(20, [path("*")], REFUSE), rule(3, [path("*")], FORWARD)],
        [REFUSE],
        [(EVERYWHERE, ())],
    ),
    "weight zero": (
        [],
        [{"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": CHAT, "Weight": 0}]}}],
        [],
    ),
}


def read_forwards(rules: list[dict[str, Any]], actions: list[dict[str, Any]], **fields: Any) -> list[Forward]:  # noqa: ANN401 - raw provider JSON
    def document(key: str, body: dict[str, Any]) -> Document:
        return Document(
            DocumentId("aws", "100000000001", "us-east-1", "elbv2", "DescribeRules.Rules", key), body
        )

    listener = document("listener", {"DefaultActions": actions, **fields})
    read = [document(f"rule-{index}", body) for index, body in enumerate(rules)]
    return list(forwards(Topology(Snapshot([])), listener, read))


@pytest.mark.parametrize(("rules", "actions", "expected"), LISTENERS.values(), ids=LISTENERS)
def test_listeners(
    rules: list[dict[str, Any]],
    actions: list[dict[str, Any]],
    expected: list[tuple[AddressSet, tuple[Gate, ...]]],
) -> None:
    found = read_forwards(rules, actions)
    assert [(forward.sources, forward.gates) for forward in found] == expected


def test_a_header_that_only_a_cdn_knows_is_a_guard() -> None:
    (forward,) = read_forwards([rule(1, [header("X-From-Cdn")], FORWARD)], [REFUSE])
    assert [(guard.key, guard.op, guard.held_by) for guard in forward.guards] == [
        ("HTTP header X-From-Cdn", "present", "ours")
    ]
    (forward,) = read_forwards([rule(1, [header("User-Agent")], FORWARD)], [REFUSE])
    assert forward.guards == ()


def test_certificates_count_when_they_are_verified() -> None:
    store = f"{LB}:truststore/clients/5"
    (forward,) = read_forwards([], [FORWARD], MutualAuthentication={"Mode": "verify", "TrustStoreArn": store})
    assert forward.gates == (Gate("certificate", store),)
    (forward,) = read_forwards([], [FORWARD], MutualAuthentication={"Mode": "passthrough"})
    assert forward.gates == ()


def test_an_action_that_nobody_knows_leaves_it_open_what_it_demands() -> None:
    (forward,) = read_forwards([], [{"Type": "authenticate-by-star-sign", "Order": 1}, FORWARD])
    assert forward.missing == ("what the action authenticate-by-star-sign demands",)


# From documents to hops


def test_ranges_that_aws_shares_among_its_customers_are_anyones() -> None:
    found = documents("network-instance")
    group = f"{AWS}:ec2:DescribeSecurityGroups.SecurityGroups/sg-0a1"
    found[group]["IpPermissions"][0] |= {"IpRanges": [], "PrefixListIds": [{"PrefixListId": "pl-0a1"}]}
    assert told(found) == {("203.0.113.0/26", "proven", ("source address in 203.0.113.0/26",))}
    found[f"{AWS}:ec2:DescribeManagedPrefixLists.PrefixLists/pl-0a1"]["OwnerId"] = "AWS"
    assert told(found) == {("*", "proven", ("source address in 203.0.113.0/26",))}


def test_a_login_and_a_range_are_both_told() -> None:
    found = documents("network-listener")
    listener = f"{AWS}:elbv2:DescribeListeners.Listeners/{LB}:listener/app/chat/1a1/1b1"
    found[listener]["DefaultActions"].insert(0, {**login(None), "Order": 0})
    group = f"{AWS}:ec2:DescribeSecurityGroups.SecurityGroups/sg-0lb"
    found[group]["IpPermissions"][0]["IpRanges"] = [{"CidrIp": "203.0.113.0/24"}]
    assert told(found) == {("https://login.example sub=*", "proven", ("source address in 203.0.113.0/24",))}


def test_evidence_leads_from_the_gateway_to_the_container() -> None:
    (hop,) = hops(documents("network-listener"))
    assert [
        (e.document.rpartition(":ec2:")[2].rpartition(":elbv2:")[2].split("/")[0], e.pointer)
        for e in hop.evidence
    ] == [
        ("DescribeLoadBalancers.LoadBalancers", ""),
        ("DescribeRouteTables.RouteTables", "/Routes/1"),
        ("DescribeNetworkAcls.NetworkAcls", "/Entries/0"),
        ("DescribeSecurityGroups.SecurityGroups", "/IpPermissions/0/IpRanges/0"),
        ("DescribeListeners.Listeners", ""),
        (
            "aws:100000000001:us-east-1:ecs:DescribeServices",
            "/services/0/networkConfiguration/awsvpcConfiguration",
        ),
        ("DescribeSecurityGroups.SecurityGroups", "/IpPermissions/0/UserIdGroupPairs/0"),
    ]


def chained() -> dict[str, Any]:
    """Return the listener's world with its load balancer made internal, behind a network load balancer."""
    found = documents("network-listener")
    inner = f"{LB}:loadbalancer/app/chat/1a1"
    found[f"{AWS}:elbv2:DescribeLoadBalancers.LoadBalancers/{inner}"] |= {
        "Scheme": "internal",
        "AvailabilityZones": [{"SubnetId": "subnet-0prv"}],
    }
    outer, group = f"{LB}:loadbalancer/net/front/2a2", f"{LB}:targetgroup/front/2b2"
    found[f"{AWS}:elbv2:DescribeLoadBalancers.LoadBalancers/{outer}"] = {
        "LoadBalancerArn": outer,
        "Scheme": "internet-facing",
        "Type": "network",
        "VpcId": "vpc-0a1",
        "AvailabilityZones": [{"SubnetId": "subnet-0pub"}],
    }
    listener = f"{LB}:listener/net/front/2a2/2c2"
    found[f"{AWS}:elbv2:DescribeListeners.Listeners/{listener}"] = {
        "ListenerArn": listener,
        "LoadBalancerArn": outer,
        "Port": 443,
        "Protocol": "TCP",
        "DefaultActions": [{"Type": "forward", "TargetGroupArn": group}],
    }
    found[f"{AWS}:elbv2:DescribeTargetGroups.TargetGroups/{group}"] = {
        "TargetGroupArn": group,
        "Protocol": "TCP",
        "Port": 443,
        "VpcId": "vpc-0a1",
        "TargetType": "alb",
    }
    health = {"TargetHealthDescriptions": [{"Target": {"Id": inner, "Port": 443}}]}
    found[f"{AWS}:elbv2:DescribeTargetHealth/{group}"] = health
    return found


def test_a_network_load_balancer_before_an_application_load_balancer() -> None:
    found = chained()
    assert told(found) == {("*", "proven", ())}
    group = f"{AWS}:ec2:DescribeSecurityGroups.SecurityGroups/sg-0lb"
    found[group]["IpPermissions"][0]["IpRanges"] = [{"CidrIp": "203.0.113.0/24"}]
    assert told(found) == {("203.0.113.0/24", "proven", ("source address in 203.0.113.0/24",))}, (
        "clients are seen"
    )
    found[group]["IpPermissions"][0]["IpRanges"] = [{"CidrIp": "10.0.0.0/8"}]
    assert told(found) == set()


def test_ipv6_of_an_internal_load_balancer_is_turned_away_unless_told() -> None:
    found = documents("network-listener")
    balancer = f"{LB}:loadbalancer/app/chat/1a1"
    found[f"{AWS}:elbv2:DescribeLoadBalancers.LoadBalancers/{balancer}"] |= {
        "Scheme": "internal",
        "IpAddressType": "dualstack",
    }
    everyone = {"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-0a1", "State": "active"}
    found[f"{AWS}:ec2:DescribeRouteTables.RouteTables/rtb-0pub"]["Routes"].append(everyone)
    entries = found[f"{AWS}:ec2:DescribeNetworkAcls.NetworkAcls/acl-0a1"]["Entries"]
    entries += [{**entry, "RuleNumber": 101, "CidrBlock": "::/0"} for entry in entries[:2]]
    group = found[f"{AWS}:ec2:DescribeSecurityGroups.SecurityGroups/sg-0lb"]["IpPermissions"][0]
    group["Ipv6Ranges"] = [{"CidrIpv6": "::/0"}]
    assert told(found) == set()
    denies = [{"Key": "ipv6.deny_all_igw_traffic", "Value": "false"}]
    found[f"{AWS}:elbv2:DescribeLoadBalancerAttributes/{balancer}"] = {"Attributes": denies}
    assert told(found) == {("*", "proven", ())}


def test_privatelink_passes_a_group_only_when_it_is_told_so() -> None:
    found = documents("network-privatelink")
    balancer = found[f"{AWS}:elbv2:DescribeLoadBalancers.LoadBalancers/{LB}:loadbalancer/net/chat/1a1"]
    out = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    closed = {"GroupId": "sg-0lb", "VpcId": "vpc-0a1", "IpPermissions": [], "IpPermissionsEgress": out}
    found[f"{AWS}:ec2:DescribeSecurityGroups.SecurityGroups/sg-0lb"] = closed
    balancer["SecurityGroups"] = ["sg-0lb"]
    assert told(found) == set()
    balancer["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] = "off"
    assert told(found) == {("arn:aws:iam::*:root", "proven", ())}


def test_an_endpoint_that_waits_is_held_by_its_acceptance() -> None:
    found = documents("network-privatelink")
    services = "DescribeVpcEndpointServiceConfigurations.ServiceConfigurations"
    found[f"{AWS}:ec2:{services}/vpce-svc-0a1"]["AcceptanceRequired"] = True
    (hop,) = hops(found)
    assert (hop.certainty, hop.blocked_by) == ("blocked", ("acceptance of the connection",))


def test_permissions_and_connections_that_were_not_read_may_be_anyones() -> None:
    found = documents("network-privatelink")
    services = "DescribeVpcEndpointServiceConfigurations.ServiceConfigurations"
    permissions = f"{AWS}:ec2:DescribeVpcEndpointServicePermissions/vpce-svc-0a1"
    connections = f"{AWS}:ec2:DescribeVpcEndpointConnections"
    anyone = "arn:aws:iam::*:root"
    assert told(found) == {(anyone, "proven", ())}
    allowed = found.pop(permissions)
    assert told(found) == {(anyone, "possible", ())}
    found[f"{AWS}:ec2:{services}/vpce-svc-0a1"]["AcceptanceRequired"] = True
    assert told(found) == set(), "who asks for a connection waits"
    found[permissions] = allowed
    del found[connections]
    assert told(found) == {(anyone, "possible", ())}, "it may have been accepted"
    found[connections] = {}
    assert told(found) == {(anyone, "blocked", ())}


def test_a_shared_network_is_blocked_by_its_owners_settings() -> None:
    found = documents("network-instance")
    found[f"{AWS}:ec2:DescribeSubnets.Subnets/subnet-0a1"]["OwnerId"] = "100000000009"
    assert {certainty for _, certainty, _ in told(found)} == {"possible"}, "the owner's are not read"
    mode = {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "off"}}
    place = "aws:100000000009:us-east-1:ec2:DescribeVpcBlockPublicAccessOptions"
    found[place] = mode
    assert told(found) == {("*", "proven", ())}
    mode["VpcBlockPublicAccessOptions"]["InternetGatewayBlockMode"] = "block-ingress"
    found["aws:100000000009:us-east-1:ec2:DescribeVpcBlockPublicAccessExclusions"] = {}
    assert told(found) == set()


def test_routes_to_other_networks_are_a_gap() -> None:
    found = documents("network-instance")
    route = {"DestinationCidrBlock": "10.0.0.0/8", "TransitGatewayId": "tgw-0a1", "State": "active"}
    found[f"{AWS}:ec2:DescribeRouteTables.RouteTables/rtb-0a1"]["Routes"].append(route)
    (gap,) = estate(found).network.gaps()
    assert (gap.reason, gap.effect) == ("not-implemented", "understated")
    assert "tgw-0a1" in gap.detail


MALFORMED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "an address": (
        "network-instance",
        "ec2:DescribeNetworkInterfaces.NetworkInterfaces/eni-0a1",
        {"PrivateIpAddress": "here"},
    ),
    "an entry of an ACL": (
        "network-instance",
        "ec2:DescribeNetworkAcls.NetworkAcls/acl-0a1",
        {"Entries": [{"RuleNumber": "1"}]},
    ),
    "a route": (
        "network-instance",
        "ec2:DescribeRouteTables.RouteTables/rtb-0a1",
        {"Routes": [{"DestinationCidrBlock": "0/0"}]},
    ),
    "a group": (
        "network-instance",
        "ec2:DescribeSecurityGroups.SecurityGroups/sg-0a1",
        {"IpPermissions": "all"},
    ),
    "a prefix list": (
        "network-instance",
        "ec2:GetManagedPrefixListEntries/pl-0a1",
        {"Entries": [{"Cidr": 7}]},
    ),
    "tags": (
        "network-instance",
        "ec2:DescribeInstances.Reservations/r-0a1",
        {"Instances": [{"Tags": "vllm"}]},
    ),
    "a port": (
        "network-listener",
        f"elbv2:DescribeListeners.Listeners/{LB}:listener/app/chat/1a1/1b1",
        {"Port": "all"},
    ),
    "a target": (
        "network-listener",
        f"elbv2:DescribeTargetHealth/{LB}:targetgroup/serve/7a1",
        {"TargetHealthDescriptions": [1]},
    ),
    "a service": (
        "network-listener",
        "ecs:DescribeServices/arn:aws:ecs:us-east-1:100000000001:service/gpu/chat",
        {"services": {}},
    ),
    "a classic load balancer": (
        "network-classic-balancer",
        "elb:DescribeLoadBalancers.LoadBalancerDescriptions/chat",
        {"ListenerDescriptions": [{"Listener": {"LoadBalancerPort": "all"}}]},
    ),
    "a peering": (
        "network-peering",
        "ec2:DescribeVpcPeeringConnections.VpcPeeringConnections/pcx-0a1",
        {"Status": "active"},
    ),
}


@pytest.mark.parametrize(("world", "id_", "fields"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_answer_is_a_gap_and_no_error(world: str, id_: str, fields: dict[str, Any]) -> None:
    found = documents(world)
    found[f"{AWS}:{id_}"] |= fields
    assert all(hop.certainty == "possible" or hop.source == "*" for hop in hops(found))
    assert [gap.reason for gap in estate(found).coverage()] == ["unparseable"]


def test_the_box_of_an_exposure_is_exact() -> None:
    read = estate(documents("network-instance"))
    (exposure,) = read.network.exposures("arn:aws:ec2:us-east-1:100000000001:instance/i-0a1")
    assert exposure.packets.sure == exposure.packets.maybe
    assert exposure.packets.sure.reaching(8000).includes(VENDOR)
    assert not exposure.packets.sure & Boxes.of(V4, TCP, 8001, 65_535)
    assert not exposure.packets.sure.sources & AddressSet.of(["10.0.0.0/8", "::/0"])
