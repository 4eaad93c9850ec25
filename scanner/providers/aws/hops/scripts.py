"""Hops into a role by writing a script that machines run as it.

What lies in a bucket that is none of ours is whoever's that bucket is. Sources: see `stores.scripts`.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from scanner.providers.aws.hops import asking, objects
from scanner.providers.aws.hops.passing import trust_in
from scanner.providers.aws.outsiders import ANY_ACCOUNT, Caller
from scanner.providers.aws.questions import Question
from scanner.providers.aws.storage import bucket_name, unlisted_bucket

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity
    from scanner.providers.aws.questions import Answer
    from scanner.providers.aws.storage import Bucket
    from scanner.providers.aws.stores.scripts import Script

_WRITE = next(way for way in objects.WAYS if way.gain == "write")


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a role; none for another node."""
    role = estate.identities.get(node)
    if role is not None and role.kind == "role" and not role.is_copy:
        yield from _hops(estate, role, outsiders_only=False)


def from_outside(estate: AwsEstate, role: Identity) -> Iterator[Hop]:
    """Yield the hops into a role by scripts that outside callers may write."""
    yield from _hops(estate, role, outsiders_only=True)


def _hops(estate: AwsEstate, role: Identity, *, outsiders_only: bool) -> Iterator[Hop]:
    for script in estate.stores.scripts.get(role.arn, ()):
        trusted = trust_in(estate, role, script.service)
        if trusted.is_denied:
            continue
        name = bucket_name(script.place) or ""
        bucket = estate.buckets.get(name) or unlisted_bucket(estate.snapshot, name)
        if bucket is None:
            yield from estate.steps.hops(
                "run-code",
                ANY_ACCOUNT,
                role.node,
                (trusted,),
                evidence=(script.evidence,),
                missing=(f"whose bucket {name} is",),
                assumed=(script.runs,),
            )
        else:
            yield from asking.once(
                _written(estate, role, script, bucket, trusted, call, outsiders_only=outsiders_only)
                for call in _WRITE.calls
            )


def _written(  # noqa: PLR0917 - a script, where it lies, and one call that writes it
    estate: AwsEstate,
    role: Identity,
    script: Script,
    bucket: Bucket,
    trusted: Answer,
    call: objects.Call,
    *,
    outsiders_only: bool,
) -> Iterator[Hop]:
    question = objects.direct(
        Question(
            call.action,
            script.place,
            bucket.account,
            bucket.policy,
            context=call.context,
            block_public_access=bucket.blocks_public_policy,
        )
    )
    inside: Iterable[tuple[Identity | Caller, Answer]] = (
        () if outsiders_only else estate.oracle.insiders(question)
    )
    for who, said in chain(inside, estate.oracle.outsiders(question)):
        if said.is_denied or who.node == role.node:
            continue
        yield from estate.steps.hops(
            "run-code",
            who.node,
            role.node,
            (said, *asking.unlocking(estate, objects.lock(bucket), call.key_action, who), trusted),
            foreign=isinstance(who, Caller),
            evidence=(script.evidence,),
            assumed=(script.runs,),
        )
