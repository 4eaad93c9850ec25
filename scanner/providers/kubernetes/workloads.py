"""Workloads: what makes pods, with the parts of the pod that decide who reaches what is in it.

Source: Kubernetes, "Workloads" (https://kubernetes.io/docs/concepts/workloads/, read 2026-11). A pod that a
workload owns is the workload's; a bare pod is its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from scanner.providers.kubernetes.objects import CORE, at, items, texts, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.kubernetes.objects import Object, Objects

TEMPLATES: Final[dict[tuple[str, str], str]] = {
    (CORE, "Pod"): "",
    (CORE, "ReplicationController"): "/spec/template",
    ("apps", "Deployment"): "/spec/template",
    ("apps", "StatefulSet"): "/spec/template",
    ("apps", "DaemonSet"): "/spec/template",
    ("apps", "ReplicaSet"): "/spec/template",
    ("argoproj.io", "Rollout"): "/spec/template",
    ("batch", "Job"): "/spec/template",
    ("batch", "CronJob"): "/spec/jobTemplate/spec/template",
    ("serving.knative.dev", "Service"): "/spec/template",
    ("leaderworkerset.x-k8s.io", "LeaderWorkerSet"): "/spec/leaderWorkerTemplate/workerTemplate",
}
"""Kinds that make pods, and where their pod template is."""
_PORT_OPTION: Final = re.compile(r"(?:^|\s)--(?:http-)?port[=\s]+(\d{1,5})(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Container:
    """One container. `pointer` is where it stands in the document; `is_init`: it ends before others start."""

    name: str
    image: str
    command: str
    variables: tuple[str, ...]
    ports: tuple[tuple[str, int, str], ...]
    host_ports: tuple[int, ...]
    mounts: tuple[tuple[str, str], ...]
    pointer: str
    is_init: bool

    @property
    def listens(self) -> frozenset[int]:
        """Ports that it declares or is told on its command line; empty when neither says."""
        told = {int(port) for port in _PORT_OPTION.findall(self.command)}
        return frozenset(told | {port for _, port, _ in self.ports})


@dataclass(frozen=True, slots=True)
class Volume:
    """One volume of a pod: its source's kind (``persistentVolumeClaim``, ``hostPath`` …) and details."""

    name: str
    kind: str
    source: dict[str, Any]
    pointer: str


@dataclass(frozen=True, slots=True)
class Workload:
    """What makes pods that are all alike; `spec` is where the pods' specification stands in the document."""

    object: Object
    labels: dict[str, str]
    service_account: str
    mounts_token: bool | None
    on_host_network: bool
    containers: tuple[Container, ...]
    volumes: tuple[Volume, ...]
    spec: str

    @property
    def id(self) -> str:
        """Its id in the graph."""
        return self.object.id

    @property
    def namespace(self) -> str:
        """The namespace of its pods."""
        return self.object.namespace


def read_workloads(objects: Objects) -> tuple[Workload, ...]:
    """Return every workload, sorted by id; pods and replica sets that another one owns are left out."""
    found = [
        _workload(holder, template)
        for (group, kind), template in TEMPLATES.items()
        for holder in objects.all(group, kind)
        if not holder.at("/metadata/ownerReferences")
    ]
    return tuple(sorted(found, key=lambda workload: workload.id))


def _workload(holder: Object, template: str) -> Workload:
    spec = f"{template}/spec"
    body = holder.at(spec)
    pod = body if isinstance(body, dict) else {}
    token = pod.get("automountServiceAccountToken")
    return Workload(
        object=holder,
        labels=texts(holder.at(f"{template}/metadata/labels")),
        service_account=str(pod.get("serviceAccountName") or pod.get("serviceAccount") or "default"),
        mounts_token=token if isinstance(token, bool) else None,
        on_host_network=pod.get("hostNetwork") is True,
        containers=tuple(containers_of(pod, spec)),
        volumes=tuple(volumes_of(holder, pod, spec)),
        spec=spec,
    )


def containers_of(pod: dict[str, Any], spec: str) -> Iterator[Container]:
    """Yield the containers of a pod's specification, which stands at the pointer `spec`."""
    for field in ("containers", "initContainers"):
        for index, raw in enumerate(items(pod.get(field))):
            ports = items(raw.get("ports"))
            yield Container(
                name=str(raw.get("name", "")),
                image=raw["image"] if isinstance(raw.get("image"), str) else "",
                command=" ".join(words(raw.get("command")) + words(raw.get("args"))),
                variables=tuple(str(v.get("name", "")) for v in items(raw.get("env"))),
                ports=tuple(
                    (str(p.get("name", "")), p["containerPort"], str(p.get("protocol", "TCP")))
                    for p in ports
                    if is_port(p.get("containerPort"))
                ),
                host_ports=tuple(p["hostPort"] for p in ports if is_port(p.get("hostPort"))),
                mounts=tuple(
                    (str(m.get("name", "")), str(m.get("mountPath", "")))
                    for m in items(raw.get("volumeMounts"))
                ),
                pointer=f"{spec}/{field}/{index}",
                # with restartPolicy Always it is a sidecar: "Sidecar Containers"
                is_init=field == "initContainers" and raw.get("restartPolicy") != "Always",
            )


def volumes_of(holder: Object, pod: dict[str, Any], spec: str) -> Iterator[Volume]:
    """Yield the volumes of a pod's specification, see `containers_of`, and a stateful set's own."""
    for index, raw in enumerate(items(pod.get("volumes"))):
        for kind, source in raw.items():
            if kind != "name":
                held = source if isinstance(source, dict) else {}
                yield Volume(str(raw.get("name", "")), kind, held, f"{spec}/volumes/{index}")
    if holder.kind == "StatefulSet":
        for index, raw in enumerate(items(holder.at("/spec/volumeClaimTemplates"))):
            name = str(at(raw, "/metadata/name") or "")
            yield Volume(name, "volumeClaimTemplate", raw, f"/spec/volumeClaimTemplates/{index}")


def is_port(value: object) -> TypeGuard[int]:
    """Tell whether a raw value is a port number."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 65_536
