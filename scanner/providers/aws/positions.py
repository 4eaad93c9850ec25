"""Whether someone outside can stand where a policy demands: at an endpoint, in a VPC, at an address.

A gateway endpoint serves its own VPC only; an interface endpoint also what is connected to the VPC: peered
networks, transit gateways, VPN, and whoever shares its subnets. Sources: AWS PrivateLink Guide, "Gateway
endpoints" (https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html): "Endpoint connections
cannot be extended out of a VPC"; "Access an AWS service using an interface VPC endpoint"; IAM User Guide,
"AWS global condition context keys", ``aws:SourceVpce``, ``aws:VpceAccount``, ``aws:VpceOrgID``,
``aws:SourceIp`` (read 2026-11-22). Fixture:
``bucket-behind-our-own-endpoint``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scanner.netset import AddressSet
from scanner.providers.aws.library import at
from scanner.providers.aws.network.internet import INTERNET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scanner.providers.aws.network import Network
    from scanner.snapshot import Snapshot
    from scanner.verdict import Guard

_ENDPOINTS = "DescribeVpcEndpoints.VpcEndpoints"
_VPCS = "DescribeVpcs.Vpcs"


class Standing(NamedTuple):
    """Who outside stands there: anyone, else only `accounts` for sure and who `missing` would tell.

    `door` names the place where it is not anyone, and is empty else.
    """

    door: str = ""
    accounts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Positions:
    """Answers for the networks of one snapshot; an endpoint or VPC that it does not list may be anybody's."""

    def __init__(
        self,
        snapshot: Snapshot,
        network: Network,
        is_ours: Callable[[str | None], bool],
        networks: Iterable[str],
    ) -> None:
        self._network = network
        self._is_ours = is_ours
        described = snapshot.all("aws", "organizations", "DescribeOrganization")
        self._collected = {document.id.scope for document in snapshot.all("aws", "sts", "GetCallerIdentity")}
        self._organizations = {str(at(document.body, "/Organization/Id")) for document in described}
        self._ours = AddressSet.of(networks)
        self._vpcs: set[str] = set()
        for document in snapshot.all("aws", "ec2", _VPCS):
            if is_ours((document.body or {}).get("OwnerId") or document.id.scope):
                self._vpcs.add(document.id.key)
        self._of_endpoint: dict[str, tuple[str, bool]] = {}
        for document in snapshot.all("aws", "ec2", _ENDPOINTS):
            body = document.body or {}
            if is_ours(body.get("OwnerId") or document.id.scope):
                extends = body.get("VpcEndpointType", "Gateway") != "Gateway"
                self._of_endpoint[document.id.key] = (str(body.get("VpcId", "")), extends)
        self._gaps = tuple(gap.id for gap in snapshot.gaps_of("aws", "ec2") if is_ours(gap.id.scope))

    def demanded(self, guards: Iterable[Guard]) -> Standing:
        """Return how an outsider stands to guards on where a request comes from."""
        narrow = [standing for guard in guards if (standing := self._of(guard)).door]
        return min(narrow, key=lambda s: (len(s.accounts), len(s.missing), s.door), default=Standing())

    def _of(self, guard: Guard) -> Standing:
        match guard.key.lower(), guard.op:
            case "aws:sourceip", "cidr":
                # it is a public address, except through an endpoint, where the key is absent
                there = AddressSet.of(guard.values) & INTERNET
                return Standing() if there - self._ours else Standing(f"an address in {guard.values[0]}")
            case "aws:sourcevpce", "in":
                known = [self._of_endpoint.get(value) for value in guard.values]
                unread = self._unread(_ENDPOINTS)
            case "aws:vpceaccount" | "aws:vpceorgid" | "aws:vpceorgpaths", "in" | "like":
                owners = {value.partition("/")[0] for value in guard.values}
                if not all(self._is_ours(owner) or owner in self._organizations for owner in owners):
                    return Standing()
                known = [*self._of_endpoint.values()]
                elsewhere = sorted(owners - self._organizations - self._collected)
                unread = (*self._unread(_ENDPOINTS), *(f"the endpoints of {owner}" for owner in elsewhere))
                if unread:
                    return Standing(f"an endpoint of {guard.values[0]}", (), unread)
            case "aws:sourcevpc", "in":
                known = [(value, True) if value in self._vpcs else None for value in guard.values]
                unread = self._unread(_VPCS)
            case _:
                return Standing()
        accounts: set[str] = set()
        missing: set[str] = set()
        for place in known:
            if place is None:
                # somebody else's, who stands there, unless it is one of ours that was not read
                return Standing(f"a place at {guard.values[0]}", (), unread) if unread else Standing()
            vpc, extends = place
            if extends:
                accounts.update(self._network.neighbours(vpc))
                missing.update(self._network.joined(vpc))
        return Standing(
            f"a place at {' or '.join(guard.values)}", tuple(sorted(accounts)), tuple(sorted(missing))
        )

    def _unread(self, field: str) -> tuple[str, ...]:
        """Name the lists of a kind that could not be read in accounts of ours."""
        operation = field.partition(".")[0]
        return tuple(sorted(str(id_) for id_ in self._gaps if id_.field.partition(".")[0] == operation))
