"""Which networks of others are joined with a VPC of ours: by peering, transit gateways, and private gateways.

Sources: Amazon VPC Peering Guide, "VPC peering basics"
(https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html); Amazon VPC User Guide, "Route tables
and gateways" (both read 2026-11-22). What stands behind Cloud WAN, local and carrier gateways is not followed
and said to be so. Fixtures: ``network-peering``, ``network-transit-gateway``, ``network-vpn``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scanner.netset import AddressSet
from scanner.providers.aws.arn import root
from scanner.providers.aws.network.premises import EVERYWHERE, Premises
from scanner.providers.aws.network.transit import Transit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.providers.aws.network.routes import Routes
    from scanner.providers.aws.network.topology import Topology

_ELSEWHERE = ("tgw-", "vgw-", "lgw-", "cagw-", "arn:")


@dataclass(frozen=True, slots=True)
class Peer:
    """Another network that is joined with a VPC of ours.

    Attributes:
        connection: The target of the routes that lead there.
        principal: Its node: the account that owns it, or what is known of it.
        account: Its account, or empty.
        addresses: What it has, as far as it is answered.
        reaches: Which addresses of ours its packets get to.
        names: Where that stands.
        missing: What would tell whether packets from there arrive.
        subnets: Where the gateway has its interfaces, as far as that is known.
    """

    connection: str
    principal: str
    account: str
    addresses: AddressSet
    reaches: AddressSet
    names: tuple[str, ...]
    missing: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()


class Peers:
    """Answers for the VPCs of one snapshot."""

    def __init__(self, topology: Topology, routes: Routes, is_ours: Callable[[str | None], bool]) -> None:
        self._topology = topology
        self._routes = routes
        self._is_ours = is_ours
        self._premises = Premises(topology, is_ours)
        self._transit = Transit(topology, self._premises, is_ours)
        self._of: dict[str, tuple[Peer, ...]] = {}

    def of(self, vpc: str) -> tuple[Peer, ...]:
        """Return the networks that are joined with a VPC, those of peerings first."""
        if vpc not in self._of:
            self._of[vpc] = tuple(self._found(vpc))
        return self._of[vpc]

    def targets(self, subnet: str) -> Iterator[str]:
        """Yield where the routes of a subnet lead to."""
        table = self._topology.table(subnet)
        yield from (way.target for way in (self._routes.ways(table) if table else ()))

    def is_elsewhere(self, target: str) -> bool:
        """Tell whether a route leads to where not everything is followed."""
        if not target.startswith(_ELSEWHERE):
            return False
        if target.startswith("tgw-"):
            return not self._transit.is_followed(target)
        return not target.startswith("vgw-") or bool(self._behind_gateway(target)[1])

    def _found(self, vpc: str) -> Iterator[Peer]:
        yield from self._peered(vpc)
        subnets = [name for name, d in self._topology.subnets.items() if d.body.get("VpcId") == vpc]
        targets = {target for subnet in subnets for target in self.targets(subnet)}
        for gateway in sorted(targets):
            if gateway.startswith("tgw-"):
                for crossing in self._transit.crossings(vpc, gateway):
                    end = crossing.end
                    yield Peer(
                        gateway,
                        end.principal,
                        end.account,
                        crossing.addresses,
                        crossing.reaches,
                        crossing.names,
                        crossing.missing,
                        crossing.subnets,
                    )
            elif gateway.startswith("vgw-"):
                for end in self._behind_gateway(gateway)[0]:
                    yield Peer(
                        gateway,
                        end.principal,
                        end.account,
                        end.addresses,
                        EVERYWHERE,
                        end.names,
                        end.missing,
                    )

    def _behind_gateway(self, gateway: str) -> tuple[tuple[Any, ...], tuple[str, ...]]:
        near = next(
            (d.id for d in self._topology.route_tables if _leads(d.body, gateway)),
            None,
        )
        return self._premises.behind_gateway(gateway, near) if near is not None else ((), ())

    def _peered(self, vpc: str) -> Iterator[Peer]:
        for connection, document in sorted(self._topology.peerings.items()):
            body = document.body
            if (body.get("Status") or {}).get("Code") != "active":
                continue
            sides = [body.get("RequesterVpcInfo") or {}, body.get("AccepterVpcInfo") or {}]
            for ours, theirs in (sides, sides[::-1]):
                account = str(theirs.get("OwnerId", ""))
                if ours.get("VpcId") == vpc and not self._is_ours(account):
                    addresses, name = _ranges(theirs), self._topology.place(document)
                    yield Peer(connection, root(account), account, addresses, EVERYWHERE, (name,))


def _leads(table: dict[str, Any], gateway: str) -> bool:
    return any(gateway in route.values() for route in table.get("Routes") or ())


def _ranges(side: dict[str, Any]) -> AddressSet:
    """Return the ranges of one side of a peering; of one that does not tell, any."""
    blocks = [b.get("CidrBlock") for b in side.get("CidrBlockSet") or ()]
    blocks += [b.get("Ipv6CidrBlock") for b in side.get("Ipv6CidrBlockSet") or ()]
    return AddressSet.of(b for b in (*blocks, side.get("CidrBlock")) if b) or EVERYWHERE
