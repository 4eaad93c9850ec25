"""Splits the text of a condition into words, strings, attributes and marks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from scanner.providers.azure.abac.tree import Attribute, ConditionError, Value
from scanner.stringset import ANY_CHARACTER, ANY_STRING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.stringset import Token

LONGEST: Final = 65_536
"""Characters of a condition, a bound for hostile ones: the longest of a built-in role has 1,251."""

Kind: TypeAlias = Literal["(", ")", "{", "}", ",", "and", "or", "not", "word", "string", "attribute", "end"]

_MARKS: Final[tuple[tuple[str, Kind], ...]] = (
    ("&&", "and"),
    ("||", "or"),
    ("!", "not"),
    ("(", "("),
    (")", ")"),
    ("{", "{"),
    ("}", "}"),
    (",", ","),
)
_LOGIC: Final[dict[str, Kind]] = {"and": "and", "or": "or", "not": "not"}
_WORD: Final = re.compile(r"[^\s(){},'\"\[\]@&|!]+")
_ATTRIBUTE: Final = re.compile(r"@?[A-Za-z]+\[[^\[\]]*\]")
_STRING: Final = re.compile(r"'(?:[^'\\]|\\.|'')*'", re.DOTALL)
_PIECE: Final = re.compile(r"''|\\.|[*?]|[^'\\*?]+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One of the marks, or a word, a string, an attribute with what it stands for. `end` is behind it."""

    kind: Kind
    offset: int
    end: int
    word: str = ""
    value: Value | None = None
    attribute: Attribute | None = None


def lexemes(text: str) -> Iterator[Lexeme]:
    """Yield the lexemes of a condition in order, and ``end`` at last.

    Raises:
        ConditionError: at a character that starts nothing, or when the text is too long.
    """
    if len(text) > LONGEST:
        raise ConditionError(f"the condition has {len(text)} characters, more than {LONGEST}", LONGEST)
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = _next(text, at)
        yield found
        at = found.end
    yield Lexeme("end", len(text), len(text))


def _next(text: str, at: int) -> Lexeme:
    for mark, kind in _MARKS:
        if text.startswith(mark, at):
            return Lexeme(kind, at, at + len(mark))
    if text[at] == "'":
        return _string(text, at)
    attribute = _ATTRIBUTE.match(text, at)
    if attribute:
        try:
            return Lexeme("attribute", at, attribute.end(), attribute=Attribute.of(attribute[0]))
        except ConditionError as error:
            raise ConditionError(f"`{attribute[0][:80]}` is no attribute", at) from error
    word = _WORD.match(text, at)
    if word is None:
        raise ConditionError(f"`{text[at]}` starts nothing that a condition has", at)
    plain = Value(word[0], (word[0],))
    return Lexeme(_LOGIC.get(word[0].lower(), "word"), at, word.end(), word[0], plain)


def _string(text: str, at: int) -> Lexeme:
    found = _STRING.match(text, at)
    if found is None:
        raise ConditionError("a string is not closed", at)
    return Lexeme("string", at, found.end(), value=unescaped(found[0][1:-1]))


def unescaped(inner: str) -> Value:
    r"""Return what stands between quotes: ``''`` is a quote, ``\*`` and ``\?`` are no wildcards.

    Source: "Azure role assignment condition format and syntax", "Special characters"
    (https://learn.microsoft.com/azure/role-based-access-control/conditions-format, read 2026-11). A backslash
    before anything else than ``* ? ' \`` is not documented, and makes the value doubtful.
    """
    tokens: list[Token] = []
    text, doubtful = "", False

    def plain(piece: str) -> None:
        nonlocal text
        text += piece
        if tokens and isinstance(tokens[-1], str):
            tokens[-1] += piece
        else:
            tokens.append(piece)

    for piece in _PIECE.findall(inner):
        if piece in {"*", "?"}:
            text += piece
            tokens.append(ANY_STRING if piece == "*" else ANY_CHARACTER)
        elif piece == "''":
            plain("'")
        elif piece.startswith("\\"):
            doubtful = doubtful or piece[1] not in "*?'\\"
            plain(piece if piece[1] not in "*?'\\" else piece[1])
        else:
            plain(piece)
    return Value(text, tuple(tokens), doubtful)
