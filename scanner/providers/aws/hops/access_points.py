"""Hops into S3 objects through an access point: its policy and the bucket's must both let the caller in.

A bucket may leave the decision to its access points with ``s3:DataAccessPointAccount`` or ``…Arn``. Sources,
below https://docs.aws.amazon.com/AmazonS3/latest/userguide/, read 2026-11-22: "Configuring IAM policies for
using access points" (access-points-policies.html): "both the access point and the underlying bucket must
permit the request"; "Managing public access to access points" (access-points-bpa-settings.html): the settings
of the access point, the bucket and the bucket owner's account apply; "Blocking public access", "Access
points" (access-control-block-public-access.html): one with a VPC as its origin is never public.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from scanner.providers.aws.access import Decision, Unread
from scanner.providers.aws.arn import root
from scanner.providers.aws.hops import asking, objects, unnamed
from scanner.providers.aws.hops.asking import unlocking
from scanner.providers.aws.outsiders import ANYONE, UNKNOWN_ACCOUNT, Caller
from scanner.providers.aws.questions import Answer, Question
from scanner.providers.aws.storage import bucket_name
from scanner.verdict import Allowed, AllowedIf, Guard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scanner.model import Hop
    from scanner.providers.aws.access import Policy
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.hops.objects import Call, ObjectWay
    from scanner.providers.aws.identities import Identity
    from scanner.providers.aws.storage import Bucket
    from scanner.providers.aws.stores.access_points import AccessPoint

_DELEGATED = re.compile(r"^s3:dataaccesspoint(account|arn)$", re.IGNORECASE)
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_SOMEONES = "access-point-of-another-account"


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into S3 objects through access points; none for another node."""
    name = bucket_name(node)
    bucket = estate.buckets.get(name) if name else None
    if bucket is None:
        return
    for way in objects.WAYS:
        if way.on == "objects" and way.gain != "grant":
            for point in estate.stores.access_points.get(bucket.name, ()):
                yield from asking.once(_through(estate, node, way, call, bucket, point) for call in way.calls)
            for account in _delegated_outside(estate, bucket):
                yield from asking.once(
                    _elsewhere(estate, node, way, call, bucket, account) for call in way.calls
                )


def _through(  # noqa: PLR0917 - a request, and the two doors in its way
    estate: AwsEstate, node: str, way: ObjectWay, call: Call, bucket: Bucket, point: AccessPoint
) -> Iterator[Hop]:
    context = {
        "s3:dataaccesspointarn": (point.arn,),
        "s3:dataaccesspointaccount": (point.account,),
        "s3:accesspointnetworkorigin": (point.origin,),
        **call.context,
        **({"aws:sourcevpc": (point.vpc,)} if point.vpc else {}),
    }
    door = Question(
        call.action,
        node.replace(f"{bucket.arn}/", f"{point.arn}/object/", 1),
        point.account,
        point.policy,
        some_resource=True,
        block_public_access=False if point.vpc else _either(point.blocks_public_policy, bucket),
        context=context,
    )
    behind = _behind(bucket, node, call.action, context)
    inside: Iterable[tuple[Identity | Caller, Answer]] = estate.oracle.insiders(door)
    is_open = False
    maybe = ((caller, estate.oracle.admit(caller, door)) for caller in unnamed.callers(estate, door))
    for who, said in chain(inside, estate.oracle.outsiders(door), maybe):
        plain = asking.answer(estate, who, objects.direct(behind)).decision.verdict
        if said.is_denied or isinstance(plain, Allowed):
            continue  # whoever needs no access point gains nothing by it
        answers = (
            _on_objects(said, point, bucket),
            asking.answer(estate, who, behind),
            *unlocking(estate, objects.lock(bucket), call.key_action, who),
            *_from_vpc(point, door),
        )
        if who.node == UNKNOWN_ACCOUNT and is_open:
            continue  # it is anyone
        foreign = isinstance(who, Caller)
        for hop in estate.steps.hops(way.type, who.node, node, answers, foreign=foreign, gains=(way.gain,)):
            # nobody outside is known to be let in by a policy that was not read, but for what holds them
            if not (foreign and isinstance(point.policy, Unread) and hop.certainty == "blocked"):
                is_open = is_open or who.node == ANYONE
                yield hop


def _behind(bucket: Bucket, node: str, action: str, context: Mapping[str, tuple[str, ...]]) -> Question:
    """Return the question to the bucket for a request through an access point."""
    return Question(
        action,
        node,
        bucket.account,
        bucket.policy,
        some_resource=True,
        block_public_access=bucket.blocks_public_policy,
        context=context,
    )


def _either(own: bool | Unread, bucket: Bucket) -> bool | Unread:
    """Return whether the access point, the bucket or its owner restricts public policies."""
    if own is True or bucket.blocks_public_policy is True:
        return True
    return own or bucket.blocks_public_policy


def _on_objects(said: Answer, point: AccessPoint, bucket: Bucket) -> Answer:
    """Return the answer with the objects it is limited to named as the bucket's, not the access point's."""
    verdict = said.decision.verdict
    if not isinstance(verdict, AllowedIf):
        return said
    alternatives = tuple(tuple(_renamed(g, bucket) for g in guards) for guards in verdict.alternatives)
    witness = tuple(
        (key, tuple(v.replace(f"{point.arn}/object/", f"{bucket.arn}/", 1) for v in values))
        for key, values in verdict.witness
    )
    return said._replace(
        decision=msgspec.structs.replace(said.decision, verdict=AllowedIf(alternatives, witness))
    )


def _renamed(guard: Guard, bucket: Bucket) -> Guard:
    if guard.key != "resource":
        return guard
    values = (f"{bucket.arn}/{v.partition('/object/')[2]}" if "/object/" in v else v for v in guard.values)
    return msgspec.structs.replace(guard, values=tuple(sorted(values)))


def _from_vpc(point: AccessPoint, door: Question) -> Iterator[Answer]:
    """Yield the demand of an access point that takes requests from one VPC only."""
    if point.vpc is not None:
        guard = Guard("aws:SourceVpc", "in", (point.vpc,), "ours", "source-vpc")
        yield Answer(door, Decision(AllowedIf(((guard,),), (("aws:SourceVpc", (point.vpc,)),))))


def _delegated_outside(estate: AwsEstate, bucket: Bucket) -> tuple[str, ...]:
    """Return accounts, none of them ours, to whose access points the bucket's policy leaves the decision."""
    if bucket.policy is None or isinstance(bucket.policy, Unread):
        return ()
    named = set(_ACCOUNT.findall(" ".join(_delegations(bucket.policy))))
    return tuple(sorted(account for account in named if not estate.organization.is_ours(account)))


def _delegations(policy: Policy) -> Iterator[str]:
    """Yield the values that conditions on the access point compare with."""
    for statement in policy.statements:
        raw = policy.statement(statement.index)
        condition = raw.get("Condition") if isinstance(raw, dict) else None
        for block in condition.values() if isinstance(condition, dict) else ():
            for key, values in block.items() if isinstance(block, dict) else ():
                if _DELEGATED.match(key):
                    yield from (str(v) for v in (values if isinstance(values, list) else [values]))


def _elsewhere(  # noqa: PLR0917 - a request, and whose door it takes
    estate: AwsEstate, node: str, way: ObjectWay, call: Call, bucket: Bucket, account: str
) -> Iterator[Hop]:
    """Yield the hop of an account whose own access points, which nobody here sees, open the bucket."""
    owner = Caller(root(account), root(account))
    said = estate.oracle.admit(
        owner, _behind(bucket, node, call.action, {**call.context, "s3:dataaccesspointaccount": (account,)})
    )
    plain = estate.oracle.admit(owner, objects.direct(_behind(bucket, node, call.action, call.context)))
    if said.is_denied or isinstance(plain.decision.verdict, Allowed):
        return
    assumed = (*said.decision.assumed, _SOMEONES)
    said = said._replace(decision=msgspec.structs.replace(said.decision, assumed=assumed))
    answers = (said, *unlocking(estate, objects.lock(bucket), call.key_action, owner))
    yield from estate.steps.hops(way.type, owner.node, node, answers, foreign=True, gains=(way.gain,))
