"""Who may edit an allow policy that counts for a resource: its own, or that of a container above it.

Whoever may set a policy may grant itself every role. Source: IAM documentation, "Roles for managing access",
and Resource Manager REST reference, "setIamPolicy" of projects, folders and organizations
(https://cloud.google.com/resource-manager/docs/access-control-proj, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.gcp import steps
from scanner.providers.gcp.access.places import container_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.gcp.access.question import Answer, Place
    from scanner.providers.gcp.estate import GcpEstate

_WAY = steps.Way("edit-policy", ("grant",))


def edits(estate: GcpEstate, node: str, permission: str, place: Place) -> Iterator[Hop]:
    """Yield the hops of those who decide who reaches `node`: by `permission` on itself, or further up.

    `permission` is empty where the resource has no policy of its own.
    """
    own = steps.hops(estate, _WAY, node, estate.who(permission, place)) if permission else ()
    yield from steps.once((own, *(steps.hops(estate, _WAY, node, a) for a in editors(estate, place))))


def editors(estate: GcpEstate, place: Place) -> Iterator[tuple[Answer, ...]]:
    """Yield who may set the policy of each container that a place lies in, nearest first."""
    for i, key in enumerate(place.chain):
        permission = f"resourcemanager.{key.partition('/')[0]}.setIamPolicy"
        yield estate.who(permission, container_place(key, place.chain[i:]))
