"""Load balancers: which external forwarding rules lead to a backend, and whom a security policy lets in.

Sources: Cloud Load Balancing documentation, "External Application Load Balancer overview", "Serverless
network endpoint groups overview" and "Use URL maps"; Google Cloud Armor, "Security policy overview" (rules in
preview are not enforced; a throttle lets through what is below its rate), under https://cloud.google.com
(read 2026-11).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from scanner.model import Evidence
from scanner.netset import AddressSet
from scanner.providers.gcp.network.links import full_name
from scanner.providers.gcp.shape import section, sections, text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.providers.gcp.inventory import Inventory, Item

BACKENDS: Final = ("compute.googleapis.com/BackendService", "compute.googleapis.com/RegionBackendService")
_RULES: Final = ("compute.googleapis.com/ForwardingRule", "compute.googleapis.com/GlobalForwardingRule")
_MAPS: Final = ("compute.googleapis.com/UrlMap", "compute.googleapis.com/RegionUrlMap")
_PROXIES: Final = tuple(
    f"compute.googleapis.com/{region}Target{type_}Proxy"
    for region in ("", "Region")
    for type_ in ("Http", "Https", "Tcp", "Ssl", "Grpc")
)
_POINTS: Final = (
    "compute.googleapis.com/NetworkEndpointGroup",
    "compute.googleapis.com/RegionNetworkEndpointGroup",
)
_DEFAULT_RULE: Final = 2_147_483_647
_SOMETIMES: Final = {"throttle", "rate_based_ban", "redirect"}


class Balancers:
    """Every external load balancer of the inventory."""

    def __init__(self, inventory: Inventory, hierarchy: Hierarchy) -> None:
        self._inventory = inventory
        self._hierarchy = hierarchy
        self._fronts: dict[str, list[Item]] = defaultdict(list)
        self._direct: dict[str, list[Item]] = defaultdict(list)
        self._behind: dict[str, set[str]] = {}
        self._by_group: dict[str, list[Item]] = defaultdict(list)
        self._balance()
        for item in inventory.of(*BACKENDS):
            for _, backend in sections(item.data.get("backends")):
                self._by_group[self._full(backend.get("group"))].append(item)

    def _full(self, link: object) -> str:
        return full_name(link, self._hierarchy)

    def fronts(self, backend: str) -> tuple[Item, ...]:
        """Return the external forwarding rules that lead to a backend service."""
        return tuple(self._fronts.get(backend, ()))

    def behind(self, rule: str) -> tuple[str, ...]:
        """Return the backend services that a forwarding rule of any kind leads to."""
        return tuple(sorted(self._behind.get(rule, ())))

    def direct(self, machine: str) -> tuple[Item, ...]:
        """Return the external forwarding rules that hand packets to a machine itself, without a proxy."""
        return tuple(self._direct.get(machine, ()))

    def of_group(self, group: str) -> tuple[Item, ...]:
        """Return the backend services that a group of machines or of endpoints is in."""
        return tuple(self._by_group.get(group, ()))

    def serverless(self, item: Item) -> Iterator[tuple[Item, Item]]:
        """Yield (backend service, its endpoint group) that lead to a service or function, from outside."""
        name, region = item.name.rpartition("/")[2], item.name.partition("/locations/")[2].partition("/")[0]
        for group in self._inventory.of(*_POINTS):
            run, function = section(group.data, "cloudRun"), section(group.data, "cloudFunction")
            named = text(run.get("service")) or text(function.get("function"))
            mask = text(run.get("urlMask")) or text(function.get("urlMask"))
            if group.project != item.project or f"/regions/{region}/" not in group.name:
                continue
            if named == name or (mask and not named):
                for backend in self.of_group(group.name):
                    if self.fronts(backend.name):
                        yield backend, group

    def _balance(self) -> None:
        """Note which external forwarding rules lead to each backend service, through proxies and URL maps."""
        maps = {item.name: set(self._in_map(item.data)) for item in self._inventory.of(*_MAPS)}
        proxies: dict[str, set[str]] = {}
        for item in self._inventory.of(*_PROXIES):
            backends = maps.get(self._full(item.data.get("urlMap")), set())
            direct = text(item.data.get("service"))
            proxies[item.name] = {self._full(direct)} if direct else set(backends)
        machines = dict(self._targets())
        for item in self._inventory.of(*_RULES):
            target = self._full(item.data.get("target"))
            direct = text(item.data.get("backendService"))
            behind = {self._full(direct)} if direct else proxies.get(target, set())
            self._behind[item.name] = behind
            if not text(item.data.get("loadBalancingScheme")).startswith("EXTERNAL"):
                continue
            for backend in behind:
                self._fronts[backend].append(item)
            for machine in machines.get(target, ()):
                self._direct[machine].append(item)

    def _targets(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each target of protocol forwarding or of an older balancer, with its machines."""
        for item in self._inventory.of("compute.googleapis.com/TargetInstance"):
            yield item.name, (self._full(item.data.get("instance")),)
        for item in self._inventory.of("compute.googleapis.com/TargetPool"):
            yield item.name, tuple(self._full(i) for i in texts(item.data.get("instances")))

    def _in_map(self, data: dict[str, Any]) -> Iterator[str]:
        matchers = [matcher for _, matcher in sections(data.get("pathMatchers"))]
        rules = [
            rule
            for matcher in matchers
            for _, rule in (*sections(matcher.get("pathRules")), *sections(matcher.get("routeRules")))
        ]
        for part in (data, *matchers, *rules):
            for key in ("defaultService", "service"):
                if text(part.get(key)):
                    yield self._full(part[key])
            for key in ("defaultRouteAction", "routeAction"):
                for _, weighted in sections(section(part, key).get("weightedBackendServices")):
                    yield self._full(weighted.get("backendService"))

    def armour(self, item: Item) -> tuple[AddressSet, AddressSet, tuple[Evidence, ...]]:
        """Return the addresses that a backend's security policy lets in, for sure and perhaps."""
        everyone = AddressSet.everything()
        link = text(item.data.get("securityPolicy"))
        if not link:
            return everyone, everyone, ()
        policy = self._inventory.items.get(self._full(link))
        if policy is None:
            return AddressSet(), everyone, ()
        sure, maybe, left_sure, left_maybe = AddressSet(), AddressSet(), everyone, everyone
        for rule in _rules_of(policy):
            ranges = texts(section(rule, "match", "config").get("srcIpRanges"))
            decided = bool(ranges)
            meant = everyone if "*" in ranges or not decided else _ranges(ranges)
            action = text(rule.get("action"))
            allows, perhaps = action == "allow", action in _SOMETIMES
            if decided or not allows:
                sure |= meant & left_sure if allows else AddressSet()
                left_sure -= meant
            if decided or allows or perhaps:
                maybe |= meant & left_maybe if allows or perhaps else AddressSet()
                left_maybe -= meant if decided else AddressSet()
        proof = Evidence(str(policy.document.id), f"{policy.base}/rules", policy.name.rpartition("/")[2])
        return sure, maybe, (proof,)


def _rules_of(policy: Item) -> list[dict[str, Any]]:
    """Return the rules that are enforced, by priority."""

    def priority(rule: dict[str, Any]) -> int:
        given = text(rule.get("priority"))
        return int(given) if given.isdigit() else _DEFAULT_RULE

    found = [rule for _, rule in sections(policy.data.get("rules")) if rule.get("preview") is not True]
    return sorted(found, key=priority)


def _ranges(blocks: tuple[str, ...]) -> AddressSet:
    found = AddressSet()
    for block in blocks:
        try:
            found |= AddressSet.of([block])
        except ValueError:
            continue
    return found
