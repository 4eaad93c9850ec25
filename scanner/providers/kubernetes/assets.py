"""What holds or serves models in a cluster: workloads, the volumes they mount, the disks of their pods.

A workload that runs an inference server is an endpoint. The weights it loads lie in a claim that it mounts,
or on its pods' own disk; the latter is a resource of its own, ``WORKLOAD#weights``, because who may run
commands in a pod copies what is on its disk and who only calls it does not. Volumes and URIs that name a
bucket say which weights these are. Sources: Kubernetes, "Persistent Volumes"; Amazon EKS User Guide, "Access
Amazon S3 objects with Mountpoint for Amazon S3 CSI driver"; Google Kubernetes Engine, "Access Cloud Storage
buckets with the Cloud Storage FUSE CSI driver" (read 2026-11).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scanner.catalog import load_weight_signals
from scanner.catalog.weight_signal import ScoredName
from scanner.model import Resource, Signal
from scanner.providers.kubernetes import kserve
from scanner.providers.kubernetes.objects import CORE, at, object_id, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.catalog import WeightSignals
    from scanner.model import Evidence
    from scanner.providers.kubernetes.objects import Object, Objects
    from scanner.providers.kubernetes.workloads import Container, Volume, Workload

_WEIGHTS: Final = "#weights"
_DISK, _MOUNTED = 60, 70
"""Scores: a server of models has one on its disk; a volume that a server of models mounts has one."""
_URI: Final = re.compile(r"(?<![\w.-])(s3|gs)://([a-z0-9][a-z0-9._-]{1,61}[a-z0-9])((?:/[^\s\"'=]*)?)")
_NOT_WEIGHTS: Final = {"configMap", "secret", "downwardAPI", "projected", "emptyDir"}
_CSI_BUCKETS: Final = {
    "s3.csi.aws.com": ("bucketName", "arn:aws:s3:::{}/*"),
    "gcsfuse.csi.storage.gke.io": ("bucketName", "//storage.googleapis.com/{}/*"),
}
_BY_KSERVE: Final = ScoredName(95, "predictor of an InferenceService", "inference-endpoint", (kserve.PORT,))
_SYSTEM_PATHS: Final = (
    "/dev",
    "/etc",
    "/proc",
    "/run",
    "/sys",
    "/usr/share/zoneinfo",
    "/var/run",
    "/var/log",
)


@dataclass(frozen=True, slots=True)
class Served:
    """A workload that runs a server of models, with the ports that its server containers listen on."""

    workload: Workload
    servers: tuple[Container, ...]
    ports: frozenset[int]
    declared: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """Weights in a cluster. `mountable`: any pod of the namespace can mount them; `workloads` have them."""

    resource: Resource
    namespace: str
    mountable: bool
    workloads: tuple[Workload, ...]


class Assets:
    """Endpoints and weights of one cluster, by id."""

    def __init__(self, objects: Objects, workloads: tuple[Workload, ...]) -> None:
        self._objects = objects
        self._signals = load_weight_signals()
        self.served: dict[str, Served] = {}
        self.kept: dict[str, Kept] = {}
        self.resources: dict[str, Resource] = {}
        for workload in workloads:
            self._read(workload)

    def _read(self, workload: Workload) -> None:
        """Take up a workload: as an endpoint, and what it holds."""
        serving = list(_serving(workload, self._signals))
        loading = list(_loading(workload, self._signals))
        kept = [k for volume in workload.volumes for k in self._volume(workload, volume, bool(serving))]
        if serving:
            self._serve(workload, [(c, s) for c, s, _ in serving])
        if not kept and (serving or loading):
            why = [
                Signal(_DISK, "model-weights", f"weights on its disk: {s.reason}", e) for _, s, e in serving
            ]
            why += [Signal(s.score, "model-weights", s.reason, e) for _, s, e in loading]
            kept.append(self._kept(workload, f"{workload.id}{_WEIGHTS}", why, mountable=False))
        uses = tuple(sorted({arn for container in workload.containers for arn in _named(container)}))
        for found in kept:
            self._keep(found, uses)
        signals = tuple(
            sorted({Signal(s.score, s.asset_class, s.reason, e) for _, s, e in serving}, reverse=True)
        )
        ids = tuple(sorted({*uses, *(found.resource.id for found in kept)}))
        self.resources[workload.id] = _resource(workload.object, workload.id, signals, ids)

    def _serve(self, workload: Workload, serving: list[tuple[Container, ScoredName]]) -> None:
        told = {port for container, _ in serving for port in container.listens}
        usual = {port for _, scored in serving for port in scored.ports}
        servers = tuple(dict.fromkeys(container for container, _ in serving))
        self.served[workload.id] = Served(workload, servers, frozenset(told or usual), bool(told or usual))

    def _volume(self, workload: Workload, volume: Volume, serves: bool) -> Iterator[Kept]:
        """Yield the weights that a volume holds, if anything says that it does."""
        if volume.kind in _NOT_WEIGHTS or not any(
            name == volume.name for container in workload.containers for name, _ in container.mounts
        ):
            return
        evidence = workload.object.evidence(volume.pointer)
        claim = str(volume.source.get("claimName", "")) if volume.kind == "persistentVolumeClaim" else ""
        path = str(volume.source.get("path", "")) if volume.kind == "hostPath" else ""
        if path.startswith(_SYSTEM_PATHS) or path == "/":
            return
        names = [volume.name, claim, *path.split("/")]
        names += [
            part
            for c in workload.containers
            for n, p in c.mounts
            if n == volume.name
            for part in p.split("/")
        ]
        scored = [s for name in names if name and (s := self._signals.score_bucket_name(name)) is not None]
        why = [Signal(s.score, "model-weights", f"volume or path: {s.reason}", evidence) for s in scored]
        if serves:
            why.append(Signal(_MOUNTED, "model-weights", "mounted by a server of models", evidence))
        if not why:
            return
        uses = _buckets_of(
            volume.source if volume.kind == "csi" else self._persistent(workload.namespace, claim)
        )
        if claim:
            id_ = object_id(workload.object.cluster, workload.namespace, "PersistentVolumeClaim", claim)
        elif volume.kind == "volumeClaimTemplate":
            id_ = object_id(
                workload.object.cluster,
                workload.namespace,
                "PersistentVolumeClaim",
                f"{volume.name}-{workload.object.name}-*",
            )
        else:
            id_ = f"{workload.id}{_WEIGHTS}"
        mountable = volume.kind != "emptyDir"
        yield self._kept(workload, id_, why, mountable=mountable, uses=uses)

    def _kept(
        self,
        workload: Workload,
        id_: str,
        why: list[Signal],
        *,
        mountable: bool,
        uses: tuple[str, ...] = (),
    ) -> Kept:
        resource = _resource(workload.object, id_, tuple(sorted(set(why), reverse=True)), uses)
        return Kept(resource, workload.namespace, mountable, (workload,))

    def _keep(self, found: Kept, uses: tuple[str, ...]) -> None:
        """Add weights; what several workloads mount is one resource with all that speaks for it."""
        known = self.kept.get(found.resource.id, found)
        resource = found.resource
        merged = Resource(
            id=resource.id,
            kind=resource.kind,
            provider="kubernetes",
            scope=resource.scope,
            name=resource.name,
            tags=self._claim_labels(found),
            signals=tuple(sorted({*known.resource.signals, *resource.signals}, reverse=True)),
            uses=tuple(sorted({*known.resource.uses, *resource.uses, *uses})),
        )
        workloads = {workload.id: workload for workload in (*known.workloads, *found.workloads)}
        self.kept[resource.id] = Kept(
            merged,
            found.namespace,
            known.mountable or found.mountable,
            tuple(workloads.values()),
        )
        self.resources[resource.id] = merged

    def _claim_labels(self, found: Kept) -> tuple[tuple[str, str], ...]:
        claim = self._objects.get(
            CORE, "PersistentVolumeClaim", found.namespace, found.resource.id.rpartition("/")[2]
        )
        return tuple(sorted(claim.labels.items())) if claim else ()

    def _persistent(self, namespace: str, claim: str) -> dict[str, Any]:
        """Return the CSI source of the volume that a claim is bound to by name."""
        found = self._objects.get(CORE, "PersistentVolumeClaim", namespace, claim)
        name = str(found.at("/spec/volumeName") or "") if found else ""
        volume = self._objects.get(CORE, "PersistentVolume", "", name)
        source = volume.at("/spec/csi") if volume else None
        return source if isinstance(source, dict) else {}


def _resource(holder: Object, id_: str, signals: tuple[Signal, ...], uses: tuple[str, ...]) -> Resource:
    kind = id_.split("/")[-2].lower() if id_ != holder.id else holder.kind.lower()
    if id_.endswith(_WEIGHTS):
        kind = "pod-disk"
    tags = tuple(sorted(holder.labels.items()))
    return Resource(id_, kind, "kubernetes", holder.cluster, id_.rpartition("/")[2], tags, signals, uses)


def _serving(workload: Workload, signals: WeightSignals) -> Iterator[tuple[Container, ScoredName, Evidence]]:
    """Yield what says that a container serves a model: its image, its command, its variables, or KServe."""
    by_kserve = (workload.object.group, workload.object.kind) == (kserve.GROUP, kserve.KIND)
    for container in workload.containers:
        if container.is_init:
            continue
        if by_kserve:
            yield container, _BY_KSERVE, workload.object.evidence(container.pointer)
            continue
        for field, scored in (
            ("/image", signals.score_image(container.image)),
            ("", signals.score_command(container.command)),
            *(("/env", signals.score_variable(name)) for name in container.variables),
        ):
            if scored is not None and scored.asset_class == "inference-endpoint":
                yield container, scored, workload.object.evidence(f"{container.pointer}{field}")


def _loading(workload: Workload, signals: WeightSignals) -> Iterator[tuple[Container, ScoredName, Evidence]]:
    """Yield what says that a container loads weights onto the pod's disk."""
    for container in workload.containers:
        scored = signals.score_command(container.command)
        if scored is not None and scored.asset_class == "model-weights":
            yield container, scored, workload.object.evidence(container.pointer)
        for _, _, path in _URI.findall(container.command):
            scored = signals.score_object_name(path.strip("/")) if path.strip("/") else None
            if scored is not None:
                yield container, scored, workload.object.evidence(container.pointer)


def _named(container: Container) -> Iterator[str]:
    """Yield the weights in a bucket that a command line names."""
    for scheme, bucket, path in _URI.findall(container.command):
        key = path.strip("/")
        whole = "*" if not key else key if "." in key.rpartition("/")[2] else f"{key}/*"
        yield f"arn:aws:s3:::{bucket}/{whole}" if scheme == "s3" else f"//storage.googleapis.com/{bucket}/*"


def _buckets_of(source: dict[str, Any]) -> tuple[str, ...]:
    """Return what a CSI volume shows of a bucket."""
    field, form = _CSI_BUCKETS.get(str(source.get("driver")), ("", ""))
    bucket = texts(at(source, "/volumeAttributes")).get(field, "")
    return (form.format(bucket),) if bucket else ()
