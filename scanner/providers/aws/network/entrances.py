"""Ways into a subnet from outside: through an internet gateway, and from networks of other accounts.

Sources: Amazon VPC User Guide, "Enable internet access for a VPC using an internet gateway" and "Block
public access to VPCs and subnets"; Amazon VPC Peering Guide, "VPC peering basics"
(https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html, read 2026-11). A way in needs a way
back: the subnet's best route to the caller must be the one it came by. What a transit gateway's own route
tables let through is not read (Amazon VPC Transit Gateways, "How transit gateways work"). Fixtures:
``network-instance``, ``network-peering``, ``network-transit-gateway``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scanner.boxes import Boxes
from scanner.netset import AddressSet
from scanner.providers.aws.network.bounds import Bounds
from scanner.providers.aws.network.internet import INTERNET, INTERNET4, INTERNET6
from scanner.snapshot import Document, DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.providers.aws.network.acls import Acls
    from scanner.providers.aws.network.routes import Routes
    from scanner.providers.aws.network.topology import Topology

_OPTIONS = "DescribeVpcBlockPublicAccessOptions"
_EXCLUSIONS = "DescribeVpcBlockPublicAccessExclusions.VpcBlockPublicAccessExclusions"
_ATTACHMENTS = "DescribeTransitGatewayAttachments"
_ELSEWHERE = ("tgw-", "vgw-", "lgw-", "cagw-", "arn:")
_CREATED = {"create-complete", "update-complete", "update-in-progress", "update-failed", "delete-in-progress"}


@dataclass(frozen=True, slots=True)
class Peer:
    """Another account whose network is peered with a VPC of ours, or hangs on the same transit gateway.

    `missing` names what would tell whether packets from there arrive.
    """

    connection: str
    account: str
    addresses: AddressSet
    name: str
    missing: tuple[str, ...] = ()


class Entrances:
    """Answers what may come into a subnet, before any security group."""

    def __init__(
        self, topology: Topology, acls: Acls, routes: Routes, is_ours: Callable[[str | None], bool]
    ) -> None:
        self._topology = topology
        self._acls = acls
        self._routes = routes
        self._is_ours = is_ours
        self._from_internet: dict[str, Bounds] = {}

    def internet(self, subnet: str, *, v4: bool, v6: bool) -> Bounds:
        """Return what the internet may send to addresses of a subnet that it can name, and be answered."""
        if subnet not in self._from_internet:
            gated = self._by_gateway(subnet)
            self._from_internet[subnet] = gated & self._acls.entering(subnet) if gated else gated
        families = (INTERNET4 if v4 else AddressSet()) | (INTERNET6 if v6 else AddressSet())
        return self._from_internet[subnet] & Bounds.exactly(Boxes.of(families))

    def peers(self, vpc: str) -> Iterator[Peer]:
        """Yield the foreign VPCs that a VPC is peered with, in order of connections."""
        for connection, document in sorted(self._topology.peerings.items()):
            body = document.body
            if (body.get("Status") or {}).get("Code") != "active":
                continue
            sides = [body.get("RequesterVpcInfo") or {}, body.get("AccepterVpcInfo") or {}]
            for ours, theirs in (sides, sides[::-1]):
                account = str(theirs.get("OwnerId", ""))
                if ours.get("VpcId") == vpc and not self._is_ours(account):
                    yield Peer(connection, account, _ranges(theirs), self._topology.place(document))
        for gateway in sorted(self._gateways_of(vpc)):
            yield from self._on_gateway(gateway)

    def _gateways_of(self, vpc: str) -> set[str]:
        """Return the transit gateways that routes of a VPC lead to."""
        subnets = (name for name, d in self._topology.subnets.items() if d.body.get("VpcId") == vpc)
        return {t for subnet in subnets for t in self._targets(subnet) if t.startswith("tgw-")}

    def _on_gateway(self, gateway: str) -> Iterator[Peer]:
        """Yield the accounts whose networks hang on a transit gateway, and whose it is."""
        seen: set[str] = set()
        for document in self._topology.attached.get(gateway, ()):
            for owner in (document.body.get("ResourceOwnerId"), document.body.get("TransitGatewayOwnerId")):
                account = str(owner or "")
                if account and account not in seen and not self._is_ours(account):
                    seen.add(account)
                    missing = (f"the routes of {gateway}",)
                    place = self._topology.place(document)
                    yield Peer(gateway, account, AddressSet.everything(), place, missing)

    def _is_followed(self, target: str) -> bool:
        """Tell whether everything on a transit gateway of ours is known, and is a VPC."""
        attached = self._topology.attached.get(target, ())
        owners = {str(document.body.get("TransitGatewayOwnerId", "")) for document in attached}
        return (
            len(owners) == 1
            and all(document.body.get("ResourceType") == "vpc" for document in attached)
            and all(document.id.scope in owners for document in attached)
            and not any(self._topology.is_unread(_ATTACHMENTS, document.id) for document in attached)
        )

    def _targets(self, subnet: str) -> Iterator[str]:
        table = self._topology.table(subnet)
        yield from (way.target for way in (self._routes.ways(table) if table else ()))

    def peer(self, subnet: str, peer: Peer) -> Bounds:
        """Return what a peered VPC may send to a subnet and be answered."""
        answered = self._answered(subnet, lambda target: target == peer.connection)
        found = answered & Bounds.exactly(Boxes.of(peer.addresses)) & self._acls.entering(subnet)
        if not peer.missing or not found:
            return found
        return Bounds(Boxes(), found.maybe, tuple(sorted({*found.missing, *peer.missing})))

    def names(self, subnet: str, packets: Boxes, target: str) -> Iterator[str]:
        """Yield the names of the routes and ACL entries that let `packets` in by a gateway or connection."""
        table = self._topology.table(subnet)
        for way in self._routes.ways(table) if table else ():
            if way.target.startswith(target) and packets.narrowed(way.addresses):
                yield way.name
        yield from self._acls.names(subnet, packets)

    def unfollowed(self, subnet: str) -> Iterator[str]:
        """Yield the names of routes to where nothing is followed: transit gateways, other networks."""
        table = self._topology.table(subnet)
        for way in self._routes.ways(table) if table else ():
            if way.target.startswith(_ELSEWHERE) and not self._is_followed(way.target):
                yield way.name

    def elsewhere(self, subnet: str) -> Iterator[str]:
        """Yield the targets of routes behind which it is not known who outside stands."""
        for target in self._targets(subnet):
            if target.startswith(_ELSEWHERE) and (
                not self._is_followed(target) or any(self._on_gateway(target))
            ):
                yield target

    def _by_gateway(self, subnet: str) -> Bounds:
        """Return what gets through an internet gateway, whatever ACLs say."""
        vpc = self._topology.vpc_of(subnet)
        answered = self._answered(subnet, lambda target: self._is_gateway(target, vpc))
        if not answered:
            return answered
        found = answered & Bounds.exactly(Boxes.of(INTERNET)) & self._unblocked(subnet, vpc)
        for table in self._topology.edge_tables.get(vpc, ()):
            behind = f"what stands behind the gateway route table {table.id.key}"
            found = Bounds(Boxes(), found.maybe, (*found.missing, behind))
        return found

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
        wanted = DocumentId("aws", near.id.scope, near.id.region, "ec2", _OPTIONS)
        options = self._topology.snapshot.get(wanted)
        if isinstance(options, Gap):
            return Bounds.unread(str(options.id))
        mode = ((options.body or {}).get("VpcBlockPublicAccessOptions") or {}).get(
            "InternetGatewayBlockMode", "off"
        )
        if mode == "off" or any(_spares(e, near, vpc) for e in self._exclusions(near)):
            return Bounds.exactly(Boxes.everything())
        listed = self._topology.snapshot.get(
            DocumentId("aws", near.id.scope, near.id.region, "ec2", _EXCLUSIONS.partition(".")[0])
        )
        return Bounds.unread(str(listed.id)) if isinstance(listed, Gap) else Bounds()

    def _exclusions(self, near: Document) -> Iterator[dict[str, Any]]:
        for document in self._topology.snapshot.all("aws", "ec2", _EXCLUSIONS):
            if (document.id.scope, document.id.region) == (near.id.scope, near.id.region):
                yield document.body or {}


def _spares(exclusion: dict[str, Any], subnet: Document, vpc: str) -> bool:
    """Tell whether an exclusion lets the internet into a subnet."""
    arn = str(exclusion.get("ResourceArn", ""))
    return (
        exclusion.get("InternetGatewayExclusionMode") == "allow-bidirectional"
        and exclusion.get("State") in _CREATED
        and arn.rsplit("/", 1)[-1] in {subnet.id.key, vpc}
    )


def _ranges(side: dict[str, Any]) -> AddressSet:
    blocks = [b.get("CidrBlock") for b in side.get("CidrBlockSet") or ()]
    blocks += [b.get("Ipv6CidrBlock") for b in side.get("Ipv6CidrBlockSet") or ()]
    return AddressSet.of(b for b in (*blocks, side.get("CidrBlock")) if b)
