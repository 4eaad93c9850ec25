"""Hops into S3 objects by a service that copies them with a role: passed to it, or one that it has already.

Whoever passes a role that reads has the service copy to where it pleases, and never holds the role's
credentials. Sources, read 2026-11-22: S3 User Guide, "Granting permissions for S3 Batch Operations"
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-iam-role-policies.html) and "Setting up
permissions for live replication" (setting-repl-config-perm-overview.html); DataSync User Guide, "Providing
DataSync access to S3 buckets" (https://docs.aws.amazon.com/datasync/latest/userguide/create-s3-location.html);
Transfer Family User Guide, "Create an IAM role and policy" (requirements-roles.html). Which permissions each
takes is data, see `scanner.providers.aws.escalations`. Fixture: ``copied-by-a-service``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws.hops import asking, objects
from scanner.providers.aws.hops.choosing import may
from scanner.providers.aws.hops.passing import trust_in
from scanner.providers.aws.questions import Question
from scanner.providers.aws.storage import bucket_name
from scanner.verdict import Allowed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.escalations import Copying
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity
    from scanner.providers.aws.questions import Answer
    from scanner.providers.aws.storage import Bucket

_ANY_OBJECT = "arn:aws:s3:::*/*"


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into S3 objects; none for another node."""
    bucket = estate.buckets.get(bucket_name(node) or "")
    if bucket is None:
        return
    for way in estate.escalations.copy:
        for role in estate.service_roles.of(way.service):
            taken = (trust_in(estate, role, way.service), *reading(estate, bucket, role, way.reads, node))
            if not any(answer.is_denied for answer in taken) and _writes(estate, role, way.writes):
                yield from _passing(estate, node, bucket, way, role, taken)


def _writes(estate: AwsEstate, role: Identity, action: str) -> bool:
    """Tell whether a role may write to some objects, where it needs to: a copy has to go somewhere."""
    return not action or not may(estate, role, action, _ANY_OBJECT).is_denied


def reading(estate: AwsEstate, bucket: Bucket, role: Identity, action: str, meant: str) -> tuple[Answer, ...]:
    """Return whether a role may do `action` to the objects `meant`, and decrypt them."""
    question = Question(action, meant, bucket.account, bucket.policy, some_resource=True)
    return (
        estate.oracle.decide(role, objects.direct(question)),
        *asking.unlocking(estate, objects.lock(bucket), "kms:Decrypt", role),
    )


def needs_no_copy(estate: AwsEstate, bucket: Bucket, who: Identity, meant: str) -> bool:
    """Tell whether an identity reads the objects itself, so that having them copied is no news."""
    answers = reading(estate, bucket, who, "s3:GetObject", meant)
    return all(isinstance(answer.decision.verdict, Allowed) for answer in answers)


def _passing(  # noqa: PLR0917 - what is copied, by which service, as which role
    estate: AwsEstate, node: str, bucket: Bucket, way: Copying, role: Identity, taken: tuple[Answer, ...]
) -> Iterator[Hop]:
    context = {"iam:passedtoservice": (way.service,)}
    passing = Question("iam:PassRole", role.arn, role.account, context=context)
    for identity, passed in estate.oracle.insiders(passing):
        if passed.is_denied or identity.account != role.account or identity.node == role.node:
            continue
        doing = tuple(_doing(estate, identity, way, bucket))
        if any(answer.is_denied for answer in doing) or needs_no_copy(estate, bucket, identity, node):
            continue
        yield from estate.steps.hops(
            "copy", identity.node, node, (passed, *doing, *taken), gains=("read",), assumed=way.assumes
        )


def _doing(estate: AwsEstate, identity: Identity, way: Copying, bucket: Bucket) -> Iterator[Answer]:
    for action, glob in way.places(identity.account, bucket.arn):
        if glob == bucket.arn:
            question = Question(action, glob, bucket.account, bucket.policy)
            yield estate.oracle.decide(identity, question)
        else:
            yield may(estate, identity, action, glob)
