"""Regular expressions for ``matches()``, with work that grows with text times pattern and never faster.

Conditions are hostile input, and Python's own engine backtracks. This one follows all states at once. It
reads the part of RE2's syntax that people write; the rest raises `Unsupported`, which means Unknown.
Source: RE2, "Syntax" (https://github.com/google/re2/wiki/Syntax, read 2026-11-22).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

MAX_STATES: Final = 2_000
MAX_WORK: Final = 4_000_000
"""Steps of one match: characters of the text times states."""
_MAX_GROUPS: Final = 40
_HIGHEST: Final = 0x10FFFF


class Unsupported(Exception):  # noqa: N818 - it is no fault of the text's, only more than is read here
    """A pattern that this engine does not read, or whose match would take too long."""


@dataclass(frozen=True, slots=True)
class Characters:
    """One character out of ranges, both ends included, or with `negated` out of none of them."""

    ranges: tuple[tuple[int, int], ...]
    negated: bool = False

    def holds(self, code: int) -> bool:
        """Tell whether a character, as its number, is one of them."""
        return any(low <= code <= high for low, high in self.ranges) != self.negated


@dataclass(frozen=True, slots=True)
class Edge:
    """A place between characters: ``^`` (begin), ``$`` (end), ``b``, ``B``; `lines` for those of any line."""

    at: str
    lines: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Parts one after the other."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several."""

    options: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part `least` to `most` times; None: without end."""

    part: Pattern
    least: int
    most: int | None


Pattern: TypeAlias = Characters | Edge | Run | Either | Repeat

_DIGIT: Final = ((48, 57),)
_WORD: Final = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE: Final = ((9, 10), (12, 13), (32, 32))
_CLASSES: Final = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
_NAMED: Final = {
    "alnum": ((48, 57), (65, 90), (97, 122)), "alpha": ((65, 90), (97, 122)), "digit": _DIGIT,
    "lower": ((97, 122),), "upper": ((65, 90),), "space": ((9, 13), (32, 32)), "word": _WORD,
    "xdigit": ((48, 57), (65, 70), (97, 102)), "blank": ((9, 9), (32, 32)), "ascii": ((0, 127),),
    "punct": ((33, 47), (58, 64), (91, 96), (123, 126)),
}  # fmt: skip
_CONTROL: Final = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_NEWLINE: Final = ((10, 10),)


def read(text: str) -> Pattern:
    """Return the tree of a regular expression.

    Raises:
        Unsupported: when it is not one of those read here.
    """
    reader = _Reader(text)
    tree = reader.either(0)
    if reader.at != len(text):
        raise Unsupported("unbalanced parenthesis")
    return tree


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0
        self._fold = self._dot_all = self._lines = False

    def either(self, depth: int) -> Pattern:
        """Read alternatives up to a closing parenthesis or the end."""
        if depth > _MAX_GROUPS:
            raise Unsupported("too many groups inside each other")
        options = [self._run(depth)]
        while self._accept("|"):
            options.append(self._run(depth))
        return options[0] if len(options) == 1 else Either(tuple(options))

    def _peek(self, count: int = 1) -> str:
        return self._text[self.at : self.at + count]

    def _accept(self, mark: str) -> bool:
        if self._text.startswith(mark, self.at):
            self.at += len(mark)
            return True
        return False

    def _run(self, depth: int) -> Pattern:
        parts: list[Pattern] = []
        while self._peek() not in {"", "|", ")"}:
            part = self._atom(depth)
            if part is not None:
                parts.append(self._repeated(part))
        return parts[0] if len(parts) == 1 else Run(tuple(parts))

    def _repeated(self, part: Pattern) -> Pattern:
        bounds = self._bounds()
        if bounds is None:
            return part
        self._accept("?")  # lazy: another match, but not another answer to whether there is one
        if self._bounds() is not None:
            raise Unsupported("repeated repetition")
        return Repeat(part, *bounds)

    def _bounds(self) -> tuple[int, int | None] | None:
        for mark, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._accept(mark):
                return bounds
        if self._peek() != "{":
            return None
        body, closed, _ = self._text[self.at + 1 :].partition("}")
        least, comma, most = body.partition(",")
        if not closed or not (least.isascii() and least.isdigit()) or not (most or "0").isdigit():
            raise Unsupported("brace that counts nothing")
        self.at += len(body) + 2
        low, high = int(least[:6]), (int(most[:6]) if most else None) if comma else int(least[:6])
        if low > 1_000 or (high is not None and (high > 1_000 or high < low)):
            raise Unsupported("repetition out of range")
        return low, high

    def _atom(self, depth: int) -> Pattern | None:
        mark = self._peek()
        self.at += 1
        match mark:
            case "(":
                return self._group(depth)
            case "[":
                return self._bracket()
            case ".":
                return Characters(() if self._dot_all else _NEWLINE, negated=True)
            case "^" | "$":
                return Edge(mark, self._lines)
            case "\\":
                return self._escape()
            case "*" | "+" | "?":
                raise Unsupported("nothing to repeat")
        return self._character(ord(mark))

    def _group(self, depth: int) -> Pattern | None:
        flags = self._fold, self._dot_all, self._lines
        if self._accept("?"):
            if self._accept("P<") or self._accept("<"):
                name, closed, _ = self._text[self.at :].partition(">")
                if not closed or not name.isidentifier():
                    raise Unsupported("name of a group")
                self.at += len(name) + 1
            elif self._set_flags():
                return None
        inner = self.either(depth + 1)
        if not self._accept(")"):
            raise Unsupported("unbalanced parenthesis")
        self._fold, self._dot_all, self._lines = flags
        return inner

    def _set_flags(self) -> bool:
        """Read the flags of ``(?i:...)``; True when they are ``(?i)``, for the rest of the group."""
        on = True
        while (mark := self._peek()) not in {":", ")"}:
            self.at += 1
            match mark:
                case "-" if on:
                    on = False
                case "i":
                    self._fold = on
                case "s":
                    self._dot_all = on
                case "m":
                    self._lines = on
                case "U":
                    pass  # greediness, which does not change whether there is a match
                case _:
                    raise Unsupported("group of this kind")
        return self._accept(")") or not self._accept(":")

    def _escape(self) -> Pattern:
        mark = self._peek()
        self.at += 1
        if mark.lower() in _CLASSES and mark:
            return Characters(_CLASSES[mark.lower()], negated=mark.isupper())
        if mark in {"b", "B"}:
            return Edge(mark)
        if mark in {"A", "z"}:
            return Edge("^" if mark == "A" else "$")
        if mark == "Q":
            quoted, _, _ = self._text[self.at :].partition("\\E")
            self.at = min(len(self._text), self.at + len(quoted) + 2)
            return Run(tuple(self._character(ord(c)) for c in quoted))
        return self._character(self._code(mark))

    def _code(self, mark: str) -> int:
        """Return the character that an escape stands for; `at` is behind its first letter."""
        if mark in _CONTROL and mark:
            return _CONTROL[mark]
        if mark == "x":
            braced = self._accept("{")
            digits = self._text[self.at :].partition("}")[0] if braced else self._peek(2)
            self.at += len(digits) + braced
            try:
                code = int(digits, 16) if digits.isalnum() and len(digits) <= 8 else -1
            except ValueError:
                code = -1
            if 0 <= code <= _HIGHEST:
                return code
        elif mark and not mark.isalnum() and mark.isascii():
            return ord(mark)
        raise Unsupported("escape")

    def _character(self, code: int) -> Characters:
        return Characters(self._folded(((code, code),)))

    def _folded(self, ranges: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        if not self._fold:
            return ranges
        if any(high > 127 for _, high in ranges):
            raise Unsupported("letter case beyond ASCII")
        lower = [(max(a, 65) + 32, min(b, 90) + 32) for a, b in ranges if a <= 90 and b >= 65]
        upper = [(max(a, 97) - 32, min(b, 122) - 32) for a, b in ranges if a <= 122 and b >= 97]
        kelvin = [(0x212A, 0x212A)] if any(a <= 107 <= b or a <= 75 <= b for a, b in ranges) else []
        long_s = [(0x17F, 0x17F)] if any(a <= 115 <= b or a <= 83 <= b for a, b in ranges) else []
        return (*ranges, *lower, *upper, *kelvin, *long_s)

    def _bracket(self) -> Pattern:
        negated = self._accept("^")
        ranges: list[tuple[int, int]] = []
        first = True
        while first or not self._accept("]"):
            ranges += self._bracket_item()
            first = False
        return Characters(self._folded(tuple(ranges)), negated)

    def _bracket_item(self) -> tuple[tuple[int, int], ...]:
        if self._accept("[:"):
            name, closed, _ = self._text[self.at :].partition(":]")
            if not closed or name not in _NAMED:
                raise Unsupported("class of characters")
            self.at += len(name) + 2
            return _NAMED[name]
        low = self._bracket_character()
        if isinstance(low, tuple):
            return low
        if self._peek() == "-" and self._peek(2) not in {"-]", "-"}:
            self.at += 1
            high = self._bracket_character()
            if isinstance(high, tuple) or high < low:
                raise Unsupported("range of characters")
            return ((low, high),)
        return ((low, low),)

    def _bracket_character(self) -> int | tuple[tuple[int, int], ...]:
        mark = self._peek()
        self.at += 1
        if not mark:
            raise Unsupported("bracket without its end")
        if mark != "\\":
            return ord(mark)
        mark = self._peek()
        self.at += 1
        if mark in _CLASSES and mark:
            return _CLASSES[mark]
        return self._code(mark)
