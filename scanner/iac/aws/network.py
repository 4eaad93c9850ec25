"""VPCs, subnets, routes, network ACLs and security groups.

What is there where code says nothing: a VPC's main route table knows the VPC alone, and its default ACL lets
everything through (Amazon VPC User Guide, "Subnet route tables" and "Default network ACL",
https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html, read 2026-11). Addresses that AWS
will pick are the first ones of their subnet. A rule whose addresses or ports cannot be told is one of a
prefix list that nobody read: what it lets in is unknown.
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws.drafts import Drafts, Home, Piece

if TYPE_CHECKING:
    from scanner.snapshot import DocumentId

_GROUPS: Final = "DescribeSecurityGroups.SecurityGroups"
_TABLES: Final = "DescribeRouteTables.RouteTables"
_ACLS: Final = "DescribeNetworkAcls.NetworkAcls"
_SUBNETS: Final = "DescribeSubnets.Subnets"
_INTERFACES: Final = "DescribeNetworkInterfaces.NetworkInterfaces"
_EVERY: Final = {"Protocol": "-1", "RuleAction": "allow", "CidrBlock": "0.0.0.0/0"}
_LISTS: Final = (
    "DescribeVpcs",
    "DescribeSubnets",
    "DescribeRouteTables",
    "DescribeInternetGateways",
    "DescribeNetworkAcls",
    "DescribeSecurityGroups",
    "DescribeManagedPrefixLists",
    "DescribeNetworkInterfaces",
    "DescribeInstances",
    "DescribeVpcPeeringConnections",
    "DescribeTransitGatewayAttachments",
    "DescribeVpcEndpoints",
    "DescribeVpcEndpointServiceConfigurations",
    "DescribeVpcEndpointConnections",
    "DescribeVpcBlockPublicAccessExclusions",
    "DescribeLaunchTemplates",
    "DescribeSnapshots",
    "DescribeImages",
)


def vpc(drafts: Drafts, home: Home, vpc_id: str, whole: Piece) -> None:
    """Declare a VPC: ``CidrBlock``, where it is known."""
    body = {"VpcId": vpc_id, "OwnerId": home.account, "State": "available", **whole.body}
    drafts.put(home.id("ec2", "DescribeVpcs.Vpcs", vpc_id), Piece(body, whole.places))
    drafts.lived_in(home)


def subnet(drafts: Drafts, home: Home, subnet_id: str, vpc_id: str, whole: Piece) -> None:
    """Declare a subnet: ``CidrBlock``, ``MapPublicIpOnLaunch``."""
    body = {"SubnetId": subnet_id, "VpcId": vpc_id, "OwnerId": home.account, **whole.body}
    drafts.put(home.id("ec2", _SUBNETS, subnet_id), Piece(body, whole.places))
    drafts.lived_in(home)


def internet_gateway(drafts: Drafts, home: Home, gateway_id: str, vpc_id: str, whole: Piece) -> None:
    """Declare an internet gateway, attached to a VPC unless `vpc_id` is empty."""
    attached = [{"VpcId": vpc_id, "State": "available"}] if vpc_id else []
    body = {"InternetGatewayId": gateway_id, "OwnerId": home.account, "Attachments": attached}
    id_ = home.id("ec2", "DescribeInternetGateways.InternetGateways", gateway_id)
    drafts.put(id_, Piece(body, whole.places))


def route_table(drafts: Drafts, home: Home, table_id: str, vpc_id: str, whole: Piece) -> None:
    """Declare a route table; its route inside the VPC is there already."""
    draft = drafts.at(home.id("ec2", _TABLES, table_id))
    draft.body = {
        "RouteTableId": table_id,
        "VpcId": vpc_id,
        "Associations": [],
        "Routes": [],
        **(draft.body or {}),
    }
    draft.body["VpcId"] = vpc_id or draft.body["VpcId"]
    for place in whole.places:
        draft.set_place(place)
    drafts.lived_in(home)


def main_route_table(drafts: Drafts, home: Home, vpc_id: str, table_id: str) -> None:
    """Make a table the one of all subnets of a VPC that name none."""
    route_table(drafts, home, table_id, vpc_id, Piece({}))
    draft = drafts.at(home.id("ec2", _TABLES, table_id))
    draft.append("/Associations", Piece({"Main": True, "RouteTableId": table_id}))


def route(drafts: Drafts, home: Home, table_id: str, body: Piece, *, origin: str = "CreateRoute") -> None:
    """Add a route: ``DestinationCidrBlock`` or the like, and ``GatewayId`` or the like."""
    draft = drafts.at(home.id("ec2", _TABLES, table_id))
    if draft.body is None:
        draft.body = {"RouteTableId": table_id, "VpcId": "", "Associations": [], "Routes": []}
    draft.append("/Routes", body.with_fields(State="active", Origin=origin))


def route_association(drafts: Drafts, home: Home, table_id: str, subnet_id: str, whole: Piece) -> None:
    """Give a subnet its route table."""
    draft = drafts.at(home.id("ec2", _TABLES, table_id))
    if draft.body is None:
        draft.body = {"RouteTableId": table_id, "VpcId": "", "Associations": [], "Routes": []}
    body = {"Main": False, "SubnetId": subnet_id, "RouteTableId": table_id}
    draft.append("/Associations", Piece(body, whole.places))


def network_acl(drafts: Drafts, home: Home, acl_id: str, vpc_id: str, whole: Piece) -> None:
    """Declare a network ACL; `whole` may give ``Associations`` as ``[{"SubnetId": …}]`` and ``Entries``."""
    draft = drafts.at(home.id("ec2", _ACLS, acl_id))
    known = draft.body or {"Associations": [], "Entries": []}
    draft.body = {
        "NetworkAclId": acl_id,
        "VpcId": vpc_id,
        "IsDefault": False,
        "Associations": [*known["Associations"], *whole.body.get("Associations", [])],
        "Entries": [*known["Entries"], *whole.body.get("Entries", [])],
    }
    for place in whole.places:
        draft.set_place(place)
    drafts.lived_in(home)


def security_group(drafts: Drafts, home: Home, group_id: str, vpc_id: str, whole: Piece) -> None:
    """Declare a security group without rules; `whole` may give ``GroupName``."""
    draft = _group(drafts, home, group_id)
    draft.body |= {"VpcId": vpc_id, "OwnerId": home.account, **whole.body}
    for place in whole.places:
        draft.set_place(place)
    drafts.lived_in(home)


def group_rule(drafts: Drafts, home: Home, group_id: str, permission: Piece, *, egress: bool = False) -> None:
    """Add a rule to a security group, see `permission_of`."""
    draft = _group(drafts, home, group_id)
    draft.append("/IpPermissionsEgress" if egress else "/IpPermissions", permission)


def permission_of(
    protocol: str,
    ports: tuple[int | None, int | None],
    *,
    ranges: list[str],
    groups: list[str],
    lists: list[str],
    unknown: str = "",
) -> dict[str, Any]:
    """Return a rule of a security group as EC2 answers it.

    Args:
        protocol: A name or number, ``-1`` for all.
        ports: First and last, ends included.
        ranges: Address ranges of both families.
        groups: Ids of groups.
        lists: Ids of prefix lists.
        unknown: Source text of what cannot be told of it; empty when all can.
    """
    first, last = ports
    every = protocol in {"-1", "all"}
    blocks = [cidr for cidr in ranges if _is_range(cidr)]
    unread = [*lists, *([f"unresolved: {unknown}"] if unknown else [])]
    return {
        "IpProtocol": "-1" if every else protocol,
        **({} if every or first is None else {"FromPort": first}),
        **({} if every or last is None else {"ToPort": last}),
        "IpRanges": [{"CidrIp": cidr} for cidr in blocks if ":" not in cidr],
        "Ipv6Ranges": [{"CidrIpv6": cidr} for cidr in blocks if ":" in cidr],
        "PrefixListIds": [{"PrefixListId": name} for name in unread],
        "UserIdGroupPairs": [{"GroupId": group} for group in groups],
    }


def interface(drafts: Drafts, home: Home, interface_id: str, subnet_id: str, whole: Piece) -> None:
    """Declare a network interface.

    `whole` may give ``Groups`` as ``[{"GroupId": …}]``, ``Attachment``, ``PrivateIpAddress``, ``Association``
    (a public address) and ``VpcId``.
    """
    body = {"NetworkInterfaceId": interface_id, "SubnetId": subnet_id, "OwnerId": home.account, **whole.body}
    drafts.put(home.id("ec2", _INTERFACES, interface_id), Piece(body, whole.places))
    drafts.lived_in(home)


def instance(drafts: Drafts, home: Home, instance_id: str, whole: Piece) -> str:
    """Declare an instance: ``SubnetId``, ``Tags``, ``IamInstanceProfile``. Returns its ARN."""
    body = {"InstanceId": instance_id, "State": {"Code": 16, "Name": "running"}, **whole.body}
    reservation = Piece({"ReservationId": f"r-{instance_id}", "OwnerId": home.account, "Instances": [body]})
    id_ = home.id("ec2", "DescribeInstances.Reservations", f"r-{instance_id}")
    drafts.put(id_, Piece(reservation.body, whole.places))
    drafts.lived_in(home)
    return home.arn("ec2", f"instance/{instance_id}")


def launch_template(drafts: Drafts, home: Home, template_id: str, data: Piece) -> None:
    """Declare a launch template with one version: ``IamInstanceProfile`` and the like."""
    drafts.put(
        home.id("ec2", "DescribeLaunchTemplates.LaunchTemplates", template_id),
        Piece({"LaunchTemplateId": template_id}, data.places),
    )
    version = {"VersionNumber": 1, "DefaultVersion": True, "LaunchTemplateData": data.body}
    drafts.put(
        home.id("ec2", "DescribeLaunchTemplateVersions", template_id),
        Piece({"LaunchTemplateVersions": [version]}, data.places),
    )
    drafts.lived_in(home)


def complete(drafts: Drafts) -> None:
    """Fill in routes, ACLs and addresses that AWS provides, and say that each list ends here."""
    mains = _main_tables(drafts)
    for draft in drafts.of("ec2", "DescribeVpcs.Vpcs"):
        home, vpc_id = Home(draft.id.scope, draft.id.region), draft.id.key
        if (draft.id.scope, vpc_id) not in mains:
            main_route_table(drafts, home, vpc_id, f"rtb-main-{vpc_id.removeprefix('vpc-')}")
    ranges = {d.id.key: d.body.get("CidrBlock") for d in drafts.of("ec2", "DescribeVpcs.Vpcs")}
    for draft in drafts.of("ec2", _TABLES):
        local = ranges.get(draft.body.get("VpcId", ""))
        if isinstance(local, str) and _is_range(local):
            entry = {"DestinationCidrBlock": local, "GatewayId": "local", "State": "active"}
            draft.append("/Routes", Piece({**entry, "Origin": "CreateRouteTable"}))
    _default_acls(drafts)
    _addresses(drafts)
    for home in sorted(drafts.homes):
        off = {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "off"}}
        drafts.assume(home.id("ec2", "DescribeVpcBlockPublicAccessOptions"), off)
        for field in _LISTS:
            drafts.assume(home.id("ec2", field), {})


def _main_tables(drafts: Drafts) -> set[tuple[str, str]]:
    return {
        (draft.id.scope, draft.body.get("VpcId", ""))
        for draft in drafts.of("ec2", _TABLES)
        if any(association.get("Main") for association in draft.body.get("Associations", ()))
    }


def _default_acls(drafts: Drafts) -> None:
    """Put every subnet without an ACL under its VPC's default one."""
    covered = {
        association.get("SubnetId")
        for draft in drafts.of("ec2", _ACLS)
        for association in draft.body["Associations"]
    }
    for draft in drafts.of("ec2", _SUBNETS):
        if draft.id.key in covered:
            continue
        home, vpc_id = Home(draft.id.scope, draft.id.region), draft.body["VpcId"]
        id_ = home.id("ec2", _ACLS, f"acl-default-{vpc_id.removeprefix('vpc-')}")
        acl = drafts.at(id_)
        if acl.body is None:
            entries = [{**_EVERY, "RuleNumber": 100, "Egress": egress} for egress in (False, True)]
            acl.body = {"NetworkAclId": id_.key, "VpcId": vpc_id, "IsDefault": True, "Associations": []}
            acl.body["Entries"] = entries
        acl.append("/Associations", Piece({"SubnetId": draft.id.key, "NetworkAclId": id_.key}))


def _addresses(drafts: Drafts) -> None:
    """Give each interface an address of its subnet; AWS keeps the first four for itself."""
    taken: dict[str, int] = {}
    subnets = {draft.id.key: draft for draft in drafts.of("ec2", _SUBNETS)}
    for draft in drafts.of("ec2", _INTERFACES):
        subnet_id = draft.body.get("SubnetId", "")
        described = subnets.get(subnet_id)
        if described is None:
            continue
        draft.body.setdefault("VpcId", described.body["VpcId"])
        cidr = described.body.get("CidrBlock")
        if "PrivateIpAddress" not in draft.body and isinstance(cidr, str) and _is_range(cidr):
            taken[subnet_id] = taken.get(subnet_id, 3) + 1
            network = ip_network(cidr, strict=False)
            address = network[min(taken[subnet_id], network.num_addresses - 1)]
            draft.body["PrivateIpAddress"] = str(address)
        if described.body.get("MapPublicIpOnLaunch") is True:
            draft.body.setdefault("Association", {"PublicIp": "a public address of its own"})


def _group(drafts: Drafts, home: Home, group_id: str) -> Any:  # noqa: ANN401 - a draft with a body
    draft = drafts.at(_group_id(home, group_id))
    if draft.body is None:
        draft.body = {"GroupId": group_id, "IpPermissions": [], "IpPermissionsEgress": []}
    return draft


def _group_id(home: Home, group_id: str) -> DocumentId:
    return home.id("ec2", _GROUPS, group_id)


def _is_range(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True
