"""Requests with each policy named by its place, and decisions given the names back.

A decision on one role's policies serves every role whose policies say the same under other names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

from scanner.providers.aws.access.policy import Policy
from scanner.providers.aws.access.request import Decision, Unread
from scanner.verdict import Denied, Unknown

if TYPE_CHECKING:
    from scanner.providers.aws.access.request import Request

Layered: TypeAlias = tuple[Policy | Unread, ...]
"""The policies of one layer."""

RESOURCE, BOUNDARY, SESSION, ENDPOINT, FIRST_LEVEL = 1, 2, 3, 4, 5
"""Places in a list of layers; the identity's come first, the levels of SCPs and then of RCPs last."""

_MARK = "\ue010"


def anonymised(request: Request, layers: list[Layered]) -> Request:
    """Return the request with each policy named by its place, for policies of other names."""
    named: list[Layered] = [
        tuple(
            p if isinstance(p, Unread) else Policy(f"{_MARK}{layer}.{place}{_MARK}", p.content)
            for place, p in enumerate(policies)
        )
        for layer, policies in enumerate(layers)
    ]
    levels = named[FIRST_LEVEL:]
    return msgspec.structs.replace(
        request,
        identity=named[0],
        resource_policy=named[RESOURCE][0] if named[RESOURCE] else None,
        boundary=None if request.boundary is None else named[BOUNDARY],
        session=named[SESSION][0] if named[SESSION] else None,
        vpc_endpoint=named[ENDPOINT],
        scps=tuple(levels[: len(request.scps)]),
        rcps=tuple(levels[len(request.scps) :]),
    )


def renamed(decision: Decision, layers: list[Layered]) -> Decision:
    """Return the decision with the names of these policies."""
    verdict = decision.verdict
    if not decision.deciding and not isinstance(verdict, Denied | Unknown):
        return decision

    def name(text: str) -> str:
        if _MARK not in text:
            return text
        head, place, tail = text.split(_MARK, 2)
        layer, _, index = place.partition(".")
        policy = layers[int(layer)][int(index)]
        return name(f"{head}{policy.missing if isinstance(policy, Unread) else policy.name}{tail}")

    if isinstance(verdict, Unknown):
        verdict = Unknown(tuple(sorted(map(name, verdict.missing))))
    elif isinstance(verdict, Denied) and decision.explicit:
        verdict = Denied(tuple(map(name, verdict.by)))
    elif not decision.deciding:
        return decision
    deciding = tuple(
        sorted(msgspec.structs.replace(ref, policy=name(ref.policy)) for ref in decision.deciding)
    )
    return msgspec.structs.replace(decision, verdict=verdict, deciding=deciding)


def is_marked(decision: Decision) -> bool:
    """Tell whether the decision speaks of policies, so that `renamed` would change it."""
    return bool(decision.deciding) or isinstance(decision.verdict, Unknown)
