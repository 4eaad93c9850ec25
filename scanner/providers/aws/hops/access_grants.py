"""Hops into S3 objects with credentials that S3 Access Grants hands out.

A grantee that may call ``s3:GetDataAccess`` on the instance gets a session of the location's role, cut down
to the grant's scope and permission; the session may do what the role may. From another account the instance's
resource policy must let it call. Whoever may make grants of a location gives itself, or anyone, what the
location's role may do. Sources, below https://docs.aws.amazon.com/AmazonS3/latest/userguide/, read
2026-11-22: "Register a location" (access-grants-location-register.html), "Request access to Amazon S3 data"
(access-grants-get-data.html), "S3 Access Grants cross-account access" (access-grants-cross-accounts.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scanner.providers.aws.arn import account_of
from scanner.providers.aws.hops import asking, objects
from scanner.providers.aws.hops.asking import GRANT, unlocking
from scanner.providers.aws.library import field_evidence
from scanner.providers.aws.outsiders import Caller
from scanner.providers.aws.questions import Question
from scanner.providers.aws.storage import bucket_name, common

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.hops.objects import Call, ObjectWay
    from scanner.providers.aws.identities import Identity
    from scanner.providers.aws.questions import Answer
    from scanner.providers.aws.storage import Bucket
    from scanner.providers.aws.stores.access_grants import AccessGrant

_SERVICE = "access-grants.s3.amazonaws.com"
_PERMISSIONS = {"read": "READ", "write": "WRITE"}


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into S3 objects by access grants; none for another node."""
    name = bucket_name(node)
    bucket = estate.buckets.get(name) if name else None
    if bucket is None:
        return
    for offered in estate.stores.grantable:
        meant = common(offered.scope, node)
        yield from asking.once(
            _making(estate, node, offered, _session(estate, call, bucket, offered, meant))
            for way in objects.WAYS
            for call in way.calls
            if meant and way.type == "read"
        )
    for grant in estate.stores.access_grants:
        meant = common(grant.scope, node)
        for way in objects.WAYS if meant else ():
            if _PERMISSIONS.get(way.type) in grant.permissions:
                yield from asking.once(
                    _granted(estate, node, way, grant, _session(estate, call, bucket, grant, meant or ""))
                    for call in way.calls
                )


def _making(estate: AwsEstate, node: str, offered: AccessGrant, session: _Session) -> Iterator[Hop]:
    """Yield the hops of who may make a grant of a location, where its holder may do as `session` says.

    S3 API Reference, "CreateAccessGrant"
    (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateAccessGrant.html, read 2026-11-22).
    """
    asked = Question("s3:CreateAccessGrant", offered.grantable_as, offered.account)
    evidence = (field_evidence(offered.document, "/IAMRoleArn"),)
    for who, said in estate.oracle.insiders(asked):
        yield from estate.steps.hops(
            GRANT.type,
            who.node,
            node,
            (said, *session.answers),
            gains=(GRANT.gain,),
            evidence=evidence,
            missing=session.missing,
        )


class _Session(NamedTuple):
    """The answers to what a session does, and what is unread of them."""

    answers: tuple[Answer, ...]
    missing: tuple[str, ...] = ()


def _granted(
    estate: AwsEstate, node: str, way: ObjectWay, grant: AccessGrant, session: _Session
) -> Iterator[Hop]:
    asked = Question("s3:GetDataAccess", grant.instance, grant.account, grant.policy)
    evidence = [field_evidence(grant.document, "")]
    if grant.location is not None:
        evidence.append(field_evidence(grant.location, "/IAMRoleArn"))
    for who in _grantees(estate, grant):
        answers = (asking.answer(estate, who, asked), *session.answers)
        yield from estate.steps.hops(
            way.type,
            who.node,
            node,
            answers,
            foreign=isinstance(who, Caller),
            gains=(way.gain,),
            evidence=tuple(evidence),
            missing=session.missing,
        )


def _grantees(estate: AwsEstate, grant: AccessGrant) -> Iterator[Identity | Caller]:
    if estate.organization.is_ours(account_of(grant.grantee)):
        yield from estate.identities.with_arn(grant.grantee)
    else:
        yield Caller(grant.grantee, grant.grantee)


def _session(estate: AwsEstate, call: Call, bucket: Bucket, grant: AccessGrant, meant: str) -> _Session:
    """Return what a session of the location's role may do to the objects `meant`."""
    role = estate.identities.get(grant.role)
    if role is None:
        unread = grant.location or grant.document
        return _Session((), (f"{unread.id}#/IAMRoleArn",))
    trust = Question(
        "sts:AssumeRole",
        role.arn,
        role.account,
        role.trust,
        context={"aws:sourceaccount": (grant.account,), "aws:sourcearn": (grant.instance,)},
    )
    reaching = Question(
        call.action,
        meant,
        bucket.account,
        bucket.policy,
        some_resource=True,
        context=call.context,
        block_public_access=bucket.blocks_public_policy,
    )
    answers = (
        estate.oracle.admit(Caller(_SERVICE, _SERVICE), trust),
        estate.oracle.decide(role, objects.direct(reaching)),
        *unlocking(estate, objects.lock(bucket), call.key_action, role),
    )
    return _Session(answers)
