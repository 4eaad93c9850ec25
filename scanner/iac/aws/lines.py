"""Lines into networks from elsewhere: Site-to-Site VPN, Direct Connect, and clients that dial in.

Forms: `scanner.providers.aws.collect.gateways` and ``directconnect``. What a gateway learns from the other
end is not known before the line is up: a route table that it propagates into has routes of a prefix list that
nobody read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import network
from scanner.iac.aws.drafts import Home, Piece

if TYPE_CHECKING:
    from scanner.iac.aws.drafts import Drafts
    from scanner.snapshot import DocumentId

_EC2, _DX = "ec2", "directconnect"
_VPNS: Final = "DescribeVpnConnections.VpnConnections"
_ENDPOINTS: Final = "DescribeClientVpnEndpoints.ClientVpnEndpoints"
_ASSOCIATIONS: Final = "DescribeDirectConnectGatewayAssociations"
_OF_CLIENTS: Final = {
    "DescribeClientVpnTargetNetworks": "ClientVpnTargetNetworks",
    "DescribeClientVpnAuthorizationRules": "AuthorizationRules",
    "DescribeClientVpnRoutes": "Routes",
}
_LISTS: Final = (
    (_EC2, "DescribeVpnConnections"),
    (_EC2, "DescribeCustomerGateways"),
    (_EC2, "DescribeClientVpnEndpoints"),
    (_DX, "DescribeDirectConnectGateways"),
    (_DX, "DescribeVirtualInterfaces"),
)


def customer_gateway(drafts: Drafts, home: Home, id_: str, whole: Piece) -> None:
    """Declare the far end of a VPN: ``IpAddress``, where it has one."""
    piece = whole.with_fields(CustomerGatewayId=id_, State="available")
    drafts.put(home.id(_EC2, "DescribeCustomerGateways.CustomerGateways", id_), piece)
    drafts.lived_in(home)


def private_gateway(drafts: Drafts, home: Home, id_: str) -> None:
    """Declare a virtual private gateway of this code, on which nothing hangs that the code does not tell."""
    drafts.assume(home.id(_DX, _ASSOCIATIONS, id_), {"directConnectGatewayAssociations": []})
    drafts.lived_in(home)


def vpn(drafts: Drafts, home: Home, id_: str, whole: Piece) -> None:
    """Declare a VPN connection: ``CustomerGatewayId``, ``VpnGatewayId`` or ``TransitGatewayId``."""
    draft = drafts.at(home.id(_EC2, _VPNS, id_))
    routes = (draft.body or {}).get("Routes", [])
    draft.set("", whole.with_fields(VpnConnectionId=id_, State="available", Type="ipsec.1", Routes=routes))
    drafts.lived_in(home)


def vpn_route(drafts: Drafts, home: Home, id_: str, whole: Piece) -> None:
    """Add a static route to a VPN connection: ``DestinationCidrBlock``."""
    drafts.at(home.id(_EC2, _VPNS, id_)).append("/Routes", whole.with_fields(State="available"))


def learnt(drafts: Drafts, home: Home, table_id: str, gateway_id: str, whole: Piece) -> None:
    """Have a route table learn the routes of a private gateway: the static ones, and what nobody can tell."""
    draft = drafts.at(home.id(_EC2, "DescribeRouteTables.RouteTables", table_id))
    draft.append("/PropagatingVgws", Piece({"GatewayId": gateway_id}, whole.places))


def direct_gateway(drafts: Drafts, home: Home, id_: str, whole: Piece) -> None:
    """Declare a Direct Connect gateway of this account."""
    piece = whole.with_fields(directConnectGatewayId=id_, ownerAccount=home.account)
    drafts.put(home.id(_DX, "DescribeDirectConnectGateways.directConnectGateways", id_), piece)
    attached: dict[str, list[Any]] = {"directConnectGatewayAttachments": []}
    drafts.assume(home.id(_DX, "DescribeDirectConnectGatewayAttachments", id_), attached)
    drafts.lived_in(home)


def direct_association(drafts: Drafts, home: Home, gateway_id: str, whole: Piece) -> None:
    """Associate a private gateway with a Direct Connect gateway and its ``…OwnerAccount``."""
    piece = whole.with_fields(associationState="associated", virtualGatewayId=gateway_id)
    draft = drafts.at(home.id(_DX, _ASSOCIATIONS, gateway_id))
    draft.append("/directConnectGatewayAssociations", piece)
    drafts.lived_in(home)


def virtual_interface(drafts: Drafts, home: Home, id_: str, whole: Piece) -> None:
    """Declare a line: ``virtualGatewayId`` or ``directConnectGatewayId``, whatever it ends at."""
    piece = whole.with_fields(
        virtualInterfaceId=id_, ownerAccount=home.account, virtualInterfaceState="available"
    )
    drafts.put(home.id(_DX, "DescribeVirtualInterfaces.virtualInterfaces", id_), piece)
    gateway_id = whole.body.get("directConnectGatewayId")
    if isinstance(gateway_id, str):
        attached = {
            "directConnectGatewayId": gateway_id,
            "virtualInterfaceId": id_,
            "virtualInterfaceRegion": home.region,
            "virtualInterfaceOwnerAccount": home.account,
            "attachmentState": "attached",
        }
        draft = drafts.at(home.id(_DX, "DescribeDirectConnectGatewayAttachments", gateway_id))
        draft.append("/directConnectGatewayAttachments", Piece(attached, whole.places))
    drafts.lived_in(home)


def client_endpoint(drafts: Drafts, home: Home, id_: str, whole: Piece) -> None:
    """Declare an endpoint that clients dial in to: ``AuthenticationOptions``, ``SecurityGroupIds``."""
    piece = whole.with_fields(ClientVpnEndpointId=id_, Status={"Code": "available"})
    drafts.put(home.id(_EC2, _ENDPOINTS, id_), piece)
    drafts.lived_in(home)


def client_network(drafts: Drafts, home: Home, id_: str, subnet_id: str, whole: Piece) -> None:
    """Put an endpoint for clients into a subnet, which gives them a route to its VPC."""
    known = drafts.get(home.id(_EC2, "DescribeSubnets.Subnets", subnet_id))
    vpc_id = str(known.body.get("VpcId", "")) if known is not None else ""
    network_ = {"TargetNetworkId": subnet_id, "VpcId": vpc_id, "Status": {"Code": "associated"}}
    draft = drafts.at(home.id(_EC2, "DescribeClientVpnTargetNetworks", id_))
    draft.append("/ClientVpnTargetNetworks", Piece(network_, whole.places))
    vpc = drafts.get(home.id(_EC2, "DescribeVpcs.Vpcs", vpc_id))
    cidr = vpc.body.get("CidrBlock") if vpc is not None else None
    if isinstance(cidr, str):
        body = {"DestinationCidr": cidr, "TargetSubnet": subnet_id}
        client_route(drafts, home, id_, Piece(body, whole.places), origin="associate")


def client_rule(drafts: Drafts, home: Home, id_: str, whole: Piece) -> None:
    """Let clients go to ``DestinationCidr``: all of them by ``AccessAll``, or those of ``GroupId``."""
    draft = drafts.at(home.id(_EC2, "DescribeClientVpnAuthorizationRules", id_))
    draft.append("/AuthorizationRules", whole.with_fields(Status={"Code": "active"}))


def client_route(drafts: Drafts, home: Home, id_: str, whole: Piece, *, origin: str = "add-route") -> None:
    """Send clients to ``DestinationCidr`` by ``TargetSubnet``."""
    draft = drafts.at(home.id(_EC2, "DescribeClientVpnRoutes", id_))
    draft.append("/Routes", whole.with_fields(Type="Nat", Origin=origin, Status={"Code": "active"}))


def complete(drafts: Drafts) -> None:
    """Say that each list ends here, and which routes tables learn."""
    for draft in drafts.of(_EC2, "DescribeRouteTables.RouteTables"):
        for entry in (draft.body or {}).get("PropagatingVgws") or ():
            _learn(drafts, draft.id, str(entry["GatewayId"]))
    for draft in drafts.of(_EC2, _ENDPOINTS):
        for field, listed in _OF_CLIENTS.items():
            drafts.assume(Home(draft.id.scope, draft.id.region).id(_EC2, field, draft.id.key), {listed: []})
    for home in sorted(drafts.homes):
        for service, field in _LISTS:
            drafts.assume(home.id(service, field), {})


def _learn(drafts: Drafts, table: DocumentId, gateway_id: str) -> None:
    """Add what a gateway is known to learn; lines that tell their routes themselves are not known to."""
    home = Home(table.scope, table.region)
    of_gateway = [d for d in drafts.of(_EC2, _VPNS) if (d.body or {}).get("VpnGatewayId") == gateway_id]
    told: list[dict[str, Any]] = []
    for vpn_ in of_gateway:
        routes = vpn_.body.get("Routes") or ()
        told += [{"DestinationCidrBlock": r["DestinationCidrBlock"]} for r in routes if r]
        if not vpn_.body.get("Options", {}).get("StaticRoutesOnly"):
            told.append({"DestinationPrefixListId": f"unresolved: routes that {vpn_.id.key} tells"})
    lines = [d for d in drafts.of(_DX, _ASSOCIATIONS) if d.id.key == gateway_id and d.is_from_code]
    direct = drafts.of(_DX, "DescribeVirtualInterfaces.virtualInterfaces")
    is_ours = drafts.get(home.id(_DX, _ASSOCIATIONS, gateway_id)) is not None
    if lines or any(d.body.get("virtualGatewayId") == gateway_id for d in direct) or not is_ours:
        told.append({"DestinationPrefixListId": f"unresolved: routes that {gateway_id} learns"})
    for body in told:
        route = Piece({**body, "GatewayId": gateway_id})
        network.route(drafts, home, table.key, route, origin="EnableVgwRoutePropagation")
