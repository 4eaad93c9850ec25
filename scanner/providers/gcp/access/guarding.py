"""From what is left of a condition to a verdict: guards for what is chosen, Unknown for what is unread."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from scanner.guards import Guard
from scanner.stringset import StringSet
from scanner.verdict import MAX_ALTERNATIVES, Allowed, AllowedIf, Denied, Unknown, conjoin, ease
from scanner.wording import worded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scanner.guards import Holder
    from scanner.providers.gcp.cel.residual import Residual
    from scanner.providers.gcp.cel.terms import Conjunct, States, Term
    from scanner.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Key:
    """How a guard speaks of an attribute: its name, who holds it, and the glossary word for it."""

    name: str
    held_by: Holder = "ours"
    kind: str = "other"


def verdict(left: Residual, keys: Mapping[str, Key], what: str) -> Verdict:
    """Return a residual as a verdict; `what` names the condition where it is not decided."""
    if left.always:
        return Allowed()
    exact: list[tuple[Guard, ...]] = []
    open_: set[str] = set()
    for conjunct in left.alternatives:
        guards = None if conjunct.hinges else guards_of(conjunct, keys)
        if guards is None:
            open_ |= conjunct.hinges or {term.path for term in conjunct.states}
        else:
            exact += guards
    kept = _minimal(exact)
    if () in kept:
        return Allowed()
    if kept and len(kept) <= MAX_ALTERNATIVES:
        return AllowedIf(tuple(kept))
    if open_ or kept:
        hinges = ", ".join(sorted(open_)) or "too many distinct conditions"
        return Unknown((f"{what} ({hinges})",))
    return Denied((what,))


def guards_of(conjunct: Conjunct, keys: Mapping[str, Key]) -> list[tuple[Guard, ...]] | None:
    """Return the alternatives that one conjunct amounts to, None when a term has no words."""
    worded_terms = []
    for term, states in sorted(conjunct.states.items()):
        alternatives = list(_of_term(term, states, keys))
        if not alternatives:
            return None
        worded_terms.append(alternatives)
    found = []
    for choice in product(*worded_terms):
        joined = conjoin([guard for guards in choice for guard in guards])
        if joined is not None:
            found.append(joined)
    return found


def _of_term(term: Term, states: States, keys: Mapping[str, Key]) -> Iterator[tuple[Guard, ...]]:
    key = keys.get(term.path, Key(term.path))
    if term.member is not None:
        op = "in" if states.values == StringSet.literal("true") else "not-in"
        yield (
            Guard(key.name, op, (term.member,), key.held_by, key.kind if op == "in" else "other", many=True),
        )
        return
    if states.kind == "only":
        words = states.values.words if isinstance(states.values, StringSet) else None
        if words is not None:
            yield (Guard(key.name, "only-in", tuple(sorted(words)), key.held_by, key.kind, many=True),)
        return
    try:
        wording = worded(
            states.values,
            ~states.values,
            absent=states.absent,
            may_lack=states.absent,
            dates=states.kind == "time",
        )
    except (TypeError, ValueError):
        return
    for clauses in wording or ():
        yield tuple(Guard(key.name, op, values, key.held_by, _kind(key, op)) for op, values in clauses)


def _kind(key: Key, op: str) -> str:
    return "other" if op.startswith("not-") or op == "absent" else key.kind


def _minimal(alternatives: Iterable[tuple[Guard, ...]]) -> list[tuple[Guard, ...]]:
    kept: list[tuple[Guard, ...]] = []
    for guards in sorted(set(alternatives), key=lambda g: (len(g), g)):
        if not any(set(fewer) <= set(guards) for fewer in kept):
            kept.append(guards)
    return sorted(kept, key=lambda g: (ease(g), len(g), g))
