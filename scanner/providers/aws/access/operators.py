"""Condition operators, and how values of each type are read.

From `IAM JSON policy elements: Condition operators
<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>`_ (read 2026-11-22).
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from scanner.intervals import Intervals

if TYPE_CHECKING:
    from scanner.providers.aws.access.formula import Line

Family: TypeAlias = Literal["string", "folded", "glob", "arn", "number", "date", "boolean", "binary", "address", "null"]
Relation: TypeAlias = Literal["=", "<", "<=", ">", ">="]
Qualifier: TypeAlias = Literal["", "any", "all"]


@dataclass(frozen=True, slots=True)
class Operator:
    """A condition operator with its set qualifier and IfExists taken apart."""

    family: Family
    negated: bool = False
    relation: Relation = "="
    qualifier: Qualifier = ""
    if_exists: bool = False

    @property
    def takes_variables(self) -> bool:
        """Whether values may hold policy variables: string and ARN operators only."""
        return self.family in {"string", "folded", "glob", "arn"}


def _ordered(prefix: str, family: Family) -> dict[str, Operator]:
    relations: dict[str, Relation] = {
        "lessthan": "<",
        "lessthanequals": "<=",
        "greaterthan": ">",
        "greaterthanequals": ">=",
    }
    found = {f"{prefix}{name}": Operator(family, relation=relation) for name, relation in relations.items()}
    return found | {f"{prefix}equals": Operator(family), f"{prefix}notequals": Operator(family, negated=True)}


_OPERATORS: Final[dict[str, Operator]] = {
    "stringequals": Operator("string"),
    "stringnotequals": Operator("string", negated=True),
    "stringequalsignorecase": Operator("folded"),
    "stringnotequalsignorecase": Operator("folded", negated=True),
    "stringlike": Operator("glob"),
    "stringnotlike": Operator("glob", negated=True),
    **_ordered("numeric", "number"),
    **_ordered("date", "date"),
    "bool": Operator("boolean"),
    "binaryequals": Operator("binary"),
    "ipaddress": Operator("address"),
    "notipaddress": Operator("address", negated=True),
    "arnequals": Operator("arn"),
    "arnlike": Operator("arn"),
    "arnnotequals": Operator("arn", negated=True),
    "arnnotlike": Operator("arn", negated=True),
    "null": Operator("null"),
}
_QUALIFIERS: Final[dict[str, Qualifier]] = {"forallvalues": "all", "foranyvalue": "any"}


def read_operator(text: str) -> Operator | None:
    """Return the operator, or None when there is no such. Letter case does not matter."""
    qualifier, colon, name = text.lower().rpartition(":")
    if bool(colon) != (qualifier in _QUALIFIERS):
        return None
    if_exists = name.endswith("ifexists")
    found = _OPERATORS.get(name.removesuffix("ifexists"))
    if found is None or (found.family == "null" and (if_exists or colon)):
        return None
    return Operator(found.family, found.negated, found.relation, _QUALIFIERS.get(qualifier, ""), if_exists)


_NUMBER: Final = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,3})?")
_DATE: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?)?)?"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def read_number(text: str) -> Fraction | None:
    """Return a decimal number exactly, or None when the text is none."""
    return Fraction(text.strip()) if _NUMBER.fullmatch(text.strip()) else None


def read_date(text: str) -> Fraction | None:
    """Return seconds since 1970 for an ISO 8601 date (a date without a zone is UTC) or epoch seconds, else None."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return read_number(text)
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        at = datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC
        )
    except ValueError:
        return None
    if zone and zone != "Z":
        shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        seconds = int((at - _EPOCH).total_seconds()) - (1 if zone[0] == "+" else -1) * int(shift.total_seconds())
    else:
        seconds = int((at - _EPOCH).total_seconds())
    return Fraction(seconds) + Fraction(int(fraction or 0), 10 ** len(fraction or ""))


def show_number(value: Fraction) -> str:
    """Return the shortest decimal text of a number that has one."""
    if value.denominator == 1:
        return str(value.numerator)
    digits = 0
    while value.denominator != 1 and digits < 60:
        value *= 10
        digits += 1
    sign = "-" if value < 0 else ""
    text = str(abs(value.numerator // value.denominator)).rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}"


def show_date(value: Fraction) -> str:
    """Return an ISO 8601 date, or epoch seconds where the calendar ends."""
    try:
        at = _EPOCH + timedelta(seconds=value.numerator // value.denominator)
    except OverflowError:
        return show_number(value)
    rest = value - value.numerator // value.denominator
    return f"{at:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + (show_number(rest)[1:] if rest else "") + "Z"


def read_boolean(text: str) -> str | None:
    """Return ``true`` or ``false``, or None when the text is neither."""
    return text.strip().lower() if text.strip().lower() in {"true", "false"} else None


def read_binary(text: str) -> str | None:
    """Return the canonical base64 text of the same bytes, or None when the text is not base64."""
    try:
        return base64.b64encode(base64.b64decode(text, validate=True)).decode()
    except (binascii.Error, ValueError):
        return None


def line_of(relation: Relation, value: Fraction) -> Line:
    """Return the numbers that stand in the relation to `value`."""
    before, after = (value, 0), (value, 1)
    if relation == "=":
        return Intervals.between(before, after)
    if relation in {"<", "<="}:
        return Intervals.between(None, before if relation == "<" else after)
    return Intervals.between(after if relation == ">" else before, None)
