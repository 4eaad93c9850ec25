"""What is left of a condition once everything known is put in: the alternatives that would meet it.

Each alternative is a conjunction of clauses, each about one attribute. A clause has the exact set of values
that meet it, where there is one; else only its text.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import product
from typing import TYPE_CHECKING, Final, TypeAlias

from scanner.providers.azure.abac.compare import OPERATORS, Doubt, values_of
from scanner.providers.azure.abac.decide import Unsettled, decide
from scanner.providers.azure.abac.tree import (
    SUB_OPERATION,
    AllOf,
    AnyOf,
    Attribute,
    Comparison,
    Exists,
    Node,
    Not,
    SubOperationMatches,
)
from scanner.stringset import StringSet, TooManyStates
from scanner.wording import Hints, ValueSet, common

if TYPE_CHECKING:
    from scanner.providers.azure.abac.compare import Operator
    from scanner.providers.azure.abac.decide import Request
    from scanner.providers.azure.abac.tree import Value

MAX_ALTERNATIVES: Final = 64
_MOST_JOINS: Final = 4_096


@dataclass(frozen=True, slots=True)
class Clause:
    """What one attribute, or several, must be.

    `values` are those that meet it, and `absent` tells whether its absence does; `values` is None where they
    make no set (several attributes, several values, an unknown operator), and `text` says it then. `hints`
    are what the set was built from; `spelt` are texts that it holds, or lacks, in any letter case and nothing
    else, where it was built so.
    """

    attributes: tuple[Attribute, ...]
    text: str
    values: ValueSet | None = None
    absent: bool = False
    hints: Hints = field(default=Hints(), compare=False)
    spelt: tuple[str, ...] = field(default=(), compare=False)


Conjunction: TypeAlias = tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Residual:
    """Alternatives, any one of which meets the condition, sorted by text.

    One without clauses: it is met. No alternative: it cannot be met. Where it is not documented what Azure
    says of an absent attribute, the absence is taken to meet a clause.
    """

    alternatives: tuple[Conjunction, ...]

    @property
    def is_simple(self) -> bool:
        """Whether every clause has its set of values."""
        return all(clause.values is not None for clauses in self.alternatives for clause in clauses)


def residual(node: Node, request: Request) -> Residual:
    """Return what is left of a condition for a request.

    A condition with more than `MAX_ALTERNATIVES` is one clause without a set.
    """
    answer = decide(node, request)
    if not isinstance(answer, Unsettled):
        return Residual(((),) if answer else ())
    try:
        found = _Search(request).ways(node, wanted=True)
    except (_TooManyError, TooManyStates):
        return Residual(((Clause(answer.hinges, "a condition with too many alternatives to list"),),))
    return Residual(tuple(sorted(set(found), key=lambda clauses: [clause.text for clause in clauses])))


class _TooManyError(Exception):
    pass


class _Search:
    def __init__(self, request: Request) -> None:
        self._request = request
        self._joins = 0

    def ways(self, node: Node, *, wanted: bool) -> list[Conjunction]:
        """Return the ways to make a node true, or false."""
        answer = decide(node, self._request)
        if not isinstance(answer, Unsettled):
            return [()] if answer == wanted else []
        match node:
            case Not(part):
                return self.ways(part, wanted=not wanted)
            case AllOf(parts) | AnyOf(parts):
                each = [self.ways(part, wanted=wanted) for part in parts]
                if isinstance(node, AllOf) == wanted:
                    return reduce(self._conjoined, each)
                return self._bounded([clauses for found in each for clauses in found])
        return [(_clause(node, answer, wanted=wanted, request=self._request),)]

    def _conjoined(self, one: list[Conjunction], other: list[Conjunction]) -> list[Conjunction]:
        self._joins += len(one) * len(other)
        if self._joins > _MOST_JOINS:
            raise _TooManyError
        joined = [_joined((*left, *right)) for left, right in product(one, other)]
        return self._bounded([clauses for clauses in joined if clauses is not None])

    @staticmethod
    def _bounded(found: list[Conjunction]) -> list[Conjunction]:
        if len(found) > MAX_ALTERNATIVES:
            raise _TooManyError
        return found


def _joined(clauses: Conjunction) -> Conjunction | None:
    """Join the clauses about one attribute; None when no value meets them all."""
    found: list[Clause] = []
    by_attribute: dict[tuple[Attribute, ...], list[Clause]] = {}
    for clause in dict.fromkeys(clauses):
        if clause.values is None:
            found.append(clause)
        else:
            by_attribute.setdefault(clause.attributes, []).append(clause)
    for same in by_attribute.values():
        joined = _common(same)
        if joined is None:
            return None
        found += joined
    return tuple(sorted(found, key=lambda clause: (clause.attributes, clause.text)))


def _common(clauses: list[Clause]) -> list[Clause] | None:
    if len(clauses) == 1:
        return clauses
    sets = [clause.values for clause in clauses if clause.values is not None]
    if len({type(values) for values in sets}) > 1:
        return clauses  # a text and a number: said side by side
    values = reduce(common, sets)
    absent = all(clause.absent for clause in clauses)
    if values.is_empty and not absent:
        return None
    text = " AND ".join(sorted({clause.text for clause in clauses}))
    globs = tuple(glob for clause in clauses for glob in clause.hints.globs)
    folded = tuple(word for clause in clauses for word in clause.hints.folded)
    return [Clause(clauses[0].attributes, text, values, absent, Hints(globs, folded))]


def _clause(node: Node, answer: Unsettled, *, wanted: bool, request: Request) -> Clause:
    """Return what a leaf that is not settled demands."""
    match node:
        case Exists(attribute):
            text = f"Exists {attribute}"
            everything = StringSet.everything()
            found = Clause((attribute,), text, everything if wanted else ~everything, absent=not wanted)
        case SubOperationMatches(patterns):
            text = f"SubOperationMatches{{{', '.join(patterns)}}}"
            if any("*" in pattern for pattern in patterns):
                found = Clause((SUB_OPERATION,), text)
            else:
                spelt = StringSet.patterns([[pattern] for pattern in patterns], ignore_case=True)
                values = spelt if wanted else ~spelt
                found = Clause((SUB_OPERATION,), text, values, not wanted, Hints(folded=patterns))
        case Comparison():
            found = _compared(node, wanted=wanted, request=request) or Clause(answer.hinges, node.text)
        case _:
            found = Clause(answer.hinges, type(node).__name__)
    reasons = f" ({'; '.join(answer.reasons)})" if answer.reasons else ""
    text = f"{found.text if wanted else f'NOT ({found.text})'}{reasons}"
    return replace(found, text=text)


def _compared(node: Comparison, *, wanted: bool, request: Request) -> Clause | None:
    """Return what a comparison of one attribute that has one value with given values demands.

    None for any other comparison.
    """
    operator = OPERATORS.get(node.operator.lower())
    quantifier = node.quantifier.lower()
    attribute = node.left
    if operator is None or not isinstance(attribute, Attribute) or isinstance(node.right, Attribute):
        return None
    if attribute.may_be_many or request.knows(attribute):
        return None
    try:
        each: list[ValueSet] = [values_of(operator, value) for value in node.right]
    except Doubt:
        return None
    if operator.is_negated:
        each = [~values for values in each]
    if len(each) > 1 and not quantifier.endswith(("ofanyvalues", "ofallvalues")):
        return None
    found = _folded(each, all_=quantifier.endswith("ofallvalues"))
    unsaid = not wanted or operator.is_negated or quantifier.startswith("forall")
    absent = unsaid and attribute.may_be_absent
    values = found if wanted else ~found
    spelt = {v.text.lower() for v in node.right if operator.ignores_case and operator.verb == "equals"}
    one_list = len(each) == 1 or operator.is_negated == quantifier.endswith("ofallvalues")
    hints = _hints(operator, node.right)
    return Clause((attribute,), node.text, values, absent, hints, tuple(sorted(spelt)) if one_list else ())


def _hints(operator: Operator, values: tuple[Value, ...]) -> Hints:
    folded = tuple(value.text for value in values if operator.ignores_case)
    return Hints(tuple(value.tokens for value in values if operator.verb == "like"), folded)


def _folded(each: list[ValueSet], *, all_: bool) -> ValueSet:
    if all_:
        return reduce(common, each)
    return ~reduce(common, [~values for values in each])
