"""Route tables: which addresses a subnet answers through which gateway.

Source: Amazon VPC User Guide, "Route priority"
(https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html, read 2026-11): the longest
prefix wins; of equal ones a static route before one of a prefix list, and that before a propagated one. A
route in state ``blackhole`` still takes its addresses. Fixture: ``network-instance``.
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, NamedTuple

from scanner.netset import AddressSet, Network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.network.topology import Topology
    from scanner.snapshot import Document, DocumentId

_TARGETS = (
    "GatewayId",
    "NatGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "EgressOnlyInternetGatewayId",
    "NetworkInterfaceId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
)


class Way(NamedTuple):
    """The addresses that one route is the best for. `missing`: a prefix list that was not read."""

    target: str
    addresses: AddressSet
    name: str
    missing: str = ""


class Routes:
    """Every route table, resolved once."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._ways: dict[DocumentId, tuple[Way, ...]] = {}

    def ways(self, document: Document) -> tuple[Way, ...]:
        """Return what each working route of a table is the best for, most specific first.

        A route of a prefix list that was not read may be the best for anything: it is there with all
        addresses.
        """
        if document.id not in self._ways:
            self._ways[document.id] = tuple(self._resolve(document))
        return self._ways[document.id]

    def _resolve(self, document: Document) -> Iterator[Way]:
        entries: list[tuple[int, int, int, Network, dict[str, Any]]] = []
        for index, route in enumerate(document.body.get("Routes") or ()):
            blocks, kind = self._destinations(route)
            if blocks is None:
                listed = route.get("DestinationPrefixListId", "")
                missing = self._topology.unread("GetManagedPrefixListEntries", listed, document.id)
                name = self._topology.place(document, f"/Routes/{index}")
                if route.get("State", "active") == "active":
                    yield Way(_target(route), AddressSet.everything(), name, missing)
                continue
            for block in blocks:
                net = ip_network(block, strict=False)
                entries.append((-net.prefixlen, kind, index, net, route))
        taken = AddressSet()
        for _, _, index, net, route in sorted(entries, key=lambda entry: entry[:3]):
            addresses = AddressSet.networks([net])
            if route.get("State", "active") == "active" and (best := addresses - taken):
                yield Way(_target(route), best, self._topology.place(document, f"/Routes/{index}"))
            taken |= addresses

    def _destinations(self, route: dict[str, Any]) -> tuple[list[str] | None, int]:
        """Return the blocks of a route, None when they were not read, and its rank among equals."""
        if route.get("DestinationPrefixListId"):
            document = self._topology.lists.get(route["DestinationPrefixListId"])
            entries = None if document is None else document.body.get("Entries") or ()
            return None if entries is None else [entry["Cidr"] for entry in entries], 1
        blocks = [route.get("DestinationCidrBlock"), route.get("DestinationIpv6CidrBlock")]
        propagated = route.get("Origin") == "EnableVgwRoutePropagation"
        return [block for block in blocks if block], 2 if propagated else 0


def _target(route: dict[str, Any]) -> str:
    return next((str(route[field]) for field in _TARGETS if route.get(field)), "")
