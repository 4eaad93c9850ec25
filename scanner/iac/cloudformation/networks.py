"""VPCs in templates: subnets, routes, gateways, network ACLs and security groups.

Source: AWS CloudFormation Template Reference, "Amazon EC2"
(https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_EC2.html, read 2026-11). A
security group that names no rule for what goes out lets everything out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import network
from scanner.iac.aws.network import permission_of
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.cloudformation.made import Made
    from scanner.iac.written import Node

_DESTINATIONS: Final = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
_WAYS: Final = (
    *("EgressOnlyInternetGatewayId", "GatewayId", "NatGatewayId", "NetworkInterfaceId", "TransitGatewayId"),
    "VpcPeeringConnectionId",
)
_PROTOCOLS: Final = {"all": "-1", "tcp": "6", "udp": "17", "icmp": "1", "icmpv6": "58"}


def _vpc(made: Made) -> None:
    network.vpc(made.drafts, made.home, made.id, made.with_lines(made.told("CidrBlock")))


def _subnet(made: Made) -> None:
    whole = made.with_lines(made.told("CidrBlock", "MapPublicIpOnLaunch"))
    network.subnet(made.drafts, made.home, made.id, made.text("VpcId") or "", whole)


def _gateway(made: Made) -> None:
    network.internet_gateway(made.drafts, made.home, made.id, "", made.whole)


def _attachment(made: Made) -> None:
    gateway, vpc = made.text("InternetGatewayId"), made.text("VpcId")
    if gateway and vpc:
        network.internet_gateway(made.drafts, made.home, gateway, vpc, made.whole)


def _route_table(made: Made) -> None:
    network.route_table(made.drafts, made.home, made.id, made.text("VpcId") or "", made.whole)


def _route(made: Made) -> None:
    table, found = made.text("RouteTableId"), made.told(*_DESTINATIONS)
    if table and found:
        network.route(made.drafts, made.home, table, made.with_lines({**found, **made.told(*_WAYS)}))


def _route_association(made: Made) -> None:
    table, subnet = made.text("RouteTableId"), made.text("SubnetId")
    if table and subnet:
        network.route_association(made.drafts, made.home, table, subnet, made.whole)


def _acl(made: Made) -> None:
    network.network_acl(made.drafts, made.home, made.id, made.text("VpcId") or "", made.whole)


def _acl_association(made: Made) -> None:
    acl, subnet = made.text("NetworkAclId"), made.text("SubnetId")
    if acl and subnet:
        _acl_part(made, acl, "/Associations", {"SubnetId": subnet, "NetworkAclId": acl})


def _acl_entry(made: Made) -> None:
    acl, number, protocol = made.text("NetworkAclId"), made.text("RuleNumber"), made.text("Protocol")
    action = made.text("RuleAction")
    if acl is None or number is None or protocol is None or action is None or not number.isdecimal():
        return
    entry: dict[str, Any] = {
        "RuleNumber": int(number),
        "Protocol": _PROTOCOLS.get(protocol, protocol),
        "RuleAction": action.lower(),
        "Egress": made.text("Egress") == "true",
        **made.told("CidrBlock", "Ipv6CidrBlock"),
    }
    first, last = made.number("PortRange", "From"), made.number("PortRange", "To")
    if first is not None and last is not None:
        entry["PortRange"] = {"From": first, "To": last}
    _acl_part(made, acl, "/Entries", entry)


def _acl_part(made: Made, acl: str, pointer: str, body: dict[str, Any]) -> None:
    draft = made.drafts.at(made.home.id("ec2", "DescribeNetworkAcls.NetworkAcls", acl))
    if draft.body is None:
        draft.body = {"NetworkAclId": acl, "VpcId": "", "Associations": [], "Entries": []}
    draft.append(pointer, made.with_lines(body))


def _group(made: Made) -> None:
    whole = made.with_lines(made.told("GroupName"))
    network.security_group(made.drafts, made.home, made.id, made.text("VpcId") or "", whole)
    for key, egress in (("SecurityGroupIngress", False), ("SecurityGroupEgress", True)):
        rules = made.get(key)
        for node in rules.below() if rules is not None else ():
            piece = made.with_lines(_permission(node, egress=egress), node)
            network.group_rule(made.drafts, made.home, made.id, piece, egress=egress)
        if rules is None and egress:
            every = permission_of("-1", (None, None), ranges=["0.0.0.0/0", "::/0"], groups=[], lists=[])
            network.group_rule(made.drafts, made.home, made.id, made.with_lines(every), egress=True)


def _group_rule(egress: bool) -> Callable[[Made], None]:
    def read(made: Made) -> None:
        group = made.text("GroupId")
        if group is not None:
            piece = made.with_lines(_permission(made.properties, egress=egress))
            network.group_rule(made.drafts, made.home, group, piece, egress=egress)

    return read


def _permission(node: Node, *, egress: bool) -> dict[str, Any]:
    """Return a rule of a group; parts that cannot be told stand as a list of addresses that nobody read."""
    side = "Destination" if egress else "Source"
    told = {key: item.value for key in _keys(side) if (item := node.get(key)) is not None}
    unknown = [
        opened.expression
        for key in (*_keys(side), "FromPort", "ToPort", "IpProtocol")
        if (item := node.get(key)) is not None and (opened := Unresolved.read(item.plain())) is not None
    ]
    ranges = [value for key in ("CidrIp", "CidrIpv6") if isinstance(value := told.get(key), str)]
    groups = [value for key in (f"{side}SecurityGroupId",) if isinstance(value := told.get(key), str)]
    lists = [value for key in (f"{side}PrefixListId",) if isinstance(value := told.get(key), str)]
    return permission_of(
        node.text("IpProtocol") or str(getattr(node.get("IpProtocol"), "value", "-1")),
        (_port(node, "FromPort"), _port(node, "ToPort")),
        ranges=ranges,
        groups=groups,
        lists=lists,
        unknown=", ".join(unknown),
    )


def _keys(side: str) -> tuple[str, ...]:
    return "CidrIp", "CidrIpv6", f"{side}SecurityGroupId", f"{side}PrefixListId"


def _port(node: Node, key: str) -> int | None:
    found = node.get(key)
    value = found.value if found is not None else None
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return (
        int(text)
        if text.removeprefix("-").isdecimal() and len(text) < 7 and not text.startswith("-")
        else None
    )


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "AWS::EC2::InternetGateway": _gateway,
    "AWS::EC2::NetworkAcl": _acl,
    "AWS::EC2::NetworkAclEntry": _acl_entry,
    "AWS::EC2::Route": _route,
    "AWS::EC2::RouteTable": _route_table,
    "AWS::EC2::SecurityGroup": _group,
    "AWS::EC2::SecurityGroupEgress": _group_rule(egress=True),
    "AWS::EC2::SecurityGroupIngress": _group_rule(egress=False),
    "AWS::EC2::Subnet": _subnet,
    "AWS::EC2::SubnetNetworkAclAssociation": _acl_association,
    "AWS::EC2::SubnetRouteTableAssociation": _route_association,
    "AWS::EC2::VPC": _vpc,
    "AWS::EC2::VPCGatewayAttachment": _attachment,
}
