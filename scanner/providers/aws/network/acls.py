"""Network ACLs: what may enter a subnet, and to whom replies may leave it.

Source: Amazon VPC User Guide, "Network ACL rules" (https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html,
read 2026-11): numbered, the lowest rule that matches decides, and replies need a rule of their own. They do
not stand between two interfaces of one subnet. Fixture: ``network-instance``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.boxes import PORTS, Admitted, Box, Boxes, Rule, first_match, union
from scanner.netset import AddressSet
from scanner.providers.aws.network.bounds import Bounds
from scanner.providers.aws.network.groups import flow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.network.topology import Topology
    from scanner.snapshot import Document, DocumentId


class Acls:
    """Every ACL, compiled once a direction."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._compiled: dict[tuple[DocumentId, bool], Admitted] = {}
        self._replies: dict[DocumentId, Boxes] = {}

    def entering(self, subnet: str) -> Bounds:
        """Return what may enter a subnet and be replied to.

        The caller chooses the port that replies go to, so one port that may leave is enough.
        """
        document = self._topology.acl(subnet)
        if document is None:
            return self._unread(subnet)
        return Bounds.exactly(self._admitted(document, egress=False).packets) & self.answering(subnet)

    def answering(self, subnet: str) -> Bounds:
        """Return what a subnet may reply to, by who is replied to."""
        document = self._topology.acl(subnet)
        if document is None:
            return self._unread(subnet)
        if document.id not in self._replies:
            self._replies[document.id] = union(
                Boxes((_whole_protocols(box),)) for box in self._admitted(document, egress=True).packets
            )
        return Bounds.exactly(self._replies[document.id])

    def replied(self, subnet: str) -> Bounds:
        """Return what may enter a subnet as a reply, by source: some port is enough."""
        document = self._topology.acl(subnet)
        if document is None:
            return self._unread(subnet)
        admitted = self._admitted(document, egress=False).packets
        return Bounds.exactly(union(Boxes((_whole_protocols(box),)) for box in admitted))

    def leaving(self, subnet: str) -> Bounds:
        """Return what may leave a subnet, by destination."""
        document = self._topology.acl(subnet)
        if document is None:
            return self._unread(subnet)
        return Bounds.exactly(self._admitted(document, egress=True).packets)

    def names(self, subnet: str, packets: Boxes) -> Iterator[str]:
        """Yield the names of the entries that let some of `packets` in."""
        document = self._topology.acl(subnet)
        if document is not None:
            yield from self._admitted(document, egress=False).rules(packets)

    def _unread(self, subnet: str) -> Bounds:
        near = self._topology.subnets.get(subnet)
        name = f"the network ACL of {subnet}"
        return Bounds.unread(self._topology.unread("DescribeNetworkAcls", "", near.id) if near else name)

    def _admitted(self, document: Document, *, egress: bool) -> Admitted:
        key = (document.id, egress)
        if key not in self._compiled:
            entries = [
                (entry.get("RuleNumber", 0), index, entry)
                for index, entry in enumerate(document.body.get("Entries") or ())
                if bool(entry.get("Egress")) == egress
            ]
            self._compiled[key] = first_match(
                Rule(
                    self._topology.place(document, f"/Entries/{index}"),
                    _packets(entry),
                    entry.get("RuleAction") == "allow",
                )
                for _, index, entry in sorted(entries, key=lambda found: found[:2])
            )
        return self._compiled[key]


def _packets(entry: dict[str, Any]) -> Boxes:
    block = entry.get("CidrBlock") or entry.get("Ipv6CidrBlock")
    icmp, ports = entry.get("IcmpTypeCode"), entry.get("PortRange") or {}
    ends = (icmp.get("Type"), icmp.get("Code")) if icmp else (ports.get("From"), ports.get("To"))
    return Boxes.of(AddressSet.of([block] if block else []), *flow(int(entry.get("Protocol", -1)), *ends))


def _whole_protocols(box: Box) -> Box:
    """Return the box over all ports of each protocol it touches."""
    return Box(box.first // PORTS * PORTS, -(-box.end // PORTS) * PORTS, box.sources)
