"""The firewall that a service itself has: who may send it requests at all.

``publicNetworkAccess: Disabled`` leaves approved private endpoints; else ``networkAcls`` decide: with
``defaultAction: Deny`` their address ranges, subnets and named resources. Whoever of ours passes from inside
is taken to be able to: what runs in our network can stand where it must. A perimeter may stand in the place
of these rules, or beside them. Source: Azure Storage, "Configure
Azure Storage firewalls and virtual networks"
(https://learn.microsoft.com/azure/storage/common/storage-network-security, read 2026-11-22).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from scanner.guards import Guard
from scanner.netset import AddressSet
from scanner.providers.azure.documents import at, field_evidence, items, setting, text
from scanner.providers.azure.network.perimeters import Perimeters
from scanner.providers.azure.scopes import subscription_of
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from scanner.model import Evidence
    from scanner.providers.azure.documents import Documents
    from scanner.providers.azure.network.perimeters import Entrance
    from scanner.providers.azure.tenants import Tenants
    from scanner.snapshot import Document

_ADDRESS: Final = "source address"
_NETWORK: Final = "virtual network"
_ENDPOINT: Final = "private endpoint"
_RESOURCE: Final = "resource of tenant"
_SUBSCRIPTION: Final = "resource of subscription"
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
        resources: Resources of ours that are let in by name.
        foreign_subnets: Subnets, of those that are let in, in subscriptions that are not ours.
        subscriptions: Subscriptions that are not ours, whose resources a perimeter lets in.
        own_subscriptions: Those of ours, likewise.
        unread: Rules that could not be read: whom they let in is not known.
        missing: What code leaves open, or nobody can tell.
    """

    is_open: bool = True
    ranges: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    foreign_subnets: tuple[str, ...] = ()
    subscriptions: tuple[str, ...] = ()
    own_subscriptions: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    words: str = ""
    missing: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    def passes(self, *, outside: bool) -> Passes:
        """Return how an outsider, or one of ours, passes."""
        if self.is_open:
            return Passes(missing=self.missing, evidence=self.evidence)
        ways: list[tuple[Guard, ...]] = []
        if self.ranges:
            ways.append((Guard(_ADDRESS, "cidr", self.ranges, "vendor", "source-ip"),))
        inner = self._inside() if not outside else ()
        if inner:
            ways.append(inner)
        if outside and self.foreign:
            ways.append((Guard(_ENDPOINT, "in", self.foreign, "vendor", "source-vpce"),))
        if outside and self.foreign_subnets:
            ways.append((Guard(_NETWORK, "in", self.foreign_subnets, "vendor", "source-vpc"),))
        if outside and self.tenants:
            ways.append((Guard(_RESOURCE, "in", self.tenants, "vendor", "source-account"),))
        if outside and self.subscriptions:
            ways.append((Guard(_SUBSCRIPTION, "in", self.subscriptions, "vendor", "source-account"),))
        if not ways and self.unread:
            return Passes(missing=(*self.missing, *self.unread), evidence=self.evidence)
        if not ways:
            return Passes(blocked_by=(self.words,), missing=self.missing, evidence=self.evidence)
        return Passes(tuple(ways), missing=self.missing, evidence=self.evidence)

    def _inside(self) -> tuple[Guard, ...]:
        if self.subnets:
            return (Guard(_NETWORK, "in", self.subnets, "ours", "source-vpc"),)
        own = tuple(id_ for id_ in self.endpoints if id_ not in self.foreign)
        if own:
            return (Guard(_ENDPOINT, "in", own, "ours", "source-vpce"),)
        if self.resources:
            return (Guard(_RESOURCE, "in", self.resources, "ours"),)
        if self.own_subscriptions:
            return (Guard(_SUBSCRIPTION, "in", self.own_subscriptions, "ours"),)
        return ()


OPEN: Final = Gate()


class Firewalls:
    """The firewalls of services, with the perimeters that they are in."""

    def __init__(self, documents: Documents, tenants: Tenants) -> None:
        self._tenants = tenants
        self._perimeters = Perimeters(documents)

    def of(self, document: Document, acls: str = "networkAcls") -> Gate:
        """Return the firewall of a service; `acls` is the property that holds its rules."""
        entrance = self._perimeters.of(document.id.key)
        public = setting(document.body, "/properties/publicNetworkAccess", "enabled")
        if entrance is None and public == "securedbyperimeter":  # one that nobody read, or none at all
            place = (field_evidence(document, "/properties/publicNetworkAccess"),)
            return Gate(missing=(f"network security perimeter of {document.id}",), evidence=place)
        own = gate_of(document, self._tenants, acls)
        if entrance is None:
            return own
        rules = self._of_perimeter(entrance, own)
        if entrance.is_enforced or public == "securedbyperimeter":
            return rules
        whole = _either(own, rules)
        if entrance.is_enforced is None and not rules.is_open:
            words = f"mode of the perimeter of {document.id}"
            return replace(whole, missing=(*whole.missing, words))
        return whole

    def _of_perimeter(self, entrance: Entrance, own: Gate) -> Gate:
        ours = tuple(s for s in entrance.subscriptions if self._tenants.has_subscription(s))
        return Gate(
            is_open=entrance.ranges.includes(_ALL_OF_IPV4),
            ranges=entrance.ranges.cidrs(),
            endpoints=own.endpoints,
            foreign=own.foreign,
            subscriptions=tuple(s for s in entrance.subscriptions if s not in ours),
            own_subscriptions=ours,
            unread=entrance.unread,
            words="the network security perimeter lets in none but its rules",
            missing=own.missing,
            evidence=(*own.evidence, *entrance.evidence),
        )


def _either(own: Gate, rules: Gate) -> Gate:
    """Return whom a service's own firewall or its perimeter lets in."""
    if own.is_open or rules.is_open:
        return own if own.is_open else rules
    return replace(
        own,
        ranges=(AddressSet.of(own.ranges) | AddressSet.of(rules.ranges)).cidrs(),
        subscriptions=rules.subscriptions,
        own_subscriptions=rules.own_subscriptions,
        unread=(*own.unread, *rules.unread),
        evidence=tuple(dict.fromkeys((*own.evidence, *rules.evidence))),
    )


def gate_of(document: Document, tenants: Tenants, acls: str = "networkAcls") -> Gate:
    """Return the firewall that a service itself has; `acls` is the property that holds its rules."""
    body, rules_of = document.body, f"/properties/{acls}"
    public = setting(body, "/properties/publicNetworkAccess", "enabled")
    default = setting(body, f"{rules_of}/defaultAction", "allow")
    missing = tuple(
        f"{document.id}: {value.expression}" for value in (public, default) if isinstance(value, Unresolved)
    )
    evidence = (field_evidence(document, "/properties/publicNetworkAccess"),)
    named = items(body, f"{rules_of}/resourceAccessRules")
    homes = {text(rule, "/tenantId").lower() for rule in named}
    closed = Gate(
        is_open=False,
        endpoints=approved_endpoints(body),
        foreign=foreign_endpoints(body, tenants),
        tenants=tuple(sorted(tenant for tenant in homes if not tenants.is_ours(tenant))),
        resources=tuple(
            sorted(text(r, "/resourceId").lower() for r in named if tenants.is_ours(text(r, "/tenantId")))
        ),
        words="public network access is disabled",
        missing=missing,
        evidence=evidence,
    )
    if public in {"disabled", "securedbyperimeter"}:
        return closed  # named resources stay let in: "Configure Azure Storage firewalls", Caution
    if at(body, rules_of) is not None:
        evidence = (field_evidence(document, rules_of),)
    listed = [
        {"value": value} for value in items(body, "/properties/ipAllowlist")
    ]  # of Azure ML's workspaces
    if default != "deny" and not listed:
        return Gate(missing=missing, evidence=evidence)
    blocks, unread = _blocks([*items(body, f"{rules_of}/ipRules"), *listed], document)
    ranges = AddressSet.of(blocks)
    if ranges.includes(_ALL_OF_IPV4):
        return Gate(missing=missing, evidence=evidence)
    subnets = sorted(text(r, "/id").lower() for r in items(body, f"{rules_of}/virtualNetworkRules"))
    theirs = [id_ for id_ in subnets if (of := subscription_of(id_)) and not tenants.has_subscription(of)]
    return replace(
        closed,
        ranges=ranges.cidrs(),
        subnets=tuple(id_ for id_ in subnets if id_ not in theirs),
        foreign_subnets=tuple(theirs),
        unread=unread,
        words="the service's firewall lets in none but its rules",
        evidence=evidence,
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


def _blocks(rules: list[Any], document: Document) -> tuple[list[str], tuple[str, ...]]:
    """Return the ranges of rules that allow, and what is no range."""
    found, unread = [], []
    for rule in rules:
        value = at(rule, "/value") or at(rule, "/ipAddressOrRange")
        if text(rule, "/action").lower() not in {"", "allow"}:
            continue
        try:
            AddressSet.of([value] if isinstance(value, str) else [""])
            found.append(value)
        except ValueError:
            open_ = Unresolved.read(value)
            unread.append(f"{document.id}: {open_.expression if open_ else 'a rule that is no range'}")
    return found, tuple(sorted(set(unread)))
