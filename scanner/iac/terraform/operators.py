"""What Terraform's operators make of values that are known.

Source: Terraform, "Arithmetic and Logical Operators"
(https://developer.hashicorp.com/terraform/language/expressions/operators, read 2026-11).
"""

from __future__ import annotations

import math
import operator
import re
from typing import TYPE_CHECKING, Any, Final

from scanner.iac.terraform.values import Encoded, Open, has_open

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.values import Value

_NUMBER: Final = re.compile(r"-?[0-9]{1,400}(?:\.[0-9]{1,400})?(?:[eE][-+]?[0-9]{1,3})?", re.ASCII)
_LARGEST: Final = 2.0**512
"""As precise as Terraform's numbers are; larger ones are only made to hurt."""
_NUMBERS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": math.fmod,  # of the sign of what is divided
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def number_of(value: Value) -> int | float:
    """Return a value as a number; raises ValueError or TypeError when it is none."""
    if isinstance(value, bool):
        raise TypeError
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            raise ValueError
        return int(value) if value.lstrip("-").isdecimal() else float(value)
    if isinstance(value, int | float):
        return value
    raise TypeError


def truth_of(value: Value) -> bool | None:
    """Return a value as a boolean, None when it is none."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None


def calculated(sign: str, left: Value, right: Value) -> int | float | None:
    """Return what arithmetic or a comparison of order comes to, None when it is an error."""
    try:
        found = _NUMBERS[sign](number_of(left), number_of(right))
    except (TypeError, ValueError, ArithmeticError):
        return None
    if not abs(found) < _LARGEST:
        return None
    return int(found) if isinstance(found, float) and found.is_integer() else found


def are_equal(left: Value, right: Value) -> bool | None:
    """Tell whether two values are the same, None when that depends on what is open."""
    if has_open(left) or has_open(right):
        kinds = {type(left), type(right)}
        return False if type(None) in kinds and Open not in kinds else None  # parts are open: it is not null
    left, right = (v.text() if isinstance(v, Encoded) else v for v in (left, right))
    return bool(left == right and isinstance(left, bool) == isinstance(right, bool))
