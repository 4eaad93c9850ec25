"""What an expression comes to, of what is known: a value, Unknown with what it hinges on, or an error.

`Evaluator` never answers more than it knows: whatever the attributes that were not read turn out to be, a
definite answer stays. Errors are absorbed by ``&&`` and ``||`` where the other side decides, as CEL says
("Language Definition", "Logical Operators"); Unknown goes before errors, which it may hide.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from typing import TYPE_CHECKING, Final

from scanner.providers.gcp.cel import arithmetic, functions
from scanner.providers.gcp.cel.syntax import (
    Binary,
    Call,
    Choice,
    Comprehension,
    Index,
    Joined,
    Literal,
    Mapping,
    Name,
    Select,
    Sequence,
    Unary,
    attributes,
    path_of,
    step,
)
from scanner.providers.gcp.cel.values import (
    MISMATCH,
    Failed,
    Key,
    Result,
    Unknown,
    Value,
    equal,
    kind_of,
    member,
    order,
)

if TYPE_CHECKING:
    from scanner.providers.gcp.cel.environment import Environment, Tags
    from scanner.providers.gcp.cel.syntax import Node

MAX_STEPS: Final = 100_000
"""Nodes visited for one answer; comprehensions inside each other multiply."""
_TAG_FUNCTIONS: Final = {"matchTag": 2, "hasTagKey": 1, "matchTagId": 2, "hasTagKeyId": 1}
_COMPARISONS: Final = {
    "<": lambda o: o < 0,
    "<=": lambda o: o <= 0,
    ">": lambda o: o > 0,
    ">=": lambda o: o >= 0,
}


class _TooMuchWork(Exception):  # noqa: N818 - ends one evaluation, as Unknown
    pass


class Evaluator:
    """Evaluates trees in one environment."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._steps = 0
        self._variables: dict[str, Result] = {}

    def value(self, tree: Node) -> Result:
        """Return what a tree comes to."""
        self._steps = 0
        self._variables = {}
        try:
            return self._eval(tree)
        except _TooMuchWork:
            return Unknown.on("too much work")

    def _eval(self, node: Node) -> Result:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise _TooMuchWork
        match node:
            case Literal(value=value):
                return value
            case Name() | Select() | Index():
                return self._attribute(node)
            case Joined():
                return self._joined(node)
            case Choice():
                return self._choice(node)
            case Unary():
                return self._unary(node)
            case Binary():
                return self._binary(node)
        return self._composed(node)

    def _composed(self, node: Node) -> Result:
        match node:
            case Call():
                return self._call(node)
            case Sequence(items=items):
                found = tuple(self._eval(item) for item in items)
                return next((f for f in found if isinstance(f, Failed)), found)
            case Mapping():
                return self._mapping(node)
            case Comprehension():
                return self._comprehension(node)
        raise AssertionError(node)

    def _attribute(self, node: Name | Select | Index) -> Result:
        """Return an attribute, or a field of whatever the operand comes to."""
        path = self._path(node)
        tested = isinstance(node, Select) and node.tested
        if path is not None and self._is_outermost(path):
            return self._environment.has(path) if tested else self._environment.value(path)
        match node:
            case Name(name=name):
                return self._variables[name] if name in self._variables else self._environment.value(name)
            case Select(operand=operand, field=field):
                return self._field(operand, field, tested=tested)
            case Index(operand=operand, key=key):
                return self._item(operand, key)

    def _path(self, node: Node) -> str | None:
        path = path_of(node)
        if path is None:
            return None
        first = path.partition(".")[0].partition("[")[0]
        return None if first in self._variables else path

    def _is_outermost(self, path: str) -> bool:
        """Tell whether the environment speaks of a path itself, not only of a whole that it is part of."""
        return self._environment.holds(path) or not self._environment.is_inside_known(path)

    def _field(self, operand: Node, field: str, *, tested: bool) -> Result:
        inner = self._eval(operand)
        if isinstance(inner, Failed | Unknown):
            return inner
        if not isinstance(inner, MappingType):
            return MISMATCH
        if tested:
            return field in inner
        return inner[field] if field in inner else Failed(f"no such key: {field}")

    def _item(self, operand: Node, key_node: Node) -> Result:
        inner, key = self._eval(operand), self._eval(key_node)
        for side in (inner, key):
            if isinstance(side, Failed):
                return side
        unknown = Unknown.joined((inner, key))
        if unknown is not None:
            return unknown
        if isinstance(inner, tuple) and isinstance(key, int) and not isinstance(key, bool):
            return inner[key] if 0 <= key < len(inner) else Failed("index out of range")
        if isinstance(inner, MappingType) and isinstance(key, bool | int | str):
            found = _find(inner, key)
            return found[0] if found else Failed(f"no such key: {key}")
        return MISMATCH

    def _joined(self, node: Joined) -> Result:
        decisive = node.op == "||"
        found: list[Result] = []
        for operand in node.operands:
            value = self._eval(operand)
            if value is decisive:
                return decisive
            found.append(value if isinstance(value, bool | Unknown | Failed) else MISMATCH)
        failed = next((f for f in found if isinstance(f, Failed)), None)
        return Unknown.joined(found) or failed or not decisive

    def _choice(self, node: Choice) -> Result:
        condition = self._eval(node.condition)
        if isinstance(condition, bool):
            return self._eval(node.then if condition else node.otherwise)
        if not isinstance(condition, Unknown):
            return condition if isinstance(condition, Failed) else MISMATCH
        branches = (self._eval(node.then), self._eval(node.otherwise))
        # The condition may fail too. Both branches alike: the answer is theirs wherever there is one.
        if _same(*branches):
            return branches[0]
        return Unknown.joined((condition, *branches)) or condition

    def _unary(self, node: Unary) -> Result:
        value = self._eval(node.operand)
        if isinstance(value, Failed | Unknown):
            return value
        if node.op == "!":
            return not value if isinstance(value, bool) else MISMATCH
        return arithmetic.negated(value)

    def _binary(self, node: Binary) -> Result:
        if node.op == "in":
            return self._member(node)
        left, right = self._eval(node.left), self._eval(node.right)
        if node.op in {"==", "!="}:
            same = equal(left, right)
            if same is MISMATCH:
                return self._mismatch(node)
            return same if node.op == "==" or not isinstance(same, bool) else not same
        for side in (left, right):
            if isinstance(side, Failed):
                return side
        unknown = Unknown.joined((left, right))
        if unknown is not None:
            return unknown
        one, other = _known(left), _known(right)
        if node.op not in _COMPARISONS:
            return arithmetic.computed(node.op, one, other)
        placed = order(one, other)
        return placed if isinstance(placed, Failed) else _COMPARISONS[node.op](placed)

    def _mismatch(self, node: Binary) -> Result:
        """Two types that do not compare: an error between constants, which Google's checker refuses.

        Of an attribute the type is known only at run time, and whether that is an error or just unequal is
        not documented: Unknown.
        """
        read = sorted({path for side in (node.left, node.right) for path in attributes(side)})
        return Unknown.on(*(f"type of {path}" for path in read)) if read else MISMATCH

    def _member(self, node: Binary) -> Result:
        item = self._eval(node.left)
        path = self._path(node.right)
        if path is not None and isinstance(item, str) and self._environment.is_partial(path):
            return self._environment.has(step(path, item))
        items = self._eval(node.right)
        for side in (item, items):
            if isinstance(side, Failed):
                return side
        match items:
            case tuple():
                return member(item, items)
            case Unknown():
                return Unknown.joined((item, items)) or items
            case MappingType():
                if isinstance(item, Unknown):
                    return item
                return bool(_find(items, item)) if isinstance(item, bool | int | str) else MISMATCH
        return MISMATCH

    def _call(self, node: Call) -> Result:
        if node.function in _TAG_FUNCTIONS and node.receiver == Name("resource"):
            return self._tags(node)
        if node.function == "getAttribute" and node.receiver == Name("api"):
            return self._api(node)
        receiver = None if node.receiver is None else self._eval(node.receiver)
        args = [self._eval(arg) for arg in node.args]
        failed = next((v for v in (receiver, *args) if isinstance(v, Failed)), None)
        if failed is not None:
            return failed
        unknown = Unknown.joined((receiver, *args))
        if unknown is not None:
            return unknown
        return functions.call(
            node.function, _known(receiver), node.receiver is not None, tuple(map(_known, args))
        )

    def _tags(self, node: Call) -> Result:
        """Answer ``resource.matchTag('123/env', 'prod')`` and its three relatives."""
        by_id = node.function.endswith("Id")
        tags: Tags = self._environment.tag_ids if by_id else self._environment.tags
        if len(node.args) != _TAG_FUNCTIONS[node.function]:
            return MISMATCH
        found = [self._eval(arg) for arg in node.args]
        failed = next((f for f in found if isinstance(f, Failed)), None)
        unknown = Unknown.joined(found)
        if failed is not None or unknown is not None:
            return failed or unknown
        key, *value = found
        if not isinstance(key, str) or not all(isinstance(v, str) for v in value):
            return MISMATCH
        if key in tags.values:
            return not value or tags.values[key] == value[0]
        return False if tags.complete else Unknown.on(tag_term(key))

    def _api(self, node: Call) -> Result:
        """Answer ``api.getAttribute(name, default)``: the default where the attribute is absent."""
        if len(node.args) != 2:
            return MISMATCH
        name, default = (self._eval(arg) for arg in node.args)
        if not isinstance(name, str):
            return name if isinstance(name, Unknown | Failed) else MISMATCH
        found = self._environment.value(name)
        return default if isinstance(found, Failed) else found

    def _mapping(self, node: Mapping) -> Result:
        entries: dict[Key, Result] = {}
        for key_node, value_node in node.entries:
            key, value = self._eval(key_node), self._eval(value_node)
            if isinstance(key, Unknown | Failed):
                return key
            if isinstance(value, Failed):
                return value
            if not isinstance(key, bool | int | str) or _find(entries, key):
                return Failed("key of a map")
            if key in entries:
                return Unknown.on("map with true and 1")  # which Python takes for one key
            entries[key] = value
        return entries

    def _comprehension(self, node: Comprehension) -> Result:
        over = self._eval(node.range)
        if isinstance(over, Unknown | Failed):
            return over
        if not isinstance(over, tuple | MappingType):
            return MISMATCH
        outer = dict(self._variables)
        rounds: list[tuple[Result, list[Result]]] = []
        for item in over:
            self._variables = {**outer, node.variable: item}
            rounds.append((item, [self._eval(body) for body in node.bodies]))
        self._variables = outer
        return _folded(node.macro, rounds)


def tag_term(key: str) -> str:
    """Return how an answer that hinges on a tag names it."""
    return f"resource.tag({key})"


def _known(value: Result) -> Value:
    """Return a value of which the caller knows that it is one."""
    if isinstance(value, Unknown | Failed):
        raise AssertionError(value)  # noqa: TRY004 - the caller has checked
    return value


def _same(one: Result, other: Result) -> bool:
    """Tell whether two branches are certainly one value of one type."""
    if isinstance(one, Unknown | Failed) or isinstance(other, Unknown | Failed):
        return False
    return kind_of(one) == kind_of(other) and equal(one, other) is True


def _find(entries: MappingType[Key, Result], key: Key) -> list[Result]:
    """Return the value under a key of the same type: Python takes True for 1."""
    return [v for k, v in entries.items() if k == key and isinstance(k, bool) == isinstance(key, bool)]


def _folded(macro: str, rounds: list[tuple[Result, list[Result]]]) -> Result:
    tests = [bodies[0] for _, bodies in rounds]
    if macro == "map" and (not rounds or len(rounds[0][1]) == 1):
        return next((t for t in tests if isinstance(t, Failed)), tuple(tests))
    checked = [t if isinstance(t, bool | Unknown | Failed) else MISMATCH for t in tests]
    unknown = Unknown.joined(checked)
    failed = next((c for c in checked if isinstance(c, Failed)), None)
    if macro in {"all", "exists"}:
        decisive = macro == "exists"
        return (
            decisive
            if decisive in [c for c in checked if isinstance(c, bool)]
            else (unknown or failed or not decisive)
        )
    if failed is not None:
        return failed
    if unknown is not None:
        return unknown
    if macro == "exists_one":
        return sum(c is True for c in checked) == 1
    kept = tuple(bodies[-1] if macro == "map" else item for item, bodies in rounds if bodies[0] is True)
    return next((k for k in kept if isinstance(k, Failed)), kept)
