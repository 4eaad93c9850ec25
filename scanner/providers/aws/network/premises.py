"""Who stands at the far end of a line into our networks: Site-to-Site VPN and Direct Connect.

The far end of a VPN is named by its public address, which the configuration may know as ours or a vendor's; a
line without one is a node by its own ARN, and whose network it leads to is not known. A Direct Connect
gateway of another account leads to that account's network. Sources: AWS Site-to-Site VPN User Guide, "How AWS
Site-to-Site VPN works" (https://docs.aws.amazon.com/vpn/latest/s2svpn/how_it_works.html); AWS Direct Connect
User Guide, "Direct Connect gateways"
(https://docs.aws.amazon.com/directconnect/latest/UserGuide/direct-connect-gateways-intro.html), both read
2026-11-22. Fixtures: ``network-vpn``, ``network-direct-connect``.
"""

from __future__ import annotations

from collections import defaultdict
from ipaddress import ip_address
from typing import TYPE_CHECKING, NamedTuple

from scanner.netset import AddressSet
from scanner.providers.aws.arn import root
from scanner.snapshot import Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.providers.aws.network.topology import Topology
    from scanner.snapshot import Document, DocumentId

_VPNS = "DescribeVpnConnections.VpnConnections"
_CUSTOMERS = "DescribeCustomerGateways.CustomerGateways"
_DX = "directconnect"
_GATEWAYS = "DescribeDirectConnectGateways.directConnectGateways"
_ATTACHMENTS = "DescribeDirectConnectGatewayAttachments"
_ASSOCIATIONS = "DescribeDirectConnectGatewayAssociations"
_INTERFACES = "DescribeVirtualInterfaces.virtualInterfaces"
_GONE = {"deleted", "deleting", "rejected", "disassociated", "detached"}
_WITHOUT_ADDRESS = {"", "0.0.0.0"}  # noqa: S104 - what a gateway known by its certificate has
EVERYWHERE = AddressSet.everything()


class End(NamedTuple):
    """Another network: its node, its account if it is one, which addresses it has, and what proves it.

    `missing` names what would tell whether an outsider is there at all.
    """

    principal: str
    account: str = ""
    addresses: AddressSet = EVERYWHERE
    names: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Premises:
    """Every line of one snapshot."""

    def __init__(self, topology: Topology, is_ours: Callable[[str | None], bool]) -> None:
        self._topology = topology
        self._is_ours = is_ours
        self._vpns = topology.by_key(_VPNS)
        self._customers = topology.by_key(_CUSTOMERS)
        self._gateways = topology.by_key(_GATEWAYS, _DX)
        self._lines = topology.by_key(_ATTACHMENTS, _DX)
        self._at: dict[str, list[Document]] = defaultdict(list)
        for document in topology.by_key(_INTERFACES, _DX).values():
            self._at[str(document.body.get("virtualGatewayId", ""))].append(document)

    def vpn(self, connection: str) -> tuple[End, ...] | None:
        """Return the far end of a VPN connection, None when it was not read."""
        document = self._vpns.get(connection)
        return None if document is None else tuple(self._of_vpn(document))

    def behind_direct_connect(self, gateway: str, owner: str) -> tuple[End, ...] | None:
        """Return what stands behind a Direct Connect gateway of `owner`, None when it was not read."""
        if owner and not self._is_ours(owner):
            return (End(root(owner), owner),)
        lines = self._lines.get(gateway)
        if lines is None:
            return None
        found: list[End] = []
        for index, line in enumerate(lines.body.get("directConnectGatewayAttachments") or ()):
            if line.get("attachmentState") in _GONE:
                continue
            account = str(line.get("virtualInterfaceOwnerAccount") or "")
            name = self._topology.place(lines, f"/directConnectGatewayAttachments/{index}")
            interface, region = str(line.get("virtualInterfaceId")), str(line.get("virtualInterfaceRegion"))
            found.append(self._line(interface, region, account or lines.id.scope, name))
        return tuple(found)

    def behind_gateway(self, gateway: str, near: DocumentId) -> tuple[tuple[End, ...], tuple[str, ...]]:
        """Return what stands behind a virtual private gateway, and the names of what was not read of it."""
        ends: list[End] = []
        for connection, document in sorted(self._vpns.items()):
            if document.body.get("VpnGatewayId") == gateway and document.body.get("State") not in _GONE:
                ends += self.vpn(connection) or ()
        for line in sorted(self._at[gateway], key=lambda d: d.id):
            if line.body.get("virtualInterfaceState") not in _GONE:
                owner = str(line.body.get("ownerAccount") or line.id.scope)
                ends.append(self._line(line.id.key, line.id.region, owner, self._topology.place(line)))
        unread = [
            str(found.id)
            for service, operation, key in (
                ("ec2", "DescribeVpnConnections", ""),
                (_DX, "DescribeVirtualInterfaces", ""),
                (_DX, _ASSOCIATIONS, gateway),
            )
            if isinstance(found := self._topology.asked(operation, near, service=service, key=key), Gap)
        ]
        for document, index, association in self._associations(gateway):
            name = self._topology.place(document, f"/directConnectGatewayAssociations/{index}")
            dx = str(association.get("directConnectGatewayId", ""))
            owner = str(association.get("directConnectGatewayOwnerAccount") or "")
            behind = self.behind_direct_connect(dx, owner)
            if behind is None:
                unread.append(f"aws:{document.id.scope}:{document.id.region}:{_DX}:{_ATTACHMENTS}/{dx}")
            ends += [end._replace(names=(name, *end.names)) for end in behind or ()]
        return tuple(ends), tuple(unread)

    def _associations(self, gateway: str) -> Iterator[tuple[Document, int, dict[str, str]]]:
        for document in self._topology.snapshot.all("aws", _DX, _ASSOCIATIONS):
            if document.id.key == gateway and document.body:
                for index, body in enumerate(document.body.get("directConnectGatewayAssociations") or ()):
                    if body.get("associationState") not in _GONE:
                        yield document, index, body

    def _of_vpn(self, document: Document) -> Iterator[End]:
        body = document.body
        name = self._topology.place(document)
        blocks = [
            r["DestinationCidrBlock"] for r in body.get("Routes") or () if r.get("DestinationCidrBlock")
        ]
        addresses = AddressSet.of(blocks) if blocks else EVERYWHERE
        key = str(body.get("CustomerGatewayId", ""))
        customer = self._customers.get(key)
        address = str(customer.body.get("IpAddress") or "") if customer else ""
        if customer is not None and address not in _WITHOUT_ADDRESS:
            node = f"{address}/{ip_address(address).max_prefixlen}"
            yield End(node, addresses=addresses, names=(name, self._topology.place(customer)))
            return
        arn = f"arn:aws:ec2:{document.id.region}:{document.id.scope}:customer-gateway/{key}"
        names = (name, self._topology.place(customer)) if customer else (name,)
        yield End(arn, "", addresses, names, (f"whose network stands behind {key}",))

    def _line(self, interface: str, region: str, owner: str, name: str) -> End:
        if not self._is_ours(owner):
            return End(root(owner), owner, names=(name,))
        arn = f"arn:aws:directconnect:{region}:{owner}:dxvif/{interface}"
        return End(arn, names=(name,), missing=(f"whose network stands behind {interface}",))
