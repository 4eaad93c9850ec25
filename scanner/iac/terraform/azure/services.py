"""Services that hold or serve models: machine learning, OpenAI, vaults, registries, what azapi makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from scanner.iac import azure
from scanner.iac.aws import Piece
from scanner.iac.terraform.azure.authorization import note_unknown
from scanner.iac.terraform.azure.identity import azapi_type
from scanner.iac.terraform.azure.storage import acls
from scanner.iac.terraform.values import Encoded, Open, plain
from scanner.snapshot import Place, Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.azure.made import Made
    from scanner.iac.terraform.bodies import Body

_STORES: Final = {
    "azurerm_machine_learning_datastore_blobstorage": ("AzureBlob", "storage_container_id", "containerName"),
    "azurerm_machine_learning_datastore_datalake_gen2": (
        "AzureDataLakeGen2",
        "storage_container_id",
        "filesystem",
    ),
    "azurerm_machine_learning_datastore_fileshare": ("AzureFile", "storage_fileshare_id", "fileShareName"),
}
_PERMISSIONS: Final = ("key", "secret", "certificate", "storage")


def _workspace(made: Made) -> None:
    properties = {
        "keyVault": made.reference("key_vault_id"),
        "storageAccount": made.reference("storage_account_id"),
        "containerRegistry": made.reference("container_registry_id"),
        "publicNetworkAccess": made.public_access(),
    }
    made.put(properties, kind=made.said("kind"))


def _store(made: Made) -> None:
    """Read a data store; without a key or a signature it opens the container as whoever uses it."""
    type_, attribute, field = _STORES[made.instance.type]
    place = made.reference(attribute) or ""
    account = place.partition("/storageAccounts/")[2].partition("/")[0]
    keeps = "None"
    for name, word in (("account_key", "AccountKey"), ("shared_access_signature", "Sas")):
        keeps = word if made.body.get(name) is not None else keeps
    if made.body.get("client_secret") is not None:
        keeps = "ServicePrincipal"
    properties = {
        "datastoreType": type_,
        "accountName": account,
        field: place.rpartition("/")[2],
        "credentials": {"credentialsType": keeps},
    }
    made.put(properties)


def _account(made: Made) -> None:
    """Read an account of Cognitive Services, such as Azure OpenAI's."""
    services = made.instance.type == "azurerm_ai_services"
    properties: dict[str, Any] = {
        "disableLocalAuth": made.switch(
            "local_auth_enabled", "local_authentication_enabled", default=True, inverted=True
        ),
        "publicNetworkAccess": made.public_access(),
        **made.named({"custom_subdomain_name": "customSubDomainName"}),
    }
    places = _closed(made, properties, "network_acls")
    sku = made.said("sku_name")
    made.put(
        properties, places, kind="AIServices" if services else made.said("kind"), sku=sku and {"name": sku}
    )


def _closed(made: Made, properties: dict[str, Any], block: str) -> tuple[Place, ...]:
    """Add a service's firewall to its properties; returns the places."""
    places = [made.place]
    for body in made.body.blocks(block)[:1]:
        properties["networkAcls"] = acls(made, body)
        places.append(Place("/properties/networkAcls", body.place.file, body.place.lines))
    return tuple(places)


def _deployment(made: Made) -> None:
    blocks = made.body.blocks("model")
    names = {"format": "format", "name": "name", "version": "version"}
    model = made.named(names, blocks[0]) if blocks else {}
    places = [made.place]
    places += [Place("/properties/model", b.place.file, b.place.lines) for b in blocks[:1]]
    made.put({"model": model}, tuple(places))


def _vault(made: Made) -> None:
    blocks = made.body.blocks("access_policy")
    properties: dict[str, Any] = {
        "enableRbacAuthorization": made.switch(
            "rbac_authorization_enabled", "enable_rbac_authorization", default=False
        ),
        "publicNetworkAccess": made.public_access(),
        "tenantId": made.said("tenant_id") or made.at.tenant,
        "accessPolicies": [_policy(made, body) for body in blocks],
    }
    places = _closed(made, properties, "network_acls")
    made.put(properties, (*places, *made.places(("/properties/accessPolicies", blocks))[1:]))


def _policy(made: Made, body: Body) -> dict[str, Any]:
    permissions = {f"{kind}s": made.said(f"{kind}_permissions", body) or [] for kind in _PERMISSIONS}
    oid = body.get("object_id")
    if isinstance(oid, str):
        note_unknown(made, oid)
    return {
        "tenantId": made.said("tenant_id", body) or made.at.tenant,
        "objectId": plain(Open(f"{made.instance.address}.object_id") if oid is None else oid),
        "permissions": permissions,
    }


def _policy_apart(made: Made) -> None:
    made.add(made.reference("key_vault_id"), "/properties/accessPolicies", _policy(made, made.body))


def _registry(made: Made) -> None:
    properties: dict[str, Any] = {
        "adminUserEnabled": made.switch("admin_enabled", default=False),
        "anonymousPullEnabled": made.switch("anonymous_pull_enabled", default=False),
        "publicNetworkAccess": made.public_access(),
    }
    for body in made.body.blocks("network_rule_set")[:1]:
        rules = [{"action": "Allow", "value": made.said("ip_range", rule)} for rule in body.blocks("ip_rule")]
        properties["networkRuleSet"] = {
            "defaultAction": made.said("default_action", body) or "Allow",
            "ipRules": rules,
        }
    sku = made.said("sku")
    made.put(properties, sku=sku and {"name": sku})


def _any(made: Made) -> None:
    """Read what ``azapi`` makes: its body is what ARM takes."""
    type_ = azapi_type(made.instance)
    if not type_:
        made.untold("type", made.body.get("type"))
        return
    value = made.body.get("body")
    if isinstance(value, Encoded):
        value = value.value
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except msgspec.MsgspecError:
            value = Open(f"{made.instance.address}.body")
    if value is not None and not isinstance(value, dict):
        made.untold("body", value if isinstance(value, Open) else Open(f"{made.instance.address}.body"))
        value = {}
    said = plain(value or {})
    known = azure.found(made.drafts, made.id)
    if made.instance.type == "azapi_update_resource":
        if known is None:
            made.instance.say(f"it changes {made.id}, which the code does not make")
            return
        changed = said.get("properties")
        inner = changed if isinstance(changed, dict) else {}
        said = {**known.body, **said, "properties": {**known.body["properties"], **inner}}
    properties = said.get("properties")
    open_ = Unresolved.read(properties)
    if open_ is not None:
        made.untold("properties", Open(open_.expression))
    fields = {**made.common(), **{key: said[key] for key in said if key not in {"id", "name", "type"}}}
    fields["properties"] = properties if isinstance(properties, dict) else {}
    azure.resource(made.drafts, made.id, type_, Piece(fields, (made.place,)), scope=made.at.scope)


FIRST: Final[dict[str, Callable[[Made], None]]] = {
    "azurerm_ai_services": _account,
    "azurerm_cognitive_account": _account,
    "azurerm_container_registry": _registry,
    "azurerm_key_vault": _vault,
    "azurerm_machine_learning_workspace": _workspace,
}
TYPES: Final[dict[str, Callable[[Made], None]]] = {
    **dict.fromkeys(_STORES, _store),
    "azapi_resource": _any,
    "azapi_update_resource": _any,
    "azurerm_cognitive_deployment": _deployment,
    "azurerm_key_vault_access_policy": _policy_apart,
}
