"""Reads HCL into its syntax tree: bodies and expressions; `templates` reads texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from scanner.iac.terraform import syntax
from scanner.iac.terraform.operators import calculated
from scanner.iac.terraform.syntax import Block, Source, SyntaxProblem

if TYPE_CHECKING:
    from scanner.iac.terraform.syntax import Expression

_BLANK: Final = re.compile(r"(?:[ \t\r]+|#[^\n]*|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_BLANK_LINES: Final = re.compile(r"(?:\s+|#[^\n]*|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_NAME: Final = re.compile(r"[^\W\d][\w-]*")
_FUNCTION: Final = re.compile(r"[^\W\d][\w-]*(?:::[^\W\d][\w-]*)*(?=[ \t]*\()")
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_DIGITS: Final = re.compile(r"\d+")
_OPERATORS: Final = (("||",), ("&&",), ("==", "!="), ("<=", ">=", "<", ">"), ("+", "-"), ("*", "/", "%"))
_WORDS: Final = {"true": True, "false": False, "null": None}
DEEPEST: Final = 120
"""Nested expressions or blocks; Python's stack holds them."""


def parse(path: str, text: str) -> Block:
    """Return a file's content as a block without a type.

    Raises:
        SyntaxProblem: when it is no HCL.
    """
    parser = Parser(Source(path, text))
    block = parser.body("", (), 0)
    parser.blank(lines=True)
    if parser.at < len(text):
        parser.fail("a `}` too many")
    return block


class Parser:
    """A position in a text. `open` counts the brackets around it, inside which line ends mean nothing."""

    def __init__(self, source: Source, at: int = 0) -> None:
        self.source = source
        self.text = source.text
        self.at = at
        self.open = 0
        self._depth = 0

    def fail(self, message: str) -> SyntaxProblem:
        """Raise: the file is no HCL here."""
        raise SyntaxProblem(message, self.source.line(min(self.at, len(self.text))))

    def blank(self, *, lines: bool | None = None) -> None:
        """Pass over blanks and comments; over line ends too where they mean nothing."""
        pattern = _BLANK_LINES if (self.open > 0 if lines is None else lines) else _BLANK
        if found := pattern.match(self.text, self.at):
            self.at = found.end()

    def sees(self, token: str) -> bool:
        """Tell whether a token comes next, after blanks."""
        self.blank()
        return self.text.startswith(token, self.at)

    def takes(self, token: str) -> bool:
        """Pass over a token if it comes next."""
        if not self.sees(token):
            return False
        self.at += len(token)
        return True

    def demand(self, token: str) -> None:
        """Pass over a token that must come next."""
        if not self.takes(token):
            self.fail(f"`{token}` expected")

    def name(self) -> str:
        """Read a name."""
        found = _NAME.match(self.text, self.at)
        if found is None:
            raise self.fail("a name expected")
        self.at = found.end()
        return found[0]

    def body(self, type_: str, labels: tuple[str, ...], start: int) -> Block:
        """Read attributes and blocks up to a closing brace or the end; the brace is left."""
        attributes: dict[str, Expression] = {}
        blocks: list[Block] = []
        self._deeper()
        outer, self.open = self.open, 0
        while True:
            self.blank(lines=True)
            if self.at >= len(self.text) or self.text[self.at] == "}":
                break
            begin = self.at
            name = self.name()
            if self.sees("=") and not self.sees("=="):
                self.at += 1
                if name in attributes:
                    self.fail(f"`{name}` is set twice")
                attributes[name] = self.expression()
                self._end_of_line()
            else:
                blocks.append(self._block(name, begin))
        self.open = outer
        self._depth -= 1
        return Block(self.source, start, self.at, type_, labels, attributes, tuple(blocks))

    def _block(self, type_: str, start: int) -> Block:
        labels: list[str] = []
        while not self.sees("{"):
            if self.takes('"'):
                end = self.text.find('"', self.at)
                if end < 0 or "\n" in self.text[self.at : end]:
                    self.fail("a label without an end")
                labels.append(self.text[self.at : end])
                self.at = end + 1
            else:
                labels.append(self.name())
        self.at += 1
        inner = self.body(type_, tuple(labels), start)
        if self.at >= len(self.text):
            self.fail("`}` expected")
        self.at += 1
        return Block(self.source, start, self.at, type_, inner.labels, inner.attributes, inner.blocks)

    def _end_of_line(self) -> None:
        self.blank(lines=False)
        if self.at < len(self.text) and self.text[self.at] not in "\n}":
            self.fail("the end of the line expected")

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            self.fail("nested too deeply")

    def expression(self) -> Expression:
        """Read an expression."""
        self._deeper()
        self.blank()
        start = self.at
        found = self._binary(0)
        if self.takes("?"):
            then = self.expression()
            self.demand(":")
            otherwise = self.expression()
            found = syntax.Conditional(self.source, start, self.at, found, then, otherwise)
        self._depth -= 1
        return found

    def _binary(self, level: int) -> Expression:
        if level == len(_OPERATORS):
            return self._unary()
        self.blank()
        start = self.at
        left = self._binary(level + 1)
        while operator := next((o for o in _OPERATORS[level] if self.sees(o)), None):
            self.at += len(operator)
            right = self._binary(level + 1)
            left = syntax.Binary(self.source, start, right.end, operator, left, right)
        return left

    def _unary(self) -> Expression:
        self.blank()
        start = self.at
        for operator in ("!", "-"):
            if self.takes(operator):
                self._deeper()
                operand = self._unary()
                self._depth -= 1
                return syntax.Unary(self.source, start, operand.end, operator, operand)
        return self._postfix(self._primary(), start)

    def _primary(self) -> Expression:
        start = self.at
        text = self.text
        if text.startswith(('"', "<<"), start):
            from scanner.iac.terraform.templates import read_template  # noqa: PLC0415 - they read each other

            return read_template(self)
        if self.takes("("):
            return self._parenthesised()
        if self.takes("["):
            return self._tuple(start)
        if self.takes("{"):
            return self._object(start)
        if found := _NUMBER.match(text, start):
            self.at = found.end()
            number = calculated("+", found[0], 0)
            if number is None:
                self.fail("a number that is too large")
            return syntax.Constant(self.source, start, self.at, number)
        if found := _FUNCTION.match(text, start):
            self.at = found.end()
            return self._call(found[0], start)
        name = self.name()
        if name in _WORDS:
            return syntax.Constant(self.source, start, self.at, _WORDS[name])
        return syntax.Variable(self.source, start, self.at, name)

    def _parenthesised(self) -> Expression:
        self.open += 1
        inner = self.expression()
        self.demand(")")
        self.open -= 1
        return inner

    def _call(self, name: str, start: int) -> Expression:
        self.demand("(")
        self.open += 1
        arguments: list[Expression] = []
        spreads = False
        while not self.sees(")"):
            arguments.append(self.expression())
            if self.takes("..."):
                spreads = True
            if not self.takes(","):
                break
        self.demand(")")
        self.open -= 1
        return syntax.Call(self.source, start, self.at, name, tuple(arguments), spreads)

    def _tuple(self, start: int) -> Expression:
        self.open += 1
        if found := self._for("tuple", start, "]"):
            return found
        items: list[Expression] = []
        while not self.sees("]"):
            items.append(self.expression())
            if not self.takes(","):
                break
        self.demand("]")
        self.open -= 1
        return syntax.Tuple(self.source, start, self.at, tuple(items))

    def _object(self, start: int) -> Expression:
        self.open += 1
        if found := self._for("object", start, "}"):
            return found
        items: list[tuple[Expression, Expression]] = []
        while not self.sees("}"):
            key = self.expression()
            if not self.takes("=") and not self.takes(":"):
                self.fail("`=` expected")
            outer, self.open = self.open, 0  # a line end separates items
            value = self.expression()
            self.open = outer
            items.append((key, value))
            self.takes(",")
        self.demand("}")
        self.open -= 1
        return syntax.Object(self.source, start, self.at, tuple(items))

    def _for(self, kind: Literal["tuple", "object"], start: int, end: str) -> Expression | None:
        self.blank()
        found = _NAME.match(self.text, self.at)
        if found is None or found[0] != "for" or self.text[found.end() : found.end() + 1] not in " \t\n\r":
            return None
        self.at = found.end()
        self.blank()
        names = [self.name()]
        if self.takes(","):
            self.blank()
            names.append(self.name())
        self._word("in")
        of = self.expression()
        self.demand(":")
        value = self.expression()
        key = None
        if self.takes("=>"):
            key, value = value, self.expression()
        groups = self.takes("...")
        condition = None
        self.blank()
        if _NAME.match(self.text, self.at):
            self._word("if")
            condition = self.expression()
        self.demand(end)
        self.open -= 1
        return syntax.For(self.source, start, self.at, kind, tuple(names), of, key, value, groups, condition)

    def _word(self, word: str) -> None:
        self.blank()
        if self.name() != word:
            self.fail(f"`{word}` expected")

    def _postfix(self, of: Expression, start: int) -> Expression:
        while True:
            if self.open:
                self.blank()
            if self.text.startswith("...", self.at):
                return of
            if self.text.startswith(".", self.at):
                self.at += 1
                of = self._dotted(of, start)
            elif self.text.startswith("[", self.at):
                self.at += 1
                of = self._indexed(of, start)
            else:
                return of
            if isinstance(of, syntax.Splat):
                return self._postfix(of, start)

    def _dotted(self, of: Expression, start: int) -> Expression:
        if self.text.startswith("*", self.at):
            self.at += 1
            return self._splat(of, start, of_attributes=True)
        if found := _DIGITS.match(self.text, self.at):
            key = syntax.Constant(self.source, self.at, found.end(), int(found[0]))
            self.at = found.end()
            return syntax.Index(self.source, start, self.at, of, key)
        name = self.name()
        return syntax.Attribute(self.source, start, self.at, of, name)

    def _indexed(self, of: Expression, start: int) -> Expression:
        if self.text.startswith("*]", self.at):
            self.at += 2
            return self._splat(of, start)
        self.open += 1
        key = self.expression()
        self.demand("]")
        self.open -= 1
        return syntax.Index(self.source, start, self.at, of, key)

    def _splat(self, of: Expression, start: int, *, of_attributes: bool = False) -> Expression:
        """Read what is taken of every element; behind ``.*`` an index is one of the result already."""
        each: Expression = syntax.Variable(self.source, start, self.at, "*")
        while True:
            if self.text.startswith(".", self.at) and not self.text.startswith((".*", "..."), self.at):
                self.at += 1
                each = self._dotted(each, start)
            elif (
                self.text.startswith("[", self.at)
                and not of_attributes
                and not self.text.startswith("[*]", self.at)
            ):
                self.at += 1
                each = self._indexed(each, start)
            else:
                return syntax.Splat(self.source, start, self.at, of, each)
