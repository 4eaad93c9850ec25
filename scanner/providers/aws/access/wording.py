"""Sets of values in the words of guards: which operators and values stand for exactly these values, and one of them.

A *wording* is a list of alternatives, each a list of ``(op, values)`` that hold together. Equal sets get equal wordings.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from scanner.globs import pieces_of
from scanner.intervals import Intervals
from scanner.netset import AddressSet
from scanner.providers.aws.access.operators import show_date, show_number
from scanner.stringset import StringSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.providers.aws.access.formula import Line, LinePoint, ValueSet

Clause: TypeAlias = tuple[str, tuple[str, ...]]
Wording: TypeAlias = list[list[Clause]]


def wording_of(values: ValueSet, *, dates: bool = False) -> Wording | None:
    """Return how the set reads; None when it does not read as guards."""
    if isinstance(values, AddressSet):
        return [[("cidr", values.cidrs())]]
    if isinstance(values, StringSet):
        pieces = pieces_of(values)
        if pieces is None:
            return None
        return [_piece_clauses(piece.like, piece.unlike, exact=piece.exact) for piece in pieces]
    return _line_wording(values, dates=dates)


def barring(values: ValueSet) -> Clause | None:
    """Return the one clause that bars exactly these values and lets an absent key through, if there is one."""
    if isinstance(values, AddressSet):
        return "not-cidr", values.cidrs()
    wording = wording_of(values)
    if wording is None or len(wording) != 1 or len(wording[0]) != 1:
        return None
    op, texts = wording[0][0]
    return (f"not-{op}", texts) if op in {"in", "like"} else None


def size_of(wording: Wording) -> int:
    """Return how many values the wording lists: the shorter of two wordings is shown."""
    return sum(len(values) or 1 for clauses in wording for _, values in clauses)


def sample_of(values: ValueSet, *, dates: bool = False) -> str:
    """Return one value of a set that is not empty."""
    if isinstance(values, AddressSet | StringSet):
        return values.witness() or ""
    number = _inside(values)
    return show_date(number) if dates else show_number(number)


def _piece_clauses(like: Iterable[str], unlike: tuple[str, ...], *, exact: bool) -> list[Clause]:
    listed = tuple(like)
    clauses: list[Clause] = []
    if exact:
        clauses.append(("in", listed))
    elif listed != ("*",):
        clauses.append(("like", listed))
    if unlike:
        plain = not any(set(text) & set("*?") for text in unlike)
        clauses.append(("not-in" if plain else "not-like", unlike))
    return clauses or [("present", ())]


def _line_wording(line: Line, *, dates: bool) -> Wording:
    show = show_date if dates else show_number
    points: list[str] = []
    ranges: Wording = []
    for low, high in line.spans():
        if low is not None and high is not None and low[0] == high[0]:
            points.append(show(low[0]))
            continue
        ranges.append(_range(low, high, dates=dates))
    return ([[("in", tuple(points))]] if points else []) + ranges


def _range(low: LinePoint | None, high: LinePoint | None, *, dates: bool) -> list[Clause]:
    """Return a span as a range with both ends included; dates are whole seconds, numbers bar an open end."""
    show = show_date if dates else show_number
    first, last = (None if low is None else low[0]), (None if high is None else high[0])
    if dates:
        first = first if low is None else Fraction(-(-low[0].numerator // low[0].denominator))
        last = last if high is None else Fraction(high[0].numerator // high[0].denominator)
        if low is not None and low[1] and first == low[0]:
            first = low[0] + 1
        if high is not None and not high[1] and last == high[0]:
            last = high[0] - 1
        if first is None or last is None or first <= last:
            return [("range", (_span(first, last, dates=True),))]
        first, last = (None if low is None else low[0]), (None if high is None else high[0])
    barred = [show(low[0])] if low is not None and low[1] else []
    barred += [show(high[0])] if high is not None and not high[1] else []
    clauses: list[Clause] = [("range", (_span(first, last, dates=dates),))]
    return [*clauses, ("not-in", tuple(sorted(barred)))] if barred else clauses


def _span(first: Fraction | None, last: Fraction | None, *, dates: bool) -> str:
    show = show_date if dates else show_number
    return f"{'' if first is None else show(first)}..{'' if last is None else show(last)}"


def _inside(line: Line) -> Fraction:
    low, high = next(Intervals.spans(line))
    if low is None:
        return Fraction(0) if high is None else high[0] - (0 if high[1] else 1)
    if not low[1]:
        return low[0]
    if high is None:
        return low[0] + 1
    return high[0] if high[1] else (low[0] + high[0]) / 2
