"""The smallest hitting set against trying every subset."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.hitting import Hitting, smallest_hitting

FAMILIES = st.lists(st.frozensets(st.integers(0, 7), min_size=1, max_size=4), max_size=9)


def by_trying(family: list[frozenset[int]]) -> tuple[int, ...]:
    return next(
        chosen
        for size in range(9)
        for chosen in combinations(range(8), size)
        if all(one & set(chosen) for one in family)
    )


@given(FAMILIES)
def test_smallest_and_first_of_equals(family: list[frozenset[int]]) -> None:
    assert smallest_hitting(family, order=lambda member: member) == Hitting(by_trying(family))


CASES: dict[str, tuple[list[set[str]], tuple[str, ...] | None]] = {
    "nothing to hit": ([], ()),
    "one member on all": ([{"a", "b"}, {"b", "c"}, {"b"}], ("b",)),
    "the greedy choice is not the smallest": (
        [{"x", "a"}, {"x", "b"}, {"y", "a"}, {"y", "b"}, {"x", "m"}, {"y", "m"}],
        ("x", "y"),
    ),
    "a set without members": ([{"a"}, set()], None),
}


@pytest.mark.parametrize(("family", "expected"), CASES.values(), ids=CASES)
def test_hitting(family: list[set[str]], expected: tuple[str, ...] | None) -> None:
    found = smallest_hitting(map(frozenset, family), order=lambda member: member)
    assert (None if found is None else found.members) == expected
