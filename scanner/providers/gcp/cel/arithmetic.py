"""Arithmetic as CEL has it: integers of 64 bits that overflow as errors, division towards zero.

Source: Common Expression Language, "Language Definition", "Numeric Values" and "Overflow"
(https://github.com/google/cel-spec/blob/master/doc/langdef.md#numeric-values, read 2026-11-22).
"""

from __future__ import annotations

import math
from typing import Final

from scanner.providers.gcp.cel import times
from scanner.providers.gcp.cel.functions import LONGEST_TEXT
from scanner.providers.gcp.cel.values import (
    INT_MAX,
    INT_MIN,
    MISMATCH,
    UINT_MAX,
    Duration,
    Failed,
    Result,
    Timestamp,
    Uint,
    Unknown,
    Value,
)

_MOST_ITEMS: Final = 100_000


def negated(value: Value) -> Result:
    """Return minus a value."""
    match value:
        case bool():
            return MISMATCH
        case int():
            return _int(-value)
        case float():
            return -value
    return MISMATCH


def computed(op: str, left: Value, right: Value) -> Result:
    """Return ``left op right`` of ``+ - * / %``."""
    match left, right:
        case (bool(), _) | (_, bool()):
            return MISMATCH
        case int(), int():
            return _integer(op, left, right, unsigned=False)
        case Uint(value=one), Uint(value=other):
            return _integer(op, one, other, unsigned=True)
        case float(), float():
            return _double(op, left, right)
    return _spans(op, left, right) if op in "+-" else MISMATCH


def _int(value: int) -> Result:
    return value if INT_MIN <= value <= INT_MAX else Failed("int overflow")


def _integer(op: str, left: int, right: int, *, unsigned: bool) -> Result:
    if op in "/%":
        if right == 0:
            return Failed("division by zero")
        quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        found = quotient if op == "/" else left - right * quotient
    else:
        found = {"+": left + right, "-": left - right, "*": left * right}[op]
    if unsigned:
        return Uint(found) if 0 <= found <= UINT_MAX else Failed("uint overflow")
    return _int(found)


def _double(op: str, left: float, right: float) -> Result:
    match op:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/" if right:
            return left / right
        case "/":
            return (
                math.nan
                if left == 0 or math.isnan(left)
                else math.copysign(math.inf, left) * math.copysign(1, right)
            )
    return MISMATCH


def _spans(op: str, left: Value, right: Value) -> Result:
    """Add and subtract what is no number; only ``+`` joins texts, bytes and lists."""
    sign = 1 if op == "+" else -1
    match left, right:
        case Timestamp(nanos=one), Duration(nanos=other):
            return times.within(one + sign * other)
        case Duration(nanos=one), Timestamp(nanos=other) if sign > 0:
            return times.within(one + other)
        case Timestamp(nanos=one), Timestamp(nanos=other) if sign < 0:
            return _span(one - other)
        case Duration(nanos=one), Duration(nanos=other):
            return _span(one + sign * other)
        case (str(), str()) if sign > 0:
            joined = left + right
            return joined if len(joined) <= LONGEST_TEXT else Unknown.on("too much work")
        case (bytes(), bytes()) if sign > 0:
            return left + right if len(left) + len(right) <= LONGEST_TEXT else Unknown.on("too much work")
        case tuple(), tuple() if sign > 0:
            return (*left, *right) if len(left) + len(right) <= _MOST_ITEMS else Unknown.on("too much work")
    return MISMATCH


def _span(nanos: int) -> Result:
    return Duration(nanos) if abs(nanos) <= times.LONGEST else Failed("duration out of range")
