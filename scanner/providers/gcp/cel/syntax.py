"""The tree of a CEL expression, and what is refused before it is one.

Source: Common Expression Language, "Language Definition", "Syntax"
(https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax, read 2026-11-22).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from scanner.providers.gcp.cel.values import Value  # noqa: TC001 - dataclasses of this module name it

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LENGTH: Final = 20_000
"""Characters of one expression. The longest that a Google API takes is 4,096 (attribute conditions)."""
MAX_DEPTH: Final = 96
"""Levels of a tree: conditions are hostile input, and every level is one of Python's own."""


class CelSyntaxError(ValueError):
    """A text that is no CEL, or more of it than is read. Whoever catches it answers Unknown, never "no".

    Attributes:
        position: 0-based character at which it was noticed.
    """

    def __init__(self, message: str, position: int) -> None:
        super().__init__(f"{message} at character {position + 1}")
        self.position = position


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    value: Value


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, or the first word of a dotted attribute."""

    name: str


@dataclass(frozen=True, slots=True)
class Select:
    """``operand.field``; `tested` when it stood inside ``has()``."""

    operand: Node
    field: str
    tested: bool = False


@dataclass(frozen=True, slots=True)
class Index:
    """``operand[key]``."""

    operand: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Call:
    """``function(args)``, or ``receiver.function(args)``."""

    function: str
    receiver: Node | None
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """``!`` or ``-`` before an operand."""

    op: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic, a comparison or ``in``."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Joined:
    """Operands of a run of ``&&`` or of ``||``, at least two."""

    op: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """``condition ? then : otherwise``."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list as written."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A map as written."""

    entries: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True, slots=True)
class Comprehension:
    """``range.macro(variable, body...)``: all, exists, exists_one, filter, map (with one body or two)."""

    macro: str
    range: Node
    variable: str
    bodies: tuple[Node, ...]


Node: TypeAlias = (
    Literal
    | Name
    | Select
    | Index
    | Call
    | Unary
    | Binary
    | Joined
    | Choice
    | Sequence
    | Mapping
    | Comprehension
)


def children(node: Node) -> tuple[Node, ...]:
    """Return the parts of a node, in the order of the text."""
    match node:
        case Select(operand=operand) | Unary(operand=operand):
            return (operand,)
        case Index(operand=left, key=right) | Binary(left=left, right=right):
            return (left, right)
        case Call(receiver=receiver, args=args):
            return args if receiver is None else (receiver, *args)
        case Joined(operands=parts) | Sequence(items=parts):
            return parts
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case Mapping(entries=entries):
            return tuple(part for entry in entries for part in entry)
        case Comprehension(range=over, bodies=bodies):
            return (over, *bodies)
    return ()


def step(path: str, key: str) -> str:
    """Return the dotted path of a field: ``assertion.sub``, ``assertion['https://acme.example/team']``."""
    return f"{path}.{key}" if key.isidentifier() and key.isascii() else f"{path}['{key}']"


def path_of(node: Node) -> str | None:
    """Return the dotted path that a chain of names, fields and constant keys stands for, else None."""
    match node:
        case Name(name=name):
            return name
        case Select(operand=operand, field=key) | Index(operand=operand, key=Literal(value=str(key))):
            below = path_of(operand)
            return None if below is None else step(below, key)
    return None


def attributes(node: Node, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the dotted path of every attribute that a tree reads, in the order of the text.

    Variables of comprehensions, which `bound` starts with, are none.
    """
    path = path_of(node)
    if path is not None:
        if _root(node) not in bound:
            yield path
        return
    if isinstance(node, Comprehension):
        yield from attributes(node.range, bound)
        for body in node.bodies:
            yield from attributes(body, bound | {node.variable})
        return
    for child in children(node):
        yield from attributes(child, bound)


def _root(node: Node) -> str:
    while isinstance(node, Select | Index):
        node = node.operand
    return node.name if isinstance(node, Name) else ""
