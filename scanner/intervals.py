"""Exact sets on an ordered line, as the cuts where membership turns.

The common ground of addresses, numbers and dates.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Ordered(Protocol):
    """What can be compared with ``<``."""

    def __lt__(self, other: Any, /) -> bool: ...  # noqa: ANN401 - the protocol of the language


Cut = TypeVar("Cut", bound=Ordered)


@dataclass(frozen=True, slots=True)
class Intervals(Generic[Cut]):
    """The points between cuts. A cut lies *before* the points that are not less than it.

    Attributes:
        starts_inside: Whether points before the first cut are in the set.
        cuts: Strictly rising; membership turns at each.
    """

    starts_inside: bool = False
    cuts: tuple[Cut, ...] = ()

    @classmethod
    def between(cls, low: Cut | None, high: Cut | None) -> Intervals[Cut]:
        """Return the points from `low` on and before `high`; None is without end.

        Empty unless ``low < high``.
        """
        if low is not None and high is not None and not low < high:
            return cls()
        return cls(low is None, tuple(c for c in (low, high) if c is not None))

    @classmethod
    def union(cls, parts: Iterable[Intervals[Cut]]) -> Intervals[Cut]:
        """Return the points of any part, in ``n log n`` over all cuts."""
        parts = list(parts)
        depth = sum(p.starts_inside for p in parts)
        turns: dict[Cut, int] = {}
        for part in parts:
            step = -1 if part.starts_inside else 1
            for cut in part.cuts:
                turns[cut] = turns.get(cut, 0) + step
                step = -step
        inside = starts = depth > 0
        cuts = []
        for cut in sorted(turns):
            depth += turns[cut]
            if (depth > 0) != inside:
                inside = depth > 0
                cuts.append(cut)
        return cls(starts, tuple(cuts))

    def __or__(self, other: Intervals[Cut]) -> Intervals[Cut]:
        return Intervals.union((self, other))

    def __invert__(self) -> Intervals[Cut]:
        return Intervals(not self.starts_inside, self.cuts)

    def __and__(self, other: Intervals[Cut]) -> Intervals[Cut]:
        return ~(~self | ~other)

    def __sub__(self, other: Intervals[Cut]) -> Intervals[Cut]:
        return ~(~self | other)

    def holds(self, cut: Cut) -> bool:
        """Tell whether the points right after `cut` are in the set."""
        return self.starts_inside != bool(bisect_right(self.cuts, cut) % 2)

    @property
    def is_empty(self) -> bool:
        """Whether no point is in it."""
        return not self.starts_inside and not self.cuts

    def spans(self) -> Iterator[tuple[Cut | None, Cut | None]]:
        """Yield the maximal ``(low, high)`` pieces in order; None is without end."""
        edges: list[Cut | None] = [None, *self.cuts] if self.starts_inside else [*self.cuts]
        if len(edges) % 2:
            edges.append(None)
        yield from zip(edges[::2], edges[1::2], strict=True)


LinePoint: TypeAlias = tuple[Fraction, int]
"""A cut of the number line: ``(v, 0)`` right before v, ``(v, 1)`` right after it."""

Line: TypeAlias = Intervals[LinePoint]
"""A set of numbers; dates are seconds since 1970."""

_NUMBER: Final = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,3})?")
_DATE: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?)?)?"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def read_number(text: str) -> Fraction | None:
    """Return a decimal number exactly, or None when the text is none."""
    return Fraction(text.strip()) if _NUMBER.fullmatch(text.strip()) else None


def read_date(text: str) -> Fraction | None:
    """Return an ISO 8601 date (UTC unless it has a zone) or epoch seconds as seconds since 1970."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return read_number(text)
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        at = datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            tzinfo=UTC,
        )
    except ValueError:
        return None
    seconds = round((at - _EPOCH).total_seconds())
    if zone and zone != "Z":
        shift = int(zone[1:3]) * 3600 + int(zone[-2:]) * 60
        seconds -= shift if zone[0] == "+" else -shift
    return Fraction(seconds) + Fraction(int(fraction or 0), 10 ** len(fraction or ""))


def show_number(value: Fraction) -> str:
    """Return the shortest decimal text of a number that has one."""
    if value.denominator == 1:
        return str(value.numerator)
    digits = 0
    while value.denominator != 1 and digits < 60:
        value *= 10
        digits += 1
    sign = "-" if value < 0 else ""
    text = str(abs(value.numerator) // value.denominator).rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}"


def show_date(value: Fraction) -> str:
    """Return an ISO 8601 date, or epoch seconds where the calendar ends."""
    whole = value.numerator // value.denominator
    try:
        at = _EPOCH + timedelta(seconds=whole)
    except OverflowError:
        return show_number(value)
    rest = show_number(value - whole)[1:] if value != whole else ""
    return f"{at.replace(tzinfo=None).isoformat()}{rest}Z"
