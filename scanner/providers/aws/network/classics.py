"""Classic Load Balancers: what outside may send to a listener, and on to an instance behind it.

Source: Elastic Load Balancing, "Configure security groups for your Classic Load Balancer" and "Listeners for
your Classic Load Balancer" (https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/, read
2026-11-22): instances see the load balancer's address, and there are no logins. Its interfaces are described
as ``ELB NAME`` (observed). PrivateLink leads to none; APIs and distributions call its name on the internet.
Fixtures: ``network-classic-balancer``, ``distribution-in-front-of-a-classic-balancer``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scanner.boxes import TCP, Boxes
from scanner.netset import AddressSet
from scanner.providers.aws.hosts import classic_arn
from scanner.providers.aws.network.bounds import Bounds
from scanner.providers.aws.network.topology import Attachment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.network.attachments import Attachments
    from scanner.providers.aws.network.layers import Layers, Outside
    from scanner.snapshot import Document

_FIELD = "DescribeLoadBalancers.LoadBalancerDescriptions"
_OVER_TCP = {"HTTP", "HTTPS", "TCP", "SSL"}


class Hearing(NamedTuple):
    """One listener: where it hears, where it sends to, and where that stands."""

    port: int
    instance_port: int
    name: str


class Classics:
    """Every Classic Load Balancer by ARN."""

    def __init__(self, layers: Layers, attachments: Attachments) -> None:
        self._layers = layers
        self._attachments = attachments
        self.found: dict[str, Document] = {}
        for document in layers.topology.snapshot.all("aws", "elb", _FIELD):
            if document.body:
                self.found[classic_arn(document.id)] = document

    def behind(self, balancer: str) -> tuple[str, ...]:
        """Return the instances behind a load balancer."""
        listed = self.found[balancer].body.get("Instances") or ()
        return tuple(str(entry.get("InstanceId", "")) for entry in listed)

    def before(self, instance: str) -> tuple[str, ...]:
        """Return the load balancers before an instance."""
        return tuple(arn for arn in sorted(self.found) if instance in self.behind(arn))

    def vpc_of(self, balancer: str) -> str:
        """Return the network of a load balancer."""
        return str(self.found[balancer].body.get("VPCId") or "")

    def reaching(
        self, balancer: str, instance: str, outside: Outside
    ) -> Iterator[tuple[Bounds, tuple[str, ...]]]:
        """Yield what of an outside class comes to an instance, by the caller's address."""
        document = self.found[balancer]
        target = self._attachments.primary(instance)
        if not outside.enters(balancer):
            return
        for subnet in document.body.get("Subnets") or ():
            node, is_exact = self._node(document, subnet)
            entering = self._layers.into(outside, node, filtered=bool(node.groups))
            for hearing in self._hearing(document):
                port = Boxes.of(AddressSet.everything(), TCP, hearing.port, hearing.port)
                arrived = entering & Bounds.exactly(port)
                names = (*self._layers.names(outside, node, arrived.maybe), hearing.name)
                if not arrived:
                    continue
                if target is None:
                    yield _unsure(arrived, (f"where {instance} listens",)), names
                    continue
                sent = Boxes.of(node.addresses, TCP, hearing.instance_port, hearing.instance_port)
                let_in = self._layers.between(node, target, hearing.instance_port, Bounds.exactly(sent))
                names += tuple(self._layers.groups.names(target.groups, let_in.maybe, node.groups))
                if let_in.sure and (is_exact or let_in.sure.includes(sent)):
                    yield arrived, names
                elif let_in:
                    lacking = let_in.missing or (f"the addresses of {balancer} in {subnet}",)
                    yield _unsure(arrived, lacking), names

    def _hearing(self, document: Document) -> Iterator[Hearing]:
        for index, entry in enumerate(document.body.get("ListenerDescriptions") or ()):
            listener = entry.get("Listener") or {}
            if str(listener.get("Protocol", "")).upper() in _OVER_TCP:
                name = self._layers.topology.place(document, f"/ListenerDescriptions/{index}/Listener")
                ports = (int(listener.get("LoadBalancerPort") or 0), int(listener.get("InstancePort") or 0))
                yield Hearing(*ports, name)

    def _node(self, document: Document, subnet: str) -> tuple[Attachment, bool]:
        body = document.body
        addresses, is_exact = self._attachments.node_addresses(f":loadbalancer/{document.id.key}", subnet)
        return Attachment(
            subnet=subnet,
            vpc=str(body.get("VPCId") or ""),
            groups=tuple(body.get("SecurityGroups") or ()),
            addresses=addresses,
            public4=body.get("Scheme") == "internet-facing",
            public6=False,
            name=self._layers.topology.place(document),
        ), is_exact


def _unsure(packets: Bounds, missing: tuple[str, ...]) -> Bounds:
    return Bounds(Boxes(), packets.maybe, tuple(sorted({*packets.missing, *missing})))
