"""Machines and load balancers that serve models, and from where their ports are reached.

Sources: Compute Engine REST reference, "instances" and "forwardingRules"; Cloud Load Balancing documentation,
"External Application Load Balancer overview"; Google Cloud Armor, "Security policy overview"; Identity-Aware
Proxy, "Using IAP for TCP forwarding" (https://cloud.google.com/iap/docs/using-tcp-forwarding, read 2026-11).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from scanner.model import Evidence, Resource, Signal
from scanner.netset import AddressSet
from scanner.providers.gcp.names import part_after
from scanner.providers.gcp.network.balancers import BACKENDS, Balancers
from scanner.providers.gcp.network.firewalls import Firewalls, Machine
from scanner.providers.gcp.network.links import full_name, tail
from scanner.providers.gcp.network.neighbours import PRIVATE, Neighbours
from scanner.providers.gcp.shape import section, sections, text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.boxes import Boxes
    from scanner.catalog import ScoredName, WeightSignals
    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.providers.gcp.inventory import Inventory, Item
    from scanner.providers.gcp.network.firewalls import Let
    from scanner.providers.gcp.network.neighbours import Neighbour

INSTANCE: Final = "compute.googleapis.com/Instance"
_GROUP: Final = "compute.googleapis.com/InstanceGroup"
_USUAL: Final = (80, 443, 8000, 8001, 8080)
"""Ports of servers of models where nothing says another one."""
IAP_RANGE: Final = AddressSet.of(["35.235.240.0/20"])
_PROXIES: Final = AddressSet.of(["130.211.0.0/22", "35.191.0.0/16"])
"""Where global load balancers send from: "Firewall rules" of the first page above."""
_GOOGLES: Final = _PROXIES | IAP_RANGE | AddressSet.of(["209.85.152.0/22", "209.85.204.0/22"])
"""Where only Google sends from, health checks among it: "Health checks overview", probe IP ranges."""
_UNDECIDED: Final = ("which sources a firewall rule or a security policy means",)


@dataclass(frozen=True, slots=True)
class Reach:
    """From which addresses a server is reached, for sure and perhaps.

    `tunnel`: through IAP's own range. `login`: IAP stands in front of the backend service `at`.
    """

    sure: AddressSet
    maybe: AddressSet
    evidence: tuple[Evidence, ...]
    missing: tuple[str, ...] = ()
    tunnel: bool = False
    login: bool = False
    at: Item | None = None


class Servers:
    """What serves models by the look of it, by full name."""

    def __init__(self, inventory: Inventory, hierarchy: Hierarchy, signals: WeightSignals) -> None:
        self._inventory = inventory
        self._hierarchy = hierarchy
        self._signals = signals
        self._firewalls = Firewalls(inventory, hierarchy)
        self._ports: dict[str, tuple[int, ...]] = {}
        self.balancers = Balancers(inventory, hierarchy)
        self.neighbours = Neighbours(inventory, hierarchy, self.balancers)

    def resources(self) -> Iterator[Resource]:
        """Yield machines and backends, with what speaks for a server of a model."""
        for item in self._inventory.of(INSTANCE, *BACKENDS):
            found = list(self._scored(item))
            ports = tuple(sorted({p for scored, _ in found for p in scored.ports}))
            self._ports[item.name] = ports or _USUAL
            signals = (
                Signal(
                    s.score, s.asset_class, s.reason, Evidence(str(item.document.id), f"{item.base}{pointer}")
                )
                for s, pointer in found
                if s.asset_class == "inference-endpoint"
            )
            yield Resource(
                item.name,
                "machine" if item.type == INSTANCE else "load-balancer",
                "gcp",
                item.project or None,
                item.name.rpartition("/")[2],
                tags=tuple(sorted((k, text(v)) for k, v in section(item.data, "labels").items())),
                signals=tuple(sorted(signals, reverse=True)),
            )

    def _scored(self, item: Item) -> Iterator[tuple[ScoredName, str]]:
        for index, entry in sections(section(item.data, "metadata").get("items")):
            key, value = text(entry.get("key")), text(entry.get("value"))
            if key in {"startup-script", "gce-container-declaration", "user-data"}:
                scored = self._signals.score_command(value)
                if scored is not None:
                    yield scored, f"/metadata/items/{index}"
        named = self._signals.score_server_name(item.name.rpartition("/")[2])
        if named is not None:
            yield named, "/name"
        labels = tuple((k, text(v)) for k, v in section(item.data, "labels").items())
        tagged = self._signals.score_tags(labels)
        if tagged is not None:
            yield tagged, "/labels"

    def reaches(self, item: Item) -> Iterator[Reach]:
        """Yield the ways to a server over the network."""
        if item.type == INSTANCE:
            yield from self._machine(item)
        elif item.type in BACKENDS:
            yield from self._backend(item)

    def neighbouring(self, item: Item) -> Iterator[tuple[Neighbour, bool]]:
        """Yield who reaches a server from networks of others, and whether that is sure."""
        if item.type in BACKENDS:
            yield from ((neighbour, True) for neighbour in self.neighbours.of_backend(item.name))
        ports = self._ports.get(item.name, _USUAL)
        for let, network in self._lets(item) if item.type == INSTANCE else ():
            sure, maybe = _reaching(let.sure, ports), _reaching(let.maybe, ports)
            found = [
                (neighbour, known)
                for group, known in self._groups(item)
                for backend in self.balancers.of_group(group)
                for neighbour in self.neighbours.of_backend(backend.name)
            ]
            for neighbour, known in (*found, *((n, True) for n in self.neighbours.of_network(network))):
                wanted = PRIVATE if neighbour.addresses is None else neighbour.addresses
                if maybe & wanted:
                    proofs = (*neighbour.evidence, *(self._firewalls.evidence[name] for name in let.rules))
                    yield neighbour._replace(evidence=proofs), known and sure.includes(wanted)

    def _lets(self, item: Item) -> Iterator[tuple[Let, str]]:
        """Yield what is let in to each interface of a machine, with its network."""
        tags = frozenset(texts(section(item.data, "tags").get("items")))
        accounts = frozenset(text(a.get("email")) for _, a in sections(item.data.get("serviceAccounts")))
        region = part_after(item.name, "zones").rpartition("-")[0]
        for _, interface in sections(item.data.get("networkInterfaces")):
            network = tail(interface.get("network"), self._hierarchy)
            yield self._firewalls.let_in(Machine(network, tags, accounts, item.chain, region)), network

    def _machine(self, item: Item) -> Iterator[Reach]:
        interfaces = sections(item.data.get("networkInterfaces"))
        for (index, interface), (let, network) in zip(interfaces, self._lets(item), strict=True):
            ports = self._ports.get(item.name, _USUAL)
            sure, maybe = _reaching(let.sure, ports), _reaching(let.maybe, ports)
            proof = Evidence(str(item.document.id), f"{item.base}/networkInterfaces/{index}", network)
            proofs = (proof, *(self._firewalls.evidence[name] for name in let.rules))
            if _is_public(interface):
                yield Reach(sure - _GOOGLES, maybe - _GOOGLES, proofs, _UNDECIDED)
            if index == 0:
                yield from self._balanced(item, let)
            if (sure & IAP_RANGE) == IAP_RANGE:
                yield Reach(IAP_RANGE, IAP_RANGE, proofs, tunnel=True)

    def _backend(self, item: Item) -> Iterator[Reach]:
        fronts = self.balancers.fronts(item.name)
        if not fronts:
            return
        sure, maybe, more = self.balancers.armour(item)
        login = section(item.data, "iap").get("enabled") is True
        missing = ("what a rule of the security policy asks for",)
        yield Reach(sure, maybe, (*shown(fronts), *more), missing, login=login, at=item)

    def _balanced(self, item: Item, let: Let) -> Iterator[Reach]:
        """Yield the ways to a machine through load balancers: its group's, and those that name it.

        A proxy's packets come from Google's own ranges; what is passed through keeps its sender.
        """
        proofs = tuple(self._firewalls.evidence[name] for name in let.rules)
        ports = self._ports.get(item.name, _USUAL)
        own_sure, own_maybe = _reaching(let.sure, ports) - _GOOGLES, _reaching(let.maybe, ports) - _GOOGLES
        direct = self.balancers.direct(item.name)
        if direct:
            yield Reach(own_sure, own_maybe, (*shown(direct), *proofs), _UNDECIDED)
        for group, known in self._groups(item):
            for backend in self.balancers.of_group(group):
                for reach in self._through(backend, let, ports, proofs):
                    yield reach if known else _unsure(reach, group)

    def _through(
        self, backend: Item, let: Let, ports: tuple[int, ...], proofs: tuple[Evidence, ...]
    ) -> Iterator[Reach]:
        """Yield the ways through one backend service to a machine in it."""
        own_sure, own_maybe = _reaching(let.sure, ports) - _GOOGLES, _reaching(let.maybe, ports) - _GOOGLES
        proxied, perhaps = _reaching(let.sure, ports) & _PROXIES, _reaching(let.maybe, ports) & _PROXIES
        fronts = self.balancers.fronts(backend.name)
        passes = any(text(front.data.get("backendService")) for front in fronts)
        evidence = (Evidence(str(backend.document.id), f"{backend.base}/backends"), *shown(fronts), *proofs)
        if fronts and passes:
            yield Reach(own_sure, own_maybe, evidence, _UNDECIDED, at=backend)
        elif fronts:
            sure, maybe, more = self.balancers.armour(backend)
            login = section(backend.data, "iap").get("enabled") is True
            # a regional proxy sends from a subnet of ours, which some rule may let in
            regional = any("/regions/" in front.name for front in fronts)
            if proxied or perhaps or regional:
                sure = sure if proxied else AddressSet()
                yield Reach(sure, maybe, (*evidence, *more), _UNDECIDED, login=login, at=backend)

    def _groups(self, item: Item) -> Iterator[tuple[str, bool]]:
        """Yield the groups that a machine is in, and whether it surely is.

        A managed machine says which; of groups that nobody manages no document lists the machines: it may be
        in any of its zone and networks.
        """
        for _, entry in sections(section(item.data, "metadata").get("items")):
            if text(entry.get("key")) == "created-by":
                made = text(entry.get("value")).replace("/instanceGroupManagers/", "/instanceGroups/")
                yield full_name(made, self._hierarchy), True
                return
        zone = item.name.partition("/instances/")[0]
        networks = {
            tail(n.get("network"), self._hierarchy) for _, n in sections(item.data.get("networkInterfaces"))
        }
        for group in self._inventory.of(_GROUP):
            managed = group.name.replace("/instanceGroups/", "/instanceGroupManagers/")
            if group.name.startswith(f"{zone}/") and managed not in self._inventory.items:
                network = tail(group.data.get("network"), self._hierarchy)
                if not network or network in networks:
                    yield group.name, False


def _unsure(reach: Reach, group: str) -> Reach:
    """Return a way that there only is if a machine is in a group that nobody lists."""
    missing = (f"which machines are in {group}",)
    return replace(reach, sure=AddressSet(), maybe=reach.maybe | reach.sure, missing=missing)


def shown(fronts: tuple[Item, ...]) -> tuple[Evidence, ...]:
    """Return the proof that forwarding rules are external."""
    return tuple(
        Evidence(str(f.document.id), f"{f.base}/loadBalancingScheme", text(f.data.get("IPAddress")))
        for f in fronts
    )


def _reaching(packets: Boxes, ports: tuple[int, ...]) -> AddressSet:
    found = AddressSet()
    for port in ports:
        found |= packets.reaching(port)
    return found


def _is_public(interface: dict[str, Any]) -> bool:
    configs = [
        c
        for _, c in (*sections(interface.get("accessConfigs")), *sections(interface.get("ipv6AccessConfigs")))
    ]
    return any(text(c.get("natIP")) or text(c.get("externalIpv6")) or text(c.get("type")) for c in configs)
