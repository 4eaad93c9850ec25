"""Compares two values with an operator, and says what an operator's values are as an exact set.

Source: "Azure role assignment condition format and syntax", the sections on comparison operators
(https://learn.microsoft.com/azure/role-based-access-control/conditions-format, read 2026-11).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from scanner.intervals import Intervals, Line, read_date
from scanner.stringset import ANY_CHARACTER, ANY_STRING, StringSet, TooManyStates

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.providers.azure.abac.tree import Value
    from scanner.stringset import Token
    from scanner.wording import ValueSet

Family: TypeAlias = Literal["string", "guid", "bool", "number", "date"]

_INTEGER: Final = re.compile(r"[+-]?\d{1,40}")
_GUID: Final = re.compile(
    r"(?:.*/)?\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?"
)
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)")


class Doubt(Exception):  # noqa: N818 - an answer, not a fault
    """Raised when no document says what a comparison answers."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One comparison. `verb` is without its negation and without IgnoreCase."""

    family: Family
    verb: str
    is_negated: bool = False
    ignores_case: bool = False


def _operators() -> dict[str, Operator]:
    found: dict[str, Operator] = {}
    for verb in ("equals", "startswith", "like"):
        for negation in ("", "not"):
            for case in ("", "ignorecase"):
                found[f"string{negation}{verb}{case}"] = Operator("string", verb, bool(negation), bool(case))
    for name, family in {"guid": "guid", "bool": "bool", "numeric": "number", "datetime": "date"}.items():
        for negation in ("", "not"):
            found[f"{name}{negation}equals"] = Operator(family, "equals", bool(negation))  # type: ignore[arg-type]
    for name, family in {"numeric": "number", "datetime": "date"}.items():
        for verb in ("lessthan", "lessthanequals", "greaterthan", "greaterthanequals"):
            found[name + verb] = Operator(family, verb)  # type: ignore[arg-type]
    return found


OPERATORS: Final = _operators()
"""By name in lower case: a built-in role writes ``boolequals``."""

_ORDERS: Final[dict[str, Callable[[Fraction, Fraction], bool]]] = {
    "equals": lambda left, right: left == right,
    "lessthan": lambda left, right: left < right,
    "lessthanequals": lambda left, right: left <= right,
    "greaterthan": lambda left, right: left > right,
    "greaterthanequals": lambda left, right: left >= right,
}


def holds(operator: Operator, left: str, right: Value) -> bool:
    """Tell whether the comparison holds.

    Raises:
        Doubt: for a value that is not of the operator's type, or an escape without a documented meaning.
    """
    if operator.family in {"number", "date"}:
        answer = _ORDERS[operator.verb](_line_value(operator, left), _line_value(operator, right.text))
    elif operator.family == "string":
        answer = _string(operator, left, right)
    else:
        answer = _word(operator, left) == _word(operator, right.text)
    return answer != operator.is_negated


def values_of(operator: Operator, right: Value) -> ValueSet:
    """Return the values that stand in the comparison with `right`, its negation left out of account.

    GUIDs are in lower case with dashes.

    Raises:
        Doubt: as `holds` does, and when the set would be too large.
    """
    if operator.family in {"number", "date"}:
        at = _line_value(operator, right.text)
        before, behind = (at, 0), (at, 1)
        spans: dict[str, Line] = {
            "equals": Intervals.between(before, behind),
            "lessthan": Intervals.between(None, before),
            "lessthanequals": Intervals.between(None, behind),
            "greaterthan": Intervals.between(behind, None),
            "greaterthanequals": Intervals.between(before, None),
        }
        return spans[operator.verb]
    if operator.family != "string":
        return StringSet.literal(_word(operator, right.text))
    tokens = {
        "equals": (_sure(right).text,),
        "startswith": (right.text, ANY_STRING),
        "like": right.tokens,
    }[operator.verb]
    try:
        return StringSet.patterns([tokens], ignore_case=operator.ignores_case)
    except TooManyStates:
        raise Doubt("the pattern is too large") from None


def _string(operator: Operator, left: str, right: Value) -> bool:
    tokens = _sure(right).tokens
    text = right.text
    if operator.ignores_case:
        left, text = left.lower(), text.lower()
        tokens = tuple(token.lower() if isinstance(token, str) else token for token in tokens)
    if operator.verb == "like":
        return _is_like(left, tokens)
    return left == text if operator.verb == "equals" else left.startswith(text)


def _is_like(text: str, tokens: tuple[Token, ...]) -> bool:
    """Match a pattern, in time that its stars multiply and do not exponentiate."""
    marks = [mark for token in tokens for mark in (token if isinstance(token, str) else [token])]
    at = mark = 0
    star = tried = -1
    while at < len(text):
        if mark < len(marks) and (marks[mark] == ANY_CHARACTER or marks[mark] == text[at]):
            at, mark = at + 1, mark + 1
        elif mark < len(marks) and marks[mark] == ANY_STRING:
            star, tried, mark = mark, at, mark + 1
        elif star >= 0:
            tried += 1
            at, mark = tried, star + 1
        else:
            return False
    return all(rest == ANY_STRING for rest in marks[mark:])


def _sure(value: Value) -> Value:
    if value.is_doubtful:
        raise Doubt(f"`{value.text[:80]}` has an escape whose meaning is not documented")
    return value


def _word(operator: Operator, text: str) -> str:
    lowered = text.strip().lower()
    if operator.family == "bool":
        if lowered not in {"true", "false"}:
            raise Doubt(f"`{text[:80]}` is neither true nor false")
        return lowered
    found = _GUID.fullmatch(lowered)
    if found is None:
        raise Doubt(f"`{text[:80]}` is no GUID")
    return "-".join(found.groups())


def _line_value(operator: Operator, text: str) -> Fraction:
    if operator.family == "number":
        if _INTEGER.fullmatch(text.strip()) is None:
            raise Doubt(f"`{text[:80]}` is no integer")
        return Fraction(int(text))
    instant = read_date(text) if _INSTANT.fullmatch(text.strip()) else None
    if instant is None:
        raise Doubt(f"`{text[:80]}` is no instant with a time zone")
    return instant
