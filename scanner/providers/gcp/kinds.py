"""The kinds of assets besides buckets: what permission reads, calls, replaces or gives away each.

Sources: the pages "Access control with IAM" of Vertex AI, Artifact Registry, Compute Engine, Cloud Run, Cloud
Functions, Filestore, Parallelstore and Managed Lustre under https://cloud.google.com (read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from scanner.providers.gcp.steps import Way

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.model import AssetClass

_READ, _COPY, _WRITE = Way("read", ("read",)), Way("copy", ("read",)), Way("write", ("write",))
_CALL = Way("invoke", ("invoke",))


class Kind(NamedTuple):
    """One type of the inventory.

    `score` is that of the signal that a resource of this type is an asset, 0 when only more evidence makes it
    one. Of `ways` any one suffices for each `Way`; all permissions of one are needed. `grant` sets its own
    policy, ``""`` when it has none.
    """

    word: str
    asset_class: AssetClass
    score: int
    why: str
    ways: tuple[tuple[Way, tuple[str, ...]], ...]
    grant: str = ""


ENDPOINT: Final = "aiplatform.googleapis.com/Endpoint"
MODEL: Final = "aiplatform.googleapis.com/Model"
ENGINE: Final = "aiplatform.googleapis.com/ReasoningEngine"
REPOSITORY: Final = "artifactregistry.googleapis.com/Repository"
DOCKER_IMAGE: Final = "artifactregistry.googleapis.com/DockerImage"
RUN: Final = "run.googleapis.com/Service"
FUNCTION: Final = "cloudfunctions.googleapis.com/CloudFunction"

_ATTACH = (_READ, ("compute.disks.use",)), (_WRITE, ("compute.disks.use",))
_SNAPSHOT = (_COPY, ("compute.disks.createSnapshot",))

KINDS: Final[Mapping[str, Kind]] = {
    ENDPOINT: Kind(
        "vertex-endpoint",
        "inference-endpoint",
        95,
        "Vertex AI endpoint",
        (
            (_CALL, ("aiplatform.endpoints.predict",)),
            (_CALL, ("aiplatform.endpoints.explain",)),
            (_WRITE, ("aiplatform.endpoints.deploy",)),
            (_WRITE, ("aiplatform.endpoints.update",)),
        ),
        "aiplatform.endpoints.setIamPolicy",
    ),
    MODEL: Kind(
        "vertex-model",
        "model-registry",
        80,
        "Vertex AI model registry",
        ((_COPY, ("aiplatform.models.export",)), (_WRITE, ("aiplatform.models.upload",))),
    ),
    ENGINE: Kind(
        "vertex-reasoning-engine",
        "inference-endpoint",
        95,
        "Vertex AI reasoning engine",
        ((_CALL, ("aiplatform.reasoningEngines.query",)), (_WRITE, ("aiplatform.reasoningEngines.update",))),
    ),
    REPOSITORY: Kind(
        "artifact-repository",
        "model-weights",
        0,
        "",
        (
            (_READ, ("artifactregistry.repositories.downloadArtifacts",)),
            (_READ, ("artifactregistry.files.download",)),
            (_WRITE, ("artifactregistry.repositories.uploadArtifacts",)),
        ),
        "artifactregistry.repositories.setIamPolicy",
    ),
    "compute.googleapis.com/Disk": Kind(
        "disk",
        "model-weights",
        0,
        "",
        ((_READ, ("compute.disks.useReadOnly",)), *_ATTACH, _SNAPSHOT),
        "compute.disks.setIamPolicy",
    ),
    "compute.googleapis.com/RegionDisk": Kind(
        "disk",
        "model-weights",
        0,
        "",
        ((_READ, ("compute.disks.useReadOnly",)), *_ATTACH, _SNAPSHOT),
        "compute.disks.setIamPolicy",
    ),
    "compute.googleapis.com/Image": Kind(
        "machine-image",
        "model-weights",
        0,
        "",
        ((_READ, ("compute.images.useReadOnly",)),),
        "compute.images.setIamPolicy",
    ),
    "compute.googleapis.com/Snapshot": Kind(
        "snapshot",
        "model-weights",
        0,
        "",
        ((_READ, ("compute.snapshots.useReadOnly",)),),
        "compute.snapshots.setIamPolicy",
    ),
    "compute.googleapis.com/MachineImage": Kind(
        "machine-image",
        "model-weights",
        0,
        "",
        ((_READ, ("compute.machineImages.useReadOnly",)),),
        "compute.machineImages.setIamPolicy",
    ),
    "file.googleapis.com/Instance": Kind(
        "file-share", "model-weights", 0, "", ((_COPY, ("file.backups.create",)),)
    ),
    "parallelstore.googleapis.com/Instance": Kind(
        "file-share", "model-weights", 0, "", ((_COPY, ("parallelstore.instances.exportData",)),)
    ),
    "lustre.googleapis.com/Instance": Kind(
        "file-share", "model-weights", 0, "", ((_COPY, ("lustre.instances.exportData",)),)
    ),
    RUN: Kind(
        "cloud-run-service",
        "inference-endpoint",
        0,
        "",
        ((_CALL, ("run.routes.invoke",)), (_WRITE, ("run.services.update",))),
        "run.services.setIamPolicy",
    ),
    FUNCTION: Kind(
        "function",
        "inference-endpoint",
        0,
        "",
        ((_CALL, ("cloudfunctions.functions.invoke",)), (_WRITE, ("cloudfunctions.functions.update",))),
        "cloudfunctions.functions.setIamPolicy",
    ),
}
"""Every kind by its type in the inventory."""
