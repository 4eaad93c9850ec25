"""Network security groups: rules in order of priority, as sets of addresses a port.

Default rules let in the virtual network and Azure's load balancers and deny the rest. Tags other than
``Internet`` stand for ranges that are not in the snapshot. Source: "Network security groups overview"
(https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from scanner.boxes import TCP, Boxes, Rule, first_match
from scanner.netset import AddressSet
from scanner.providers.azure.documents import at, items, text
from scanner.providers.azure.network.reach import Reach
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.snapshot import Document

_ANY: Final = {"*", "0.0.0.0/0", "internet", "any"}
_INSIDE: Final = {"virtualnetwork", "azureloadbalancer"}
_FRONT_DOOR: Final = ("azurefrontdoor", "azurecloud")
_LAST_PORT: Final = 65_535


class Place(NamedTuple):
    """Where packets go: an address in the network, and the application security groups it is in."""

    address: str = ""
    groups: frozenset[str] = frozenset()


Senders: TypeAlias = Literal["internet", "network", "front-door"]


def admitted(document: Document, port: int, place: Place, senders: Senders = "internet") -> Reach:
    """Return who may send packets to a port of a place, as far as one security group says.

    Args:
        document: The security group.
        port: TCP port.
        place: Where they go.
        senders: Who asks. Addresses of the virtual network, or of Front Door, are not known: every address
            stands for one of them where their tag is meant.
    """
    bounds = []
    missing: set[str] = set()
    for sure in (True, False):
        rules = list(_rules(document, place, missing, senders, sure=sure))
        bounds.append(first_match(rules).packets.reaching(port))
    low, high = bounds
    return Reach(low, high, tuple(sorted(missing)) if low != high else ())


def _rules(
    document: Document, place: Place, missing: set[str], senders: Senders, *, sure: bool
) -> Iterator[Rule]:
    """Yield inbound rules in order; what is not known is nothing or everything, whichever is careful."""
    listed = [
        (rule, at(rule, "/properties"))
        for key in ("securityRules", "defaultSecurityRules")
        for rule in items(document.body, f"/properties/{key}")
    ]
    ordered = sorted(listed, key=lambda pair: _priority(pair[1], wide=_is_wide(pair[1], sure=sure)))
    for rule, said in ordered:
        wide = _is_wide(said, sure=sure)
        meant = _is_meant(said, place)
        open_ = [word for word in ("direction", "access", "protocol", "priority") if _is_open(said, word)]
        if text(said, "/direction").lower() == "outbound" or not (wide if meant is None else meant):
            continue
        if "direction" in open_ and not wide:
            continue
        sources = AddressSet()
        for word in _sources(said, senders):
            known = None if word is None else _addresses(word, senders)
            if known is None:
                open_.append(f"addresses of {word}" if word else "addresses")
                known = AddressSet.everything() if wide else AddressSet()
            sources |= known
        packets = Boxes()
        for ports in _ports(said):
            first, last = ports or ((0, _LAST_PORT) if wide else (1, 0))
            open_ += [] if ports else ["ports"]
            if first <= last:
                packets |= Boxes.of(sources, _protocol(said, wide=wide), first, last)
        missing |= {f"{what} in rule {text(rule, '/name')} of {document.id}" for what in open_}
        missing |= {f"where rule {text(rule, '/name')} of {document.id} leads"} if meant is None else set()
        yield Rule(text(rule, "/name"), packets, _allows(said, sure=sure))
    if senders == "network":  # a group without its default rules in the snapshot has them all the same
        yield Rule("AllowVnetInBound", Boxes.everything())


def _is_open(said: Any, name: str) -> bool:  # noqa: ANN401 - raw provider JSON
    """Tell whether code leaves a field of a rule open."""
    return Unresolved.read(at(said, f"/{name}")) is not None


def _allows(said: Any, *, sure: bool) -> bool:  # noqa: ANN401 - raw provider JSON
    return not sure if _is_open(said, "access") else text(said, "/access").lower() == "allow"


def _is_wide(said: Any, *, sure: bool) -> bool:  # noqa: ANN401 - raw provider JSON
    """Tell whether to take what is not known of a rule for everything: of a denial, to be sure."""
    return _allows(said, sure=sure) != sure


def _priority(said: Any, *, wide: bool) -> int:  # noqa: ANN401 - raw provider JSON
    found = at(said, "/priority")
    return found if isinstance(found, int) else 0 if wide else _LAST_PORT


def _words(said: Any, one: str, many: str) -> tuple[str | None, ...]:  # noqa: ANN401 - raw provider JSON
    """Return the words of a field and of the list beside it, None for each that is no text."""
    single, listed = at(said, f"/{one}"), at(said, f"/{many}")
    values = (single, *(listed if isinstance(listed, list) else () if listed is None else (listed,)))
    return tuple(v if isinstance(v, str) else None for v in values if v is not None and v != "")


def _sources(said: Any, senders: Senders) -> tuple[str | None, ...]:  # noqa: ANN401 - raw provider JSON
    named = at(said, "/sourceApplicationSecurityGroups")
    if named and senders == "network":
        return (None,)  # who of the network is in the group is not looked up
    return _words(said, "sourceAddressPrefix", "sourceAddressPrefixes")


def _addresses(word: str, senders: Senders) -> AddressSet | None:
    lowered = word.lower()
    if lowered in _ANY:
        return AddressSet.everything()
    if lowered in _INSIDE:
        return AddressSet.everything() if senders == "network" else AddressSet()
    if senders == "front-door":
        return AddressSet.everything() if lowered.startswith(_FRONT_DOOR) else None
    try:
        return AddressSet.of([word])
    except ValueError:
        return None


def _ports(said: Any) -> Iterator[tuple[int, int] | None]:  # noqa: ANN401 - raw provider JSON
    for word in _words(said, "destinationPortRange", "destinationPortRanges"):
        if word is None:
            yield None
            continue
        first, _, last = word.partition("-")
        if word == "*":
            yield 0, _LAST_PORT
        elif first.isdecimal() and (last or first).isdecimal() and int(last or first) <= _LAST_PORT:
            yield int(first), int(last or first)


def _protocol(said: Any, *, wide: bool) -> int | None:  # noqa: ANN401 - raw provider JSON
    """Return TCP's number, None for every protocol; another protocol becomes one that no packet has."""
    word = "*" if (open_ := _is_open(said, "protocol")) and wide else text(said, "/protocol").lower()
    if open_ and not wide:
        return 255
    return None if word in {"*", ""} else TCP if word == "tcp" else 255


def _is_meant(said: Any, place: Place) -> bool | None:  # noqa: ANN401 - raw provider JSON
    """Tell whether a rule's destination holds a place, None when nobody told."""
    asked = {text(g, "/id").lower() for g in items(said, "/destinationApplicationSecurityGroups")}
    if asked:
        return bool(asked & place.groups)
    unsure = False
    for word in _words(said, "destinationAddressPrefix", "destinationAddressPrefixes"):
        if word is not None and (word.lower() in _ANY or word.lower() in _INSIDE):
            return True
        try:
            inside = AddressSet.of([word or ""])
        except ValueError:
            unsure = unsure or word is None
            continue
        if place.address and place.address in inside:
            return True
        unsure = unsure or not place.address
    return None if unsure else False
