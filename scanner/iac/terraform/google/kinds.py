"""How Google's resources are called: names, ids, and whom policies of theirs are on.

Sources: "Full resource names" (https://cloud.google.com/iam/docs/full-resource-names) and "Supported asset
types" (https://cloud.google.com/asset-inventory/docs/asset-types), read 2026-11; the attributes are those of
the Google provider (https://registry.terraform.io/providers/hashicorp/google/latest/docs, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(NamedTuple):
    """One type. `path` is its name without the service: also its ``id`` in Terraform.

    `named` is the attribute with the last part, `target` that of the ``TYPE_iam_*`` resources which names it,
    empty when there are none. `more` are other attributes that the provider sets.
    """

    asset: str
    path: str
    named: str = "name"
    target: str = ""
    more: Mapping[str, str] = {}

    @property
    def service(self) -> str:
        """The service of full names."""
        return self.asset.partition("/")[0]


def _compute(asset: str, place: str, collection: str, target: str = "") -> Kind:
    path = f"projects/{{project}}/{place}/{collection}/{{name}}"
    link = f"https://www.googleapis.com/compute/v1/{path}"
    return Kind(f"compute.googleapis.com/{asset}", path, "name", target, {"self_link": link})


def _located(
    service: str, asset: str, collection: str, named: str = "name", target: str = "", **more: str
) -> Kind:
    path = f"projects/{{project}}/locations/{{location}}/{collection}/{{name}}"
    return Kind(f"{service}.googleapis.com/{asset}", path, named, target, more)


_GLOBAL, _ZONE, _REGION = "global", "zones/{zone}", "regions/{region}"
_POOLS: Final = "projects/{number}/locations/global/workloadIdentityPools"
_BOUNDARIES: Final = "organizations/{org}/locations/global/principalAccessBoundaryPolicies/{name}"
_EMAIL: Final = "{name}@{account}.iam.gserviceaccount.com"

KINDS: Final[dict[str, Kind]] = {
    "google_access_context_manager_access_policy": Kind(
        "accesscontextmanager.googleapis.com/AccessPolicy",
        "accessPolicies/{digits}",
        "",
        "",
        {"name": "{digits}"},
    ),
    "google_apikeys_key": Kind(
        "apikeys.googleapis.com/Key", "projects/{project}/locations/global/keys/{name}"
    ),
    "google_artifact_registry_repository": _located(
        "artifactregistry", "Repository", "repositories", "repository_id", "repository", name="{name}"
    ),
    "google_bigquery_dataset": Kind(
        "bigquery.googleapis.com/Dataset", "projects/{project}/datasets/{name}", "dataset_id", "dataset_id"
    ),
    "google_cloud_run_domain_mapping": _located("run", "DomainMapping", "domainmappings"),
    "google_cloud_run_service": _located("run", "Service", "services", target="service"),
    "google_cloud_run_v2_job": _located("run", "Job", "jobs", target="name"),
    "google_cloud_run_v2_service": _located("run", "Service", "services", target="name"),
    "google_cloudfunctions2_function": _located(
        "cloudfunctions", "Function", "functions", target="cloud_function"
    ),
    "google_cloudfunctions_function": Kind(
        "cloudfunctions.googleapis.com/CloudFunction",
        "projects/{project}/locations/{region}/functions/{name}",
        target="cloud_function",
    ),
    "google_compute_address": _compute("Address", _REGION, "addresses"),
    "google_compute_backend_bucket": _compute("BackendBucket", _GLOBAL, "backendBuckets", "name"),
    "google_compute_backend_service": _compute("BackendService", _GLOBAL, "backendServices", "name"),
    "google_compute_disk": _compute("Disk", _ZONE, "disks", "name"),
    "google_compute_firewall": _compute("Firewall", _GLOBAL, "firewalls"),
    "google_compute_forwarding_rule": _compute("ForwardingRule", _REGION, "forwardingRules"),
    "google_compute_global_address": _compute("GlobalAddress", _GLOBAL, "addresses"),
    "google_compute_global_forwarding_rule": _compute("GlobalForwardingRule", _GLOBAL, "forwardingRules"),
    "google_compute_image": _compute("Image", _GLOBAL, "images", "image"),
    "google_compute_instance": _compute("Instance", _ZONE, "instances", "instance_name"),
    "google_compute_instance_group": _compute("InstanceGroup", _ZONE, "instanceGroups"),
    "google_compute_instance_template": _compute("InstanceTemplate", _GLOBAL, "instanceTemplates", "name"),
    "google_compute_machine_image": _compute("MachineImage", _GLOBAL, "machineImages", "machine_image"),
    "google_compute_network": _compute("Network", _GLOBAL, "networks"),
    "google_compute_region_backend_service": _compute(
        "RegionBackendService", _REGION, "backendServices", "name"
    ),
    "google_compute_region_disk": _compute("RegionDisk", _REGION, "disks", "name"),
    "google_compute_region_security_policy": _compute("SecurityPolicy", _REGION, "securityPolicies"),
    "google_compute_security_policy": _compute("SecurityPolicy", _GLOBAL, "securityPolicies"),
    "google_compute_service_attachment": _compute("ServiceAttachment", _REGION, "serviceAttachments"),
    "google_compute_snapshot": _compute("Snapshot", _GLOBAL, "snapshots", "name"),
    "google_compute_subnetwork": _compute("Subnetwork", _REGION, "subnetworks", "subnetwork"),
    "google_compute_target_http_proxy": _compute("TargetHttpProxy", _GLOBAL, "targetHttpProxies"),
    "google_compute_target_https_proxy": _compute("TargetHttpsProxy", _GLOBAL, "targetHttpsProxies"),
    "google_compute_url_map": _compute("UrlMap", _GLOBAL, "urlMaps"),
    "google_composer_environment": Kind(
        "composer.googleapis.com/Environment", "projects/{project}/locations/{region}/environments/{name}"
    ),
    "google_container_cluster": _located("container", "Cluster", "clusters"),
    "google_dataproc_cluster": Kind(
        "dataproc.googleapis.com/Cluster",
        "projects/{project}/regions/{region}/clusters/{name}",
        target="cluster",
    ),
    "google_filestore_instance": _located("file", "Instance", "instances"),
    "google_folder": Kind(
        "cloudresourcemanager.googleapis.com/Folder",
        "folders/{digits}",
        "",
        "folder",
        {"name": "folders/{digits}", "folder_id": "{digits}"},
    ),
    "google_gke_hub_membership": Kind(
        "gkehub.googleapis.com/Membership",
        "projects/{project}/locations/{fleet}/memberships/{name}",
        "membership_id",
        "membership_id",
    ),
    **{
        f"google_iam_{where}s_policy_binding": Kind(
            "iam.googleapis.com/PolicyBinding", f"{where}s/{{name}}", "policy_binding_id"
        )
        for where in ("folder", "organization", "project")
    },
    "google_iam_principal_access_boundary_policy": Kind(
        "iam.googleapis.com/PrincipalAccessBoundaryPolicy",
        _BOUNDARIES,
        "principal_access_boundary_policy_id",
        "",
        {"name": _BOUNDARIES},
    ),
    "google_iam_workload_identity_pool": Kind(
        "iam.googleapis.com/WorkloadIdentityPool",
        f"{_POOLS}/{{name}}",
        "workload_identity_pool_id",
        "",
        {"name": f"{_POOLS}/{{name}}"},
    ),
    "google_iam_workload_identity_pool_provider": Kind(
        "iam.googleapis.com/WorkloadIdentityPoolProvider",
        f"{_POOLS}/{{pool}}/providers/{{name}}",
        "workload_identity_pool_provider_id",
        "",
        {"name": f"{_POOLS}/{{pool}}/providers/{{name}}"},
    ),
    "google_kms_crypto_key": Kind(
        "cloudkms.googleapis.com/CryptoKey", "{ring}/cryptoKeys/{name}", target="crypto_key_id"
    ),
    "google_kms_key_ring": Kind(
        "cloudkms.googleapis.com/KeyRing",
        "projects/{project}/locations/{location}/keyRings/{name}",
        target="key_ring_id",
    ),
    "google_notebooks_instance": _located("notebooks", "Instance", "instances", target="instance_name"),
    "google_organization": Kind(
        "cloudresourcemanager.googleapis.com/Organization", "organizations/{name}", "org_id", "org_id"
    ),
    "google_organization_iam_custom_role": Kind(
        "iam.googleapis.com/Role",
        "organizations/{organization}/roles/{name}",
        "role_id",
        "",
        {"name": "organizations/{organization}/roles/{name}"},
    ),
    "google_parallelstore_instance": _located("parallelstore", "Instance", "instances", "instance_id"),
    "google_privileged_access_manager_entitlement": Kind(
        "privilegedaccessmanager.googleapis.com/Entitlement",
        "{parent}/locations/global/entitlements/{name}",
        "entitlement_id",
    ),
    "google_project": Kind(
        "cloudresourcemanager.googleapis.com/Project", "projects/{name}", "project_id", "project"
    ),
    "google_project_iam_custom_role": Kind(
        "iam.googleapis.com/Role",
        "projects/{project}/roles/{name}",
        "role_id",
        "",
        {"name": "projects/{project}/roles/{name}"},
    ),
    "google_pubsub_topic": Kind(
        "pubsub.googleapis.com/Topic", "projects/{project}/topics/{name}", target="topic"
    ),
    "google_secret_manager_secret": Kind(
        "secretmanager.googleapis.com/Secret", "projects/{project}/secrets/{name}", "secret_id", "secret_id"
    ),
    "google_service_account": Kind(
        "iam.googleapis.com/ServiceAccount",
        f"projects/{{project}}/serviceAccounts/{_EMAIL}",
        "account_id",
        "service_account_id",
        {
            "email": _EMAIL,
            "member": f"serviceAccount:{_EMAIL}",
            "name": f"projects/{{project}}/serviceAccounts/{_EMAIL}",
            "unique_id": "{digits}",
        },
    ),
    "google_storage_bucket": Kind(
        "storage.googleapis.com/Bucket",
        "{name}",
        "name",
        "bucket",
        {"url": "gs://{name}", "self_link": "https://www.googleapis.com/storage/v1/b/{name}"},
    ),
    "google_storage_transfer_job": Kind(
        "storagetransfer.googleapis.com/TransferJob",
        "transferJobs/{digits}",
        "",
        "",
        {"name": "transferJobs/{digits}"},
    ),
    "google_tpu_v2_vm": Kind("tpu.googleapis.com/Node", "projects/{project}/locations/{zone}/nodes/{name}"),
    "google_vertex_ai_endpoint": _located("aiplatform", "Endpoint", "endpoints", target="endpoint"),
    "google_vertex_ai_endpoint_with_model_garden_deployment": _located(
        "aiplatform", "Endpoint", "endpoints", "", endpoint="{name}"
    ),
    "google_vertex_ai_reasoning_engine": _located("aiplatform", "ReasoningEngine", "reasoningEngines", ""),
    "google_workbench_instance": _located("notebooks", "Instance", "instances", target="name"),
}
"""Every type that others refer to, or that policies are on."""
