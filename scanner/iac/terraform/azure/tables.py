"""Which types of Azure's resources are read, in which order, and which say nothing about access."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.azure import made_up_guid
from scanner.iac.terraform.azure import (
    authorization,
    compute,
    directory,
    doors,
    fronts,
    network,
    services,
    storage,
)
from scanner.iac.terraform.azure.identity import id_of, is_azure
from scanner.iac.terraform.azure.kinds import KINDS
from scanner.iac.terraform.azure.made import Made
from scanner.iac.terraform.guarded import guarded
from scanner.iac.terraform.planned import PlannedOnly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.iac.aws import Drafts
    from scanner.iac.terraform.aws.identity import Resource

    Readers = dict[str, Callable[[Made], None]]

FIRST: Final[Readers] = {
    **storage.FIRST,
    **authorization.FIRST,
    **directory.FIRST,
    **services.FIRST,
    **compute.FIRST,
    **network.FIRST,
    **fronts.FIRST,
    **doors.FIRST,
}
"""Types that others refer to, or add to."""
TYPES: Final[Readers] = {
    **storage.TYPES,
    **authorization.TYPES,
    **directory.TYPES,
    **services.TYPES,
    **compute.TYPES,
    **network.TYPES,
    **doors.TYPES,
}
ROUNDS: Final = (FIRST, TYPES, network.LAST)

_SILENT_PREFIXES: Final = (
    "azuread_application_password",
    "azuread_named_location",
    "azuread_service_principal_password",
    "azurerm_advisor_",
    "azurerm_application_insights",
    "azurerm_consumption_",
    "azurerm_cosmosdb_",
    "azurerm_dashboard",
    "azurerm_dev_test_global_",
    "azurerm_dns_",
    "azurerm_log_analytics_",
    "azurerm_maintenance_",
    "azurerm_mariadb_",
    "azurerm_monitor_",
    "azurerm_mssql_",
    "azurerm_mysql_",
    "azurerm_network_ddos_",
    "azurerm_network_watcher",
    "azurerm_policy_",
    "azurerm_portal_",
    "azurerm_postgresql_",
    "azurerm_private_dns_",
    "azurerm_redis_",
    "azurerm_search_",
    "azurerm_security_center_",
    "azurerm_sentinel_",
    "azurerm_sql_",
)
_SILENT: Final = frozenset(
    {
        "azuread_application_certificate",
        "azuread_service_principal_certificate",
        "azuread_service_principal_token_signing_certificate",
        "azurerm_api_management_api_diagnostic",
        "azurerm_api_management_api_operation",
        "azurerm_api_management_api_operation_tag",
        "azurerm_api_management_api_release",
        "azurerm_api_management_api_schema",
        "azurerm_api_management_api_tag",
        "azurerm_api_management_api_tag_description",
        "azurerm_api_management_api_version_set",
        "azurerm_api_management_certificate",
        "azurerm_api_management_custom_domain",
        "azurerm_api_management_diagnostic",
        "azurerm_api_management_email_template",
        "azurerm_api_management_global_schema",
        "azurerm_api_management_logger",
        "azurerm_api_management_named_value",
        "azurerm_api_management_notification_recipient_email",
        "azurerm_api_management_notification_recipient_user",
        "azurerm_api_management_redis_cache",
        "azurerm_api_management_tag",
        "azurerm_app_service_plan",
        "azurerm_availability_set",
        "azurerm_cdn_frontdoor_custom_domain",
        "azurerm_cdn_frontdoor_custom_domain_association",
        "azurerm_cdn_frontdoor_secret",
        "azurerm_key_vault_certificate",
        "azurerm_key_vault_key",
        "azurerm_key_vault_secret",
        "azurerm_kubernetes_cluster_node_pool",
        "azurerm_lb_backend_address_pool",
        "azurerm_lb_probe",
        "azurerm_management_lock",
        "azurerm_marketplace_agreement",
        "azurerm_nat_gateway",
        "azurerm_nat_gateway_public_ip_association",
        "azurerm_proximity_placement_group",
        "azurerm_public_ip_prefix",
        "azurerm_resource_group",
        "azurerm_resource_provider_registration",
        "azurerm_route",
        "azurerm_route_table",
        "azurerm_service_plan",
        "azurerm_ssh_public_key",
        "azurerm_storage_blob",
        "azurerm_storage_management_policy",
        "azurerm_storage_queue",
        "azurerm_storage_table",
        "azurerm_subnet_nat_gateway_association",
        "azurerm_subnet_route_table_association",
        "azurerm_user_assigned_identity",
        "azurerm_virtual_machine_data_disk_attachment",
    }
)
"""A type is silent when no document that the analysis reads would change with it."""


def read(instances: list[Resource], drafts: Drafts) -> set[str]:
    """Read a root module's resources of Azure; returns the types that are no gap."""
    mine = [i for i in instances if is_azure(i.type)]
    if not mine:
        return set()
    mine += _looked_up(mine[0])
    for readers in ROUNDS:
        for instance in mine:
            if instance.type in readers:
                guarded(instance, readers[instance.type], Made, drafts)
    told = {type_ for readers in ROUNDS for type_ in readers}
    return {i.type for i in mine if i.type in told or is_silent(i.type)}


def apart(instances: list[Resource], taken: set[str]) -> str:
    """Return a subscription of its own for a root module that declares what an earlier one does, or nothing.

    `taken` learns the ids of what the module declares. See the AWS side's in `scanner.iac.terraform.reading`.
    """
    mine = {id_of(i).lower() for i in instances if i.type in KINDS and not KINDS[i.type].parents}
    clash = bool(mine & taken)
    taken |= mine
    return made_up_guid("subscription", instances[0].root.path) if clash else ""


def is_silent(type_: str) -> bool:
    """Tell whether a type of resource is passed over."""
    return type_ in _SILENT or type_.startswith(_SILENT_PREFIXES)


def _looked_up(one: Resource) -> Iterator[Resource]:
    """Yield the people and service principals that data sources of the same root module name."""
    root = one.root
    for module in root.module.modules():
        yield from (i for i in module.instances() if i.is_data and i.type in directory.LOOKED_UP)
    written = {i.address for module in root.module.modules() for i in module.instances()}
    for type_ in directory.LOOKED_UP if root.plan is not None else ():
        for planned in root.plan.of(type_) if root.plan is not None else ():
            if planned.mode == "data" and planned.address not in written:
                yield PlannedOnly(root, planned, one.home)
