"""Hops into Lambda functions: calling them, changing their code, sharing them.

Who calls a function does not become its role: the function's own code acts. So a function counts as an
endpoint where the configuration says that it fronts a model, and else leads to what its role may call
(`relaying`). A URL asks for two permissions, ``lambda:InvokeFunctionUrl`` and ``lambda:InvokeFunction``;
those made before October 2025 asked for the first alone, and some may still. A service that may call it for
any account (``s3.amazonaws.com`` without a source) lets every account call it. Sources: Lambda Developer
Guide, "Working with resource-based IAM policies in Lambda", "Control access to Lambda function URLs"
(https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html, read 2026-11-22); IAM User Guide, "The confused
deputy problem".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from scanner.model import Resource
from scanner.providers.aws.access import Unread, principals_named
from scanner.providers.aws.functions import BY_API, VIA_URL
from scanner.providers.aws.hops import asking, choosing
from scanner.providers.aws.hops.asking import GRANT, INVOKE, WRITE
from scanner.providers.aws.outsiders import ANY_ACCOUNT, Caller, stranger
from scanner.providers.aws.questions import Question

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.functions import Function, Url

_CALL = "lambda:InvokeFunction"
_BY_URL = "lambda:InvokeFunctionUrl"
_BOTH_ASKED_SINCE = "2025-10-01"
EXEMPT = "whether a URL made before October 2025 is still exempt from lambda:InvokeFunction"
_WAYS = (
    (INVOKE, _CALL),
    (WRITE, "lambda:UpdateFunctionCode"),
    (GRANT, "lambda:AddPermission"),
)


def resources(functions: tuple[Function, ...]) -> Iterator[Resource]:
    """Yield each function as a resource that nothing but the configuration makes an asset."""
    for function in functions:
        name = function.arn.rpartition(":")[2]
        yield Resource(function.arn, "lambda-function", "aws", scope=function.account, name=name)


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a function; none for another node."""
    function = next((f for f in estate.functions if f.arn == node), None)
    if function is None:
        return
    let_in: set[str] = set()
    for way, action in _WAYS:
        asked = (
            Question(action, name, function.account, function.policy, context=BY_API)
            for name in choosing.names(action, node)
        )
        for hop in asking.once(asking.hops(estate, node, way, question) for question in asked):
            if hop.source != "*":  # the API takes signed requests only
                let_in.add(hop.source)
                yield hop
    for url in function.urls:
        for hop in _by_url(estate, function, url):
            if hop.source not in let_in and (hop.source != "*" or url.auth_type == "NONE"):
                yield hop
    yield from _by_service(estate, function)


def _by_url(estate: AwsEstate, function: Function, url: Url) -> Iterator[Hop]:
    """Yield the hops of callers of a URL, whom both permissions must let in."""
    first, second = asked_of_url(function, url, {})
    may_be_exempt = is_exempt(url)
    sure = set()
    for hop in asking.hops(
        estate, function.arn, INVOKE, first, lambda who: (asking.answer(estate, who, second),)
    ):
        if hop.certainty != "blocked" or not may_be_exempt:
            sure.add(hop.source)
            yield hop
    for hop in asking.hops(estate, function.arn, INVOKE, first) if may_be_exempt else ():
        if hop.source not in sure:
            certainty = "possible" if hop.certainty == "proven" else hop.certainty
            yield msgspec.structs.replace(hop, certainty=certainty, missing=(*hop.missing, EXEMPT))


def asked_of_url(
    function: Function, url: Url, context: Mapping[str, tuple[str, ...]]
) -> tuple[Question, Question]:
    """Return what a URL asks of its callers, of whom `context` is known; the second not if it is exempt."""
    known = {**context, "lambda:functionurlauthtype": (url.auth_type,)}
    first = Question(_BY_URL, function.arn, function.account, function.policy, context=known)
    return first, replace(first, action=_CALL, context={**known, VIA_URL: ("true",)})


def is_exempt(url: Url) -> bool:
    """Tell whether a URL may still ask for the first permission alone."""
    return url.made_on < _BOTH_ASKED_SINCE


def _by_service(estate: AwsEstate, function: Function) -> Iterator[Hop]:
    """Yield the hops of every account by services that may call the function whoever asks them to."""
    if function.policy is None or isinstance(function.policy, Unread):
        return
    nobodys = stranger(estate.organization.accounts)
    for atom in principals_named(function.policy):
        if atom.kind != "service":
            continue
        context = {**BY_API, "aws:sourceaccount": (nobodys,), "aws:sourceorgid": ()}
        question = Question(_CALL, function.arn, function.account, function.policy, context=context)
        answer = estate.oracle.admit(Caller(ANY_ACCOUNT, atom.value), question)
        for hop in estate.steps.hops(
            "invoke",
            ANY_ACCOUNT,
            function.arn,
            (answer,),
            gains=("invoke",),
            assumed=(f"{atom.value} calls functions on behalf of any account",),
        ):
            if not any(_is_ours(estate, guard.values) for guard in hop.guards if guard.kind == "source-arn"):
                yield hop


def _is_ours(estate: AwsEstate, values: tuple[str, ...]) -> bool:
    """Tell whether every ARN is of an account of ours; a bucket's names no account, and is taken for ours."""
    accounts = [value.split(":")[4] if value.count(":") >= 5 else "" for value in values]
    return all(not account or estate.organization.is_ours(account) for account in accounts)
