"""What the hops through an API share: who may call a route of it.

Sources, below https://docs.aws.amazon.com/apigateway/latest/developerguide/, read 2026-11-22: "How API
Gateway resource policies affect authorization workflow" (apigateway-authorization-flow.html): without a login
a policy must allow explicitly; with a signature it counts as any resource policy; before a Lambda authorizer
an explicit denial ends it. "Private REST APIs" (apigateway-private-apis.html): interface endpoints of any
account lead there, and without a policy nobody gets in.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from scanner.providers.aws.access import Decision, Unread
from scanner.providers.aws.hops import unnamed
from scanner.providers.aws.library import field_evidence
from scanner.providers.aws.outsiders import ANY_ACCOUNT, ANYONE, Caller, subject_node
from scanner.providers.aws.questions import Answer, Question
from scanner.verdict import Allowed, Guard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.model import Hop
    from scanner.providers.aws.apis import Door, Route
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.hops.asking import Way
    from scanner.providers.aws.identities import Identity

KEY_HEADER = "x-api-key"
_ANY_SUBJECT = "*"
_ACTIONS = {"appsync.amazonaws.com": "appsync:GraphQL"}


class Behind(NamedTuple):
    """What else must say yes, behind the API, and what was not read of it."""

    answers: tuple[Answer, ...] = ()
    missing: tuple[str, ...] = ()


NOTHING_BEHIND = Behind()


def callers(
    estate: AwsEstate, route: Route, node: str, way: Way, behind: Behind = NOTHING_BEHIND
) -> Iterator[Hop]:
    """Yield the hops into `node` of everyone who may call a route that leads there."""
    guards = [Guard("web ACL", "in", (arn,)) for arn in route.firewalls]
    if route.certificates:
        guards.append(Guard("client certificate of", "in", route.certificates, "issuer"))
    if route.shared_key:
        guards.append(Guard(f"HTTP header {KEY_HEADER}", "present"))
    for door in route.doors:
        hops = _signed if door.asks == "signature" else _unsigned
        for hop in hops(estate, route, door, node, way, behind):
            yield msgspec.structs.replace(hop, guards=tuple(sorted({*hop.guards, *guards})))


def _signed(  # noqa: PLR0917 - a route, its door, and what lies behind
    estate: AwsEstate, route: Route, door: Door, node: str, way: Way, behind: Behind
) -> Iterator[Hop]:
    del door
    if isinstance(route.policy, Unread):
        for hop in unnamed.hops(estate, node, way, _question(route), lambda _: behind.answers):
            missing = tuple(sorted({*hop.missing, *route.missing, *behind.missing}))
            proof = field_evidence(route.document, route.pointer)
            yield msgspec.structs.replace(hop, missing=missing, evidence=(proof, *hop.evidence))
    question = _question(route)
    inside: Iterable[tuple[Identity | Caller, Answer]] = estate.oracle.insiders(question)
    for who, said in chain(inside, estate.oracle.outsiders(question)):
        if not said.is_denied and who.node != ANYONE:
            yield from estate.steps.hops(
                way.type,
                who.node,
                node,
                (said, *behind.answers),
                foreign=isinstance(who, Caller),
                gains=(way.gain,),
                evidence=(field_evidence(route.document, route.pointer),),
                missing=(*route.missing, *behind.missing),
            )


def _unsigned(  # noqa: PLR0917 - a route, its door, and what lies behind
    estate: AwsEstate, route: Route, door: Door, node: str, way: Way, behind: Behind
) -> Iterator[Hop]:
    question = _question(route)
    said = Answer(question, Decision(Allowed()))
    if route.policy is not None:
        judged = estate.oracle.admit(Caller(ANYONE, ANYONE), question)
        if judged.is_denied and (door.asks != "function" or judged.decision.explicit):
            return
        said = said if judged.is_denied else judged
    elif route.takes_policy and route.private:
        return
    missing = (*route.missing, *behind.missing)
    guards: tuple[Guard, ...] = ()
    source = ANY_ACCOUNT if route.private else ANYONE
    if door.asks == "token":
        source = subject_node(door.authority, _ANY_SUBJECT)
        key = f"{door.authority.removeprefix('https://')}:aud"
        guards = (Guard(key, "in", door.audiences, "issuer", "audience"),) if door.audiences else ()
    elif door.asks == "function":
        guards = (Guard("authorizer", "in", (door.authority,)),)
        missing = (*missing, f"whom {door.authority} lets in")
    for hop in estate.steps.hops(
        way.type,
        source,
        node,
        (said, *behind.answers),
        foreign=True,
        gains=(way.gain,),
        evidence=(field_evidence(route.document, route.pointer),),
        missing=missing,
    ):
        yield msgspec.structs.replace(hop, guards=tuple(sorted({*hop.guards, *guards})))


def _question(route: Route) -> Question:
    action = _ACTIONS.get(route.service, "execute-api:Invoke")
    return Question(action, route.resource, route.account, route.policy, some_resource=True)
