"""How Azure's resources are called: ARM's types, by type of Terraform's, and where each one's id hangs.

Sources: Azure Resource Manager, "Resource providers and types"
(https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types); the
attributes are those of the AzureRM provider (https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs),
both read 2026-11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(NamedTuple):
    """One type.

    Attributes:
        arm: ARM's type.
        parents: Attributes with the id, or else the name, of what it is part of; empty: of a resource group.
        above: The Terraform type of that.
        more: Other attributes that the provider sets, from the ``name`` and the ``id``.
        path: What stands between the id of what it is part of and its name; empty: the type's last part.
    """

    arm: str
    parents: tuple[str, ...] = ()
    above: str = ""
    more: Mapping[str, str] = {}
    path: str = ""

    @property
    def collection(self) -> str:
        """What stands between the id of what it is part of and its name."""
        return self.path or self.arm.rpartition("/")[2]


def _part(above: str, arm: str, *parents: str, **more: str) -> Kind:
    return Kind(arm, parents, above, more)


_BLOBS: Final = {
    f"primary_{service}_{part}": f"{scheme}{{name}}.{service}.core.windows.net{end}"
    for service in ("blob", "dfs", "file", "queue", "table", "web")
    for part, scheme, end in (("endpoint", "https://", "/"), ("host", "", ""))
}
_SITE: Final = {"default_hostname": "{name}.azurewebsites.net"}
_ML: Final = "Microsoft.MachineLearningServices"
_NETWORK: Final = "Microsoft.Network"
_STORE: Final = f"{_ML}/workspaces/datastores"
_PROFILES: Final = "Microsoft.Cdn/profiles"
_GATEWAYS: Final = "Microsoft.ApiManagement/service"
_PERIMETERS: Final = f"{_NETWORK}/networkSecurityPerimeters"
_POOLS: Final = f"{_NETWORK}/loadBalancers"

KINDS: Final[dict[str, Kind]] = {
    "azurerm_ai_services": Kind(
        "Microsoft.CognitiveServices/accounts",
        more={"endpoint": "https://{name}.cognitiveservices.azure.com/"},
    ),
    "azurerm_api_management": Kind(_GATEWAYS, more={"gateway_url": "https://{name}.azure-api.net"}),
    "azurerm_api_management_api": _part("azurerm_api_management", f"{_GATEWAYS}/apis", "api_management_name"),
    "azurerm_api_management_api_policy": _part(
        "azurerm_api_management_api", f"{_GATEWAYS}/apis/policies", "api_name"
    ),
    "azurerm_api_management_backend": _part(
        "azurerm_api_management", f"{_GATEWAYS}/backends", "api_management_name"
    ),
    "azurerm_app_service": Kind("Microsoft.Web/sites", more=_SITE),
    "azurerm_application_gateway": Kind(f"{_NETWORK}/applicationGateways"),
    "azurerm_application_security_group": Kind(f"{_NETWORK}/applicationSecurityGroups"),
    "azurerm_cdn_frontdoor_endpoint": _part(
        "azurerm_cdn_frontdoor_profile",
        f"{_PROFILES}/afdEndpoints",
        "cdn_frontdoor_profile_id",
        host_name="{name}.azurefd.net",
    ),
    "azurerm_cdn_frontdoor_origin": _part(
        "azurerm_cdn_frontdoor_origin_group",
        f"{_PROFILES}/originGroups/origins",
        "cdn_frontdoor_origin_group_id",
    ),
    "azurerm_cdn_frontdoor_origin_group": _part(
        "azurerm_cdn_frontdoor_profile", f"{_PROFILES}/originGroups", "cdn_frontdoor_profile_id"
    ),
    "azurerm_cdn_frontdoor_profile": Kind(_PROFILES),
    "azurerm_cdn_frontdoor_route": _part(
        "azurerm_cdn_frontdoor_endpoint",
        f"{_PROFILES}/afdEndpoints/routes",
        "cdn_frontdoor_endpoint_id",
    ),
    "azurerm_cognitive_account": Kind(
        "Microsoft.CognitiveServices/accounts", more={"endpoint": "https://{name}.openai.azure.com/"}
    ),
    "azurerm_cognitive_deployment": _part(
        "azurerm_cognitive_account",
        "Microsoft.CognitiveServices/accounts/deployments",
        "cognitive_account_id",
    ),
    "azurerm_container_app": Kind("Microsoft.App/containerApps"),
    "azurerm_container_app_environment": Kind("Microsoft.App/managedEnvironments"),
    "azurerm_container_group": Kind("Microsoft.ContainerInstance/containerGroups"),
    "azurerm_container_registry": Kind(
        "Microsoft.ContainerRegistry/registries", more={"login_server": "{name}.azurecr.io"}
    ),
    "azurerm_federated_identity_credential": _part(
        "azurerm_user_assigned_identity",
        "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
        "user_assigned_identity_id",
        "parent_id",
    ),
    "azurerm_function_app": Kind("Microsoft.Web/sites", more=_SITE),
    "azurerm_key_vault": Kind(
        "Microsoft.KeyVault/vaults", more={"vault_uri": "https://{name}.vault.azure.net/"}
    ),
    "azurerm_key_vault_key": _part(
        "azurerm_key_vault",
        "Microsoft.KeyVault/vaults/keys",
        "key_vault_id",
        resource_id="{id}/versions/1",
        resource_versionless_id="{id}",
    ),
    "azurerm_kubernetes_cluster": Kind("Microsoft.ContainerService/managedClusters"),
    "azurerm_lb": Kind(_POOLS),
    "azurerm_lb_backend_address_pool": _part(
        "azurerm_lb", f"{_POOLS}/backendAddressPools", "loadbalancer_id"
    ),
    "azurerm_lb_nat_rule": _part("azurerm_lb", f"{_POOLS}/inboundNatRules", "loadbalancer_id"),
    "azurerm_lb_rule": _part("azurerm_lb", f"{_POOLS}/loadBalancingRules", "loadbalancer_id"),
    "azurerm_linux_function_app": Kind("Microsoft.Web/sites", more=_SITE),
    "azurerm_linux_virtual_machine": Kind("Microsoft.Compute/virtualMachines"),
    "azurerm_linux_virtual_machine_scale_set": Kind("Microsoft.Compute/virtualMachineScaleSets"),
    "azurerm_linux_web_app": Kind("Microsoft.Web/sites", more=_SITE),
    "azurerm_machine_learning_compute_cluster": _part(
        "azurerm_machine_learning_workspace", f"{_ML}/workspaces/computes", "machine_learning_workspace_id"
    ),
    "azurerm_machine_learning_compute_instance": _part(
        "azurerm_machine_learning_workspace", f"{_ML}/workspaces/computes", "machine_learning_workspace_id"
    ),
    "azurerm_machine_learning_datastore_blobstorage": _part(
        "azurerm_machine_learning_workspace", _STORE, "workspace_id"
    ),
    "azurerm_machine_learning_datastore_datalake_gen2": _part(
        "azurerm_machine_learning_workspace", _STORE, "workspace_id"
    ),
    "azurerm_machine_learning_datastore_fileshare": _part(
        "azurerm_machine_learning_workspace", _STORE, "workspace_id"
    ),
    "azurerm_machine_learning_workspace": Kind(f"{_ML}/workspaces"),
    "azurerm_managed_disk": Kind("Microsoft.Compute/disks"),
    "azurerm_network_interface": Kind(f"{_NETWORK}/networkInterfaces"),
    "azurerm_network_security_group": Kind(f"{_NETWORK}/networkSecurityGroups"),
    "azurerm_network_security_perimeter": Kind(_PERIMETERS),
    "azurerm_network_security_perimeter_access_rule": _part(
        "azurerm_network_security_perimeter_profile",
        f"{_PERIMETERS}/profiles/accessRules",
        "network_security_perimeter_profile_id",
    ),
    "azurerm_network_security_perimeter_profile": _part(
        "azurerm_network_security_perimeter", f"{_PERIMETERS}/profiles", "network_security_perimeter_id"
    ),
    "azurerm_orchestrated_virtual_machine_scale_set": Kind("Microsoft.Compute/virtualMachineScaleSets"),
    "azurerm_private_endpoint": Kind(f"{_NETWORK}/privateEndpoints"),
    "azurerm_private_link_service": Kind(f"{_NETWORK}/privateLinkServices"),
    "azurerm_public_ip": Kind(f"{_NETWORK}/publicIPAddresses"),
    "azurerm_shared_image_gallery": Kind("Microsoft.Compute/galleries"),
    "azurerm_shared_image": _part(
        "azurerm_shared_image_gallery", "Microsoft.Compute/galleries/images", "gallery_name"
    ),
    "azurerm_snapshot": Kind("Microsoft.Compute/snapshots"),
    "azurerm_storage_account": Kind("Microsoft.Storage/storageAccounts", more=_BLOBS),
    "azurerm_storage_container": _part(
        "azurerm_storage_account",
        "Microsoft.Storage/storageAccounts/blobServices/containers",
        "storage_account_id",
        "storage_account_name",
        resource_manager_id="{id}",
    )._replace(path="blobServices/default/containers"),
    "azurerm_storage_data_lake_gen2_filesystem": _part(
        "azurerm_storage_account",
        "Microsoft.Storage/storageAccounts/blobServices/containers",
        "storage_account_id",
        resource_manager_id="{id}",
    )._replace(path="blobServices/default/containers"),
    "azurerm_storage_share": _part(
        "azurerm_storage_account",
        "Microsoft.Storage/storageAccounts/fileServices/shares",
        "storage_account_id",
        "storage_account_name",
        resource_manager_id="{id}",
    )._replace(path="fileServices/default/shares"),
    "azurerm_subnet": _part(
        "azurerm_virtual_network", f"{_NETWORK}/virtualNetworks/subnets", "virtual_network_name"
    ),
    "azurerm_user_assigned_identity": Kind("Microsoft.ManagedIdentity/userAssignedIdentities"),
    "azurerm_virtual_machine": Kind("Microsoft.Compute/virtualMachines"),
    "azurerm_virtual_machine_extension": _part(
        "azurerm_linux_virtual_machine",
        "Microsoft.Compute/virtualMachines/extensions",
        "virtual_machine_id",
    ),
    "azurerm_virtual_network": Kind(f"{_NETWORK}/virtualNetworks"),
    "azurerm_windows_function_app": Kind("Microsoft.Web/sites", more=_SITE),
    "azurerm_windows_web_app": Kind("Microsoft.Web/sites", more=_SITE),
    "azurerm_windows_virtual_machine": Kind("Microsoft.Compute/virtualMachines"),
    "azurerm_windows_virtual_machine_scale_set": Kind("Microsoft.Compute/virtualMachineScaleSets"),
}
