"""Hops into S3 objects: reading them, overwriting them, and editing what says who may.

Reading an object under SSE-KMS takes ``s3:GetObject`` and ``kms:Decrypt`` of its key, which is taken to be
the bucket's default one. An upload takes ``kms:GenerateDataKey`` too, unless it asks for encryption without
KMS and the policies let it. Source: Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys"
and "Setting default server-side encryption behavior", where the default is for requests that ask for none
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html, read 2026-11-22).
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from scanner.providers.aws.access import Decision, Policy, Unread
from scanner.providers.aws.arn import root
from scanner.providers.aws.hops import asking
from scanner.providers.aws.hops.asking import Lock, unlocking
from scanner.providers.aws.library import field_evidence
from scanner.providers.aws.outsiders import ANY_ACCOUNT, ANYONE, UNKNOWN_ACCOUNT, Caller
from scanner.providers.aws.questions import Question
from scanner.providers.aws.storage import bucket_name
from scanner.snapshot import Document
from scanner.verdict import Allowed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.model import Gain, Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.storage import AclGrant, Bucket


class Call(NamedTuple):
    """One request: an action, what it says of itself, and the action it takes on the key of the objects."""

    action: str
    key_action: str | None = None
    context: Mapping[str, tuple[str, ...]] = MappingProxyType({})


class ObjectWay(NamedTuple):
    """One thing to do to the objects or the bucket itself, by any of `calls`, the easiest first."""

    type: str
    gain: Gain
    calls: tuple[Call, ...]
    on: str = "objects"


# not through an access point: those are asked about by `access_points`
_DIRECT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    dict.fromkeys(("s3:dataaccesspointarn", "s3:dataaccesspointaccount", "s3:accesspointnetworkorigin"), ())
)
_A_STRANGER = root("999999999999")
_WITHOUT_KMS = MappingProxyType({"s3:x-amz-server-side-encryption": ("AES256",)})
WAYS = (
    ObjectWay(
        "read", "read", (Call("s3:GetObject", "kms:Decrypt"), Call("s3:GetObjectVersion", "kms:Decrypt"))
    ),
    ObjectWay(
        "write",
        "write",
        (
            Call("s3:PutObject", context=_WITHOUT_KMS),
            Call("s3:PutObject", "kms:GenerateDataKey"),
            # a rule of the caller's own writes replicas under the names that its objects have: "Setting up
            # permissions for live replication" (setting-repl-config-perm-overview.html, read 2026-11-22)
            Call("s3:ReplicateObject"),
        ),
    ),
    ObjectWay("edit-policy", "grant", (Call("s3:PutBucketPolicy"), Call("s3:PutBucketAcl")), on="bucket"),
    ObjectWay("edit-policy", "grant", (Call("s3:PutObjectAcl"), Call("s3:PutObjectVersionAcl"))),
)
# S3 API Reference, "PutBucketPolicy": an identity of another account gets 405 Method Not Allowed
_OWN_ACCOUNT_ONLY = "s3:PutBucketPolicy"
# the same, "PutBucketAcl": with the bucket owner enforced setting, requests to set ACLs fail
_ACLS_ONLY = ("s3:PutBucketAcl", "s3:PutObjectAcl", "s3:PutObjectVersionAcl")
_NOT_BY_ACL = (_OWN_ACCOUNT_ONLY, "s3:ReplicateObject")
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
    for way in WAYS:
        calls = [call for call in way.calls if call.action not in _ACLS_ONLY or not bucket.acls_off]
        yield from asking.once(_by_policy(estate, bucket, node, way, call) for call in calls)
    yield from _by_acl(estate, bucket, node)


def _by_policy(estate: AwsEstate, bucket: Bucket, node: str, way: ObjectWay, call: Call) -> Iterator[Hop]:
    question = Question(
        call.action,
        node if way.on == "objects" else bucket.arn,
        bucket.account,
        bucket.policy,
        some_resource=way.on == "objects",
        context={**_DIRECT, **call.context},
        block_public_access=bucket.blocks_public_policy,
    )
    for hop in asking.hops(
        estate,
        node,
        asking.Way(way.type, way.gain),
        question,
        lambda who: unlocking(estate, lock(bucket), call.key_action, who),
        own_account_only=call.action == _OWN_ACCOUNT_ONLY,
    ):
        # a statement that may be public and could not be parsed admits nobody where public ones are blocked
        if hop.certainty == "possible" and _is_barred(estate, bucket, hop):
            continue
        yield hop


def _is_barred(estate: AwsEstate, bucket: Bucket, hop: Hop) -> bool:
    """Tell whether a possible hop is none: public ones are blocked, or nothing is known of the bucket."""
    is_listed = isinstance(estate.snapshot.get(bucket.document.id), Document)
    if not is_listed and hop.source in {ANYONE, UNKNOWN_ACCOUNT}:
        return True
    is_broken = isinstance(bucket.policy, Policy) and bool(bucket.policy.malformed)
    return is_broken and bucket.blocks_public_policy is True and hop.source in {ANYONE, ANY_ACCOUNT}


def direct(question: Question) -> Question:
    """Return the same question for a request that goes through no access point."""
    return replace(question, context={**question.context, **_DIRECT})


def lock(bucket: Bucket) -> Lock:
    """Return what encrypts the objects of a bucket, as far as its default says."""
    return Lock(bucket.key, bucket.account, bucket.region, "s3")


def _by_acl(estate: AwsEstate, bucket: Bucket, node: str) -> Iterator[Hop]:
    """Yield hops by grants of the bucket's ACL, which give no read of objects; an unread ACL is a gap."""
    if not bucket.acls_off:
        estate.object_acls.add(bucket.name)
    if isinstance(bucket.acl, Unread):
        return
    for grant in bucket.acl:
        for type_, gain in _ACL_WAYS.get(grant.permission, ()):
            way = next(way for way in WAYS if way.gain == gain)  # of the bucket, where it is a grant
            calls = [call for call in way.calls if call.action not in _NOT_BY_ACL]
            yield from asking.once(_granted(estate, bucket, node, grant, call, type_, gain) for call in calls)


def _granted(  # noqa: PLR0917 - a grant, and one call that it is for
    estate: AwsEstate, bucket: Bucket, node: str, grant: AclGrant, call: Call, type_: str, gain: Gain
) -> Iterator[Hop]:
    """Yield the hop by a grant: unless a policy denies the call, and as far as the objects' key lets it."""
    principal = _A_STRANGER if grant.grantee == ANY_ACCOUNT else grant.grantee
    caller = Caller(grant.grantee, principal)
    question = Question(
        call.action,
        node if gain == "write" else bucket.arn,
        bucket.account,
        bucket.policy,
        some_resource=gain == "write",
        context={**_DIRECT, **call.context},
    )
    judged = estate.oracle.admit(caller, question)
    if judged.is_denied and judged.decision.explicit:
        return
    granted = judged._replace(decision=Decision(Allowed()))
    answers = (granted, *unlocking(estate, lock(bucket), call.key_action, caller))
    evidence = (field_evidence(grant.document, grant.pointer),)
    yield from estate.steps.hops(
        type_, grant.grantee, node, answers, foreign=True, gains=(gain,), evidence=evidence
    )
