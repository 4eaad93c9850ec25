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
_ACCOUNTS: Final = "/providers/microsoft.cognitiveservices/accounts/"
_CHAT: Final = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action"
_ONE_CALL: Final = (
    "the role has one operation that calls the model: add those that the party uses (embeddings, responses)"
)
_LISTS: Final = {"control": "actions", "data": "dataActions"}
_NAMESPACE: Final = uuid.UUID("6c1f8f2e-6f0a-5d5e-9a53-1f2b7c6f4d11")


def drafts(snapshot: Snapshot, ways: Sequence[Path], party: Party) -> Iterator[Draft | Refused]:
    """Yield what the party gets for each way."""
    roles = Roles(Documents(snapshot))
    by_asset: dict[tuple[str, str], list[Path]] = {}
    for way in ways:
        by_asset.setdefault((way.source.id, way.asset.id), []).append(way)
    for same in by_asset.values():
        refused = [d for way in same if isinstance(d := _draft(snapshot, roles, (way,), party), Refused)]
        yield from refused
        told = {way for one in refused for way in one.ways}
        yield from _drafts_of(snapshot, roles, [way for way in same if way not in told], party)


def _drafts_of(snapshot: Snapshot, roles: Roles, ways: list[Path], party: Party) -> Iterator[Draft | Refused]:
    """Yield a draft for each assignment that ways to one asset hang on."""
    by_assignment: dict[tuple[str, ...], list[Path]] = {}
    for way in ways:
        by_assignment.setdefault(_assignments(way), []).append(way)
    for same in by_assignment.values():
        yield _draft(snapshot, roles, tuple(same), party)


def _assignments(way: Path) -> tuple[str, ...]:
    return tuple(e.document for e in way.hops[0].evidence if _ASSIGNMENT in e.document.lower())


def _draft(snapshot: Snapshot, roles: Roles, ways: tuple[Path, ...], party: Party) -> Draft | Refused:
    way = ways[0]
    if len(way.hops) != 1:
        return Refused(ways, f"the way goes through {way.hops[0].target}, which has uses of its own")
    found = _assignments(way)
    cited = snapshot.cited(found[0], "/properties") if len(found) == 1 else None
    if cited is None or not isinstance(cited[0], dict):
        return Refused(
            (way,), "the grant is no single role assignment (a key, a delegation, or an access policy)"
        )
    today: dict[str, Any] = cited[0]
    role = roles.get(str(today.get("roleDefinitionId")))
    if role is None:
        return Refused(ways, "what the role of the assignment grants is not known")
    draft: Draft | None = None
    for scope in _scopes(way.asset.id, str(today.get("scope"))):
        draft = _made(ways, found[0], {**today, "scope": scope}, role, party)._replace(otherwise=draft)
    return draft or Refused(ways, "the scope of the assignment is not known")


def _scopes(asset: str, today: str) -> Iterator[str]:
    """Yield today's scope and narrower ones around the asset, the asset's own last.

    Who may call a deployment is told by the account: "Role-based access control for Azure OpenAI"
    (https://learn.microsoft.com/azure/ai-services/openai/how-to/role-based-access-control, read 2026-11-22).
    """
    if not today.lower().startswith("/subscriptions/"):
        return
    deployment = asset.lower().partition("/deployments/")
    found = [asset] if _ACCOUNTS not in deployment[0] else [asset[: len(deployment[0])]]
    asset = found[0]
    while asset.lower().startswith(f"{today.lower()}/") and len(asset) > len(today):
        asset = asset.rpartition("/")[0].rpartition("/")[0]
        if asset.lower().startswith(f"{today.lower()}/") and not asset.lower().endswith("/providers"):
            found.append(asset)
    yield from dict.fromkeys((today, *reversed(found if found[0].startswith("/subscriptions/") else [])))


def _made(ways: tuple[Path, ...], document: str, today: dict[str, Any], role: Role, party: Party) -> Draft:
    scope = str(today["scope"])
    subscription = scope.split("/")[2]
    granted = {plane: _granted(role, plane) for plane in _LISTS}
    name = str(uuid.uuid5(_NAMESPACE, f"{party.name} {document} {ways[0].asset.id}"))
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
        ways,
        (Piece("custom role definition", definition), Piece(f"role assignment at {scope}", assignment)),
        tuple(changes),
        (Removal(document, ""),),
        spare=tuple(sorted((a for plane in _LISTS for a in granted[plane]), key=lambda a: a == _CHAT)),
        notes=(_ONE_CALL,) if _CHAT in granted["data"] and _is_call(ways[0]) else (),
    )


def _is_call(way: Path) -> bool:
    return way.gains == ("invoke",) and _ACCOUNTS in way.asset.id.lower()


def _granted(role: Role, plane: str) -> list[str]:
    """Return the operations that hops ask about and a role grants."""
    blocks = role.blocks
    wanted = watched().get(plane, ())
    return [a for a in wanted if any(block.grants(plane, a.lower()) for block in blocks)]  # type: ignore[arg-type]  # a plane


def _change(subscription: str, key: str, body: dict[str, Any]) -> Change:
    id_ = DocumentId("azure", subscription, "", "resourcegraph", "authorizationresources", key)
    return Change(str(id_), "", body)
