"""Ways of Google's beside policies, in Terraform: the documents that they become."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.iac.terraform.test_google import PROVIDER, bodies, drafts_of, gaps

if TYPE_CHECKING:
    from pathlib import Path

API = "https://www.googleapis.com/compute/v1/"
ALLOW = {
    "priority": 2147483647,
    "action": "allow",
    "match": {"versionedExpr": "SRC_IPS_V1", "config": {"srcIpRanges": ["*"]}},
}
BARRED = {"action": "deny(403)", "priority": 2147483647, "match": {"config": {"srcIpRanges": ["*"]}}}
BAR = """action = "deny(403)"
  priority = 2147483647
  match {
    config { src_ip_ranges = ["*"] }
  }
"""
NETWORK = 'resource "google_compute_network" "n" {\n  name = "serving"\n}\n'
PEERING = (
    'resource "google_compute_network_peering" "x" {\n  name = "x"\n'
    "  network = google_compute_network.n.self_link\n"
    '  peer_network = "projects/theirs/global/networks/main"\n}\n'
)
DOORS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "what may be requested": (
        'resource "google_privileged_access_manager_entitlement" "e" {\n'
        '  entitlement_id = "read"\n  location = "global"\n  parent = "projects/q"\n'
        '  max_request_duration = "3600s"\n  eligible_users {\n    principals = ["user:a@x.example"]\n  }\n'
        "  privileged_access {\n    gcp_iam_access {\n"
        '      resource = "//cloudresourcemanager.googleapis.com/projects/q"\n'
        '      resource_type = "cloudresourcemanager.googleapis.com/Project"\n'
        '      role_bindings {\n        role = "roles/storage.objectViewer"\n      }\n    }\n  }\n'
        "  approval_workflow {\n    manual_approvals {\n      steps {\n        approvals_needed = 1\n"
        '        approvers {\n          principals = ["user:b@x.example"]\n        }\n      }\n'
        "    }\n  }\n}\n",
        "//privilegedaccessmanager.googleapis.com/projects/q/locations/global/entitlements/read",
        {
            "name": "projects/q/locations/global/entitlements/read",
            "state": "AVAILABLE",
            "maxRequestDuration": "3600s",
            "eligibleUsers": [{"principals": ["user:a@x.example"]}],
            "privilegedAccess": {
                "gcpIamAccess": {
                    "resource": "//cloudresourcemanager.googleapis.com/projects/q",
                    "resourceType": "cloudresourcemanager.googleapis.com/Project",
                    "roleBindings": [{"role": "roles/storage.objectViewer"}],
                }
            },
            "approvalWorkflow": {
                "manualApprovals": {
                    "steps": [{"approvalsNeeded": 1, "approvers": [{"principals": ["user:b@x.example"]}]}]
                }
            },
        },
    ),
    "a key that an account has": (
        'resource "google_apikeys_key" "k" {\n  name = "k"\n  service_account_email = "a@p.example"\n'
        '  restrictions {\n    api_targets {\n      service = "aiplatform.googleapis.com"\n    }\n'
        '    server_key_restrictions {\n      allowed_ips = ["203.0.113.0/24"]\n    }\n  }\n}\n',
        "//apikeys.googleapis.com/projects/p/locations/global/keys/k",
        {
            "name": "projects/p/locations/global/keys/k",
            "serviceAccountEmail": "a@p.example",
            "restrictions": {
                "apiTargets": [{"service": "aiplatform.googleapis.com"}],
                "serverKeyRestrictions": {"allowedIps": ["203.0.113.0/24"]},
            },
        },
    ),
    "a cluster in a fleet": (
        'resource "google_gke_hub_membership" "m" {\n  membership_id = "m"\n  endpoint {\n    gke_cluster {\n'
        '      resource_link = "//container.googleapis.com/projects/p/locations/eu/clusters/c"\n'
        "    }\n  }\n}\n",
        "//gkehub.googleapis.com/projects/p/locations/global/memberships/m",
        {
            "name": "projects/p/locations/global/memberships/m",
            "endpoint": {
                "gkeCluster": {
                    "resourceLink": "//container.googleapis.com/projects/p/locations/eu/clusters/c"
                }
            },
        },
    ),
    "a domain of a service": (
        'resource "google_cloud_run_domain_mapping" "d" {\n  name = "chat.x.example"\n  location = "eu"\n'
        '  spec {\n    route_name = "chat"\n  }\n}\n',
        "//run.googleapis.com/projects/p/locations/eu/domainmappings/chat.x.example",
        {
            "name": "projects/p/locations/eu/domainmappings/chat.x.example",
            "labels": None,
            "spec": {"routeName": "chat"},
        },
    ),
    "a peering of a network of this code": (
        NETWORK + PEERING,
        "//compute.googleapis.com/projects/p/global/networks/serving",
        {
            "name": "serving",
            "labels": {},
            "selfLink": f"{API}projects/p/global/networks/serving",
            "peerings": [{"name": "x", "network": "projects/theirs/global/networks/main", "state": "ACTIVE"}],
        },
    ),
    "a peering that stands before its network": (
        PEERING.replace("google_compute_network.n.self_link", '"serving"') + NETWORK,
        "//compute.googleapis.com/projects/p/global/networks/serving",
        {
            "name": "serving",
            "labels": {},
            "selfLink": f"{API}projects/p/global/networks/serving",
            "peerings": [{"name": "x", "network": "projects/theirs/global/networks/main", "state": "ACTIVE"}],
        },
    ),
    "a peering of another's network": (
        PEERING.replace("google_compute_network.n.self_link", '"projects/q/global/networks/n"'),
        "//compute.googleapis.com/projects/q/global/networks/n",
        {
            "name": "n",
            "peerings": [{"name": "x", "network": "projects/theirs/global/networks/main", "state": "ACTIVE"}],
        },
    ),
    "a security policy without a last rule allows": (
        'resource "google_compute_security_policy" "s" {\n  name = "s"\n}\n',
        "//compute.googleapis.com/projects/p/global/securityPolicies/s",
        {"name": "s", "rules": [ALLOW]},
    ),
    "a security policy with one": (
        f'resource "google_compute_security_policy" "s" {{\n  name = "s"\n  rule {{\n{BAR}  }}\n}}\n',
        "//compute.googleapis.com/projects/p/global/securityPolicies/s",
        {"name": "s", "rules": [BARRED]},
    ),
    "a security policy of a region, its last rule a resource": (
        'resource "google_compute_region_security_policy" "s" {\n  name = "s"\n  region = "eu"\n}\n'
        'resource "google_compute_region_security_policy_rule" "r" {\n  region = "eu"\n'
        f"  security_policy = google_compute_region_security_policy.s.name\n  {BAR}}}\n",
        "//compute.googleapis.com/projects/p/regions/eu/securityPolicies/s",
        {"name": "s", "rules": [BARRED]},
    ),
    "a cluster of Dataproc": (
        'resource "google_dataproc_cluster" "c" {\n  name = "c"\n  region = "eu"\n  cluster_config {\n'
        '    gce_cluster_config {\n      service_account = "a@p.example"\n'
        '      service_account_scopes = ["cloud-platform"]\n    }\n  }\n}\n',
        "//dataproc.googleapis.com/projects/p/regions/eu/clusters/c",
        {
            "name": "projects/p/regions/eu/clusters/c",
            "labels": None,
            "config": {
                "gceClusterConfig": {
                    "serviceAccount": "a@p.example",
                    "serviceAccountScopes": ["cloud-platform"],
                }
            },
        },
    ),
    "an environment of Composer": (
        'resource "google_composer_environment" "c" {\n  name = "c"\n  region = "eu"\n  config {\n'
        '    node_config {\n      service_account = "a@p.example"\n    }\n  }\n}\n',
        "//composer.googleapis.com/projects/p/locations/eu/environments/c",
        {
            "name": "projects/p/locations/eu/environments/c",
            "labels": None,
            "config": {"nodeConfig": {"serviceAccount": "a@p.example"}},
        },
    ),
    "a TPU": (
        'resource "google_tpu_v2_vm" "t" {\n  name = "t"\n  zone = "eu-a"\n  service_account {\n'
        '    email = "a@p.example"\n    scope = ["https://www.googleapis.com/auth/compute"]\n  }\n}\n',
        "//tpu.googleapis.com/projects/p/locations/eu-a/nodes/t",
        {
            "name": "projects/p/locations/eu-a/nodes/t",
            "labels": None,
            "serviceAccount": {
                "email": "a@p.example",
                "scope": ["https://www.googleapis.com/auth/compute"],
            },
        },
    ),
}


@pytest.mark.parametrize(("code", "name", "expected"), DOORS.values(), ids=DOORS)
def test_a_door_as_the_inventory_will_have_it(
    tmp_path: Path, code: str, name: str, expected: dict[str, Any]
) -> None:
    drafts = drafts_of(tmp_path, PROVIDER + code)
    found = bodies(drafts)[f"ListAssets.RESOURCE {name}"]["resource"]["data"]
    assert found == {key: value for key, value in expected.items() if value is not None}
    assert gaps(drafts) == []


JOB = (
    'resource "google_storage_transfer_job" "j" {\n  description = "copies"\n%s  transfer_spec {\n'
    '    gcs_data_source {\n      bucket_name = "w"\n      path = "final/"\n    }\n'
    '    gcs_data_sink {\n      bucket_name = "theirs"\n    }\n  }\n}\n'
)
STATES = {"on": ("", "ENABLED"), "off": ('  status = "DISABLED"\n', "DISABLED")}


@pytest.mark.parametrize(("said", "status"), STATES.values(), ids=STATES)
def test_a_job_that_copies(tmp_path: Path, said: str, status: str) -> None:
    found = bodies(drafts_of(tmp_path, PROVIDER + JOB % said))
    name = next(name for name in found if "storagetransfer" in name)
    data = found[name]["resource"]["data"]
    assert name == f"ListAssets.RESOURCE //storagetransfer.googleapis.com/projects/p/{data['name']}"
    assert (data["status"], data["projectId"]) == (status, "p")
    assert data["transferSpec"] == {
        "gcsDataSource": {"bucketName": "w", "path": "final/"},
        "gcsDataSink": {"bucketName": "theirs"},
    }


def test_who_may_request_is_a_gap_where_nobody_can_tell(tmp_path: Path) -> None:
    code = (
        'variable "who" {}\nresource "google_privileged_access_manager_entitlement" "e" {\n'
        '  entitlement_id = "read"\n  parent = "projects/q"\n  eligible_users {\n'
        "    principals = var.who\n  }\n}\n"
    )
    assert gaps(drafts_of(tmp_path, PROVIDER + code)) != []
