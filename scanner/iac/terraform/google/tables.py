"""Which types of Google's resources are read, in which order, and which say nothing about access."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.terraform.google import compute, doors, guards, iam, principals, serving, storage
from scanner.iac.terraform.google.home import home_of
from scanner.iac.terraform.google.made import Made
from scanner.iac.terraform.guarded import guarded

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.aws import Drafts
    from scanner.iac.terraform.aws.identity import Resource

    Readers = dict[str, Callable[[Made], None]]

FIRST: Final[Readers] = {
    **iam.FIRST,
    **storage.FIRST,
    **compute.FIRST,
    **doors.FIRST,
    **guards.FIRST,
    **principals.FIRST,
}
"""Types that others refer to by name, or add to."""

TYPES: Final[Readers] = {
    **iam.TYPES,
    **storage.TYPES,
    **serving.TYPES,
    **compute.TYPES,
    **doors.TYPES,
    **guards.TYPES,
    **principals.TYPES,
}

_SILENT_PREFIXES: Final = (
    "google_alloydb_",
    "google_apphub_",
    "google_billing_budget",
    "google_certificate_manager_",
    "google_cloud_scheduler_",
    "google_cloud_tasks_",
    "google_data_catalog_",
    "google_data_loss_prevention_",
    "google_dns_",
    "google_essential_contacts_",
    "google_firebase_",
    "google_firestore_",
    "google_logging_",
    "google_monitoring_",
    "google_netblock_",
    "google_os_config_",
    "google_recaptcha_",
    "google_redis_",
    "google_scc_",
    "google_service_directory_",
    "google_spanner_",
    "google_sql_",
)
_SILENT: Final = frozenset(
    {
        "google_artifact_registry_vpcsc_config",
        "google_bigquery_job",
        "google_bigquery_routine",
        "google_compute_address",
        "google_compute_attached_disk",
        "google_compute_autoscaler",
        "google_compute_disk_resource_policy_attachment",
        "google_compute_global_address",
        "google_compute_health_check",
        "google_compute_http_health_check",
        "google_compute_managed_ssl_certificate",
        "google_compute_project_default_network_tier",
        "google_compute_region_autoscaler",
        "google_compute_region_health_check",
        "google_compute_reservation",
        "google_compute_resource_policy",
        "google_compute_route",
        "google_compute_router",
        "google_compute_router_interface",
        "google_compute_router_nat",
        "google_compute_ssl_certificate",
        "google_compute_ssl_policy",
        "google_eventarc_trigger",
        "google_gke_hub_feature",
        "google_gke_hub_feature_membership",
        "google_kms_crypto_key",
        "google_kms_crypto_key_version",
        "google_kms_key_ring",
        "google_project_service",
        "google_project_service_identity",
        "google_project_usage_export_bucket",
        "google_pubsub_schema",
        "google_pubsub_subscription",
        "google_pubsub_topic",
        "google_secret_manager_secret",
        "google_secret_manager_secret_version",
        "google_service_account_key",
        "google_service_networking_connection",
        "google_sourcerepo_repository",
        "google_storage_bucket_iam_audit_config",
        "google_storage_notification",
        "google_tags_tag_key",
        "google_tags_tag_value",
        "google_vpc_access_connector",
        "google_workstations_workstation_cluster",
    }
)
"""A type is silent when no document that the analysis reads would change with it."""
_IAM_ELSEWHERE: Final = (
    "google_bigquery_table_iam_",
    "google_data_catalog_",
    "google_dns_managed_zone_iam_",
    "google_pubsub_schema_iam_",
    "google_pubsub_subscription_iam_",
    "google_service_directory_",
    "google_spanner_",
)
"""Policies on what holds neither weights nor ways to them."""


def read(instances: list[Resource], drafts: Drafts) -> set[str]:
    """Read a root module's resources of Google; returns the types that are no gap."""
    ours = [instance for instance in instances if instance.type.startswith("google_")]
    homes = frozenset(home_of(instance).project for instance in ours)
    for readers in (FIRST, TYPES):
        for instance in ours:
            if instance.type in readers:
                guarded(instance, readers[instance.type], Made, drafts, homes)
    for instance in ours:
        if iam.is_mapped(instance.type):
            guarded(instance, iam.read_policy, Made, drafts, homes)
    told = {*FIRST, *TYPES}
    return {i.type for i in ours if i.type in told or iam.is_mapped(i.type) or is_silent(i.type)}


def is_silent(type_: str) -> bool:
    """Tell whether a type of resource is passed over."""
    if iam.base_of(type_):
        return type_.startswith(_IAM_ELSEWHERE)
    return type_ in _SILENT or type_.endswith("_iam_audit_config") or type_.startswith(_SILENT_PREFIXES)
