"""Transit gateways: what hangs on one, and the route tables that send packets on.

Where code says nothing, an attachment is associated with the gateway's default table and propagates its
ranges into it; what a VPN or Direct Connect attachment propagates is learnt when it is up, so that a table
with one has further routes that nobody can tell. Forms: `scanner.providers.aws.collect.gateways`. Source:
Amazon VPC Transit Gateways, "How transit gateways work"
(https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.aws.drafts import Home, Piece
from scanner.snapshot import Gap

if TYPE_CHECKING:
    from scanner.iac.aws.drafts import Draft, Drafts

_EC2: Final = "ec2"
_GATEWAYS: Final = "DescribeTransitGateways.TransitGateways"
_ATTACHMENTS: Final = "DescribeTransitGatewayAttachments"
_LISTED: Final = f"{_ATTACHMENTS}.TransitGatewayAttachments"
_VPCS: Final = "DescribeTransitGatewayVpcAttachments"
_TABLES: Final = "DescribeTransitGatewayRouteTables"
_ROUTES: Final = "SearchTransitGatewayRoutes"
_MADE, _ASSOCIATES, _PROPAGATES = "made", "associates", "propagates"


def gateway(
    drafts: Drafts, home: Home, id_: str, whole: Piece, *, associates: bool, propagates: bool
) -> None:
    """Declare a transit gateway, and what it does with new attachments."""
    words = {_MADE, *([_ASSOCIATES] if associates else []), *([_PROPAGATES] if propagates else [])}
    drafts.marks[home.id(_EC2, _GATEWAYS, id_)] |= words
    drafts.lived_in(home)
    table(drafts, home, default_table(id_), id_, whole.with_fields(DefaultAssociationRouteTable=associates))


def default_table(gateway_id: str) -> str:
    """Return the id of the table that a gateway comes with."""
    return f"tgw-rtb-default-{gateway_id.removeprefix('tgw-')}"


def attachment(
    drafts: Drafts,
    home: Home,
    id_: str,
    gateway_id: str,
    whole: Piece,
    *,
    associates: bool = True,
    propagates: bool = True,
) -> None:
    """Attach something: ``ResourceType``, ``ResourceId``, ``ResourceOwnerId``, ``SubnetIds`` of a VPC.

    Whose the gateway is, is known where code of the same account makes it.
    """
    draft = drafts.at(home.id(_EC2, _LISTED, id_))
    subnets = whole.body.get("SubnetIds")
    body = {k: v for k, v in whole.body.items() if k != "SubnetIds"}
    known = draft.body or {}
    draft.set("", Piece({"State": "available", **body, **known}, whole.places))
    draft.body |= {"TransitGatewayAttachmentId": id_, "TransitGatewayId": gateway_id}
    if _MADE in drafts.marks[home.id(_EC2, _GATEWAYS, gateway_id)]:
        draft.body["TransitGatewayOwnerId"] = home.account
    if subnets is not None:
        inside = {"TransitGatewayAttachmentId": id_, "SubnetIds": subnets}
        drafts.put(home.id(_EC2, f"{_VPCS}.TransitGatewayVpcAttachments", id_), Piece(inside, whole.places))
    words = ([_ASSOCIATES] if associates else []) + ([_PROPAGATES] if propagates else [])
    drafts.marks[draft.id] |= set(words)
    drafts.lived_in(home)


def table(drafts: Drafts, home: Home, id_: str, gateway_id: str, whole: Piece) -> None:
    """Declare a route table of a gateway."""
    piece = whole.with_fields(TransitGatewayRouteTableId=id_, TransitGatewayId=gateway_id, State="available")
    drafts.put(home.id(_EC2, f"{_TABLES}.TransitGatewayRouteTables", id_), piece)
    draft = _routes(drafts, home, id_)
    for place in whole.places:
        draft.set_place(place)


def associated(drafts: Drafts, home: Home, id_: str, table_id: str, whole: Piece) -> None:
    """Have packets of an attachment sent on by a table."""
    body = {"TransitGatewayRouteTableId": table_id, "State": "associated"}
    drafts.at(home.id(_EC2, _LISTED, id_)).set("/Association", Piece(body, whole.places))


def propagated(drafts: Drafts, home: Home, id_: str, table_id: str) -> None:
    """Have the ranges of an attachment put into a table, once they are known."""
    drafts.marks[_routes(drafts, home, table_id).id].add(id_)


def route(drafts: Drafts, home: Home, table_id: str, whole: Piece, attachment_id: str) -> None:
    """Add a route: ``DestinationCidrBlock``; to no attachment, what matches is dropped."""
    _routes(drafts, home, table_id).append("/Routes", _route(whole, attachment_id, "static"))


def unknown_routes(drafts: Drafts, home: Home, table_id: str) -> None:
    """Say that a table has routes that nobody can tell."""
    _routes(drafts, home, table_id).body["AdditionalRoutesAvailable"] = True


def shared(drafts: Drafts, home: Home, gateway_id: str) -> None:
    """Say that other accounts may attach networks to a gateway, of which this code tells nothing."""
    why = f"which networks accounts attach that {gateway_id} is shared with"
    drafts.gap(Gap(home.id(_EC2, _ATTACHMENTS), "not-collected", why, "understated"))


def complete(drafts: Drafts) -> None:
    """Associate and propagate what code leaves to the gateway, and say that each list ends here."""
    for draft in drafts.of(_EC2, _LISTED):
        _complete(drafts, draft)
    for draft in drafts.of(_EC2, _ROUTES):
        for id_ in sorted(drafts.marks[draft.id]):
            _propagate(drafts, draft, id_)
    for home in sorted(drafts.homes):
        for field in (_VPCS, _TABLES):
            drafts.assume(home.id(_EC2, field), {})


def _complete(drafts: Drafts, draft: Draft) -> None:
    gateway_id = str(draft.body.get("TransitGatewayId", ""))
    home = Home(draft.id.scope, draft.id.region)
    of_gateway = drafts.marks[home.id(_EC2, _GATEWAYS, gateway_id)]
    if not gateway_id:
        return
    own = drafts.marks[draft.id] & of_gateway
    if _MADE in of_gateway:
        draft.body["TransitGatewayOwnerId"] = home.account
    if _ASSOCIATES in own and "Association" not in draft.body:
        body = {"TransitGatewayRouteTableId": default_table(gateway_id), "State": "associated"}
        draft.set("/Association", Piece(body))
    if _PROPAGATES in own:
        drafts.marks[_routes(drafts, home, default_table(gateway_id)).id].add(draft.id.key)


def _propagate(drafts: Drafts, table_draft: Draft, id_: str) -> None:
    home = Home(table_draft.id.scope, table_draft.id.region)
    attached = drafts.get(home.id(_EC2, _LISTED, id_))
    body = attached.body if attached is not None else {}
    known = drafts.get(home.id(_EC2, "DescribeVpcs.Vpcs", str(body.get("ResourceId", ""))))
    cidr = known.body.get("CidrBlock") if known is not None else None
    if body.get("ResourceType") == "peering":
        return  # "How transit gateways work": peering attachments propagate nothing
    if not isinstance(cidr, str):
        table_draft.body["AdditionalRoutesAvailable"] = True
        return
    places = attached.document().places if attached is not None else ()
    whole = Piece({"DestinationCidrBlock": cidr}, tuple(p for p in places if not p.pointer))
    table_draft.append("/Routes", _route(whole, id_, "propagated"))


def _route(whole: Piece, attachment_id: str, kind: str) -> Piece:
    to = [{"TransitGatewayAttachmentId": attachment_id}] if attachment_id else []
    state = "active" if attachment_id else "blackhole"
    return whole.with_fields(TransitGatewayAttachments=to, Type=kind, State=state)


def _routes(drafts: Drafts, home: Home, table_id: str) -> Draft:
    draft = drafts.at(home.id(_EC2, _ROUTES, table_id))
    if draft.body is None:
        draft.body = {"Routes": [], "AdditionalRoutesAvailable": False}
    return draft
