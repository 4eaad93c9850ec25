"""Resources as rows of Resource Graph, in the making."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.iac.arm.drafting import row_body
from scanner.iac.arm.drafting import subscription_row as described
from scanner.iac.aws import Piece
from scanner.snapshot import DocumentId

if TYPE_CHECKING:
    from scanner.iac.aws import Draft, Drafts

_SERVICE = "resourcegraph"
_TABLES = ("resources", "authorizationresources")


def resource(drafts: Drafts, id_: str, type_: str, fields: Piece, *, scope: str = "") -> Draft:
    """Declare a resource: its ``properties`` and whatever else its row has, with the lines of each part.

    Args:
        drafts: All documents.
        id_: The resource's id.
        type_: ARM's type.
        fields: The row's fields, without those that follow from the id.
        scope: What an extension resource is of, such as a role assignment.
    """
    where = _subscription_of(id_)
    body, table = row_body(id_, type_, fields.body, scope=scope, subscription=where)
    body.setdefault("properties", {})
    draft = drafts.at(DocumentId("azure", where, "", _SERVICE, table, id_))
    draft.set("", Piece(body, fields.places))
    return draft


def found(drafts: Drafts, id_: str) -> Draft | None:
    """Return the resource with an id, which ARM compares without case; None when code does not make it."""
    where = _subscription_of(id_)
    for table in _TABLES:
        known = drafts.get(DocumentId("azure", where, "", _SERVICE, table, id_))
        if known is not None:
            return known
    lowered = id_.lower()
    return next(
        (d for t in _TABLES for d in drafts.of(_SERVICE, t) if d.id.key.lower() == lowered),
        None,
    )


def added(drafts: Drafts, id_: str, pointer: str, piece: Piece) -> bool:
    """Add to a list of a resource that code makes; False when it makes none with this id."""
    draft = found(drafts, id_)
    if draft is not None:
        draft.append(pointer, piece)
    return draft is not None


def subscription(drafts: Drafts, id_: str, tenant: str) -> None:
    """Say that there is a subscription, of which code tells no more than its tenant."""
    row = described(id_)
    drafts.assume(row.id, {**row.body, "tenantId": tenant, "subscriptionId": id_})


def _subscription_of(id_: str) -> str:
    parts = id_.split("/")
    return parts[2].lower() if len(parts) > 2 and parts[1].lower() == "subscriptions" else ""
