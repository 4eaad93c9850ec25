"""What Azure's resources will be called: ids, names, object ids of identities, addresses.

Names that cannot be told have stand-ins, the same wherever they are referred to. Object ids are made up of
what they belong to. Attributes that are nobody's to tell (keys, addresses) stay open.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from scanner.iac.arm.drafting import identity_of
from scanner.iac.azure import made_up_guid, role_named
from scanner.iac.terraform.azure import entra
from scanner.iac.terraform.azure.home import home_of, is_guid
from scanner.iac.terraform.azure.kinds import KINDS
from scanner.iac.terraform.values import Encoded, Open, is_named, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.identity import Resource
    from scanner.iac.terraform.values import Value

PROVIDERS: Final = ("azurerm_", "azuread_", "azapi_")
_ASSIGNED: Final = "azurerm_user_assigned_identity"
_GROUP: Final = "azurerm_resource_group"
_PARTS: Final = {
    "azurerm_application_gateway": {
        "backend_address_pool": "backendAddressPools",
        "frontend_ip_configuration": "frontendIPConfigurations",
    },
    "azurerm_lb": {"frontend_ip_configuration": "frontendIPConfigurations"},
}
"""Blocks of a resource that have ids of their own."""


def is_azure(type_: str) -> bool:
    """Tell whether a type of resource is one of the Azure providers'."""
    return type_.startswith(PROVIDERS)


def name_of(instance: Resource) -> str:
    """Return a resource's name: as code sets it, else one made of what is known."""
    return text_of(instance.body.get("name"), instance) or stand_in(_address(instance))


def text_of(value: Value, instance: Resource) -> str:
    """Return a text for a name that code may leave open; empty when there is none."""
    if isinstance(value, Open):
        if value.parts:
            return "".join(p if isinstance(p, str) else stand_in(p.expression) for p in value.parts)
        return stand_in(value.expression)
    if is_named(value):
        return text_of(value.attribute("name"), instance)
    return value if isinstance(value, str) else ""


def stand_in(expression: str) -> str:
    """Return the name that stands for one that cannot be told."""
    return re.sub(r"[^A-Za-z0-9]+", "-", expression).strip("-")[:60] or "unnamed"


def _address(instance: Resource) -> str:
    path = instance.root.path
    return f"{path}/{instance.address}" if path else instance.address


def guid_of(instance: Resource, kind: str) -> str:
    """Return an object id that is made up for a resource."""
    return made_up_guid(kind, _address(instance))


def id_of(instance: Resource) -> str:
    """Return a resource's id: the one that a plan knows, else as it will be."""
    planned = instance.root.planned(instance.address)
    known = planned.values.get("id") if planned is not None else None
    if isinstance(known, str) and known.startswith("/subscriptions/"):
        return known
    if instance.type == _GROUP:
        return f"{home_of(instance).scope}/resourceGroups/{name_of(instance)}"
    if instance.type.startswith("azapi_"):
        return _id_of_any(instance)
    kind = KINDS[instance.type]
    name = name_of(instance)
    for attribute in kind.parents:
        value = instance.body.get(attribute)
        if value is not None:
            return f"{_above(instance, attribute, value)}/{kind.collection}/{name}"
    return f"{group_scope(instance)}/providers/{kind.arm}/{name}"


def group_scope(instance: Resource) -> str:
    """Return the id of the resource group that a resource is in."""
    group = text_of(instance.body.get("resource_group_name"), instance) or "unknown"
    return f"{home_of(instance).scope}/resourceGroups/{group}"


def _above(instance: Resource, attribute: str, value: Value) -> str:
    """Return the id of what a resource is part of, which an attribute names."""
    kind = KINDS[instance.type]
    if isinstance(value, str) and value.startswith("/"):
        return value.rstrip("/")
    parent = KINDS[kind.above].arm
    if attribute.endswith("_name") and isinstance(value, str):
        for other in siblings(instance, kind.above):
            if name_of(other) == value:
                return id_of(other)
    return f"{group_scope(instance)}/providers/{parent}/{text_of(value, instance) or 'unknown'}"


def siblings(instance: Resource, type_: str) -> list[Resource]:
    """Return the resources of a type in the whole of the root module."""
    root = instance.root
    return [i for module in root.module.modules() for i in module.instances() if i.type == type_]


def azapi_type(instance: Resource) -> str:
    """Return ARM's type of a resource of ``azapi``, empty when it cannot be told."""
    value = instance.body.get("type")
    type_ = value.partition("@")[0].strip("/") if isinstance(value, str) else ""
    return type_ if "/" in type_ else ""


def _id_of_any(instance: Resource) -> str:
    given = instance.body.get("resource_id")
    if isinstance(given, str) and given.startswith("/"):
        return given
    type_ = azapi_type(instance) or "Microsoft.Unknown/unknown"
    namespace, *types = type_.split("/")
    parent = instance.body.get("parent_id")
    name = name_of(instance)
    if isinstance(parent, str) and parent.startswith("/"):
        below = parent.lower().partition(f"/providers/{namespace.lower()}/")[2]
        if below and below.count("/") == 2 * (len(types) - 1) - 1:
            return f"{parent}/{types[-1]}/{name}"
        return f"{parent}/providers/{namespace}/{types[-1]}/{name}"
    above = text_of(parent, instance) or "unknown"
    outer = "".join(f"/{kind}/{above}" for kind in types[:-1])
    return f"{home_of(instance).scope}/resourceGroups/unknown/providers/{namespace}{outer}/{types[-1]}/{name}"


def computed(instance: Resource, attribute: str) -> Value:
    """Return an attribute that the provider sets; None when it is the code's to set, or open."""
    special = _SPECIAL.get((instance.is_data, instance.type)) or _SPECIAL.get((None, instance.type))
    if special is not None:
        found = special(instance, attribute)
        if found is not None:
            return found
    if instance.type.startswith("azuread_"):
        return entra.computed(instance, attribute)
    kind = KINDS.get(instance.type)
    if kind is None:
        return None
    if attribute == "identity" and instance.body.blocks("identity"):
        return _identities(instance)
    if attribute == "id":
        return id_of(instance)
    if attribute == "name":
        return name_of(instance)
    parts = _PARTS.get(instance.type, {}).get(attribute)
    if parts:
        return _numbered(instance, attribute, parts)
    template = kind.more.get(attribute)
    return None if template is None else template.format(name=name_of(instance), id=id_of(instance))


def _numbered(instance: Resource, attribute: str, collection: str) -> Value:
    found = []
    for body in instance.body.blocks(attribute):
        name = text_of(body.get("name"), instance) or "unnamed"
        found.append({"name": name, "id": f"{id_of(instance)}/{collection}/{name}"})
    return found


def _identities(instance: Resource) -> Value:
    body = instance.body.blocks("identity")[0]
    known = {"type": body.get("type"), "identity_ids": body.get("identity_ids") or []}
    own = {"principal_id": identity_of(id_of(instance)), "tenant_id": home_of(instance).tenant}
    return [{**known, **own}]


def _group(instance: Resource, attribute: str) -> Value:
    return {"id": id_of, "name": name_of}[attribute](instance) if attribute in {"id", "name"} else None


def _config(instance: Resource, attribute: str) -> Value:
    home = home_of(instance)
    if attribute == "object_id":  # whoever deploys
        return made_up_guid("deployer", home.tenant)
    return {"subscription_id": home.subscription, "tenant_id": home.tenant}.get(attribute)


def _subscription(instance: Resource, attribute: str) -> Value:
    home = home_of(instance)
    given = instance.body.get("subscription_id")
    id_ = given.lower() if isinstance(given, str) and is_guid(given) else home.subscription
    found = {"id": f"/subscriptions/{id_}", "subscription_id": id_, "tenant_id": home.tenant}
    return found.get(attribute)


def _management(instance: Resource, attribute: str) -> Value:
    name = text_of(instance.body.get("name"), instance) or text_of(instance.body.get("group_id"), instance)
    name = name or guid_of(instance, "management group")
    found = {"id": f"/providers/Microsoft.Management/managementGroups/{name}", "name": name}
    return found.get(attribute)


def _assigned(instance: Resource, attribute: str) -> Value:
    found = {
        "principal_id": identity_of(id_of(instance)),
        "client_id": made_up_guid("client", id_of(instance)),
        "tenant_id": home_of(instance).tenant,
    }
    return found.get(attribute)


def _cluster(instance: Resource, attribute: str) -> Value:
    """Return what a cluster's provider makes up: its issuer and the identity of its nodes."""
    id_, home = id_of(instance), home_of(instance)
    if attribute == "oidc_issuer_url":
        where = text_of(instance.body.get("location"), instance) or "location"
        return f"https://{where}.oic.prod-aks.azure.com/{home.tenant}/{made_up_guid('issuer', id_)}/"
    if attribute == "kubelet_identity" and not instance.body.blocks("kubelet_identity"):
        return [
            {
                "object_id": identity_of(f"{id_}/agentpool"),
                "client_id": made_up_guid("client", f"{id_}/agentpool"),
            }
        ]
    return None


def _public_address(instance: Resource, attribute: str) -> Value:
    """Return the name of a public address, where it has a label."""
    label, where = instance.body.get("domain_name_label"), instance.body.get("location")
    if attribute != "fqdn" or not isinstance(label, str) or not isinstance(where, str):
        return None
    return f"{label}.{where.lower().replace(' ', '')}.cloudapp.azure.com"


def _key(instance: Resource, attribute: str) -> Value:
    vault = id_of(instance).rpartition("/keys/")[0].rpartition("/")[2]
    base = f"https://{vault}.vault.azure.net/keys/{name_of(instance)}"
    return {"id": f"{base}/1", "versionless_id": base, "version": "1"}.get(attribute)


def role_guid(instance: Resource) -> Value:
    """Return the GUID of a role that code defines or looks up; open when nobody can tell which it is."""
    given = instance.body.get("role_definition_id")
    if isinstance(given, str) and given:
        return given.rpartition("/")[2].lower()
    name = instance.body.get("name")
    if not instance.is_data:
        return guid_of(instance, "role")
    return guid_named(instance, name)


def guid_named(instance: Resource, name: Value) -> Value:
    """Return the GUID of the role with a name: of the code's own, else of Azure's."""
    if not isinstance(name, str):
        return name if isinstance(name, Open) else Open(f"{instance.address}.role_definition_id")
    for other in siblings(instance, "azurerm_role_definition"):
        if not other.is_data and other.body.get("name") == name:
            return role_guid(other)
    return role_named(name) or Open(f"the role called {name}")


def role_scope(instance: Resource) -> str:
    """Return where a role is defined."""
    value = instance.body.get("scope")
    return value.rstrip("/") if isinstance(value, str) else home_of(instance).scope


def _role(instance: Resource, attribute: str) -> Value:
    guid = role_guid(instance)
    if attribute == "role_definition_id":
        return guid
    if attribute in {"id", "role_definition_resource_id"}:
        if isinstance(guid, Open):
            return guid
        return f"{role_scope(instance)}/providers/Microsoft.Authorization/roleDefinitions/{guid}"
    return None


def _delegation(instance: Resource, attribute: str) -> Value:
    if attribute not in {"id", "lighthouse_definition_id"}:
        return None
    given = instance.body.get("lighthouse_definition_id")
    guid = given if isinstance(given, str) else guid_of(instance, "lighthouse")
    above = f"{role_scope(instance)}/providers/Microsoft.ManagedServices/registrationDefinitions"
    return f"{above}/{guid}" if attribute == "id" else guid


def _subnet_of(instance: Resource, attribute: str) -> Value:
    """Return the subnets that a network has inside of its own block."""
    if attribute != "subnet":
        return None
    base = id_of(instance)
    names = [text_of(body.get("name"), instance) for body in instance.body.blocks("subnet")]
    return [{"name": name, "id": f"{base}/subnets/{name}"} for name in names]


def _any(instance: Resource, attribute: str) -> Value:
    if attribute == "id":
        return _id_of_any(instance)
    if attribute == "name":
        return name_of(instance)
    if attribute == "identity" and instance.body.blocks("identity"):
        return _identities(instance)
    if attribute == "output":
        body = instance.body.get("body")
        inner = body.value if isinstance(body, Encoded) else body
        known = plain(inner) if isinstance(inner, dict) else {}
        identity = {"principalId": identity_of(_id_of_any(instance))}
        return {**known, "identity": identity} if instance.body.blocks("identity") else None
    return None


_SPECIAL: Final[dict[tuple[bool | None, str], Callable[[Resource, str], Value]]] = {
    (None, "azapi_resource"): _any,
    (None, "azapi_update_resource"): _any,
    (None, _GROUP): _group,
    (None, _ASSIGNED): _assigned,
    (None, "azurerm_key_vault_key"): _key,
    (None, "azurerm_kubernetes_cluster"): _cluster,
    (None, "azurerm_lighthouse_definition"): _delegation,
    (None, "azurerm_management_group"): _management,
    (None, "azurerm_public_ip"): _public_address,
    (None, "azurerm_role_definition"): _role,
    (None, "azurerm_virtual_network"): _subnet_of,
    (True, "azapi_client_config"): _config,
    (True, "azuread_client_config"): _config,
    (True, "azurerm_client_config"): _config,
    (True, "azurerm_subscription"): _subscription,
}
