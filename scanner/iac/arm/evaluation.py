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
from scanner.iac.arm.places import stand_in
from scanner.iac.written import Node
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from scanner.iac.arm.places import Home, Room

SPREAD: Final = "..."
"""What the name of a member begins with that is another object's members."""
_MOST_ITEMS: Final = 1_000
_LARGEST: Final = 100_000
"""Parts of one value; each use of a value counts them, for shared parts are written out in the end."""
_LOADED: Final = ("loadtextcontent", "loadjsoncontent")
_OVER_LISTS: Final = {"map", "filter", "reduce", "toobject", "mapvalues"}


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

    def loaded(self, path: str) -> str | None:
        """Return the text of a file beside the code, None when it is not there or cannot be read."""


class Evaluator:
    """Works out the values of one template. `loop` holds the indexes and items of copies, by name."""

    def __init__(self, names: Names, home: Home, room: Room) -> None:
        self._names = names
        self.home = home
        self.room = room
        self.loop: dict[str, Any] = {}

    def node(self, node: Node) -> Node:
        """Return a node with its expressions worked out, each with the lines that it stood on."""
        if isinstance(node, Code):
            return as_node(self.value(node.expression), node)
        if isinstance(node.value, dict):
            below: dict[str, Node] = {}
            for key, item in node.value.items():
                if key == "copy" and isinstance(item.value, list):
                    below |= self._copied(item)
                elif key.startswith(SPREAD):
                    spread = self.node(item)
                    told = isinstance(spread.value, dict) and Unresolved.read(spread.plain()) is None
                    below |= spread.value if told and isinstance(spread.value, dict) else {key: spread}
                else:
                    below[self._key(key)] = self.node(item)
            return Node(below, node.first, node.last)
        if isinstance(node.value, list):
            return Node([self.node(item) for item in node.value], node.first, node.last)
        if isinstance(node.value, str):
            return as_node(self.text(node.value), node)
        return node

    def _key(self, key: str) -> str:
        """Return what the name of a member comes to; one that cannot be told stays as it is."""
        found = self.text(key) if is_expression(key) else key
        return found if isinstance(found, str) else key

    def _copied(self, copies: Node) -> dict[str, Node]:
        """Return the members that an object's ``copy`` makes, each a list.

        Source: Azure Resource Manager, "Property iteration in ARM templates", "Variable iteration in ARM
        templates" (https://learn.microsoft.com/azure/azure-resource-manager/templates/copy-properties, read
        2026-11).
        """
        made: dict[str, Node] = {}
        for copy in copies.below():
            name, body = copy.text("name"), copy.get("input")
            count = self.node(copy.get("count") or Node(None, copy.first, copy.last)).value
            if not name or body is None:
                continue
            if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= _MOST_ITEMS:
                made[name] = as_node(Unresolved(f"the copies of {name}"), copy)
                continue
            kept = dict(self.loop)
            items: list[Node] = []
            for index in range(count):
                self.loop[name] = index
                items.append(self.node(body))
            self.loop = kept
            made[name] = Node(list(items), copy.first, copy.last)
        return made

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
        self.room.steps -= 1
        if self.room.steps < 0:
            return Unresolved("an expression that takes too many steps")
        found = self._value(expression)
        if isinstance(found, list | dict):
            parts = size(found, _LARGEST)
            self.room.steps -= parts
            if parts > _LARGEST:
                return Unresolved(f"{shown(expression)}, which is too large")
        return found

    def _value(self, expression: Expression) -> Any:  # noqa: ANN401 - any JSON
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
            case Call(name=name, arguments=(over, *others)) if name in _OVER_LISTS:
                return self._applied(call, over, others)
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
            told = Unresolved.read(value) or value
            self.loop |= {item: told, **dict.fromkeys(filter(None, index), number)}
            found.append(_plain(self.value(body)))
        self.loop = kept
        return found

    def _applied(self, call: Call, over: Expression, others: list[Expression]) -> Any:  # noqa: ANN401
        """Return what a function makes that applies others to the items of a list.

        Source: Azure Resource Manager, "Lambda functions for ARM templates"
        (https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-lambda, read
        2026-11).
        """
        items, open_ = self.value(over), Unresolved(shown(call))
        if isinstance(items, dict) and call.name == "mapvalues":
            made = {key: self._by(others[0], value) for key, value in items.items()}
            return {k: v.body if isinstance(v, Unresolved) else v for k, v in made.items()}
        if not isinstance(items, list) or len(items) > _MOST_ITEMS:
            return open_
        values = [Unresolved.read(item) or item for item in items]
        match call.name, others:
            case "map", [body]:
                return [_plain(self._by(body, value)) for value in values]
            case "filter", [body]:
                kept = [(value, self._by(body, value)) for value in values]
                told = all(isinstance(held, bool) for _, held in kept)
                return [_plain(value) for value, held in kept if held] if told else open_
            case "toobject", [key, *body]:
                pairs = [(self._by(key, v), self._by(body[0], v) if body else v) for v in values]
                told = all(isinstance(name, str) for name, _ in pairs)
                return {str(name): _plain(value) for name, value in pairs} if told else open_
            case "reduce", [first, body]:
                found = self.value(first)
                for value in values:
                    found = self._by(body, found, value)
                return found
        return open_

    def _by(self, body: Expression, *values: Any) -> Any:  # noqa: ANN401 - any JSON
        """Return what a lambda answers; its last argument is its body, those before it are its names."""
        if not isinstance(body, Call) or body.name != "lambda" or not body.arguments:
            return Unresolved(shown(body))
        *names, inner = body.arguments
        kept = dict(self.loop)
        given = [str(name.value) for name in names if isinstance(name, Literal)]
        self.loop |= dict(zip(given, values, strict=False))
        found = self.value(inner)
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
            named = str(values[0]) if values and isinstance(values[0], str) else ""
            index, offset = self.loop.get(named), next((v for v in values if isinstance(v, int)), 0)
            return index + offset if isinstance(index, int) else Unresolved(shown(whole))
        if name == "lambdavariables" and values:
            return self.loop.get(str(values[0]), Unresolved(shown(whole)))
        if name == "reference" and values:
            named = stand_in(values[0]) if isinstance(values[0], Unresolved) else values[0]
            return self._names.reference(str(named))
        if name in _LOADED and values and isinstance(values[0], str):
            return self._loaded(name, values, whole)
        return functions.call(name, values, self.home, shown(whole))

    def _loaded(self, name: str, values: list[Any], whole: Expression) -> Any:  # noqa: ANN401 - any JSON
        """Return what a file holds, as a text or as JSON; part of one is not told.

        Source: Azure Resource Manager, "Bicep file functions"
        (https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-files, read 2026-11).
        """
        text = self._names.loaded(values[0])
        if text is None or name == _LOADED[0]:
            return Unresolved(shown(whole)) if text is None else text
        try:
            return Unresolved(shown(whole)) if len(values) > 1 else json.loads(text)
        except (ValueError, RecursionError):
            return Unresolved(shown(whole))


def size(value: Any, most: int) -> int:  # noqa: ANN401 - any JSON
    """Return how many parts a value has once it is written out, counted up to one more than `most`."""
    pending, parts = [value], 0
    while pending and parts <= most:
        here = pending.pop()
        parts += 1
        if isinstance(here, dict):
            pending += here.values()
        elif isinstance(here, list):
            pending += here
    return parts


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON
    return value.body if isinstance(value, Unresolved) else value


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
