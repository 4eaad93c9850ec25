"""What expressions of ARM templates and Bicep come to; `Unresolved` where only a deployment tells.

Source: Azure Resource Manager, "ARM template functions"
(https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions, read 2026-11).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Protocol

from scanner.iac.arm import functions
from scanner.iac.arm.expressions import (
    Access,
    Block,
    Call,
    Code,
    Expression,
    Literal,
    Name,
    SyntaxFault,
    is_expression,
    parse,
)
from scanner.iac.written import Node
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from scanner.iac.arm.places import Home

_STEPS: Final = 200_000
_MOST_ITEMS: Final = 1_000


class Names(Protocol):
    """What an expression refers to beside functions."""

    def parameter(self, name: str) -> Any:  # noqa: ANN401 - any JSON
        """Return a parameter's value."""

    def variable(self, name: str) -> Any:  # noqa: ANN401 - any JSON
        """Return a variable's value."""

    def named(self, name: str) -> Any:  # noqa: ANN401 - any JSON
        """Return what a name of Bicep stands for."""

    def reference(self, id_: str) -> Any:  # noqa: ANN401 - any JSON
        """Return the properties of a resource of the same code."""


class Evaluator:
    """Works out the values of one template. `loop` holds the indexes and items of copies, by name."""

    def __init__(self, names: Names, home: Home) -> None:
        self._names = names
        self.home = home
        self.loop: dict[str, Any] = {}
        self._steps = 0

    def node(self, node: Node) -> Node:
        """Return a node with its expressions worked out, each with the lines that it stood on."""
        if isinstance(node, Code):
            return as_node(self.value(node.expression), node)
        if isinstance(node.value, dict):
            below = {key: self.node(item) for key, item in node.value.items()}
            return Node(dict(below), node.first, node.last)
        if isinstance(node.value, list):
            return Node([self.node(item) for item in node.value], node.first, node.last)
        if isinstance(node.value, str):
            return as_node(self.text(node.value), node)
        return node

    def text(self, text: str) -> Any:  # noqa: ANN401 - any JSON
        """Return what a text of a template comes to."""
        if not is_expression(text):
            return text[1:] if text.startswith("[[") else text
        try:
            return self.value(parse(text[1:-1]))
        except SyntaxFault:
            return Unresolved(text[:300])

    def value(self, expression: Expression) -> Any:  # noqa: ANN401 - any JSON
        """Return what an expression comes to: JSON, or `Unresolved`."""
        self._steps += 1
        if self._steps > _STEPS:
            return Unresolved("an expression that takes too many steps")
        match expression:
            case Literal(value=value):
                return value
            case Name(name=name):
                return self.loop[name] if name in self.loop else self._names.named(name)
            case Block(node=node):
                return self.node(node).plain()
            case Access(of=of, key=key):
                return functions.member(self.value(of), self.value(key), shown(expression))
            case Call():
                return self._call(expression)
        raise AssertionError(expression)

    def _call(self, call: Call) -> Any:  # noqa: ANN401 - any JSON
        """Return what a function answers; some do not look at all of their arguments."""
        match call:
            case Call(name="if", arguments=(condition, one, other)):
                return self._chosen(condition, one, other, call)
            case Call(name="and" | "or" as name, arguments=arguments):
                return self._joined(name, arguments, call)
            case Call(name=name, arguments=(over, body)) if name.startswith("for "):
                return self._repeated(name, over, body)
        return self._called(call.name, [self.value(argument) for argument in call.arguments], call)

    def _repeated(self, name: str, over: Expression, body: Expression) -> Any:  # noqa: ANN401 - any JSON
        """Return the list that a loop of Bicep makes."""
        _, item, *index = name.split(" ")
        items = self.value(over)
        if not isinstance(items, list) or len(items) > _MOST_ITEMS:
            return Unresolved(f"for {item} in {shown(over)}")
        kept = dict(self.loop)
        found = []
        for number, value in enumerate(items):
            self.loop |= {item: value, **dict.fromkeys(filter(None, index), number)}
            found.append(self.value(body))
        self.loop = kept
        return found

    def _chosen(self, condition: Expression, one: Expression, other: Expression, whole: Expression) -> Any:  # noqa: ANN401 - any JSON
        held = self.value(condition)
        if isinstance(held, bool):
            return self.value(one if held else other)
        first, second = self.value(one), self.value(other)
        return first if first == second else Unresolved(shown(whole))

    def _joined(self, name: str, arguments: tuple[Expression, ...], whole: Expression) -> Any:  # noqa: ANN401
        decides = name == "or"
        told = [self.value(argument) for argument in arguments]
        if decides in [value for value in told if isinstance(value, bool)]:
            return decides
        return not decides if all(isinstance(value, bool) for value in told) else Unresolved(shown(whole))

    def _called(self, name: str, values: list[Any], whole: Expression) -> Any:  # noqa: ANN401 - any JSON
        if name == "parameters" and values:
            return self._names.parameter(str(values[0]))
        if name == "variables" and values:
            return self._names.variable(str(values[0]))
        if name == "copyindex":
            index = self.loop.get(str(values[0]) if values and isinstance(values[0], str) else "")
            return Unresolved(shown(whole)) if index is None else index
        if name == "reference" and values and isinstance(values[0], str):
            return self._names.reference(values[0])
        return functions.call(name, values, self.home, shown(whole))


def as_node(value: Any, at: Node) -> Node:  # noqa: ANN401 - any JSON
    """Return a value as nodes with the lines of another."""
    if isinstance(value, Unresolved):
        value = value.body
    if isinstance(value, dict):
        below = {str(key): as_node(item, at) for key, item in value.items()}
        return Node(dict(below), at.first, at.last)
    if isinstance(value, list):
        return Node([as_node(item, at) for item in value], at.first, at.last)
    return Node(value, at.first, at.last)


def shown(expression: Expression) -> str:
    """Return an expression much as people write it, shortened."""
    match expression:
        case Literal(value=value):
            return json.dumps(value)[:100]
        case Name(name=name):
            return name
        case Call(name=name, arguments=arguments):
            return f"{name}({', '.join(map(shown, arguments[:4]))})"[:300]
        case Access(of=of, key=Literal(value=key)):
            return f"{shown(of)}.{key}"[:300]
        case Access(of=of):
            return f"{shown(of)}[…]"
        case Block():
            return "{…}"
    raise AssertionError(expression)
