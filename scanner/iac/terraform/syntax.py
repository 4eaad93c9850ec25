"""The syntax tree of HCL: what a Terraform file says, with where it says it.

Source: "HCL Native Syntax Specification"
(https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md, read 2026-11).
"""

# ruff: noqa: D101 - each class is a form of the specification, named as there
from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal, TypeAlias


class SyntaxProblem(Exception):  # noqa: N818 - of the scanned file, which then is a gap
    """A file that is no HCL; `line` is where reading stopped."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Source:
    """One file's text; `path` as in the tree. `on` is the one line of a text that is itself a value."""

    path: str
    text: str
    on: int = 0
    _starts: list[int] = field(default_factory=list, compare=False, repr=False)

    def line(self, offset: int) -> int:
        """Return the 1-based line of an offset."""
        return self.on or bisect_right(self._begins(), offset)

    def offsets(self, first: int, last: int) -> tuple[int, int]:
        """Return where the first of these lines begins and the last ends."""
        begins = self._begins()
        end = begins[last] - 1 if last < len(begins) else len(self.text)
        return begins[min(first, len(begins)) - 1], end

    def _begins(self) -> list[int]:
        if not self._starts:
            self._starts.append(0)
            self._starts.extend(found.end() for found in re.finditer("\n", self.text))
        return self._starts


@dataclass(frozen=True, slots=True)
class Node:
    """Where it stands: offsets into the source, the end excluded."""

    source: Source = field(repr=False)
    start: int
    end: int

    @property
    def text(self) -> str:
        """The code itself."""
        return self.source.text[self.start : self.end]

    @property
    def lines(self) -> tuple[int, int]:
        """First and last line, 1-based."""
        return self.source.line(self.start), self.source.line(max(self.start, self.end - 1))


@dataclass(frozen=True, slots=True)
class Constant(Node):
    value: str | float | bool | None


@dataclass(frozen=True, slots=True)
class Template(Node):
    """`flush` is how many columns ``<<-`` takes away; already taken from `parts`."""

    parts: tuple[str | Expression | Directive, ...]
    is_heredoc: bool = False


@dataclass(frozen=True, slots=True)
class Directive(Node):
    """``%{ if }`` or ``%{ for }`` in a template."""

    subject: Expression
    names: tuple[str, ...]
    body: tuple[str | Expression | Directive, ...]
    otherwise: tuple[str | Expression | Directive, ...] = ()


@dataclass(frozen=True, slots=True)
class Variable(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    of: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Index(Node):
    of: Expression
    key: Expression


@dataclass(frozen=True, slots=True)
class Splat(Node):
    """`each` is what follows, read of every element, which stands in it as the variable ``*``."""

    of: Expression
    each: Expression


@dataclass(frozen=True, slots=True)
class Call(Node):
    name: str
    arguments: tuple[Expression, ...]
    spreads: bool


@dataclass(frozen=True, slots=True)
class Unary(Node):
    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary(Node):
    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Tuple(Node):
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Object(Node):
    items: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class For(Node):
    kind: Literal["tuple", "object"]
    names: tuple[str, ...]
    of: Expression
    key: Expression | None
    value: Expression
    groups: bool
    condition: Expression | None


Expression: TypeAlias = (
    Constant
    | Template
    | Variable
    | Attribute
    | Index
    | Splat
    | Call
    | Unary
    | Binary
    | Conditional
    | Tuple
    | Object
    | For
)


@dataclass(frozen=True, slots=True)
class Block(Node):
    """``type "label" { … }``; `attributes` and `blocks` in the order of the file."""

    type: str
    labels: tuple[str, ...]
    attributes: dict[str, Expression]
    blocks: tuple[Block, ...]

    def of_type(self, type_: str) -> tuple[Block, ...]:
        """Return the blocks of a type directly inside."""
        return tuple(block for block in self.blocks if block.type == type_)
