"""Ways to weights and models beside policies: roles on request, jobs that copy, keys, fleets, peerings.

Fields are those of the REST references of Privileged Access Manager ("projects.locations.entitlements"),
Storage Transfer Service ("transferJobs"), API Keys ("projects.locations.keys"), GKE Hub
("projects.locations.memberships"), Cloud Run ("namespaces.domainmappings") and Compute Engine ("networks",
"securityPolicies") under https://cloud.google.com (read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.google import Container, Target, assets
from scanner.iac.google.drafting import RESOURCE
from scanner.iac.terraform.google import identity
from scanner.iac.terraform.google.made import Fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.google import Project
    from scanner.iac.terraform.google.made import Made, Spec

_PAM: Final = "privilegedaccessmanager.googleapis.com"
_TRANSFER: Final = "storagetransfer.googleapis.com"
_COMPUTE: Final = "//compute.googleapis.com/"
_SWITCHED_ON: Final = "ENABLED"
_PEOPLE: Final[Spec] = {"principals": "principals"}
_BINDING: Final[Spec] = {"role": "role", "condition_expression": "conditionExpression"}
_ACCESS: Final[Spec] = {
    "resource": "resource",
    "resource_type": "resourceType",
    "role_bindings": Fields("roleBindings", _BINDING, many=True),
}
_STEP: Final[Spec] = {
    "approvals_needed": "approvalsNeeded",
    "approvers": Fields("approvers", _PEOPLE, many=True),
}
_ENTITLEMENT: Final[Spec] = {
    "max_request_duration": "maxRequestDuration",
    "eligible_users": Fields("eligibleUsers", _PEOPLE, many=True),
    "privileged_access": Fields("privilegedAccess", {"gcp_iam_access": Fields("gcpIamAccess", _ACCESS)}),
    "approval_workflow": Fields(
        "approvalWorkflow",
        {"manual_approvals": Fields("manualApprovals", {"steps": Fields("steps", _STEP, many=True)})},
    ),
}
_SIDE: Final[Spec] = {"bucket_name": "bucketName", "path": "path"}
_JOB: Final[Spec] = {
    "description": "description",
    "service_account": "serviceAccount",
    "transfer_spec": Fields(
        "transferSpec",
        {
            "gcs_data_source": Fields("gcsDataSource", _SIDE),
            "gcs_data_sink": Fields("gcsDataSink", _SIDE),
            "aws_s3_data_source": Fields("awsS3DataSource", {"bucket_name": "bucketName", "path": "path"}),
            "posix_data_sink": Fields("posixDataSink", {"root_directory": "rootDirectory"}),
        },
    ),
}
_SPECS: Final[dict[str, Spec]] = {
    "google_apikeys_key": {
        "display_name": "displayName",
        "service_account_email": "serviceAccountEmail",
        "restrictions": Fields(
            "restrictions",
            {
                "api_targets": Fields("apiTargets", {"service": "service", "methods": "methods"}, many=True),
                "server_key_restrictions": Fields("serverKeyRestrictions", {"allowed_ips": "allowedIps"}),
            },
        ),
    },
    "google_cloud_run_domain_mapping": {"spec": Fields("spec", {"route_name": "routeName"})},
    "google_gke_hub_membership": {
        "endpoint": Fields(
            "endpoint", {"gke_cluster": Fields("gkeCluster", {"resource_link": "resourceLink"})}
        )
    },
}
_MATCH: Final = Fields(
    "match",
    {
        "versioned_expr": "versionedExpr",
        "config": Fields("config", {"src_ip_ranges": "srcIpRanges"}),
        "expr": Fields("expr", {"expression": "expression"}),
    },
)
_RULE: Final[Spec] = {"action": "action", "priority": "priority", "preview": "preview", "match": _MATCH}
_ARMOUR: Final[Spec] = {
    "description": "description",
    "type": "type",
    "rule": Fields("rules", _RULE, many=True),
    "rules": Fields("rules", _RULE, many=True),
}


def _asset(made: Made) -> None:
    fields = made.read(_SPECS[made.instance.type])
    assets.asset(made.drafts, made.target, fields.with_fields(name=identity.path_of(made.instance)))


def _entitlement(made: Made) -> None:
    """Read what may be requested, in a project, a folder or an organization."""
    parent = made.text("parent")
    if parent is None:
        return
    where: Project | Container | None = made.project
    if parent.startswith("projects/"):
        where = made.project_of(parent)
    elif parent.startswith(("folders/", "organizations/")):
        where = made.container("parent", parent.partition("/")[0])
    if where is None:
        return
    name = f"{where.key}/locations/global/entitlements/{made.name}"
    fields = made.read(_ENTITLEMENT).with_fields(name=name, state="AVAILABLE")
    assets.asset(made.drafts, Target(where, f"//{_PAM}/{name}", f"{_PAM}/Entitlement"), fields)


def _job(made: Made) -> None:
    """Read a job that copies; a job whose state cannot be told is taken to be on."""
    name = identity.path_of(made.instance)
    status = made.text("status") or _SWITCHED_ON
    fields = made.read(_JOB).with_fields(name=name, projectId=made.project.id, status=status)
    target = Target(made.project, f"//{_TRANSFER}/{made.project.key}/{name}", f"{_TRANSFER}/TransferJob")
    assets.asset(made.drafts, target, fields)


def _peering(made: Made) -> None:
    """Add a peering to its network, which need not be this code's; whoever is on the other side joins in."""
    network, other = made.text("network"), made.text("peer_network")
    if network is None or other is None:
        return
    path = network[network.index("projects/") :] if "projects/" in network else ""
    if not path:
        path = f"{made.project.key}/global/networks/{network.rpartition('/')[2]}"
    where = made.project_of(path.split("/")[1])
    target = Target(where, f"{_COMPUTE}{path}", "compute.googleapis.com/Network")
    if made.drafts.get(target.id(RESOURCE)) is None:
        assets.asset(made.drafts, target, made.whole.with_fields(name=path.rpartition("/")[2]))
    said = {"name": made.name, "network": other, "state": "ACTIVE"}
    made.drafts.at(target.id(RESOURCE)).append("/resource/data/peerings", made.piece(said))


def _armour(made: Made) -> None:
    fields = made.read(_ARMOUR)
    assets.asset(made.drafts, made.target, fields.with_fields(name=made.name))


def _armour_rule(made: Made) -> None:
    """Add a rule to a security policy of this code; of another's nothing more is known."""
    named = made.text("security_policy")
    if named is None:
        return
    place = f"regions/{made.at.region}" if "region" in made.instance.type else "global"
    path = f"{made.project.key}/{place}/securityPolicies/{named.rpartition('/')[2]}"
    target = Target(made.project, f"{_COMPUTE}{path}", "compute.googleapis.com/SecurityPolicy")
    draft = made.drafts.get(target.id(RESOURCE))
    if draft is None:
        made.instance.say(f"the security policy `{named}` is not in this code")
        return
    draft.append("/resource/data/rules", made.read(_RULE))


FIRST: Final[dict[str, Callable[[Made], None]]] = {
    "google_compute_region_security_policy": _armour,
    "google_compute_security_policy": _armour,
}
"""Security policies, to which rules are added."""

TYPES: Final[dict[str, Callable[[Made], None]]] = {
    **dict.fromkeys(_SPECS, _asset),
    "google_compute_network_peering": _peering,
    "google_compute_region_security_policy_rule": _armour_rule,
    "google_compute_security_policy_rule": _armour_rule,
    "google_privileged_access_manager_entitlement": _entitlement,
    "google_storage_transfer_job": _job,
}
