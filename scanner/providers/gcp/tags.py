"""Tags of resources, inherited ones included, as conditions ask for them.

Source: Resource Manager documentation, "Tags overview", inheritance
(https://cloud.google.com/resource-manager/docs/tags/tags-overview, read 2026-11): a tag bound to a container
counts for all it holds, unless a nearer one has the same key. No tag binding anywhere in the snapshot means
that none was read: whoever writes conditions on tags has some.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from scanner.providers.gcp.cel import UNREAD_TAGS, Tags
from scanner.providers.gcp.names import STORAGE
from scanner.providers.gcp.shape import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.access.question import Place
    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.providers.gcp.inventory import Inventory

_BINDING = "cloudresourcemanager.googleapis.com/TagBinding"
_VALUE = "cloudresourcemanager.googleapis.com/TagValue"
_ACCOUNT = "iam.googleapis.com/ServiceAccount"
# full resource names of buckets as tags are bound to them: "Tags", "Attach tags to resources"
_BUCKETS = f"{STORAGE}projects/_/buckets/"


def _by_number(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield (name with a number, name as policies are found by) of what tags are bound to by number."""
    for item in inventory.items.values():
        before, _, last = item.name.rpartition("/")
        if item.type == _ACCOUNT:
            yield f"{before}/{text(item.data.get('uniqueId'))}", f"{before}/{text(item.data.get('email'))}"
        elif item.type.startswith("compute.") and text(item.data.get("id")) not in {"", last}:
            yield f"{before}/{text(item.data['id'])}", item.name


class TagBindings:
    """Effective tags by place."""

    def __init__(self, inventory: Inventory, hierarchy: Hierarchy) -> None:
        self._by_parent: dict[str, list[tuple[str, str, str, str]]] = defaultdict(list)
        named = dict(_by_number(inventory))
        values = {}
        for item in inventory.of(_VALUE):
            name = text(item.data.get("name"))
            values[name] = text(item.data.get("namespacedName")), text(item.data.get("parent"))
        for item in inventory.of(_BINDING):
            value = text(item.data.get("tagValue"))
            spelled, key = values.get(value, ("", ""))
            spelled = text(item.data.get("tagValueNamespacedName")) or spelled
            owner, _, rest = spelled.partition("/")
            short, _, name = rest.partition("/")
            parent = hierarchy.canonical(text(item.data.get("parent")))
            parent = named.get(parent, parent.replace(_BUCKETS, STORAGE))
            self._by_parent[parent].append((f"{owner}/{short}" if spelled else "", name, key, value))
        self._cache: dict[tuple[str, ...], tuple[Tags, Tags]] = {}

    def of(self, place: Place) -> tuple[Tags, Tags]:
        """Return the effective tags of a place by names and by ids."""
        if not self._by_parent:
            return UNREAD_TAGS, UNREAD_TAGS
        found = self._cache.get(place.policies)
        if found is None:
            found = self._cache[place.policies] = self._of(place.policies)
        return found

    def _of(self, names: tuple[str, ...]) -> tuple[Tags, Tags]:
        by_name: dict[str, str] = {}
        by_id: dict[str, str] = {}
        whole_names = whole_ids = True
        for name in names:  # nearest first: the first to say a key counts
            for spelled, short, key, value in self._by_parent.get(name, ()):
                whole_names &= bool(spelled)
                whole_ids &= bool(key)
                if spelled:
                    by_name.setdefault(spelled, short)
                if key:
                    by_id.setdefault(key, value)
        return Tags(by_name, whole_names), Tags(by_id, whole_ids)
