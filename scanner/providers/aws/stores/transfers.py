"""DataSync: places of storage that it reads as a role, and tasks that copy from one to another.

Source: DataSync API Reference, "DescribeLocationS3", "DescribeTask", "ListLocations"
(https://docs.aws.amazon.com/datasync/latest/userguide/API_DescribeTask.html, read 2026-11-22): a location's
URI is ``TYPE://GLOBAL_ID/SUBDIR``, for S3 the bucket's name and a prefix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from scanner.providers.aws.library import at, field_evidence
from scanner.providers.aws.storage import objects_arn
from scanner.snapshot import Document, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Evidence
    from scanner.snapshot import Snapshot

_IN_AWS = ("s3", "efs", "fsxl", "fsxz", "fsxw", "fsxn")
"""Types of locations in AWS; all others are storage somewhere else."""


@dataclass(frozen=True, slots=True)
class Place:
    """A location in S3: `objects` is a glob of ARNs, `role` whom DataSync reads them as; empty: unread."""

    arn: str
    account: str
    objects: str
    role: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Transfer:
    """A task. `target` is the URI of its destination; empty: unread. `narrowed`: it leaves some out."""

    source: Place
    target: str
    is_scheduled: bool
    narrowed: bool
    document: Document


@dataclass(frozen=True, slots=True)
class Transfers:
    """Every place that is read, and every task that reads one, in ARN order."""

    places: tuple[Place, ...]
    tasks: tuple[Transfer, ...]


def read_transfers(snapshot: Snapshot) -> Transfers:
    """Return what DataSync of the accounts that were read copies, or could."""
    uris: dict[str, str] = {}
    places: dict[str, Place] = {}
    for listed in snapshot.all("aws", "datasync", "ListLocations.Locations"):
        arn = listed.id.key
        uris[arn] = str(at(listed.body, "/LocationUri") or "")
        objects = objects_arn(uris[arn], prefix=True)
        if objects is not None:
            described = snapshot.get(msgspec.structs.replace(listed.id, field="DescribeLocationS3"))
            role = (
                at(described.body, "/S3Config/BucketAccessRoleArn")
                if isinstance(described, Document)
                else None
            )
            evidence = field_evidence(listed, "/LocationUri")
            places[arn] = Place(
                arn, listed.id.scope, objects, role if isinstance(role, str) else "", evidence
            )
    tasks = sorted(_tasks(snapshot, places, uris), key=lambda task: task.document.id)
    return Transfers(tuple(places[arn] for arn in sorted(places)), tuple(tasks))


def _tasks(snapshot: Snapshot, places: dict[str, Place], uris: dict[str, str]) -> Iterator[Transfer]:
    for document in snapshot.all("aws", "datasync", "DescribeTask"):
        source = places.get(str(at(document.body, "/SourceLocationArn")))
        if source is None:
            continue
        scheduled = at(document.body, "/Schedule/ScheduleExpression")
        off = at(document.body, "/Schedule/Status") == "DISABLED"
        filters = (at(document.body, f"/{name}") for name in ("Includes", "Excludes", "ManifestConfig"))
        yield Transfer(
            source=source,
            target=uris.get(str(at(document.body, "/DestinationLocationArn")), ""),
            is_scheduled=bool(scheduled) and not off,
            narrowed=any(filters),
            document=document,
        )


def leaving(transfers: Transfers) -> Iterator[Gap]:
    """Yield a gap for each task that copies to storage outside of AWS, whose readers nobody here knows."""
    for task in transfers.tasks:
        kind = task.target.partition("://")[0]
        if kind and not kind.startswith(_IN_AWS):
            why = f"who reads what it copies to {kind} storage is not followed"
            yield Gap(task.document.id, "not-implemented", why, "understated")
