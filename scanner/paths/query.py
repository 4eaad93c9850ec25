"""What is asked of the path search, and what it answers.

Bounds are constants here; reaching one is always said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from scanner.model import GAINS, Asset, Certainty, Gain, Hop, Path, Principal, Source

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_HOPS: Final = 8
"""Longer paths are not looked for unless the query says so."""
MAX_STATES: Final = 200_000
"""States visited for assets that are reached alike; or twice the nodes that sources reach, if more."""
MAX_STATES_IN_ALL: Final = 2_000_000
"""States visited for one query; about 20 s on one core."""
MAX_ALTERNATIVES: Final = 50
"""Ways counted for one source, way in and asset."""
MAX_STEPS: Final = 2_000
"""Hops tried to count them."""
MAX_STEPS_IN_ALL: Final = 400_000
"""Hops tried for one query; what comes later has only its witness."""

Position: TypeAlias = Literal["first", "last"]


@dataclass(frozen=True, slots=True)
class Step:
    """What a path must pass, or may not: a hop, or a principal between its source and its asset.

    `at` limits it to the first hop or the principal it leads to, to the last hop or the principal it starts
    from, or to either; empty: anywhere. A node of which nothing is known is no principal and meets no step.
    """

    hop: Callable[[Hop], bool] | None = None
    principal: Callable[[Principal], bool] | None = None
    at: frozenset[Position] = frozenset()


def anyone(_: Source) -> bool:
    """Every source."""
    return True


def anything(_: Asset) -> bool:
    """Every asset."""
    return True


def any_path(_: Path) -> bool:
    """Every path."""
    return True


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for.

    `gains` are those wanted: the last hop yields at least one, and is cut to them. A path's certainty, that
    of its weakest hop, is one of `certainty`; at most one of its hops is blocked. `accept` is asked of the
    witness and, when it refuses, of the alternatives, easiest first. `max_hops` None means `MAX_HOPS`.

    Where `through` names a step anywhere on the way, or `certainty` asks for ``possible`` without ``proven``,
    a path passes no node twice: a detour would meet the demand for nothing. (A detour over a blocked hop goes
    round an open way, and who asks for ``blocked`` alone leaves those out.) Elsewhere the shortest way never
    needs to, but for one case: it may come back to a principal after compute of ours has given it another
    address.
    """

    source: Callable[[Source], bool] = anyone
    asset: Callable[[Asset], bool] = anything
    through: tuple[Step, ...] = ()
    avoid: tuple[Step, ...] = ()
    gains: frozenset[Gain] = frozenset(GAINS)
    certainty: frozenset[Certainty] = frozenset({"proven", "possible"})
    max_hops: int | None = None
    accept: Callable[[Path], bool] = any_path

    @property
    def hops(self) -> int:
        """The greatest number of hops."""
        return self.max_hops or MAX_HOPS

    @property
    def simple(self) -> bool:
        """Whether paths that pass a node twice must be kept apart by the search."""
        weaker = "proven" not in self.certainty and self.certainty != {"blocked"}
        return weaker or any(not step.at for step in self.through)


@dataclass(frozen=True, slots=True)
class Found:
    """Paths sorted by asset, source and way in, and in words what the search left out altogether."""

    paths: tuple[Path, ...]
    cuts: tuple[str, ...] = ()
