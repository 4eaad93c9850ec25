"""The algebra of cubes against brute force over all contexts of small variables."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.providers.aws.access import cubes as module
from scanner.providers.aws.access.cubes import Cubes, TooManyCubes

SIZES = [2, 3, 2]
POINTS = [sum(1 << shift for shift in point) for point in product((0, 1), (2, 3, 4), (5, 6))]
FUNCTIONS = st.lists(
    st.tuples(*(st.integers(1, (1 << size) - 1) for size in SIZES)).map(
        lambda v: v[0] | v[1] << 2 | v[2] << 5
    ),
    max_size=5,
)


def truth(cubes: list[int]) -> set[int]:
    return {point for point in POINTS if any(point & ~cube == 0 for cube in cubes)}


@given(left=FUNCTIONS, right=FUNCTIONS)
@settings(max_examples=300, deadline=None)
def test_conjunction_and_disjunction(left: list[int], right: list[int]) -> None:
    algebra = Cubes(SIZES)
    assert truth(algebra.conjunction(left, right)) == truth(left) & truth(right)
    assert truth(algebra.disjunction(left, right)) == truth(left) | truth(right)


@given(function=FUNCTIONS)
@settings(max_examples=300, deadline=None)
def test_primes_are_all_the_largest_cubes(function: list[int]) -> None:
    algebra = Cubes(SIZES)
    every = [a | b << 2 | c << 5 for a in range(1, 4) for b in range(1, 8) for c in range(1, 4)]
    inside = [cube for cube in every if truth([cube]) <= truth(function)]
    largest = [c for c in inside if not any(c != other and c & ~other == 0 for other in inside)]
    assert algebra.primes(function) == sorted(largest)
    fewest = algebra.fewest(sorted(largest))
    assert truth(fewest) == truth(function)
    for cube in fewest:
        assert truth([c for c in fewest if c != cube]) != truth(function)


@given(function=FUNCTIONS, cube=st.sampled_from(POINTS) | FUNCTIONS.filter(bool).map(lambda f: f[0]))
@settings(max_examples=300, deadline=None)
def test_covers(function: list[int], cube: int) -> None:
    assert Cubes(SIZES).covers(function, cube) == (truth([cube]) <= truth(function))


def test_too_many_cubes_say_so() -> None:
    algebra = Cubes([2] * 24)

    def pairs(count: int) -> list[int]:
        function = [algebra.full]
        for pair in range(count):
            either = algebra.disjunction(algebra.literal(pair * 2, 2), algebra.literal(pair * 2 + 1, 2))
            function = algebra.conjunction(function, either)
        return function

    assert len(pairs(8)) == 2**8 < module.MAX_CUBES
    with pytest.raises(TooManyCubes):
        pairs(12)
