"""VPCs: subnets, routes, gateways, network ACLs and security groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import Piece, network
from scanner.iac.aws.network import permission_of
from scanner.iac.terraform.values import Open, has_open

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.made import Made
    from scanner.iac.terraform.bodies import Body

_DESTINATIONS: Final = {
    "cidr_block": "DestinationCidrBlock",
    "destination_cidr_block": "DestinationCidrBlock",
    "destination_ipv6_cidr_block": "DestinationIpv6CidrBlock",
    "destination_prefix_list_id": "DestinationPrefixListId",
    "ipv6_cidr_block": "DestinationIpv6CidrBlock",
}
_WAYS: Final = {
    "egress_only_gateway_id": "EgressOnlyInternetGatewayId",
    "gateway_id": "GatewayId",
    "nat_gateway_id": "NatGatewayId",
    "network_interface_id": "NetworkInterfaceId",
    "transit_gateway_id": "TransitGatewayId",
    "vpc_endpoint_id": "GatewayId",
    "vpc_peering_connection_id": "VpcPeeringConnectionId",
}
_PROTOCOLS: Final = {"all": "-1", "tcp": "6", "udp": "17", "icmp": "1", "icmpv6": "58"}


def _vpc(made: Made) -> None:
    whole = Piece(made.fields({"cidr_block": "CidrBlock"}), (made.place,))
    network.vpc(made.drafts, made.home, made.id, whole)


def _subnet(made: Made) -> None:
    names = {"cidr_block": "CidrBlock", "map_public_ip_on_launch": "MapPublicIpOnLaunch"}
    whole = Piece(made.fields(names), (made.place,))
    network.subnet(made.drafts, made.home, made.id, made.text("vpc_id") or "", whole)


def _internet_gateway(made: Made) -> None:
    network.internet_gateway(made.drafts, made.home, made.id, made.text("vpc_id") or "", made.whole)


def _gateway_attachment(made: Made) -> None:
    gateway, vpc = made.text("internet_gateway_id"), made.text("vpc_id")
    if gateway and vpc:
        network.internet_gateway(made.drafts, made.home, gateway, vpc, made.whole)


def _route_table(made: Made) -> None:
    network.route_table(made.drafts, made.home, made.id, made.text("vpc_id") or "", made.whole)
    for body in made.body.blocks("route"):
        _route_to(made, made.id, body)


def _default_route_table(made: Made) -> None:
    table = made.text("default_route_table_id")
    if table:
        for body in made.body.blocks("route"):
            _route_to(made, table, body)


def _route(made: Made) -> None:
    table = made.text("route_table_id")
    if table:
        _route_to(made, table, made.body)


def _route_to(made: Made, table: str, body: Body) -> None:
    found = made.fields(_DESTINATIONS, body)
    found = {name: value for name, value in found.items() if value}
    ways = {name: value for name, value in made.fields(_WAYS, body).items() if value}
    if found:
        network.route(made.drafts, made.home, table, Piece({**found, **ways}, (body.place,)))


def _route_association(made: Made) -> None:
    table, subnet = made.text("route_table_id"), made.text("subnet_id")
    if table and subnet:
        network.route_association(made.drafts, made.home, table, subnet, made.whole)


def _main_association(made: Made) -> None:
    table, vpc = made.text("route_table_id"), made.text("vpc_id")
    if table and vpc:
        network.main_route_table(made.drafts, made.home, vpc, table)


def _acl(made: Made) -> None:
    associations = [{"SubnetId": subnet, "NetworkAclId": made.id} for subnet in made.texts("subnet_ids")]
    entries = [
        entry
        for word, egress in (("ingress", False), ("egress", True))
        for body in made.body.blocks(word)
        if (entry := _acl_entry(made, body, egress=egress)) is not None
    ]
    whole = Piece({"Associations": associations, "Entries": entries}, (made.place,))
    network.network_acl(made.drafts, made.home, made.id, made.text("vpc_id") or "", whole)


def _acl_rule(made: Made) -> None:
    acl = made.text("network_acl_id")
    entry = _acl_entry(made, made.body, egress=made.flag("egress") is True)
    if acl and entry is not None:
        draft = made.drafts.at(made.home.id("ec2", "DescribeNetworkAcls.NetworkAcls", acl))
        if draft.body is None:
            draft.body = {"NetworkAclId": acl, "VpcId": "", "Associations": [], "Entries": []}
        draft.append("/Entries", Piece(entry, (made.place,)))


def _acl_entry(made: Made, body: Body, *, egress: bool) -> dict[str, Any] | None:
    number = made.number("rule_no", body)
    number = made.number("rule_number", body) if number is None else number
    protocol = made.text("protocol", body)
    action = made.text("action", body) or made.text("rule_action", body)
    if number is None or protocol is None or action is None:
        return None
    first, last = made.number("from_port", body), made.number("to_port", body)
    code = _PROTOCOLS.get(protocol, protocol)
    entry = {
        "RuleNumber": number,
        "Protocol": code,
        "RuleAction": action.lower(),
        "Egress": egress,
        **made.fields({"cidr_block": "CidrBlock", "ipv6_cidr_block": "Ipv6CidrBlock"}, body),
    }
    if code in {"6", "17"} and first is not None and last is not None:
        entry["PortRange"] = {"From": first, "To": last}
    return {name: value for name, value in entry.items() if value is not None and value != ""}


def _group(made: Made) -> None:
    whole = Piece({"GroupName": made.name}, (made.place,))
    network.security_group(made.drafts, made.home, made.id, made.text("vpc_id") or "", whole)
    for word, egress in (("ingress", False), ("egress", True)):
        for body in made.body.blocks(word):
            _rule_of(made, made.id, body, egress=egress)


def _group_rule(made: Made) -> None:
    group, kind = made.text("security_group_id"), made.text("type")
    if group and kind:
        _rule_of(made, group, made.body, egress=kind == "egress")


def _one_rule(*, egress: bool) -> Callable[[Made], None]:
    def read(made: Made) -> None:
        group = made.text("security_group_id")
        if group:
            _rule_of(made, group, made.body, egress=egress)

    return read


def _rule_of(made: Made, group: str, body: Body, *, egress: bool) -> None:
    unknown: list[str] = []

    def texts(*names: str) -> list[str]:
        found: list[str] = []
        for name in names:
            value = body.get(name)
            for element in value if isinstance(value, list) else [value]:
                if isinstance(element, Open):
                    unknown.append(element.expression)
                elif isinstance(element, str) and element:
                    found.append(str(element))
        return found

    groups = texts("source_security_group_id", "referenced_security_group_id", "security_groups")
    if body.get("self") is True:
        groups.append(group)
    ranges = texts("cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6")
    protocol = body.get("protocol") if body.get("ip_protocol") is None else body.get("ip_protocol")
    ends = body.get("from_port"), body.get("to_port")
    if has_open(list(ends)) or isinstance(protocol, Open) or body.is_open:
        unknown.append("ports or protocol of a rule")
        protocol, ends = "-1", (None, None)
    permission = permission_of(
        str(-1 if protocol is None else protocol).lower(),
        (_port(ends[0]), _port(ends[1])),
        ranges=[] if body.is_open else ranges,
        groups=groups,
        lists=texts("prefix_list_ids", "prefix_list_id"),
        unknown=", ".join(unknown),
    )
    piece = Piece(permission, (body.place,))
    network.group_rule(made.drafts, made.home, group, piece, egress=egress)


def _port(value: Any) -> int | None:  # noqa: ANN401 - a value of the language
    try:
        return None if value is None else int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _interface(made: Made) -> None:
    groups = [{"GroupId": group} for group in made.texts("security_groups")]
    whole = Piece({"Groups": groups}, (made.place,))
    network.interface(made.drafts, made.home, made.id, made.text("subnet_id") or "", whole)


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "aws_default_route_table": _default_route_table,
    "aws_internet_gateway": _internet_gateway,
    "aws_internet_gateway_attachment": _gateway_attachment,
    "aws_main_route_table_association": _main_association,
    "aws_network_acl": _acl,
    "aws_network_acl_rule": _acl_rule,
    "aws_network_interface": _interface,
    "aws_route": _route,
    "aws_route_table": _route_table,
    "aws_route_table_association": _route_association,
    "aws_security_group": _group,
    "aws_security_group_rule": _group_rule,
    "aws_subnet": _subnet,
    "aws_vpc": _vpc,
    "aws_vpc_security_group_egress_rule": _one_rule(egress=True),
    "aws_vpc_security_group_ingress_rule": _one_rule(egress=False),
}
