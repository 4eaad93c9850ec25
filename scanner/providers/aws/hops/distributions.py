"""Hops through CloudFront into S3 objects and functions: what lets a distribution in lets its viewers in.

A distribution asks the bucket as the service, for its own ARN (origin access control), or as an identity of
its own (origin access identity), which cannot decrypt with KMS. A bucket that lets the service in for any
distribution lets in those of every account. Sources: CloudFront Developer Guide, "Restrict access to an
Amazon S3 origin"
(https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html,
read 2026-11-22); IAM User Guide, "The confused deputy problem".
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import msgspec

from scanner.providers.aws.access import Unread, principals_named
from scanner.providers.aws.arn import Arn, root
from scanner.providers.aws.hops import objects
from scanner.providers.aws.hops.asking import unlocking
from scanner.providers.aws.hops.invoking import EXEMPT, asked_of_url, is_exempt
from scanner.providers.aws.hops.viewing import viewed
from scanner.providers.aws.library import field_evidence
from scanner.providers.aws.outsiders import ANY_ACCOUNT, ANYONE, Caller, stranger
from scanner.providers.aws.questions import Question
from scanner.providers.aws.storage import bucket_name
from scanner.wildcards import covers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.model import Hop
    from scanner.providers.aws.access import Policy
    from scanner.providers.aws.distributions import Publication
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.questions import Answer
    from scanner.providers.aws.storage import Bucket

_SERVICE = "cloudfront.amazonaws.com"
_IDENTITY = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity "
_READ = "s3:GetObject"


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into S3 objects; none for another node."""
    yield from _to_function(estate, node)
    name = bucket_name(node)
    bucket = estate.buckets.get(name) if name else None
    if bucket is None:
        return
    for publication in estate.distributions.of_bucket(bucket.name):
        scope = f"{bucket.arn}/{publication.path}"
        meant = node if covers(scope, node) else scope if covers(node, scope) else None
        if meant is not None:
            yield from _viewing(estate, node, bucket, publication, meant)
        if meant == node:
            break  # the first behaviour that matches counts
    if bucket.policy is not None and not isinstance(bucket.policy, Unread):
        yield from _by_any_distribution(estate, node, bucket, bucket.policy)
        yield from _by_unknown_identity(estate, node, bucket, bucket.policy)


def _to_function(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield the hops of everyone whom a distribution answers from the URL of a function.

    It signs as the service, for its own ARN: CloudFront Developer Guide, "Restrict access to an AWS Lambda
    function URL origin" (private-content-restricting-access-to-lambda.html, read 2026-11-22). What a URL lets
    in without a signature comes to it without a distribution too.
    """
    function = next((f for f in estate.functions if f.arn == node), None)
    signed = [url for url in function.urls if url.auth_type == "AWS_IAM"] if function else []
    published = [p for p in estate.distributions if p.answering.arn == node and p.signs] if signed else []
    for publication, url in product(published, signed):
        context = {"aws:sourcearn": (publication.distribution,), "aws:sourceaccount": (publication.account,)}
        questions = asked_of_url(function, url, context) if function else ()
        answers = tuple(estate.oracle.admit(Caller(ANYONE, _SERVICE), question) for question in questions)
        exempt = answers[1].is_denied and is_exempt(url)
        for hop in estate.steps.hops(
            "invoke",
            ANYONE,
            node,
            answers[:1] if exempt else answers,
            foreign=True,
            gains=("invoke",),
            evidence=(field_evidence(publication.document, publication.pointer),),
            missing=(EXEMPT,) if exempt else (),
        ):
            yield from viewed(hop, publication)


def _viewing(
    estate: AwsEstate, node: str, bucket: Bucket, publication: Publication, meant: str
) -> Iterator[Hop]:
    """Yield the hop of everyone whom a distribution answers."""
    context = {"aws:sourcearn": (publication.distribution,), "aws:sourceaccount": (publication.account,)}
    for principal in _asking_as(estate, publication):
        of_service = context if principal == _SERVICE else {}
        answers = _asked(estate, bucket, meant, Caller(ANYONE, principal), of_service)
        if answers[0].is_denied:
            continue
        for hop in estate.steps.hops(
            "read",
            ANYONE,
            node,
            answers,
            foreign=True,
            gains=("read",),
            evidence=(field_evidence(publication.document, publication.pointer),),
        ):
            yield from viewed(hop, publication)
        return


def _asking_as(estate: AwsEstate, publication: Publication) -> Iterator[str]:
    """Yield the principals that a distribution is to a bucket."""
    if publication.signs:
        yield _SERVICE
    elif publication.identity:
        yield f"{_IDENTITY}{publication.identity}"
        yield from (f"canonical:{name}" for name in estate.distributions.canonical(publication.identity))


def _asked(
    estate: AwsEstate, bucket: Bucket, meant: str, caller: Caller, context: Mapping[str, tuple[str, ...]]
) -> tuple[Answer, ...]:
    question = Question(
        _READ,
        meant,
        bucket.account,
        bucket.policy,
        some_resource=True,
        context=context,
        block_public_access=bucket.blocks_public_policy,
    )
    said = estate.oracle.admit(caller, objects.direct(question))
    return (said, *unlocking(estate, objects.lock(bucket), "kms:Decrypt", caller, context))


def _by_any_distribution(estate: AwsEstate, node: str, bucket: Bucket, policy: Policy) -> Iterator[Hop]:
    """Yield the hops of other accounts, whose distributions the bucket's policy lets in."""
    if not any(a.kind == "service" and a.value == _SERVICE for a in principals_named(policy)):
        return
    nobodys = stranger(estate.organization.accounts)
    for account in (nobodys, *_foreign(estate, policy)):
        context = {"aws:sourceaccount": (account,), "aws:sourceorgid": ()}
        answers = _asked(estate, bucket, node, Caller(ANY_ACCOUNT, _SERVICE), context)
        if answers[0].is_denied:
            continue
        source = ANY_ACCOUNT if account == nobodys else root(account)
        assumed = (f"{_SERVICE} reads for a distribution of any account",)
        for hop in estate.steps.hops("read", source, node, answers, gains=("read",), assumed=assumed):
            demanded_of = [
                Arn.parse(v).account for g in hop.guards if g.kind == "source-arn" for v in g.values
            ]
            if all(owner == account for owner in demanded_of):
                yield hop


def _by_unknown_identity(estate: AwsEstate, node: str, bucket: Bucket, policy: Policy) -> Iterator[Hop]:
    """Yield the hop of whoever an origin access identity answers, of which nobody knows whose it is."""
    for atom in principals_named(policy):
        name = atom.value.removeprefix(_IDENTITY)
        if atom.kind != "aws" or name == atom.value or estate.distributions.knows(name):
            continue
        answers = _asked(estate, bucket, node, Caller(ANYONE, atom.value), {})
        for hop in estate.steps.hops(
            "read", ANYONE, node, answers, gains=("read",), missing=(f"which distribution reads as {name}",)
        ):
            yield msgspec.structs.replace(hop, assumed=())


def _foreign(estate: AwsEstate, policy: Policy) -> Iterator[str]:
    """Yield the accounts, none of them ours, whose distributions conditions of the policy name."""
    found: set[str] = set()
    for statement in policy.statements:
        raw = policy.statement(statement.index)
        condition = raw.get("Condition") if isinstance(raw, dict) else None
        for block in condition.values() if isinstance(condition, dict) else ():
            for key, values in block.items() if isinstance(block, dict) else ():
                if key.lower() in {"aws:sourcearn", "aws:sourceaccount"}:
                    found.update(_account(str(v)) for v in (values if isinstance(values, list) else [values]))
    yield from sorted(a for a in found if a and not estate.organization.is_ours(a))


def _account(value: str) -> str:
    return Arn.parse(value).account or (value if value.isdecimal() else "")
