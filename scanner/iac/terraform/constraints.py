"""Type constraints of variables, as far as they change values: defaults of optional attributes, texts.

Source: Terraform, "Type Constraints"
(https://developer.hashicorp.com/terraform/language/expressions/type-constraints, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.iac.terraform import syntax
from scanner.iac.terraform.functions.lists import to_set
from scanner.iac.terraform.operators import calculated, truth_of
from scanner.iac.terraform.values import Open, Written, text_of

if TYPE_CHECKING:
    from scanner.iac.terraform.syntax import Expression
    from scanner.iac.terraform.values import Value

_SEQUENCES = {"list", "set"}


def with_defaults(value: Value, type_: Expression) -> Value:
    """Return a variable's value as its type makes it."""
    if isinstance(value, Open) or value is None:
        return value
    if isinstance(type_, syntax.Variable):
        return _primitive(value, type_.name)
    if not isinstance(type_, syntax.Call) or not type_.arguments:
        return value
    inner = type_.arguments[0]
    if type_.name in _SEQUENCES and isinstance(value, list):
        elements = [with_defaults(element, inner) for element in value]
        return to_set(elements) if type_.name == "set" else elements
    if type_.name == "map" and isinstance(value, dict):
        return _like(value, {key: with_defaults(element, inner) for key, element in value.items()})
    if type_.name == "object" and isinstance(value, dict) and isinstance(inner, syntax.Object):
        return _like(value, {**value, **_attributes(value, inner)})
    return value


def _primitive(value: Value, name: str) -> Value:
    """Return a value as a text, number or boolean, where it can be one."""
    if name == "string" and isinstance(value, int | float | bool):
        return text_of(value)
    if name == "bool" and isinstance(value, str):
        found = truth_of(value)
        return value if found is None else found
    if name == "number" and isinstance(value, str):
        number = calculated("+", value, 0)
        return value if number is None else number
    return value


def _attributes(value: dict[str, Value], type_: syntax.Object) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key, inner in type_.items:
        name = key.name if isinstance(key, syntax.Variable) else getattr(key, "value", "")
        optional = isinstance(inner, syntax.Call) and inner.name == "optional"
        given = value.get(name)
        if given is None and optional and isinstance(inner, syntax.Call):
            found[name] = _constant(inner.arguments[1]) if len(inner.arguments) > 1 else None
            given = found[name]
        if given is not None:
            kind = inner.arguments[0] if optional and isinstance(inner, syntax.Call) else inner
            found[name] = with_defaults(given, kind)
    return found


def _constant(node: Expression) -> Value:
    """Return a default, which must be constant; anything else stays open."""
    match node:
        case syntax.Constant(value=value):
            return value
        case syntax.Tuple(items=items):
            return [_constant(item) for item in items]
        case syntax.Object(items=pairs):
            return {getattr(k, "name", getattr(k, "value", "")): _constant(v) for k, v in pairs}
        case syntax.Unary(operator="-", operand=syntax.Constant(value=value)) if isinstance(
            value, int | float
        ):
            return -value
    return Open(node.text)


def _like(value: dict[str, Value], made: dict[str, Value]) -> dict[str, Value]:
    return Written(made, value.node) if isinstance(value, Written) else made
