"""Addresses known from below and from above: who is let in for sure, and who may be."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.netset import AddressSet


@dataclass(frozen=True, slots=True)
class Reach:
    """`sure` is a part of who is let in, `maybe` holds all of it; `missing` says why they differ."""

    sure: AddressSet = AddressSet()  # noqa: RUF009 - an immutable value
    maybe: AddressSet = AddressSet()  # noqa: RUF009 - an immutable value
    missing: tuple[str, ...] = ()

    @classmethod
    def exactly(cls, addresses: AddressSet) -> Reach:
        """Return a set that is known."""
        return cls(addresses, addresses)

    @classmethod
    def everyone(cls) -> Reach:
        """Return every address."""
        return cls.exactly(AddressSet.everything())

    @classmethod
    def unread(cls, *missing: str) -> Reach:
        """Return the set that nothing is known of."""
        return cls(AddressSet(), AddressSet.everything(), missing)

    def __and__(self, other: Reach) -> Reach:
        return _of(self.sure & other.sure, self.maybe & other.maybe, self, other)

    def __or__(self, other: Reach) -> Reach:
        return _of(self.sure | other.sure, self.maybe | other.maybe, self, other)

    def __bool__(self) -> bool:
        return bool(self.maybe)


def _of(sure: AddressSet, maybe: AddressSet, *parts: Reach) -> Reach:
    missing = {name for part in parts for name in part.missing} if sure != maybe else ()
    return Reach(sure, maybe, tuple(sorted(missing)))
