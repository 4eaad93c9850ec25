"""Networks that are joined with ours, where a near twin of a world fires as the world itself does."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.providers.aws.collect.directconnect import without_keys
from scanner.providers.aws.collect.gateways import without_tunnels
from tests.providers.aws.network.test_exposure import AWS, documents, estate, told

EC2 = f"{AWS}:ec2"
DX = f"{AWS}:directconnect"
OURS, VENDOR = "100000000001", "200000000002"
ACCOUNT = f"arn:aws:iam::{VENDOR}:root"
ROUTED = "source address in 10.9.0.0/16"
SERVER = f"{EC2}:DescribeSecurityGroups.SecurityGroups/sg-0srv"
ATTACHMENTS = f"{EC2}:DescribeTransitGatewayAttachments"
ROUTES = f"{EC2}:SearchTransitGatewayRoutes"


def attachment(name: str, kind: str, resource: str, owner: str = OURS) -> dict[str, Any]:
    return {
        "TransitGatewayAttachmentId": name,
        "TransitGatewayId": "tgw-0a1",
        "TransitGatewayOwnerId": OURS,
        "ResourceOwnerId": owner,
        "ResourceType": kind,
        "ResourceId": resource,
        "State": "available",
        "Association": {"TransitGatewayRouteTableId": "tgw-rtb-0a1", "State": "associated"},
    }


def route(block: str, name: str) -> dict[str, Any]:
    to = [{"TransitGatewayAttachmentId": name}]
    return {"DestinationCidrBlock": block, "TransitGatewayAttachments": to, "State": "active"}


def test_a_network_on_a_gateway_that_is_peered_with_ours() -> None:
    found = documents("network-transit-gateway")
    found[f"{ATTACHMENTS}.TransitGatewayAttachments/tgw-attach-0b1"] |= {
        "ResourceType": "peering",
        "ResourceId": "tgw-0b1",
    }
    assert told(found) == {(ACCOUNT, "proven", ())}
    found[f"{ATTACHMENTS}.TransitGatewayAttachments/tgw-attach-0b1"]["ResourceOwnerId"] = OURS
    assert told(found) == set()
    further = attachment("tgw-attach-0z1", "vpc", "vpc-0z1", VENDOR) | {"TransitGatewayId": "tgw-0b1"}
    found[f"{ATTACHMENTS}.TransitGatewayAttachments/tgw-attach-0z1"] = further
    assert {(source, certainty) for source, certainty, _ in told(found)} == {(ACCOUNT, "possible")}


ACL = f"{EC2}:DescribeNetworkAcls.NetworkAcls/acl-0a1"
DENIED = {"Protocol": "-1", "RuleAction": "deny", "RuleNumber": 90}
IN = {**DENIED, "Egress": False, "CidrBlock": "10.9.0.0/16"}
OUT = {**DENIED, "Egress": True, "CidrBlock": "10.9.0.0/16"}
TO_SERVER = {**DENIED, "Egress": True, "CidrBlock": "10.0.2.0/24"}
REPLIES = {**DENIED, "Egress": False, "CidrBlock": "10.0.2.0/24"}
BARRED: dict[str, tuple[str, dict[str, Any], bool]] = {
    "what comes in, elsewhere": ("subnet-0pub", IN, False),
    "what comes in, where the gateway stands": ("subnet-0prv", IN, True),
    "what goes back, elsewhere": ("subnet-0pub", OUT, False),
    "what goes back, where the gateway stands": ("subnet-0prv", OUT, False),
    "from the gateway's subnet to the server": ("subnet-0pub", TO_SERVER, False),
    "within the gateway's subnet": ("subnet-0prv", TO_SERVER, True),
    "replies into the gateway's subnet": ("subnet-0pub", REPLIES, False),
}


@pytest.mark.parametrize(("stands", "entry", "is_reached"), BARRED.values(), ids=BARRED)
def test_an_acl_counts_by_where_the_gateway_stands(
    stands: str, entry: dict[str, Any], *, is_reached: bool
) -> None:
    found = documents("network-transit-gateway")
    interfaces = f"{EC2}:DescribeTransitGatewayVpcAttachments.TransitGatewayVpcAttachments/tgw-attach-0a1"
    found[interfaces] = {"SubnetIds": [stands]}
    assert told(found) == {(ACCOUNT, "proven", ())}
    found[ACL]["Entries"].append(entry)
    assert told(found) == ({(ACCOUNT, "proven", ())} if is_reached else set())


def test_a_vpn_connection_on_a_transit_gateway() -> None:
    found = documents("network-vpn")
    del found[f"{EC2}:DescribeVpnConnections.VpnConnections/vpn-0a1"]["VpnGatewayId"]
    table = found[f"{EC2}:DescribeRouteTables.RouteTables/rtb-0prv"]
    back = {"DestinationCidrBlock": "10.9.0.0/16", "TransitGatewayId": "tgw-0a1", "State": "active"}
    table["Routes"] = [table["Routes"][0], back]
    found[ATTACHMENTS] = {}
    for name, kind, resource in (("a-vpc", "vpc", "vpc-0a1"), ("a-vpn", "vpn", "vpn-0a1")):
        found[f"{ATTACHMENTS}.TransitGatewayAttachments/{name}"] = attachment(name, kind, resource)
    routes = [route("10.0.0.0/16", "a-vpc"), route("10.9.0.0/16", "a-vpn")]
    found[f"{ROUTES}/tgw-rtb-0a1"] = {"Routes": routes}
    assert told(found) == {("203.0.113.9/32", "proven", ())}
    routes[1] = route("10.8.0.0/16", "a-vpn")
    assert told(found) == set()


LINES = {
    "ours, whose far end nobody tells": (
        OURS,
        {(f"arn:aws:directconnect:us-east-1:{OURS}:dxvif/dxvif-0a1", "possible", (ROUTED,))},
    ),
    "a vendor's": (VENDOR, {(ACCOUNT, "proven", (ROUTED,))}),
}


@pytest.mark.parametrize(("owner", "expected"), LINES.values(), ids=LINES)
def test_a_line_at_a_direct_connect_gateway_of_ours(owner: str, expected: set[Any]) -> None:
    found = documents("network-direct-connect")
    associations = found[f"{DX}:DescribeDirectConnectGatewayAssociations/vgw-0a1"]
    associations["directConnectGatewayAssociations"][0]["directConnectGatewayOwnerAccount"] = OURS
    line = {"virtualInterfaceId": "dxvif-0a1", "virtualInterfaceRegion": "us-east-1"}
    lines = [{**line, "virtualInterfaceOwnerAccount": owner, "attachmentState": "attached"}]
    place = f"{DX}:DescribeDirectConnectGatewayAttachments/dx-0b1"
    found[place] = {"directConnectGatewayAttachments": lines}
    assert told(found) == expected
    lines[0]["attachmentState"] = "detached"
    assert told(found) == set()


def test_a_line_at_the_networks_own_gateway() -> None:
    found = documents("network-direct-connect")
    found[f"{DX}:DescribeDirectConnectGatewayAssociations/vgw-0a1"] = {"directConnectGatewayAssociations": []}
    assert told(found) == set()
    line = {"ownerAccount": VENDOR, "virtualGatewayId": "vgw-0a1", "virtualInterfaceState": "available"}
    found[f"{DX}:DescribeVirtualInterfaces.virtualInterfaces/dxvif-0b1"] = line
    assert told(found) == {(ACCOUNT, "proven", (ROUTED,))}


def test_lines_that_were_not_read_are_a_gap() -> None:
    found = documents("network-direct-connect")
    assert list(estate(found).network.gaps()) == []
    del found[f"{DX}:DescribeVirtualInterfaces"]
    (gap,) = estate(found).network.gaps()
    assert "vgw-0a1" in gap.detail


# Clients that dial in

RULES = f"{EC2}:DescribeClientVpnAuthorizationRules/cvpn-endpoint-0a1"
CONTRACTORS = f"arn:aws:iam::{OURS}:saml-provider/contractors"
FOR_ALL = {"DestinationCidr": "10.0.0.0/16", "AccessAll": True, "Status": {"Code": "active"}}


def rule(block: str, group: str) -> dict[str, Any]:
    return {"DestinationCidr": block, "AccessAll": False, "GroupId": group, "Status": {"Code": "active"}}


IN_GROUP = "group of the client VPN = annotators"
AUTHORIZED: dict[str, tuple[list[dict[str, Any]], set[tuple[str, ...]]]] = {
    "everyone": ([FOR_ALL], {()}),
    "one group": ([rule("10.0.0.0/16", "annotators")], {(IN_GROUP,)}),
    "everyone, and one group to a longer prefix": (
        [FOR_ALL, rule("10.0.2.0/24", "annotators")],
        {(IN_GROUP,)},
    ),
    "one group to a longer prefix elsewhere": ([FOR_ALL, rule("10.0.3.0/24", "annotators")], {()}),
    "everywhere is the last": (
        [{**FOR_ALL, "DestinationCidr": "0.0.0.0/0"}, rule("10.0.0.0/16", "annotators")],
        {(IN_GROUP,)},
    ),
    "not yet authorized": ([{**FOR_ALL, "Status": {"Code": "revoking"}}], set()),
}


@pytest.mark.parametrize(("rules", "expected"), AUTHORIZED.values(), ids=AUTHORIZED)
def test_the_rule_with_the_longest_prefix_counts(
    rules: list[dict[str, Any]], expected: set[tuple[str, ...]]
) -> None:
    found = documents("network-client-vpn")
    found[RULES]["AuthorizationRules"] = rules
    assert told(found) == {(CONTRACTORS, "proven", guards) for guards in expected}


def test_clients_speak_from_the_subnet_of_the_endpoint() -> None:
    found = documents("network-client-vpn")
    (permission,) = found[SERVER]["IpPermissions"]
    del permission["UserIdGroupPairs"]
    permission["IpRanges"] = [{"CidrIp": "10.0.1.0/24"}]
    assert told(found) == {(CONTRACTORS, "proven", ())}
    permission["IpRanges"] = [{"CidrIp": "10.200.0.0/22"}]
    assert told(found) == set()


def test_a_login_and_a_certificate_are_both_told() -> None:
    found = documents("network-client-vpn")
    endpoint = found[f"{EC2}:DescribeClientVpnEndpoints.ClientVpnEndpoints/cvpn-endpoint-0a1"]
    chain = "arn:aws:acm:us-east-1:100000000001:certificate/7a1"
    mutual = {"MutualAuthentication": {"ClientRootCertificateChain": chain}}
    endpoint["AuthenticationOptions"].insert(0, mutual)
    assert told(found) == {(CONTRACTORS, "proven", (f"client certificate of = {chain}",))}


def test_what_is_kept_of_lines_holds_no_keys() -> None:
    vpn = {"VpnConnectionId": "vpn-0a1", "CustomerGatewayConfiguration": "<xml>s3cr3t</xml>"}
    options = {"Options": {"TunnelOptions": [{"PreSharedKey": "s3cr3t"}]}}
    assert without_tunnels({**vpn, **options}) == {"VpnConnectionId": "vpn-0a1"}
    line = {"virtualInterfaceId": "dxvif-0a1", "authKey": "s3cr3t", "customerRouterConfig": "s3cr3t"}
    assert without_keys({**line, "bgpPeers": [{"authKey": "s3cr3t"}]}) == {"virtualInterfaceId": "dxvif-0a1"}


def test_who_stands_in_a_network_is_told_to_policies_that_demand_it() -> None:
    network = estate(documents("network-client-vpn")).network
    assert network.joined("vpc-0a1") == ("who comes to vpc-0a1 by cvpn-endpoint-0a1",)
    assert estate(documents("network-transit-gateway")).network.neighbours("vpc-0a1") == (VENDOR,)
    assert estate(documents("network-shared-subnet")).network.neighbours("vpc-0a1") == (VENDOR,)
