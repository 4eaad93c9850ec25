"""Who is in which group, over any number of groups in between, and which groups could not be read."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from scanner.providers.azure.directory import is_list, listed_ids
from scanner.snapshot import DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.azure.directory import Directory
    from scanner.providers.azure.documents import Documents
    from scanner.snapshot import Document


class Membership:
    """Direct members by group, and closures both ways. Copies of a principal count as members of it."""

    def __init__(self, documents: Documents, directory: Directory) -> None:
        self._documents = documents
        self._above: dict[str, set[str]] = defaultdict(set)
        self._below: dict[str, set[str]] = defaultdict(set)
        self._evidence: dict[str, Document] = {}
        self.unread: dict[str, Gap] = {}
        for document in documents.graph("groups.members"):
            group = directory.node(document.id.key, "group")
            if not is_list(document):
                continue
            self._evidence[group] = document
            for oid in listed_ids(document):
                if not directory.is_gone(oid, ""):
                    self._link(directory.node(oid), group)
        self._closures: dict[str, frozenset[str]] = {}
        self._inside: dict[str, frozenset[str]] = {}

    def _link(self, member: str, group: str) -> None:
        self._above[member].add(group)
        self._below[group].add(member)

    def add_copy(self, copy: str, base: str) -> None:
        """Let a copy of a principal count as whatever the principal counts as; before closures are asked."""
        self._link(copy, base)

    def add_member(self, copy: str, group: str) -> None:
        """Let a copy count as a member of a group, likewise."""
        self._link(copy, group)

    def members(self, group: str) -> tuple[str, ...]:
        """Return who is directly in a group, sorted."""
        return tuple(sorted(self._below.get(group, ())))

    def document(self, group: str) -> Document | None:
        """Return the list of a group's members, None when nobody read it."""
        return self._evidence.get(group)

    def is_unread(self, node: str) -> bool:
        """Tell whether a node is a group whose members nobody read."""
        return node.startswith("/groups/") and "#" not in node and node not in self._evidence

    def note_group(self, group: str, tenant: str) -> Gap | None:
        """Return the gap of a group whose members nobody read, and keep it for the report."""
        oid = group.rpartition("/")[2]
        if not self.is_unread(group):
            return None
        gap = self._documents.gap("graph", "groups.members", tenant, oid)
        if gap is None:
            id_ = DocumentId("azure", tenant, "", "graph", "groups.members", oid)
            detail = "members of a group that has access are not in the snapshot"
            gap = Gap(id_, "not-collected", detail, "understated")
        return self.unread.setdefault(group, gap)

    def closure(self, node: str) -> frozenset[str]:
        """Return a node and every group that it is in, directly or not."""
        if node not in self._closures:
            self._closures[node] = _reached(node, self._above)
        return self._closures[node]

    def inside(self, node: str) -> frozenset[str]:
        """Return a node and everybody who counts as it."""
        if node not in self._inside:
            self._inside[node] = _reached(node, self._below)
        return self._inside[node]

    def jointly(self, *holders: Iterable[str]) -> Iterator[str]:
        """Yield who holds one of each set, by itself or by its groups, sorted.

        Who could do so by being somebody else that is yielded is left out.
        """
        sets = [set(held) for held in holders]
        plain = set.intersection(*sets)
        spread = [set().union(*(self.inside(node) for node in held)) for held in sets]
        found = set.intersection(*spread) | plain
        for node in sorted(found):
            if not any(other in found for other in self.closure(node) if other != node):
                yield node


def _reached(start: str, links: dict[str, set[str]]) -> frozenset[str]:
    found = {start}
    waiting = [start]
    while waiting:
        for node in links.get(waiting.pop(), ()):
            if node not in found:
                found.add(node)
                waiting.append(node)
    return frozenset(found)
