"""Documents as the collector keeps them, from few words."""

from __future__ import annotations

from typing import Any, Final

from scanner.snapshot import Document, DocumentId

TENANT: Final = "11111111-1111-1111-1111-111111111111"


def guid(kind: str, number: int) -> str:
    """Return an id that says what it is of: ``aaaaaaaa`` people, ``bbbbbbbb`` groups, ``cccccccc`` apps."""
    return f"{kind * 8}-0000-0000-0000-{number:012d}"


def resource_id(subscription: str, type_: str, name: str) -> str:
    """Return the id of a resource in the one resource group that a subscription has."""
    return f"/subscriptions/{subscription}/resourceGroups/ml/providers/{type_}/{name}"


def row(table: str, body: dict[str, Any]) -> Document:
    """Return a row of Resource Graph."""
    scope = body.get("subscriptionId") or TENANT
    return Document(DocumentId("azure", scope, "", "resourcegraph", table, body["id"].lower()), body)


def resource(
    subscription: str, type_: str, name: str, properties: dict[str, Any], kind: str = ""
) -> Document:
    """Return a resource as Resource Graph tells of it."""
    body = {
        "id": resource_id(subscription, type_, name),
        "name": name,
        "type": type_.lower(),
        "kind": kind,
        "tenantId": TENANT,
        "location": "westeurope",
        "subscriptionId": subscription,
        "resourceGroup": "ml",
        "properties": properties,
    }
    return row("resources", body)


def arm(type_: str, id_: str, properties: dict[str, Any]) -> Document:
    """Return a resource as ARM tells of it."""
    scope = id_.split("/")[2] if id_.startswith("/subscriptions/") else TENANT
    body = {"id": id_, "name": id_.rpartition("/")[2], "type": type_, "properties": properties}
    return Document(DocumentId("azure", scope, "", "arm", type_.replace("/", "."), id_.lower()), body)


def graph(field: str, key: str, body: object) -> Document:
    """Return an object of Microsoft Graph, or the list that belongs to one."""
    scope = key if field == "organization" else TENANT
    return Document(DocumentId("azure", scope, "", "graph", field, key), body)


def role_assignment(number: int, principal: str, kind: str, role: str, scope: str) -> Document:
    """Return a role assignment as Resource Graph tells of it."""
    name = guid("0", number)
    body = {
        "id": f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}",
        "name": name,
        "type": "microsoft.authorization/roleassignments",
        "tenantId": TENANT,
        "subscriptionId": scope.split("/")[2] if scope.startswith("/subscriptions/") else "",
        "properties": {
            "principalId": principal,
            "principalType": kind,
            "scope": scope,
            "roleDefinitionId": f"/providers/Microsoft.Authorization/RoleDefinitions/{role}",
        },
    }
    return row("authorizationresources", body)


def role_definition(role: str, name: str, **lists: list[str]) -> Document:
    """Return a built-in role as Resource Graph tells of it."""
    block: dict[str, list[str]] = {"actions": [], "notActions": [], "dataActions": [], "notDataActions": []}
    body = {
        "id": f"/providers/Microsoft.Authorization/RoleDefinitions/{role}",
        "name": role,
        "type": "microsoft.authorization/roledefinitions",
        "tenantId": "",
        "properties": {"roleName": name, "type": "BuiltInRole", "permissions": [block | lists]},
    }
    return row("authorizationresources", body)
