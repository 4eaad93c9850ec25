"""Roles, who is assigned which of them where, identities, and delegations to other tenants."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from scanner.iac import azure
from scanner.iac.aws import Piece
from scanner.iac.terraform.azure import identity
from scanner.iac.terraform.azure.entra import oid_of
from scanner.iac.terraform.azure.home import is_guid
from scanner.iac.terraform.values import Open, is_named, plain
from scanner.snapshot import DocumentId, Gap, Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.azure.made import Made
    from scanner.iac.terraform.bodies import Body
    from scanner.iac.terraform.values import Value

_AUTHORIZATION: Final = "Microsoft.Authorization"
_SERVICES: Final = "Microsoft.ManagedServices"
_LISTS: Final = {
    "actions": "actions",
    "not_actions": "notActions",
    "data_actions": "dataActions",
    "not_data_actions": "notDataActions",
}
_MADE_UP: Final = 5
"""Version of the GUIDs that are made up here; those that Entra gives are random."""


def _assignment(made: Made) -> None:
    _assigned(made, "roleAssignments")


def _eligible(made: Made) -> None:
    _assigned(made, "roleEligibilityScheduleInstances")


def _assigned(made: Made, collection: str) -> None:
    """Read an assignment. Scope, role and principal that cannot be told stay so."""
    scope = made.body.get("scope")
    scope = scope.attribute("id") if is_named(scope) else scope
    above = scope.rstrip("/") if isinstance(scope, str) else made.at.scope
    principal = oid_of(made.body.get("principal_id"))
    if principal is None:
        principal = Open(f"{made.instance.address}.principal_id")
    properties: dict[str, Any] = {
        "principalId": plain(principal),
        "roleDefinitionId": plain(_role(made)),
        "scope": above or "/" if isinstance(scope, str) else plain(scope),
        **made.named(
            {
                "principal_type": "principalType",
                "condition": "condition",
                "condition_version": "conditionVersion",
            }
        ),
    }
    guid = made.said("name")
    guid = guid if isinstance(guid, str) else made.guid("assignment")
    id_ = f"{above}/providers/{_AUTHORIZATION}/{collection}/{guid}"
    azure.resource(
        made.drafts, id_, f"{_AUTHORIZATION}/{collection}", Piece({"properties": properties}, (made.place,))
    )
    if isinstance(principal, str):
        note_unknown(made, principal)


def note_unknown(made: Made, principal: str) -> None:
    """Say of a principal that code names by its object id alone that it may be anybody of the directory."""
    if not is_guid(principal) or uuid.UUID(principal).version == _MADE_UP:
        return
    id_ = DocumentId("iac", "", "", "azure", "ReadPrincipal", principal.lower())
    why = (
        f"{made.place.file}:{made.place.lines[0]} names a principal by its object id; whether that is a "
        "guest, another tenant's application or a group with some is not in the code"
    )
    made.drafts.gap(Gap(id_, "not-collected", why, "understated"))


def _role(made: Made) -> Value:
    """Return the id of the role definition that an assignment names."""
    given = made.body.get("role_definition_id")
    if is_named(given):
        given = given.attribute("role_definition_resource_id")
    if isinstance(given, str) and given:
        return given.partition("|")[0]
    if given is None:
        name = made.body.get("role_definition_name")
        given = identity.guid_named(made.instance, name)
    if isinstance(given, Open):
        return given
    return f"{made.at.scope}/providers/{_AUTHORIZATION}/roleDefinitions/{given}"


def _definition(made: Made) -> None:
    guid = identity.role_guid(made.instance)
    if not isinstance(guid, str):
        return
    blocks = made.body.blocks("permissions")
    scope = identity.role_scope(made.instance)
    permissions = [
        {field: made.said(attribute, body) or [] for attribute, field in _LISTS.items()} for body in blocks
    ]
    for permission in permissions:
        for field, listed in permission.items():  # a list that nobody can tell is one open entry
            permission[field] = listed if isinstance(listed, list) else [listed]
    properties = {
        "roleName": made.said("name"),
        "type": "CustomRole",
        "permissions": permissions,
        "assignableScopes": made.references("assignable_scopes") or [scope],
    }
    id_ = f"{scope}/providers/{_AUTHORIZATION}/roleDefinitions/{guid}"
    piece = Piece({"properties": properties}, made.places(("/properties/permissions", blocks)))
    azure.resource(made.drafts, id_, f"{_AUTHORIZATION}/roleDefinitions", piece)


def _identity(made: Made) -> None:
    known = {"principal_id": "principalId", "client_id": "clientId"}
    told = {field: made.body.get(attribute) for attribute, field in known.items()}
    made.put({"tenantId": made.at.tenant, **{f: v for f, v in told.items() if isinstance(v, str)}})


def _federated(made: Made) -> None:
    audiences = made.said("audience")
    fields = {"issuer": made.said("issuer"), "subject": made.said("subject")}
    made.put({**fields, "audiences": audiences if isinstance(audiences, list) else [audiences]})


def _delegation(made: Made) -> None:
    """Read a Lighthouse definition; what it delegates holds where it is assigned."""
    blocks, eligible = made.body.blocks("authorization"), made.body.blocks("eligible_authorization")
    properties = {
        "registrationDefinitionName": made.said("name"),
        "managedByTenantId": made.said("managing_tenant_id"),
        "authorizations": [_authorization(made, body) for body in blocks],
        "eligibleAuthorizations": [_authorization(made, body) for body in eligible],
    }
    places = made.places(
        ("/properties/authorizations", blocks), ("/properties/eligibleAuthorizations", eligible)
    )
    azure.resource(
        made.drafts,
        str(made.instance.attribute("id")),
        f"{_SERVICES}/registrationDefinitions",
        Piece({"properties": properties}, places),
    )


def _authorization(made: Made, body: Body) -> dict[str, Any]:
    found = made.named(
        {
            "principal_id": "principalId",
            "principal_display_name": "principalIdDisplayName",
            "role_definition_id": "roleDefinitionId",
            "delegated_role_definition_ids": "delegatedRoleDefinitionIds",
        },
        body,
    )
    for inner in body.blocks("just_in_time_access_policy"):
        provider = made.said("multi_factor_auth_provider", inner)
        found["justInTimeAccessPolicy"] = {
            "multiFactorAuthProvider": provider or "None",
            **made.named({"maximum_activation_duration": "maximumActivationDuration"}, inner),
        }
    return found


def _delegated(made: Made) -> None:
    """Read the assignment of a Lighthouse definition, with the definition inside as ARM answers."""
    named = made.reference("lighthouse_definition_id")
    scope = made.reference("scope")
    if named is None or scope is None:
        return
    draft = azure.found(made.drafts, named)
    if draft is None:
        made.instance.say(f"it delegates by {named}, which the code does not make")
        return
    inside = "/properties/registrationDefinition"
    inner = Piece(
        {"id": named, "properties": draft.body["properties"]},
        tuple(p for p in draft.document().places if p.pointer),
    )
    id_ = f"{scope.rstrip('/')}/providers/{_SERVICES}/registrationAssignments/{made.guid('delegation')}"
    properties = {"registrationDefinitionId": named, "registrationDefinition": inner.body}
    places = (made.place, *(Place(p.pointer, p.file, p.lines) for p in inner.below(inside)))
    azure.resource(
        made.drafts,
        id_,
        f"{_SERVICES}/registrationAssignments",
        Piece({"properties": properties}, places),
    )


FIRST: Final[dict[str, Callable[[Made], None]]] = {
    "azurerm_lighthouse_definition": _delegation,
    "azurerm_role_definition": _definition,
    "azurerm_user_assigned_identity": _identity,
}
TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "azurerm_federated_identity_credential": _federated,
    "azurerm_lighthouse_assignment": _delegated,
    "azurerm_pim_active_role_assignment": _assignment,
    "azurerm_pim_eligible_role_assignment": _eligible,
    "azurerm_role_assignment": _assignment,
}
