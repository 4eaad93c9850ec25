"""The documents of one Azure snapshot by what they describe, whoever answered: Resource Graph, ARM or Graph.

Documents stand under

    azure:SUBSCRIPTION::resourcegraph:resources/RESOURCEID              a row of the table, likewise
    azure:SUBSCRIPTION::resourcegraph:resourcecontainers/ID             subscriptions and management groups
    azure:SUBSCRIPTION::resourcegraph:authorizationresources/ID         role assignments and definitions
    azure:SUBSCRIPTION::arm:Microsoft.Authorization.denyAssignments/ID  one item of an ARM list
    azure:TENANT::graph:users/OID                                       one object of Microsoft Graph
    azure:TENANT::graph:groups.members/OID                              a list that belongs to one object

A list without items leaves no document; one that could not be read leaves a gap, on its field or on the id of
what it belongs to. ARM compares ids without regard to case, so keys are looked up in lower case. Where ARM
and Resource Graph describe one resource, ARM's answer counts (Azure Resource Graph, "Supported tables": rows
may be scrubbed; https://learn.microsoft.com/azure/governance/resource-graph/reference/supported-tables-resources,
read 2026-11-22).
"""

from __future__ import annotations

import json
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from scanner.model import Evidence
from scanner.snapshot import Gap, Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.snapshot import Document, Snapshot

_EXCERPT: Final = 1_500  # characters of a field kept in evidence
_TABLES: Final = ("resources", "resourcecontainers", "authorizationresources")


class Documents:
    """Azure's documents, indexed. `malformed` are the gaps of those that are no object and no list."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.malformed: list[Gap] = []
        self._arm: dict[str, dict[str, Document]] = defaultdict(dict)
        self._graph: dict[str, dict[str, Document]] = defaultdict(dict)
        self._gaps: dict[tuple[str, str], dict[tuple[str, str], Gap]] = defaultdict(dict)
        for document in snapshot:
            if document.id.provider == "azure":
                self._take(document)
        for gap in snapshot.gaps_of("azure"):
            self._gaps[gap.id.service, gap.id.field.lower()][gap.id.scope, gap.id.key.lower()] = gap

    def _take(self, document: Document) -> None:
        body, field = document.body, document.id.field
        if body is None:
            return
        if not isinstance(body, dict | list):
            self.malformed.append(Gap(document.id, "unparseable", "neither an object nor a list"))
        elif document.id.service == "graph":
            self._graph[field][document.id.key.lower()] = document
        elif document.id.service == "arm":
            self._arm[arm_type(field)][document.id.key.lower()] = document
        elif document.id.service == "resourcegraph" and field in _TABLES and isinstance(body, dict):
            self._arm[text(body, "/type").lower()].setdefault(document.id.key.lower(), document)

    def arm(self, type_: str) -> Iterator[Document]:
        """Yield every resource of a type, such as ``microsoft.storage/storageaccounts``, in id order."""
        found = self._arm.get(type_.lower(), {})
        yield from (found[key] for key in sorted(found))

    def arm_types(self) -> Iterator[str]:
        """Yield the types of resources that there are, sorted and in lower case."""
        yield from sorted(self._arm)

    def resource(self, type_: str, id_: str) -> Document | None:
        """Return one resource, None when it is not in the snapshot."""
        return self._arm.get(type_.lower(), {}).get(id_.lower())

    def below(self, type_: str, parent: str) -> Iterator[Document]:
        """Yield the resources of a type whose id begins with another's, in id order."""
        beginning = f"{parent.lower()}/"
        yield from (d for d in self.arm(type_) if d.id.key.lower().startswith(beginning))

    def graph(self, field: str) -> Iterator[Document]:
        """Yield every object of a Graph collection, in id order."""
        found = self._graph.get(field, {})
        yield from (found[key] for key in sorted(found))

    def graph_object(self, field: str, key: str = "") -> Document | None:
        """Return one object, or the list that belongs to one."""
        return self._graph.get(field, {}).get(key.lower())

    def gaps(self, service: str, field: str) -> Iterator[Gap]:
        """Yield what could not be read of a field, whatever its key."""
        yield from self._gaps.get((service, field.lower()), {}).values()

    def gap(self, service: str, field: str, scope: str, key: str = "") -> Gap | None:
        """Return the gap that stands for one key of a field, or for all its keys; None when it was read."""
        found = self._gaps.get((service, field.lower()), {})
        return found.get((scope, key.lower())) or found.get((scope, ""))


def arm_type(field: str) -> str:
    """Turn a field (``Microsoft.Storage.storageAccounts.blobServices``) into ARM's type, in lower case.

    The namespace has one dot: all but a few dozen do (Azure Resource Manager, "Azure resource providers").
    """
    namespace, _, rest = field.lower().partition(".")
    provider, _, types = rest.partition(".")
    return f"{namespace}.{provider}/{types.replace('.', '/')}"


def at(body: Any, pointer: str) -> Any:  # noqa: ANN401 - raw provider JSON
    """Follow a JSON pointer (RFC 6901); None where it leads nowhere."""
    value = body
    for step in _steps(pointer):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


@lru_cache(maxsize=1024)
def _steps(pointer: str) -> tuple[str, ...]:
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def text(body: Any, pointer: str) -> str:  # noqa: ANN401 - raw provider JSON
    """Return a string, empty where there is none."""
    value = at(body, pointer)
    return value if isinstance(value, str) else ""


def texts(body: Any, pointer: str) -> tuple[str, ...]:  # noqa: ANN401 - raw provider JSON
    """Return the strings of a list."""
    return tuple(value for value in items(body, pointer) if isinstance(value, str))


def items(body: Any, pointer: str = "") -> list[Any]:  # noqa: ANN401 - raw provider JSON
    """Return a list, also one inside the ``value`` of an answer; empty where there is none."""
    value = at(body, pointer) if pointer else body
    if isinstance(value, dict) and isinstance(value.get("value"), list):
        value = value["value"]
    return value if isinstance(value, list) else []


def setting(body: Any, pointer: str, default: str) -> str | Unresolved:  # noqa: ANN401 - raw provider JSON
    """Return a setting in lower case (flags as ``true`` and ``false``), or what it is when nobody set it."""
    value = at(body, pointer)
    if value is None:
        return default
    unresolved = Unresolved.read(value)
    return unresolved if unresolved is not None else str(value).lower()


def tags_of(body: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401 - raw provider JSON
    """Return a resource's tags as sorted pairs."""
    tags = at(body, "/tags")
    if not isinstance(tags, dict):
        return ()
    return tuple(sorted((str(key), value) for key, value in tags.items() if isinstance(value, str)))


def field_evidence(document: Document, pointer: str) -> Evidence:
    """Return evidence for one field of a document."""
    excerpt = json.dumps(at(document.body, pointer), separators=(", ", ": "), default=str)
    if len(excerpt) > _EXCERPT:
        excerpt = excerpt[: _EXCERPT - 1] + "…"
    return Evidence(str(document.id), pointer, excerpt)
