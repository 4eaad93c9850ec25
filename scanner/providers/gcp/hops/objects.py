"""Hops into the objects of a bucket: reading them, overwriting them, and editing what says who may.

Source: Cloud Storage documentation, "IAM permissions for Cloud Storage"
(https://cloud.google.com/storage/docs/access-control/iam-permissions, read 2026-11).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scanner.guards import Guard
from scanner.providers.gcp import steps
from scanner.providers.gcp.acls import OWN, WRITE
from scanner.providers.gcp.hops import agents, keys, policies, running
from scanner.providers.gcp.names import bucket_in
from scanner.verdict import AllowedIf, Denied, both

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.gcp.access.question import Answer, Place
    from scanner.providers.gcp.buckets import Bucket
    from scanner.providers.gcp.estate import GcpEstate

_SET = "storage.buckets.setIamPolicy"
# what it takes to edit the list of an object: "IAM permissions for JSON methods", ObjectAccessControls, and
# "IAM permissions for XML requests"
_LISTING = ("storage.objects.setIamPolicy", "storage.objects.update")
_ON_OBJECTS: tuple[tuple[steps.Way, tuple[str, ...]], ...] = (
    (steps.Way("read", ("read",)), ("storage.objects.get",)),
    # an object that exists is overwritten with storage.objects.delete besides; a new one may be as good.
    # storage.objects.update changes metadata, never what an object holds
    (steps.Way("write", ("write",)), ("storage.objects.create",)),
)


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops into objects, given as the full name of one or as a glob; none for another node."""
    name = bucket_in(node)
    bucket = estate.buckets.get(name) if name else None
    if bucket is None or node == bucket.full_name:
        return
    place = bucket.objects_at(node)
    for way, permissions in _ON_OBJECTS:
        asked = [estate.who(p, place) for p in permissions]
        listed = _listed(estate, bucket, place, way.type)
        asked.append(estate.oracle.beside(listed, permissions[0], place))
        asked += [tuple(_inside(estate, bucket, node, permission)) for permission in permissions]
        yield from steps.once(steps.hops(estate, way, node, answers) for answers in asked)
        yield from _by_key(estate, way, node, asked[0])
        yield from _by_scope(estate, way, node, asked[0])
    own = bucket.place()
    owners = estate.oracle.beside(estate.acls.of_bucket(bucket, OWN), _SET, own)
    yield from steps.hops(estate, steps.Way("edit-policy", ("grant",)), node, owners)
    yield from policies.edits(estate, node, _SET, own)
    if not bucket.uniform:
        listing = steps.holding_all(estate, _LISTING, place)
        yield from steps.hops(estate, steps.Way("edit-policy", ("grant",)), node, listing)
    for folder in bucket.folders_of(node):
        answers = estate.who("storage.managedFolders.setIamPolicy", folder)
        yield from steps.hops(estate, steps.Way("edit-policy", ("grant",)), node, answers)


def _inside(estate: GcpEstate, bucket: Bucket, node: str, permission: str) -> Iterator[Answer]:
    """Yield who is let into managed folders inside of what a glob means: into some of it."""
    for folder in bucket.folders_below(node):
        place = bucket.objects_at(f"{bucket.full_name}/{folder}*")
        guard = Guard("resource.name", "like", (place.objects,), "vendor")
        for answer in estate.who(permission, place):
            verdict = both(answer.verdict, AllowedIf(((guard,),)))
            if not isinstance(verdict, Denied):
                yield replace(answer, verdict=verdict)


def _listed(estate: GcpEstate, bucket: Bucket, place: Place, type_: str) -> Iterator[Answer]:
    """Yield who is let in by access control lists."""
    if type_ == "read":
        yield from estate.acls.readers(bucket, place.objects)
    else:
        yield from estate.acls.of_bucket(bucket, WRITE, OWN)


def _by_scope(estate: GcpEstate, way: steps.Way, node: str, answers: tuple[Answer, ...]) -> Iterator[Hop]:
    """Yield the hops of accounts that act for others in storage only: by scopes, or as agents."""
    mark = running.READING if way.type == "read" else running.WRITING
    for answer in answers:
        near = [w for w in estate.workloads.running_as(answer.member) if not w.is_whole]
        if any(w.reads_storage if mark == running.READING else w.writes_storage for w in near):
            yield from steps.hops(estate, way, node, (replace(answer, member=f"{answer.member}{mark}"),))
        agent = agents.reading(estate, answer.member) if way.type == "read" else ""
        if agent:
            yield from steps.hops(estate, way, node, (replace(answer, member=agent),))


def _by_key(estate: GcpEstate, way: steps.Way, node: str, answers: tuple[Answer, ...]) -> Iterator[Hop]:
    """Yield the hops of accounts of ours that somebody may make HMAC keys for."""
    able = (a for a in answers if keys.makers(estate, a.member))
    yield from steps.hops(estate, way, node, (replace(a, member=f"{a.member}{keys.MARK}") for a in able))
