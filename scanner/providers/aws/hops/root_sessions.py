"""Hops into S3 objects by a root session that the organization's management account opens in a member.

A session with the task ``S3UnlockBucketPolicy`` may replace or delete any bucket policy there. Sources: STS
API Reference, "AssumeRoot" (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html); IAM
User Guide, "Perform a privileged task on an AWS Organizations member account" (id_root-user-privileged-task,
read 2026-11-22): identities of the management account, where root sessions are switched on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws.arn import root
from scanner.providers.aws.hops.asking import GRANT
from scanner.providers.aws.library import at, field_evidence
from scanner.providers.aws.questions import Question
from scanner.providers.aws.storage import bucket_name
from scanner.snapshot import DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate

_TASK = "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into S3 objects of member accounts; none for another node."""
    name = bucket_name(node)
    bucket = estate.buckets.get(name) if name else None
    management = estate.organization.management
    if bucket is None or management is None or bucket.account == management:
        return
    place = DocumentId("aws", management, "", "iam", "ListOrganizationsFeatures")
    found = estate.snapshot.get(place)
    features = () if isinstance(found, Gap) else at(found.body, "/EnabledFeatures") or ()
    if not isinstance(found, Gap) and "RootSessions" not in features:
        return
    context = {"sts:taskpolicyarn": (_TASK,)}
    question = Question("sts:AssumeRoot", root(bucket.account), management, context=context)
    for identity, said in estate.oracle.insiders(question):
        if identity.account == management and not said.is_denied:
            yield from estate.steps.hops(
                GRANT.type,
                identity.node,
                node,
                (said,),
                gains=(GRANT.gain,),
                evidence=() if isinstance(found, Gap) else (field_evidence(found, "/EnabledFeatures"),),
                missing=(str(place),) if isinstance(found, Gap) else (),
                assumed=(
                    f"organization policies let root sessions of {bucket.account} edit the bucket's policy",
                ),
            )
