"""Hops by target and by source, over integers: everything that leads to an asset, and nothing else.

Hops are asked for backward from the assets, once a node, on first use. Nodes and hops are then numbered in
sorted order, so that a smaller number is a smaller id and every search over them is stable. What a hop
means is `paths`' and the rules' to say.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from scanner.model import Asset, Hop, Principal, Source


class Links(NamedTuple):
    """The numbered graph. Node ``n`` is ``names[n]``; hop ``h`` leads from ``starts[h]`` to ``ends[h]``.

    `into` and `out_of` list hop numbers a node, ascending. INVARIANT: hops are numbered in the order of
    their target, type, source and guards, so hop numbers compare as hops do.
    """

    names: tuple[str, ...]
    hops: tuple[Hop, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    into: tuple[tuple[int, ...], ...]
    out_of: tuple[tuple[int, ...], ...]


class Graph:
    """The hops of one snapshot that can matter, with the nouns at both ends.

    Args:
        assets: What paths lead to, by id.
        sources: Where paths may start, by id.
        hops_into: Yields the hops whose target is a node; asked once a node, the assets first.
        principal: Returns what is known of a node that is a principal, or None.
    """

    def __init__(
        self,
        assets: Mapping[str, Asset],
        sources: Mapping[str, Source],
        hops_into: Callable[[str], Iterable[Hop]],
        principal: Callable[[str], Principal | None] = lambda _: None,
    ) -> None:
        self.assets = dict(sorted(assets.items()))
        self.sources = dict(sorted(sources.items()))
        self.principal = principal
        self._hops_into = hops_into

    @cached_property
    def links(self) -> Links:
        """The whole graph, derived on first use: every node from which a hop leads towards an asset."""
        hops = self._derive()
        names = tuple(sorted({*self.assets, *self.sources, *(hop.source for hop in hops)}))
        numbers = {name: number for number, name in enumerate(names)}
        starts = tuple(numbers[hop.source] for hop in hops)
        ends = tuple(numbers[hop.target] for hop in hops)
        into: list[list[int]] = [[] for _ in names]
        out_of: list[list[int]] = [[] for _ in names]
        for h, (start, end) in enumerate(zip(starts, ends, strict=True)):
            into[end].append(h)
            out_of[start].append(h)
        return Links(names, hops, starts, ends, tuple(map(tuple, into)), tuple(map(tuple, out_of)))

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Node numbers by id."""
        return {name: number for number, name in enumerate(self.links.names)}

    def into(self, node: str) -> tuple[Hop, ...]:
        """Return the hops into a node, sorted; none for a node that leads to no asset."""
        number = self.numbers.get(node)
        return () if number is None else tuple(self.links.hops[h] for h in self.links.into[number])

    def out_of(self, node: str) -> tuple[Hop, ...]:
        """Return the hops out of a node that lead towards an asset, sorted."""
        number = self.numbers.get(node)
        return () if number is None else tuple(self.links.hops[h] for h in self.links.out_of[number])

    def _derive(self) -> tuple[Hop, ...]:
        """Every hop that leads to an asset, sorted, but for hops from a node to itself."""
        hops: list[Hop] = []
        waiting = list(self.assets)
        seen = set(waiting)
        for node in waiting:
            for hop in self._hops_into(node):
                if hop.source == node:
                    continue
                hops.append(hop)
                # A source is where paths start: what leads into it is outside, and is not asked for.
                if hop.source not in seen and hop.source not in self.sources:
                    seen.add(hop.source)
                    waiting.append(hop.source)
        return tuple(sorted(hops, key=lambda hop: hop.order))
