"""The witnesses: for each source, way in and asset the shortest path, among those the easiest to check.

Assets that are reached alike from the same nodes are walked to once. Cost: one visit a state; without
demands on the way or on the caller that is one a node, so near the number of hops between the sources and
each group of assets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner import verdict
from scanner.model import GAINS, Path
from scanner.paths.alternatives import Counted, Counter
from scanner.paths.carry import Carrier, Conjoin
from scanner.paths.marks import Marks
from scanner.paths.query import MAX_HOPS, MAX_STATES_IN_ALL, Found, Query
from scanner.paths.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.graph import Graph
    from scanner.model import Hop
    from scanner.paths.ways import Entry, Rank, Ways


def find_paths(graph: Graph, query: Query, conjoin: Conjoin = verdict.conjoin) -> Found:
    """Return a witness for each source, way in and asset, with the number of other ways.

    Args:
        graph: The hops.
        query: What to look for.
        conjoin: Conjunction of guards.
    """
    return _Finder(graph, query, conjoin).find()


class _Finder:
    """One query over one graph."""

    def __init__(self, graph: Graph, query: Query, conjoin: Conjoin) -> None:
        self._graph = graph
        self._query = query
        self._carrier = Carrier(conjoin)
        self._marks = Marks(graph, query, self._carrier)
        self._counter = Counter(self._marks, query, self._carrier)
        self._stopped: list[str] = []
        self._longer: list[str] = []
        self._undecided: list[str] = []

    def find(self) -> Found:
        states = MAX_STATES_IN_ALL
        paths: list[Path] = []
        for ends, lasts in self._groups().values():
            walk = Walk(self._marks, self._query, self._carrier, frozenset(ends), lasts[0])
            ways = walk.run(states)
            states -= ways.states
            names = [self._marks.links.names[end] for end in ends]
            self._stopped += names if ways.stopped else ()
            self._longer += names if ways.longer and self._query.max_hops is None else ()
            for entry, rank in ways.best.items():
                counted = self._counter.count(entry, ways)
                paths += self._choose(entry, rank, counted, ways, list(zip(names, lasts, strict=True)))
        paths.sort(key=lambda p: (p.asset.id, p.source.id, p.hops[0].target, p.hops[0].type))
        return Found(tuple(paths), tuple(self._cuts()))

    def _groups(self) -> dict[tuple[object, ...], tuple[list[int], list[tuple[int, ...]]]]:
        """The assets by how they are reached: nodes, and each one's last hops in the same order."""
        links, marks = self._marks.links, self._marks
        groups: dict[tuple[object, ...], tuple[list[int], list[tuple[int, ...]]]] = {}
        for end in marks.ends:
            lasts = tuple(h for h in links.into[end] if links.starts[h] in marks.distance and marks.last(h))
            if not lasts:
                continue
            alone = end if links.out_of[end] else None  # a path to another asset may pass this one
            key = (alone, *((links.hops[h].type, marks.hop(h)) for h in lasts))
            ends, all_lasts = groups.setdefault(key, ([], []))
            ends.append(end)
            all_lasts.append(lasts)
        return groups

    def _choose(
        self,
        entry: Entry,
        rank: Rank,
        counted: Counted,
        ways: Ways,
        assets: list[tuple[str, tuple[int, ...]]],
    ) -> Iterator[Path]:
        """Yield for each asset the easiest path that the query accepts."""
        others = [other for other in counted.ranks if other != rank]
        cut = _cut(counted, len(others), stopped=ways.stopped)
        source = self._graph.sources[self._marks.links.names[entry[0]]]
        for name, lasts in assets:
            for one in (rank, *others):
                path = Path(source, self._graph.assets[name], self._hops(one, lasts), len(others), cut)
                if self._query.accept(path):
                    yield path
                    break
            else:
                self._undecided += [f"{source.id} to {name}"] if counted.bounded else ()

    def _hops(self, rank: Rank, lasts: tuple[int, ...]) -> tuple[Hop, ...]:
        *middle, place = rank[3]
        hops = self._marks.links.hops
        last = hops[lasts[place]]
        wanted = tuple(gain for gain in GAINS if gain in last.gains and gain in self._query.gains)
        return (*(hops[h] for h in middle), msgspec.structs.replace(last, gains=wanted))

    def _cuts(self) -> Iterator[str]:
        if self._stopped:
            yield f"the search met its bound on states; not searched to the end: {_listed(self._stopped)}"
        if self._longer:
            yield f"paths of more than {MAX_HOPS} hops were not looked for; there may be some to: " + _listed(
                self._longer
            )
        if self._undecided:
            yield "more ways than were tried, and none of those tried counts: " + _listed(self._undecided)


def _cut(counted: Counted, others: int, *, stopped: bool) -> str:
    said = []
    if counted.bounded:
        said.append(f"at least {others} alternatives, counting stopped there")
    if counted.contradictions:
        ways = "1 way" if counted.contradictions == 1 else f"{counted.contradictions} ways"
        said.append(f"{ways} on left out because of conditions that contradict each other")
    if stopped:
        said.append("the search met its bound on states, an easier path may exist")
    return "; ".join(said)


def _listed(names: list[str]) -> str:
    shown = sorted(set(names))
    more = f" and {len(shown) - 5} more" if len(shown) > 5 else ""
    return ", ".join(shown[:5]) + more
