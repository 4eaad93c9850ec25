"""Organizations, folders and projects: which lies in which, and which are ours.

Inventory names carry project numbers, policies and code project ids: a container's key here is
``projects/ID`` as soon as any document tells the id, else ``projects/NUMBER``. Source: "Resource hierarchy"
(https://cloud.google.com/resource-manager/docs/cloud-platform-resource-hierarchy, read 2026-11).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from scanner.providers.gcp.names import MANAGER, project_in
from scanner.providers.gcp.shape import section, text, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.config import Config
    from scanner.snapshot import Document, Snapshot

_TYPES = {
    "cloudresourcemanager.googleapis.com/Project": "projects",
    "cloudresourcemanager.googleapis.com/Folder": "folders",
    "cloudresourcemanager.googleapis.com/Organization": "organizations",
}
_WORKFORCE = {"iam.googleapis.com/WorkforcePool", "iam.googleapis.com/WorkforcePoolProvider"}
_FIELDS = (
    "ListAssets.RESOURCE",
    "ListAssets.IAM_POLICY",
    "ListAssets.ORG_POLICY",
    "ListAssets.ACCESS_POLICY",
)


@dataclass(frozen=True, slots=True)
class Container:
    """One organization, folder or project; `number` is a project's. `parent` is a key, None when unknown."""

    key: str
    number: str
    parent: str | None
    data: dict[str, object]
    document: Document

    @property
    def id(self) -> str:
        """The last part of the key."""
        return self.key.partition("/")[2]


class Hierarchy:
    """Every container that a document describes or mentions."""

    def __init__(self, snapshot: Snapshot, config: Config) -> None:
        self._config = config.ours.gcp
        self._ids: dict[str, str] = {}
        self.containers: dict[str, Container] = {}
        self._parents: dict[str, str] = {}
        described = [
            d
            for d in snapshot.all("gcp", "cloudasset", "ListAssets.RESOURCE")
            if text(section(d.body).get("assetType")) in _TYPES
        ]
        for document in described:
            data = section(document.body, "resource", "data")
            number = text(data.get("projectNumber")) or _number_in(data, document)
            if number and text(data.get("projectId")):
                self._ids[number] = text(data["projectId"])
        for document in described:
            self._describe(document)
        for field in _FIELDS:
            for document in snapshot.all("gcp", "cloudasset", field):
                self._chain(texts(section(document.body).get("ancestors")))
        self.customers = frozenset(self._customers())
        self.workforce = frozenset(self._workforce(snapshot))
        self.domains = frozenset(self._domains())

    def _describe(self, document: Document) -> None:
        body = section(document.body)
        data = section(body, "resource", "data")
        number = text(data.get("projectNumber")) or _number_in(data, document)
        name = text(body.get("name")).removeprefix(MANAGER)
        key = self.key(
            name or f"{_TYPES[text(body.get('assetType'))]}/{text(data.get('projectId')) or number}"
        )
        if key in self.containers:  # by its number the inventory tells of it, by its id code does besides
            return
        parent = self._parent(data, body)
        self.containers[key] = Container(key, number, parent, data, document)
        if parent:
            self._parents[key] = parent

    def _parent(self, data: dict[str, object], body: dict[str, object]) -> str | None:
        """Read a parent as v3 of the API (text) or v1 (type and id) writes it, else as the inventory does."""
        given = data.get("parent")
        if isinstance(given, dict) and text(given.get("type")):
            return f"{text(given['type']).rstrip('s')}s/{text(given.get('id'))}"
        found = text(given) or text(section(body, "resource").get("parent"))
        found = found.removeprefix("https:").removeprefix(MANAGER)
        return self.key(found) if "/" in found else None

    def _chain(self, ancestors: Iterable[str]) -> None:
        keys = [self.key(a) for a in ancestors]
        for child, parent in pairwise(keys):
            self._parents.setdefault(child, parent)

    def key(self, container: str) -> str:
        """Return the key of ``projects/NUMBER``, ``projects/ID``, ``folders/F`` or ``organizations/N``."""
        kind, _, id_ = container.partition("/")
        return f"{kind}/{self._ids.get(id_, id_)}" if kind == "projects" else container

    def canonical(self, name: str) -> str:
        """Return a full resource name with its project's id in the place of the number."""
        project = project_in(name)
        if project is None or project not in self._ids:
            return name
        return name.replace(f"/projects/{project}", f"/projects/{self._ids[project]}", 1)

    def above(self, key: str) -> tuple[str, ...]:
        """Return a container and what it lies in, itself first; a circle ends where it closes."""
        found = [key]
        while (parent := self._parents.get(found[-1])) is not None and parent not in found:
            found.append(parent)
        return tuple(found)

    @property
    def numbers(self) -> frozenset[str]:
        """The numbers of all projects, folders and organizations that a document mentions."""
        above = {part.partition("/")[2] for pair in self._parents.items() for part in pair}
        return frozenset({*self._ids, *above, *(key.partition("/")[2] for key in self.containers)})

    def project_of_number(self, number: str) -> str | None:
        """Return the id of a project that was read, by number."""
        return self._ids.get(number)

    def is_ours(self, project: str) -> bool:
        """Tell whether a project, by id or number, is claimed, or was read when nothing is claimed."""
        key = self.key(f"projects/{project}")
        claimed = self._config
        if key.partition("/")[2] in claimed.projects or project in claimed.projects:
            return True
        if claimed.organizations:
            tops = {c.removeprefix("organizations/") for c in self.above(key)}
            return not tops.isdisjoint(claimed.organizations)
        return not claimed.projects and (key in self.containers or key in self._parents)

    def owns(self, container: str) -> bool:
        """Tell whether a folder or organization is ours, by the same rule."""
        tops = {c.removeprefix("organizations/") for c in self.above(container)}
        if self._config.organizations:
            return not tops.isdisjoint(self._config.organizations)
        return (
            container in self.containers or container in self._parents or container in self._parents.values()
        )

    def holds(self, key: str) -> bool:
        """Tell whether a container of any kind is ours."""
        kind, _, id_ = key.partition("/")
        return self.is_ours(id_) if kind == "projects" else self.owns(key)

    def knows(self, key: str) -> bool:
        """Tell whether any document says where a container lies, or what it is."""
        return key in self.containers or key in self._parents

    def _workforce(self, snapshot: Snapshot) -> Iterator[str]:
        """Yield the workforce pools of organizations of ours, ``locations/global/workforcePools/P``.

        Source: IAM REST reference, "locations.workforcePools", ``parent``
        (https://cloud.google.com/iam/docs/reference/rest/v1/locations.workforcePools, read 2026-11).
        """
        for document in snapshot:
            last = document.id.field.rpartition(".")[2]
            if document.id.provider != "gcp" or document.id.service not in {"iam", "cloudasset"}:
                continue
            body = section(document.body)
            if document.id.service == "cloudasset":
                if text(body.get("assetType")) not in _WORKFORCE:
                    continue
                body = section(body, "resource", "data")
            elif not last.startswith("workforcePool"):
                continue
            name, parent = text(body.get("name")) or document.id.key, text(body.get("parent"))
            if not parent or self.owns(parent):
                yield name.partition("/providers/")[0].removeprefix("//iam.googleapis.com/")

    def _customers(self) -> Iterator[str]:
        """Yield the Cloud Identity customer ids of organizations of ours."""
        for container in self.containers.values():
            if container.key.startswith("organizations/") and self.owns(container.key):
                owner = section(container.data, "owner")
                found = text(owner.get("directoryCustomerId")) or text(
                    container.data.get("directoryCustomerId")
                )
                if found:
                    yield found

    def _domains(self) -> Iterator[str]:
        """Yield our mail domains: those claimed, else an organization's display name, which is its domain.

        Source: Resource Manager REST reference, "Organization.displayName": the primary domain of the Google
        Workspace customer (https://cloud.google.com/resource-manager/reference/rest/v3/organizations, read
        2026-11).
        """
        if self._config.domains:
            yield from (domain.lower() for domain in self._config.domains)
            return
        for container in self.containers.values():
            if container.key.startswith("organizations/") and self.owns(container.key):
                name = text(container.data.get("displayName")).lower()
                if "." in name:
                    yield name


def _number_in(data: dict[str, object], document: Document) -> str:
    """Return a project's number from its name: version 3 of the API has no field of its own for it."""
    for name in (text(data.get("name")), text(section(document.body).get("name"))):
        last = name.rpartition("projects/")[2]
        if last.isdigit():
            return last
    return ""
