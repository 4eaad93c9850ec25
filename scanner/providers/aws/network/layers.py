"""The layers in front of a place in a network, put together: for each class of outside callers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.boxes import TCP, Boxes
from scanner.providers.aws.network.bounds import Bounds
from scanner.snapshot import DocumentId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.netset import AddressSet
    from scanner.providers.aws.network.acls import Acls
    from scanner.providers.aws.network.entrances import Entrances, Peer
    from scanner.providers.aws.network.groups import Groups
    from scanner.providers.aws.network.topology import Attachment, Topology


@dataclass(frozen=True, slots=True)
class Outside:
    """A class of callers: the internet, a peered VPC (`peer`), an endpoint's owner, or a front.

    `principal` is the node of the graph for a peered VPC and an endpoint's owner. `service` names the
    document of the endpoint service or front, `balancers` the load balancers behind it. `door`: what holds
    callers out today, or empty. A `front` sends to one `listener`, if given, from interfaces with
    `addresses` in `groups`; see `scanner.providers.aws.network.fronts`.
    """

    principal: str = ""
    peer: Peer | None = None
    service: str = ""
    balancers: tuple[str, ...] = ()
    door: str = ""
    front: str = ""
    listener: str = ""
    groups: tuple[str, ...] = ()
    addresses: AddressSet | None = None

    @property
    def hides_caller(self) -> bool:
        """Whether load balancers never pass on the caller's address: a PrivateLink consumer's, a front's."""
        return bool(self.service)

    def enters(self, balancer: str) -> bool:
        """Tell whether the class may come straight to a load balancer."""
        return not self.service or balancer in self.balancers


class Layers:
    """Answers what gets through all layers before a place."""

    def __init__(self, topology: Topology, groups: Groups, acls: Acls, entrances: Entrances) -> None:
        self.topology = topology
        self.groups = groups
        self.entrances = entrances
        self._acls = acls

    def into(self, outside: Outside, place: Attachment, *, filtered: bool = True) -> Bounds:
        """Return what a class of callers may send to a place; without `filtered` no group stands there."""
        near = self._near(place)
        peer = outside.peer
        if peer is not None:
            found = self.entrances.peer(place.subnet, peer) if peer.addresses else Bounds()
        elif outside.service:
            sent = outside.addresses
            found = Bounds.exactly(Boxes.everything() if sent is None else Boxes.of(sent))
        else:
            found = self.entrances.internet(place.subnet, v4=place.public4, v6=place.public6)
        if not found or not filtered:
            return found
        if peer is not None:
            return found & self.groups.from_peer(place.groups, peer.connection, peer.account, near)
        return found & self.groups.bounds(place.groups, near, members_of=outside.groups)

    def between(self, node: Attachment, target: Attachment, port: int, seen: Bounds) -> Bounds:
        """Return what of `seen`, as a load balancer's node sends it, a target in the same VPC accepts."""
        near = self._near(target)
        found = seen & self.groups.bounds(target.groups, near, members_of=node.groups)
        sent = Boxes.of(target.addresses, TCP, port, port)
        if node.groups:
            out = self.groups.bounds(node.groups, near, members_of=target.groups, egress=True)
            found = _if_any(found, out, sent)
        if node.subnet != target.subnet:
            found &= self._acls.entering(target.subnet)
            found = _if_any(found, self._acls.leaving(node.subnet), sent)
            found = _if_any(found, self._acls.replied(node.subnet), Boxes.of(target.addresses, TCP))
        return found

    def names(self, outside: Outside, place: Attachment, packets: Boxes) -> Iterator[str]:
        """Yield the names of what lets `packets` into a place."""
        yield place.name
        peer = outside.peer
        if peer is not None:
            yield peer.name
            yield from self.entrances.names(place.subnet, packets, peer.connection)
            named = self.groups.peers_named(place.groups, peer.connection, peer.account)
            yield from self.groups.names(place.groups, packets, named)
        else:
            if outside.service:
                yield outside.service
            else:
                yield from self.entrances.names(place.subnet, packets, "igw-")
            yield from self.groups.names(place.groups, packets, outside.groups)

    def _near(self, place: Attachment) -> DocumentId:
        document = self.topology.subnets.get(place.subnet)
        return document.id if document else DocumentId("aws", "", "", "ec2", "DescribeSubnets", place.subnet)


def _if_any(found: Bounds, gate: Bounds, packets: Boxes) -> Bounds:
    """Return `found` if a gate lets any of `packets` through, without being sure where the gate is not."""
    if gate.sure & packets:
        return found
    if gate.maybe & packets:
        return Bounds(Boxes(), found.maybe, tuple(sorted({*found.missing, *gate.missing})))
    return Bounds()
