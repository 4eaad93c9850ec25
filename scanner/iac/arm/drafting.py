"""Resources of Azure code as the rows that Azure Resource Graph will answer with.

Source: Azure Resource Graph, "Understanding the query language", Resource Graph tables
(https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language, read 2026-11).
Identities get object ids that are made up of their resource's id, so that role assignments in the same code
find them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.arm.kinds import is_told
from scanner.iac.arm.places import made_up_guid
from scanner.providers.azure.gateway_policies import kept_of
from scanner.snapshot import Document, DocumentId, Gap, Place, Unresolved

if TYPE_CHECKING:
    from scanner.iac.arm.places import Room
    from scanner.iac.written import Node
    from scanner.snapshot import SnapshotWriter

_AUTHORIZATION: Final = "microsoft.authorization/"
_FIELDS: Final = ("location", "tags", "kind", "sku", "identity", "properties", "zones", "plan")
_POLICIES: Final = (
    "microsoft.apimanagement/service/policies",
    "microsoft.apimanagement/service/apis/policies",
)
"""Policies of gateways, whose text is not kept."""
_USER_ASSIGNED: Final = "microsoft.managedidentity/userassignedidentities"


def row(id_: str, type_: str, node: Node, *, file: str, scope: str, subscription: str) -> Document:
    """Return a resource's row, with the lines of the code that makes it.

    Args:
        id_: The resource's id.
        type_: Its type, as the code spells it.
        node: Its fields, worked out.
        file: Of the code, as reports show it.
        scope: What an extension resource is of, such as a role assignment.
        subscription: Where it will live.
    """
    body, field = row_body(id_, type_, node.plain(), scope=scope, subscription=subscription)
    kept = ("/properties",) if type_.lower() in _POLICIES else ()
    places = [
        place
        for place in node.places(file)
        if not place.pointer
        or place.pointer in kept
        or (not kept and place.pointer.startswith("/properties"))
    ]
    return Document(DocumentId("azure", subscription, "", "resourcegraph", field, id_), body, tuple(places))


def row_body(
    id_: str,
    type_: str,
    fields: Any,  # noqa: ANN401 - raw JSON
    *,
    scope: str,
    subscription: str,
) -> tuple[dict[str, Any], str]:
    """Return the body of a resource's row, and the table that it stands in; see `row`."""
    body: dict[str, Any] = {
        "id": id_,
        "name": id_.rpartition("/")[2],
        "type": type_.lower(),
        "subscriptionId": subscription,
    }
    group = id_.lower().partition("/resourcegroups/")[2].partition("/")[0]
    if group:
        body["resourceGroup"] = group
    if isinstance(fields, dict):
        body |= {field: fields[field] for field in _FIELDS if field in fields}
    _identify(body, type_)
    if type_.lower() in _POLICIES:
        body["properties"] = _policy(body.get("properties"))
    if not type_.lower().startswith(_AUTHORIZATION):
        return body, "resources"
    if isinstance(body.get("properties"), dict):
        body["properties"].setdefault("scope", scope)
    return body, "authorizationresources"


def identity_of(id_: str) -> str:
    """Return the object id that the identity of a resource will have, made up."""
    return made_up_guid("identity", id_)


def _policy(properties: Any) -> dict[str, Any]:  # noqa: ANN401 - raw JSON
    """Return what is kept of a policy; what it does is open where its text is, or lies elsewhere."""
    given = properties if isinstance(properties, dict) else {}
    value = given.get("value")
    if isinstance(value, str) and not str(given.get("format", "xml")).lower().endswith("link"):
        return dict(kept_of(value))
    return {"elements": Unresolved("the text of the policy").body}


def _identify(body: dict[str, Any], type_: str) -> None:
    """Add the object ids of identities, which a deployment gives."""
    if type_.lower() == _USER_ASSIGNED:
        properties = body.setdefault("properties", {})
        if isinstance(properties, dict):
            properties.setdefault("principalId", identity_of(body["id"]))
            properties.setdefault("clientId", made_up_guid("client", body["id"]))
        return
    identity = body.get("identity")
    if not isinstance(identity, dict) or Unresolved.read(identity) is not None:
        return
    if "systemassigned" in str(identity.get("type", "")).lower().replace(" ", ""):
        identity.setdefault("principalId", identity_of(body["id"]))
    listed = identity.get("userAssignedIdentities")
    for key, value in listed.items() if isinstance(listed, dict) else ():
        if isinstance(value, dict):
            value.setdefault("principalId", identity_of(key))
            value.setdefault("clientId", made_up_guid("client", key))


def subscription_row(subscription: str, tenant: str = "") -> Document:
    """Return the row of the subscription that code deploys to, of which code tells nothing more."""
    id_ = f"/subscriptions/{subscription}"
    body: dict[str, Any] = {
        "id": id_,
        "name": subscription,
        "type": "microsoft.resources/subscriptions",
        "properties": {},
    }
    if tenant:
        body["tenantId"] = tenant
    return Document(DocumentId("azure", subscription, "", "resourcegraph", "resourcecontainers", id_), body)


def gap(writer: SnapshotWriter, file: str, line: int, why: str, reason: Any = "unparseable") -> None:  # noqa: ANN401
    """Note what cannot be told at a line of code; a `Reason`."""
    writer.gap(Gap(DocumentId("iac", "", "", "files", "ReadFile", f"{file}:{line}"), reason, why))


def has_room(room: Room, writer: SnapshotWriter, file: str, line: int) -> bool:
    """Tell whether one more resource or module is read; the first that is not is a gap."""
    room.resources -= 1
    if room.resources < 0 and not room.told:
        room.told = True
        gap(writer, file, line, "the tree makes too many resources", "too-large")
    return room.resources >= 0


def check_kind(writer: SnapshotWriter, file: str, line: int, type_: str) -> None:
    """Note a resource of a type that the analysis does not know."""
    if not is_told(type_):
        id_ = DocumentId("iac", "", "", "arm", type_.lower(), f"{file}:{line}")
        writer.gap(Gap(id_, "not-implemented", f"{type_} is not read", "understated"))


def whole(node: Node, file: str) -> Place:
    """Return the place of a whole node."""
    return Place("", file, (node.first, node.last))
