"""Transit gateways: attachments, route tables, and who else may attach.

Source: AWS provider, "aws_ec2_transit_gateway", "aws_ec2_transit_gateway_vpc_attachment" and their like
(https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ec2_transit_gateway, read
2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.aws import transit

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.made import Made

_CIDR: Final = {"destination_cidr_block": "DestinationCidrBlock"}
_ATTACHMENT, _TABLE = "transit_gateway_attachment_id", "transit_gateway_route_table_id"


def _gateway(made: Made) -> None:
    transit.gateway(
        made.drafts,
        made.home,
        made.id,
        made.whole,
        associates=_enabled(made, "default_route_table_association"),
        propagates=_enabled(made, "default_route_table_propagation"),
    )


def _enabled(made: Made, attribute: str) -> bool:
    return made.text(attribute) != "disable"


def _vpc(made: Made) -> None:
    gateway, vpc = made.text("transit_gateway_id"), made.text("vpc_id")
    if gateway is None or vpc is None:
        return
    whole = {
        "ResourceType": "vpc",
        "ResourceId": vpc,
        "ResourceOwnerId": made.home.account,
        "SubnetIds": made.texts("subnet_ids"),
    }
    transit.attachment(
        made.drafts,
        made.home,
        made.id,
        gateway,
        made.piece(whole),
        associates=_by_default(made, "transit_gateway_default_route_table_association"),
        propagates=_by_default(made, "transit_gateway_default_route_table_propagation"),
    )


def _by_default(made: Made, attribute: str) -> bool:
    found = made.flag(attribute, default=True)
    if found is None:
        made.untold(attribute, made.body.get(attribute))
    return found is not False


def _peering(made: Made) -> None:
    gateway, theirs = made.text("transit_gateway_id"), made.text("peer_transit_gateway_id")
    owner = made.text("peer_account_id")
    if gateway is None or theirs is None or (owner is None and made.body.has("peer_account_id")):
        return
    owner = owner or made.home.account
    whole = {"ResourceType": "peering", "ResourceId": theirs, "ResourceOwnerId": owner}
    transit.attachment(made.drafts, made.home, made.id, gateway, made.piece(whole), propagates=False)


def _accepted(made: Made) -> None:
    if made.text(_ATTACHMENT) is not None:
        made.instance.say("it accepts what another account attaches, which the code does not tell")


def _table(made: Made) -> None:
    gateway = made.text("transit_gateway_id")
    if gateway is not None:
        transit.table(made.drafts, made.home, made.id, gateway, made.whole)


def _association(made: Made) -> None:
    attached, table = made.text(_ATTACHMENT), made.text(_TABLE)
    if attached is not None and table is not None:
        transit.associated(made.drafts, made.home, attached, table, made.whole)


def _propagation(made: Made) -> None:
    attached, table = made.text(_ATTACHMENT), made.text(_TABLE)
    if attached is not None and table is not None:
        transit.propagated(made.drafts, made.home, attached, table)


def _route(made: Made) -> None:
    table, found = made.text(_TABLE), made.fields(_CIDR)
    drops = made.flag("blackhole") is True
    attached = "" if drops else made.text(_ATTACHMENT)
    if table is None:
        return
    if attached is None or not found:
        transit.unknown_routes(made.drafts, made.home, table)
    else:
        transit.route(made.drafts, made.home, table, made.piece(found), attached)


def _listed(made: Made) -> None:
    """Read routes to a prefix list, whose ranges the tables of a transit gateway do not tell."""
    table = made.text(_TABLE)
    if table is not None:
        transit.unknown_routes(made.drafts, made.home, table)


def _shared(made: Made) -> None:
    """Note that a gateway is shared; what else the share has is read with the shares."""
    resource = made.text("resource_arn") or ""
    if ":transit-gateway/" in resource:
        transit.shared(made.drafts, made.home, resource.rpartition("/")[2])


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "aws_ec2_transit_gateway": _gateway,
    "aws_ec2_transit_gateway_peering_attachment": _peering,
    "aws_ec2_transit_gateway_prefix_list_reference": _listed,
    "aws_ec2_transit_gateway_route": _route,
    "aws_ec2_transit_gateway_route_table": _table,
    "aws_ec2_transit_gateway_vpc_attachment": _vpc,
}
LAST: Final[dict[str, Callable[[Made], None]]] = {
    "aws_ec2_transit_gateway_peering_attachment_accepter": _accepted,
    "aws_ec2_transit_gateway_route_table_association": _association,
    "aws_ec2_transit_gateway_route_table_propagation": _propagation,
    "aws_ec2_transit_gateway_vpc_attachment_accepter": _accepted,
    "aws_ram_resource_association": _shared,
}
