"""What a search holds of the ways to an asset, between finding witnesses and counting the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from scanner.paths.marks import Marks

Entry: TypeAlias = tuple[int, str, int]
"""A way in: its source node, the first hop's type, and the node it leads to, `HERE` for the asset itself."""

Rank: TypeAlias = tuple[int, int, int, tuple[int, ...]]
"""How paths of one entry and asset are ranked: number of hops, certainty, guards that others hold, the
hops' order.

The last hop stands as its place among the asset's last hops, so that assets reached alike share a rank.
"""

HERE: Final = -1


@dataclass(slots=True)
class Ways:
    """Everything found to one group of assets.

    `lasts` are the hops that may end a path, of the first asset of the group; `nearest` has for each node
    that a path may pass the least number of hops to the asset. `stopped` when the bound on states was met;
    `longer` when there may be paths of more hops than asked for.
    """

    lasts: tuple[int, ...]
    lasts_from: dict[int, list[int]] = field(default_factory=dict)
    best: dict[Entry, Rank] = field(default_factory=dict)
    nearest: dict[int, int] = field(default_factory=dict)
    states: int = 0
    stopped: bool = False
    longer: bool = False

    @classmethod
    def of(cls, lasts: tuple[int, ...], marks: Marks) -> Ways:
        """No ways yet; `lasts_from` has the places of the last hops by their start."""
        ways = cls(lasts)
        for place, h in enumerate(lasts):
            ways.lasts_from.setdefault(marks.links.starts[h], []).append(place)
        return ways
