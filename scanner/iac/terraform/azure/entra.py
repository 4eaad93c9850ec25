"""Objects of the directory: their object ids, and the application ids that others know them by.

What a data source looks up is nobody's to tell but by what it is looked up by: an object id, an application's
id, a mail address.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from scanner.iac.azure import made_up_guid
from scanner.iac.terraform.azure.home import home_of, is_guid
from scanner.iac.terraform.values import Open

if TYPE_CHECKING:
    from scanner.iac.terraform.aws.identity import Resource
    from scanner.iac.terraform.values import Value

COLLECTIONS: Final = {
    "azuread_application": "applications",
    "azuread_application_registration": "applications",
    "azuread_group": "groups",
    "azuread_group_without_members": "groups",
    "azuread_invitation": "users",
    "azuread_service_principal": "servicePrincipals",
    "azuread_user": "users",
}
_APPS: Final = ("azuread_application", "azuread_application_registration")
_LOOKED_UP: Final = {
    "azuread_application": ("client_id", "application_id", "display_name"),
    "azuread_group": ("display_name", "mail_nickname"),
    "azuread_service_principal": ("client_id", "application_id", "display_name"),
    "azuread_user": ("user_principal_name", "mail", "mail_nickname", "employee_id"),
}


def computed(instance: Resource, attribute: str) -> Value:
    """Return an attribute that the directory sets; None when it is the code's to set, or open."""
    collection = COLLECTIONS.get(instance.type)
    if collection is None:
        return None
    oid = object_id(instance)
    match attribute:
        case "object_id" | "user_id":
            return oid
        case "id":
            return oid if isinstance(oid, Open) else f"/{collection}/{oid}"
        case "client_id" | "application_id" if instance.type in _APPS or instance.is_data:
            return client_id(instance)
        case "application_tenant_id" if not _given(instance, "client_id"):
            return home_of(instance).tenant
    return None


def object_id(instance: Resource) -> Value:
    """Return an object id: as it is looked up, else made up; open when not even the look-up can be told."""
    given = instance.body.get("object_id")
    if isinstance(given, str) and is_guid(given):
        return given.lower()
    if not instance.is_data:
        return made_up_guid(COLLECTIONS[instance.type], f"{instance.root.path}/{instance.address}")
    for name in _LOOKED_UP.get(instance.type, ()):
        value = instance.body.get(name)
        if isinstance(value, str):
            return made_up_guid(COLLECTIONS[instance.type], name, value)
        if isinstance(value, Open):
            return value
    return Open(f"{instance.address}.object_id")


def client_id(instance: Resource) -> Value:
    """Return an application's id."""
    given = _given(instance, "client_id")
    if given is not None:
        return given.lower() if isinstance(given, str) else given
    if instance.is_data:
        return Open(f"{instance.address}.client_id")
    return made_up_guid("client", f"{instance.root.path}/{instance.address}")


def _given(instance: Resource, name: str) -> Value:
    value = instance.body.get(name)
    return instance.body.get("application_id") if value is None and name == "client_id" else value


def oid_of(value: Value) -> Value:
    """Return an object id without the collection that newer ids have before it."""
    return re.sub(r"^/[A-Za-z]+/", "", value).partition("/")[0] if isinstance(value, str) else value
