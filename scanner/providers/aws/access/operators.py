"""Condition operators, and how values of each type are read.

From `IAM JSON policy elements: Condition operators
<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>`_
(read 2026-11-22).
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from scanner.intervals import Intervals

if TYPE_CHECKING:
    from fractions import Fraction

    from scanner.intervals import Line

Family: TypeAlias = Literal[
    "string", "folded", "glob", "arn", "number", "date", "boolean", "binary", "address", "null"
]
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
