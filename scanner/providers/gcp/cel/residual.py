"""What is left of a condition when part of the request is open: which choices meet it.

An expression is split in two: the choices under which it is true, and those under which it is false; what is
in neither is an error, as CEL has them. ``!`` swaps the two, ``&&`` and ``||`` absorb errors by themselves.
Each side is a list of alternatives; an alternative holds exact sets of values a term, and names what else it
hinges on where it is not exact.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from scanner.intervals import Intervals
from scanner.providers.gcp.cel.atoms import Atoms, Split
from scanner.providers.gcp.cel.environment import Environment, is_below
from scanner.providers.gcp.cel.evaluation import Evaluator
from scanner.providers.gcp.cel.rewriting import substitute, tag_paths
from scanner.providers.gcp.cel.syntax import (
    Binary,
    Choice,
    Comprehension,
    Joined,
    Literal,
    Node,
    Sequence,
    Unary,
    attributes,
    step,
)
from scanner.providers.gcp.cel.terms import (
    ALWAYS,
    NEVER,
    Conjunct,
    Formula,
    Free,
    States,
    Term,
    all_of,
    any_of,
)
from scanner.providers.gcp.cel.values import Failed, Result, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_ROUNDS: Final = 200
_CLOCK: Final = re.compile(r"(?P<path>.+)\.(?P<accessor>get[A-Za-z]+)\((?P<zone>.*)\)")
_OF_THE_DATE: Final = frozenset({"getMonth", "getDate", "getDayOfMonth", "getDayOfYear"})


@dataclass(frozen=True, slots=True)
class Residual:
    """The ways to meet a condition: none at all, never; an empty conjunct, always.

    Attributes:
        alternatives: Any one of them suffices. Those without hinges are exact.
    """

    alternatives: Formula

    @property
    def satisfiable(self) -> bool | Unknown:
        """Whether some choice meets it."""
        if any(not c.hinges for c in self.alternatives):
            return True
        if not self.alternatives:
            return False
        return Unknown(frozenset(hinge for c in self.alternatives for hinge in c.hinges))

    @property
    def always(self) -> bool:
        """Whether every choice certainly meets it."""
        return any(not c.states and not c.hinges for c in self.alternatives)


def residual(tree: Node, environment: Environment, free: Mapping[str, Free]) -> Residual:
    """Return which choices of what is free meet a condition, where an error does not.

    Args:
        tree: A condition.
        environment: What is known. What is neither known nor free was not read.
        free: Open attributes by dotted path; tags under `tag_term`, or all of them under ``resource.tags``.
    """
    known = _without(environment, free)
    return Residual(_simplest(_Splitter(known, free).split(tree)[0], free))


def satisfiable(tree: Node, environment: Environment, free: Mapping[str, Free]) -> bool | Unknown:
    """Tell whether some choice of what is free meets a condition."""
    return residual(tree, environment, free).satisfiable


def _without(environment: Environment, free: Mapping[str, Free]) -> Environment:
    """Return the environment without what is free: that is never known, nor absent."""

    def is_free(path: str) -> bool:
        return any(path == f or is_below(path, f) for f in free)

    known: dict[str, Any] = {}
    closed = set(environment.closed)
    for path, value in environment.known.items():
        if any(is_below(f, path) for f in free) and isinstance(value, MappingType):
            known |= {step(path, key): part for key, part in value.items()}
            closed.add(path)
        else:
            known[path] = value
    return replace(
        environment,
        known={path: value for path, value in known.items() if not is_free(path)},
        absent=frozenset(p for p in environment.absent if not is_free(p)),
        open=frozenset(free),
        closed=frozenset(closed),
    )


class _Splitter:
    def __init__(self, environment: Environment, free: Mapping[str, Free]) -> None:
        self._evaluator = Evaluator(environment)
        self._free = free
        self._atoms = Atoms(free, self._evaluator.value)

    def split(self, node: Node) -> Split:
        """Return when a tree is true and when it is false."""
        if not self._is_open(node):
            return _decided(self._evaluator.value(node))
        match node:
            case Joined(op="&&", operands=operands):
                parts = [self.split(operand) for operand in operands]
                return all_of(true for true, _ in parts), any_of(false for _, false in parts)
            case Joined(operands=operands):
                parts = [self.split(operand) for operand in operands]
                return any_of(true for true, _ in parts), all_of(false for _, false in parts)
            case Unary(op="!", operand=operand):
                true, false = self.split(operand)
                return false, true
            case Choice():
                return self._choice(node)
            case Comprehension(macro="all" | "exists"):
                return self._rounds(node)
            case Binary(op="in", right=Sequence(items=items)) if any(map(self._is_open, items)):
                options = tuple(Binary("==", node.left, item) for item in items)
                return self.split(options[0] if len(options) == 1 else Joined("||", options))
        found = self._atoms.split(node) or self._truth(node)
        return found if found is not None else self._undecided(node)

    def _truth(self, node: Node) -> Split | None:
        """``condition == true`` and its relatives."""
        match node:
            case Binary(op="==" | "!=", left=left, right=Literal(value=bool(wanted))) if not isinstance(
                left, Literal
            ):
                true, false = self.split(left)
                return (true, false) if wanted == (node.op == "==") else (false, true)
        return None

    def _choice(self, node: Choice) -> Split:
        met, unmet = self.split(node.condition)
        then, otherwise = self.split(node.then), self.split(node.otherwise)
        return (
            any_of((all_of((met, then[0])), all_of((unmet, otherwise[0])))),
            any_of((all_of((met, then[1])), all_of((unmet, otherwise[1])))),
        )

    def _rounds(self, node: Comprehension) -> Split:
        """A macro over a list that is known is ``&&`` or ``||`` of its rounds."""
        items = self._evaluator.value(node.range)
        if not isinstance(items, tuple) or len(items) > _MOST_ROUNDS:
            return self._undecided(node)
        if any(isinstance(item, Unknown | Failed) for item in items):
            return self._undecided(node)
        parts = [
            self.split(substitute(node.bodies[0], {node.variable: Literal(item)}))
            for item in items
            if not isinstance(item, Unknown | Failed)
        ]
        if node.macro == "all":
            return all_of(true for true, _ in parts), any_of(false for _, false in parts)
        return any_of(true for true, _ in parts), all_of(false for _, false in parts)

    def _is_open(self, node: Node) -> bool:
        return any(
            path == free or is_below(path, free)
            for path in (*attributes(node), *tag_paths(node))
            for free in self._free
        )

    def _undecided(self, node: Node) -> Split:
        """What this module cannot say exactly may be true, and may be false."""
        value = self._evaluator.value(node)
        if not isinstance(value, Unknown):
            return _decided(value)
        open_ = (Conjunct(hinges=value.hinges),)
        return open_, open_


def _decided(value: Result) -> Split:
    if isinstance(value, Unknown):
        open_ = (Conjunct(hinges=value.hinges),)
        return open_, open_
    if isinstance(value, bool):
        return (ALWAYS, NEVER) if value else (NEVER, ALWAYS)
    return NEVER, NEVER


def _simplest(formula: Formula, free: Mapping[str, Free]) -> Formula:
    """Return the alternatives, one that is always met as such."""
    for conjunct in formula:
        if not conjunct.hinges and all(_is_all(t, states, free) for t, states in conjunct.states.items()):
            return ALWAYS
    return tuple(_entangled(conjunct) for conjunct in formula)


def _entangled(conjunct: Conjunct) -> Conjunct:
    """Say of what is made of one moment in several ways that it is not decided whether it goes together."""
    clocks = [_CLOCK.fullmatch(term.path) for term in conjunct.states]
    made = [found for found in clocks if found]
    for path in sorted({found["path"] for found in made}):
        mine = [found for found in made if found["path"] == path]
        dates = [found for found in mine if found["accessor"] in _OF_THE_DATE]
        span = conjunct.states.get(Term(path))
        if len(dates) > 1 or len({found["zone"] for found in mine}) > 1 or (span and not _is_long(span)):
            return replace(conjunct, hinges=conjunct.hinges | {path})
    return conjunct


def _is_long(states: States) -> bool:
    """Tell whether a time is open at an end: every hour and weekday comes then."""
    return isinstance(states.values, Intervals) and any(None in span for span in states.values.spans())


def _is_all(term: Term, states: States, free: Mapping[str, Free]) -> bool:
    """Tell whether the states are all that a term of known type can have."""
    domain = free.get(term.path)
    if domain is None or domain.values is None or (domain.may_lack and not states.absent):
        return False
    try:
        return (domain.values - states.values).is_empty  # type: ignore[operator]  # of one kind, else TypeError
    except TypeError:
        return False
