"""A CEL text as tokens. What CEL has and this lacks is an error with its place, never another meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scanner.providers.gcp.cel.syntax import MAX_LENGTH, CelSyntaxError
from scanner.providers.gcp.cel.values import INT_MAX, UINT_MAX, Uint

if TYPE_CHECKING:
    from scanner.providers.gcp.cel.values import Value

_SKIP: Final = re.compile(r"(?:[ \t\r\n\f]|//[^\n]*)+")
_NAME: Final = re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*", re.ASCII)
_NUMBER: Final = re.compile(
    r"(?P<hex>0[xX][0-9a-fA-F]+)(?P<hexu>[uU]?)"
    r"|(?P<double>[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<int>[0-9]+)(?P<intu>[uU]?)",
    re.ASCII,
)
_STRING: Final = re.compile(r"(?P<prefix>[rR]?[bB]|[bB]?[rR]|)(?P<quote>\"\"\"|'''|\"|')")
_MARKS: Final = ("&&", "||", "==", "!=", "<=", ">=", *"()[]{}.,:?!<>+-*/%")
_ESCAPES: Final = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "?": "?", '"': '"', "'": "'", "`": "`",
}  # fmt: skip
_CODE: Final = re.compile(
    r"[xX](?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})|(?P<o>[0-3][0-7]{2})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One token: `kind` is ``name``, ``value`` or ``end``, or the mark itself."""

    kind: str
    position: int
    value: Value = None


def lexemes(text: str) -> list[Lexeme]:
    """Return the tokens of a text, an ``end`` last.

    Raises:
        CelSyntaxError: where the text is not CEL, or too long.
    """
    if len(text) > MAX_LENGTH:
        raise CelSyntaxError(f"more than {MAX_LENGTH} characters", MAX_LENGTH)
    found: list[Lexeme] = []
    at = 0
    while True:
        skipped = _SKIP.match(text, at)
        at = skipped.end() if skipped else at
        if at == len(text):
            return [*found, Lexeme("end", at)]
        lexeme, at = _next(text, at)
        found.append(lexeme)


def _next(text: str, at: int) -> tuple[Lexeme, int]:
    string = _STRING.match(text, at)
    if string:
        return _string(text, at, string)
    name = _NAME.match(text, at)
    if name:
        return Lexeme("name", at, name[0]), name.end()
    number = _NUMBER.match(text, at)
    if number:
        return Lexeme("value", at, _number(number, at)), number.end()
    mark = next((m for m in _MARKS if text.startswith(m, at)), None)
    if mark is None:
        raise CelSyntaxError(f"unexpected {text[at]!a}", at)
    return Lexeme(mark, at), at + len(mark)


def _number(found: re.Match[str], at: int) -> Value:
    if found["double"]:
        return float(found["double"])
    value = int(found["hex"], 16) if found["hex"] else int(found["int"])
    unsigned = bool(found["hexu"] or found["intu"])
    # One above the largest is let through: the smallest number is written as minus that. `parsing` checks.
    if value > (UINT_MAX if unsigned else INT_MAX + 1):
        raise CelSyntaxError("number out of range", at)
    return Uint(value) if unsigned else value


def _string(text: str, at: int, opening: re.Match[str]) -> tuple[Lexeme, int]:
    quote, prefix = opening["quote"], opening["prefix"].lower()
    raw, binary = "r" in prefix, "b" in prefix
    parts: list[str | int] = []
    i = opening.end()
    while not text.startswith(quote, i):
        if i >= len(text) or (len(quote) == 1 and text[i] in "\r\n"):
            raise CelSyntaxError("string without its end", at)
        if text[i] == "\\" and not raw:
            part, i = _escape(text, i, binary=binary)
            parts.append(part)
        else:
            parts.append(text[i])
            i += 1
    end = i + len(quote)
    if binary:
        return Lexeme("value", at, b"".join(_octets(part) for part in parts)), end
    return Lexeme("value", at, "".join(chr(p) if isinstance(p, int) else p for p in parts)), end


def _octets(part: str | int) -> bytes:
    return bytes([part]) if isinstance(part, int) else part.encode("utf-8", "replace")


def _escape(text: str, at: int, *, binary: bool) -> tuple[str | int, int]:
    """Return the character, or code, of an escape and where it ends."""
    plain = _ESCAPES.get(text[at + 1 : at + 2])
    if plain is not None:
        return plain, at + 2
    code = _CODE.match(text, at + 1)
    if code is None or (binary and (code["u"] or code["U"])):
        raise CelSyntaxError("unknown escape", at)
    value = int(code["o"], 8) if code["o"] else int(code["x"] or code["u"] or code["U"], 16)
    if value > 0x10FFFF or 0xD800 <= value <= 0xDFFF:
        raise CelSyntaxError("escape names no character", at)
    return value, code.end()
