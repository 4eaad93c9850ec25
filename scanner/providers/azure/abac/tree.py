"""A condition, parsed: the nodes of its tree."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from scanner.stringset import Token

Origin: TypeAlias = Literal["resource", "request", "principal", "environment"]
ORIGINS: Final[tuple[Origin, ...]] = get_args(Origin)

_ATTRIBUTE: Final = re.compile(r"@?(?P<origin>[A-Za-z]+)\[(?P<name>[^\[\]]+)\]")
_EXACT_KEY: Final = re.compile(r":(?P<key>[^:]*)<\$key_case_sensitive\$>$", re.IGNORECASE)


class ConditionError(ValueError):
    """A condition that is no valid one, or that is too large to be one.

    `offset` counts characters from 0. Whoever asked takes the answer for unknown.
    """

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(f"{message}, at character {offset}")
        self.offset = offset


@dataclass(frozen=True, slots=True, order=True)
class Attribute:
    """What a condition looks at. Equal to another spelling of itself: only marked tag keys know letter case.

    `text` is how the condition writes it, with its ``@``.
    """

    origin: Origin
    name: str
    text: str = field(default="", compare=False)

    @classmethod
    def of(cls, text: str) -> Attribute:
        """Read ``@Request[…]``; the ``@`` may be missing, as in Microsoft's own examples.

        Raises:
            ConditionError: when it is none, or of an origin that is not known.
        """
        found = _ATTRIBUTE.fullmatch(text.strip())
        origin = next((o for o in ORIGINS if found and o == found["origin"].lower()), None)
        if found is None or origin is None:
            raise ConditionError(f"`{text[:80]}` is no attribute", 0)
        name = found["name"].strip()
        exact = _EXACT_KEY.search(name)
        plain = name.lower()
        if exact:
            plain = plain[: exact.start("key")] + exact["key"] + plain[exact.end("key") :]
        return cls(origin, plain, f"@{origin.capitalize()}[{name}]")

    @property
    def may_be_many(self) -> bool:
        """Whether it can have several values: tag keys, and custom security attributes of a principal."""
        return self.origin == "principal" or "$keys$" in self.name

    @property
    def may_be_absent(self) -> bool:
        """Whether a request can be without it: none is without a time."""
        return (self.origin, self.name) != ("environment", "utcnow")

    def __str__(self) -> str:
        return self.text


SUB_OPERATION: Final = Attribute.of("@Request[subOperation]")


@dataclass(frozen=True, slots=True)
class Value:
    """A value as the condition writes it, escapes undone. `tokens` is what a Like operator makes of it.

    `is_doubtful`: holds a backslash before a character for which no document says what it means.
    """

    text: str
    tokens: tuple[Token, ...]
    is_doubtful: bool = False


Operand: TypeAlias = Attribute | tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left [quantifier:]operator right``. `text` is the source."""

    left: Operand
    quantifier: str
    operator: str
    right: Operand
    text: str = ""


@dataclass(frozen=True, slots=True)
class ActionMatches:
    """The action asked for matches a pattern."""

    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SubOperationMatches:
    """The sub-operation of the action asked for matches a pattern."""

    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exists:
    """The attribute is there."""

    attribute: Attribute


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    part: Node


@dataclass(frozen=True, slots=True)
class AllOf:
    """AND."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """OR."""

    parts: tuple[Node, ...]


Node: TypeAlias = Comparison | ActionMatches | SubOperationMatches | Exists | Not | AllOf | AnyOf
