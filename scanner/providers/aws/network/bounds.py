"""Sets of packets known from below and from above: what is let in for sure, and what may be.

The two differ where a document could not be read; `missing` names it. Layers that stand behind each other
are intersected, ways beside each other united, each bound by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from scanner.boxes import Boxes


@dataclass(frozen=True, slots=True)
class Bounds:
    """``sure`` is a part of what is let in, ``maybe`` holds all of it; `missing` says why they differ."""

    sure: Boxes = Boxes()  # noqa: RUF009 - an immutable value
    maybe: Boxes = Boxes()  # noqa: RUF009 - an immutable value
    missing: tuple[str, ...] = ()

    @classmethod
    def exactly(cls, packets: Boxes) -> Bounds:
        """Return a set that is known."""
        return cls(packets, packets)

    @classmethod
    def unread(cls, *missing: str) -> Bounds:
        """Return the set that nothing is known of."""
        return cls(Boxes(), Boxes.everything(), missing)

    def __and__(self, other: Bounds) -> Bounds:
        return _of(self.sure & other.sure, self.maybe & other.maybe, self, other)

    def __or__(self, other: Bounds) -> Bounds:
        return _of(self.sure | other.sure, self.maybe | other.maybe, self, other)

    def __bool__(self) -> bool:
        return bool(self.maybe)

    def behind(self, gate: Bounds, packets: Boxes) -> Bounds:
        """Return this if a gate lets any of `packets` through, without being sure where the gate is not."""
        if gate.sure & packets:
            return self
        if gate.maybe & packets:
            return Bounds(Boxes(), self.maybe, tuple(sorted({*self.missing, *gate.missing})))
        return Bounds()


def _of(sure: Boxes, maybe: Boxes, *parts: Bounds) -> Bounds:
    missing = {name for part in parts for name in part.missing} if sure != maybe else ()
    return Bounds(sure, maybe, tuple(sorted(missing)))
