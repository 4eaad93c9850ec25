"""Ways into a subnet from outside: through an internet gateway, and from networks of other accounts.

Sources: Amazon VPC User Guide, "Enable internet access for a VPC using an internet gateway" and "Block
public access to VPCs and subnets"
(https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html, read 2026-11). A way in needs a way
back: the subnet's best route to the caller must be the one it came by. Whose networks are joined with ours is
told in `peers`. Fixture: ``network-instance``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from scanner.boxes import Boxes
from scanner.netset import AddressSet
from scanner.providers.aws.network.bounds import Bounds
from scanner.providers.aws.network.internet import INTERNET, INTERNET4, INTERNET6
from scanner.snapshot import Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.providers.aws.network.acls import Acls
    from scanner.providers.aws.network.peers import Peer, Peers
    from scanner.providers.aws.network.routes import Routes
    from scanner.providers.aws.network.topology import Topology
    from scanner.snapshot import Document, DocumentId

_OPTIONS = "DescribeVpcBlockPublicAccessOptions"
_EXCLUSIONS = "DescribeVpcBlockPublicAccessExclusions.VpcBlockPublicAccessExclusions"
_CREATED = {"create-complete", "update-complete", "update-in-progress", "update-failed", "delete-in-progress"}


class Entrances:
    """Answers what may come into a subnet, before any security group."""

    def __init__(self, topology: Topology, acls: Acls, routes: Routes, peers: Peers) -> None:
        self._topology = topology
        self._acls = acls
        self._routes = routes
        self.peers = peers
        self._from_internet: dict[str, Bounds] = {}

    def internet(self, subnet: str, *, v4: bool, v6: bool) -> Bounds:
        """Return what the internet may send to addresses of a subnet that it can name, and be answered."""
        if subnet not in self._from_internet:
            gated = self._by_gateway(subnet)
            self._from_internet[subnet] = gated & self._acls.entering(subnet) if gated else gated
        families = (INTERNET4 if v4 else AddressSet()) | (INTERNET6 if v6 else AddressSet())
        return self._from_internet[subnet] & Bounds.exactly(Boxes.of(families))

    def peer(self, subnet: str, peer: Peer, here: AddressSet) -> Bounds:
        """Return what a joined network may send to addresses of a subnet and be answered."""
        if not here & peer.reaches:
            return Bounds()
        answered = self._answered(subnet, lambda target: target == peer.connection)
        # of a subnet with an interface of the gateway, only what leaves it is judged (see `transit`)
        shared = subnet in peer.subnets
        gate = self._acls.answering(subnet) if shared else self._acls.entering(subnet)
        found = answered & Bounds.exactly(Boxes.of(peer.addresses)) & gate
        if peer.subnets and not shared:
            ways = Bounds()
            for between in peer.subnets:
                ways |= self._acls.leaving(between) & self._acls.replied(between)
            found = found.behind(ways, Boxes.of(here))
        if not peer.missing or not found:
            return found
        return Bounds(Boxes(), found.maybe, tuple(sorted({*found.missing, *peer.missing})))

    def answered(self, subnet: str, connection: str) -> Bounds:
        """Return packets from the addresses that a subnet answers by a connection to another network."""
        return self._answered(subnet, connection.__eq__)

    def names(self, subnet: str, packets: Boxes, target: str) -> Iterator[str]:
        """Yield the names of the routes and ACL entries that let `packets` in by a gateway or connection."""
        table = self._topology.table(subnet)
        for way in self._routes.ways(table) if table else ():
            if way.target.startswith(target) and packets.narrowed(way.addresses):
                yield way.name
        yield from self._acls.names(subnet, packets)

    def unfollowed(self, subnet: str) -> Iterator[str]:
        """Yield the names of routes to where not everything is followed: other networks."""
        table = self._topology.table(subnet)
        for way in self._routes.ways(table) if table else ():
            if self.peers.is_elsewhere(way.target):
                yield way.name

    def elsewhere(self, subnet: str) -> Iterator[str]:
        """Yield the targets of routes behind which it is not known who outside stands."""
        joined = self.peers.of(self._topology.vpc_of(subnet))
        unsure = {peer.connection for peer in joined if peer.missing or not peer.account}
        for target in self.peers.targets(subnet):
            if self.peers.is_elsewhere(target) or target in unsure:
                yield target

    def _by_gateway(self, subnet: str) -> Bounds:
        """Return what gets through an internet gateway, whatever ACLs say."""
        vpc = self._topology.vpc_of(subnet)
        answered = self._answered(subnet, lambda target: self._is_gateway(target, vpc))
        found = answered & Bounds.exactly(Boxes.of(INTERNET)) & self._unblocked(subnet, vpc)
        for table in self._topology.edge_tables.get(vpc, ()):
            behind = f"what stands behind the gateway route table {table.id.key}"
            found = Bounds(Boxes(), found.maybe, (*found.missing, behind))
        return found | self._by_appliance(subnet, vpc)

    def accelerated(self, subnet: str) -> Bounds:
        """Return what an accelerator may bring to a subnet from the internet: see `accelerators`."""
        vpc = self._topology.vpc_of(subnet)
        if not self._may_have_gateway(subnet, vpc):
            return Bounds()
        sent = Bounds.exactly(Boxes.of(INTERNET)) & self._unblocked(subnet, vpc)
        return sent & self._acls.entering(subnet)

    def _may_have_gateway(self, subnet: str, vpc: str) -> bool:
        near = self._topology.subnets.get(subnet)
        if any(self._is_gateway(name, vpc) for name in self._topology.gateways):
            return True
        return near is not None and self._topology.is_unread("DescribeInternetGateways", near.id)

    def _by_appliance(self, subnet: str, vpc: str) -> Bounds:
        """Return what may come by a firewall or another machine of ours that answers are sent through.

        Amazon VPC User Guide, "Example routing options", "Routing to a middlebox appliance"
        (route-table-options.html, read 2026-11-22): the subnet's routes lead to the endpoint of a firewall or
        to an interface, which stands before the internet gateway. Fixture: ``network-firewall``.
        """
        if not self._may_have_gateway(subnet, vpc):
            return Bounds()
        found = Bounds()
        for target in sorted(set(filter(self._passes_on, self.peers.targets(subnet)))):
            answered = self._answered(subnet, target.__eq__)
            sent = answered & Bounds.exactly(Boxes.of(INTERNET)) & self._unblocked(subnet, vpc)
            found |= Bounds(Boxes(), sent.maybe, (*sent.missing, f"what {target} passes on"))
        return found

    def _passes_on(self, target: str) -> bool:
        if target.startswith("vpce-"):
            endpoint = self._topology.endpoints.get(target)
            return endpoint is None or endpoint.body.get("VpcEndpointType") == "GatewayLoadBalancer"
        return target.startswith("eni-")

    def _is_gateway(self, target: str, vpc: str) -> bool:
        if not target.startswith("igw-"):
            return False
        document = self._topology.gateways.get(target)
        return document is None or any(
            a.get("VpcId") == vpc and a.get("State") in {"available", "attached"}
            for a in document.body.get("Attachments") or ()
        )

    def _answered(self, subnet: str, leads: Callable[[str], bool]) -> Bounds:
        """Return packets from the addresses that the subnet answers by a target of which `leads` says yes."""
        table = self._topology.table(subnet)
        if table is None:
            near = self._topology.subnets.get(subnet)
            name = f"the route table of {subnet}"
            return Bounds.unread(self._topology.unread("DescribeRouteTables", "", near.id) if near else name)
        ways = self._routes.ways(table)
        known = Boxes.of(
            AddressSet.networks(
                b for w in ways if leads(w.target) and not w.missing for b in w.addresses.blocks()
            )
        )
        unread = [way for way in ways if way.missing]
        if not unread:
            return Bounds.exactly(known)
        maybe = known | Boxes.of(
            AddressSet.everything() if any(leads(w.target) for w in unread) else AddressSet()
        )
        return Bounds(Boxes(), maybe, tuple(sorted({w.missing for w in unread})))

    def _unblocked(self, subnet: str, vpc: str) -> Bounds:
        """Return everything unless public access is blocked for the VPC, nothing when it is."""
        near = self._topology.subnets.get(subnet)
        if near is None:
            return Bounds.unread(f"block of public access to {subnet}")
        # of a shared network the owner's settings count: "Block public access to VPCs and subnets", "Basics"
        owner = msgspec.structs.replace(near.id, scope=str(near.body.get("OwnerId") or near.id.scope))
        options = self._topology.asked(_OPTIONS, owner)
        if isinstance(options, Gap):
            return Bounds.unread(str(options.id))
        mode = ((options.body or {}).get("VpcBlockPublicAccessOptions") or {}).get(
            "InternetGatewayBlockMode", "off"
        )
        if mode == "off" or any(_spares(e, near, vpc) for e in self._exclusions(owner)):
            return Bounds.exactly(Boxes.everything())
        listed = self._topology.asked(_EXCLUSIONS.partition(".")[0], owner)
        return Bounds.unread(str(listed.id)) if isinstance(listed, Gap) else Bounds()

    def _exclusions(self, near: DocumentId) -> Iterator[dict[str, Any]]:
        for document in self._topology.snapshot.all("aws", "ec2", _EXCLUSIONS):
            if (document.id.scope, document.id.region) == (near.scope, near.region):
                yield document.body or {}


def _spares(exclusion: dict[str, Any], subnet: Document, vpc: str) -> bool:
    """Tell whether an exclusion lets the internet into a subnet."""
    arn = str(exclusion.get("ResourceArn", ""))
    return (
        exclusion.get("InternetGatewayExclusionMode") == "allow-bidirectional"
        and exclusion.get("State") in _CREATED
        and arn.rsplit("/", 1)[-1] in {subnet.id.key, vpc}
    )
