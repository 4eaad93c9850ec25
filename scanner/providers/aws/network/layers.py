"""The layers in front of a place in a network, put together: for each class of outside callers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.boxes import TCP, Boxes
from scanner.netset import AddressSet
from scanner.providers.aws.network.bounds import Bounds
from scanner.providers.aws.network.internet import INTERNET, is_whole
from scanner.snapshot import DocumentId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.network.acls import Acls
    from scanner.providers.aws.network.entrances import Entrances
    from scanner.providers.aws.network.groups import Groups
    from scanner.providers.aws.network.listeners import Gate
    from scanner.providers.aws.network.peers import Peer
    from scanner.providers.aws.network.topology import Attachment, Topology
    from scanner.verdict import Guard

_EVERYWHERE = AddressSet.everything()


@dataclass(frozen=True, slots=True)
class Outside:
    """A class of callers: the internet, another network (`peer`), or what `service` names the document of.

    Attributes:
        principal: Their node, where the class has one.
        peer: The network that is joined with ours.
        service: Names the endpoint service or front, or what stands inside a network of ours.
        balancers: The only load balancers it comes to; of what stands inside a network, none.
        door: What holds callers out today, or empty.
        front: The id of a front; see `scanner.providers.aws.network.fronts`.
        listener: The only listener that a front sends to, or empty.
        groups: What its interfaces in our network are in.
        addresses: What its interfaces have, None when it has none there.
        vpc: The network that it stands inside of, or empty.
        subnets: Where its interfaces are, as far as that is known.
        by: The connection by which it comes from another network of ours, or empty.
        reaches: Which addresses it may speak to.
        ports: What a front that comes over the internet calls.
        senders: The addresses that it calls from, None when they are not known.
        accelerates: The load balancer or machine that an accelerator leads to, or empty.
        called: The ports that the accelerator calls.
        is_seen: Whether the caller's address is passed on.
        gates: Who has let callers in before.
        guards: What else holds of them.
        missing: What would tell whether it comes in at all.
        more: Names of further documents.
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
    vpc: str = ""
    subnets: tuple[str, ...] = ()
    by: str = ""
    reaches: AddressSet = _EVERYWHERE
    gates: tuple[Gate, ...] = ()
    guards: tuple[Guard, ...] = ()
    missing: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    senders: AddressSet | None = None
    accelerates: str = ""
    called: Boxes = Boxes()  # noqa: RUF009 - an immutable value
    is_seen: bool = True

    @property
    def hides_caller(self) -> bool:
        """Whether load balancers never pass on the caller's address: a PrivateLink consumer's, a front's."""
        return bool(self.service) and not (self.vpc or self.ports or self.accelerates)

    def enters(self, balancer: str) -> bool:
        """Tell whether the class may come straight to a load balancer."""
        return not self.service or bool(self.vpc) or balancer in self.balancers


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
            found = self.entrances.peer(place.subnet, peer, place.addresses)
        elif outside.accelerates:
            found = self.entrances.accelerated(place.subnet) & Bounds.exactly(outside.called)
        elif outside.service and not outside.ports:
            found = self._from_inside(outside, place)
        else:
            found = self.entrances.internet(place.subnet, v4=place.public4, v6=place.public6)
        if found and filtered and peer is not None:
            found &= self.groups.from_peer(place.groups, peer.connection, peer.account, near)
        elif found and filtered:
            found &= self.groups.bounds(place.groups, near, members_of=outside.groups)
        return _as_sent(outside, found) if outside.ports or not outside.is_seen else found

    def _from_inside(self, outside: Outside, place: Attachment) -> Bounds:
        """Return what comes from interfaces of a front, or of who stands inside a network of ours."""
        if not outside.reaches & place.addresses:
            return Bounds()
        sent = outside.addresses
        found = Bounds.exactly(Boxes.everything() if sent is None else Boxes.of(sent))
        if outside.by:
            found &= self.entrances.answered(place.subnet, outside.by)
        if outside.subnets and place.subnet not in outside.subnets:
            found &= self._acls.entering(place.subnet)
            gone = Boxes.of(place.addresses, TCP)
            leaving = Bounds()
            for subnet in outside.subnets:
                leaving |= self._acls.leaving(subnet)
            found = found.behind(leaving, gone)
        if outside.missing and found:
            return Bounds(Boxes(), found.maybe, tuple(sorted({*found.missing, *outside.missing})))
        return found

    def between(self, node: Attachment, target: Attachment, port: int, seen: Bounds) -> Bounds:
        """Return what of `seen`, as a load balancer's node sends it, a target in the same VPC accepts."""
        near = self._near(target)
        found = seen & self.groups.bounds(target.groups, near, members_of=node.groups)
        sent = Boxes.of(target.addresses, TCP, port, port)
        if node.groups:
            out = self.groups.bounds(node.groups, near, members_of=target.groups, egress=True)
            found = found.behind(out, sent)
        if node.subnet != target.subnet:
            found &= self._acls.entering(target.subnet)
            found = found.behind(self._acls.leaving(node.subnet), sent)
            found = found.behind(self._acls.replied(node.subnet), Boxes.of(target.addresses, TCP))
        return found

    def names(self, outside: Outside, place: Attachment, packets: Boxes) -> Iterator[str]:
        """Yield the names of what lets `packets` into a place."""
        yield place.name
        peer = outside.peer
        if peer is not None:
            yield from peer.names
            yield from self.entrances.names(place.subnet, packets, peer.connection)
            named = self.groups.peers_named(place.groups, peer.connection, peer.account)
            yield from self.groups.names(place.groups, packets, named)
        else:
            if outside.service:
                yield outside.service
                yield from outside.more
            if outside.by or not outside.service or outside.ports:
                yield from self.entrances.names(place.subnet, packets, outside.by or "igw-")
            yield from self.groups.names(place.groups, packets, outside.groups)

    def _near(self, place: Attachment) -> DocumentId:
        document = self.topology.subnets.get(place.subnet)
        return document.id if document else DocumentId("aws", "", "", "ec2", "DescribeSubnets", place.subnet)


def _as_sent(outside: Outside, found: Bounds) -> Bounds:
    """Return what of `found` a front on the internet sends: surely if wherever it calls from is let in."""
    called = outside.called
    for port in outside.ports:
        called |= Boxes.of(_EVERYWHERE, TCP, port, port)
    found &= Bounds.exactly(called)
    if outside.senders is not None:
        found &= Bounds.exactly(Boxes.of(outside.senders))
    sure = found.sure.sources
    if is_whole(sure) or (outside.senders is not None and sure.v4 == outside.senders.v4):
        return found
    missing = {*found.missing, f"the addresses that {outside.front or 'the accelerator'} calls from"}
    some = found.maybe if outside.is_seen or not found else called.narrowed(INTERNET)  # anyone calls it
    return Bounds(Boxes(), some, tuple(sorted(missing)))
