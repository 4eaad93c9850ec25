"""What outside may reach of each server of models: exact sets of callers, with gates, guards and proof."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scanner.boxes import TCP, Boxes
from scanner.netset import AddressSet
from scanner.providers.aws.library import at
from scanner.providers.aws.network.accelerators import accelerated
from scanner.providers.aws.network.acls import Acls
from scanner.providers.aws.network.attachments import Attachments
from scanner.providers.aws.network.balancers import Balancers
from scanner.providers.aws.network.bounds import Bounds
from scanner.providers.aws.network.classics import Classics
from scanner.providers.aws.network.clients import ENDPOINTS, clients, participants
from scanner.providers.aws.network.entrances import Entrances
from scanner.providers.aws.network.fronts import outsides
from scanner.providers.aws.network.groups import Groups
from scanner.providers.aws.network.layers import Layers, Outside
from scanner.providers.aws.network.peers import Peers
from scanner.providers.aws.network.privatelink import consumers
from scanner.providers.aws.network.routes import Routes
from scanner.providers.aws.network.servers import Server, Servers
from scanner.providers.aws.network.topology import Topology
from scanner.snapshot import Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from scanner.model import Evidence, Resource
    from scanner.providers.aws.network.balancers import Target
    from scanner.providers.aws.network.fronts import Front
    from scanner.providers.aws.network.listeners import Gate
    from scanner.providers.aws.network.topology import Attachment
    from scanner.snapshot import Snapshot
    from scanner.verdict import Guard

_ADMINISTRATION = (22, 3389, 5985, 5986)
_EVERYWHERE = AddressSet.everything()


@dataclass(frozen=True, slots=True)
class Exposure:
    """One way from a class of callers to a server.

    `packets` are by the caller's own address, at the port that is called. The network gate is `packets`; the
    auth gate is `gates` (each must have let the caller in) and `guards`. `shared` are addresses that only
    AWS's own prefix lists let in.
    """

    outside: Outside
    packets: Bounds
    gates: tuple[Gate, ...]
    guards: tuple[Guard, ...]
    names: tuple[str, ...]
    shared: AddressSet


class Network:
    """Servers and their exposures, of one snapshot."""

    def __init__(
        self,
        snapshot: Snapshot,
        is_ours: Callable[[str | None], bool],
        labels: Iterable[str] = (),
        fronts: Iterable[Front] = (),
    ) -> None:
        self._topology = Topology(snapshot)
        self._is_ours = is_ours
        self._groups = Groups(self._topology)
        acls = Acls(self._topology)
        routes = Routes(self._topology)
        self._entrances = Entrances(self._topology, acls, routes, Peers(self._topology, routes, is_ours))
        self._layers = Layers(self._topology, self._groups, acls, self._entrances)
        self._attachments = Attachments(self._topology)
        self._balancers = Balancers(snapshot, self._layers, self._attachments)
        self._classics = Classics(self._layers, self._attachments)
        self._servers = Servers(
            self._topology, self._attachments, self._balancers, self._classics, labels
        ).found()
        standing = outsides(self._topology, self._balancers, self._classics, fronts)
        known = (*consumers(self._topology, is_ours), *standing)
        self._accelerated = tuple(accelerated(self._topology))
        self._consumers = (*known, *self._accelerated) if self._servers else ()
        self._insiders = (*clients(self._topology, routes, is_ours), *participants(self._topology, is_ours))

    def resources(self) -> list[Resource]:
        """Return every server as a resource."""
        return [server.resource for server in self._servers.values()]

    def evidence(self, names: Iterable[str]) -> tuple[Evidence, ...]:
        """Return what stands at named places, in their order."""
        return tuple(self._topology.evidence(name) for name in names)

    def exposures(self, node: str) -> Iterator[Exposure]:
        """Yield the ways into a server; none for another node."""
        server = self._servers.get(node)
        if server is None:
            return
        for place in server.places:
            for outside in self._classes(place.vpc, through=False):
                yield from self._direct(server, place, outside)
            for outside in self._accelerated:
                if server.resource.id.endswith(f"/{outside.accelerates}"):
                    yield from self._direct(server, place, outside)
            for outside in self._registered(server):
                yield from self._direct(server, place, outside)
        for group, targets in server.behind:
            yield from self._balanced(group, targets, server.listener)
        for balancer, instance in server.classics:
            shared = self._groups.shared(
                tuple(self._classics.found[balancer].body.get("SecurityGroups") or ())
            )
            for outside in self._classes(self._classics.vpc_of(balancer), through=True):
                for packets, names in self._classics.reaching(balancer, instance, outside):
                    yield Exposure(outside, packets, outside.gates, outside.guards, names, shared)

    def is_balanced(self, node: str) -> bool:
        """Tell whether a load balancer leads to a server."""
        server = self._servers.get(node)
        return server is not None and bool(server.behind or server.classics)

    def calling(self, function: str) -> Iterator[tuple[str, Exposure]]:
        """Yield (target group, exposure) for each way through a load balancer that calls a function."""
        for group in sorted(self._balancers.target_groups):
            if not self._balancers.is_function(group):
                continue
            for listed, target in self._balancers.targets(group):
                id_ = str(listed.get("Id", ""))
                if id_ == function or id_.startswith(f"{function}:"):
                    for exposure in self._balanced(group, (target,), ""):
                        yield group, exposure

    def standing(self, interfaces: Iterable[str], port: int) -> Iterator[Exposure]:
        """Yield the ways to a port of interfaces, by their ids; what was not listed is passed over."""
        for name in interfaces:
            document = self._topology.interfaces.get(name)
            if document is not None:
                place = self._attachments.of_interface(document)
                for outside in self._classes(place.vpc, through=False):
                    own = Bounds.exactly(Boxes.of(_EVERYWHERE, TCP, port, port))
                    yield from self._exposed(outside, place, self._layers.into(outside, place) & own)

    def joined(self, vpc: str) -> tuple[str, ...]:
        """Name what would tell who comes to a VPC of ours from networks that are not followed."""
        found: list[str] = []
        for subnet, document in sorted(self._topology.subnets.items()):
            if document.body.get("VpcId") == vpc:
                ways = self._entrances.elsewhere(subnet)
                found += [f"who comes to {vpc} by {target}" for target in ways]
        dialled = (d.id.key for d in self._topology.by_key(ENDPOINTS).values() if d.body.get("VpcId") == vpc)
        found += [f"who comes to {vpc} by {endpoint}" for endpoint in sorted(dialled)]
        found += [f"who comes to {vpc} by {o.by}" for o in self._insiders if o.by and o.vpc == vpc]
        return tuple(dict.fromkeys(found))

    def neighbours(self, vpc: str) -> tuple[str, ...]:
        """Return the foreign accounts that stand in a VPC of ours: peered with it, or in a shared subnet."""
        found = {p.account for p in self._entrances.peers.of(vpc) if p.account and not p.missing}
        for document in self._topology.interfaces.values():
            owner = document.body.get("OwnerId")
            if document.body.get("VpcId") == vpc and owner and not self._is_ours(owner):
                found.add(str(owner))
        return tuple(sorted(found))

    def gaps(
        self, interfaces: Iterable[str] = (), relays: Callable[[], Collection[str]] = tuple
    ) -> Iterator[Gap]:
        """Yield what stands before a server or an interface and is not followed: VPN, other zones.

        Of what serves no model itself only `relays` count, which are asked for when there are any such.
        """
        known = (self._topology.interfaces.get(name) for name in interfaces)
        subnets = {str(d.body.get("SubnetId", "")): d.id.key for d in known if d is not None}
        silent = {id_ for id_, server in self._servers.items() if server.only_relays and server.places}
        passed_over = silent.difference(relays()) if silent else silent
        for id_, server in self._servers.items():
            if id_ not in passed_over:
                subnets |= {place.subnet: id_ for place in server.places}
        for subnet in sorted(subnets):
            for name in self._entrances.unfollowed(subnet):
                document = self._topology.table(subnet)
                if document is not None:
                    route = at(document.body, self._topology.evidence(name).pointer)
                    detail = f"networks behind this route of {subnet} are not followed: {json.dumps(route)}"
                    yield Gap(document.id, "not-implemented", detail[:300], "understated")

    def _classes(self, vpc: str, *, through: bool) -> Iterator[Outside]:
        """Yield the classes of callers that there are for a place in a VPC; PrivateLink ends at balancers."""
        yield Outside()
        for peer in self._entrances.peers.of(vpc):
            yield Outside(peer.principal, peer=peer)
        yield from (outside for outside in self._insiders if outside.vpc == vpc)
        if through:
            yield from self._consumers

    def _registered(self, server: Server) -> Iterator[Outside]:
        """Yield the fronts that find a server by its registry; where none is told, the port is a guess."""
        for registry, port in server.registries:
            for outside in (o for o in self._consumers if registry in o.balancers):
                unsure = () if port in server.ports else (f"the port that is called at {registry}",)
                yield replace(outside, missing=(*outside.missing, *unsure))

    def _balanced(self, group: str, targets: tuple[Target, ...], only: str) -> Iterator[Exposure]:
        """Yield what comes to targets of a group through listeners, or through the only one that counts."""
        described = self._balancers.target_groups.get(group)
        vpc = described.body.get("VpcId", "") if described else ""
        for listener, forward in self._balancers.leading_to(group):
            if only not in {"", listener}:
                continue
            for outside in self._classes(vpc or self._balancers.vpc_of(listener), through=True):
                for target in targets:
                    for packets, names in self._balancers.reaching(listener, forward, target, outside):
                        yield Exposure(
                            outside,
                            packets,
                            (*outside.gates, *forward.gates),
                            (*outside.guards, *forward.guards),
                            names,
                            self._shared(listener),
                        )

    def _direct(self, server: Server, place: Attachment, outside: Outside) -> Iterator[Exposure]:
        """Yield what reaches a server's own address: surely on its ports, perhaps on others.

        Of containers the ports that are mapped are taken to be all; where none is, it may be any.
        """
        found = self._layers.into(outside, place)
        if not found:
            return
        own = Boxes()
        for port in server.ports:
            own |= Boxes.of(_EVERYWHERE, TCP, port, port)
        others = Boxes.of(_EVERYWHERE, TCP)
        for port in _ADMINISTRATION:
            others -= Boxes.of(_EVERYWHERE, TCP, port, port)
        yield from self._exposed(outside, place, found & Bounds.exactly(own))
        if server.resource.kind == "ec2-instance" or not server.ports:
            elsewhere = found & Bounds.exactly(others - own)
            which = f"the ports that {server.resource.id} listens on"
            missing = tuple(sorted({*elsewhere.missing, which}))
            yield from self._exposed(outside, place, Bounds(Boxes(), elsewhere.maybe, missing))

    def _exposed(self, outside: Outside, place: Attachment, packets: Bounds) -> Iterator[Exposure]:
        if packets:
            names = tuple(self._layers.names(outside, place, packets.maybe))
            shared = self._groups.shared(place.groups)
            yield Exposure(outside, packets, outside.gates, outside.guards, names, shared)

    def _shared(self, listener: str) -> AddressSet:
        balancer = self._balancers.listeners[listener].body.get("LoadBalancerArn", "")
        document = self._balancers.balancers.get(balancer)
        return self._groups.shared(tuple(document.body.get("SecurityGroups") or ()) if document else ())
