"""Parses the condition of a role assignment or of a role definition's permission.

Source: "Azure role assignment condition format and syntax"
(https://learn.microsoft.com/azure/role-based-access-control/conditions-format, read 2026-11). Observed in
built-in roles: ids without quotes and without dashes, no space before ``{``, operators in lower case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.azure.abac.tokens import lexemes
from scanner.providers.azure.abac.tree import (
    ActionMatches,
    AllOf,
    AnyOf,
    Attribute,
    Comparison,
    ConditionError,
    Exists,
    Node,
    Not,
    Operand,
    SubOperationMatches,
    Value,
)

if TYPE_CHECKING:
    from scanner.providers.azure.abac.tokens import Kind, Lexeme

_DEEPEST: Final = 50
_VALUES: Final[tuple[Kind, ...]] = ("string", "word")


def parse(text: str) -> Node:
    """Return the tree of a condition. Callers that see one text often keep the tree.

    Raises:
        ConditionError: with the offset of what is wrong.
    """
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._lexemes = list(lexemes(text))
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._expression()
        if self._now.kind != "end":
            raise self._unexpected("the end")
        return node

    @property
    def _now(self) -> Lexeme:
        return self._lexemes[self._at]

    def _take(self) -> Lexeme:
        taken = self._now
        self._at += taken.kind != "end"
        return taken

    def _demand(self, kind: Kind) -> Lexeme:
        if self._now.kind != kind:
            raise self._unexpected(f"`{kind}`" if len(kind) == 1 else kind)
        return self._take()

    def _unexpected(self, wanted: str) -> ConditionError:
        now = self._now
        found = (
            "the end" if now.kind == "end" else f"`{self._text[now.offset : min(now.end, now.offset + 60)]}`"
        )
        return ConditionError(f"expected {wanted}, found {found}", now.offset)

    def _expression(self) -> Node:
        """Read parts joined by one operator: which of AND and OR goes first is not defined."""
        parts = [self._part()]
        joined: Kind | None = None
        while self._now.kind in {"and", "or"}:
            if joined is not None and self._now.kind != joined:
                raise ConditionError("AND and OR are mixed without parentheses", self._now.offset)
            joined = self._take().kind
            parts.append(self._part())
        if joined is None:
            return parts[0]
        return AllOf(tuple(parts)) if joined == "and" else AnyOf(tuple(parts))

    def _part(self) -> Node:
        if self._now.kind not in {"not", "("}:
            return self._leaf()
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ConditionError(f"nested more than {_DEEPEST} deep", self._now.offset)
        if self._take().kind == "not":
            node: Node = Not(self._part())
        else:
            node = self._expression()
            self._demand(")")
        self._depth -= 1
        return node

    def _leaf(self) -> Node:
        start = self._now
        match start.word.lower():
            case "actionmatches":
                self._take()
                return ActionMatches(tuple(value.text for value in self._set()))
            case "suboperationmatches":
                self._take()
                return SubOperationMatches(tuple(value.text for value in self._set()))
            case "exists":
                self._take()
                return Exists(self._attribute())
        left = self._operand()
        quantifier, _, operator = self._demand("word").word.rpartition(":")
        right = self._operand()
        source = self._text[start.offset : self._lexemes[self._at - 1].end]
        return Comparison(left, quantifier, operator, right, " ".join(source.split()))

    def _operand(self) -> Operand:
        if self._now.kind == "{":
            return self._set()
        if self._now.kind in _VALUES:
            return (self._value(),)
        return self._attribute()

    def _attribute(self) -> Attribute:
        found = self._now.attribute
        if found is None:
            raise self._unexpected("an attribute")
        self._take()
        return found

    def _set(self) -> tuple[Value, ...]:
        self._demand("{")
        values = [self._value()]
        while self._now.kind == ",":
            self._take()
            values.append(self._value())
        self._demand("}")
        return tuple(values)

    def _value(self) -> Value:
        found = self._now.value if self._now.kind in _VALUES else None
        if found is None:
            raise self._unexpected("a value")
        self._take()
        return found
