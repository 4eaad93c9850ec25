"""What a cluster answered to ``kubectl get … -o json``, from files: the objects that are there now.

Nothing is asked and nothing runs. An object that is not in the files may be in the cluster: a kind of which
none is there, and of which no file is called so (``networkpolicies.json``), was perhaps not asked for, and is
a gap. Source: Kubernetes, "kubectl get", "kubectl config view"
(https://kubernetes.io/docs/reference/kubectl/generated/kubectl_get/, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.errors import CollectError
from scanner.iac.kubernetes import DEFAULT_CLUSTER, cluster_of, objects_of
from scanner.iac.kubernetes.objects import body_of, group_of, id_of, unread_kind
from scanner.iac.written import Node, read_text
from scanner.snapshot import Document, DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scanner.snapshot import SnapshotWriter

_LARGEST: Final = 400 * 1024 * 1024
_RBAC: Final = "rbac.authorization.k8s.io"
KINDS: Final[dict[str, tuple[str, str]]] = {
    "namespaces": ("core", "Namespace"),
    "pods": ("core", "Pod"),
    "services": ("core", "Service"),
    "serviceaccounts": ("core", "ServiceAccount"),
    "secrets": ("core", "Secret"),
    "persistentvolumes": ("core", "PersistentVolume"),
    "persistentvolumeclaims": ("core", "PersistentVolumeClaim"),
    "deployments": ("apps", "Deployment"),
    "statefulsets": ("apps", "StatefulSet"),
    "daemonsets": ("apps", "DaemonSet"),
    "replicasets": ("apps", "ReplicaSet"),
    "jobs": ("batch", "Job"),
    "cronjobs": ("batch", "CronJob"),
    "ingresses": ("networking.k8s.io", "Ingress"),
    "ingressclasses": ("networking.k8s.io", "IngressClass"),
    "networkpolicies": ("networking.k8s.io", "NetworkPolicy"),
    "roles": (_RBAC, "Role"),
    "rolebindings": (_RBAC, "RoleBinding"),
    "clusterroles": (_RBAC, "ClusterRole"),
    "clusterrolebindings": (_RBAC, "ClusterRoleBinding"),
}
"""What a complete reading asks for, by the name that kubectl has for it."""
_OVERSTATED: Final = {"networkpolicies"}
"""Kinds that only bar: without them a scan finds more than there is."""


def read(paths: tuple[Path, ...], cluster: str, writer: SnapshotWriter) -> None:
    """Write the objects of exported files.

    Args:
        paths: JSON or YAML, each with one list, several objects, or an answer of discovery.
        cluster: As a kubeconfig calls it; empty leaves it to an exported kubeconfig.
        writer: Where the objects go.

    Raises:
        CollectError: for a file that cannot be read, or holds nothing of a cluster.
    """
    found = [(path, _documents(path)) for path in paths]
    config = next((n for _, nodes in found for n in nodes if n.text("kind") == "Config"), None)
    entry = _entry(config)
    named = cluster or (entry.text("name") if entry is not None else "") or DEFAULT_CLUSTER
    name = cluster_of(named)
    server = entry.text("cluster", "server") if entry is not None else ""
    id_ = DocumentId("kubernetes", name, "", "kubeconfig", "clusters", name)
    writer.add(Document(id_, {"name": named, "cluster": {"server": server}}))
    there: set[tuple[str, str]] = set()
    for path, nodes in found:
        there |= {KINDS[stem] for stem in [path.name.partition(".")[0].lower()] if stem in KINDS}
        for node in nodes:
            there |= set(_write(node, name, writer))
    for plural, kind in KINDS.items():
        if kind not in there:
            why = f"no {plural} are in the exports; an empty answer is told by a file called `{plural}.json`"
            if plural == "secrets":
                why += ", and their `data` may be left out"
            effect: Any = "overstated" if plural in _OVERSTATED else "understated"
            gap = DocumentId("kubernetes", name, "", kind[0], kind[1])
            writer.gap(Gap(gap, "not-collected", why, effect))


def _documents(path: Path) -> list[Node]:
    try:
        with path.open("rb") as stream_:
            raw = stream_.read(_LARGEST + 1)
    except OSError as error:
        raise CollectError(f"`{path}` cannot be read: {error.strerror or error}") from None
    stream = read_text(raw, is_json=path.suffix == ".json", limit=_LARGEST)
    if stream.broken is not None:
        raise CollectError(f"`{path}`, line {stream.broken.line}: {stream.broken.message}")
    if not any(isinstance(node.value, dict) for node in stream.documents):
        raise CollectError(
            f"`{path}` holds no object; write it by `kubectl get KIND --all-namespaces -o json`"
        )
    return stream.documents


def _write(node: Node, cluster: str, writer: SnapshotWriter) -> Iterator[tuple[str, str]]:
    """Write the objects of one document; yields their kinds."""
    if node.text("issuer") and node.text("jwks_uri"):  # `kubectl get --raw /.well-known/openid-configuration`
        id_ = DocumentId("kubernetes", cluster, "", "discovery", "openid-configuration", "issuer")
        writer.add(Document(id_, {"issuer": node.text("issuer")}))
        writer.asked()
    for item in objects_of([_typed(node)]):
        body, id_or_none = body_of(item), id_of(cluster, item)
        yield group_of(item), item.text("kind")
        if body is not None and id_or_none is not None:
            writer.asked()
            writer.add(Document(id_or_none, body))
        elif body is None and unread_kind(item):
            kind = DocumentId("kubernetes", cluster, "", group_of(item), item.text("kind"))
            writer.gap(Gap(kind, "not-implemented", unread_kind(item), "understated"))


def _typed(node: Node) -> Node:
    """Return a list whose items say their kinds, which the API itself leaves to the list."""
    kind, items = node.text("kind").removesuffix("List"), node.get("items")
    if not kind or items is None or not isinstance(items.value, list):
        return node
    told = {"kind": kind, "apiVersion": node.text("apiVersion")}
    made = [
        Node(
            {**{k: Node(v, item.first, item.last) for k, v in told.items()}, **item.value},
            item.first,
            item.last,
        )
        for item in items.value
        if isinstance(item.value, dict)
    ]
    below = dict(node.value) if isinstance(node.value, dict) else {}
    below["items"] = Node(list(made), items.first, items.last)
    return Node(below, node.first, node.last)


def _entry(config: Node | None) -> Node | None:
    """Return the cluster of a kubeconfig's current context, or its only one."""
    if config is None:
        return None
    contexts, clusters = config.get("contexts"), config.get("clusters")
    current = config.text("current-context")
    named = [
        c.text("context", "cluster")
        for c in (contexts.below() if contexts else [])
        if c.text("name") == current
    ]
    listed = clusters.below() if clusters is not None else []
    chosen = [c for c in listed if c.text("name") in named] or (listed if len(listed) == 1 else [])
    return chosen[0] if chosen else None
