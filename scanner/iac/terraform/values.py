"""What expressions come to: plain values, and values that nobody can tell yet.

Texts, numbers, booleans, None, lists and dicts are themselves; sets are lists in order. Objects that code
writes out know their lines, so that a statement of a policy does, wherever the policy goes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.iac.terraform.syntax import Node

Value: TypeAlias = Any
"""A plain value, `Open`, `Encoded` or `Named`; the language has no other types."""

_LONGEST: Final = 200
LONGEST_TEXT: Final = 4 * 1024 * 1024
"""Characters of one text; a longer one stays open."""


@dataclass(frozen=True, slots=True)
class Open:
    """A value that code leaves open. `parts` are the known and open pieces of a text.

    `is_error`: evaluating it is an error, as far as code tells, which ``try`` passes over. `lines`: path and
    first line of a text over several lines, see `Lines`.
    """

    expression: str
    parts: tuple[str | Open, ...] = ()
    is_error: bool = False
    lines: tuple[str, int] | None = None

    @property
    def like(self) -> str:
        """A glob of what it can be."""
        glob = "".join(part if isinstance(part, str) else part.like for part in self.parts) or "*"
        return re.sub(r"\*{2,}", "*", glob)

    @property
    def body(self) -> dict[str, str]:
        """What stands for it in a document."""
        return Unresolved(self.expression, self.like).body


class Rest(Open):
    """What stands in a list for any number of elements, none perhaps, that nobody can tell."""

    @classmethod
    def of(cls, value: Open) -> Rest:
        """Return an open list as what it adds to another."""
        return cls(value.expression, is_error=value.is_error)


class Written(dict[str, Value]):
    """An object that code writes out, and where."""

    __slots__ = ("node",)

    def __init__(self, items: dict[str, Value], node: Node) -> None:
        super().__init__(items)
        self.node = node


class Set(list[Value]):
    """A set: each element is its own key."""

    __slots__ = ()


class Lines(str):
    """A text whose lines are those of a file, from line `first` of `path` on: a heredoc, or a whole file."""

    path: str
    first: int

    @classmethod
    def of(cls, text: str, path: str, first: int) -> Lines:
        """Return the text with where it stands."""
        made = cls(text)
        made.path = path
        made.first = first
        return made


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """A JSON text, kept as what it says: it may hold open values."""

    value: Value

    def text(self) -> str | Open:
        """Return the text itself; of one that is open in parts, what is known of it."""
        if has_open(self.value):
            return joined(list(_spelled(self.value)), "jsonencode(…)")
        return _json(plain(self.value))


def _json(value: Value) -> str:
    text = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    for char in "<>&":  # as Go's encoder does
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _spelled(value: Value) -> Iterator[str | Open]:
    """Yield the pieces of a JSON text; blanks keep what is open apart from marks."""
    if is_named(value):
        value = value.attribute("id")
    if isinstance(value, Open) and value.parts:
        yield '"'
        yield from (_json(p)[1:-1] if isinstance(p, str) else p for p in value.parts)
        yield '"'
    elif isinstance(value, Open):
        yield value
    elif isinstance(value, dict | list) and has_open(value):
        is_object = isinstance(value, dict)
        yield "{" if is_object else "["
        for index, (key, inner) in enumerate(items_of(value) or ()):
            yield ", " if index else " "
            yield f"{_json(str(key))}: " if is_object else ""
            yield from _spelled(inner)
        yield " }" if is_object else " ]"
    else:
        yield _json(plain(value))


class Named(Protocol):
    """Something with attributes by name: a resource, ``var``, ``module.x``."""

    def attribute(self, name: str) -> Value:
        """Return an attribute's value, `Open` when it cannot be told."""


def opened(node: Node, cause: Value = None) -> Open:
    """Return an open value that an expression comes to, because of one that it is made of."""
    is_error = isinstance(cause, Open) and cause.is_error
    text = re.sub(r"\s+", " ", node.text)
    return Open(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…", is_error=is_error)


def missing(node: Node) -> Open:
    """Return the open value of an expression that is an error, as far as code tells."""
    return Open(opened(node).expression, is_error=True)


def is_named(value: Value) -> bool:
    """Tell whether a value is a resource or a namespace."""
    return hasattr(value, "attribute")


def has_open(value: Value) -> bool:
    """Tell whether a value or any part of it is open."""
    if isinstance(value, Open) or is_named(value):
        return True
    if isinstance(value, Encoded):
        return has_open(value.value)
    if isinstance(value, dict):
        return any(map(has_open, value.values()))
    return isinstance(value, list) and any(map(has_open, value))


def has_error(value: Value) -> bool:
    """Tell whether evaluating a value or any part of it is an error."""
    if isinstance(value, Open):
        return value.is_error
    if isinstance(value, Encoded):
        return has_error(value.value)
    if isinstance(value, dict):
        return any(map(has_error, value.values()))
    return isinstance(value, list) and any(map(has_error, value))


def text_of(value: Value) -> str | Open:
    """Return a value as a text, as templates do."""
    if isinstance(value, Encoded):
        return value.text()
    if isinstance(value, str | Open):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return format(value, ".0f") if value.is_integer() else repr(value)
    return Open("a value that is no text", is_error=True)


def joined(parts: list[str | Open], expression: str) -> str | Open:
    """Return the texts as one; open, with the known pieces kept, when any is."""
    flat: list[str | Open] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Open) and part.parts else (part,):
            if isinstance(piece, str) and flat and isinstance(flat[-1], str):
                flat[-1] += piece
            else:
                flat.append(piece)
    if sum(len(piece) for piece in flat if isinstance(piece, str)) > LONGEST_TEXT:
        return Open(expression)
    if all(isinstance(piece, str) for piece in flat):
        return "".join(map(str, flat))
    is_error = any(isinstance(piece, Open) and piece.is_error for piece in flat)
    return Open(expression, tuple(flat), is_error)


def plain(value: Value) -> Value:
    """Return a value as JSON: open parts by what stands for them, JSON texts as texts."""
    if isinstance(value, Open):
        return value.body
    if isinstance(value, Encoded):
        text = value.text()
        return text.body if isinstance(text, Open) else text
    if is_named(value):
        return plain(value.attribute("id"))
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return str(value) if isinstance(value, Lines) else value


def items_of(value: Value) -> Iterator[tuple[Value, Value]] | None:
    """Yield (key, element) of a collection, objects in order of their keys; None when it is none."""
    if isinstance(value, dict):
        return iter(sorted(value.items(), key=lambda item: str(item[0])))
    if isinstance(value, Set):
        return ((element, element) for element in value)
    if isinstance(value, list):
        return iter(enumerate(value))
    return None
