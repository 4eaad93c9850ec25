"""Which permissions a role contains: read live, defined by the customer, or from the shipped table.

A role that is in none of them is unknown, and never stands for "no permissions": Google adds roles (the new
basic roles ``roles/admin``, ``roles/writer`` and ``roles/reader`` among them) faster than a table follows.
Source: IAM documentation, "Roles and permissions" and "Basic roles"
(https://cloud.google.com/iam/docs/roles-overview, read 2026-11).
"""

from __future__ import annotations

from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING

from scanner.providers.gcp.roles.packing import Packed, unpack
from scanner.providers.gcp.shape import section, text, texts
from scanner.snapshot import DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.snapshot import Snapshot

_TABLE = "predefined.json.xz"
_WORTH = frozenset(
    {
        "aiplatform.customJobs.create",
        "aiplatform.endpoints.deploy",
        "aiplatform.endpoints.explain",
        "aiplatform.endpoints.predict",
        "aiplatform.endpoints.update",
        "aiplatform.hyperparameterTuningJobs.create",
        "aiplatform.models.export",
        "aiplatform.models.upload",
        "aiplatform.reasoningEngines.create",
        "aiplatform.reasoningEngines.query",
        "aiplatform.reasoningEngines.update",
        "aiplatform.trainingPipelines.create",
        "artifactregistry.files.download",
        "artifactregistry.repositories.downloadArtifacts",
        "artifactregistry.repositories.uploadArtifacts",
        "cloudbuild.builds.create",
        "cloudfunctions.functions.invoke",
        "cloudfunctions.functions.update",
        "composer.environments.update",
        "compute.disks.createSnapshot",
        "compute.disks.use",
        "compute.disks.useReadOnly",
        "compute.images.useReadOnly",
        "compute.instances.osAdminLogin",
        "compute.instances.osLogin",
        "compute.instances.setMetadata",
        "compute.machineImages.useReadOnly",
        "compute.projects.setCommonInstanceMetadata",
        "compute.snapshots.useReadOnly",
        "container.cronJobs.create",
        "container.cronJobs.update",
        "container.daemonSets.create",
        "container.daemonSets.update",
        "container.deployments.create",
        "container.deployments.update",
        "container.jobs.create",
        "container.pods.create",
        "container.pods.exec",
        "container.pods.update",
        "container.replicaSets.create",
        "container.serviceAccounts.createToken",
        "container.statefulSets.create",
        "container.statefulSets.update",
        "dataproc.jobs.create",
        "file.backups.create",
        "iam.googleapis.com/workloadIdentityPoolProviders.create",
        "iam.googleapis.com/workloadIdentityPoolProviders.update",
        "iam.roles.update",
        "iam.serviceAccountKeys.create",
        "iam.serviceAccounts.actAs",
        "iam.serviceAccounts.getAccessToken",
        "iam.serviceAccounts.getOpenIdToken",
        "iam.serviceAccounts.implicitDelegation",
        "iam.serviceAccounts.signBlob",
        "iam.serviceAccounts.signJwt",
        "iap.tunnelInstances.accessViaIAP",
        "iap.webServiceVersions.accessViaIAP",
        "lustre.instances.exportData",
        "parallelstore.instances.exportData",
        "run.jobs.runWithOverrides",
        "run.jobs.update",
        "run.routes.invoke",
        "run.services.update",
        "storage.hmacKeys.create",
        "storage.objects.create",
        "storage.objects.get",
        "storagetransfer.jobs.create",
        "storagetransfer.jobs.update",
        "tpu.nodes.update",
    }
)
_DISABLED = "DISABLED"


class Roles:
    """Every role that was read, and the shipped table behind them."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._read: dict[str, frozenset[str]] = {}
        for document in snapshot.all("gcp", "iam", "ListRoles.roles"):
            self._add(section(document.body))
        for document in snapshot.all("gcp", "cloudasset", "ListAssets.RESOURCE"):
            if section(document.body).get("assetType") == "iam.googleapis.com/Role":
                self._add(section(document.body, "resource", "data"))

    def _add(self, role: dict[str, object]) -> None:
        """Take in a role. One whose list of permissions is missing stays unknown, a disabled one holds none.

        Source: IAM REST reference, "Role.stage": with DISABLED "it will not grant" what it contains
        (https://cloud.google.com/iam/docs/reference/rest/v1/organizations.roles, read 2026-11).
        """
        name = text(role.get("name"))
        if role.get("stage") == _DISABLED or role.get("deleted") is True:
            self._read[name] = frozenset()
        elif isinstance(role.get("includedPermissions"), list):
            self._read[name] = frozenset(texts(role["includedPermissions"]))

    def permissions(self, name: str) -> frozenset[str] | None:
        """Return what a role contains, None when that is not known."""
        if name not in self._read:
            known = self.table.permissions_of(name)
            if known is None:
                return None
            self._read[name] = known
        return self._read[name]

    def escalates(self, name: str) -> bool:
        """Tell whether a role is worth granting to oneself, as far as what it contains is known."""
        held = self.permissions(name)
        return held is None or not held.isdisjoint(_WORTH) or any(p.endswith(".setIamPolicy") for p in held)

    @cached_property
    def table(self) -> Packed:
        """The shipped table; decoded only when a role was not read live."""
        return unpack(resources.files(__package__).joinpath(_TABLE).read_bytes())

    def gaps(self, bound: Iterable[str]) -> Iterator[Gap]:
        """Yield a gap for each role that someone is bound to and nobody knows the contents of."""
        for name in sorted({name for name in bound if self.permissions(name) is None}):
            parent, custom, _ = name.partition("/roles/")
            id_ = DocumentId("gcp", parent if custom else "", "", "iam", "ListRoles.roles", name)
            yield Gap(id_, "not-collected", f"what `{name}` contains is not known", "both")
