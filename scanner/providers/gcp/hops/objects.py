"""Hops into the objects of a bucket: reading them, overwriting them, and editing what says who may.

Source: Cloud Storage documentation, "IAM permissions for Cloud Storage"
(https://cloud.google.com/storage/docs/access-control/iam-permissions, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.gcp import steps
from scanner.providers.gcp.hops import policies
from scanner.providers.gcp.names import bucket_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.gcp.estate import GcpEstate

_ON_OBJECTS: tuple[tuple[steps.Way, tuple[str, ...]], ...] = (
    (steps.Way("read", ("read",)), ("storage.objects.get",)),
    # an object that exists is overwritten with storage.objects.delete besides; a new one may be as good
    (steps.Way("write", ("write",)), ("storage.objects.create", "storage.objects.update")),
)


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops into objects, given as the full name of one or as a glob; none for another node."""
    name = bucket_in(node)
    bucket = estate.buckets.get(name) if name else None
    if bucket is None or node == bucket.full_name:
        return
    place = bucket.objects_at(node)
    for way, permissions in _ON_OBJECTS:
        yield from steps.once(steps.hops(estate, way, node, estate.who(p, place)) for p in permissions)
    yield from policies.edits(estate, node, "storage.buckets.setIamPolicy", bucket.place())
