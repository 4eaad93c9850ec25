"""Lines from elsewhere: VPN connections, Direct Connect, and endpoints that clients dial in to.

Source: AWS provider, "aws_vpn_connection", "aws_dx_gateway_association", "aws_ec2_client_vpn_endpoint"
(https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpn_connection, read 2026-11).
A proposal of an association is read as the association: only the other account's word is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import lines, transit

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.made import Made

_ENDS: Final = {
    "customer_gateway_id": "CustomerGatewayId",
    "transit_gateway_id": "TransitGatewayId",
    "vpn_gateway_id": "VpnGatewayId",
}
_ENDPOINT: Final = "client_vpn_endpoint_id"
_LOGINS: Final = {
    "root_certificate_chain_arn": ("MutualAuthentication", "ClientRootCertificateChain"),
    "saml_provider_arn": ("FederatedAuthentication", "SamlProviderArn"),
    "active_directory_id": ("ActiveDirectory", "DirectoryId"),
}


def _customer(made: Made) -> None:
    whole = made.piece({"Type": "ipsec.1", **made.fields({"ip_address": "IpAddress"})})
    lines.customer_gateway(made.drafts, made.home, made.id, whole)


def _private_gateway(made: Made) -> None:
    lines.private_gateway(made.drafts, made.home, made.id)


def _vpn(made: Made) -> None:
    is_static = made.flag("static_routes_only") is True
    whole = {**made.fields(_ENDS), "Options": {"StaticRoutesOnly": is_static}}
    lines.vpn(made.drafts, made.home, made.id, made.piece(whole))
    gateway = whole.get("TransitGatewayId")
    if isinstance(gateway, str):
        owner = {"ResourceType": "vpn", "ResourceId": made.id, "ResourceOwnerId": made.home.account}
        id_ = str(made.instance.attribute("transit_gateway_attachment_id"))
        transit.attachment(made.drafts, made.home, id_, gateway, made.piece(owner), propagates=not is_static)


def _vpn_route(made: Made) -> None:
    id_, found = (
        made.text("vpn_connection_id"),
        made.fields({"destination_cidr_block": "DestinationCidrBlock"}),
    )
    if id_ is not None and found:
        lines.vpn_route(made.drafts, made.home, id_, made.piece(found))


def _learnt(made: Made) -> None:
    table, gateway = made.text("route_table_id"), made.text("vpn_gateway_id")
    if table is not None and gateway is not None:
        lines.learnt(made.drafts, made.home, table, gateway, made.whole)


def _learning_table(made: Made) -> None:
    table = made.text("default_route_table_id") if made.body.has("default_route_table_id") else made.id
    for gateway in made.texts("propagating_vgws"):
        if table is not None:
            lines.learnt(made.drafts, made.home, table, gateway, made.whole)


def _direct_gateway(made: Made) -> None:
    lines.direct_gateway(made.drafts, made.home, made.id, made.whole)


def _direct_association(made: Made) -> None:
    ours = made.text("associated_gateway_id")
    theirs = made.text("dx_gateway_id")
    owner = made.text("dx_gateway_owner_account_id")
    if ours is None or theirs is None or (owner is None and made.body.has("dx_gateway_owner_account_id")):
        return
    owner = owner or made.home.account
    if ours.startswith("tgw-"):
        whole = {"ResourceType": "direct-connect-gateway", "ResourceId": theirs, "ResourceOwnerId": owner}
        id_ = f"tgw-attach-{made.address}"
        transit.attachment(made.drafts, made.home, id_, ours, made.piece(whole))
        return
    body = {"directConnectGatewayId": theirs, "directConnectGatewayOwnerAccount": owner}
    lines.direct_association(made.drafts, made.home, ours, made.piece(body))


def _interface(made: Made) -> None:
    names = {"dx_gateway_id": "directConnectGatewayId", "vpn_gateway_id": "virtualGatewayId"}
    id_ = made.text("virtual_interface_id") or made.id
    lines.virtual_interface(made.drafts, made.home, id_, made.piece(made.fields(names)))


def _clients(made: Made) -> None:
    options: list[dict[str, Any]] = []
    for body in made.body.blocks("authentication_options"):
        option: dict[str, Any] = made.fields({"type": "Type"}, body)
        for attribute, (field, inner) in _LOGINS.items():
            if fields := made.fields({attribute: inner}, body):
                option[field] = fields
        options.append(option)
    groups = made.texts("security_group_ids")
    whole = {"AuthenticationOptions": options, "SecurityGroupIds": groups, **made.fields({"vpc_id": "VpcId"})}
    lines.client_endpoint(made.drafts, made.home, made.id, made.piece(whole))


def _client_network(made: Made) -> None:
    id_, subnet = made.text(_ENDPOINT), made.text("subnet_id")
    if id_ is not None and subnet is not None:
        lines.client_network(made.drafts, made.home, id_, subnet, made.whole)


def _client_rule(made: Made) -> None:
    id_, found = made.text(_ENDPOINT), made.fields({"target_network_cidr": "DestinationCidr"})
    group = made.fields({"access_group_id": "GroupId"})
    if id_ is not None and found:
        everyone = made.flag("authorize_all_groups") is True
        lines.client_rule(made.drafts, made.home, id_, made.piece({**found, **group, "AccessAll": everyone}))


def _client_route(made: Made) -> None:
    names = {"destination_cidr_block": "DestinationCidr", "target_vpc_subnet_id": "TargetSubnet"}
    id_, found = made.text(_ENDPOINT), made.fields(names)
    if id_ is not None and len(found) == len(names):
        lines.client_route(made.drafts, made.home, id_, made.piece(found))


FIRST: Final[dict[str, Callable[[Made], None]]] = {
    "aws_dx_gateway": _direct_gateway,
}
TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "aws_customer_gateway": _customer,
    "aws_dx_gateway_association": _direct_association,
    "aws_dx_gateway_association_proposal": _direct_association,
    "aws_dx_hosted_private_virtual_interface_accepter": _interface,
    "aws_dx_hosted_transit_virtual_interface_accepter": _interface,
    "aws_dx_private_virtual_interface": _interface,
    "aws_dx_transit_virtual_interface": _interface,
    "aws_ec2_client_vpn_authorization_rule": _client_rule,
    "aws_ec2_client_vpn_endpoint": _clients,
    "aws_ec2_client_vpn_network_association": _client_network,
    "aws_ec2_client_vpn_route": _client_route,
    "aws_vpn_connection": _vpn,
    "aws_vpn_connection_route": _vpn_route,
    "aws_vpn_gateway_route_propagation": _learnt,
}
LAST: Final[dict[str, Callable[[Made], None]]] = {
    "aws_default_route_table": _learning_table,
    "aws_route_table": _learning_table,
    "aws_vpn_gateway": _private_gateway,
}
