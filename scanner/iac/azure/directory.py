"""The directory as Microsoft Graph will answer: its objects, and the lists that belong to one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from scanner.iac.aws import Piece
from scanner.snapshot import DocumentId

if TYPE_CHECKING:
    from scanner.iac.aws import Drafts

UNKNOWN_TENANT: Final = "00000000-0000-0000-0000-000000000000"
"""Stands for the tenant where neither code nor configuration says which one it is."""

Objects: TypeAlias = Literal["users", "groups", "servicePrincipals", "applications"]
Lists: TypeAlias = Literal[
    "groups.members",
    "groups.owners",
    "applications.owners",
    "applications.federatedIdentityCredentials",
    "servicePrincipals.owners",
    "servicePrincipals.appRoleAssignments",
]


def object_(drafts: Drafts, tenant: str, kind: Objects, oid: str, fields: Piece) -> None:
    """Declare an object of a directory, by its object id."""
    piece = Piece({"id": oid, **fields.body}, fields.places)
    drafts.put(DocumentId("azure", tenant, "", "graph", kind, oid), piece)


def member(drafts: Drafts, tenant: str, kind: Lists, oid: str, entry: Piece | None) -> None:
    """Add an entry to a list that belongs to an object; None only says that the list is all there is."""
    draft = drafts.at(DocumentId("azure", tenant, "", "graph", kind, oid))
    if draft.body is None:
        draft.body = {"value": []}
    if entry is not None:
        draft.append("/value", entry)
