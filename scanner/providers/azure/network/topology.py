"""What stands between the internet and an address in a virtual network: public addresses, balancers, groups.

A public address of the standard kind, or behind a standard load balancer, is closed unless a security group
opens it; one of the basic kind is open unless a group closes it. Sources: "Public IP addresses", SKU
(https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses); "Azure Load Balancer
SKUs" (https://learn.microsoft.com/azure/load-balancer/skus), read 2026-11-22.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scanner.providers.azure.documents import at, items, text
from scanner.providers.azure.network.groups import Place, admitted
from scanner.providers.azure.network.reach import Reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.azure.documents import Documents
    from scanner.providers.azure.network.groups import Senders
    from scanner.snapshot import Document

_NETWORK: Final = "microsoft.network"
_GROUPS: Final = f"{_NETWORK}/networksecuritygroups"
_ADDRESSES: Final = f"{_NETWORK}/publicipaddresses"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One address of a server. Ids are in lower case; `public` is a public address's id, empty for none.

    `inline_public` is True where the document of a scale set describes the public address itself.
    """

    id: str
    subnet: str
    group: str
    place: Place
    public: str
    pools: tuple[str, ...]
    document: Document
    pointer: str
    inline_public: bool = False


@dataclass(frozen=True, slots=True)
class Front:
    """Where a balancer listens on the internet for an attachment; it sends to `port` inside, 0 to any.

    `sku` is in lower case, empty when nobody told.
    """

    port: int
    sku: str
    document: Document
    pointer: str


class Topology:
    """Addresses, groups and balancers by id in lower case."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._subnets = {
            text(subnet, "/id").lower(): subnet
            for document in documents.arm(f"{_NETWORK}/virtualnetworks")
            for subnet in items(document.body, "/properties/subnets")
        }
        self._pools: dict[str, list[Front]] = {}
        self._nat: dict[str, list[Front]] = {}
        self._inner: dict[str, list[tuple[str, Front]]] = {}
        self._members: dict[str, list[tuple[str, str]]] = {}
        for document in documents.arm(f"{_NETWORK}/loadbalancers"):
            self._take_balancer(document)

    def attachments(self, nic: str) -> Iterator[Attachment]:
        """Yield the addresses of a network interface."""
        document = self._documents.resource(f"{_NETWORK}/networkinterfaces", nic)
        if document is None:
            return
        for n, config in enumerate(items(document.body, "/properties/ipConfigurations")):
            pointer = f"/properties/ipConfigurations/{n}"
            group = text(document.body, "/properties/networkSecurityGroup/id").lower()
            yield attachment(document, config, pointer, group)

    def reach(self, place: Attachment, port: int, senders: Senders = "internet") -> Reach:
        """Return who on the internet reaches a port of an address, over every way in."""
        found = Reach()
        if place.inline_public:
            found |= self._filtered(place, port, senders, basic=False)
        elif place.public:
            address = self._documents.resource(_ADDRESSES, place.public)
            sku = text(address.body, "/sku/name").lower() if address is not None else ""
            found |= self._by_kind(place, port, senders, sku, place.public)
        for front in self.fronts(place):
            if front.port in {port, 0}:
                found |= self._by_kind(place, port, senders, front.sku, front.document.id.key)
        return found

    def _by_kind(self, place: Attachment, port: int, senders: Senders, sku: str, of: str) -> Reach:
        """Return who passes to a place behind something of a kind, which may be unknown."""
        passed = self._filtered(place, port, senders, basic=sku in {"", "basic"})
        return passed if sku else passed & Reach.unread(f"kind of {of}")

    def from_inside(self, place: Attachment, port: int) -> Reach:
        """Return whether the virtual network reaches a port: every address stands for one inside."""
        found = Reach.everyone()
        for group in self.groups(place):
            document = self._documents.resource(_GROUPS, group)
            found &= (
                Reach.unread(group) if document is None else admitted(document, port, place.place, "network")
            )
        return found

    def fronts(self, place: Attachment) -> Iterator[Front]:
        """Yield the public listeners of load balancers that lead to an address."""
        yield from self._nat.get(place.id, ())
        for pool in self._pools_of(place):
            yield from self._pools.get(pool, ())

    def _pools_of(self, place: Attachment) -> list[str]:
        """Return the pools that an address is in, by its interface or by itself."""
        listed = {
            pool
            for pool, network in self._members.get(place.place.address, ())
            if place.place.address and place.subnet.startswith(network)
        }
        return sorted({*place.pools, *listed})

    def inner_fronts(self, place: Attachment) -> Iterator[tuple[str, Front]]:
        """Yield the frontends inside networks that lead to an address, by id, with their listeners."""
        for pool in self._pools_of(place):
            yield from self._inner.get(pool, ())

    def groups(self, place: Attachment) -> tuple[str, ...]:
        """Return the security groups over an address: its subnet's and its interface's."""
        subnet = text(self._subnets.get(place.subnet), "/properties/networkSecurityGroup/id").lower()
        return tuple(group for group in (subnet, place.group) if group)

    def subnet_group(self, subnet: str) -> Document | None:
        """Return the security group of a subnet."""
        id_ = text(self._subnets.get(subnet.lower()), "/properties/networkSecurityGroup/id")
        return self._documents.resource(_GROUPS, id_) if id_ else None

    def public_address(self, id_: str) -> tuple[str, str]:
        """Return the address and the name of a public address, empty where nobody told."""
        document = self._documents.resource(_ADDRESSES, id_)
        body = None if document is None else document.body
        return text(body, "/properties/ipAddress"), text(body, "/properties/dnsSettings/fqdn").lower()

    def _filtered(self, place: Attachment, port: int, senders: Senders, *, basic: bool) -> Reach:
        groups = self.groups(place)
        unread = bool(place.subnet) and place.subnet not in self._subnets
        if not groups and unread:
            return Reach.unread(place.subnet)
        if not groups:
            return Reach.everyone() if basic else Reach()
        found = Reach.everyone()
        for group in groups:
            document = self._documents.resource(_GROUPS, group)
            let_in = None if document is None else admitted(document, port, place.place, senders)
            found &= Reach.unread(group) if let_in is None else let_in
        return found & Reach.unread(place.subnet) if unread else found

    def _take_balancer(self, document: Document) -> None:
        public = {
            text(front, "/id").lower()
            for front in items(document.body, "/properties/frontendIPConfigurations")
            if text(front, "/properties/publicIPAddress/id") or text(front, "/properties/publicIPPrefix/id")
        }
        sku = text(document.body, "/sku/name").lower()
        self._take_members(document)
        for key in ("loadBalancingRules", "inboundNatRules"):
            for n, rule in enumerate(items(document.body, f"/properties/{key}")):
                said = at(rule, "/properties")
                own = text(said, "/frontendIPConfiguration/id").lower()
                front = Front(_number(said, "backendPort"), sku, document, f"/properties/{key}/{n}")
                if own not in public:
                    for pool in (at(said, "/backendAddressPool"), *items(said, "/backendAddressPools")):
                        self._inner.setdefault(text(pool, "/id").lower(), []).append((own, front))
                    continue
                target = text(said, "/backendIPConfiguration/id").lower()
                if target:
                    self._nat.setdefault(target, []).append(front)
                for pool in (at(said, "/backendAddressPool"), *items(said, "/backendAddressPools")):
                    if text(pool, "/id"):
                        self._pools.setdefault(text(pool, "/id").lower(), []).append(front)

    def _take_members(self, document: Document) -> None:
        """Take in members that a pool lists by address, in a network of theirs."""
        for pool in items(document.body, "/properties/backendAddressPools"):
            for member in items(pool, "/properties/loadBalancerBackendAddresses"):
                said = at(member, "/properties")
                network = text(said, "/virtualNetwork/id") or text(pool, "/properties/virtualNetwork/id")
                network = network or text(said, "/subnet/id").partition("/subnets/")[0]
                known = (text(pool, "/id").lower(), f"{network.lower()}/" if network else "")
                self._members.setdefault(text(said, "/ipAddress"), []).append(known)


def attachment(document: Document, config: Any, pointer: str, group: str) -> Attachment:  # noqa: ANN401 - raw JSON
    """Return the address that an IP configuration of an interface, or of a scale set, gives."""
    said = at(config, "/properties")
    pools = items(said, "/loadBalancerBackendAddressPools") + items(
        said, "/applicationGatewayBackendAddressPools"
    )
    return Attachment(
        id=text(config, "/id").lower(),
        subnet=text(said, "/subnet/id").lower(),
        group=group,
        place=Place(
            text(said, "/privateIPAddress"),
            frozenset(text(g, "/id").lower() for g in items(said, "/applicationSecurityGroups")),
        ),
        public=text(said, "/publicIPAddress/id").lower(),
        pools=tuple(sorted(text(pool, "/id").lower() for pool in pools)),
        document=document,
        pointer=pointer,
        inline_public=isinstance(at(said, "/publicIPAddressConfiguration"), dict),
    )


def _number(said: Any, name: str) -> int:  # noqa: ANN401 - raw provider JSON
    found = at(said, f"/{name}")
    return found if isinstance(found, int) else 0
