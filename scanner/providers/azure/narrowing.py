"""The narrowest role assignment under which a third party keeps what is agreed: its own role, at the asset.

The role is a custom one with the fewest operations that do; the assignment keeps the principal and the
condition of today's. Source: Azure RBAC, "Best practices for Azure RBAC" and "Azure custom roles"
(https://learn.microsoft.com/azure/role-based-access-control/custom-roles, read 2026-11-22).
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from scanner.providers.azure.documents import Documents
from scanner.providers.azure.roles.definitions import Roles
from scanner.providers.azure.roles.table import watched
from scanner.providers.narrowing import Draft, Piece, Refused
from scanner.snapshot import Change, DocumentId, Removal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scanner.model import Path
    from scanner.providers.azure.roles.definitions import Role
    from scanner.providers.narrowing import Party
    from scanner.snapshot import Snapshot

_ASSIGNMENT: Final = "/providers/microsoft.authorization/roleassignments/"
_LISTS: Final = {"control": "actions", "data": "dataActions"}
_NAMESPACE: Final = uuid.UUID("6c1f8f2e-6f0a-5d5e-9a53-1f2b7c6f4d11")


def drafts(snapshot: Snapshot, ways: Sequence[Path], party: Party) -> Iterator[Draft | Refused]:
    """Yield what the party gets for each way."""
    roles = Roles(Documents(snapshot))
    for way in ways:
        yield _draft(snapshot, roles, way, party)


def _draft(snapshot: Snapshot, roles: Roles, way: Path, party: Party) -> Draft | Refused:
    if len(way.hops) != 1:
        return Refused((way,), f"the way goes through {way.hops[0].target}, which has uses of its own")
    found = [e.document for e in way.hops[0].evidence if _ASSIGNMENT in e.document.lower()]
    cited = snapshot.cited(found[0], "/properties") if len(found) == 1 else None
    if cited is None or not isinstance(cited[0], dict):
        return Refused(
            (way,), "the grant is no single role assignment (a key, a delegation, or an access policy)"
        )
    today: dict[str, Any] = cited[0]
    role = roles.get(str(today.get("roleDefinitionId")))
    if role is None:
        return Refused((way,), "what the role of the assignment grants is not known")
    return _made(way, found[0], today, role, party)


def _made(way: Path, document: str, today: dict[str, Any], role: Role, party: Party) -> Draft:
    scope = way.asset.id if way.asset.id.startswith("/subscriptions/") else str(today.get("scope"))
    subscription = scope.split("/")[2]
    granted = {plane: _granted(role, plane) for plane in _LISTS}
    name = str(uuid.uuid5(_NAMESPACE, f"{party.name} {way.asset.id} {way.gains[0]}"))
    under = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{name}"
    permissions: dict[str, Any] = {_LISTS[plane]: granted[plane] for plane in _LISTS}
    definition = {
        "id": under,
        "name": name,
        "type": "microsoft.authorization/roledefinitions",
        "properties": {
            "roleName": f"Sidedoor {party.name} {name[:8]}",
            "type": "CustomRole",
            "assignableScopes": [f"/subscriptions/{subscription}"],
            "permissions": [{**permissions, "notActions": [], "notDataActions": []}],
        },
    }
    at = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
    properties = {**today, "roleDefinitionId": under, "scope": scope}
    assignment = {
        "id": at,
        "name": name,
        "type": "microsoft.authorization/roleassignments",
        "properties": properties,
    }
    changes = [_change(subscription, under, definition), _change(subscription, at, assignment)]
    return Draft(
        (way,),
        (Piece("custom role definition", definition), Piece(f"role assignment at {scope}", assignment)),
        tuple(changes),
        (Removal(document, ""),),
        spare=tuple(dict.fromkeys(action for plane in _LISTS for action in granted[plane])),
    )


def _granted(role: Role, plane: str) -> list[str]:
    """Return the operations that hops ask about and a role grants."""
    blocks = role.blocks
    wanted = watched().get(plane, ())
    return [a for a in wanted if any(block.grants(plane, a.lower()) for block in blocks)]  # type: ignore[arg-type]  # a plane


def _change(subscription: str, key: str, body: dict[str, Any]) -> Change:
    id_ = DocumentId("azure", subscription, "", "resourcegraph", "authorizationresources", key)
    return Change(str(id_), "", body)
