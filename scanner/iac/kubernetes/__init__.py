"""Kubernetes manifests as the objects that the API server will answer with once they are applied.

What a cluster adds by itself (defaults, generated names) is the provider's to know. Manifests that something
has to render first are not guessed at: a Helm template or a Kustomization that changes what it lists is a gap
that says so. Values of variables, secrets and configuration are left out of documents: they may be anything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from scanner.iac import unread
from scanner.iac.tree import Refused
from scanner.iac.written import MAX_BYTES, Node, read_text
from scanner.snapshot import Document, DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.iac.settings import Settings
    from scanner.iac.tree import Tree
    from scanner.snapshot import SnapshotWriter

DEFAULT_CLUSTER: Final = "cluster"
_ENDINGS: Final = (".yaml", ".yml", ".json")
_TEMPLATE: Final = "{{"
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
_BUILT: Final = frozenset(
    [
        "patches",
        "patchesStrategicMerge",
        "patchesJson6902",
        "namespace",
        "namePrefix",
        "nameSuffix",
        "images",
        "replicas",
        "replacements",
        "components",
        "helmCharts",
        "configMapGenerator",
        "secretGenerator",
        "labels",
        "commonLabels",
        "transformers",
        "generators",
        "vars",
    ]
)
"""Keys of a Kustomization that change or make objects; one with ``resources`` alone only lists files."""
_FOLLOWED_ELSEWHERE: Final = re.compile(
    r"(networking|security)\.istio\.io|cilium\.io|(crd\.)?projectcalico\.org|policy\.networking\.k8s\.io"
    r"|serving\.kserve\.io|ray\.io|traefik\.io|gateway\.envoyproxy\.io|serving\.knative\.dev"
)


def read(tree: Tree, settings: Settings, writer: SnapshotWriter) -> None:
    """Write the objects of a tree's manifests; files that hold none are passed over."""
    seen: dict[DocumentId, str] = {}
    named = settings.cluster or DEFAULT_CLUSTER
    cluster = named.rpartition("/")[2].replace(":", "-")
    for path in (tree.only,) if tree.only else tree.with_ending(*_ENDINGS):
        if not path.endswith(_ENDINGS):
            continue
        try:
            raw = tree.read(path, MAX_BYTES)
        except Refused as why:
            writer.gap(unread(tree, path, str(why)))
            continue
        if b"apiVersion" in raw and b"kind" in raw:
            _read_file(tree.shown(path), raw, cluster, writer, seen)
    if seen and cluster != named:  # the name says which cloud's cluster it is
        entry = DocumentId("kubernetes", cluster, "", "kubeconfig", "clusters", cluster)
        writer.add(Document(entry, {"name": named}))


def _read_file(
    shown: str, raw: bytes, cluster: str, writer: SnapshotWriter, seen: dict[DocumentId, str]
) -> None:
    stream = read_text(raw, is_json=shown.endswith(".json"))
    if stream.broken is not None and _looks_like_manifest(raw):
        why = stream.broken.message
        if _TEMPLATE.encode() in raw:
            why = "a template: render it first (`helm template`) and scan what that prints"
        writer.gap(_gap(shown, stream.broken.line, why))
    for node in _objects(stream.documents):
        for document in _document(node, shown, cluster, writer):
            first = seen.setdefault(document.id, f"{shown}:{node.first}")
            if first != f"{shown}:{node.first}":
                why = f"{document.id.field} {document.id.key} is at {first} too; this one counts"
                writer.gap(_gap(shown, node.first, why))
            writer.asked()
            writer.add(document)


def _objects(documents: list[Node]) -> Iterator[Node]:
    """Yield the objects of a file, those of lists one by one."""
    for node in documents:
        if node.text("kind") == "List" or node.text("kind").endswith("List"):
            held = node.get("items")
            yield from held.value if held is not None and isinstance(held.value, list) else ()
        elif node.text("apiVersion") and node.text("kind"):
            yield node


def _document(node: Node, shown: str, cluster: str, writer: SnapshotWriter) -> Iterator[Document]:
    kind, group = node.text("kind"), node.text("apiVersion").rpartition("/")[0] or "core"
    name, namespace = node.text("metadata", "name"), node.text("metadata", "namespace")
    if kind == "Kustomization" and isinstance(node.value, dict) and not _BUILT.isdisjoint(node.value):
        why = "a Kustomization is not built here: scan what `kustomize build` prints"
        writer.gap(_gap(shown, node.first, why, reason="not-implemented"))
    if kind == "Secret":
        body: Any = {"type": node.text("type"), "metadata": {"name": name, "annotations": _notes(node)}}
    elif kind == "ConfigMap" and (namespace, name) == ("kube-system", "aws-auth"):
        body = node.plain()
    elif _FOLLOWED_ELSEWHERE.fullmatch(group):
        body = {"metadata": {"name": name}}
        if group == "serving.knative.dev":
            body = _without_values(node.plain())
    elif kind in _KINDS:
        template = next(_templates(node), None)
        if template is not None:
            writer.gap(_gap(shown, template, f"{kind} {name} is a template; render it first"))
            return
        body = _without_values(node.plain())
    else:
        return
    if not name and kind == "AuthenticationConfiguration":  # it is a file of the API server, not an object
        name = "api"
    if not name:
        writer.gap(_gap(shown, node.first, f"{kind} without a name"))
        return
    inside = "" if kind in _CLUSTER_WIDE else namespace or "default"
    id_ = DocumentId("kubernetes", cluster, inside, group, kind, name)
    yield Document(id_, body, tuple(node.places(shown)))


def _templates(node: Node) -> Iterator[int]:
    """Yield the lines of texts that a template engine fills in."""
    if isinstance(node.value, str) and _TEMPLATE in node.value:
        yield node.first
    for item in node.below():
        yield from _templates(item)


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


def _looks_like_manifest(raw: bytes) -> bool:
    return re.search(rb"^\s*[\"']?apiVersion[\"']?\s*:", raw, re.MULTILINE) is not None


def _gap(shown: str, line: int, why: str, reason: Any = "unparseable") -> Gap:  # noqa: ANN401 - a `Reason`
    return Gap(DocumentId("iac", "", "", "files", "ReadFile", f"{shown}:{line}"), reason, why)
