"""Requests with each policy named by its place, and decisions given the names back.

A decision on one role's policies serves every role whose policies say the same under other names and in
other places.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from scanner.providers.aws.access.policy import Content, Policy
from scanner.providers.aws.access.request import Decision, StatementRef, Unread
from scanner.verdict import Denied, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanner.providers.aws.access.request import Request
    from scanner.providers.aws.access.sides import OwnSide, ResourceSide, Said
    from scanner.providers.aws.access.slices import Slice

RESOURCE, ENDPOINT, FIRST_RCP = 0, 1, 2
"""Places in a list of layers: the resource's side comes first, the levels of RCPs last."""

_MARK: Final = "\ue010"
_EMPTY: Final = Policy("", Content(b"", (), (), ()))


def layers_of(side: ResourceSide, own: OwnSide) -> list[Said]:
    """Return the layers of a request, in an order in which the place of the resource's side is fixed."""
    return [side.resource, side.endpoint, *side.rcps, own.identity, own.boundary, own.session, *own.scps]


def anonymised(request: Request, side: ResourceSide, own: OwnSide) -> Request:
    """Return the request with only the statements that count, and each policy named by its place."""
    named = [
        tuple([_marked(f"{at}.{place}", *pair) for place, pair in enumerate(layer)])
        for at, layer in enumerate(layers_of(side, own))
    ]
    first = FIRST_RCP + len(side.rcps)
    identity, boundary, session = named[first : first + 3]
    return msgspec.structs.replace(
        request,
        identity=identity,
        boundary=(boundary or (_EMPTY,)) if request.boundary else None,
        session=None if request.session is None else session[0] if session else _EMPTY,
        scps=tuple(named[first + 3 :]),
        rcps=tuple(named[FIRST_RCP:first]),
        vpc_endpoint=named[ENDPOINT] or ((_EMPTY,) if request.vpc_endpoint else ()),
        resource_policy=_whole(request, named[RESOURCE][0] if named[RESOURCE] else None),
    )


def _marked(place: str, policy: Policy | Unread, slice_: Slice) -> Policy | Unread:
    if isinstance(policy, Unread):
        return policy
    content = Content(policy.content.key, (), slice_.statements, slice_.broken)
    return Policy(f"{_MARK}{place}{_MARK}", content)


def _whole(request: Request, named: Policy | Unread | None) -> Policy | Unread | None:
    """Return the resource's policy, with all statements where it matters whether these make it public."""
    policy = request.resource_policy
    if not request.block_public_access or policy is None or isinstance(policy, Unread):
        return named
    return Policy(f"{_MARK}{RESOURCE}.0{_MARK}", policy.content)


def placed(decision: Decision, layers: Sequence[Said]) -> Decision:
    """Return a decision on an anonymised request with each statement named by its place too.

    `renamed` is the way back.
    """
    deciding = tuple(map(partial(_placed, layers), decision.deciding))
    return msgspec.structs.replace(decision, deciding=deciding)


def _placed(layers: Sequence[Said], ref: StatementRef) -> StatementRef:
    if _MARK not in ref.policy:
        return ref
    at, place = _place(ref.policy)
    statements = layers[at][place][1].statements
    index = next(i for i, statement in enumerate(statements) if statement.index == ref.index)
    return StatementRef(ref.layer, ref.policy, index)


def renamed(decision: Decision, layers: Sequence[Said]) -> Decision:
    """Return the decision with the names of these policies and the places of their statements."""
    verdict = decision.verdict
    if not decision.deciding and not isinstance(verdict, Unknown):
        return decision
    deciding = tuple(sorted(map(partial(_named, layers), decision.deciding)))
    if isinstance(verdict, Unknown):
        verdict = Unknown(tuple(sorted([_text(layers, missing) for missing in verdict.missing])))
    elif isinstance(verdict, Denied) and decision.explicit:
        verdict = Denied(tuple(map(str, deciding)))
    return msgspec.structs.replace(decision, verdict=verdict, deciding=deciding)


def _named(layers: Sequence[Said], ref: StatementRef) -> StatementRef:
    if _MARK not in ref.policy:
        return ref
    at, place = _place(ref.policy)
    _, slice_ = layers[at][place]
    statement = slice_.statements[ref.index]
    return StatementRef(ref.layer, _text(layers, ref.policy), statement.index, statement.sid)


def _text(layers: Sequence[Said], text: str) -> str:
    if _MARK not in text:
        return text
    head, _, tail = text.split(_MARK, 2)
    at, place = _place(text)
    policy = layers[at][place][0]
    return _text(layers, f"{head}{policy.missing if isinstance(policy, Unread) else policy.name}{tail}")


def _place(text: str) -> tuple[int, int]:
    """Return the first place named in a text: of the layer, and of the policy in it."""
    at, _, place = text.split(_MARK, 2)[1].partition(".")
    return int(at), int(place)


def speaks_of(decision: Decision, first_own: int) -> bool:
    """Tell whether a decision speaks of policies of the caller's side, whose layers begin at `first_own`."""
    texts = [ref.policy for ref in decision.deciding]
    texts += decision.verdict.missing if isinstance(decision.verdict, Unknown) else ()
    return any(_MARK in text and _place(text)[0] >= first_own for text in texts)
