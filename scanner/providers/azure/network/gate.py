"""The firewall that a service itself has: who may send it requests at all.

``publicNetworkAccess: Disabled`` leaves approved private endpoints; else ``networkAcls`` decide: with
``defaultAction: Deny`` their address ranges, subnets and named resources. Whoever of ours passes from inside
is taken to be able to: what runs in our network can stand where it must. Source: Azure Storage, "Configure
Azure Storage firewalls and virtual networks"
(https://learn.microsoft.com/azure/storage/common/storage-network-security, read 2026-11-22).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scanner.guards import Guard
from scanner.netset import AddressSet
from scanner.providers.azure.documents import at, field_evidence, items, setting, text
from scanner.providers.azure.scopes import subscription_of
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from scanner.model import Evidence
    from scanner.providers.azure.tenants import Tenants
    from scanner.snapshot import Document

_ADDRESS: Final = "source address"
_NETWORK: Final = "virtual network"
_ENDPOINT: Final = "private endpoint"
_RESOURCE: Final = "resource of tenant"
_ALL_OF_IPV4: Final = AddressSet.of(["0.0.0.0/0"])


@dataclass(frozen=True, slots=True)
class Passes:
    """How somebody passes: under any of `alternatives`; or what stops them, or is not known."""

    alternatives: tuple[tuple[Guard, ...], ...] = ((),)
    blocked_by: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """A service's firewall.

    Attributes:
        is_open: To the internet.
        ranges: Addresses of the internet that are let in though it is not open.
        subnets: Subnets that are let in.
        endpoints: Approved private endpoints, by id.
        foreign: Those of them in subscriptions that are not ours.
        tenants: Tenants whose resources are let in by name.
        words: What closes it, for reports.
        missing: What code leaves open, or nobody can tell.
    """

    is_open: bool = True
    ranges: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    words: str = ""
    missing: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    def passes(self, *, outside: bool) -> Passes:
        """Return how an outsider, or one of ours, passes."""
        if self.is_open:
            return Passes(missing=self.missing)
        ways: list[tuple[Guard, ...]] = []
        if self.ranges:
            ways.append((Guard(_ADDRESS, "cidr", self.ranges, "vendor", "source-ip"),))
        inner = self._inside() if not outside else ()
        if inner:
            ways.append(inner)
        if outside and self.foreign:
            ways.append((Guard(_ENDPOINT, "in", self.foreign, "vendor", "source-vpce"),))
        if outside and self.tenants:
            ways.append((Guard(_RESOURCE, "in", self.tenants, "vendor", "source-account"),))
        if not ways:
            return Passes(blocked_by=(self.words,), missing=self.missing, evidence=self.evidence)
        return Passes(tuple(ways), missing=self.missing, evidence=self.evidence)

    def _inside(self) -> tuple[Guard, ...]:
        if self.subnets:
            return (Guard(_NETWORK, "in", self.subnets, "ours", "source-vpc"),)
        if self.endpoints:
            return (Guard(_ENDPOINT, "in", self.endpoints, "ours", "source-vpce"),)
        return ()


OPEN: Final = Gate()


def gate_of(document: Document, tenants: Tenants, acls: str = "networkAcls") -> Gate:
    """Return the firewall of a service; `acls` is the property that holds its rules."""
    body = document.body
    public = setting(body, "/properties/publicNetworkAccess", "enabled")
    default = setting(body, f"/properties/{acls}/defaultAction", "allow")
    missing = tuple(
        f"{document.id}: {value.expression}" for value in (public, default) if isinstance(value, Unresolved)
    )
    if public == "securedbyperimeter":
        missing = (*missing, f"network security perimeter of {document.id}")
    evidence = (field_evidence(document, "/properties/publicNetworkAccess"),)
    endpoints, foreign = approved_endpoints(body), foreign_endpoints(body, tenants)
    if public == "disabled":
        return Gate(
            is_open=False,
            endpoints=endpoints,
            foreign=foreign,
            words="public network access is disabled",
            missing=missing,
            evidence=evidence,
        )
    if default != "deny":
        return Gate(missing=missing)
    rules = items(body, f"/properties/{acls}/ipRules")
    ranges = AddressSet.of(_blocks(rules))
    if ranges.includes(_ALL_OF_IPV4):
        return Gate(missing=missing)
    subnets = tuple(
        sorted(text(r, "/id").lower() for r in items(body, f"/properties/{acls}/virtualNetworkRules"))
    )
    named = {text(r, "/tenantId").lower() for r in items(body, f"/properties/{acls}/resourceAccessRules")}
    return Gate(
        is_open=False,
        ranges=ranges.cidrs(),
        subnets=subnets,
        endpoints=endpoints,
        foreign=foreign,
        tenants=tuple(sorted(tenant for tenant in named if not tenants.is_ours(tenant))),
        words="the service's firewall lets in none but its rules",
        missing=missing,
        evidence=(field_evidence(document, f"/properties/{acls}"),),
    )


def approved_endpoints(body: Any) -> tuple[str, ...]:  # noqa: ANN401 - raw provider JSON
    """Return the ids of private endpoints with an approved connection, in lower case."""
    state = "/properties/privateLinkServiceConnectionState/status"
    return tuple(
        sorted(
            text(connection, "/properties/privateEndpoint/id").lower()
            for connection in items(body, "/properties/privateEndpointConnections")
            if text(connection, state).lower() == "approved"
        )
    )


def foreign_endpoints(body: Any, tenants: Tenants) -> tuple[str, ...]:  # noqa: ANN401 - raw provider JSON
    """Return approved private endpoints in subscriptions that are not ours."""
    return tuple(
        id_ for id_ in approved_endpoints(body) if not tenants.has_subscription(subscription_of(id_))
    )


def _blocks(rules: list[Any]) -> list[str]:
    """Return the ranges of rules that allow; what is no range is left out."""
    found = []
    for rule in rules:
        value = at(rule, "/value") or at(rule, "/ipAddressOrRange")
        if isinstance(value, str) and text(rule, "/action").lower() in {"", "allow"}:
            try:
                AddressSet.of([value])
            except ValueError:
                continue
            found.append(value)
    return found
