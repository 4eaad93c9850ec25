"""Exact sets of IPv4 and IPv6 addresses. Knows no cloud: callers bring CIDR blocks.

Addresses of the two families never meet: ``0.0.0.0/0`` is every IPv4 address and no IPv6 address. Blocks
are read as the network that holds them, so ``203.0.113.7/24`` is ``203.0.113.0/24``.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network, summarize_address_range
from typing import TYPE_CHECKING, TypeAlias

from scanner.intervals import Intervals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Network: TypeAlias = IPv4Network | IPv6Network

_END = {4: 1 << 32, 6: 1 << 128}


@dataclass(frozen=True, slots=True)
class AddressSet:
    """An immutable set of addresses, as integer intervals a family.

    Combine with ``|``, ``&``, ``-`` and ``~``.
    """

    v4: Intervals[int] = Intervals()  # noqa: RUF009 - an immutable value
    v6: Intervals[int] = Intervals()  # noqa: RUF009 - an immutable value

    @classmethod
    def everything(cls) -> AddressSet:
        """Return every address of both families."""
        return cls(Intervals.between(0, _END[4]), Intervals.between(0, _END[6]))

    @classmethod
    def of(cls, blocks: Iterable[str]) -> AddressSet:
        """Return the addresses in any of the blocks; a bare address is a block of one.

        Raises:
            ValueError: when a block is none.
        """
        return cls.networks(ip_network(block.strip(), strict=False) for block in blocks)

    @classmethod
    def networks(cls, networks: Iterable[Network]) -> AddressSet:
        """Return the addresses in any of the networks."""
        parts: dict[int, list[Intervals[int]]] = {4: [], 6: []}
        for net in networks:
            first, last = int(net.network_address), int(net.broadcast_address)
            parts[net.version].append(Intervals.between(first, last + 1))
        return cls(Intervals.union(parts[4]), Intervals.union(parts[6]))

    def __or__(self, other: AddressSet) -> AddressSet:
        return AddressSet(self.v4 | other.v4, self.v6 | other.v6)

    def __and__(self, other: AddressSet) -> AddressSet:
        return AddressSet(self.v4 & other.v4, self.v6 & other.v6)

    def __sub__(self, other: AddressSet) -> AddressSet:
        return AddressSet(self.v4 - other.v4, self.v6 - other.v6)

    def __invert__(self) -> AddressSet:
        return AddressSet.everything() - self

    def __contains__(self, address: str) -> bool:
        net = ip_network(address.strip())
        first, last = int(net.network_address), int(net.broadcast_address)
        family = self.v4 if net.version == 4 else self.v6
        return (Intervals.between(first, last + 1) - family).is_empty

    @property
    def is_empty(self) -> bool:
        """Whether no address is in it."""
        return self.v4.is_empty and self.v6.is_empty

    @property
    def is_everything(self) -> bool:
        """Whether every address of both families is in it."""
        return (~self).is_empty

    def __len__(self) -> int:
        return sum((high or 0) - (low or 0) for f in (self.v4, self.v6) for low, high in f.spans())

    def __bool__(self) -> bool:
        return not self.is_empty

    def includes(self, other: AddressSet) -> bool:
        """Tell whether every address of `other` is in this set."""
        return (other - self).is_empty

    def blocks(self) -> Iterator[Network]:
        """Yield the fewest networks that make up the set, IPv4 first, in address order."""
        for low, high in self.v4.spans():
            yield from summarize_address_range(IPv4Address(low or 0), IPv4Address((high or 0) - 1))
        for low, high in self.v6.spans():
            yield from summarize_address_range(IPv6Address(low or 0), IPv6Address((high or 0) - 1))

    def cidrs(self) -> tuple[str, ...]:
        """Return `blocks` as text."""
        return tuple(str(block) for block in self.blocks())

    def witness(self) -> str | None:
        """Return the lowest address, IPv4 before IPv6, or None when there is none."""
        first = next(self.blocks(), None)
        return None if first is None else str(first.network_address)
