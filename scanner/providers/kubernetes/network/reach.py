"""Sets of addresses known from below and from above: those that surely come through, and those that may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scanner.netset import AddressSet
from scanner.providers.kubernetes.objects import words

if TYPE_CHECKING:
    from collections.abc import Iterable

EVERYWHERE: Final = AddressSet.everything()


@dataclass(frozen=True, slots=True)
class Reach:
    """``sure`` is a part of who comes through, ``maybe`` holds them all; `missing` says why they differ."""

    sure: AddressSet = AddressSet()  # noqa: RUF009 - an immutable value
    maybe: AddressSet = AddressSet()  # noqa: RUF009 - an immutable value
    missing: tuple[str, ...] = ()

    @classmethod
    def exactly(cls, addresses: AddressSet) -> Reach:
        """Return a set that is known."""
        return cls(addresses, addresses)

    @classmethod
    def perhaps(cls, addresses: AddressSet, *missing: str) -> Reach:
        """Return a set of which nobody knows whether any of it comes through."""
        return cls(AddressSet(), addresses, missing)

    def __and__(self, other: Reach) -> Reach:
        return _of(self.sure & other.sure, self.maybe & other.maybe, self, other)

    def __or__(self, other: Reach) -> Reach:
        return _of(self.sure | other.sure, self.maybe | other.maybe, self, other)

    def __bool__(self) -> bool:
        return bool(self.maybe)


ALL: Final = Reach.exactly(EVERYWHERE)
NONE: Final = Reach()


def _of(sure: AddressSet, maybe: AddressSet, *parts: Reach) -> Reach:
    missing = {name for part in parts for name in part.missing} if sure != maybe else ()
    return Reach(sure, maybe, tuple(sorted(missing)))


def ranges(values: object, name: str) -> Reach:
    """Return the addresses of a list of ranges; one that is none may be any.

    Args:
        values: A list, or a text with commas, of ranges.
        name: What to call it when a range cannot be read.
    """
    texts = values.split(",") if isinstance(values, str) else words(values)
    whole = len(texts) if isinstance(values, str) else len(values) if isinstance(values, list) else 0
    sure, broken = _blocks(texts)
    if broken or len(texts) != whole:
        return Reach(sure, EVERYWHERE, (name,))
    return Reach.exactly(sure)


def _blocks(texts: Iterable[str]) -> tuple[AddressSet, bool]:
    found: list[str] = []
    broken = False
    for text in texts:
        try:
            AddressSet.of([text])
        except ValueError:
            broken = broken or bool(text.strip())
        else:
            found.append(text)
    return AddressSet.of(found), broken
