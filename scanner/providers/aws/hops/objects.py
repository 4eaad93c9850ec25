"""Hops into S3 objects: reading them, overwriting them, and editing what says who may.

Reading an object under SSE-KMS takes ``s3:GetObject`` and ``kms:Decrypt``, writing one ``s3:PutObject`` and
``kms:GenerateDataKey``. Source: Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys"
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html, read 2026-11-22). The key is
taken to be the bucket's default key, which an upload may override: the hop says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scanner.model import Gain, Hop
from scanner.providers.aws.access import Decision, Unread
from scanner.providers.aws.hops import decrypting
from scanner.providers.aws.library import field_evidence
from scanner.providers.aws.questions import Answer, Question
from scanner.providers.aws.storage import bucket_name
from scanner.verdict import Allowed, Denied, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity
    from scanner.providers.aws.outsiders import Caller
    from scanner.providers.aws.storage import Bucket
    from scanner.verdict import Verdict

_MANAGED_KEY = "alias/aws/s3"


class _Way(NamedTuple):
    """One thing to do: any of `actions` on `on`, and `key_action` on the key of the objects."""

    type: str
    gain: Gain
    actions: tuple[str, ...]
    key_action: str | None
    on: str = "objects"


_WAYS = (
    _Way("read", "read", ("s3:GetObject", "s3:GetObjectVersion"), "kms:Decrypt"),
    _Way("write", "write", ("s3:PutObject",), "kms:GenerateDataKey"),
    _Way("edit-policy", "grant", ("s3:PutBucketPolicy", "s3:PutBucketAcl"), None, on="bucket"),
)
_ACL_WAYS: dict[str, tuple[tuple[str, Gain], ...]] = {
    "WRITE": (("write", "write"),),
    "WRITE_ACP": (("edit-policy", "grant"),),
    "FULL_CONTROL": (("write", "write"), ("edit-policy", "grant")),
}


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into S3 objects, given as the ARN of one or as a glob; none for another node."""
    name = bucket_name(node)
    bucket = estate.buckets.get(name) if name else None
    if bucket is None:
        return
    for way in _WAYS:
        let_in: set[str] = set()
        for action in way.actions:
            hops = [h for h in _by_policy(estate, bucket, node, way, action) if h.source not in let_in]
            let_in.update(h.source for h in hops if h.certainty != "blocked")
            yield from hops
    yield from _by_acl(estate, bucket, node)


def _by_policy(estate: AwsEstate, bucket: Bucket, node: str, way: _Way, action: str) -> Iterator[Hop]:
    question = Question(
        action,
        node if way.on == "objects" else bucket.arn,
        bucket.account,
        bucket.policy,
        some_resource=way.on == "objects",
        block_public_access=bucket.blocks_public_policy,
    )
    for identity, answer in estate.oracle.insiders(question):
        if answer.is_denied:
            continue
        answers = (answer, *_key(estate, bucket, way.key_action, identity))
        yield from estate.steps.hops(way.type, identity.node, node, answers, gains=(way.gain,))
    for caller, answer in estate.oracle.outsiders(question):
        if answer.is_denied:
            continue
        answers = (answer, *_key(estate, bucket, way.key_action, caller))
        yield from estate.steps.hops(way.type, caller.node, node, answers, foreign=True, gains=(way.gain,))


def _key(estate: AwsEstate, bucket: Bucket, action: str | None, who: Identity | Caller) -> tuple[Answer, ...]:
    """Return the decision on the key that encrypts the bucket's objects; nothing when none does."""
    if action is None or bucket.key == "":
        return ()
    if isinstance(bucket.key, Unread):
        return (_without_key(bucket, action, bucket.key.missing, Unknown((bucket.key.missing,))),)
    key = estate.keys.find(bucket.key, bucket.account, bucket.region)
    if key is None and bucket.key == _MANAGED_KEY:
        # documented: the AWS managed key serves its own account only (same page, "Cross-account operations")
        same = getattr(who, "account", None) == bucket.account
        return (_without_key(bucket, action, _MANAGED_KEY, Allowed() if same else Denied()),)
    if key is None:
        missing = f"aws:{bucket.account}:{bucket.region}:kms:DescribeKey/{bucket.key}"
        return (_without_key(bucket, action, bucket.key, Unknown((missing,))),)
    return (decrypting.decide(estate, key, action, who, via=f"s3.{bucket.region}.amazonaws.com"),)


def _without_key(bucket: Bucket, action: str, name: str, verdict: Verdict) -> Answer:
    """Return the answer about a key whose policy is not there to ask."""
    return Answer(Question(action, name, bucket.account), Decision(verdict, short=(name,)))


def _by_acl(estate: AwsEstate, bucket: Bucket, node: str) -> Iterator[Hop]:
    """Yield hops by grants of the bucket's ACL, which give no read of objects; an unread ACL is a gap."""
    if not bucket.acls_off:
        estate.object_acls.add(bucket.name)
    if isinstance(bucket.acl, Unread):
        return
    for grant in bucket.acl:
        for type_, gain in _ACL_WAYS.get(grant.permission, ()):
            evidence = field_evidence(grant.document, grant.pointer)
            yield Hop(node, grant.grantee, type_, gains=(gain,), evidence=(evidence,))
