"""Scopes: which ids lie inside which, and the tree of management groups above subscriptions.

Ids are compared in lower case and with a ``/`` boundary: ``…/rg`` does not hold ``…/rg2``. What lies above a
subscription is not in its id; it comes from Resource Graph's rows of containers or from ARM's management
groups. Source: Azure RBAC, "Understand scope for Azure RBAC"
(https://learn.microsoft.com/azure/role-based-access-control/scope-overview, read 2026-11-22).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from scanner.providers.azure.documents import at, items, text

if TYPE_CHECKING:
    from scanner.providers.azure.documents import Documents

ROOT: Final = "/"
_GUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_GROUP: Final = "/providers/microsoft.management/managementgroups/"


class Scopes:
    """The tree above resources.

    `unplaced` are subscriptions whose management groups nobody told: what is granted above them may hold.
    """

    def __init__(self, documents: Documents) -> None:
        self._parents: dict[str, str] = {}
        self._above: dict[str, tuple[str, ...]] = {}
        self._roots: set[str] = set()
        self.tenants: dict[str, str] = {}
        for document in documents.arm("microsoft.management/managementgroups"):
            self._take_group(document.body, document.id.key.lower())
        for type_ in ("microsoft.resources/subscriptions", "microsoft.resources/tenants/subscriptions"):
            for document in documents.arm(type_):
                self._take_subscription(document.body, document.id.key.lower())
        self._chains: dict[str, tuple[str, ...]] = {}

    def _take_group(self, body: object, id_: str) -> None:
        parent = text(body, "/properties/details/parent/id").lower()
        chain = [text(e, "/name") for e in items(body, "/properties/details/managementGroupAncestorsChain")]
        if parent or chain:
            self._parents[id_] = parent or group_id(chain[0])
        elif isinstance(at(body, "/properties/details"), dict):
            self._roots.add(id_)
        for child in items(body, "/properties/children"):
            self._parents.setdefault(text(child, "/id").lower(), id_)

    def _take_subscription(self, body: object, id_: str) -> None:
        tenant = text(body, "/tenantId") or text(body, "/properties/tenantId")
        if tenant:
            self.tenants[id_] = tenant.lower()
        if isinstance(at(body, "/properties/managementGroupAncestorsChain"), list):
            chain = items(body, "/properties/managementGroupAncestorsChain")
            self._above[id_] = tuple(group_id(text(entry, "/name")) for entry in chain)

    def chain(self, id_: str) -> tuple[str, ...]:
        """Return the scopes that hold an id, itself first and the tenant's root last, in lower case."""
        id_ = id_.lower()
        found = self._chains.get(id_)
        if found is None:
            own = _parents(id_)
            top = own[-1]
            found = self._chains[id_] = (*own, *self._groups(top), ROOT)
        return found

    def is_placed(self, id_: str) -> bool:
        """Tell whether the management groups above an id are known, up to the tenant's own.

        That one has the tenant's id: "What are Azure management groups?", "Important facts about the root
        management group" (https://learn.microsoft.com/azure/governance/management-groups/overview, read
        2026-11-22).
        """
        top = _parents(id_.lower())[-1]
        if not top.startswith("/subscriptions/"):
            return True
        groups = self._groups(top)
        if not groups:
            return False
        tenant = self.tenants.get(top, "")
        named = name_of(groups[-1])
        return groups[-1] in self._roots or (
            named == tenant if tenant else _GUID.fullmatch(named) is not None
        )

    def _groups(self, top: str) -> tuple[str, ...]:
        if top in self._above:
            return self._above[top]
        found: list[str] = []
        while top in self._parents and self._parents[top] not in found:
            top = self._parents[top]
            found.append(top)
        return tuple(found)


def group_id(name: str) -> str:
    """Return the id of a management group by its name, in lower case."""
    return f"{_GROUP}{name.lower()}"


def is_group(scope: str) -> bool:
    """Tell whether a scope in lower case is a management group."""
    return scope.startswith(_GROUP)


def is_within(id_: str, scope: str) -> bool:
    """Tell whether an id lies in a scope or is it; management groups and the root are asked of `Scopes`."""
    id_, scope = id_.lower(), scope.lower().rstrip("/")
    return id_ == scope or id_.startswith(f"{scope}/")


def subscription_of(id_: str) -> str:
    """Return the subscription's own id (a GUID) in an id, empty when there is none."""
    parts = id_.lower().split("/")
    return parts[2] if len(parts) > 2 and parts[1] == "subscriptions" else ""


def group_scope_of(id_: str) -> str:
    """Return the scope of the resource group that an id lies in, else the subscription's, in lower case."""
    parts = id_.lower().split("/")
    return "/".join(parts[:5]) if len(parts) > 4 and parts[3] == "resourcegroups" else "/".join(parts[:3])


def name_of(id_: str) -> str:
    """Return the last segment of an id."""
    return id_.rstrip("/").rpartition("/")[2]


def _parents(id_: str) -> tuple[str, ...]:
    """Return an id and what it lies in, up to the subscription or management group."""
    found = [id_.rstrip("/")]
    while True:
        parts = found[-1].split("/")
        if len(parts) <= 3 or (parts[1] == "providers" and len(parts) <= 5):
            return tuple(found)
        keep = len(parts) - 2
        if parts[keep - 2] == "providers":  # the type's namespace and name go together
            keep -= 2
        found.append("/".join(parts[:keep]))
