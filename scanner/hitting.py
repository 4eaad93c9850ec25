"""Smallest sets that hit every set of a family: which few statements stand on all of many paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")
MAX_STEPS = 200_000
"""Branches tried before the best set so far is taken, and said not to be proven the smallest."""


class Hitting(msgspec.Struct, Generic[T], frozen=True):
    """`members` hit every set; `is_smallest` unless the search met its bound."""

    members: tuple[T, ...]
    is_smallest: bool = True


def smallest_hitting(family: Iterable[frozenset[T]], order: Callable[[T], object]) -> Hitting[T] | None:
    """Return a smallest set with a member of each set, the first of equals in `order`; None for an empty set.

    Branches on the members of a smallest unhit set, and leaves a branch when as many disjoint unhit sets are
    left as the best set has members more. Exact for families with small answers, whatever their size.
    """
    sets = _irredundant(family)
    if any(not one for one in sets):
        return None
    return _Search(sets, order).run()


def _irredundant(family: Iterable[frozenset[T]]) -> list[frozenset[T]]:
    """Leave out sets that hold another one: whoever hits the smaller hits them."""
    kept: list[frozenset[T]] = []
    for one in sorted(set(family), key=len):
        if not any(other <= one for other in kept):
            kept.append(one)
    return kept


class _Search(Generic[T]):
    def __init__(self, sets: list[frozenset[T]], order: Callable[[T], object]) -> None:
        self._sets = sets
        self._order = order
        self._steps = 0
        self._best = self._greedy()

    def run(self) -> Hitting[T]:
        self._branch((), self._sets)
        members = tuple(sorted(self._best, key=self._order))  # type: ignore[arg-type]  # orderable by contract
        return Hitting(members, self._steps <= MAX_STEPS)

    def _greedy(self) -> tuple[T, ...]:
        chosen: list[T] = []
        left = self._sets
        while left:
            counts: dict[T, int] = {}
            for one in left:
                for member in one:
                    counts[member] = counts.get(member, 0) + 1
            best = min(counts, key=lambda m: (-counts[m], self._order(m)))
            chosen.append(best)
            left = [one for one in left if best not in one]
        return tuple(chosen)

    def _branch(self, chosen: tuple[T, ...], left: list[frozenset[T]]) -> None:
        self._steps += 1
        if not left:
            if self._key(chosen) < self._key(self._best):
                self._best = chosen
            return
        if self._steps > MAX_STEPS or len(chosen) + self._disjoint(left) > len(self._best):
            return
        for member in sorted(min(left, key=len), key=self._order):  # type: ignore[arg-type]  # see `run`
            self._branch((*chosen, member), [one for one in left if member not in one])

    def _key(self, members: tuple[T, ...]) -> tuple[int, list[object]]:
        return len(members), sorted(self._order(member) for member in members)  # type: ignore[type-var]

    @staticmethod
    def _disjoint(left: list[frozenset[T]]) -> int:
        """Return how many members are needed at least: one for each of these disjoint sets."""
        seen: set[T] = set()
        count = 0
        for one in sorted(left, key=len):
            if seen.isdisjoint(one):
                seen |= one
                count += 1
        return count
