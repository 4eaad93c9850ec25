"""Network security groups: rules in order of priority, as sets of addresses a port.

Default rules let in the virtual network and Azure's load balancers and deny the rest. Tags other than
``Internet`` stand for ranges that are not in the snapshot. Source: "Network security groups overview"
(https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.boxes import TCP, Boxes, Rule, first_match
from scanner.netset import AddressSet
from scanner.providers.azure.documents import at, items, text, texts
from scanner.providers.azure.network.reach import Reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.snapshot import Document

_ANY: Final = {"*", "0.0.0.0/0", "internet", "any"}
_INSIDE: Final = {"virtualnetwork", "azureloadbalancer"}
_LAST_PORT: Final = 65_535


class Place(NamedTuple):
    """Where packets go: an address in the network, and the application security groups it is in."""

    address: str = ""
    groups: frozenset[str] = frozenset()


def admitted(document: Document, port: int, place: Place, *, inside: bool = False) -> Reach:
    """Return who may send packets to a port of a place, as far as one security group says.

    Args:
        document: The security group.
        port: TCP port.
        place: Where they go.
        inside: Ask for senders in the virtual network, which its tag then stands for, instead of outside.
    """
    bounds = []
    missing: set[str] = set()
    for sure in (True, False):
        rules = list(_rules(document, place, missing, sure=sure, inside=inside))
        bounds.append(first_match(rules).packets.reaching(port))
    low, high = bounds
    return Reach(low, high, tuple(sorted(missing)) if low != high else ())


def _rules(
    document: Document, place: Place, missing: set[str], *, sure: bool, inside: bool
) -> Iterator[Rule]:
    """Yield inbound rules in order; what a tag stands for is nothing or everything, whichever is careful."""
    listed = [
        (rule, at(rule, "/properties"))
        for key in ("securityRules", "defaultSecurityRules")
        for rule in items(document.body, f"/properties/{key}")
    ]
    ordered = sorted(listed, key=lambda pair: _priority(pair[1]))
    for rule, said in ordered:
        if text(said, "/direction").lower() != "inbound" or not _is_meant(said, place):
            continue
        allows = text(said, "/access").lower() == "allow"
        sources = AddressSet()
        for word in _words(said, "sourceAddressPrefix", "sourceAddressPrefixes"):
            known = _addresses(word, inside=inside)
            if known is None:
                missing.add(f"addresses of service tag {word}")
                known = AddressSet.everything() if allows != sure else AddressSet()
            sources |= known
        packets = Boxes()
        for first, last in _ports(said):
            packets |= Boxes.of(sources, _protocol(said), first, last)
        yield Rule(text(rule, "/name"), packets, allows)
    if inside:  # a group without its default rules in the snapshot has them all the same
        yield Rule("AllowVnetInBound", Boxes.everything())


def _priority(said: Any) -> int:  # noqa: ANN401 - raw provider JSON
    found = at(said, "/priority")
    return found if isinstance(found, int) else _LAST_PORT


def _words(said: Any, one: str, many: str) -> tuple[str, ...]:  # noqa: ANN401 - raw provider JSON
    single = text(said, f"/{one}")
    return (*((single,) if single else ()), *texts(said, f"/{many}"))


def _addresses(word: str, *, inside: bool) -> AddressSet | None:
    lowered = word.lower()
    if lowered in _ANY:
        return AddressSet.everything()
    if lowered in _INSIDE:
        return AddressSet.everything() if inside else AddressSet()
    try:
        return AddressSet.of([word])
    except ValueError:
        return None


def _ports(said: Any) -> Iterator[tuple[int, int]]:  # noqa: ANN401 - raw provider JSON
    for word in _words(said, "destinationPortRange", "destinationPortRanges"):
        first, _, last = word.partition("-")
        if word == "*":
            yield 0, _LAST_PORT
        elif first.isdecimal() and (last or first).isdecimal() and int(last or first) <= _LAST_PORT:
            yield int(first), int(last or first)


def _protocol(said: Any) -> int | None:  # noqa: ANN401 - raw provider JSON
    """Return TCP's number, None for every protocol; another protocol becomes one that no packet has."""
    word = text(said, "/protocol").lower()
    return None if word in {"*", ""} else TCP if word == "tcp" else 255


def _is_meant(said: Any, place: Place) -> bool:  # noqa: ANN401 - raw provider JSON
    """Tell whether a rule's destination holds a place; an address that nobody told is in every range."""
    asked = {text(g, "/id").lower() for g in items(said, "/destinationApplicationSecurityGroups")}
    if asked:
        return bool(asked & place.groups)
    for word in _words(said, "destinationAddressPrefix", "destinationAddressPrefixes"):
        if word.lower() in _ANY or word.lower() in _INSIDE or not place.address:
            return True
        try:
            if place.address in AddressSet.of([word]):
                return True
        except ValueError:
            continue
    return False
