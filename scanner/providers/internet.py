"""Which addresses the internet has, and who has a set of them: shared by the providers.

Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries
(https://www.iana.org/assignments/iana-ipv4-special-registry,
https://www.iana.org/assignments/iana-ipv6-special-registry, read 2026-11). Ranges for documentation count
as addresses of the internet, because examples use them; no set has to hold them to be all of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.netset import AddressSet
from scanner.verdict import Guard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.config import Config
    from scanner.intervals import Intervals
    from scanner.verdict import Holder

ANYONE: Final = "*"
_ADDRESS: Final = "source address"

_NOT_ROUTED: Final = AddressSet.of(
    [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "224.0.0.0/3",
    ]
)
_DOCUMENTATION: Final = AddressSet.of(
    ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"]
)
INTERNET4: Final = AddressSet.of(["0.0.0.0/0"]) - _NOT_ROUTED
INTERNET6: Final = AddressSet.of(["2000::/3"])  # the only block that IANA gives global unicast addresses from
INTERNET: Final = INTERNET4 | INTERNET6

_MANY4: Final = 1 << 24
_MANY6: Final = 1 << 112
"""More than any one organization has got in one block: a /8 of IPv4, and a /16 of IPv6."""


def is_whole(addresses: AddressSet) -> bool:
    """Tell whether these are all addresses of the internet, of IPv4 or of IPv6."""
    return any(addresses.includes(family - _DOCUMENTATION) for family in (INTERNET4, INTERNET6))


def is_anyone(addresses: AddressSet) -> bool:
    """Tell whether so many addresses are no longer a network but a large part of the internet."""
    return _count(addresses.v4) >= _MANY4 or _count(addresses.v6) >= _MANY6


def callers(addresses: AddressSet, config: Config) -> Iterator[tuple[str, tuple[Guard, ...]]]:
    """Yield (node, guards) of who calls from these addresses of the internet, our own networks left out.

    Anyone when it is a large part of the internet, else a vendor's registered network, else the range itself.
    """
    rest = addresses & INTERNET
    if is_anyone(rest):
        yield ANYONE, narrowing(rest)
        return
    rest -= AddressSet.of(config.ours.networks)
    for network in sorted({n for v in config.vendors for n in v.identities.networks}):
        part = rest & AddressSet.of([network])
        if part:
            yield network, (_from(part, "fixed"),)
        rest -= part
    for block in rest.cidrs():
        yield block, (_from(AddressSet.of([block]), "fixed"),)


def narrowing(addresses: AddressSet) -> tuple[Guard, ...]:
    """Return the guard that the caller's address must be one of these; none for all of the internet."""
    return () if is_whole(addresses) else (_from(addresses & INTERNET, "vendor"),)


def _from(addresses: AddressSet, held_by: Holder) -> Guard:
    return Guard(_ADDRESS, "cidr", addresses.cidrs(), held_by, "source-ip")


def _count(family: Intervals[int]) -> int:
    return sum((high or 0) - (low or 0) for low, high in family.spans())
