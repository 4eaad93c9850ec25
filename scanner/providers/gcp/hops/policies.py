"""Who may edit an allow policy that counts for a resource: its own, or that of a container above it.

Whoever may set a policy may grant itself every role. Source: IAM documentation, "Roles for managing access",
and Resource Manager REST reference, "setIamPolicy" of projects, folders and organizations
(https://cloud.google.com/resource-manager/docs/access-control-proj, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.gcp import steps
from scanner.providers.gcp.access.question import Place
from scanner.providers.gcp.names import MANAGER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.gcp.estate import GcpEstate

_TYPES = {"projects": "Project", "folders": "Folder", "organizations": "Organization"}


def edits(estate: GcpEstate, node: str, permission: str, place: Place) -> Iterator[Hop]:
    """Yield the hops of those who decide who reaches `node`: by `permission` on itself, or further up."""
    own = (
        steps.hops("edit-policy", node, estate.who(permission, place), gains=("grant",)) if permission else ()
    )
    above = (
        steps.hops("edit-policy", node, estate.who(*editing(key, place.chain[i:])), gains=("grant",))
        for i, key in enumerate(place.chain)
    )
    yield from steps.once((own, *above))


def editing(key: str, chain: tuple[str, ...]) -> tuple[str, Place]:
    """Return the permission that edits a container's policy, and the container as the place to ask it on."""
    return f"resourcemanager.{key.partition('/')[0]}.setIamPolicy", container_place(key, chain)


def container_place(key: str, chain: tuple[str, ...]) -> Place:
    """Return a container as a place; `chain` starts with it."""
    kind = key.partition("/")[0]
    type_ = f"cloudresourcemanager.googleapis.com/{_TYPES.get(kind, kind)}"
    return Place(f"{MANAGER}{key}", type_, tuple(f"{MANAGER}{c}" for c in chain), chain)
