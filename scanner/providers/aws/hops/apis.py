"""Hops into endpoints, models and functions through an API that calls them with a role of its own.

Whoever the API lets in calls the model, without any permission on it. What an API passes the caller's own
credentials on to asks for the caller's own permissions, and is no way of its own. Source: API Gateway
Developer Guide, "Integration requests for REST APIs", ``credentials``
(https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html, read 2026-11-22); Lambda Developer
Guide, "Invoking a Lambda function using an Amazon API Gateway endpoint" (services-apigateway.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.providers.aws.functions import BY_API
from scanner.providers.aws.hops import models
from scanner.providers.aws.hops.asking import INVOKE
from scanner.providers.aws.hops.calling import KEY_HEADER, Behind, callers
from scanner.providers.aws.hops.passing import trust_in
from scanner.providers.aws.hops.viewing import viewed
from scanner.providers.aws.library import field_evidence
from scanner.providers.aws.outsiders import Caller
from scanner.providers.aws.questions import Answer, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.apis import Route
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.functions import Function

_CALLERS_OWN = "arn:aws:iam::*:user/*"


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into what an API calls; none for another node."""
    for route in estate.apis.to(node):
        behind = _behind(estate, node, route)
        if behind is None:
            continue
        for hop in callers(estate, route, node, INVOKE, behind):
            yield hop
            yield from _keyed(estate, route, hop)


def _keyed(estate: AwsEstate, route: Route, hop: Hop) -> Iterator[Hop]:
    """Yield the hop through a distribution that adds the key which all callers of an API show."""
    keys = {guard for guard in hop.guards if guard.key.lower() == f"http header {KEY_HEADER}"}
    api = route.called_as[0].split(":")[5].partition("/")[0] if route.called_as and keys else ""
    for publication in estate.distributions:
        if api and publication.answering.api == api and KEY_HEADER in publication.headers:
            rest = tuple(guard for guard in hop.guards if guard not in keys)
            evidence = (*hop.evidence, field_evidence(publication.document, publication.pointer))
            through = msgspec.structs.replace(hop, guards=rest, evidence=evidence)
            yield from viewed(through, publication)


def _behind(estate: AwsEstate, node: str, route: Route) -> Behind | None:
    """Return what must let the API call the node, None when nothing could."""
    function = next((f for f in estate.functions if f.arn == node), None)
    if function is not None:
        questions: tuple[Question, ...] = (
            Question("lambda:InvokeFunction", node, function.account, function.policy, context=BY_API),
        )
    else:
        questions = models.invocations(estate, node)
    if route.role == _CALLERS_OWN or not questions:
        return None
    if route.role:
        return _by_role(estate, route, questions)
    return _by_service(estate, route, function) if function is not None else None


def _by_role(estate: AwsEstate, route: Route, questions: tuple[Question, ...]) -> Behind:
    role = estate.identities.get(route.role)
    if role is None:
        return Behind(missing=(f"what {route.role} may do",))
    said = [estate.oracle.decide(role, question) for question in questions]
    allowed = next((answer for answer in said if not answer.is_denied), said[0])
    return Behind((allowed, trust_in(estate, role, route.service)))


def _by_service(estate: AwsEstate, route: Route, function: Function) -> Behind:
    """Return whether the function's own policy lets the API call it."""
    said: list[Answer] = []
    for called_as in route.called_as or (route.resource,):
        context = {**BY_API, "aws:sourcearn": (called_as,), "aws:sourceaccount": (route.account,)}
        question = Question(
            "lambda:InvokeFunction", function.arn, function.account, function.policy, context=context
        )
        said.append(estate.oracle.admit(Caller(route.service, route.service), question))
    return Behind((next((answer for answer in said if not answer.is_denied), said[0]),))
