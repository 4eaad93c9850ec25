"""Through load balancers: what outside may send to a listener, and on to a target behind it.

Sources: Elastic Load Balancing, "Security groups for your Network Load Balancer" and "Edit target group
attributes" (https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html,
read 2026-11). A target sees the load balancer's private address, or the client's where a Network Load
Balancer preserves it and both are of one family; a Network Load Balancer without a group lets everyone in.
Every node is taken to serve targets of every zone. Fixture: ``network-balancer``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from scanner.boxes import TCP, Boxes
from scanner.netset import AddressSet
from scanner.providers.aws.network.bounds import Bounds
from scanner.providers.aws.network.listeners import Forward, forwards
from scanner.providers.aws.network.topology import Attachment
from scanner.snapshot import DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.network.attachments import Attachments
    from scanner.providers.aws.network.layers import Layers, Outside
    from scanner.snapshot import Document, Snapshot

_OVER_TCP = {"HTTP", "HTTPS", "TCP", "TLS", "TCP_UDP", "TCP_QUIC"}  # servers of models speak HTTP and gRPC
_FAMILIES = {"ipv4": AddressSet.of(["0.0.0.0/0"]), "ipv6": AddressSet.of(["::/0"])}


@dataclass(frozen=True, slots=True)
class Arrival:
    """What of an outside class arrives at one place, and the names of what let it there.

    `hides_caller`: the place sees another address than the caller's.
    """

    packets: Bounds
    names: tuple[str, ...] = ()
    hides_caller: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """Where a target group sends to; `at` is None for an address that nothing known has."""

    at: Attachment | None
    port: int
    name: str


class Balancers:
    """Load balancers, listeners and target groups by ARN."""

    def __init__(self, snapshot: Snapshot, layers: Layers, attachments: Attachments) -> None:
        self._snapshot = snapshot
        self._layers = layers
        self._attachments = attachments
        self.balancers = self._bodies("DescribeLoadBalancers.LoadBalancers")
        self.listeners = self._bodies("DescribeListeners.Listeners")
        self.target_groups = self._bodies("DescribeTargetGroups.TargetGroups")
        self._health = self._bodies("DescribeTargetHealth")
        self._rules: dict[str, list[Document]] = {}
        for document in snapshot.all("aws", "elbv2", "DescribeRules.Rules"):
            listener = document.id.key.replace(":listener-rule/", ":listener/").rpartition("/")[0]
            self._rules.setdefault(listener, []).append(document)
        self._forwards: dict[str, tuple[Forward, ...]] = {}

    def forwards(self, listener: str) -> tuple[Forward, ...]:
        """Return where a listener forwards to."""
        if listener not in self._forwards:
            document = self.listeners[listener]
            missing: tuple[str, ...] = ()
            if self._kind(document) == "application":
                asked = self._snapshot.get(_sibling(document, "DescribeRules", listener))
                missing = (str(asked.id),) if isinstance(asked, Gap) else ()
            found = forwards(self._layers.topology, document, self._rules.get(listener, []), missing)
            self._forwards[listener] = tuple(found)
        return self._forwards[listener]

    def leading_to(self, target_group: str) -> Iterator[tuple[str, Forward]]:
        """Yield (listener, forward) of everything that leads to a target group."""
        for listener in sorted(self.listeners):
            for forward in self.forwards(listener):
                if forward.target_group == target_group:
                    yield listener, forward

    def targets(self, target_group: str) -> Iterator[tuple[dict[str, Any], Target]]:
        """Yield each registered target, as it is listed and as where it listens."""
        document, group = self._health.get(target_group), self.target_groups.get(target_group)
        if document is None or group is None:
            return
        for index, entry in enumerate(document.body.get("TargetHealthDescriptions") or ()):
            target = entry.get("Target") or {}
            if (entry.get("TargetHealth") or {}).get("State") == "unused":
                continue
            place = self._layers.topology.place(document, f"/TargetHealthDescriptions/{index}/Target")
            kind, id_ = group.body.get("TargetType"), str(target.get("Id", ""))
            at = None
            if kind == "instance":
                at = self._attachments.primary(id_)
            elif kind == "ip":
                at = self._attachments.at(group.body.get("VpcId", ""), id_)
            yield target, Target(at, int(target.get("Port") or group.body.get("Port") or 0), place)

    def reaching(
        self, listener: str, forward: Forward, target: Target, outside: Outside
    ) -> Iterator[tuple[Bounds, tuple[str, ...]]]:
        """Yield what of an outside class a listener sends to a target, by the caller's address."""
        balancer = self._balancer_of(self.listeners[listener])
        if balancer is None:
            return
        for subnet, arrival in self.arrivals(listener, outside):
            admitted = arrival.packets & Bounds.exactly(Boxes.of(forward.sources))
            if forward.missing:
                admitted = _unsure(admitted, *forward.missing)
            kept = self._preserves(forward.target_group) and not arrival.hides_caller
            found, names = self._onward(
                balancer, subnet, admitted, target, group=forward.target_group, preserves=kept
            )
            if found:
                yield found, tuple(dict.fromkeys((*arrival.names, forward.name, target.name, *names)))

    def arrivals(self, listener: str, outside: Outside) -> Iterator[tuple[str, Arrival]]:
        """Yield for each subnet of a listener's load balancer what of an outside class arrives there."""
        document = self.listeners[listener]
        balancer = self._balancer_of(document)
        if balancer is None:
            return
        if outside.listener not in {"", listener}:
            return
        ports = self._flow(document)
        place = self._layers.topology.place(document)
        for subnet in self._subnets(balancer):
            node = self._node(balancer, subnet)
            if outside.enters(balancer.id.key):
                packets = self._layers.into(outside, node, filtered=self._filters(balancer, outside)) & ports
                names = self._layers.names(outside, node, packets.maybe)
                yield subnet, Arrival(packets, (*names, place), outside.hides_caller)
            yield from self._by_network_balancer(document, balancer, node, outside)

    def _by_network_balancer(
        self, document: Document, balancer: Document, node: Attachment, outside: Outside
    ) -> Iterator[tuple[str, Arrival]]:
        """Yield what comes to an Application Load Balancer through a Network Load Balancer in front of it."""
        if balancer.body.get("Type") != "application":
            return
        for arn, group in sorted(self.target_groups.items()):
            ids = [t.get("Id") for t, _ in self.targets(arn)] if group.body.get("TargetType") == "alb" else []
            port = int(document.body.get("Port") or 0)
            if balancer.id.key not in ids or group.body.get("Port") != port:
                continue
            target = Target(node, port, self._layers.topology.place(document))
            for listener, forward in self.leading_to(arn):
                for packets, names in self.reaching(listener, forward, target, outside):
                    if packets:
                        moved = _moved(packets, self._flow(document))
                        hides = outside.hides_caller or not self._preserves(arn)
                        yield node.subnet, Arrival(moved, names, hides)

    def _onward(
        self, balancer: Document, subnet: str, arrived: Bounds, target: Target, *, group: str, preserves: bool
    ) -> tuple[Bounds, tuple[str, ...]]:
        """Return what of `arrived` gets from a node in a subnet to a target, and what lets it."""
        if self.is_function(group):
            return arrived, ()
        if not arrived or not target.port:
            return Bounds(), ()
        if target.at is None:
            return _unsure(arrived, f"what listens at {target.name}"), ()
        node = self._node(balancer, subnet)
        found = Bounds()
        names: list[str] = []
        spoken = self._family(group)
        for family, addresses in _FAMILIES.items():
            some = arrived & Bounds.exactly(Boxes.of(addresses))
            if not some:
                continue
            port = Boxes.of(_FAMILIES[spoken], TCP, target.port, target.port)
            if preserves and family == spoken:
                let_in = self._layers.between(
                    node, target.at, target.port, _moved(some, Bounds.exactly(port))
                )
                found |= Bounds(
                    some.sure.narrowed(let_in.sure.sources),
                    some.maybe.narrowed(let_in.maybe.sources),
                    tuple(sorted({*some.missing, *let_in.missing})),
                )
            else:
                seen = Bounds.exactly(port.narrowed(node.addresses))
                let_in = self._layers.between(node, target.at, target.port, seen)
                found |= self._gated(some, let_in, balancer, subnet, seen.sure)
            names += self._layers.groups.names(target.at.groups, let_in.maybe, node.groups)
        return found, tuple(dict.fromkeys(names))

    def _gated(self, arrived: Bounds, let_in: Bounds, balancer: Document, subnet: str, seen: Boxes) -> Bounds:
        """Return `arrived` if the node's address is let in; not surely when only some it may have are."""
        _, is_exact = self._attachments.node_addresses(balancer.id.key, subnet)
        if not let_in:
            return Bounds()
        if let_in.sure and (is_exact or let_in.sure.includes(seen)):
            return arrived
        return _unsure(arrived, *(let_in.missing or (f"the addresses of {balancer.id.key} in {subnet}",)))

    def vpc_of(self, listener: str) -> str:
        """Return the network of a listener's load balancer."""
        balancer = self._balancer_of(self.listeners[listener])
        return str(balancer.body.get("VpcId", "")) if balancer else ""

    def is_function(self, target_group: str) -> bool:
        """Tell whether a target group calls a function, which has no place in a network."""
        group = self.target_groups.get(target_group)
        return group is not None and group.body.get("TargetType") == "lambda"

    def _family(self, target_group: str) -> str:
        group = self.target_groups.get(target_group)
        return str(group.body.get("IpAddressType", "ipv4")) if group else "ipv4"

    def _node(self, balancer: Document, subnet: str) -> Attachment:
        body = balancer.body
        addresses, _ = self._attachments.node_addresses(balancer.id.key, subnet)
        public = body.get("Scheme") == "internet-facing"
        kind = body.get("IpAddressType", "ipv4")
        return Attachment(
            subnet=subnet,
            vpc=body.get("VpcId", ""),
            groups=tuple(body.get("SecurityGroups") or ()),
            addresses=addresses,
            public4=public and kind != "dualstack-without-public-ipv4",
            public6=kind != "ipv4" and not self._denies_gateways(balancer),
            name=self._layers.topology.place(balancer),
        )

    def _denies_gateways(self, balancer: Document) -> bool:
        """Tell whether IPv6 from internet gateways is turned away: the default of internal ones."""
        value = self._attribute(balancer, "DescribeLoadBalancerAttributes", "ipv6.deny_all_igw_traffic")
        return value == "true" if value else balancer.body.get("Scheme") != "internet-facing"

    def _preserves(self, target_group: str) -> bool:
        """Tell whether targets see the client's address: only of a Network Load Balancer, by attribute."""
        group = self.target_groups.get(target_group)
        if group is None or group.body.get("Protocol") in {"HTTP", "HTTPS"}:
            return False
        value = self._attribute(group, "DescribeTargetGroupAttributes", "preserve_client_ip.enabled")
        if value:
            return value == "true"
        by_ip = group.body.get("TargetType") == "ip"
        return not (by_ip and group.body.get("Protocol") in {"TCP", "TLS"})

    def _attribute(self, document: Document, operation: str, key: str) -> str | None:
        found = self._snapshot.get(_sibling(document, operation, document.id.key))
        listed = (found.body or {}).get("Attributes") or () if not isinstance(found, Gap) else ()
        return next((a.get("Value") for a in listed if a.get("Key") == key), None)

    def _filters(self, balancer: Document, outside: Outside) -> bool:
        """Tell whether a load balancer's groups count for an outside class; documented for PrivateLink."""
        if not balancer.body.get("SecurityGroups"):
            return False
        enforced = balancer.body.get("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "on")
        by_privatelink = outside.hides_caller and outside.addresses is None
        return not by_privatelink or enforced != "off"

    def _balancer_of(self, listener: Document) -> Document | None:
        return self.balancers.get(listener.body.get("LoadBalancerArn", ""))

    def _kind(self, listener: Document) -> str:
        balancer = self._balancer_of(listener)
        return str(balancer.body.get("Type", "")) if balancer else ""

    def _subnets(self, balancer: Document) -> list[str]:
        return [z["SubnetId"] for z in balancer.body.get("AvailabilityZones") or () if z.get("SubnetId")]

    @staticmethod
    def _flow(listener: Document) -> Bounds:
        port = int(listener.body.get("Port") or 0)
        is_heard = listener.body.get("Protocol") in _OVER_TCP
        return Bounds.exactly(Boxes.of(AddressSet.everything(), TCP, port, port) if is_heard else Boxes())

    def _bodies(self, field: str) -> dict[str, Document]:
        found = self._snapshot.all("aws", "elbv2", field)
        return {d.id.key: d for d in found if isinstance(d.body, dict)}


def _moved(packets: Bounds, onto: Bounds) -> Bounds:
    """Return the callers of `packets` speaking to the ports of `onto`."""
    return replace(
        packets,
        sure=onto.sure.narrowed(packets.sure.sources),
        maybe=onto.maybe.narrowed(packets.maybe.sources),
    )


def _unsure(packets: Bounds, *missing: str) -> Bounds:
    return Bounds(Boxes(), packets.maybe, tuple(sorted({*packets.missing, *missing})))


def _sibling(document: Document, operation: str, key: str) -> DocumentId:
    return DocumentId("aws", document.id.scope, document.id.region, document.id.service, operation, key)
