"""Exact sets of packets: who (address) speaks what (protocol) to which destination port. Knows no cloud.

Protocol and port are one line of integers, 65,536 points a protocol, so that a set of packets is a
piecewise constant map from that line to `AddressSet`: disjoint boxes, and equal sets have equal boxes. For
ICMP the "port" is ``type * 256 + code``; protocols without ports have the port 0 only when they are asked
for, and every port when they are built, which no question can tell apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import merge
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from scanner.intervals import Intervals
from scanner.netset import AddressSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

PORTS: Final = 1 << 16
PROTOCOLS: Final = 1 << 8
ICMP, TCP, UDP, ICMPV6 = 1, 6, 17, 58


class Box(NamedTuple):
    """Packets from `sources` on the line from `first` on and before `end`; see `line`."""

    first: int
    end: int
    sources: AddressSet

    @property
    def protocol(self) -> int:
        """Number of the protocol of the first point."""
        return self.first // PORTS

    @property
    def ports(self) -> tuple[int, int]:
        """First and last port, both included; of the first protocol when there are several."""
        return self.first % PORTS, (min(self.end, (self.protocol + 1) * PORTS) - 1) % PORTS


def line(protocol: int | None, first: int = 0, last: int = PORTS - 1) -> tuple[int, int]:
    """Return the stretch ``first..last`` of ports, both included, of a protocol; None is every protocol."""
    if protocol is None:
        return 0, PROTOCOLS * PORTS
    if not (0 <= protocol < PROTOCOLS and 0 <= first <= last < PORTS):
        raise ValueError(f"protocol {protocol}, ports {first} to {last}")
    return protocol * PORTS + first, protocol * PORTS + last + 1


@dataclass(frozen=True, slots=True)
class Boxes:
    """An immutable set of packets. `boxes` are sorted, disjoint, as few as they can be, none empty."""

    boxes: tuple[Box, ...] = ()

    @classmethod
    def of(
        cls, sources: AddressSet, protocol: int | None = None, first: int = 0, last: int = PORTS - 1
    ) -> Boxes:
        """Return the packets from `sources` to ports ``first..last``, both included.

        Raises:
            ValueError: when the protocol or the ports are none.
        """
        return cls((Box(*line(protocol, first, last), sources),)) if sources else cls()

    @classmethod
    def everything(cls) -> Boxes:
        """Return every packet of both families."""
        return cls.of(AddressSet.everything())

    def __or__(self, other: Boxes) -> Boxes:
        return _combined(self, other, lambda a, b: a | b)

    def __and__(self, other: Boxes) -> Boxes:
        return _combined(self, other, lambda a, b: a & b)

    def __sub__(self, other: Boxes) -> Boxes:
        return _combined(self, other, lambda a, b: a - b)

    def __invert__(self) -> Boxes:
        return Boxes.everything() - self

    def __iter__(self) -> Iterator[Box]:
        return iter(self.boxes)

    def __bool__(self) -> bool:
        return bool(self.boxes)

    @property
    def volume(self) -> int:
        """Return how many (address, protocol, port) triples are in it."""
        return sum((box.end - box.first) * _count(box.sources) for box in self.boxes)

    @property
    def sources(self) -> AddressSet:
        """Return every address that has some packet in it."""
        found = [box.sources for box in self.boxes]
        return AddressSet(Intervals.union(a.v4 for a in found), Intervals.union(a.v6 for a in found))

    def includes(self, other: Boxes) -> bool:
        """Tell whether every packet of `other` is in this set."""
        return not other - self

    def reaching(self, port: int, protocol: int = TCP) -> AddressSet:
        """Return the addresses that reach one port."""
        point = line(protocol, port, port)[0]
        found = (box.sources for box in self.boxes if box.first <= point < box.end)
        return next(found, AddressSet())

    def narrowed(self, sources: AddressSet) -> Boxes:
        """Return the packets that come from `sources`."""
        return self & Boxes.of(sources)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a filter. `name` is whatever leads the caller back to the document."""

    name: str
    packets: Boxes
    allows: bool = True


@dataclass(frozen=True, slots=True)
class Admitted:
    """What a filter lets through, and which rule lets through which part of it.

    Parts of an ordered filter are disjoint; those of a union may overlap.
    """

    parts: tuple[tuple[str, Boxes], ...] = ()

    @property
    def packets(self) -> Boxes:
        """Return everything that is let through."""
        return union(boxes for _, boxes in self.parts)

    def rules(self, packets: Boxes) -> tuple[str, ...]:
        """Return the names of the rules that let some of `packets` through, in the filter's order."""
        return tuple(name for name, boxes in self.parts if boxes & packets)


def any_match(rules: Iterable[Rule]) -> Admitted:
    """Compile a filter of allow rules whose order means nothing; rules that deny are a mistake here.

    Raises:
        ValueError: for a rule that denies.
    """
    parts = []
    for rule in rules:
        if not rule.allows:
            raise ValueError(f"{rule.name}: only an ordered filter denies")
        if rule.packets:
            parts.append((rule.name, rule.packets))
    return Admitted(tuple(parts))


def first_match(rules: Iterable[Rule]) -> Admitted:
    """Compile an ordered filter: the first rule that a packet matches decides, and no rule denies."""
    seen = Boxes()
    parts = []
    for rule in rules:
        fresh = rule.packets - seen
        if rule.allows and fresh:
            parts.append((rule.name, fresh))
        seen |= rule.packets
    return Admitted(tuple(parts))


def union(parts: Iterable[Boxes]) -> Boxes:
    """Return the packets in any part, halving the work at each level."""
    found = [part for part in parts if part]
    while len(found) > 1:
        odd = found[-1:] if len(found) % 2 else []
        found = [a | b for a, b in zip(found[::2], found[1::2], strict=False)] + odd
    return found[0] if found else Boxes()


def _count(addresses: AddressSet) -> int:
    """Return how many there are; `len` has no room for IPv6."""
    families = (addresses.v4, addresses.v6)
    return sum((high or 0) - (low or 0) for family in families for low, high in family.spans())


def _combined(one: Boxes, other: Boxes, combine: Callable[[AddressSet, AddressSet], AddressSet]) -> Boxes:
    """Return the map that has `combine` of both at each point, joining neighbours that are equal."""
    cuts: list[int] = []
    for cut in merge(_cuts(one), _cuts(other)):
        if not cuts or cuts[-1] != cut:
            cuts.append(cut)
    nothing = AddressSet()
    found: list[Box] = []
    i = j = 0
    for first, end in pairwise(cuts):
        while i < len(one.boxes) and one.boxes[i].end <= first:
            i += 1
        while j < len(other.boxes) and other.boxes[j].end <= first:
            j += 1
        a = one.boxes[i].sources if i < len(one.boxes) and one.boxes[i].first <= first else nothing
        b = other.boxes[j].sources if j < len(other.boxes) and other.boxes[j].first <= first else nothing
        sources = combine(a, b)
        if not sources:
            continue
        if found and found[-1].end == first and found[-1].sources == sources:
            found[-1] = Box(found[-1].first, end, sources)
        else:
            found.append(Box(first, end, sources))
    return Boxes(tuple(found))


def _cuts(boxes: Boxes) -> Iterator[int]:
    for box in boxes.boxes:
        yield box.first
        yield box.end
