"""Bicep as statements with their lines; a file that does not parse to its end is a fault, never half a file.

Source: Azure Resource Manager, "Bicep file structure and syntax", "Operators", "Iterative loops"
(https://learn.microsoft.com/azure/azure-resource-manager/bicep/file, read 2026-11). checkov's parser was
measured for this and loses what a string and a name of the same letters differ in.
"""

from __future__ import annotations

from typing import Final

from scanner.iac.arm.evaluation import SPREAD
from scanner.iac.arm.expressions import Access, Block, Call, Code, Expression, Literal, Name
from scanner.iac.bicep.lexer import BicepFault, Token, tokens_of
from scanner.iac.bicep.statements import OPERATORS, Loop, Statement
from scanner.iac.written import Node

_DEEPEST: Final = 80
_WORDS: Final = {"true": Literal(value=True), "false": Literal(value=False), "null": Literal(None)}


def parse(text: str) -> tuple[Statement, ...]:
    """Return the statements of a file.

    Raises:
        BicepFault: when it is none, with the line.
    """
    return _Parser(tokens_of(text)).file()


class _Parser:
    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._children: list[Statement] = []

    def file(self) -> tuple[Statement, ...]:
        found = []
        self._lines()
        while self._now.kind != "end":
            found.append(self._statement())
            if self._now.kind not in {"line", "end"}:
                raise self._fault("a statement ends with its line")
            self._lines()
        return tuple(found)

    @property
    def _now(self) -> Token:
        return self._tokens[min(self._at, len(self._tokens) - 1)]

    def _fault(self, why: str) -> BicepFault:
        shown = self._now.text or self._now.kind
        return BicepFault(self._now.line, f"`{shown.strip() or 'the end of the line'}`: {why}")

    def _next(self) -> Token:
        token = self._now
        self._at += 1
        return token

    def _is(self, *marks: str) -> bool:
        return self._now.kind == "mark" and self._now.text in marks

    def _take(self, mark: str) -> Token:
        if not self._is(mark):
            raise self._fault(f"`{mark}` is missing")
        return self._next()

    def _word(self) -> str:
        if self._now.kind != "name":
            raise self._fault("a name is missing")
        return self._next().text

    def _lines(self) -> None:
        while self._now.kind == "line":
            self._at += 1

    def _statement(self) -> Statement:
        while self._is("@"):  # decorators say nothing about who reaches what
            self._next()
            self._expression()
            self._lines()
        first, kind = self._now.line, self._word()
        match kind:
            case "param" | "var" | "output":
                return self._simple(kind, first)
            case "resource" | "module":
                return self._declared(kind, first)
        # targetScope, type, func, import, using, metadata, assert
        while self._now.kind not in {"line", "end"} or self._goes_on():
            self._skip()
        text = "".join(token.text or "".join(map(str, token.parts)) for token in self._since(first))
        return Statement(kind, text, None, first, self._tokens[self._at - 1].line)

    def _goes_on(self) -> bool:
        """Tell whether a line's end is within a statement that is passed over."""
        before = self._tokens[self._at - 1].text
        after = next((t for t in self._tokens[self._at :] if t.kind != "line"), self._now)
        return self._now.kind == "line" and (before in {"=>", "=", "|"} or after.text == "|")

    def _since(self, first: int) -> tuple[Token, ...]:
        return tuple(token for token in self._tokens[: self._at] if token.line == first)

    def _skip(self) -> None:
        """Pass over one token, and to its end when it opens a bracket."""
        if self._is("{", "[", "("):
            depth = 0
            while True:
                if self._now.kind == "end":
                    raise self._fault("a bracket is not closed")
                depth += self._is("{", "[", "(", "[?")
                depth -= self._is("}", "]", ")")
                self._next()
                if not depth:
                    return
        self._next()

    def _simple(self, kind: str, first: int) -> Statement:
        name = self._word()
        nullable = False
        while not self._is("=") and self._now.kind not in {"line", "end"}:
            nullable = self._is("?")
            self._skip()  # the type
        value = None
        if self._is("="):
            self._next()
            value = self._value()
        last = self._tokens[self._at - 1].line
        return Statement(kind, name, value, first, last, nullable=nullable)

    def _declared(self, kind: str, first: int) -> Statement:
        name, what = self._word(), self._next()
        if what.kind != "text" or len(what.parts) != 1:
            raise BicepFault(what.line, f"a {kind} names its type or path as a plain string")
        existing = self._now.kind == "name" and self._now.text == "existing"
        if existing:
            self._next()
        self._take("=")
        outer, self._children = self._children, []
        condition, loop, value = self._body()
        children, self._children = tuple(self._children), outer
        last = self._tokens[self._at - 1].line
        type_ = str(what.parts[0])
        return Statement(kind, name, value, first, last, type_, existing, condition, loop, children)

    def _body(self) -> tuple[Expression | None, Loop | None, Node]:
        """Return the condition, the loop and the fields of a resource or module."""
        if self._is("["):
            self._next()
            self._lines()
            loop = self._loop()
            condition, _, value = self._body()
            self._lines()
            self._take("]")
            return condition, loop, value
        condition = None
        if self._now.kind == "name" and self._now.text == "if":
            self._next()
            self._take("(")
            condition = self._inside(")")
        return condition, None, self._object()

    def _loop(self) -> Loop:
        if self._word() != "for":
            raise self._fault("a loop begins with `for`")
        item, index = "", ""
        if self._is("("):
            self._next()
            item = self._word()
            self._take(",")
            index = self._word()
            self._take(")")
        else:
            item = self._word()
        if self._word() != "in":
            raise self._fault("`in` is missing")
        over = self._expression()
        self._take(":")
        self._lines()
        return Loop(item, index, over)

    def _inside(self, close: str) -> Expression:
        self._lines()
        found = self._expression()
        self._lines()
        self._take(close)
        return found

    def _value(self) -> Node:
        """Return a value as a node: objects and lists with the lines of their members."""
        first = self._now.line
        if self._is("{"):
            found = self._object()
            if not self._is(".", ".?", "[", "[?"):
                return found
            expression = self._members(Block(found))
            return Code(None, first, self._tokens[self._at - 1].line, "", expression)
        if self._is("["):
            return self._list()
        expression = self._expression()
        last = self._tokens[self._at - 1].line
        return Code(None, first, max(first, last), "", expression)

    def _object(self) -> Node:
        self._deeper()
        first = self._take("{").line
        fields: dict[str, Node] = {}
        self._lines()
        while not self._is("}"):
            if (
                self._now.kind == "name"
                and self._now.text == "resource"
                and self._tokens[self._at + 1].kind == "name"
            ) or self._is("@"):
                self._children.append(self._statement())
            elif self._is("..."):
                self._next()
                spread = self._value()
                fields[f"{SPREAD}{len(fields)}"] = spread
            else:
                key = self._key()
                self._take(":")
                self._lines()
                fields[key] = self._value()
            if self._is(","):
                self._next()
            elif self._now.kind != "line" and not self._is("}"):
                raise self._fault("a member ends with its line")
            self._lines()
        self._depth -= 1
        return Node(dict(fields), first, self._take("}").line)

    def _key(self) -> str:
        token = self._next()
        if token.kind == "name":
            return token.text
        if token.kind == "text":
            return "".join(part if isinstance(part, str) else "${…}" for part in token.parts)
        raise BicepFault(token.line, f"`{token.text.strip()}`: a member's name is missing")

    def _list(self) -> Node:
        self._deeper()
        first = self._take("[").line
        self._lines()
        items: list[Node] = []
        if self._now.kind == "name" and self._now.text == "for":
            loop = self._loop()
            body = self._value()
            self._lines()
            last = self._take("]").line
            self._depth -= 1
            made = Call(f"for {loop.item} {loop.index}", (loop.over, Block(body)))
            return Code(None, first, last, "", made)
        while not self._is("]"):
            items.append(self._value())
            if self._is(","):
                self._next()
            self._lines()
        self._depth -= 1
        return Node(list(items), first, self._take("]").line)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._fault("nested too deep")

    def _expression(self) -> Expression:
        self._deeper()
        found = self._binary(0)
        self._join_lines("?")
        if self._is("?"):
            self._next()
            self._lines()
            one = self._expression()
            self._lines()
            self._take(":")
            self._lines()
            found = Call("if", (found, one, self._expression()))
        self._depth -= 1
        return found

    def _join_lines(self, *marks: str) -> None:
        """Pass over line ends before a mark that only goes on with an expression."""
        after = self._at
        while after < len(self._tokens) and self._tokens[after].kind == "line":
            after += 1
        if after < len(self._tokens) and self._tokens[after].text in marks:
            self._at = after

    def _binary(self, level: int) -> Expression:
        if level == len(OPERATORS):
            return self._unary()
        found = self._binary(level + 1)
        self._join_lines("||", "&&", "??")
        while self._now.kind == "mark" and self._now.text in OPERATORS[level]:
            name = OPERATORS[level][self._next().text]
            self._lines()
            made = Call(name.removeprefix("!"), (found, self._binary(level + 1)))
            found = Call("not", (made,)) if name.startswith("!") else made
        return found

    def _unary(self) -> Expression:
        if self._is("!"):
            self._next()
            return Call("not", (self._unary(),))
        if self._is("-"):
            self._next()
            return Call("sub", (Literal(0), self._unary()))
        return self._members(self._primary())

    def _members(self, found: Expression) -> Expression:
        """Return what the members, items and methods behind an expression are of it."""
        while self._is(".", ".?", "[", "[?", "!", "::"):
            mark = self._next().text
            if mark in {"[", "[?"}:
                found = Access(found, self._inside("]"))
            elif mark == "::":  # a resource nested in another, whose name says which
                found = Name(self._word())
            elif mark != "!":
                name = self._word()
                found = self._called(name, (found,)) if self._is("(") else Access(found, Literal(name))
        return found

    def _primary(self) -> Expression:
        token = self._now
        if token.kind == "text":
            self._next()
            return self._text(token)
        if token.kind == "number":
            self._next()
            return Literal(int(token.text[:18]))
        if token.kind == "name":
            self._next()
            if self._is("("):
                return self._called(token.text, ())
            if self._is("=>"):
                return self._lambda((token.text,))
            return _WORDS.get(token.text, Name(token.text))
        if self._is("("):
            self._next()
            names = self._names_of_lambda()
            return self._inside(")") if names is None else self._lambda(names)
        if self._is("{", "["):
            return Block(self._value())
        raise self._fault("an expression is missing")

    def _names_of_lambda(self) -> tuple[str, ...] | None:
        """Return the parameters of a function that stand behind an open bracket, None when there are none."""
        after = self._at
        while self._tokens[after].kind == "name" or self._tokens[after].text == ",":
            after += 1
        if self._tokens[after].text != ")" or self._tokens[after + 1].text != "=>":
            return None
        names = tuple(token.text for token in self._tokens[self._at : after] if token.kind == "name")
        self._at = after + 1
        return names

    def _lambda(self, names: tuple[str, ...]) -> Expression:
        """Return a function that others apply: its parameters' names, and last its body."""
        self._next()
        self._lines()
        node = self._value()
        body = node.expression if isinstance(node, Code) else Block(node)
        return Call("lambda", (*map(Literal, names), body))

    def _called(self, name: str, before: tuple[Expression, ...]) -> Expression:
        """Return a call; a method of a namespace or a resource has what it is of as its first argument."""
        self._take("(")
        arguments: list[Expression] = []
        self._lines()
        while not self._is(")"):
            arguments.append(self._expression())
            if self._is(","):
                self._next()
            self._lines()
        self._next()
        if before and before[0] in (Name("az"), Name("sys")):
            before = ()
        return Call(name.lower(), (*before, *arguments))

    def _text(self, token: Token) -> Expression:
        parts: list[Expression] = []
        for part in token.parts:
            if isinstance(part, str):
                parts += [Literal(part)] if part else []
            else:
                inner = _Parser((*part, Token("end", "", token.line)))
                parts.append(inner.whole())
        if len(parts) == 1 and isinstance(parts[0], Literal):
            return parts[0]
        return Call("concat", tuple(parts)) if parts else Literal("")

    def whole(self) -> Expression:
        """Return the one expression that there is."""
        found = self._expression()
        if self._now.kind != "end":
            raise self._fault("something stands behind the expression")
        return found
