"""Bicep text as tokens with their lines. A string with expressions in it is one token with its parts.

Source: Azure Resource Manager, "Bicep file structure and syntax", "Data types", Strings
(https://learn.microsoft.com/azure/azure-resource-manager/bicep/data-types, read 2026-11).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scanner.iac.arm.expressions import SyntaxFault

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN: Final = re.compile(
    r"(?P<space>[ \t\r]+|//[^\n]*|/\*.*?\*/|\#[^\n]*)|(?P<line>\n)|(?P<raw>'''.*?''')|(?P<number>\d+)"
    r"|(?P<name>[A-Za-z_]\w*)|(?P<mark>\?\?|\|\||&&|==|!=|=~|!~|<=|>=|=>|::|\.\?|\[\?|\.\.\.|[{}()\[\],.:?=<>!@|+*/%-])"
    r"|(?P<quote>')",
    re.DOTALL,
)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", "$": "$"}
_DEEPEST: Final = 20


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is ``name number mark line text end``; a text has `parts`: texts and tokens of expressions."""

    kind: str
    text: str
    line: int
    parts: tuple[str | tuple[Token, ...], ...] = ()


class BicepFault(SyntaxFault):
    """A file that is no Bicep, with the line where that shows."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def tokens_of(text: str) -> tuple[Token, ...]:
    """Return the tokens of a file, an ``end`` last.

    Raises:
        BicepFault: at the first character that no token begins with.
    """
    found = list(_tokens(text, 0, len(text), 1, 0))
    last = found[-1].line if found else 1
    return (*found, Token("end", "", last))


def _tokens(text: str, at: int, end: int, line: int, depth: int) -> Iterator[Token]:
    while at < end:
        found = _TOKEN.match(text, at, end)
        if found is None:
            raise BicepFault(line, f"`{text[at : at + 20].splitlines()[0]}` is not understood")
        kind = str(found.lastgroup)
        if kind == "quote":
            token, at = _quoted(text, found.end(), end, line, depth)
            yield token
            continue
        first, at = line, found.end()
        line += found[0].count("\n")
        if kind == "raw":
            inside = found[0][3:-3]
            inside = inside.removeprefix("\r").removeprefix("\n")
            yield Token("text", inside, first, (inside,))
        elif kind != "space":
            yield Token(kind, found[0], first)


def _quoted(text: str, at: int, end: int, line: int, depth: int) -> tuple[Token, int]:
    """Return a string and where it ends; `at` is behind its first quote."""
    if depth > _DEEPEST:
        raise BicepFault(line, "strings within strings are too deep")
    parts: list[str | tuple[Token, ...]] = []
    plain: list[str] = []
    while True:
        if at >= end or text[at] == "\n":
            raise BicepFault(line, "a string does not end on its line")
        here = text[at]
        if here == "'":
            break
        if here == "\\":
            value, at = _escaped(text, at, line)
            plain.append(value)
        elif text.startswith("${", at):
            close = _closing(text, at + 2, end, line, depth)
            parts += ["".join(plain), tuple(_tokens(text, at + 2, close, line, depth + 1))]
            plain, at = [], close + 1
        else:
            plain.append(here)
            at += 1
    parts.append("".join(plain))
    return Token("text", "", line, tuple(parts)), at + 1


def _escaped(text: str, at: int, line: int) -> tuple[str, int]:
    code = re.compile(r"\\u\{([0-9a-fA-F]{1,6})\}").match(text, at)
    if code is not None and int(code[1], 16) < 0x110000:
        return chr(int(code[1], 16)), code.end()
    value = _ESCAPES.get(text[at + 1 : at + 2])
    if value is None:
        raise BicepFault(line, f"`{text[at : at + 2]}` is no escape")
    return value, at + 2


def _closing(text: str, at: int, end: int, line: int, depth: int) -> int:
    """Return where the brace is that closes an expression in a string, strings within it passed over."""
    open_ = 1
    while at < end and text[at] != "\n":
        if text[at] == "'":
            _, at = _quoted(text, at + 1, end, line, depth + 1)
            continue
        open_ += {"{": 1, "}": -1}.get(text[at], 0)
        if not open_:
            return at
        at += 1
    raise BicepFault(line, "an expression in a string does not end")
