"""What somebody may choose, and which choices a comparison leaves: exact sets of values, a term at a time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from scanner.intervals import Intervals, Line
from scanner.netset import AddressSet
from scanner.stringset import ANY_STRING, StringSet, TooManyStates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from fractions import Fraction

    from scanner.wording import ValueSet

Kind: TypeAlias = Literal["string", "bool", "number", "whole", "time", "address", "only"]
"""What the values are. whole: numbers without fractions; only: lists whose items are all in the set."""

BOTH: Final = StringSet.literal("true", "false")
"""Every value of a bool, which is kept as its text."""


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """What a comparison speaks of: an attribute, whether a list holds `member`, or a pure function of one."""

    path: str
    member: str | None = None


@dataclass(frozen=True, slots=True)
class Free:
    """An attribute that is open, and the values it can have.

    Attributes:
        values: A `StringSet`, an `AddressSet`, numbers or, with `dates`, seconds since 1970 as `Line`; None:
            anything of any type.
        may_lack: Whether it can be absent as well.
        prefix: How all of its values begin, where that is known; ``extract()`` looks into it.
    """

    values: ValueSet | None = None
    may_lack: bool = False
    prefix: str = ""
    dates: bool = False

    @classmethod
    def under(cls, prefix: str) -> Free:
        """Return any text with this beginning."""
        return cls(StringSet.patterns([[prefix, ANY_STRING]]), prefix=prefix)


@dataclass(frozen=True, slots=True)
class States:
    """The states of a term that are left: values of one kind, and whether it may be absent."""

    kind: Kind
    values: ValueSet
    absent: bool = False

    @property
    def is_dear(self) -> bool:
        """Whether the values are texts that are not listed: sets of patterns take time to combine."""
        return (
            isinstance(self.values, StringSet) and not self.values.is_everything and self.values.words is None
        )

    @property
    def is_empty(self) -> bool:
        """Whether none is left. A list whose items are all in no set is the empty list."""
        return self.values.is_empty and not self.absent and self.kind != "only"

    def common(self, other: States) -> States | None:
        """Return the states in both; None when their kinds cannot be compared."""
        if {self.kind, other.kind} == {"string", "address"}:
            return _addressed(self, other)
        if self.kind != other.kind:
            return None
        both: ValueSet = self.values & other.values  # type: ignore[operator]  # of one kind
        if self.kind == "whole" and isinstance(both, Intervals):
            both = whole(both)
        return States(self.kind, both, self.absent and other.absent)

    def either(self, other: States) -> States | None:
        """Return the states in any of them; None when they have no common kind."""
        if self.kind != other.kind or self.kind == "only":
            return None
        return States(self.kind, self.values | other.values, self.absent or other.absent)  # type: ignore[operator]  # of one kind


def _addressed(one: States, other: States) -> States | None:
    """Compare an address written as text with blocks: only lists of texts have a meaning as addresses."""
    texts, blocks = (one, other) if one.kind == "string" else (other, one)
    if not isinstance(texts.values, StringSet) or not isinstance(blocks.values, AddressSet):
        return None
    if texts.values.is_everything:
        return replace(blocks, absent=one.absent and other.absent)
    if texts.values.words is None:
        return None
    try:
        held = [w for w in texts.values.words if w in blocks.values]
    except ValueError:
        return None
    return States("string", StringSet.literal(*held), one.absent and other.absent)


def whole(line: Line) -> Line:
    """Return the spans of a set of numbers that hold a whole one."""
    kept = []
    for low, high in line.spans():
        if low is not None and high is not None:
            first, last = -(-low[0] // 1), high[0] // 1
            first += first == low[0] and low[1] == 1  # right behind a whole number begins the next
            last -= last == high[0] and high[1] == 0
            if first > last:
                continue
        kept.append(Intervals.between(low, high))
    return Intervals.union(kept)


def nothing_like(values: ValueSet) -> ValueSet:
    """Return the empty set of the same type."""
    if isinstance(values, StringSet):
        return StringSet.empty()
    return AddressSet() if isinstance(values, AddressSet) else Intervals()


def point(value: Fraction) -> Line:
    """Return the set of one number."""
    return Intervals.between((value, 0), (value, 1))


def beside(op: str, value: Fraction) -> Line:
    """Return the numbers for which ``number op value`` holds."""
    match op:
        case "<":
            return Intervals.between(None, (value, 0))
        case "<=":
            return Intervals.between(None, (value, 1))
        case ">":
            return Intervals.between((value, 1), None)
        case ">=":
            return Intervals.between((value, 0), None)
        case "==":
            return point(value)
    return ~point(value)


@dataclass(frozen=True, slots=True)
class Conjunct:
    """States of terms that hold together, and what else it hinges on that is not decided."""

    states: Mapping[Term, States] = field(default_factory=dict)
    hinges: frozenset[str] = frozenset()
    work: int = field(default=0, compare=False)

    def and_(self, other: Conjunct) -> Conjunct | None:
        """Return both together; None when they contradict each other."""
        joined = dict(self.states)
        hinges = self.hinges | other.hinges
        work = self.work + other.work
        for term, states in other.states.items():
            mine = joined.get(term)
            if f"values of {term.path}" in hinges:
                continue  # too many to say already: no more work is spent on it
            work += mine is not None and mine.is_dear
            try:
                common = states if mine is None else mine.common(states)
            except TooManyStates:
                common = None
                work = MAX_WORK
            if common is None and work >= MAX_WORK:
                hinges |= {f"values of {term.path}"}
                continue
            if common is None:
                hinges |= {f"type of {term.path}"}
            elif common.is_empty:
                return None
            else:
                joined[term] = common
        if work >= MAX_WORK:
            hinges |= {f"values of {term.path}" for term, states in joined.items() if states.is_dear}
        return Conjunct(joined, hinges, work)


MAX_CONJUNCTS: Final = 256
MAX_WORK: Final = 32
"""Sets of patterns that are multiplied for one alternative. Google allows 12 logical operators in a condition
("Overview of IAM Conditions", limits)."""
TOO_MANY: Final = Conjunct(hinges=frozenset({"too many distinct conditions"}))

Formula: TypeAlias = "Sequence[Conjunct]"
"""Alternatives, any of which suffices: none at all is never, an empty conjunct always."""

ALWAYS: Final[Formula] = (Conjunct(),)
NEVER: Final[Formula] = ()


def any_of(formulas: Iterable[Formula]) -> Formula:
    """Return what holds when any of them does; alternatives of one and the same term become one."""
    joined: dict[Term, Conjunct] = {}
    rest: list[Conjunct] = []
    for conjunct in (c for formula in formulas for c in formula):
        if not conjunct.states and not conjunct.hinges:
            return ALWAYS
        term = next(iter(conjunct.states)) if len(conjunct.states) == 1 and not conjunct.hinges else None
        union = None if term is None else _union(joined.get(term), conjunct, term)
        if term is not None and union is not None:
            joined[term] = union
        elif conjunct not in rest:
            rest.append(conjunct)
    found = (*joined.values(), *rest)
    return found if len(found) <= MAX_CONJUNCTS else (TOO_MANY,)


def _union(one: Conjunct | None, other: Conjunct, term: Term) -> Conjunct | None:
    """Return two alternatives of one term as one; None when that cannot be, or would take too long."""
    if one is None:
        return other
    states = other.states[term]
    work = max(one.work, other.work) + states.is_dear
    if work >= MAX_WORK:
        return None
    try:
        union = one.states[term].either(states)
    except TooManyStates:
        return None
    return None if union is None else Conjunct({term: union}, work=work)


def all_of(formulas: Iterable[Formula]) -> Formula:
    """Return what holds when all of them do."""
    found: Formula = ALWAYS
    for formula in formulas:
        if not formula:
            return NEVER
        if found == (TOO_MANY,):
            continue
        found = any_of(
            [[both for one in found for other in formula if (both := one.and_(other)) is not None]]
        )
    return found
