"""What a decision hinges on: truth values, tests of open context keys, and what could not be read.

A `Formula` is a bool as soon as it is settled. The rest is built from four leaves: `Test` (some value of
the key is in a set), `Present`, `Tie` (two open keys compared through a policy variable) and `Unreadable`
(a document, or a place in one, that would decide).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from scanner.wording import Hints

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.aws.access.patterns import Pattern, Template
    from scanner.wording import ValueSet


@dataclass(frozen=True, slots=True)
class Test:
    """True when the key is present and one of its values is in the set."""

    key: str
    values: ValueSet
    of_many: bool = False  # asked with ForAllValues or ForAnyValue
    of_booleans: bool = False
    of_dates: bool = False
    hints: Hints = field(default=Hints(), compare=False)  # what the set was built from


@dataclass(frozen=True, slots=True)
class Present:
    """True when the key is present."""

    key: str


@dataclass(frozen=True, slots=True)
class Tie:
    """True when the key's value matches the template, whose variables are open keys.

    `within` is a pattern that the key's values match anyhow.
    """

    key: str
    template: Template
    is_arn: bool = False
    ignore_case: bool = False
    within: Pattern | None = field(default=None, compare=False)


class Expression(str):
    """The text of an open part of code, as the place that would say: no policy's name is put before it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Could be true or false; `place` names what would say."""

    place: str


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    part: Formula


@dataclass(frozen=True, slots=True)
class All:
    """Conjunction of two or more."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Disjunction of two or more."""

    parts: tuple[Formula, ...]


Leaf: TypeAlias = Test | Present | Tie | Unreadable
Formula: TypeAlias = bool | Leaf | Not | All | Any


def negation(part: Formula) -> Formula:
    """Return the formula that is true when `part` is not."""
    if isinstance(part, bool):
        return not part
    return part.part if isinstance(part, Not) else Not(part)


def all_of(parts: Iterable[Formula]) -> Formula:
    """Return the conjunction; settled as soon as one part is False."""
    kept: dict[Formula, None] = {}
    for part in parts:
        if part is False:
            return False
        if part is not True:
            kept.update(dict.fromkeys(part.parts) if isinstance(part, All) else {part: None})
    return _joined(tuple(kept), All, empty=True)


def any_of(parts: Iterable[Formula]) -> Formula:
    """Return the disjunction; settled as soon as one part is True."""
    kept: dict[Formula, None] = {}
    for part in parts:
        if part is True:
            return True
        if part is not False:
            kept.update(dict.fromkeys(part.parts) if isinstance(part, Any) else {part: None})
    return _joined(tuple(kept), Any, empty=False)


def _joined(parts: tuple[Formula, ...], node: type[All | Any], *, empty: bool) -> Formula:
    if not parts:
        return empty
    return parts[0] if len(parts) == 1 else node(parts)


def leaves(formula: Formula) -> Iterator[Leaf]:
    """Yield every leaf, in order, as often as it stands there."""
    pending = [formula]
    while pending:
        part = pending.pop()
        if isinstance(part, Not):
            pending.append(part.part)
        elif isinstance(part, All | Any):
            pending.extend(reversed(part.parts))
        elif not isinstance(part, bool):
            yield part


def bounded(
    formula: Formula, *, best: bool, worst: frozenset[str] | None = None, positive: bool = True
) -> Formula:
    """Return the formula with every unreadable part taken for the best (or worst) for the whole to be true.

    Args:
        formula: What to bound.
        best: Which bound.
        worst: Places that are taken the other way round.
        positive: Whether truth of this part helps the whole.
    """
    if isinstance(formula, Unreadable):
        hopeful = best != (worst is not None and formula.place in worst)
        return hopeful == positive
    if isinstance(formula, Not):
        return negation(bounded(formula.part, best=best, worst=worst, positive=not positive))
    if isinstance(formula, All):
        return all_of(bounded(p, best=best, worst=worst, positive=positive) for p in formula.parts)
    if isinstance(formula, Any):
        return any_of(bounded(p, best=best, worst=worst, positive=positive) for p in formula.parts)
    return formula
