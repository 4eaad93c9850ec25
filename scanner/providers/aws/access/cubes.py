"""Boolean functions of variables with a few values each.

Prime implicants, and the fewest of them that suffice.

A function is a list of *cubes*; a cube gives each variable a non-empty set of values and stands for the
contexts in which every variable has one of them. A cube is one int, a field of bits a variable, so that
intersection is ``&``.
"""

from __future__ import annotations

from typing import Final

MAX_CUBES: Final = 600
"""Cubes of one function, beyond which `TooManyCubes` is raised: the answer is then unknown, never wrong."""

_MAX_STEPS: Final = 400_000


class TooManyCubes(Exception):  # noqa: N818 - a limit, not a fault of the input
    """A function needs more cubes than `MAX_CUBES`."""


class Cubes:
    """The algebra over fixed variables.

    Args:
        sizes: How many values each variable has, at least one.
    """

    def __init__(self, sizes: list[int]) -> None:
        self.fields: list[int] = []
        self.shifts: list[int] = []
        shift = 0
        for size in sizes:
            self.shifts.append(shift)
            self.fields.append(((1 << size) - 1) << shift)
            shift += size
        self.full = (1 << shift) - 1
        self._steps = 0

    def literal(self, variable: int, values: int) -> list[int]:
        """Return the function "the variable has one of these values"; `values` is a bit a value."""
        field = self.fields[variable]
        chosen = values << self.shifts[variable]
        return [self.full & ~field | chosen] if chosen else []

    def values(self, cube: int, variable: int) -> int:
        """Return a bit for each value that the cube leaves the variable."""
        return (cube & self.fields[variable]) >> self.shifts[variable]

    def conjunction(self, left: list[int], right: list[int]) -> list[int]:
        """Return the cubes in which both functions are true."""
        self._count(len(left) * len(right))
        fields = self.fields
        found = {both for a in left for b in right if all((both := a & b) & f for f in fields)}
        return self._absorbed(found)

    def disjunction(self, left: list[int], right: list[int]) -> list[int]:
        """Return the cubes in which one of the functions is true."""
        return self._absorbed({*left, *right})

    def primes(self, cubes: list[int]) -> list[int]:
        """Return every prime implicant, sorted: the cubes that no larger cube of the function contains."""
        found = self._absorbed(set(cubes))
        paired: set[tuple[int, int]] = set()
        while True:
            fresh: set[int] = set()
            for at, cube in enumerate(found):
                for other in found[:at]:
                    pair = (cube, other) if cube < other else (other, cube)
                    if pair not in paired:
                        paired.add(pair)
                        fresh.update(self._consensus(cube, other))
            fresh = {new for new in fresh if not any(new & ~known == 0 for known in found)}
            if not fresh:
                return sorted(found)
            found = self._absorbed({*found, *fresh})

    def covers(self, cubes: list[int], cube: int) -> bool:
        """Tell whether the function is true in the whole of `cube`."""
        inside = [both for c in cubes if all((both := c & cube) & f for f in self.fields)]
        if cube in inside:
            return True
        if not inside:
            return False
        self._count(len(inside))
        split = next(f for f in self.fields if any(c & f != cube & f for c in inside))
        rest, value = cube & split, 0
        while rest:
            value = rest & -rest
            rest ^= value
            if not self.covers(inside, cube & ~split | value):
                return False
        return True

    def fewest(self, ordered: list[int]) -> list[int]:
        """Return the cubes without those that the others cover; the last ones are dropped first."""
        kept = list(ordered)
        for cube in reversed(ordered):
            others = [c for c in kept if c != cube]
            if self.covers(others, cube):
                kept = others
        return kept

    def _consensus(self, left: int, right: int) -> list[int]:
        """Return the cubes that lie half in one and half in the other, split at one variable."""
        self._count(1)
        both, either = left & right, left | right
        empty = [f for f in self.fields if not both & f]
        if len(empty) > 1:
            return []
        return [both & ~f | either & f for f in (empty or self.fields)]

    def _absorbed(self, cubes: set[int]) -> list[int]:
        """Return the cubes without those inside another one, largest first."""
        kept: list[int] = []
        for cube in sorted(cubes, key=lambda c: (-c.bit_count(), c)):
            if not any(cube & ~k == 0 for k in kept):
                kept.append(cube)
        self._count(len(cubes) * len(kept) // 8)
        if len(kept) > MAX_CUBES:
            raise TooManyCubes
        return kept

    def _count(self, steps: int) -> None:
        self._steps += steps
        if self._steps > _MAX_STEPS:
            raise TooManyCubes
