"""How many other ways there are: a bounded enumeration of the paths from one way in to one asset."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scanner.model import CERTAINTIES
from scanner.paths.marks import FIRST, LAST, Marks
from scanner.paths.query import MAX_ALTERNATIVES, MAX_STEPS, MAX_STEPS_IN_ALL, Query
from scanner.paths.ways import HERE, Entry, Rank, Ways

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.paths.carry import Carrier


@dataclass(slots=True)
class Counted:
    """Paths of one entry and asset that pass no node twice, easiest first.

    `bounded` when there may be more; `contradictions` counts continuations that no caller can take.
    """

    ranks: list[Rank] = field(default_factory=list)
    bounded: bool = False
    contradictions: int = 0


@dataclass(frozen=True, slots=True)
class _Walked:
    """A beginning of a path, at `node`."""

    node: int
    hops: tuple[int, ...]
    visited: frozenset[int]
    met: int = 0
    possible: int = 0
    blocked: int = 0
    held: int = 0
    demand: int = 0


class Counter:
    """Counts alternatives of one query until its budget of steps is spent."""

    def __init__(self, marks: Marks, query: Query, carrier: Carrier) -> None:
        self._marks = marks
        self._query = query
        self._carrier = carrier
        self._left = MAX_STEPS_IN_ALL

    def count(self, entry: Entry, ways: Ways) -> Counted:
        """Return the paths of `entry` to the asset of `ways`."""
        counted = Counted()
        source, kind, target = entry
        begin = _Walked(source, (), frozenset((source,)))
        budget = before = min(MAX_STEPS, self._left)
        for step in self._walk(begin, ways, counted, (kind, target)):
            budget -= 1
            if step is not None:
                counted.ranks.append(step)
            if len(counted.ranks) > MAX_ALTERNATIVES or budget <= 0:
                counted.bounded = True
                break
        self._left -= before - budget
        counted.ranks.sort()
        return counted

    def _walk(
        self, at: _Walked, ways: Ways, counted: Counted, entry: tuple[str, int] | None = None
    ) -> Iterator[Rank | None]:
        """Yield once a hop tried: a path when the hop ends one, else None. `entry` limits the first hop."""
        links = self._marks.links
        for place in ways.lasts_from.get(at.node, ()):
            h = ways.lasts[place]
            if entry is None or entry == (links.hops[h].type, HERE):
                ended = self._take(at, h, place, LAST, counted)
                yield self._rank(ended) if ended else None
        for h in links.out_of[at.node]:
            end = links.ends[h]
            if entry is not None and entry != (links.hops[h].type, end):
                continue
            if (
                end in at.visited
                or len(at.hops) + 1 + ways.nearest.get(end, self._query.hops) > self._query.hops
            ):
                continue
            further = self._take(at, h, h, 0, counted)
            yield None
            if further is not None:
                yield from self._walk(further, ways, counted)

    def _take(self, at: _Walked, h: int, number: int, last: int, counted: Counted) -> _Walked | None:
        marks = self._marks
        mark = marks.hop(h)
        if mark is None or (mark.blocked and at.blocked):
            return None
        first = 0 if at.hops else FIRST
        bits = mark.bits & marks.allowed[first | last]
        if at.hops:  # the node between is a principal of the path: its first, its last, or both
            bits |= marks.node(at.node) & marks.allowed[(FIRST if len(at.hops) == 1 else 0) | last]
        if bits & marks.avoid:
            return None
        demand = self._carrier.join(mark.demand, at.demand)
        if demand is None:
            counted.contradictions += 1
            return None
        end = marks.links.ends[h]
        return _Walked(
            node=end,
            hops=(*at.hops, number),
            visited=at.visited | {end},
            met=at.met | bits & marks.through,
            possible=at.possible | mark.possible,
            blocked=at.blocked | mark.blocked,
            held=at.held + mark.held,
            demand=self._carrier.after(marks.links.hops[h], demand),
        )

    def _rank(self, ended: _Walked) -> Rank | None:
        certainty = 2 if ended.blocked else ended.possible
        if ended.met != self._marks.through or CERTAINTIES[certainty] not in self._query.certainty:
            return None
        return len(ended.hops), certainty, ended.held, ended.hops
