"""Security groups: what the groups of an attachment let in, and out, together.

Source: Amazon VPC User Guide, "Security group rules"
(https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html, read 2026-11): rules allow only,
all groups of an interface count together, replies pass whatever the rules say, a rule that names a group
means the private addresses of that group's interfaces. Fixture: ``network-instance``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scanner.boxes import ICMP, ICMPV6, PORTS, TCP, UDP, Admitted, Boxes, Rule, any_match
from scanner.netset import AddressSet
from scanner.providers.aws.network.bounds import Bounds

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from scanner.providers.aws.network.topology import Topology
    from scanner.snapshot import Document, DocumentId

_NUMBERS = {"tcp": TCP, "udp": UDP, "icmp": ICMP, "icmpv6": ICMPV6}
_EVERYTHING = AddressSet.everything()


@dataclass(frozen=True, slots=True)
class Reference:
    """A rule that names another group. `packets` are those of any address."""

    group: str
    account: str
    peering: str
    packets: Boxes
    name: str


@dataclass(frozen=True, slots=True)
class GroupRules:
    """One direction of one group: by address, by group, and from prefix lists that were not read."""

    admitted: Admitted
    references: tuple[Reference, ...] = ()
    unread: Boxes = Boxes()  # noqa: RUF009 - an immutable value
    missing: tuple[str, ...] = ()
    shared: AddressSet = AddressSet()  # noqa: RUF009 - an immutable value


class Groups:
    """Every group, compiled once a direction."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._rules: dict[tuple[str, bool], GroupRules | None] = {}

    def bounds(
        self,
        groups: tuple[str, ...],
        near: DocumentId,
        *,
        members_of: Collection[str] = (),
        egress: bool = False,
    ) -> Bounds:
        """Return what `groups` let through together; a group that was not read may let anything through.

        Args:
            groups: Ids.
            near: A document of the same account and region.
            members_of: Groups that the other side is in: rules that name one let all its packets through.
            egress: Judge what is let out: addresses are destinations then.
        """
        found = Bounds()
        for group in groups:
            rules = self.rules(group, egress=egress)
            if rules is None:
                found |= Bounds.unread(
                    self._topology.unread("DescribeSecurityGroups.SecurityGroups", group, near)
                )
                continue
            sure = rules.admitted.packets
            for reference in rules.references:
                if reference.group in members_of:
                    sure |= reference.packets
            found |= Bounds(sure, sure | rules.unread, rules.missing)
        return found

    def from_peer(self, groups: tuple[str, ...], peering: str, account: str, near: DocumentId) -> Bounds:
        """Return what `groups` let in from a peered VPC, whose owner decides who is in which group there."""
        return self.bounds(groups, near, members_of=self.peers_named(groups, peering, account))

    def peers_named(self, groups: tuple[str, ...], peering: str, account: str) -> frozenset[str]:
        """Return the groups of a peered VPC that rules of `groups` name."""
        compiled = [rules for group in groups if (rules := self.rules(group)) is not None]
        return frozenset(
            reference.group
            for rules in compiled
            for reference in rules.references
            if reference.peering == peering or (account and reference.account == account)
        )

    def names(
        self, groups: tuple[str, ...], packets: Boxes, members_of: Collection[str] = ()
    ) -> Iterator[str]:
        """Yield the names of the rules that let some of `packets` in."""
        for group in groups:
            rules = self.rules(group)
            if rules is not None:
                yield from rules.admitted.rules(packets)
                yield from (r.name for r in rules.references if r.group in members_of and r.packets & packets)

    def shared(self, groups: tuple[str, ...]) -> AddressSet:
        """Return the addresses that are let in only because AWS's own prefix lists hold them."""
        found = AddressSet()
        for group in groups:
            rules = self.rules(group)
            found |= rules.shared if rules else AddressSet()
        return found

    def rules(self, group: str, *, egress: bool = False) -> GroupRules | None:
        """Return one direction of a group, None when it was not read."""
        if (group, egress) not in self._rules:
            document = self._topology.groups.get(group)
            try:
                self._rules[group, egress] = self._compile(document, egress=egress) if document else None
            except (AttributeError, KeyError, TypeError, ValueError):  # no group's rules: as if unread
                self._rules[group, egress] = None
        return self._rules[group, egress]

    def _compile(self, document: Document, *, egress: bool) -> GroupRules:
        field = "IpPermissionsEgress" if egress else "IpPermissions"
        allow: list[Rule] = []
        references: list[Reference] = []
        unread, missing, shared = Boxes(), set(), AddressSet()
        for i, permission in enumerate(document.body.get(field) or ()):
            flow = flow_of(permission)
            for kind, key in (("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6")):
                for j, block in enumerate(permission.get(kind) or ()):
                    name = self._topology.place(document, f"/{field}/{i}/{kind}/{j}")
                    allow.append(Rule(name, Boxes.of(AddressSet.of([block[key]]), *flow)))
            for j, entry in enumerate(permission.get("PrefixListIds") or ()):
                addresses = self._listed(entry.get("PrefixListId", ""))
                if addresses is None:
                    unread |= Boxes.of(_EVERYTHING, *flow)
                    missing.add(
                        self._topology.unread(
                            "GetManagedPrefixListEntries", entry.get("PrefixListId", ""), document.id
                        )
                    )
                    continue
                name = self._topology.place(document, f"/{field}/{i}/PrefixListIds/{j}")
                allow.append(Rule(name, Boxes.of(addresses, *flow)))
                if self._is_aws_owned(entry.get("PrefixListId", ""), document.id):
                    shared |= addresses
            for j, pair in enumerate(permission.get("UserIdGroupPairs") or ()):
                references.append(
                    Reference(
                        pair.get("GroupId", ""),
                        pair.get("UserId", ""),
                        pair.get("VpcPeeringConnectionId", ""),
                        Boxes.of(_EVERYTHING, *flow),
                        self._topology.place(document, f"/{field}/{i}/UserIdGroupPairs/{j}"),
                    )
                )
        return GroupRules(any_match(allow), tuple(references), unread, tuple(sorted(missing)), shared)

    def _listed(self, prefix_list: str) -> AddressSet | None:
        document = self._topology.lists.get(prefix_list)
        if document is None:
            return None
        return AddressSet.of(entry["Cidr"] for entry in document.body.get("Entries") or ())

    def _is_aws_owned(self, prefix_list: str, near: DocumentId) -> bool:
        for document in self._topology.snapshot.all("aws", "ec2", "DescribeManagedPrefixLists.PrefixLists"):
            if document.id.key == prefix_list and document.id.region == near.region:
                return bool((document.body or {}).get("OwnerId") == "AWS")
        return False


def flow_of(permission: dict[str, Any]) -> tuple[int | None, int, int]:
    """Return protocol, first and last port of a group's rule.

    Ports count for TCP and UDP; for ICMP they are type and code, -1 for all of them; every other protocol is
    allowed whole: EC2 API Reference, "IpPermission" (read 2026-11).
    """
    protocol = str(permission.get("IpProtocol", "-1")).lower()
    number = _NUMBERS.get(protocol, int(protocol) if protocol.lstrip("-").isdigit() else -1)
    first, last = permission.get("FromPort"), permission.get("ToPort")
    return flow(number, first, last)


def flow(number: int, first: int | None, last: int | None) -> tuple[int | None, int, int]:
    """Return what a rule's numbers mean as protocol (None: every one) and stretch of ports, ends included.

    -1 and None stand for an end that is open. Numbers that no packet has, or in the wrong order, are taken
    for the nearest that it can have, a protocol that there is not for every one: AWS refuses such rules, but
    code may hold them.
    """
    if not 0 <= number <= 255:
        return None, 0, PORTS - 1
    greatest = 255 if number in {ICMP, ICMPV6} else PORTS - 1
    start = min(first, greatest) if first is not None and first >= 0 else None
    end = min(last, greatest) if last is not None and last >= 0 else None
    if number in {ICMP, ICMPV6} and start is not None:
        return number, start * 256 + (end or 0), start * 256 + (255 if end is None else end)
    if number in {TCP, UDP}:
        both = (start or 0, PORTS - 1 if end is None else end)
        return number, min(both), max(both)
    return number, 0, PORTS - 1
