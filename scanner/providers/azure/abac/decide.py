"""Whether a condition holds for a request: yes, no, or what that hinges on.

Known, known to be absent and not known are three inputs. Where no document says what Azure answers, the
answer is unsettled and says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NoReturn, TypeAlias, assert_never

from scanner.providers.azure.abac.actions import has_several_stars, matches
from scanner.providers.azure.abac.compare import OPERATORS, Doubt, holds
from scanner.providers.azure.abac.tree import (
    SUB_OPERATION,
    ActionMatches,
    AllOf,
    AnyOf,
    Attribute,
    Comparison,
    Exists,
    Node,
    Not,
    Origin,
    SubOperationMatches,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from scanner.providers.azure.abac.compare import Operator
    from scanner.providers.azure.abac.tree import Operand


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Neither yes nor no. `hinges` are the attributes that would settle it, `reasons` what nobody can tell.

    Both are sorted; one of them is not empty.
    """

    hinges: tuple[Attribute, ...] = ()
    reasons: tuple[str, ...] = ()

    def __bool__(self) -> NoReturn:
        raise TypeError("an unsettled answer is neither true nor false; compare with `is True`")

    def __str__(self) -> str:
        return "; ".join([*map(str, self.hinges), *self.reasons])


Answer: TypeAlias = bool | Unsettled


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, as far as it is known.

    Attributes:
        action: ``Microsoft.Storage/…/blobs/read``, in any letter case.
        sub_operation: ``Blob.List``; empty: known to be none; None: not known.
        known: Values of attributes; None for an attribute that is known to be absent. What is neither listed
            nor of a `complete` origin is not known.
        complete: Origins of which `known` lists all there is.
    """

    action: str
    sub_operation: str | None = None
    known: Mapping[Attribute, tuple[str, ...] | None] = field(default_factory=dict)
    complete: frozenset[Origin] = frozenset()

    @classmethod
    def of(
        cls,
        action: str,
        known: Mapping[str, str | Iterable[str] | None] | None = None,
        *,
        sub_operation: str | None = None,
        complete: Iterable[Origin] = (),
    ) -> Request:
        """Build from attributes as conditions write them, ``@Resource[…]``."""
        read = {
            Attribute.of(name): (value,)
            if isinstance(value, str)
            else None
            if value is None
            else tuple(value)
            for name, value in (known or {}).items()
        }
        return cls(action, sub_operation, read, frozenset(complete))

    def values(self, attribute: Attribute) -> tuple[str, ...] | None:
        """Return an attribute's values, None when it is absent.

        Raises:
            KeyError: when neither is known.
        """
        if attribute == SUB_OPERATION:
            if self.sub_operation is None:
                raise KeyError(attribute)
            return (self.sub_operation,) if self.sub_operation else None
        if attribute not in self.known and attribute.origin in self.complete:
            return None
        return self.known[attribute]

    def knows(self, attribute: Attribute) -> bool:
        """Tell whether an attribute's values, or that it has none, are known."""
        try:
            self.values(attribute)
        except KeyError:
            return False
        return True


def decide(node: Node, request: Request) -> Answer:
    """Return whether a condition holds for a request."""
    match node:
        case AllOf(parts):
            return _joined(parts, request, settles=False)
        case AnyOf(parts):
            return _joined(parts, request, settles=True)
        case Not(part):
            answer = decide(part, request)
            return answer if isinstance(answer, Unsettled) else not answer
        case ActionMatches(patterns):
            return _action(patterns, request.action)
        case SubOperationMatches(patterns):
            return _sub_operation(patterns, request.sub_operation)
        case Exists(attribute):
            known = request.knows(attribute)
            return request.values(attribute) is not None if known else Unsettled((attribute,))
        case Comparison():
            return _compared(node, request)
    assert_never(node)


def unsettled(parts: Iterable[Unsettled]) -> Unsettled:
    """Return what several answers hinge on together."""
    parts = list(parts)
    hinges = sorted({hinge for part in parts for hinge in part.hinges})
    return Unsettled(tuple(hinges), tuple(sorted({reason for part in parts for reason in part.reasons})))


def _joined(parts: tuple[Node, ...], request: Request, *, settles: bool) -> Answer:
    """Join answers where one that equals `settles` is enough."""
    open_: list[Unsettled] = []
    for part in parts:
        answer = decide(part, request)
        if isinstance(answer, Unsettled):
            open_.append(answer)
        elif answer == settles:
            return settles
    return unsettled(open_) if open_ else not settles


def _action(patterns: tuple[str, ...], action: str) -> Answer:
    if any(matches(pattern, action) for pattern in patterns if not has_several_stars(pattern)):
        return True
    if any(has_several_stars(pattern) and matches(pattern, action) for pattern in patterns):
        return Unsettled(reasons=("a pattern with several stars is none that Azure documents",))
    return False


def _sub_operation(patterns: tuple[str, ...], asked: str | None) -> Answer:
    if asked is None:
        return Unsettled((SUB_OPERATION,))
    return _action(patterns, asked) if asked else False


def _compared(node: Comparison, request: Request) -> Answer:
    operator = OPERATORS.get(node.operator.lower())
    if operator is None:
        return Unsettled(reasons=(f"operator `{node.operator[:80]}` is not known",))
    if node.quantifier.lower() not in _QUANTIFIERS:
        return Unsettled(reasons=(f"quantifier `{node.quantifier[:80]}` is not known",))
    sides = [_side(operand, request) for operand in (node.left, node.right)]
    unread = [side for side in sides if isinstance(side, Attribute)]
    if unread:
        return Unsettled(tuple(sorted(set(unread))))
    left, right = (side for side in sides if not isinstance(side, Attribute))
    if left is None or right is None:
        return _of_absent(operator, node.quantifier)
    try:
        if operator.verb == "like" and isinstance(node.right, Attribute):
            raise Doubt("whether an attribute's value is a pattern is not documented")
        return _QUANTIFIERS[node.quantifier.lower()](
            [[holds(operator, one.text, other) for other in right] for one in left]
        )
    except Doubt as doubt:
        return Unsettled(reasons=(str(doubt),))


def _side(operand: Operand, request: Request) -> tuple[Value, ...] | Attribute | None:
    """Return an operand's values, None when it is absent, itself when it is not known."""
    if isinstance(operand, tuple):
        return operand
    try:
        values = request.values(operand)
    except KeyError:
        return operand
    return None if values is None else tuple(Value(value, (value,)) for value in values)


def _of_absent(operator: Operator, quantifier: str) -> Answer:
    """Return what a comparison with nothing answers.

    A blob without the tag is not read under ``StringEquals``, see "Example Azure role assignment conditions
    for Blob Storage", "Read blobs with a blob index tag"
    (https://learn.microsoft.com/azure/storage/blobs/storage-auth-abac-examples, read 2026-11). The negated
    operators stand there beside an explicit ``NOT Exists``, so what they say alone is left open.
    """
    if operator.is_negated or quantifier.lower().startswith("forall"):
        what = f"{quantifier}:" if quantifier else ""
        return Unsettled(
            reasons=(f"what {what}{operator.verb} says of an attribute that is absent is not documented",)
        )
    return False


def _any_any(pairs: list[list[bool]]) -> Answer:
    return any(any(row) for row in pairs)


def _any_all(pairs: list[list[bool]]) -> Answer:
    return any(all(row) for row in pairs)


def _all_any(pairs: list[list[bool]]) -> Answer:
    return all(any(row) for row in pairs) if pairs else _EMPTY


def _all_all(pairs: list[list[bool]]) -> Answer:
    return all(all(row) for row in pairs) if pairs else _EMPTY


def _plain(pairs: list[list[bool]]) -> Answer:
    """Return what all pairs say; which of several values counts without a quantifier is not documented."""
    found = {answer for row in pairs for answer in row}
    if len(found) == 1:
        return found.pop()
    return Unsettled(reasons=("an operator without a quantifier meets several values",)) if pairs else _EMPTY


_EMPTY: Final = Unsettled(reasons=("what is said of no values at all is not documented",))

_QUANTIFIERS: Final[dict[str, Callable[[list[list[bool]]], Answer]]] = {
    "": _plain,
    "foranyofanyvalues": _any_any,
    "foranyofallvalues": _any_all,
    "forallofanyvalues": _all_any,
    "forallofallvalues": _all_all,
}
