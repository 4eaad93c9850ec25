"""Projects of others that reach a server from networks of their own: by service attachments and by peering.

Sources: VPC documentation, "About published services" (a service is reached by the projects that it accepts,
or by any; https://cloud.google.com/vpc/docs/about-vpc-hosted-services), and "VPC Network Peering" (the
firewall of each side decides; https://cloud.google.com/vpc/docs/vpc-peering), read 2026-11.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from scanner.model import Evidence
from scanner.netset import AddressSet
from scanner.providers.gcp.members import ANY_ACCOUNT
from scanner.providers.gcp.names import MANAGER, project_in
from scanner.providers.gcp.network.links import full_name, tail
from scanner.providers.gcp.shape import section, sections, text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.providers.gcp.inventory import Inventory, Item
    from scanner.providers.gcp.network.balancers import Balancers

_ATTACHMENT: Final = "compute.googleapis.com/ServiceAttachment"
_NETWORK: Final = "compute.googleapis.com/Network"
PRIVATE: Final = AddressSet.of(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"])
# networks of Google's that services of ours are in: "Private services access"
_GOOGLES: Final = ("/networks/servicenetworking", "-tp/")


class Neighbour(NamedTuple):
    """Who reaches a server from a network of others, by packets of which addresses.

    `source` is a node; None of `addresses`: nobody knows which they are.
    """

    source: str
    evidence: tuple[Evidence, ...]
    addresses: AddressSet | None


class Neighbours:
    """Every entrance from networks of others."""

    def __init__(self, inventory: Inventory, hierarchy: Hierarchy, balancers: Balancers) -> None:
        self._inventory = inventory
        self._hierarchy = hierarchy
        self._attached: dict[str, list[Item]] = defaultdict(list)
        for item in inventory.of(_ATTACHMENT):
            rule = full_name(
                text(item.data.get("targetService")) or item.data.get("producerForwardingRule"), hierarchy
            )
            for backend in balancers.behind(rule):
                self._attached[backend].append(item)
        self._peered = {tail(item.name, hierarchy): item for item in inventory.of(_NETWORK)}

    def of_backend(self, backend: str) -> Iterator[Neighbour]:
        """Yield who reaches a backend service through an attachment."""
        for item in self._attached.get(backend, ()):
            proof = Evidence(str(item.document.id), f"{item.base}/connectionPreference")
            ranges = self._ranges(item)
            if text(item.data.get("connectionPreference")) == "ACCEPT_AUTOMATIC":
                yield Neighbour(ANY_ACCOUNT, (proof,), ranges)
                continue
            for index, entry in sections(item.data.get("consumerAcceptLists")):
                named = text(entry.get("projectIdOrNum")) or project_in(
                    f"/{tail(_of(entry), self._hierarchy)}"
                )
                pointer = f"{item.base}/consumerAcceptLists/{index}"
                for source in self._theirs(named or ""):
                    yield Neighbour(source, (Evidence(str(item.document.id), pointer, named or ""),), ranges)

    def of_network(self, network: str) -> Iterator[Neighbour]:
        """Yield who reaches the machines of a network, ``projects/P/global/networks/N``, over a peering."""
        item = self._peered.get(network)
        for index, peering in sections(item.data.get("peerings")) if item else ():
            theirs = tail(peering.get("network"), self._hierarchy)
            if text(peering.get("state")) != "ACTIVE" or any(mark in f"/{theirs}" for mark in _GOOGLES):
                continue
            for source in self._theirs(project_in(f"/{theirs}") or ""):
                proof = (
                    Evidence(str(item.document.id), f"{item.base}/peerings/{index}", theirs) if item else None
                )
                yield Neighbour(source, (proof,) if proof else (), None)

    def sources(self) -> Iterator[str]:
        """Yield every node that a neighbour may be."""
        for backend in self._attached:
            yield from (neighbour.source for neighbour in self.of_backend(backend))
        for network in self._peered:
            yield from (neighbour.source for neighbour in self.of_network(network))

    def _theirs(self, project: str) -> Iterator[str]:
        if project and not self._hierarchy.is_ours(project):
            yield f"principalSet:{MANAGER}{self._hierarchy.key(f'projects/{project}')}"

    def _ranges(self, item: Item) -> AddressSet | None:
        """Return where packets through an attachment come from; None where a subnet is unread."""
        found = AddressSet()
        for link in texts(item.data.get("natSubnets")):
            subnet = self._inventory.items.get(full_name(link, self._hierarchy))
            block = text(section(subnet.data if subnet else None).get("ipCidrRange"))
            try:
                found |= AddressSet.of([block])
            except ValueError:
                return None
        return found


def _of(entry: dict[str, object]) -> object:
    return entry.get("networkUrl") or entry.get("endpointUrl")
