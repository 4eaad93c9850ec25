"""One backward walk: the best path from every source and way in to assets that are reached alike.

Level by level, so that fewer hops win, over states of what the rest of the way has met and demands of the
caller. A state is left out when an earlier level had one that can go on at least as freely: INVARIANT:
whatever way leads to the later state leads to the earlier one too, and makes a shorter path there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from scanner.model import CERTAINTIES
from scanner.paths.marks import FIRST, LAST, Mark, Marks
from scanner.paths.query import MAX_STATES, Query
from scanner.paths.ways import HERE, Ways

if TYPE_CHECKING:
    from scanner.paths.carry import Carrier

_NOWHERE: frozenset[int] = frozenset()
_ANY_WAY: list[frozenset[int]] = [_NOWHERE]


class _State(NamedTuple):
    """What the rest of the way from `node` is like; `visited` is empty unless paths must be simple."""

    node: int
    met: int
    possible: int
    blocked: int
    demand: int
    visited: frozenset[int] = _NOWHERE


_Level: TypeAlias = "dict[_State, tuple[int, tuple[int, ...]]]"  # guards that others hold, hops


class Walk:
    """A walk from the assets `ends`, whose last hops are `lasts`, towards the query's sources."""

    def __init__(
        self, marks: Marks, query: Query, carrier: Carrier, ends: frozenset[int], lasts: tuple[int, ...]
    ) -> None:
        self._marks = marks
        self._query = query
        self._carrier = carrier
        self._ends = ends
        self._ways = Ways.of(lasts, marks)
        self._max = query.hops
        self._simple = query.simple
        self._exact = (
            "proven" not in query.certainty
        )  # then a surer way may not count where a weaker one does
        self._seen: dict[tuple[int, int, int, int, int], list[frozenset[int]]] = {}
        self._far: set[int] = set()

    def run(self, states_left: int) -> Ways:
        """Walk to the end, or until a bound on states is met: the query's for one asset, or `states_left`."""
        ways = self._ways
        bound = min(states_left, max(MAX_STATES, 2 * len(self._marks.distance)))
        level: _Level = {}
        for place, h in enumerate(ways.lasts):
            self._begin(place, h, level)
        length = 1
        while level:
            ways.states += len(level)
            if ways.states > bound:
                ways.stopped = True
                break
            fresh: _Level = {}
            self._remember(level, length)
            for state, (held, hops) in level.items():
                self._extend(state, held, hops, length, fresh)
            level = fresh
            length += 1
        ways.longer = not self._far <= ways.nearest.keys()
        return ways

    def _begin(self, place: int, h: int, level: _Level) -> None:
        mark = self._marks.hop(h)
        if mark is None:
            return
        first = FIRST if mark.start in self._marks.starts else 0
        bits = mark.bits & self._marks.allowed[first | LAST]
        if bits & self._marks.avoid or not (first or self._leads_on(mark.start, 1)):
            return
        visited = frozenset((mark.start,)) if self._simple else _NOWHERE
        met = bits & self._marks.through
        state = _State(mark.start, met, mark.possible, mark.blocked, mark.demand, visited)
        if first:
            self._finish(state, (mark.start, self._marks.links.hops[h].type, HERE), mark.held, (place,))
        else:
            _put(level, state, mark.held, (place,))

    def _extend(self, state: _State, held: int, hops: tuple[int, ...], length: int, level: _Level) -> None:
        """Put every hop into the state's node before it."""
        marks = self._marks
        node_bits = marks.node(state.node)
        last = LAST if length == 1 else 0
        for h in marks.links.into[state.node]:
            mark = marks.hop(h)
            if mark is None or (mark.blocked and state.blocked):
                continue
            first = FIRST if mark.start in marks.starts else 0
            if not first and (mark.start in state.visited or not self._leads_on(mark.start, length + 1)):
                continue
            bits = mark.bits & marks.allowed[first] | node_bits & marks.allowed[first | last]
            if bits & marks.avoid:
                continue
            demand = self._joined(h, mark, state.demand)
            if demand is None:
                continue
            before = _State(
                mark.start,
                state.met | bits & marks.through,
                state.possible | mark.possible,
                state.blocked | mark.blocked,
                demand,
                state.visited | {mark.start} if self._simple else _NOWHERE,
            )
            if first:
                entry = (mark.start, marks.links.hops[h].type, state.node)
                self._finish(before, entry, held + mark.held, (h, *hops))
            elif not self._is_covered(before):
                _put(level, before, held + mark.held, (h, *hops))

    def _joined(self, h: int, mark: Mark, demand: int) -> int | None:
        if demand:
            demand = self._carrier.after(self._marks.links.hops[h], demand)
        return self._carrier.join(mark.demand, demand)

    def _leads_on(self, node: int, length: int) -> bool:
        """Tell whether a path may pass `node` with `length` hops behind it."""
        distance = self._marks.distance.get(node)
        if distance is None or node in self._ends:
            return False
        if length + distance > self._max:
            self._far.add(node)
            return False
        return True

    def _finish(self, state: _State, entry: tuple[int, str, int], held: int, hops: tuple[int, ...]) -> None:
        certainty = 2 if state.blocked else state.possible
        if state.met != self._marks.through or CERTAINTIES[certainty] not in self._query.certainty:
            return
        rank = (len(hops), certainty, held, hops)
        best = self._ways.best.get(entry)
        if best is None or rank < best:
            self._ways.best[entry] = rank

    def _remember(self, level: _Level, length: int) -> None:
        """From here on a level's states stand for later ones."""
        nearest, seen = self._ways.nearest, self._seen
        for node, met, possible, blocked, demand, visited in level:
            nearest.setdefault(node, length)
            key = (node, met, possible, blocked, demand)
            if self._simple:
                seen.setdefault(key, []).append(visited)
            else:
                seen[key] = _ANY_WAY

    def _is_covered(self, state: _State) -> bool:
        node, met, possible, blocked, demand, visited = state
        for other in (0, demand) if demand else (0,):
            for sure in (possible,) if self._exact or not possible else (0, 1):
                earlier = self._seen.get((node, met, sure, blocked, other))
                if earlier and (earlier is _ANY_WAY or any(way <= visited for way in earlier)):
                    return True
        return False


def _put(level: _Level, state: _State, held: int, hops: tuple[int, ...]) -> None:
    value = (held, hops)
    if state not in level or value < level[state]:
        level[state] = value
