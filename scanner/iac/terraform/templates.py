"""Reads quoted texts and heredocs with what is interpolated into them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

from scanner.iac.terraform import syntax

if TYPE_CHECKING:
    from scanner.iac.terraform.parser import Parser
    from scanner.iac.terraform.syntax import Expression

_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_HEREDOC: Final = re.compile(r"<<(-?)([^\W\d][\w-]*)[ \t\r]*\n")
_PLAIN: Final = re.compile(r'[^"\\$%\n]+')
_LITERAL: Final = re.compile(r"[^$%]+")
_DIRECTIVE: Final = re.compile(r"[ \t]*(if|for|else|endif|endfor)\b")

Part: TypeAlias = "str | Expression | syntax.Directive"


def read_template(parser: Parser) -> Expression:
    """Read a quoted text or a heredoc; a text without anything in it is a constant."""
    start = parser.at
    if parser.text.startswith('"', start):
        parser.at += 1
        parts = _Parts(parser, end='"').read()
        parser.demand('"') if parser.text.startswith('"', parser.at) else parser.fail("a text without an end")
        return _made(parser, start, parts, heredoc=False)
    found = _HEREDOC.match(parser.text, start)
    if found is None:
        raise parser.fail("a heredoc's name expected")
    ending = re.compile(rf"^[ \t]*{re.escape(found[2])}[ \t\r]*$", re.MULTILINE)
    last = ending.search(parser.text, found.end() - 1)
    if last is None:
        raise parser.fail(f"a heredoc without its end `{found[2]}`")
    parser.at = found.end()
    reader = _Parts(parser, until=last.start())
    parts = reader.read()
    if parser.at != last.start():
        parser.fail("a heredoc that ends inside an expression")
    parser.at = last.end()
    if found[1]:
        parts = _unindented(parts)
    return _made(parser, start, parts, heredoc=True)


def parse_template(parser: Parser) -> Expression:
    """Read a whole file as a template, as ``templatefile`` does."""
    parts = _Parts(parser, until=len(parser.text)).read()
    if parser.at != len(parser.text):
        parser.fail("a template that does not end")
    return _made(parser, 0, parts, heredoc=True)


def _made(parser: Parser, start: int, parts: list[Part], *, heredoc: bool) -> Expression:
    joined = _joined(parts)
    if not heredoc and all(isinstance(part, str) for part in joined):
        return syntax.Constant(parser.source, start, parser.at, "".join(map(str, joined)))
    return syntax.Template(parser.source, start, parser.at, tuple(joined), heredoc)


class _Parts:
    """Reads parts up to a quote, an offset, or a directive that ends the surrounding one."""

    def __init__(self, parser: Parser, *, end: str = "", until: int = -1) -> None:
        self._parser = parser
        self._end = end
        self._until = until
        self.stopped_at = ""

    def read(self) -> list[Part]:
        parser, parts = self._parser, list[Part]()
        strip = False
        while not self._is_done():
            text, at = parser.text, parser.at
            if text.startswith(("$${", "%%{"), at):
                parts.append(text[at + 1 : at + 3])
                parser.at += 3
            elif text.startswith("${", at) or text.startswith("%{", at):
                is_value = text[at] == "$"
                parser.at += 2
                if text.startswith("~", parser.at):
                    parser.at += 1
                    _strip_end(parts)
                before = len(parts)
                if is_value:
                    strip = self._value(parts)
                elif not self._directive(parts):
                    break
                if is_value and len(parts) == before:
                    parser.fail("an empty interpolation")
                continue
            else:
                parts.append(self._literal())
                if strip and isinstance(parts[-1], str):
                    parts[-1] = parts[-1].lstrip()
            strip = False
        return parts

    def _is_done(self) -> bool:
        parser = self._parser
        if parser.at >= len(parser.text) or (0 <= self._until <= parser.at):
            return True
        return bool(self._end) and parser.text.startswith(self._end, parser.at)

    def _literal(self) -> str:
        parser = self._parser
        if not self._end:
            found = _LITERAL.match(parser.text, parser.at, self._until)
            parser.at = found.end() if found else parser.at + 1
            return found[0] if found else parser.text[parser.at - 1]
        if found := _PLAIN.match(parser.text, parser.at):
            parser.at = found.end()
            return found[0]
        char = parser.text[parser.at]
        if char == "\n":
            parser.fail("a text without an end")
        parser.at += 1
        return self._escape() if char == "\\" else char

    def _escape(self) -> str:
        parser = self._parser
        char = parser.text[parser.at : parser.at + 1]
        size = {"u": 4, "U": 8}.get(char)
        parser.at += 1
        if size is None:
            return _ESCAPES.get(char, char)
        code = parser.text[parser.at : parser.at + size]
        parser.at += size
        try:
            return chr(int(code, 16))
        except (ValueError, OverflowError):
            raise parser.fail("no character") from None

    def _value(self, parts: list[Part]) -> bool:
        """Read ``…}`` of ``${…}``; returns whether blanks after it go."""
        parser = self._parser
        parser.open += 1
        parts.append(parser.expression())
        strip = parser.takes("~")
        parser.open -= 1
        parser.blank(lines=True)
        parser.demand("}")
        return strip

    def _directive(self, parts: list[Part]) -> bool:
        """Read ``…}`` of ``%{…}``; returns False when it ends the surrounding directive."""
        parser = self._parser
        start = parser.at - 2
        found = _DIRECTIVE.match(parser.text, parser.at)
        if found is None:
            raise parser.fail("a template directive expected")
        parser.at = found.end()
        word = found[1]
        if word in {"else", "endif", "endfor"}:
            self._close()
            self.stopped_at = word
            return False
        names: list[str] = []
        if word == "for":
            names = self._names()
        parser.open += 1
        subject = parser.expression()
        parser.open -= 1
        self._close()
        body, ended = self._inner()
        otherwise: list[Part] = []
        if word == "if" and ended == "else":
            otherwise, ended = self._inner()
        if ended != f"end{word}":
            parser.fail(f"`%{{ end{word} }}` expected")
        parts.append(
            syntax.Directive(
                parser.source,
                start,
                parser.at,
                subject,
                tuple(names),
                tuple(body),
                tuple(otherwise),
            )
        )
        return True

    def _names(self) -> list[str]:
        parser = self._parser
        names = []
        while True:
            parser.blank()
            names.append(parser.name())
            if not parser.takes(","):
                break
        parser.blank()
        if parser.name() != "in":
            parser.fail("`in` expected")
        return names

    def _inner(self) -> tuple[list[Part], str]:
        inner = _Parts(self._parser, end=self._end, until=self._until)
        return inner.read(), inner.stopped_at

    def _close(self) -> None:
        parser = self._parser
        strip = parser.takes("~")
        parser.blank(lines=True)
        parser.demand("}")
        if strip and (found := re.compile(r"\s+").match(parser.text, parser.at)):
            parser.at = found.end()


def _strip_end(parts: list[Part]) -> None:
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()


def _joined(parts: list[Part]) -> list[Part]:
    """Join neighbouring texts."""
    joined: list[Part] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def _unindented(parts: list[Part]) -> list[Part]:
    """Take away the indentation that all lines of a ``<<-`` heredoc have."""
    joined = _joined(parts)
    whole = "".join(part if isinstance(part, str) else "x" for part in joined)
    widths = [len(line) - len(line.lstrip(" \t")) for line in whole.split("\n") if line.strip()]
    indent = re.compile(rf"(?<=\n)[ \t]{{0,{min(widths, default=0)}}}")
    found: list[Part] = []
    for part in joined:
        if not isinstance(part, str):
            found.append(part)
        elif found:
            found.append(indent.sub("", part))
        else:  # the text begins a line
            found.append(indent.sub("", f"\n{part}")[1:])
    return found
