"""Exact sets on an ordered line, as the cuts where membership turns: the common ground of addresses, numbers and dates."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Ordered(Protocol):
    """What can be compared with ``<``."""

    def __lt__(self, other: Any, /) -> bool: ...  # noqa: ANN401, D105 - the protocol of the language


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
        """Return the points from `low` on and before `high`; None is without end. Empty unless ``low < high``."""
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
        return self.starts_inside != bool(bisect_right(self.cuts, cut) % 2)  # type: ignore[type-var]  # Cut is ordered

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
