"""Expressions of ARM templates (``[concat('a', parameters('b'))]``) and of Bicep, as one small tree.

Source: Azure Resource Manager, "Syntax and expressions in ARM templates"
(https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions, read 2026-11).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from scanner.iac.written import Node

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as it is."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Name:
    """A parameter, variable, resource or module of Bicep."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; operators are called by the function that they stand for."""

    name: str
    arguments: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """A member of an object, or an item of a list."""

    of: Expression
    key: Expression


@dataclass(frozen=True, slots=True)
class Block:
    """An object or a list written inside an expression."""

    node: Node


Expression: TypeAlias = Literal | Name | Call | Access | Block


@dataclass(slots=True, eq=False)
class Code(Node):
    """A value that an expression makes."""

    expression: Expression = Literal(None)


class SyntaxFault(Exception):  # noqa: N818 - what a text is, not what we did wrong
    """An expression that is none."""


_TOKEN: Final = re.compile(
    r"\s+|(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+)|(?P<name>[A-Za-z_][\w]*)|(?P<mark>[()\[\],.])"
)
_DEEPEST: Final = 60


def parse(text: str) -> Expression:
    """Return the expression between the brackets of a template's text.

    Raises:
        SyntaxFault: when it is none.
    """
    tokens = list(_tokens(text))
    expression, end = _operand(tokens, 0, 0)
    if end != len(tokens):
        raise SyntaxFault("something stands after the expression")
    return expression


def is_expression(text: str) -> bool:
    """Tell whether a template's text is an expression; two brackets at its beginning stand for one."""
    return text.startswith("[") and text.endswith("]") and not text.startswith("[[")


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    end = 0
    while end < len(text):
        found = _TOKEN.match(text, end)
        if found is None:
            raise SyntaxFault(f"`{text[end : end + 20]}` is not understood")
        end = found.end()
        if found.lastgroup:
            yield found.lastgroup, found[0]


def _operand(tokens: list[tuple[str, str]], at: int, depth: int) -> tuple[Expression, int]:
    if at >= len(tokens) or depth > _DEEPEST:
        raise SyntaxFault("it ends too early, or is too deep")
    kind, text = tokens[at]
    at += 1
    found: Expression
    if kind == "text":
        found = Literal(text[1:-1].replace("''", "'"))
    elif kind == "number":
        found = Literal(int(text[:18]))
    elif kind == "name" and tokens[at : at + 1] == [("mark", "(")]:
        arguments, at = _arguments(tokens, at + 1, depth)
        found = Call(text.lower(), arguments)
    else:
        raise SyntaxFault(f"`{text}` is not understood")
    while at < len(tokens) and tokens[at] in {("mark", "."), ("mark", "[")}:
        found, at = _member(tokens, at, found, depth)
    return found, at


def _arguments(tokens: list[tuple[str, str]], at: int, depth: int) -> tuple[tuple[Expression, ...], int]:
    found: list[Expression] = []
    while tokens[at : at + 1] != [("mark", ")")]:
        argument, at = _operand(tokens, at, depth + 1)
        found.append(argument)
        if tokens[at : at + 1] == [("mark", ",")]:
            at += 1
        elif tokens[at : at + 1] != [("mark", ")")]:
            raise SyntaxFault("a comma or a bracket is missing")
    return tuple(found), at + 1


def _member(tokens: list[tuple[str, str]], at: int, of: Expression, depth: int) -> tuple[Expression, int]:
    if tokens[at][1] == ".":
        if at + 1 >= len(tokens) or tokens[at + 1][0] != "name":
            raise SyntaxFault("a member's name is missing")
        return Access(of, Literal(tokens[at + 1][1])), at + 2
    key, at = _operand(tokens, at + 1, depth + 1)
    if tokens[at : at + 1] != [("mark", "]")]:
        raise SyntaxFault("a bracket is missing")
    return Access(of, key), at + 1
