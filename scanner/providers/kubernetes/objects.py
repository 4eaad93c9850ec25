"""Kubernetes objects of a snapshot, found by kind, namespace and name, and what names them in the graph.

A document is one object as the API returns it, under ``kubernetes:CLUSTER:NAMESPACE:GROUP:KIND/NAME``; the
core group is called ``core``, and what has no namespace has an empty one. Source: Kubernetes, "API Overview"
and "Labels and Selectors"
(https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/, read 2026-11).
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scanner.model import Evidence
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.snapshot import Document, Snapshot

CORE: Final = "core"
_EXCERPT: Final = 800
NAMESPACE_LABEL: Final = "kubernetes.io/metadata.name"
"""Set on every namespace, to its name."""


@dataclass(frozen=True, slots=True)
class Object:
    """One object of one cluster."""

    cluster: str
    namespace: str
    group: str
    kind: str
    name: str
    document: Document

    @property
    def id(self) -> str:
        """Its id in the graph."""
        return object_id(self.cluster, self.namespace, self.kind, self.name)

    @property
    def body(self) -> dict[str, Any]:
        """The object as the API returns it."""
        return self.document.body if isinstance(self.document.body, dict) else {}

    @property
    def labels(self) -> dict[str, str]:
        """Its labels."""
        return texts(at(self.body, "/metadata/labels"))

    @property
    def annotations(self) -> dict[str, str]:
        """Its annotations."""
        return texts(at(self.body, "/metadata/annotations"))

    def at(self, pointer: str) -> Any:  # noqa: ANN401 - raw provider JSON
        """Return what is at a JSON pointer, None when there is nothing."""
        return at(self.body, pointer)

    def evidence(self, pointer: str = "") -> Evidence:
        """Return evidence for what is at a pointer."""
        value = at(self.body, pointer) if pointer else {"kind": self.kind, "name": self.name}
        text = json.dumps(value, separators=(", ", ": "), default=str)
        excerpt = text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"
        return Evidence(str(self.document.id), pointer, excerpt)


class Objects:
    """Every object of one cluster."""

    def __init__(self, cluster: str, documents: list[Document]) -> None:
        self.cluster = cluster
        self._by_kind: dict[tuple[str, str], list[Object]] = defaultdict(list)
        self._by_name: dict[tuple[str, str, str, str], Object] = {}
        for document in documents:
            id_ = document.id
            found = Object(cluster, id_.region, id_.service, id_.field, id_.key, document)
            self._by_kind[found.group, found.kind].append(found)
            self._by_name[found.group, found.kind, found.namespace, found.name] = found

    def all(self, group: str, kind: str, namespace: str | None = None) -> Iterator[Object]:
        """Yield the objects of a kind, in one namespace or in all, in id order."""
        for found in self._by_kind.get((group, kind), ()):
            if namespace in {None, found.namespace}:
                yield found

    def get(self, group: str, kind: str, namespace: str, name: str) -> Object | None:
        """Return one object."""
        return self._by_name.get((group, kind, namespace, name))

    def groups(self) -> set[str]:
        """Return the API groups that there are objects of."""
        return {group for group, _ in self._by_kind}

    def kinds(self) -> set[tuple[str, str]]:
        """Return the kinds, with their groups, that there are objects of."""
        return set(self._by_kind)

    def namespaces(self) -> dict[str, Object]:
        """Return every namespace that something lies in, by name, with the first thing that does."""
        placed = [found for found in self._by_name.values() if found.namespace]
        placed.sort(key=lambda found: (found.namespace, found.id), reverse=True)
        return {found.namespace: found for found in placed}

    def namespace_labels(self, namespace: str) -> dict[str, str] | None:
        """Return the labels of a namespace, None when the namespace itself was not read."""
        found = self.get(CORE, "Namespace", "", namespace)
        return None if found is None else {**found.labels, NAMESPACE_LABEL: namespace}


def by_cluster(snapshot: Snapshot) -> dict[str, Objects]:
    """Return the objects of each cluster of a snapshot."""
    documents: dict[str, list[Document]] = defaultdict(list)
    for document in snapshot:
        if document.id.provider == "kubernetes":
            documents[document.id.scope].append(document)
    return {cluster: Objects(cluster, found) for cluster, found in sorted(documents.items())}


def object_id(cluster: str, namespace: str, kind: str, name: str) -> str:
    """Return the id of an object in the graph; an empty namespace is left out."""
    inside = f"{namespace}/" if namespace else ""
    return f"kubernetes:{cluster}/{inside}{kind}/{name}"


def at(body: Any, pointer: str) -> Any:  # noqa: ANN401 - raw provider JSON
    """Follow a JSON pointer (RFC 6901); None where it leads nowhere."""
    value = body
    for step in pointer.split("/")[1:]:
        if isinstance(value, dict):
            value = value.get(step.replace("~1", "/").replace("~0", "~"))
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def texts(value: Any) -> dict[str, str]:  # noqa: ANN401 - raw provider JSON
    """Return a mapping of texts to texts; nothing of another form."""
    found = value.items() if isinstance(value, dict) and Unresolved.read(value) is None else ()
    return {str(key): str(text) for key, text in found if isinstance(text, str | int | float | bool)}


def items(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - raw provider JSON
    """Return the mappings of a list; nothing of another form."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def words(value: Any) -> list[str]:  # noqa: ANN401 - raw provider JSON
    """Return the texts of a list; nothing of another form."""
    return [str(item) for item in value if isinstance(item, str | int)] if isinstance(value, list) else []


def selects(selector: Any, labels: dict[str, str]) -> bool:  # noqa: ANN401 - raw provider JSON
    """Tell whether a label selector (``matchLabels``, ``matchExpressions``) selects what has these labels.

    An empty selector selects everything, None nothing.
    """
    if not isinstance(selector, dict):
        return False
    if not texts(selector.get("matchLabels")).items() <= labels.items():
        return False
    return all(_holds(term, labels) for term in items(selector.get("matchExpressions")))


def _holds(term: dict[str, Any], labels: dict[str, str]) -> bool:
    key, values = str(term.get("key")), words(term.get("values"))
    match term.get("operator"):
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
    return False


def may_select(selector: Any) -> bool:  # noqa: ANN401 - raw provider JSON
    """Tell whether some labels are selected, those of a pod that a caller makes as it likes."""
    if not isinstance(selector, dict):
        return False
    wanted: dict[str, set[str]] = {key: {value} for key, value in texts(selector.get("matchLabels")).items()}
    absent: set[str] = set()
    for term in items(selector.get("matchExpressions")):
        key, values = str(term.get("key")), set(words(term.get("values")))
        match term.get("operator"):
            case "In":
                wanted[key] = wanted[key] & values if key in wanted else values
            case "NotIn" if key in wanted:
                wanted[key] -= values
            case "DoesNotExist":
                absent.add(key)
    return all(wanted.values()) and absent.isdisjoint(wanted)
