"""A condition as a verdict: allowed, allowed if what is open is chosen so, denied, or not known."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from scanner.guards import PROTECTING, Guard, Holder, conjoin, sample_for
from scanner.intervals import Intervals
from scanner.netset import AddressSet
from scanner.providers.gcp.cel.residual import residual
from scanner.stringset import StringSet, TooManyStates
from scanner.verdict import MAX_ALTERNATIVES, Allowed, AllowedIf, Denied, Verdict, ease
from scanner.verdict import Unknown as UnknownVerdict
from scanner.wording import worded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.providers.gcp.cel.environment import Environment
    from scanner.providers.gcp.cel.syntax import Node
    from scanner.providers.gcp.cel.terms import Conjunct, Free, States, Term

_TRAITS: Final[tuple[tuple[str, Holder, str], ...]] = (
    ("request.time", "ours", "expiry"),
    ("request.auth.access_levels", "ours", "other"),
    ("origin.ip", "vendor", "source-ip"),
    ("resource.tag", "ours", "resource-tag"),
    ("resource.", "vendor", "other"),  # which of the resources: the caller says so
    ("destination.", "vendor", "other"),
    ("request.", "vendor", "other"),
    ("principal.", "fixed", "other"),
    ("assertion.sub", "issuer", "subject"),
    ("google.subject", "issuer", "subject"),
    ("assertion.aud", "issuer", "audience"),
    ("assertion.", "issuer", "other"),
    ("attribute.", "issuer", "other"),
    ("google.", "issuer", "other"),
    ("iam.googleapis.com/modifiedGrantsByRole", "vendor", "other"),
)
"""Who chooses an attribute, by how its path begins, and the guard kind it is."""


def decide(tree: Node, environment: Environment, free: Mapping[str, Free], denied: str) -> Verdict:
    """Return whether a condition is met, and by which choices of what is free.

    Args:
        tree: A condition of an allow policy: one that fails is not met.
        environment: What is known; what is neither known nor free makes the verdict Unknown.
        free: See `residual`.
        denied: Names the condition where it is never met.
    """
    left = residual(tree, environment, free)
    if left.always:
        return Allowed()
    if left.satisfiable is False:
        return Denied((denied,))
    found: set[tuple[Guard, ...]] = set()
    missing: set[str] = set()
    for conjunct in left.alternatives:
        wordings = None if conjunct.hinges else _worded(conjunct, free)
        if wordings is None:
            missing |= conjunct.hinges or {term.path for term in conjunct.states}
        else:
            found |= wordings
    if not found:
        return UnknownVerdict(tuple(sorted(missing)))
    if len(found) > MAX_ALTERNATIVES:
        return UnknownVerdict(("too many distinct conditions",))
    return _allowed_if(found)


def _allowed_if(found: set[tuple[Guard, ...]]) -> Verdict:
    alternatives = sorted(found, key=lambda guards: (ease(guards), len(guards), guards))
    witness = {}
    for guard in alternatives[0]:
        values = sample_for([g for g in alternatives[0] if g.key == guard.key])
        if values is not None:
            witness[guard.key] = values
    return AllowedIf(tuple(alternatives), tuple(sorted(witness.items())))


def _worded(conjunct: Conjunct, free: Mapping[str, Free]) -> set[tuple[Guard, ...]] | None:
    """Return the conjunct as sets of guards, any of which suffices; None when it does not read as such."""
    terms = [_guards(term, states, free.get(term.path)) for term, states in sorted_terms(conjunct)]
    ways = [way for way in terms if way is not None]
    if len(ways) < len(terms):
        return None
    joined = [conjoin(guard for guards in choice for guard in guards) for choice in product(*ways)]
    return {guards for guards in joined if guards is not None} or None


def sorted_terms(conjunct: Conjunct) -> list[tuple[Term, States]]:
    """Return terms and states in the order of the terms' paths."""
    return sorted(conjunct.states.items(), key=lambda pair: (pair[0].path, pair[0].member or ""))


def _guards(term: Term, states: States, free: Free | None) -> list[tuple[Guard, ...]] | None:
    """Return the guards that leave a term these states, in alternatives."""
    holder, kind = _traits(term.path)
    if term.member is not None:
        op = "in" if "true" in (states.values if isinstance(states.values, StringSet) else ()) else "not-in"
        return [(Guard(term.path, op, (term.member,), holder, kind if op == "in" else "other", many=True),)]
    if states.kind == "only" and isinstance(states.values, StringSet):
        return [(Guard(term.path, "only-in", states.values.words or (), holder, kind, many=True),)]
    everything = _domain(states) if free is None or free.values is None else free.values
    try:
        outside = everything - states.values  # type: ignore[operator]  # of one kind, else TypeError
        may_lack = bool(free and free.may_lack)
        wording = worded(
            states.values, outside, absent=states.absent, may_lack=may_lack, dates=states.kind == "time"
        )
    except (TypeError, ValueError, TooManyStates):
        return None
    if wording is None:
        return None
    ends = states.kind != "whole" and (states.kind != "time" or _ends(states))
    protects = kind if ends else "other"  # office hours and a first day come again and again, or for good
    return [
        tuple(
            Guard(term.path, op, values, holder, protects if op in PROTECTING else "other")
            for op, values in way
        )
        for way in wording
    ]


def _domain(states: States) -> StringSet | AddressSet | Intervals:  # type: ignore[type-arg]  # cuts of numbers
    if isinstance(states.values, AddressSet):
        return AddressSet.everything()
    return StringSet.everything() if isinstance(states.values, StringSet) else Intervals(starts_inside=True)


def _ends(states: States) -> bool:
    """Tell whether a time is over one day."""
    return isinstance(states.values, Intervals) and all(high is not None for _, high in states.values.spans())


def _traits(path: str) -> tuple[Holder, str]:
    return next(
        ((holder, kind) for start, holder, kind in _TRAITS if path.startswith(start)), ("ours", "other")
    )
