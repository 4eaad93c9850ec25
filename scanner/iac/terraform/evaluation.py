"""Evaluates expressions. What a scope cannot tell stays open, and only what depends on it.

Nothing is executed and nothing outside the tree is read: functions are those of
`scanner.iac.terraform.functions`, files come from the scope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from scanner.iac.terraform import syntax
from scanner.iac.terraform.functions import FUNCTIONS, LAZY
from scanner.iac.terraform.operators import are_equal, calculated, truth_of
from scanner.iac.terraform.values import (
    Encoded,
    Lines,
    Open,
    Rest,
    Written,
    has_open,
    is_named,
    items_of,
    joined,
    missing,
    opened,
    text_of,
)

if TYPE_CHECKING:
    from scanner.iac.terraform.syntax import Expression, Node
    from scanner.iac.terraform.values import Value

MOST_STEPS: Final = 3_000_000
"""Expressions evaluated for one root module: a tree that needs more is not read further."""
_DEEPEST: Final = 400


class Exhausted(Exception):  # noqa: N818 - a limit, which becomes a gap
    """A root module takes more steps than any that people write."""


class Budget:
    """Steps and depth, over all of a root module's scopes."""

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self._left = steps
        self.depth = 0

    def take(self, steps: int = 1) -> None:
        """Count; raises `Exhausted` when there were too many."""
        self._left -= steps
        if self._left < 0:
            raise Exhausted


class Scope(Protocol):
    """Where names come from."""

    @property
    def budget(self) -> Budget:
        """The root module's."""

    def name(self, name: str) -> Value:
        """Return what a name stands for, None when there is nothing of that name."""

    def call(self, name: str, arguments: list[Value], node: Node) -> Value:
        """Return what a function that reads files comes to."""


class Inner:
    """A scope with further names: of a loop, of ``each`` and ``count``."""

    def __init__(self, outer: Scope, names: dict[str, Value]) -> None:
        self.outer = outer
        self.budget = outer.budget
        self._names = names

    def name(self, name: str) -> Value:
        """Return an own name, else the outer scope's."""
        return self._names[name] if name in self._names else self.outer.name(name)

    def call(self, name: str, arguments: list[Value], node: Node) -> Value:
        """Leave files to the outer scope."""
        return self.outer.call(name, arguments, node)


def evaluate(node: Expression, scope: Scope) -> Value:
    """Return what an expression comes to in a scope."""
    scope.budget.take()
    scope.budget.depth += 1
    try:
        if scope.budget.depth > _DEEPEST:
            return opened(node)
        return _KINDS[type(node)](node, scope)
    finally:
        scope.budget.depth -= 1


def _constant(node: syntax.Constant, scope: Scope) -> Value:
    del scope
    return node.value


def _template(node: syntax.Template, scope: Scope) -> Value:
    if len(node.parts) == 1 and not isinstance(node.parts[0], str | syntax.Directive) and not node.is_heredoc:
        return evaluate(node.parts[0], scope)  # "${x}" alone is x, whatever its type
    found = joined(_texts(node.parts, scope), opened(node).expression)
    if not node.is_heredoc:
        return found
    first = node.lines[0] + (1 if node.start else 0)  # a heredoc's text begins below its opening
    if isinstance(found, Open):
        return Open(found.expression, found.parts, found.is_error, (node.source.path, first))
    return Lines.of(found, node.source.path, first)


def _texts(parts: tuple[Any, ...], scope: Scope) -> list[str | Open]:
    texts: list[str | Open] = []
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, syntax.Directive):
            texts += _directive(part, scope)
        else:
            found = text_of(evaluate(part, scope))
            texts.append(opened(part, found) if isinstance(found, Open) and not found.parts else found)
    return texts


def _directive(part: syntax.Directive, scope: Scope) -> list[str | Open]:
    subject = evaluate(part.subject, scope)
    if isinstance(subject, Open):
        return [opened(part, subject)]
    if not part.names:
        truth = truth_of(subject)
        return [missing(part)] if truth is None else _texts(part.body if truth else part.otherwise, scope)
    items = items_of(subject)
    if items is None:
        return [missing(part)]
    texts: list[str | Open] = []
    for key, value in items:
        names = dict(zip(part.names, (key, value) if len(part.names) > 1 else (value,), strict=False))
        texts += _texts(part.body, Inner(scope, names))
    return texts


def _variable(node: syntax.Variable, scope: Scope) -> Value:
    found = scope.name(node.name)
    return missing(node) if found is None and not scope_has_none(scope, node.name) else found


def scope_has_none(scope: Scope, name: str) -> bool:
    """Tell whether a loop's name stands for null."""
    while isinstance(scope, Inner):
        if name in scope._names:
            return True
        scope = scope.outer
    return False


def _attribute(node: syntax.Attribute, scope: Scope) -> Value:
    return attribute_of(evaluate(node.of, scope), node.name, node)


def attribute_of(value: Value, name: str, node: Node) -> Value:
    """Return an attribute of a value."""
    if isinstance(value, Open):
        return opened(node, value)
    if is_named(value):
        found = value.attribute(name)
        return opened(node, found) if isinstance(found, Open) and not found.expression else found
    if isinstance(value, dict):
        return value[name] if name in value else missing(node)
    if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
        return value[int(name)]
    return missing(node)


def _index(node: syntax.Index, scope: Scope) -> Value:
    value, key = evaluate(node.of, scope), evaluate(node.key, scope)
    if isinstance(value, Open) or isinstance(key, Open):
        is_empty = value in ({}, []) and not isinstance(value, Open)  # no key is in it
        return missing(node) if is_empty else opened(node, value if isinstance(value, Open) else key)
    if isinstance(value, list) and not isinstance(key, bool):
        at = calculated("+", key, 0)
        before = value[: int(at) + 1] if at is not None and at >= 0 else []
        if any(isinstance(element, Rest) for element in before):
            return opened(node)
        return before[-1] if at is not None and len(before) == at + 1 else missing(node)
    key = text_of(key)
    if isinstance(key, Open):
        return missing(node)
    if isinstance(value, dict):
        return value[key] if key in value else missing(node)
    return value.attribute(key) if is_named(value) else missing(node)


def _splat(node: syntax.Splat, scope: Scope) -> Value:
    value = evaluate(node.of, scope)
    if isinstance(value, Open):
        return opened(node, value)
    if value is None:
        return []
    elements = list(value.values()) if isinstance(value, dict) and _are_named(value) else value
    elements = elements if isinstance(elements, list) else [elements]
    found = [(element, evaluate(node.each, Inner(scope, {"*": element}))) for element in elements]
    return [_as_many(element, each) for element, each in found]


def _as_many(element: Value, made: Value) -> Value:
    """Return what is made of an element; as often there as the element is."""
    if not isinstance(element, Rest):
        return made
    return Rest.of(made if isinstance(made, Open) else Open(element.expression))


def _are_named(value: dict[str, Value]) -> bool:
    return bool(value) and all(is_named(inner) for inner in value.values())


def _call(node: syntax.Call, scope: Scope) -> Value:
    name = node.name.removeprefix("core::")
    lazy = LAZY.get(name)
    if lazy is not None:
        return lazy([lambda a=a: evaluate(a, scope) for a in node.arguments], node)  # type: ignore[misc]
    arguments = [evaluate(argument, scope) for argument in node.arguments]
    if node.spreads and arguments:
        last = arguments.pop()
        if not isinstance(last, list):
            return opened(node, last)
        arguments += last
    function = FUNCTIONS.get(name)
    if function is None:
        return scope.call(name, arguments, node)
    if not function.takes_open:
        arguments = [a.text() if isinstance(a, Encoded) else a for a in arguments]
        if any(isinstance(a, Open) for a in arguments):
            return opened(node, next(a for a in arguments if isinstance(a, Open)))
    scope.budget.take(sum(len(a) for a in arguments if isinstance(a, list | dict | str)) // 100)
    try:
        found = function.call(*arguments)
    except MemoryError:
        raise
    except Exception:  # of an argument that the function does not take
        return opened(node) if has_open(arguments) else missing(node)
    return opened(node, found) if isinstance(found, Open) and not found.expression else found


def _unary(node: syntax.Unary, scope: Scope) -> Value:
    value = evaluate(node.operand, scope)
    if isinstance(value, Open):
        return opened(node, value)
    if node.operator == "!":
        return missing(node) if truth_of(value) is None else not truth_of(value)
    found = calculated("-", 0, value)
    return missing(node) if found is None else found


def _binary(node: syntax.Binary, scope: Scope) -> Value:
    left = evaluate(node.left, scope)
    if node.operator in {"&&", "||"}:
        settles = node.operator == "||"
        if truth_of(left) is settles:
            return settles
        right = evaluate(node.right, scope)
        if truth_of(right) is settles:
            return settles
        known = truth_of(left) is not None and truth_of(right) is not None
        return not settles if known else opened(node, left if isinstance(left, Open) else right)
    right = evaluate(node.right, scope)
    if node.operator in {"==", "!="}:
        same = are_equal(left, right)
        if same is None:
            return opened(node, left if isinstance(left, Open) else right)
        return same is (node.operator == "==")
    if isinstance(left, Open) or isinstance(right, Open):
        return opened(node, left if isinstance(left, Open) else right)
    found = calculated(node.operator, left, right)
    return missing(node) if found is None else found


def _conditional(node: syntax.Conditional, scope: Scope) -> Value:
    condition = evaluate(node.condition, scope)
    truth = truth_of(condition)
    if truth is not None:
        return evaluate(node.then if truth else node.otherwise, scope)
    then, otherwise = evaluate(node.then, scope), evaluate(node.otherwise, scope)
    return _either(then, otherwise, opened(node, condition))


def _either(then: Value, otherwise: Value, unknown: Open) -> Value:
    """Return what is the same of two values, whichever it is; objects with the same names part by part."""
    if type(then) is type(otherwise) and then == otherwise:
        return then
    if isinstance(then, Written) and isinstance(otherwise, Written) and then.keys() == otherwise.keys():
        parts = {
            name: _either(then[name], otherwise[name], Open(f"{unknown.expression}.{name}")) for name in then
        }
        return Written(parts, then.node)
    return unknown


def _tuple(node: syntax.Tuple, scope: Scope) -> Value:
    return [evaluate(item, scope) for item in node.items]


def _object(node: syntax.Object, scope: Scope) -> Value:
    found: dict[str, Value] = {}
    for key, value in node.items:
        if isinstance(key, syntax.Variable):
            name: str | Open = key.name
        else:
            name = text_of(evaluate(key, scope))
        if isinstance(name, Open):
            return opened(node, name)
        found[name] = evaluate(value, scope)
    return Written(found, node)


def _for(node: syntax.For, scope: Scope) -> Value:
    of = evaluate(node.of, scope)
    items = items_of(of)
    if items is None:
        return opened(node, of) if isinstance(of, Open) or is_named(of) else missing(node)
    found: list[tuple[Value, Value]] = []
    for key, value in items:
        names = dict(zip(node.names, (key, value) if len(node.names) > 1 else (value,), strict=False))
        inner = Inner(scope, names)
        if node.condition is not None:
            wanted = evaluate(node.condition, inner)
            if isinstance(wanted, Open):
                return opened(node, wanted)
            if truth_of(wanted) is not True:
                continue
        made = _as_many(value, evaluate(node.value, inner))
        found.append((evaluate(node.key, inner) if node.key else None, made))
    if node.key is None:
        return [value for _, value in found]
    return _keyed(node, found)


def _keyed(node: syntax.For, found: list[tuple[Value, Value]]) -> Value:
    made: dict[str, Value] = {}
    for key, value in found:
        name = text_of(key)
        if isinstance(name, Open):
            return opened(node, name)
        if node.groups:
            made.setdefault(name, []).append(value)
        else:
            made[name] = value
    return Written(made, node)


_KINDS: Final[dict[type, Any]] = {
    syntax.Constant: _constant,
    syntax.Template: _template,
    syntax.Variable: _variable,
    syntax.Attribute: _attribute,
    syntax.Index: _index,
    syntax.Splat: _splat,
    syntax.Call: _call,
    syntax.Unary: _unary,
    syntax.Binary: _binary,
    syntax.Conditional: _conditional,
    syntax.Tuple: _tuple,
    syntax.Object: _object,
    syntax.For: _for,
}
