"""Hops into S3 directory buckets: ``s3express:CreateSession`` opens all objects of one, not ``s3:GetObject``.

A session reads, or reads and writes; the caller asks for one or the other with ``s3express:SessionMode``.
Source: S3 User Guide, "Authorizing Regional endpoint API operations with IAM" and "… Zonal endpoint …"
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-create-session.html, read 2026-11-22).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from scanner.providers.aws.hops import asking
from scanner.providers.aws.hops.asking import GRANT, READ, WRITE, Lock, unlocking
from scanner.providers.aws.questions import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate

_OPEN = "s3express:CreateSession"
_CALLS = (
    (READ, _OPEN, "ReadOnly", "kms:Decrypt"),
    (READ, _OPEN, "ReadWrite", "kms:Decrypt"),
    (WRITE, _OPEN, "ReadWrite", "kms:GenerateDataKey"),
    (GRANT, "s3express:PutBucketPolicy", None, None),
)


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a directory bucket; none for another node."""
    bucket = estate.stores.directory_buckets.get(node)
    if bucket is None:
        return
    lock = Lock(bucket.key, bucket.account, bucket.region, "s3express")
    readers: set[str] = set()
    for way, action, mode, key_action in _CALLS:
        context = {"s3express:sessionmode": (mode,)} if mode else {}
        question = Question(action, bucket.arn, bucket.account, bucket.policy, context=context)
        for hop in asking.hops(
            estate,
            node,
            way,
            question,
            partial(unlocking, estate, lock, key_action),
            own_account_only=way is GRANT,
        ):
            if way is READ and hop.source in readers:
                continue
            if way is READ and hop.certainty != "blocked":
                readers.add(hop.source)
            yield hop
