"""The values of CEL, and the two that stand where there is none: not known, and failed.

Source: Common Expression Language, "Language Definition", "Values" and "Equality"
(https://github.com/google/cel-spec/blob/master/doc/langdef.md, read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

NANO: Final = 1_000_000_000
INT_MIN, INT_MAX, UINT_MAX = -(2**63), 2**63 - 1, 2**64 - 1


@dataclass(frozen=True, slots=True)
class Uint:
    """An unsigned integer of 64 bits."""

    value: int


@dataclass(frozen=True, slots=True, order=True)
class Timestamp:
    """A moment, in nanoseconds since 1970 in UTC."""

    nanos: int

    @classmethod
    def of(cls, moment: datetime) -> Timestamp:
        """Return a moment; one without a zone is in UTC."""
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return cls((aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1_000)


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A span of time in nanoseconds."""

    nanos: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """Not decidable from what was read.

    Attributes:
        hinges: What it hinges on, at least one: dotted attributes (``resource.name``), functions with their
            parentheses (``isLoadBalancer()``), or other words.
    """

    hinges: frozenset[str]

    @classmethod
    def on(cls, *hinges: str) -> Unknown:
        """Return what hinges on these."""
        return cls(frozenset(hinges))

    @classmethod
    def joined(cls, values: Iterable[Result]) -> Unknown | None:
        """Return what hinges on all that the unknown ones do; None when none is unknown."""
        hinges = frozenset(hinge for v in values if isinstance(v, Unknown) for hinge in v.hinges)
        return cls(hinges) if hinges else None


@dataclass(frozen=True, slots=True)
class Failed:
    """CEL's runtime error: an absent attribute, mismatched types, an overflow."""

    why: str


MISMATCH: Final = Failed("no such overload")

Key: TypeAlias = "bool | int | str"
Value: TypeAlias = (
    "bool | int | Uint | float | str | bytes | tuple[Result, ...] | Mapping[Key, Result]"
    " | Timestamp | Duration | None"
)
Result: TypeAlias = "Value | Unknown | Failed"
"""What an expression comes to. Items of lists and maps may be Unknown."""


def kind_of(value: Value) -> str:
    """Return the name of a value's type."""
    match value:
        case None:
            return "null"
        case tuple():
            return "list"
        case Mapping():
            return "map"
    names = {bool: "bool", int: "int", Uint: "uint", float: "double", str: "string", bytes: "bytes"}
    return names.get(type(value), type(value).__name__.lower())


def number(value: Result) -> int | float | None:
    """Return a number of any of the three types, else None; a bool is none."""
    match value:
        case bool():
            return None
        case int() | float():
            return value
        case Uint(value=bare):
            return bare
    return None


def equal(left: Result, right: Result) -> bool | Unknown | Failed:
    """Compare two values.

    Numbers are compared across their types, null with anything; else a mismatch is an error.
    """
    if isinstance(left, Failed):
        return left
    unknown = right if isinstance(right, Failed) else Unknown.joined((left, right))
    if unknown is not None:
        return unknown
    one, other = number(left), number(right)
    if one is not None and other is not None:
        return one == other
    if left is None or right is None:
        return left is right
    match left, right:
        case tuple(), tuple():
            return len(left) == len(right) and _all(map(equal, left, right))
        case Mapping(), Mapping():
            return set(left) == set(right) and _all(equal(v, right[key]) for key, v in left.items())
    return left == right if type(left) is type(right) else MISMATCH


def member(item: Result, items: tuple[Result, ...]) -> bool | Unknown | Failed:
    """Tell whether a list holds an item; items of another type are just other items."""
    found = [equal(item, other) for other in items]
    if any(f is True for f in found):
        return True
    if isinstance(item, Failed):
        return item
    return Unknown.joined(found) or False


def _all(results: Iterable[bool | Unknown | Failed]) -> bool | Unknown | Failed:
    found = list(results)
    if any(f is False for f in found):
        return False
    failed = next((f for f in found if isinstance(f, Failed)), None)
    return Unknown.joined(found) or failed or True


def order(left: Value, right: Value) -> int | Failed:
    """Return -1, 0 or 1 as left is before, at or behind right; a mismatch is an error, NaN is behind all."""
    one, other = number(left), number(right)
    if one is None or other is None:
        if type(left) is not type(right) or not isinstance(left, bool | str | bytes | Timestamp | Duration):
            return MISMATCH
        return _three_way(left, right)
    return _three_way(one, other)


def _three_way(left: object, right: object) -> int:
    if left == right:
        return 0
    return -1 if left < right else 1  # type: ignore[operator]  # both are of one ordered type
