"""From text to tree: a Pratt parser over CEL's seven levels of operators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from scanner.providers.gcp.cel.lexer import Lexeme, lexemes
from scanner.providers.gcp.cel.syntax import (
    MAX_DEPTH,
    Binary,
    Call,
    CelSyntaxError,
    Choice,
    Comprehension,
    Index,
    Joined,
    Literal,
    Mapping,
    Name,
    Node,
    Select,
    Sequence,
    Unary,
    children,
)
from scanner.providers.gcp.cel.values import INT_MAX

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")
_BINDING: Final = {
    "?": 1,
    "||": 2,
    "&&": 3,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in"), 4),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "/", "%"), 6),
}
_UNARY: Final = 7
_MACROS: Final = {"all": (2,), "exists": (2,), "exists_one": (2,), "filter": (2,), "map": (2, 3)}
_CONSTANTS: Final = {"true": True, "false": False, "null": None}
# "Reserved identifiers": they may be fields and functions, not variables.
_RESERVED: Final = frozenset({
    "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
    "loop", "namespace", "package", "return", "var", "void", "while",
})  # fmt: skip


def parse(text: str) -> Node:
    """Return the tree of a CEL expression.

    Raises:
        CelSyntaxError: when it is none, or is longer or deeper than what is read.
    """
    parser = _Parser(lexemes(text))
    tree = parser.expression(0)
    parser.expect("end")
    return tree


class _Parser:
    def __init__(self, found: list[Lexeme]) -> None:
        self._lexemes = found
        self._at = 0
        self._open = 0
        self._depths: dict[int, tuple[Node, int]] = {}

    def expression(self, binding: int) -> Node:
        """Parse an expression whose operators bind tighter than `binding`."""
        self._open += 1
        if self._open > MAX_DEPTH:
            raise self._error("nested too deep")
        left = self._prefix()
        while (op := self._operator()) is not None and _BINDING[op] > binding:
            left = self._infix(op, left)
        self._open -= 1
        return left

    def expect(self, kind: str) -> Lexeme:
        """Take the next token, which must be of a kind."""
        if self._peek.kind != kind:
            raise self._error(f"expected {'the end' if kind == 'end' else kind}")
        return self._take()

    @property
    def _peek(self) -> Lexeme:
        return self._lexemes[self._at]

    def _take(self) -> Lexeme:
        self._at += 1
        return self._lexemes[self._at - 1]

    def _accept(self, kind: str) -> bool:
        if self._peek.kind == kind:
            self._at += 1
            return True
        return False

    def _error(self, message: str) -> CelSyntaxError:
        return CelSyntaxError(message, self._peek.position)

    def _operator(self) -> str | None:
        lexeme = self._peek
        if lexeme.kind == "name":
            return "in" if lexeme.value == "in" else None
        return lexeme.kind if lexeme.kind in _BINDING else None

    def _infix(self, op: str, left: Node) -> Node:
        self._take()
        if op == "?":
            then = self.expression(1)  # no bare ternary between ? and :, as in the grammar
            self.expect(":")
            return self._node(Choice(left, then, self.expression(0)))
        if op not in {"&&", "||"}:
            return self._node(Binary(op, left, self.expression(_BINDING[op])))
        operands = [left, self.expression(_BINDING[op])]
        while self._accept(op):
            operands.append(self.expression(_BINDING[op]))
        return self._node(Joined(op, tuple(operands)))

    def _node(self, node: Node) -> Node:
        """Refuse a tree that is too deep: runs of operators nest without any parenthesis."""
        depth = 1 + max((self._depths.get(id(c), (c, 1))[1] for c in children(node)), default=0)
        if depth > MAX_DEPTH:
            raise self._error("nested too deep")
        self._depths[id(node)] = (node, depth)  # keeps the node, so that its id stays its own
        return node

    def _prefix(self) -> Node:
        if self._accept("!"):
            return self._node(Unary("!", self.expression(_UNARY - 1)))
        if self._peek.kind != "-":
            return self._postfix(self._primary())
        self._take()
        value = self._peek.value
        if self._peek.kind == "value" and isinstance(value, int | float) and not isinstance(value, bool):
            self._take()
            return self._postfix(Literal(-value))
        return self._node(Unary("-", self.expression(_UNARY - 1)))

    def _primary(self) -> Node:
        lexeme = self._peek
        match lexeme.kind:
            case "value":
                self._take()
                if type(lexeme.value) is int and lexeme.value > INT_MAX:
                    raise CelSyntaxError("number out of range", lexeme.position)
                return Literal(lexeme.value)
            case "name":
                return self._named(self._take())
            case ".":
                self._take()
                return self._named(self.expect("name"))
            case "(":
                self._take()
                inner = self.expression(0)
                self.expect(")")
                return inner
            case "[":
                self._take()
                return self._node(Sequence(self._list("]")))
            case "{":
                self._take()
                return self._node(Mapping(self._entries()))
        raise self._error("expected a value")

    def _named(self, lexeme: Lexeme) -> Node:
        name = str(lexeme.value)
        if name in _CONSTANTS:
            return Literal(_CONSTANTS[name])
        if self._accept("("):
            args = self._list(")")
            if name == "has":
                return self._has(args, lexeme)
            return self._node(Call(name, None, args))
        if name in _RESERVED or name == "in":
            raise CelSyntaxError(f"`{name}` is a reserved word", lexeme.position)
        return Name(name)

    @staticmethod
    def _has(args: tuple[Node, ...], lexeme: Lexeme) -> Node:
        match args:
            case (Select(operand=operand, field=field, tested=False),):
                return Select(operand, field, tested=True)
        raise CelSyntaxError("has() takes one field", lexeme.position)

    def _postfix(self, node: Node) -> Node:
        while True:
            if self._accept("["):
                key = self.expression(0)
                self.expect("]")
                node = self._node(Index(node, key))
            elif self._accept("."):
                field = self.expect("name")
                name = str(field.value)
                node = self._method(node, name) if self._accept("(") else self._node(Select(node, name))
            else:
                if self._peek.kind == "{" and isinstance(node, Name | Select):
                    raise self._error("messages cannot be made in conditions")
                return node

    def _method(self, receiver: Node, name: str) -> Node:
        position = self._peek.position
        args = self._list(")")
        if name in _MACROS and len(args) in _MACROS[name]:
            match args[0]:
                case Name(name=variable):
                    return self._node(Comprehension(name, receiver, variable, args[1:]))
            raise CelSyntaxError(f"{name}() takes the name of a variable first", position)
        return self._node(Call(name, receiver, args))

    def _list(self, closing: str) -> tuple[Node, ...]:
        return tuple(self._separated(closing, lambda: self.expression(0)))

    def _entries(self) -> tuple[tuple[Node, Node], ...]:
        def entry() -> tuple[Node, Node]:
            key = self.expression(0)
            self.expect(":")
            return key, self.expression(0)

        return tuple(self._separated("}", entry))

    def _separated(self, closing: str, item: Callable[[], _T]) -> list[_T]:
        """Parse items up to a closing mark; a comma may stand after the last."""
        found: list[_T] = []
        while not self._accept(closing):
            found.append(item())
            if not self._accept(","):
                self.expect(closing)
                break
        return found
