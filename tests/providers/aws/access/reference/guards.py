"""Does a context meet the guards of an answer.

A negated guard (``not-in``, ``not-like``, ``not-cidr``) is met by an absent key, as the operators that it
stands for are; the others need the key. Keys with several values are not judged here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.providers.aws.access.reference.conditions import in_range, moment, number
from tests.providers.aws.access.reference.patterns import (
    WITH_VARIABLES,
    Context,
    matches,
    matches_arn,
    replace_variables,
    tokens,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def meets(context: Context, guard: dict[str, Any]) -> bool:
    """Return whether the key of `guard` has a value in `context` that the guard lets pass."""
    values = list(context.get(guard["key"].lower(), ()))
    operator = str(guard["op"])
    if operator in {"present", "absent"}:
        return bool(values) == (operator == "present")
    negated = operator.startswith("not-")
    if not values:
        return negated
    test = TESTS[operator.removeprefix("not-")]
    return any(test(values[0], wanted) for wanted in guard["values"]) != negated


def in_bounds(value: str, bounds: str) -> bool:
    """Return whether a number or date lies in ``low..high``, both ends included."""
    low, _, high = bounds.partition("..")
    order = number if number(value) is not None and not is_date(low + high) else moment
    place, first, last = order(value), order(low), order(high)
    return place is not None and (first is None or first <= place) and (last is None or place <= last)


def is_date(text: str) -> bool:
    """Return whether a bound is written as a date."""
    return ":" in text or text.count("-") > 1


def glob(text: str) -> list[str]:
    """Return the tokens of a glob, in which escaped wildcards are plain characters."""
    found = replace_variables(text, {}, WITH_VARIABLES)
    return tokens(text) if found is None else found


TESTS: dict[str, Callable[[str, str], bool]] = {
    "in": lambda value, wanted: value == wanted,
    "in-any-case": lambda value, wanted: value.lower() == wanted.lower(),
    "arn-like": lambda value, wanted: matches_arn(glob(wanted), value),
    "like": lambda value, wanted: matches(glob(wanted), value),
    "cidr": in_range,
    "range": in_bounds,
}
