"""Azure snapshots for unit tests: documents in few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.config import Config
from scanner.providers.azure.estate import AzureEstate
from scanner.snapshot import Document, DocumentId, Gap, Snapshot
from tests.worlds import parse_id

if TYPE_CHECKING:
    from collections.abc import Iterable

TENANT = "11111111-1111-1111-1111-111111111111"
SUBSCRIPTION = "10000000-0000-0000-0000-000000000001"
SUB = f"/subscriptions/{SUBSCRIPTION}"
RG = f"{SUB}/resourcegroups/ml"
ACCOUNT = f"{RG}/providers/microsoft.storage/storageaccounts/ourlabml"
WEIGHTS = f"{ACCOUNT}/blobservices/default/containers/weights"


def row(id_: str, type_: str, table: str = "resources", **properties: Any) -> Document:  # noqa: ANN401 - raw JSON
    """Return a row of Resource Graph."""
    body = {"id": id_, "name": id_.rpartition("/")[2], "type": type_, "properties": properties}
    return Document(DocumentId("azure", SUBSCRIPTION, "", "resourcegraph", table, id_), body)


def assigned(
    who: str, role: str, scope: str, *, type_: str = "User", condition: str | None = None, n: int = 1
) -> Document:
    """Return a role assignment; `role` is a GUID."""
    id_ = (
        f"{scope.rstrip('/')}/providers/Microsoft.Authorization/roleAssignments/{n:08d}-{who[:4]}-{role[:4]}"
    )
    properties = {
        "principalId": who,
        "principalType": type_,
        "roleDefinitionId": f"{SUB}/providers/Microsoft.Authorization/roleDefinitions/{role}",
        "scope": scope,
        "condition": condition,
    }
    return row(id_, "microsoft.authorization/roleassignments", "authorizationresources", **properties)


def defined(guid: str, *permissions: dict[str, Any]) -> Document:
    """Return a role definition with blocks of permissions."""
    id_ = f"{SUB}/providers/Microsoft.Authorization/roleDefinitions/{guid}"
    type_ = "microsoft.authorization/roledefinitions"
    return row(id_, type_, "authorizationresources", type="CustomRole", permissions=list(permissions))


def estate(documents: Iterable[Document], gaps: Iterable[str] = ()) -> AzureEstate:
    """Return the estate of a snapshot; every gap is a refusal."""
    refused = [Gap(parse_id(id_), "refused") for id_ in gaps]
    return AzureEstate(Snapshot(documents, refused, collected_at="2026-11-20"), Config())
