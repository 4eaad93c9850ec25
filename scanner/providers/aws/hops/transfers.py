"""Hops into S3 objects by DataSync: tasks that copy them to others, and places that it reads for its tasks.

A location keeps the role that DataSync reads it as. Whoever may make and start a task from it needs to pass
no role. Source: DataSync User Guide, "Transferring data between Amazon S3 buckets across AWS accounts"
(https://docs.aws.amazon.com/datasync/latest/userguide/tutorial_s3-s3-cross-account-transfer.html), Service
Authorization Reference, "Actions, resources, and condition keys for AWS DataSync" (read 2026-11-22). Fixture:
``copied-by-a-service``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws.access import Decision
from scanner.providers.aws.hops.choosing import may
from scanner.providers.aws.hops.copying import needs_no_copy, reading
from scanner.providers.aws.hops.passing import trust_in
from scanner.providers.aws.library import field_evidence
from scanner.providers.aws.outsiders import ANY_ACCOUNT
from scanner.providers.aws.questions import Answer, Question
from scanner.providers.aws.storage import bucket_name, common
from scanner.verdict import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.storage import Bucket
    from scanner.providers.aws.stores.transfers import Place, Transfer

_SERVICE = "datasync.amazonaws.com"
_MAKE, _START = "datasync:CreateTask", "datasync:StartTaskExecution"
_ASSUMED = ("a destination that the caller reads",)
_RUNS = ("the task is started",)


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into S3 objects; none for another node."""
    bucket = estate.buckets.get(bucket_name(node) or "")
    if bucket is None:
        return
    for place in estate.stores.transfers.places:
        meant = common(place.objects, node)
        taken = _taken(estate, bucket, place, meant) if meant is not None else ()
        if meant is None or any(answer.is_denied for answer in taken):
            continue
        for task in estate.stores.transfers.tasks:
            if task.source == place:
                yield from _copied(estate, node, task, taken)
        yield from _made(estate, node, bucket, place, meant, taken)


def _taken(estate: AwsEstate, bucket: Bucket, place: Place, meant: str) -> tuple[Answer, ...]:
    """Return whether DataSync may read the objects `meant` as the role of a place."""
    role = estate.identities.get(place.role)
    if role is None:
        question = Question("s3:GetObject", meant, bucket.account, bucket.policy, some_resource=True)
        return (Answer(question, Decision(Unknown((place.role or f"the role of {place.arn}",)))),)
    return (trust_in(estate, role, _SERVICE), *reading(estate, bucket, role, "s3:GetObject", meant))


def _copied(estate: AwsEstate, node: str, task: Transfer, taken: tuple[Answer, ...]) -> Iterator[Hop]:
    """Yield the hop of whoever has the bucket that a task copies to, where it is none that was read."""
    kind, _, rest = task.target.partition("://")
    name = rest.partition("/")[0]
    if kind != "s3" or not name or name in estate.buckets:
        return
    missing = [f"whose bucket {name} is"]
    if task.narrowed:
        missing.append("which objects the task leaves out")
    yield from estate.steps.hops(
        "copy",
        ANY_ACCOUNT,
        node,
        taken,
        gains=("read",),
        evidence=(task.source.evidence, field_evidence(task.document, "/DestinationLocationArn")),
        missing=tuple(missing),
        assumed=() if task.is_scheduled else _RUNS,
    )


def _made(  # noqa: PLR0917 - what is copied, from which place, and what DataSync may do there
    estate: AwsEstate, node: str, bucket: Bucket, place: Place, meant: str, taken: tuple[Answer, ...]
) -> Iterator[Hop]:
    """Yield the hops of our identities that may make and start a task which reads a place."""
    making = Question(_MAKE, place.arn, place.account)
    for identity, said in estate.oracle.insiders(making):
        if said.is_denied or identity.account != place.account:
            continue
        starting = may(estate, identity, _START, f"arn:aws:datasync:*:{place.account}:task/*")
        if starting.is_denied or needs_no_copy(estate, bucket, identity, meant):
            continue
        yield from estate.steps.hops(
            "copy",
            identity.node,
            node,
            (said, starting, *taken),
            gains=("read",),
            evidence=(place.evidence,),
            assumed=_ASSUMED,
        )
