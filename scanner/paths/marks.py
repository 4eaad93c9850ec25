"""What a query sees in each hop and node of a graph, worked out once each and kept as integers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.graph import Graph
    from scanner.paths.carry import Carrier
    from scanner.paths.query import Query, Step

FIRST, LAST = 1, 2


class Mark(NamedTuple):
    """One hop as a query sees it.

    `bits` are the steps it meets wherever it stands: those of `through` first, then those of `avoid`.
    `demand` is the carrier's number for what it demands of the caller. `held` counts guards that someone
    else than the caller holds.
    """

    start: int
    bits: int
    possible: int
    blocked: int
    held: int
    demand: int


class Marks:
    """The graph of one query: which hops may be taken, from where, and what they meet.

    `starts` are the nodes where paths may start, `ends` the assets they may lead to, ascending. `distance`
    has for each node that can be reached the least number of hops to it, whatever they demand; sources are
    never passed through.
    """

    def __init__(self, graph: Graph, query: Query, carrier: Carrier) -> None:
        self.links = graph.links
        self._query = query
        self._carrier = carrier
        self._principal = graph.principal
        self._steps = (*query.through, *query.avoid)
        self.through = (1 << len(query.through)) - 1
        self.avoid = ((1 << len(self._steps)) - 1) & ~self.through
        self.allowed = [self._allowed_at(position) for position in (0, FIRST, LAST, FIRST | LAST)]
        numbers = graph.numbers
        self.sources = frozenset(numbers[name] for name in graph.sources)
        self.starts = frozenset(
            numbers[name] for name, source in graph.sources.items() if query.source(source)
        )
        self.ends = [numbers[name] for name, asset in graph.assets.items() if query.asset(asset)]
        self._marks: dict[int, Mark | None] = {}
        self._node_bits: dict[int, int] = {}
        self.distance = self._distances()

    def hop(self, h: int) -> Mark | None:
        """Return how the query sees hop `h`, None when no path of it takes that hop."""
        if h not in self._marks:
            self._marks[h] = self._mark(h)
        return self._marks[h]

    def last(self, h: int) -> Mark | None:
        """The same for a last hop, which must yield a wanted gain."""
        return self.hop(h) if self._query.gains.intersection(self.links.hops[h].gains) else None

    def node(self, n: int) -> int:
        """Return the steps that the principal at node `n` meets, wherever it stands."""
        if n not in self._node_bits:
            principal = self._principal(self.links.names[n])
            self._node_bits[n] = (
                0
                if principal is None
                else _bits(s.principal is not None and s.principal(principal) for s in self._steps)
            )
        return self._node_bits[n]

    def _mark(self, h: int) -> Mark | None:
        hop = self.links.hops[h]
        wanted = self._query.certainty
        if hop.certainty == "blocked" and "blocked" not in wanted:
            return None
        if hop.certainty == "possible" and wanted == {"proven"}:
            return None
        bits = _bits(s.hop is not None and s.hop(hop) for s in self._steps)
        demand = self._carrier.own(hop)
        if demand is None or bits & self.avoid & self.allowed[0]:
            return None
        return Mark(
            start=self.links.starts[h],
            bits=bits,
            possible=int(hop.certainty == "possible"),
            blocked=int(hop.certainty == "blocked"),
            held=sum(guard.held_by in {"issuer", "ours"} for guard in hop.guards),
            demand=demand,
        )

    def _allowed_at(self, position: int) -> int:
        """The steps that count for a hop or principal at a position; 0 is the middle."""
        return _bits(_counts(step, position) for step in self._steps)

    def _distances(self) -> dict[int, int]:
        distance = dict.fromkeys(sorted(self.starts), 0)
        waiting = list(distance)
        for n in waiting:
            for h in self.links.out_of[n]:
                end = self.links.ends[h]
                if end not in distance and end not in self.sources and self.hop(h) is not None:
                    distance[end] = distance[n] + 1
                    waiting.append(end)
        return distance


def _counts(step: Step, position: int) -> bool:
    first = "first" in step.at and position & FIRST
    last = "last" in step.at and position & LAST
    return not step.at or bool(first or last)


def _bits(flags: Iterable[bool]) -> int:
    """The number whose bit i is the i-th flag."""
    return sum(1 << i for i, flag in enumerate(flags) if flag)
