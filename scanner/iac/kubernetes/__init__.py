"""Kubernetes manifests as the objects that the API server will answer with once they are applied.

Manifests that something has to render first are not guessed at: a Helm template or a Kustomization that
changes what it lists is a gap that says so. `objects` says what is kept of each, `exports` reads what a
cluster answered.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any, Final

from scanner.iac import unread
from scanner.iac.kubernetes.objects import body_of, id_of, unread_kind
from scanner.iac.tree import Refused
from scanner.iac.written import MAX_BYTES, Node, read_text
from scanner.snapshot import Document, DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.iac.settings import Settings
    from scanner.iac.tree import Tree
    from scanner.iac.written import Stream
    from scanner.snapshot import SnapshotWriter

DEFAULT_CLUSTER: Final = "cluster"
_ENDINGS: Final = (".yaml", ".yml", ".json")
_TEMPLATE: Final = "{{"
_KUSTOMIZATIONS: Final = {"kustomization.yaml", "kustomization.yml", "Kustomization"}
_LISTED: Final = ("resources", "bases", "components", "crds")
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


def read(tree: Tree, settings: Settings, writer: SnapshotWriter) -> None:
    """Write the objects of a tree's manifests; files that hold none are passed over."""
    seen: dict[DocumentId, str] = {}
    named = settings.cluster or DEFAULT_CLUSTER
    cluster = cluster_of(named)
    for path in (tree.only,) if tree.only else tree.files:
        is_kustomization = posixpath.basename(path) in _KUSTOMIZATIONS
        if not path.endswith(_ENDINGS) and not is_kustomization:
            continue
        try:
            raw = tree.read(path, MAX_BYTES)
        except Refused as why:
            writer.gap(unread(tree, path, str(why)))
            continue
        if is_kustomization or (b"apiVersion" in raw and b"kind" in raw):
            stream = read_text(raw, is_json=path.endswith(".json"))
            _read_file(tree.shown(path), raw, stream, cluster, writer, seen)
            for node in stream.documents:
                if is_kustomization or node.text("kind") == "Kustomization":
                    _check_kustomization(tree.shown(path), node, writer)
    if seen and cluster != named:  # the name says which cloud's cluster it is
        entry = DocumentId("kubernetes", cluster, "", "kubeconfig", "clusters", cluster)
        writer.add(Document(entry, {"name": named}))


def cluster_of(named: str) -> str:
    """Return what a cluster is called in documents: the last part of what a kubeconfig calls it."""
    return named.rpartition("/")[2].replace(":", "-")


def _read_file(  # noqa: PLR0917 - a file, and where its objects go
    shown: str,
    raw: bytes,
    stream: Stream,
    cluster: str,
    writer: SnapshotWriter,
    seen: dict[DocumentId, str],
) -> None:
    if stream.broken is not None and _looks_like_manifest(raw):
        why = stream.broken.message
        if _TEMPLATE.encode() in raw:
            why = "a template: render it first (`helm template`) and scan what that prints"
        writer.gap(_gap(shown, stream.broken.line, why))
    found_any = False
    for node in objects_of(stream.documents):
        found_any = True
        for document in _document(node, shown, cluster, writer):
            first = seen.setdefault(document.id, f"{shown}:{node.first}")
            if first != f"{shown}:{node.first}":
                why = f"{document.id.field} {document.id.key} is at {first} too; this one counts"
                writer.gap(_gap(shown, node.first, why))
            writer.asked()
            writer.add(document)
    for found in stream.repeated if found_any else ():
        writer.gap(_gap(shown, found.line, found.message))


def objects_of(documents: list[Node]) -> Iterator[Node]:
    """Yield the objects of a file, those of lists one by one."""
    for node in documents:
        if node.text("kind") == "List" or node.text("kind").endswith("List"):
            held = node.get("items")
            yield from held.value if held is not None and isinstance(held.value, list) else ()
        elif node.text("apiVersion") and node.text("kind"):
            yield node


def _document(node: Node, shown: str, cluster: str, writer: SnapshotWriter) -> Iterator[Document]:
    kind, name = node.text("kind"), node.text("metadata", "name")
    body = body_of(node)
    if body is None:
        why = unread_kind(node)
        if why:
            id_ = DocumentId("iac", "", "", "kubernetes", kind, f"{shown}:{node.first}")
            writer.gap(Gap(id_, "not-implemented", why, "understated"))
        return
    held = node if kind != "Secret" and body != {"metadata": {"name": name}} else node.get("metadata")
    template = next(_templates(held), None) if held is not None else None
    if template is not None:
        writer.gap(_gap(shown, template, f"{kind} {name} is a template; render it first"))
        return
    id_or_none = id_of(cluster, node)
    if id_or_none is None:
        writer.gap(_gap(shown, node.first, f"{kind} without a name"))
        return
    yield Document(id_or_none, body, tuple(node.places(shown)))


def _check_kustomization(shown: str, node: Node, writer: SnapshotWriter) -> None:
    """Say what of a Kustomization is not read: what it changes or makes, and what lies elsewhere."""
    if not isinstance(node.value, dict) or node.text("apiVersion").startswith("kustomize.toolkit."):
        return
    if not _BUILT.isdisjoint(node.value):
        why = "a Kustomization is not built here: scan what `kustomize build` prints"
        writer.gap(_gap(shown, node.first, why, reason="not-implemented"))
    for key in _LISTED:
        listed = node.get(key)
        for item in listed.below() if listed is not None else ():
            if isinstance(item.value, str) and (
                "://" in item.value or "?ref=" in item.value or ".git" in item.value
            ):
                why = f"{item.value[:100]} lies elsewhere and is not read"
                writer.gap(_gap(shown, item.first, why, reason="not-collected"))


def _templates(node: Node) -> Iterator[int]:
    """Yield the lines of texts that a template engine fills in."""
    if isinstance(node.value, str) and _TEMPLATE in node.value:
        yield node.first
    for item in node.below():
        yield from _templates(item)


def _looks_like_manifest(raw: bytes) -> bool:
    return re.search(rb"^\s*[\"']?apiVersion[\"']?\s*:", raw, re.MULTILINE) is not None


def _gap(shown: str, line: int, why: str, reason: Any = "unparseable") -> Gap:  # noqa: ANN401 - a `Reason`
    return Gap(DocumentId("iac", "", "", "files", "ReadFile", f"{shown}:{line}"), reason, why)
