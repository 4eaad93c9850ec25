"""Which objects of Kubernetes are kept, and as what: without values that may be secret, and by which name.

What a cluster adds by itself (defaults, generated names) is the provider's to know. Objects that other
programs turn into pods, or into further objects, are named, so that whoever reads them can say that they are
not followed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from scanner.snapshot import DocumentId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.iac.written import Node

_CLUSTER_WIDE: Final = frozenset(
    [
        "Namespace",
        "PersistentVolume",
        "ClusterRole",
        "ClusterRoleBinding",
        "IngressClass",
        "GatewayClass",
        "IngressClassParams",
        "AdminNetworkPolicy",
        "BaselineAdminNetworkPolicy",
        "CiliumClusterwideNetworkPolicy",
        "GlobalNetworkPolicy",
        "AuthenticationConfiguration",
        "ClusterServingRuntime",
    ]
)
_KINDS: Final = frozenset(
    [
        "Namespace",
        "Pod",
        "ReplicationController",
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "ReplicaSet",
        "Job",
        "CronJob",
        "Rollout",
        "LeaderWorkerSet",
        "Service",
        "Ingress",
        "IngressClass",
        "IngressClassParams",
        "Gateway",
        "HTTPRoute",
        "GRPCRoute",
        "TCPRoute",
        "TLSRoute",
        "ReferenceGrant",
        "InferencePool",
        "NetworkPolicy",
        "ServiceAccount",
        "Role",
        "ClusterRole",
        "RoleBinding",
        "ClusterRoleBinding",
        "PersistentVolume",
        "PersistentVolumeClaim",
        "BackendConfig",
        "AuthenticationConfiguration",
    ]
)
_FOLLOWED_ELSEWHERE: Final = re.compile(
    r"(networking|security)\.istio\.io|cilium\.io|(crd\.)?projectcalico\.org|policy\.networking\.k8s\.io"
    r"|serving\.kserve\.io|ray\.io|traefik\.io|gateway\.envoyproxy\.io|serving\.knative\.dev"
)
_WHOLE: Final = {("serving.knative.dev", "Service"), ("serving.kserve.io", "InferenceService")}
"""Objects of these groups that are read, and not only named."""
_INSTALLING: Final = {
    ("argoproj.io", "Application"),
    ("argoproj.io", "ApplicationSet"),
    ("helm.cattle.io", "HelmChart"),
    ("helm.toolkit.fluxcd.io", "HelmRelease"),
    ("kustomize.toolkit.fluxcd.io", "Kustomization"),
    ("source.toolkit.fluxcd.io", "GitRepository"),
}
"""Objects that have others installed, from elsewhere."""


def group_of(node: Node) -> str:
    """Return an object's API group; the core group is called so."""
    return node.text("apiVersion").rpartition("/")[0] or "core"


def id_of(cluster: str, node: Node) -> DocumentId | None:
    """Return the id of an object, None when it has no name."""
    kind, name = node.text("kind"), node.text("metadata", "name")
    if not name and kind == "AuthenticationConfiguration":  # it is a file of the API server, not an object
        name = "api"
    inside = "" if kind in _CLUSTER_WIDE else node.text("metadata", "namespace") or "default"
    return DocumentId("kubernetes", cluster, inside, group_of(node), kind, name) if name else None


def body_of(node: Node) -> Any:  # noqa: ANN401 - raw Kubernetes JSON
    """Return what is kept of an object, None for a kind that nobody asks for."""
    kind, group, name = node.text("kind"), group_of(node), node.text("metadata", "name")
    if kind == "Secret":
        return {"type": node.text("type"), "metadata": {"name": name, "annotations": _notes(node)}}
    if kind == "ConfigMap" and (node.text("metadata", "namespace"), name) == ("kube-system", "aws-auth"):
        return node.plain()
    if _FOLLOWED_ELSEWHERE.fullmatch(group) and (group, kind) not in _WHOLE:
        return {"metadata": {"name": name}}
    return _without_values(node.plain()) if kind in _KINDS or (group, kind) in _WHOLE else None


def unread_kind(node: Node) -> str:
    """Say why a kind that is not kept matters: it makes pods, or has others installed; nothing for others."""
    kind, group = node.text("kind"), group_of(node)
    if (group, kind) in _INSTALLING:
        return f"what {kind} {node.text('metadata', 'name')} installs is not read"
    if group.endswith(("apiextensions.k8s.io", "admissionregistration.k8s.io")):
        return ""
    return f"{kind} of {group}, which makes pods, is not read" if next(_pods(node), None) else ""


def _pods(node: Node) -> Iterator[Node]:
    """Yield the containers anywhere below a node."""
    pending = [node]
    while pending:
        here = pending.pop()
        pending += here.below()
        for key in ("containers", "container"):
            found = here.get(key)
            listed = found.below() if found is not None and isinstance(found.value, list) else [found]
            for container in listed:
                if container is not None and container.text("image"):
                    yield container


def _without_values(body: Any) -> Any:  # noqa: ANN401 - raw Kubernetes JSON
    """Return an object without the values of its containers' variables, some of which are secret."""
    if isinstance(body, list):
        return [_without_values(item) for item in body]
    if not isinstance(body, dict):
        return body
    found = {key: _without_values(item) for key, item in body.items()}
    if isinstance(body.get("env"), list):
        found["env"] = [_named(variable) for variable in body["env"]]
    return found


def _named(variable: Any) -> Any:  # noqa: ANN401 - raw Kubernetes JSON
    return {k: v for k, v in variable.items() if k != "value"} if isinstance(variable, dict) else variable


def _notes(node: Node) -> dict[str, str]:
    held = node.get("metadata", "annotations")
    found = held.plain() if held is not None else {}
    return found if isinstance(found, dict) else {}
