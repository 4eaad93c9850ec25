"""Transit gateways: whose networks on one of them reach a network of ours, and are answered.

What comes from an attachment is sent on by the route table that the attachment is associated with, and so is
the answer: both tables must lead there. A network in between that has appliances may pass packets on, which
its own routes do not tell. Sources: Amazon VPC Transit Gateways, "How transit gateways work"
(https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html, sections "Routing" and "Route
evaluation order"), "Network ACLs for transit gateways" (tgw-nacls.html), read 2026-11-22. Fixture:
``network-transit-gateway``.
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, NamedTuple

from scanner.netset import AddressSet
from scanner.providers.aws.arn import root
from scanner.providers.aws.network.premises import EVERYWHERE, End

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.providers.aws.network.premises import Premises
    from scanner.providers.aws.network.topology import Topology
    from scanner.snapshot import Document

ATTACHMENTS = "DescribeTransitGatewayAttachments"
_INTERFACES = "DescribeTransitGatewayVpcAttachments.TransitGatewayVpcAttachments"
_ROUTES = "SearchTransitGatewayRoutes"
_APPLIANCES = ("eni-", "vpce-", "nat-")
_IN_BETWEEN = {"vpc", "network-function"}


class Crossing(NamedTuple):
    """One network on a transit gateway that may reach one of ours.

    `addresses` of it are answered, and `reaches` are the addresses that it gets to; where `missing` says why,
    they may be fewer. `subnets` of ours are where the gateway has its interfaces, as far as that is known.
    """

    end: End
    addresses: AddressSet
    reaches: AddressSet
    names: tuple[str, ...]
    missing: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()


class Transit:
    """Every transit gateway of one snapshot."""

    def __init__(self, topology: Topology, premises: Premises, is_ours: Callable[[str | None], bool]) -> None:
        self._topology = topology
        self._premises = premises
        self._is_ours = is_ours
        self._routes = topology.by_key(_ROUTES)
        self._interfaces = topology.by_key(_INTERFACES)
        self._sends: dict[str, dict[str, AddressSet] | None] = {}

    def is_followed(self, gateway: str) -> bool:
        """Tell whether everything on a transit gateway of ours is known, and whose it is."""
        attached = self._attached(gateway)
        owners = {str(document.body.get("TransitGatewayOwnerId", "")) for document in attached}
        return (
            len(owners) == 1
            and all(self._is_ours(owner) for owner in owners)
            and all(document.id.scope in owners for document in attached)
            and all(self._ends(document) is not None for document in attached)
            and not any(self._topology.is_unread(ATTACHMENTS, document.id) for document in attached)
        )

    def crossings(self, vpc: str, gateway: str) -> Iterator[Crossing]:
        """Yield the networks, none of them known to be ours, that a transit gateway may join with a VPC."""
        attached = self._attached(gateway)
        here = next((d for d in attached if d.body.get("ResourceId") == vpc), None)
        for document in attached:
            if document is here:
                continue
            for end in self._ends(document) or ():
                crossing = self._crossing(gateway, document, here, end)
                if crossing is not None:
                    yield crossing
        told = {end.account for document in attached for end in self._ends(document) or ()}
        for owner in sorted({str(d.body.get("TransitGatewayOwnerId") or "") for d in attached} - told - {""}):
            if not self._is_ours(owner):
                names = tuple(self._topology.place(d) for d in attached[:1])
                yield Crossing(End(root(owner), owner), EVERYWHERE, EVERYWHERE, names, _unread(gateway))

    def _attached(self, gateway: str) -> list[Document]:
        """Return the attachments, each as the gateway's owner sees it if that is known."""
        found: dict[str, Document] = {}
        for document in self._topology.attached.get(gateway, ()):
            known = found.get(document.id.key)
            if known is None or document.body.get("TransitGatewayOwnerId") == document.id.scope:
                found[document.id.key] = document
        return [found[key] for key in sorted(found)]

    def _ends(self, document: Document) -> tuple[End, ...] | None:
        """Return whose networks an attachment leads to, none of ours; None when that is not known."""
        body = document.body
        kind, owner = str(body.get("ResourceType", "")), str(body.get("ResourceOwnerId") or "")
        name, resource = self._topology.place(document), str(body.get("ResourceId", ""))
        found: tuple[End, ...] | None = None
        if kind == "direct-connect-gateway":
            found = self._premises.behind_direct_connect(resource, owner)
        elif owner and not self._is_ours(owner):
            found = (End(root(owner), owner),)
        elif kind in _IN_BETWEEN:
            found = ()
        elif kind == "vpn":
            found = self._premises.vpn(resource)
        elif kind == "peering":
            found = self._on_another(resource)
        return None if found is None else tuple(end._replace(names=(name, *end.names)) for end in found)

    def _on_another(self, gateway: str) -> tuple[End, ...] | None:
        """Return what hangs on a transit gateway of ours that another one of ours is peered with."""
        attached = [d for d in self._attached(gateway) if d.body.get("ResourceType") != "peering"]
        ends = [self._ends(document) for document in attached]
        if not attached or any(end is None for end in ends):
            return None
        more = _unread(gateway)
        return tuple(end._replace(missing=(*end.missing, *more)) for found in ends for end in found or ())

    def _crossing(self, gateway: str, theirs: Document, here: Document | None, end: End) -> Crossing | None:
        sent, answered = self._sent(theirs), self._sent(here)
        if sent is None or answered is None or here is None:
            unread = [self._unread_table(d) for d in (theirs, here) if d is None or self._sent(d) is None]
            missing = tuple(sorted({name or _unread(gateway)[0] for name in unread}))
            return Crossing(end, end.addresses, EVERYWHERE, end.names, (*end.missing, *missing))
        names = (*end.names, *self._tables(theirs), *self._tables(here))
        reaches, replies = sent.get(here.id.key), answered.get(theirs.id.key)
        if reaches and replies:
            described = self._interfaces.get(here.id.key)
            subnets = tuple(described.body.get("SubnetIds") or ()) if described else ()
            return Crossing(end, replies & end.addresses, reaches, names, end.missing, subnets)
        there, back = self._relays(gateway, theirs, here), self._relays(gateway, here, theirs)
        if (reaches or there) and (replies or back):
            passed = tuple(f"what {name} passes on" for name in sorted({*there, *back}))
            return Crossing(end, end.addresses, EVERYWHERE, names, (*end.missing, *passed))
        return None

    def _relays(self, gateway: str, start: Document, goal: Document) -> tuple[str, ...]:
        """Return the networks by which packets of one attachment may come to another; empty when by none."""
        attached = {document.id.key: document for document in self._attached(gateway)}
        seen: dict[str, tuple[str, ...]] = {start.id.key: ()}
        waiting = [start.id.key]
        while waiting:
            key = waiting.pop(0)
            for further in sorted(self._sent(attached[key]) or ()):
                if further == goal.id.key and seen[key]:
                    return seen[key]
                document = attached.get(further)
                if further not in seen and document is not None and self._passes_on(document):
                    seen[further] = (*seen[key], str(document.body.get("ResourceId", "")))
                    waiting.append(further)
        return ()

    def _passes_on(self, document: Document) -> bool:
        """Tell whether what an attachment leads to may send packets on: a network with appliances does."""
        vpc = str(document.body.get("ResourceId", ""))
        if document.body.get("ResourceType") != "vpc" or vpc not in self._topology.vpcs:
            return document.body.get("ResourceType") in _IN_BETWEEN
        return any(
            str(target).startswith(_APPLIANCES)
            for table in self._topology.route_tables
            if table.body.get("VpcId") == vpc
            for route in table.body.get("Routes") or ()
            for target in route.values()
        )

    def _sent(self, document: Document | None) -> dict[str, AddressSet] | None:
        """Return where packets from an attachment go, by attachment; None when that was not read."""
        if document is None:
            return None
        key = document.id.key
        if key not in self._sends:
            self._sends[key] = self._resolved(document)
        return self._sends[key]

    def _resolved(self, document: Document) -> dict[str, AddressSet] | None:
        association = document.body.get("Association") or {}
        if not association:  # only its owner is told; an attachment without one goes nowhere
            is_told = document.body.get("TransitGatewayOwnerId") == document.id.scope
            return {} if is_told else None
        if association.get("State", "associated") != "associated":
            return {}
        table = self._routes.get(str(association.get("TransitGatewayRouteTableId", "")))
        if table is None or table.body.get("AdditionalRoutesAvailable"):
            return None
        return _best(table.body.get("Routes") or ())

    def _unread_table(self, document: Document | None) -> str:
        association = (document.body.get("Association") or {}) if document is not None else {}
        table = str(association.get("TransitGatewayRouteTableId", ""))
        return self._topology.unread(_ROUTES, table, document.id) if document is not None and table else ""

    def _tables(self, document: Document) -> Iterator[str]:
        association = document.body.get("Association") or {}
        table = self._routes.get(str(association.get("TransitGatewayRouteTableId", "")))
        if table is not None:
            yield self._topology.place(table, "/Routes")


def _unread(gateway: str) -> tuple[str, ...]:
    return (f"the routes of {gateway}",)


def _best(routes: list[dict[str, Any]] | tuple[()]) -> dict[str, AddressSet]:
    """Return the addresses that routes are the best for, by attachment: the longest prefix, static first."""
    found: dict[str, AddressSet] = {}
    taken = AddressSet()
    known = [(ip_network(r["DestinationCidrBlock"], strict=False), r) for r in routes if _is_named(r)]
    for net, route in sorted(known, key=lambda pair: (-pair[0].prefixlen, pair[1].get("Type") != "static")):
        best = AddressSet.networks([net]) - taken
        taken |= best
        if route.get("State") == "active" and best:
            for attachment in route.get("TransitGatewayAttachments") or ():
                key = str(attachment.get("TransitGatewayAttachmentId", ""))
                found[key] = found.get(key, AddressSet()) | best
    return found


def _is_named(route: dict[str, Any]) -> bool:
    return bool(route.get("DestinationCidrBlock"))
