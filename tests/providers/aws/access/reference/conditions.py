"""Does a Condition block hold in a context.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html and, for
set operators,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.providers.aws.access.reference.patterns import (
    Context,
    matches,
    matches_arn,
    replace_variables,
)

if TYPE_CHECKING:
    from collections.abc import Callable


class Operator(NamedTuple):
    """An operator name taken apart: ``ForAllValues:StringNotLikeIfExists``."""

    every: bool
    some: bool
    base: str
    negated: bool
    if_exists: bool


POSITIVE = {
    "StringEquals": "StringEquals",
    "StringNotEquals": "StringEquals",
    "StringEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringLike": "StringLike",
    "StringNotLike": "StringLike",
    "NumericEquals": "NumericEquals",
    "NumericNotEquals": "NumericEquals",
    "NumericLessThan": "NumericLessThan",
    "NumericLessThanEquals": "NumericLessThanEquals",
    "NumericGreaterThan": "NumericGreaterThan",
    "NumericGreaterThanEquals": "NumericGreaterThanEquals",
    "DateEquals": "DateEquals",
    "DateNotEquals": "DateEquals",
    "DateLessThan": "DateLessThan",
    "DateLessThanEquals": "DateLessThanEquals",
    "DateGreaterThan": "DateGreaterThan",
    "DateGreaterThanEquals": "DateGreaterThanEquals",
    "Bool": "Bool",
    "BinaryEquals": "BinaryEquals",
    "IpAddress": "IpAddress",
    "NotIpAddress": "IpAddress",
    "ArnEquals": "ArnLike",
    "ArnLike": "ArnLike",
    "ArnNotEquals": "ArnLike",
    "ArnNotLike": "ArnLike",
}
"""Every operator but Null, and the comparison it makes or negates."""

ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": lambda given, wanted: given == wanted,
    "LessThan": lambda given, wanted: given < wanted,
    "LessThanEquals": lambda given, wanted: given <= wanted,
    "GreaterThan": lambda given, wanted: given > wanted,
    "GreaterThanEquals": lambda given, wanted: given >= wanted,
}


def parse_operator(name: str) -> Operator | None:
    """Return the parts of an operator name, or None when AWS has no such operator."""
    every, some = name.startswith("ForAllValues:"), name.startswith("ForAnyValue:")
    base = name.partition(":")[2] if every or some else name
    if base == "Null":
        return Operator(every, some, "Null", negated=False, if_exists=False)
    if_exists = base.endswith("IfExists")
    base = base.removesuffix("IfExists")
    if base not in POSITIVE:
        return None
    return Operator(every, some, POSITIVE[base], negated="Not" in base, if_exists=if_exists)


def as_list(value: Any) -> list[str]:  # noqa: ANN401 - a JSON value, which may be one text or a list of them
    """Return a condition value, an action or a resource as a list of texts; booleans become texts."""
    values = value if isinstance(value, list) else [value]
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in values]


def holds(block: dict[str, Any], context: Context, version: str) -> bool:
    """Return whether every operator of `block` holds for each of its keys."""
    for name, keys in block.items():
        operator = parse_operator(name)
        if operator is None:
            raise ValueError(f"unknown operator {name}")
        for key, wanted in keys.items():
            if not holds_for_key(
                operator, list(context.get(key.lower(), ())), as_list(wanted), context, version
            ):
                return False
    return True


def holds_for_key(
    operator: Operator, given: list[str], wanted: list[str], context: Context, version: str
) -> bool:
    """Return whether an operator holds for a key whose values are `given`; empty when the key is absent."""
    if operator.base == "Null":
        return (not given) in {text == "true" for text in wanted}
    if not given:
        return absent_holds(operator)
    results = [compares(operator, value, wanted, context, version) for value in given]
    return all(results) if operator.every or (operator.negated and not operator.some) else any(results)


def absent_holds(operator: Operator) -> bool:
    """Return what an operator says of a key that is not in the request.

    ForAllValues is true and ForAnyValue false on no values; else IfExists and negated operators are true.
    """
    if operator.every:
        return True
    if operator.some:
        return operator.if_exists
    return operator.if_exists or operator.negated


def compares(operator: Operator, value: str, wanted: list[str], context: Context, version: str) -> bool:
    """Return whether `value` equals any of `wanted`, or none of them when the operator is negated."""
    found = any(matches_one(operator.base, value, text, context, version) for text in wanted)
    return not found if operator.negated else found


def matches_one(base: str, value: str, wanted: str, context: Context, version: str) -> bool:
    """Compare a value of the request with one of the policy. A variable without a value equals nothing."""
    if base.startswith("String") or base == "ArnLike":
        pattern = replace_variables(wanted, context, version)
        return pattern is not None and matches_text(base, value, pattern)
    if base == "Bool":
        return value.lower() == wanted.lower()
    if base == "BinaryEquals":
        return from_base64(value) == from_base64(wanted) is not None
    if base == "IpAddress":
        return in_range(value, wanted)
    kind, order = ("Numeric", number) if base.startswith("Numeric") else ("Date", moment)
    left, right = order(value), order(wanted)
    return left is not None and right is not None and ORDERS[base.removeprefix(kind)](left, right)


def matches_text(base: str, value: str, pattern: list[str]) -> bool:
    """Compare a text with a pattern; only Like and ARN operators have wildcards."""
    if base == "ArnLike":
        return matches_arn(pattern, value)
    if base == "StringLike":
        return matches(pattern, value)
    literal = "".join({"any text": "*", "any character": "?"}.get(token, token) for token in pattern)
    if base == "StringEqualsIgnoreCase":
        return literal.lower() == value.lower()
    return literal == value


def in_range(value: str, wanted: str) -> bool:
    """Return whether an address is in a range; an address without a prefix is a range of one."""
    try:
        address, network = ip_address(value), ip_network(wanted, strict=False)
    except ValueError:
        return False
    return address.version == network.version and address in network


def number(text: str) -> Decimal | None:
    """Return the number a text writes, or None."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def moment(text: str) -> Decimal | None:
    """Return the seconds since 1970 of an ISO 8601 date or of an epoch time, or None."""
    try:
        return Decimal(text)
    except InvalidOperation:
        pass
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return Decimal(str(when.timestamp()))


def from_base64(text: str) -> bytes | None:
    """Return the bytes of a base64 text, or None."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
