"""What was read so far, for those who build on it: assets by type, bindings, containers, documents."""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from scanner.providers.gcp.collect.bodies import section, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.collect.table import Body

PROJECT: Final = "cloudresourcemanager.googleapis.com/Project"
ORGANIZATION: Final = "cloudresourcemanager.googleapis.com/Organization"
FOLDER: Final = "cloudresourcemanager.googleapis.com/Folder"
_MANAGER: Final = "//cloudresourcemanager.googleapis.com/"
_IN_NAME: Final = re.compile(r"/(projects/[^/]+|folders/[^/]+|organizations/[^/]+)")
_FOLDER_POLICY: Final = "GetManagedFolderIamPolicy"
_LISTS: Final = frozenset({"ListBucketAccessControls", "ListDefaultObjectAccessControls", "ListObjects"})
_ENABLED: Final = "serviceusage.googleapis.com/Service"


class Found:
    """Filled by many threads; asked between rows."""

    def __init__(self, parent: str) -> None:
        self.parent = parent
        self.by_type: dict[str, dict[str, Body]] = defaultdict(dict)
        self.documents: dict[str, dict[str, Body]] = defaultdict(dict)
        self.members: dict[str, None] = {}
        self.roles: dict[str, None] = {}
        self.listed: set[str] = set()
        self._inside: set[str] = {parent}
        self._ancestors: dict[str, None] = {}
        self._ids: dict[str, str] = {}
        self._lock = threading.Lock()

    def put(self, field: str, key: str, body: Body, *, listed: bool = False) -> None:
        """Keep what a document says; `listed`: the inventory says it, and so knows assets of its type."""
        with self._lock:
            self.documents[field][key] = body
            if listed and field == "ListAssets.RESOURCE":
                self.listed.add(str(section(body).get("assetType")))
                self._inside.add(str(section(body).get("name")).removeprefix(_MANAGER))
            if field.startswith("ListAssets.") and isinstance(body, dict):
                self._put_asset(field, body)
            elif field == _FOLDER_POLICY:
                self._put_bindings(section(body))
            elif field in _LISTS:
                self._put_entries(section(body))

    def _put_asset(self, field: str, asset: dict[str, Body]) -> None:
        self._ancestors.update(dict.fromkeys(texts(asset.get("ancestors"))))
        if field == "ListAssets.RESOURCE":
            self.by_type[str(asset.get("assetType"))][str(asset.get("name"))] = asset
            self.learn(asset)
        self._put_bindings(section(asset, "iamPolicy"))

    def _put_entries(self, answer: dict[str, Body]) -> None:
        """Keep the groups that access control lists name, as policies write them."""
        items = [section(item) for item in answer.get("items") or ()]
        for entry in (*items, *(section(e) for item in items for e in item.get("acl") or ())):
            entity = str(entry.get("entity"))
            if entity.startswith("group-"):
                self.members[f"group:{entity.removeprefix('group-')}"] = None

    def _put_bindings(self, policy: dict[str, Body]) -> None:
        bindings = policy.get("bindings")
        for binding in bindings if isinstance(bindings, list) else ():
            self.members.update(dict.fromkeys(texts(section(binding).get("members"))))
            self.roles[str(section(binding).get("role"))] = None

    def learn(self, asset: dict[str, Body]) -> None:
        """Learn a project's id, which policies use, for its number, which the inventory uses."""
        data = section(asset, "resource", "data")
        number, id_ = data.get("projectNumber"), data.get("projectId")
        if asset.get("assetType") == PROJECT and number is not None and isinstance(id_, str):
            self._ids[str(number)] = id_

    def scope_of(self, asset: Body) -> str:
        """Return the scope that an asset's documents lie in: what it is in, by project id where known."""
        above = texts(section(asset).get("ancestors"))
        within = above[0] if above else self._in_name(str(section(asset).get("name")))
        return self.scope(within)

    def scope(self, container: str) -> str:
        """Return the scope of a container, ``projects/NUMBER`` and the like."""
        kind, _, id_ = container.partition("/")
        return self._ids.get(id_, id_) if kind == "projects" else container

    def _in_name(self, name: str) -> str:
        found = _IN_NAME.search(name)
        return found[1] if found else self.parent

    def containers(self) -> list[str]:
        """Return what is read and everything above and in it: organizations, folders, projects by number."""
        assets = [
            a for type_ in (ORGANIZATION, FOLDER, PROJECT) for a in self.by_type.get(type_, {}).values()
        ]
        own = [next(iter(texts(asset.get("ancestors"))), "") for asset in assets]
        found = {name for name in (*own, *self._ancestors) if name}
        return sorted(found or {self.parent}, key=lambda name: ("ofp".find(name[0]), name))

    def organizations(self) -> list[str]:
        """Return the organizations that what is read lies in."""
        return [name for name in self.containers() if name.startswith("organizations/")]

    def above(self) -> list[str]:
        """Return the containers that what is read lies in, which the inventory of it does not list."""
        above = [name for name in self.containers() if name not in self._inside]
        return [name for name in above if not name.startswith("projects/")]

    def of(self, type_: str) -> list[tuple[str, Body]]:
        """Return name and asset of every asset of a type, sorted by name."""
        return sorted(self.by_type.get(type_, {}).items(), key=lambda pair: pair[0])

    def data_of(self, type_: str) -> Iterator[tuple[str, Body, dict[str, Body]]]:
        """Yield name, asset and data of every asset of a type, sorted by name."""
        for name, asset in self.of(type_):
            yield name, asset, section(asset, "resource", "data")

    def projects_using(self, service: str) -> list[str]:
        """Return the projects, ``projects/NUMBER``, that have an asset of a service or have it enabled."""
        found = set()
        for type_, assets in self.by_type.items():
            mine = type_.startswith(f"{service}/")
            for name, asset in assets.items():
                enabled = type_ == _ENABLED and name.endswith(f"/services/{service}")
                if mine or (enabled and section(asset, "resource", "data").get("state") == "ENABLED"):
                    found.update(texts(asset.get("ancestors"))[:1])
        return sorted(name for name in found if name.startswith("projects/"))
