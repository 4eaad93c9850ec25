"""What answers on the internet for servers behind it: application gateways and Front Door.

Front Door reaches what it serves from addresses of Azure, so a rule that lets in its tag lets in whoever
asks Front Door; whether a server checks which Front Door asks is in no document. Sources: "Application
Gateway components" (https://learn.microsoft.com/azure/application-gateway/application-gateway-components);
Front Door, "Secure traffic to origins" (https://learn.microsoft.com/azure/frontdoor/origin-security), read
2026-11-22.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from scanner.netset import AddressSet
from scanner.providers.azure.documents import at, field_evidence, items, text
from scanner.providers.azure.network.groups import Place, admitted
from scanner.providers.azure.network.reach import Reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Evidence
    from scanner.providers.azure.documents import Documents
    from scanner.providers.azure.network.topology import Attachment, Topology
    from scanner.snapshot import Document

_GATEWAYS: Final = "microsoft.network/applicationgateways"
_PROFILES: Final = "microsoft.cdn/profiles"
_ROUTES: Final = f"{_PROFILES}/afdendpoints/routes"
_ORIGINS: Final = f"{_PROFILES}/origingroups/origins"


class Door(NamedTuple):
    """A way in through a gateway: who reaches it, and what proves that it leads on."""

    reach: Reach
    evidence: tuple[Evidence, ...]


class Gateways:
    """Application gateways by their pools, and origins of Front Door by host name."""

    def __init__(self, documents: Documents, topology: Topology) -> None:
        self._topology = topology
        self._pools: dict[str, list[Door]] = {}
        self._addresses: dict[str, list[Door]] = {}
        for document in documents.arm(_GATEWAYS):
            self._take_gateway(document)
        self._hosts: dict[str, list[Door]] = {}
        routes: dict[str, list[Document]] = {}
        for route in documents.arm(_ROUTES):
            if text(route.body, "/properties/enabledState").lower() != "disabled":
                group = text(route.body, "/properties/originGroup/id").lower()
                routes.setdefault(group, []).append(route)
        for origin in documents.arm(_ORIGINS):
            for route in routes.get(origin.id.key.lower().split("/origins/")[0], ()):
                proof = (field_evidence(route, "/properties"), field_evidence(origin, "/properties/hostName"))
                host = text(origin.body, "/properties/hostName").lower()
                self._hosts.setdefault(host, []).append(Door(Reach.everyone(), proof))

    def to_host(self, *hosts: str) -> Iterator[Door]:
        """Yield the ways through Front Door to any of these names or addresses."""
        for host in hosts:
            yield from self._hosts.get(host, ()) if host else ()

    def to_name(self, host: str) -> Iterator[Door]:
        """Yield the ways through application gateways that send to a host by its name."""
        yield from self._addresses.get(host, ()) if host else ()

    def to_place(self, place: Attachment, port: int) -> Iterator[Door]:
        """Yield the ways through application gateways to an address; the port is the gateway's to know."""
        doors = [door for pool in place.pools for door in self._pools.get(pool, ())]
        doors += self._addresses.get(place.place.address, ()) if place.place.address else ()
        inside = self._topology.from_inside(place, port) if doors else Reach()
        for door in doors:
            passed = whole(inside)
            if passed:
                yield Door(door.reach & passed, door.evidence)

    def _take_gateway(self, document: Document) -> None:
        body = document.body
        public = {
            text(front, "/id").lower()
            for front in items(body, "/properties/frontendIPConfigurations")
            if text(front, "/properties/publicIPAddress/id")
        }
        ports = {
            text(port, "/id").lower(): at(port, "/properties/port")
            for port in items(body, "/properties/frontendPorts")
        }
        subnet = next(
            (
                text(config, "/properties/subnet/id")
                for config in items(body, "/properties/gatewayIPConfigurations")
            ),
            "",
        )
        reach: dict[str, Reach] = {}
        for listener in items(body, "/properties/httpListeners"):
            said = at(listener, "/properties")
            port = ports.get(text(said, "/frontendPort/id").lower())
            if text(said, "/frontendIPConfiguration/id").lower() in public and isinstance(port, int):
                reach[text(listener, "/id").lower()] = self._reaching(subnet, port)
        for n, rule in enumerate(items(body, "/properties/requestRoutingRules")):
            said = at(rule, "/properties")
            found = reach.get(text(said, "/httpListener/id").lower())
            for pool in _pools_of(document, said) if found else ():
                proof = (field_evidence(document, f"/properties/requestRoutingRules/{n}"),)
                door = Door(found or Reach(), proof)
                self._pools.setdefault(pool, []).append(door)
                self._take_addresses(document, pool, door)

    def _take_addresses(self, document: Document, pool: str, door: Door) -> None:
        for listed in items(document.body, "/properties/backendAddressPools"):
            if text(listed, "/id").lower() == pool:
                for address in items(listed, "/properties/backendAddresses"):
                    known = text(address, "/ipAddress") or text(address, "/fqdn").lower()
                    self._addresses.setdefault(known, []).append(door)

    def _reaching(self, subnet: str, port: int) -> Reach:
        group = self._topology.subnet_group(subnet)
        return Reach.everyone() if group is None else admitted(group, port, Place())


def _pools_of(document: Document, rule: object) -> list[str]:
    """Return the pools that a routing rule sends to: its own, and those of its map of paths."""
    found = [text(rule, "/backendAddressPool/id")]
    wanted = text(rule, "/urlPathMap/id").lower()
    for paths in items(document.body, "/properties/urlPathMaps") if wanted else ():
        if text(paths, "/id").lower() == wanted:
            found.append(text(paths, "/properties/defaultBackendAddressPool/id"))
            found += [
                text(rule, "/properties/backendAddressPool/id")
                for rule in items(paths, "/properties/pathRules")
            ]
    return sorted({pool.lower() for pool in found if pool})


def whole(inside: Reach) -> Reach:
    """Return everybody when the gateway's own requests pass, nobody when they do not."""
    everything = AddressSet.everything()
    return Reach(
        everything if inside.sure else AddressSet(),
        everything if inside.maybe else AddressSet(),
        inside.missing,
    )
