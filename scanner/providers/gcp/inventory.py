"""The assets of the inventory and the allow policies on them, by canonical name.

Source: Cloud Asset Inventory, "Asset" (https://cloud.google.com/asset-inventory/docs/reference/rest/v1/Asset,
read 2026-11).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scanner.providers.gcp.names import MANAGER, container_of, project_in
from scanner.providers.gcp.shape import section, text, texts

if TYPE_CHECKING:
    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.snapshot import Document, Snapshot


@dataclass(frozen=True, slots=True)
class Item:
    """One asset. `chain` is what it lies in, nearest first: keys of containers."""

    name: str
    type: str
    data: dict[str, Any]
    chain: tuple[str, ...]
    document: Document

    @property
    def project(self) -> str:
        """The project's id, or number when only that is known; ``""`` above projects."""
        return next((c.removeprefix("projects/") for c in self.chain if c.startswith("projects/")), "")

    @property
    def base(self) -> str:
        """The pointer to `data` in the document."""
        return "/resource/data"


class Inventory:
    """Assets by name and type."""

    def __init__(self, snapshot: Snapshot, hierarchy: Hierarchy) -> None:
        self.snapshot = snapshot
        self._hierarchy = hierarchy
        self.items: dict[str, Item] = {}
        self._by_type: dict[str, list[Item]] = defaultdict(list)
        for document in snapshot.all("gcp", "cloudasset", "ListAssets.RESOURCE"):
            item = self._item(document)
            if item is not None:
                self.items[item.name] = item
        for item in self.items.values():
            self._by_type[item.type].append(item)

    def _item(self, document: Document) -> Item | None:
        body = section(document.body)
        name, type_ = text(body.get("name")) or document.id.key, text(body.get("assetType"))
        if not type_ or not name.startswith("//"):
            return None
        return Item(
            self._hierarchy.canonical(name),
            type_,
            section(body, "resource", "data"),
            self.chain(document),
            document,
        )

    def of(self, *types: str) -> tuple[Item, ...]:
        """Return the assets of some types, in name order."""
        return tuple(sorted((i for t in types for i in self._by_type.get(t, ())), key=lambda item: item.name))

    def chain(self, document: Document) -> tuple[str, ...]:
        """Return the containers that an asset's document lies in, nearest first.

        A container's own chain starts with itself. Without a list of ancestors the project in the name
        counts, then the scope that was asked.
        """
        body = section(document.body)
        above = texts(body.get("ancestors"))
        if above:
            return self._hierarchy.above(self._hierarchy.key(above[0]))
        return self.chain_of(text(body.get("name")) or document.id.key, document.id.scope)

    def chain_of(self, name: str, scope: str = "") -> tuple[str, ...]:
        """Return the containers of a resource that only a name tells of; `scope` helps where it has none."""
        if name.startswith(MANAGER):
            return self._hierarchy.above(self._hierarchy.key(container_of(name)))
        project = project_in(name)
        if project is None:
            return (
                self._hierarchy.above(scope if "/" in scope else self._hierarchy.key(f"projects/{scope}"))
                if scope
                else ()
            )
        return self._hierarchy.above(self._hierarchy.key(f"projects/{project}"))
