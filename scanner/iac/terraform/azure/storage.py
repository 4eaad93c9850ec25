"""Storage accounts, what opens and closes them, and what is in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from scanner.iac import azure
from scanner.iac.aws import Piece
from scanner.iac.terraform.azure.identity import id_of
from scanner.iac.terraform.values import Open
from scanner.snapshot import Place, Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.azure.made import Made
    from scanner.iac.terraform.bodies import Body

_ACCOUNT: Final = "Microsoft.Storage/storageAccounts"
_LEVELS: Final = {"private": "None", "blob": "Blob", "container": "Container"}
_KEY: Final = re.compile(r"(https://[^/]+/)keys/([^/]+)(?:/.*)?")
_LATER: Final = Unresolved("cross_tenant_replication_enabled, which is off by default since version 4")
_SWITCHES: Final = ("allowSharedKeyAccess", "allowBlobPublicAccess", "publicNetworkAccess")


def _account(made: Made) -> None:
    """Read an account. Source of the defaults: AzureRM provider, "azurerm_storage_account" (read 2026-11).

    Before version 3 of the provider the flag of public blobs was called otherwise, and off by default.
    """
    older = made.body.has("allow_blob_public_access")
    properties: dict[str, Any] = {
        "allowSharedKeyAccess": made.switch("shared_access_key_enabled", default=True),
        "allowBlobPublicAccess": made.switch("allow_blob_public_access", default=False)
        if older
        else made.switch("allow_nested_items_to_be_public", default=True),
        "publicNetworkAccess": made.public_access(),
        "isSftpEnabled": made.switch("sftp_enabled", default=False),
        "isHnsEnabled": made.switch("is_hns_enabled", default=False),
        "allowCrossTenantReplication": made.said("cross_tenant_replication_enabled"),
    }
    if properties["allowCrossTenantReplication"] is None:
        properties["allowCrossTenantReplication"] = _LATER.body
    places = [made.place]
    for body in made.body.blocks("network_rules")[:1]:
        properties["networkAcls"] = acls(made, body)
        places.append(Place("/properties/networkAcls", body.place.file, body.place.lines))
    for body in made.body.blocks("customer_managed_key")[:1]:
        properties["encryption"] = _encryption(made, body)
        places.append(Place("/properties/encryption", body.place.file, body.place.lines))
    kind = made.said("account_kind") or "StorageV2"
    made.put(properties, tuple(places), kind=kind)


def acls(made: Made, body: Body | None = None) -> dict[str, Any]:
    """Return the firewall of a service, as most of them have it."""
    where = body or made.body
    subnets = made.references("virtual_network_subnet_ids", where)
    for rule in where.blocks("virtual_network_rules"):
        subnets += made.references("subnet_id", rule)
    named = [
        {
            "resourceId": made.said("endpoint_resource_id", rule),
            "tenantId": made.said("endpoint_tenant_id", rule),
        }
        for rule in where.blocks("private_link_access")
    ]
    for entry in named:
        entry["tenantId"] = entry["tenantId"] or made.at.tenant
    return {
        "defaultAction": made.said("default_action", where) or "Allow",
        "bypass": made.said("bypass", where) or "AzureServices",
        "ipRules": [{"value": ip, "action": "Allow"} for ip in made.texts("ip_rules", where)],
        "virtualNetworkRules": [{"id": id_} for id_ in subnets],
        **({"resourceAccessRules": named} if named else {}),
    }


def _rules(made: Made) -> None:
    id_ = made.reference("storage_account_id")
    draft = azure.found(made.drafts, id_) if id_ else None
    if draft is not None:
        draft.set("/properties/networkAcls", Piece(acls(made), (made.place,)))
    elif id_ is not None:
        made.instance.say(f"it closes {id_}, which the code does not make")


def _encryption(made: Made, body: Body) -> dict[str, Any] | None:
    """Return whose key an account is encrypted with; one of Microsoft's where that cannot be told."""
    given = body.get("key_vault_key_id")
    found = _KEY.fullmatch(given) if isinstance(given, str) else None
    if found is not None:
        uri, name = found[1], found[2]
    else:
        vault = body.get("key_vault_id")
        uri = f"https://{vault.rpartition('/')[2]}.vault.azure.net/" if isinstance(vault, str) else ""
        name = made.text("key_name", body) or ""
    if not uri or not name:
        made.untold("key_vault_key_id", given)
        return None
    keys = {"keyname": name, "keyvaulturi": uri}
    return {"keySource": "Microsoft.Keyvault", "keyvaultproperties": keys}


def _own_key(made: Made) -> None:
    id_ = made.reference("storage_account_id")
    draft = azure.found(made.drafts, id_) if id_ else None
    encryption = _encryption(made, made.body)
    if draft is not None and encryption is not None:
        draft.set("/properties/encryption", Piece(encryption, (made.place,)))


def _part(made: Made) -> None:
    """Read a container, a file system or a share; an account that code does not make has open settings."""
    account = id_of(made.instance).split("/blobServices/")[0].split("/fileServices/")[0]
    if azure.found(made.drafts, account) is None:
        open_ = {name: Unresolved(f"{name} of {account}").body for name in _SWITCHES}
        azure.resource(made.drafts, account, _ACCOUNT, Piece({"properties": open_}, (made.place,)))
    level = made.body.get("container_access_type")
    access = level.body if isinstance(level, Open) else _LEVELS.get(str(level or "private"), "None")
    shares = made.instance.type == "azurerm_storage_share"
    made.put({} if shares else {"publicAccess": access})


FIRST: Final[dict[str, Callable[[Made], None]]] = {"azurerm_storage_account": _account}
TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "azurerm_storage_account_customer_managed_key": _own_key,
    "azurerm_storage_account_network_rules": _rules,
    "azurerm_storage_container": _part,
    "azurerm_storage_data_lake_gen2_filesystem": _part,
    "azurerm_storage_share": _part,
}
