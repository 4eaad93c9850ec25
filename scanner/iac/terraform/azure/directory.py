"""People, groups, applications and service principals, and the tokens that applications trust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac import azure
from scanner.iac.aws import Piece
from scanner.iac.terraform.azure import entra
from scanner.iac.terraform.azure.authorization import note_unknown
from scanner.iac.terraform.values import Open, plain
from scanner.snapshot import DocumentId, Gap, Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.azure.directory import Lists, Objects
    from scanner.iac.terraform.azure.made import Made
    from scanner.iac.terraform.values import Value

_MICROSOFT: Final = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
"""The tenant that owns Microsoft's own applications, see `scanner.providers.azure.tenants`."""
_OF_MICROSOFT: Final = "-0000-0000-c000-000000000000"
_PUBLISHED: Final = "azuread_application_published_app_ids"
_EXTERNAL: Final = "#EXT#"


def _object(made: Made, kind: Objects, fields: dict[str, Any]) -> str | None:
    """Declare an object; returns its object id, None when not even a stand-in can be told."""
    oid = entra.object_id(made.instance)
    if not isinstance(oid, str):
        return None
    body = {key: value for key, value in fields.items() if value is not None}
    azure.object_(made.drafts, made.at.tenant, kind, oid, Piece(body, (made.place,)))
    return oid


def _user(made: Made) -> None:
    """Read a person: of the tenant, unless the name says that it is a guest's."""
    name = made.said("user_principal_name")
    fields = {
        "userPrincipalName": name,
        "mail": made.said("mail"),
        "displayName": made.said("display_name"),
        "accountEnabled": made.switch("account_enabled", default=True),
    }
    if made.instance.is_data and not isinstance(name, str):
        why = "it is not looked up by name: whether it is a guest is not in the code"
        made.instance.say(why)
    else:
        fields["userType"] = "Guest" if isinstance(name, str) and _EXTERNAL in name.upper() else "Member"
    _object(made, "users", fields)


def _invitation(made: Made) -> None:
    """Read an invitation: the guest that it makes."""
    mail = made.said("user_email_address")
    if mail is not None and not isinstance(mail, str):
        made.untold("user_email_address", made.body.get("user_email_address"))
        mail = None
    name = None if mail is None else f"{mail.replace('@', '_')}{_EXTERNAL}@tenant.onmicrosoft.com"
    fields = {
        "mail": mail,
        "userPrincipalName": name,
        "displayName": made.said("user_display_name"),
        "userType": made.said("user_type") or "Guest",
        "accountEnabled": True,
    }
    _object(made, "users", fields)


def _application(made: Made) -> None:
    fields = {
        "appId": plain(entra.client_id(made.instance)),
        "displayName": made.said("display_name"),
        "signInAudience": made.said("sign_in_audience") or "AzureADMyOrg",
    }
    oid = _object(made, "applications", fields)
    if oid is not None:
        azure.member(made.drafts, made.at.tenant, "applications.federatedIdentityCredentials", oid, None)
        _list(made, "applications.owners", oid, "owners")


def _service_principal(made: Made) -> None:
    """Read a service principal: of an application of the code's, of Microsoft's, else of another tenant's."""
    client = entra.client_id(made.instance)
    owner = _owner(made, client)
    fields = {
        "appId": plain(client),
        "displayName": made.said("display_name"),
        "servicePrincipalType": "Application",
        "accountEnabled": made.switch("account_enabled", default=True),
        "appOwnerOrganizationId": owner,
    }
    oid = _object(made, "servicePrincipals", fields)
    if oid is not None:
        _list(made, "servicePrincipals.owners", oid, "owners")


def _owner(made: Made, client: Value) -> Any:  # noqa: ANN401 - raw JSON
    """Return the tenant that owns an application, `Unresolved` when the code does not tell."""
    expression = client.expression if isinstance(client, Open) else ""
    if _PUBLISHED in expression or (isinstance(client, str) and client.endswith(_OF_MICROSOFT)):
        return _MICROSOFT
    known = made.drafts.of("graph", "applications")
    if any(draft.body.get("appId") == client for draft in known):
        return made.at.tenant
    told = made.said("application_tenant_id")
    if told is None:
        id_ = DocumentId("iac", "", "", "azure", "ReadApplication", expression or str(client))
        why = (
            f"{made.place.file}:{made.place.lines[0]} lets in an application that the code does not make; "
            "it is taken for another tenant's"
        )
        made.drafts.gap(Gap(id_, "not-collected", why, "overstated"))
    return told or Unresolved(f"owner of application {expression or client}").body


def _group(made: Made) -> None:
    fields = {"displayName": made.said("display_name"), "securityEnabled": True}
    oid = _object(made, "groups", fields)
    if oid is not None and not made.instance.is_data:
        azure.member(made.drafts, made.at.tenant, "groups.members", oid, None)
        _list(made, "groups.members", oid, "members")
        _list(made, "groups.owners", oid, "owners")


def _list(made: Made, kind: Lists, oid: str, attribute: str) -> None:
    """Add everybody whom an attribute lists; whoever cannot be told is a gap."""
    value = made.body.get(attribute)
    for element in value if isinstance(value, list) else [] if value is None else [value]:
        _entry(made, kind, oid, element, attribute)


def _entry(made: Made, kind: Lists, oid: str, value: Value, attribute: str) -> None:
    found = entra.oid_of(value)
    if not isinstance(found, str):
        made.untold(attribute, value)
        return
    azure.member(made.drafts, made.at.tenant, kind, oid, Piece({"id": found.lower()}, (made.place,)))
    note_unknown(made, found)


def _membership(made: Made) -> None:
    """Read one member of a group; of a group that the code does not make, nobody knows the others."""
    group = entra.oid_of(made.body.get("group_object_id"))
    if not isinstance(group, str):
        made.untold("group_object_id", group)
        return
    id_ = DocumentId("azure", made.at.tenant, "", "graph", "groups.members", group)
    if made.drafts.get(id_) is None:
        where = DocumentId("iac", "", "", "azure", "ReadMembers", group)
        why = "code adds to a group that it does not make; who else is in it is not in the code"
        made.drafts.gap(Gap(where, "not-collected", why, "understated"))
    _entry(made, "groups.members", group, made.body.get("member_object_id"), "member_object_id")


def _credential(made: Made) -> None:
    """Read a federated credential of an application, plain or flexible."""
    given = made.body.get("application_id") or made.body.get("application_object_id")
    oid = entra.oid_of(given)
    if not isinstance(oid, str):
        made.untold("application_id", oid)
        return
    entry = made.named(
        {"display_name": "name", "issuer": "issuer", "subject": "subject", "audiences": "audiences"}
    )
    expression = made.said("claims_matching_expression")
    if expression is not None:
        entry["claimsMatchingExpression"] = {"value": expression, "languageVersion": 1}
    piece = Piece(entry, (made.place,))
    kind: Lists = "applications.federatedIdentityCredentials"
    azure.member(made.drafts, made.at.tenant, kind, oid, piece)


def _app_role(made: Made) -> None:
    """Read a permission of an application over another's interface."""
    principal = entra.oid_of(made.body.get("principal_object_id"))
    role = made.body.get("app_role_id")
    if not isinstance(principal, str) or not isinstance(role, str):
        made.untold("app_role_id", role)
        return
    entry = {"appRoleId": role, "principalId": principal, **made.named({"resource_object_id": "resourceId"})}
    piece = Piece(entry, (made.place,))
    azure.member(made.drafts, made.at.tenant, "servicePrincipals.appRoleAssignments", principal, piece)


FIRST: Final[dict[str, Callable[[Made], None]]] = {
    "azuread_application": _application,
    "azuread_application_registration": _application,
    "azuread_group": _group,
    "azuread_group_without_members": _group,
    "azuread_invitation": _invitation,
    "azuread_user": _user,
}
TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "azuread_app_role_assignment": _app_role,
    "azuread_application_federated_identity_credential": _credential,
    "azuread_application_flexible_federated_identity_credential": _credential,
    "azuread_group_member": _membership,
    "azuread_service_principal": _service_principal,
}
LOOKED_UP: Final = ("azuread_group", "azuread_service_principal", "azuread_user")
"""Types whose data sources name somebody who may hold a role."""
