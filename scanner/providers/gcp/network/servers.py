"""Machines and load balancers that serve models, and from where their ports are reached.

Sources: Compute Engine REST reference, "instances" and "forwardingRules"; Cloud Load Balancing documentation,
"External Application Load Balancer overview"; Google Cloud Armor, "Security policy overview"; Identity-Aware
Proxy, "Using IAP for TCP forwarding" (https://cloud.google.com/iap/docs/using-tcp-forwarding, read 2026-11).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scanner.model import Evidence, Resource, Signal
from scanner.netset import AddressSet
from scanner.providers.gcp.network.firewalls import Firewalls, Machine
from scanner.providers.gcp.network.links import full_name, tail
from scanner.providers.gcp.shape import section, sections, text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.catalog import ScoredName, WeightSignals
    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.providers.gcp.inventory import Inventory, Item

INSTANCE: Final = "compute.googleapis.com/Instance"
BACKENDS: Final = ("compute.googleapis.com/BackendService", "compute.googleapis.com/RegionBackendService")
_RULES: Final = ("compute.googleapis.com/ForwardingRule", "compute.googleapis.com/GlobalForwardingRule")
_MAPS: Final = ("compute.googleapis.com/UrlMap",)
_USUAL: Final = (80, 443, 8000, 8001, 8080)
"""Ports of servers of models where nothing says another one."""
IAP_RANGE: Final = AddressSet.of(["35.235.240.0/20"])
_DEFAULT_RULE: Final = 2_147_483_647


@dataclass(frozen=True, slots=True)
class Reach:
    """From which addresses a server is reached, for sure and perhaps. `tunnel`: through IAP's own range."""

    sure: AddressSet
    maybe: AddressSet
    evidence: tuple[Evidence, ...]
    missing: tuple[str, ...] = ()
    tunnel: bool = False
    login: bool = False


class Servers:
    """What serves models by the look of it, by full name."""

    def __init__(self, inventory: Inventory, hierarchy: Hierarchy, signals: WeightSignals) -> None:
        self._inventory = inventory
        self._hierarchy = hierarchy
        self._signals = signals
        self._firewalls = Firewalls(inventory, hierarchy)
        self._ports: dict[str, tuple[int, ...]] = {}
        self._fronts: dict[str, list[Item]] = defaultdict(list)
        self._balance()

    def resources(self) -> Iterator[Resource]:
        """Yield machines and backends, with what speaks for a server of a model."""
        for item in self._inventory.of(INSTANCE, *BACKENDS):
            found = list(self._scored(item))
            ports = tuple(sorted({p for scored, _ in found for p in scored.ports}))
            self._ports[item.name] = ports or _USUAL
            signals = (
                Signal(
                    s.score, s.asset_class, s.reason, Evidence(str(item.document.id), f"{item.base}{pointer}")
                )
                for s, pointer in found
                if s.asset_class == "inference-endpoint"
            )
            yield Resource(
                item.name,
                "machine" if item.type == INSTANCE else "load-balancer",
                "gcp",
                item.project or None,
                item.name.rpartition("/")[2],
                tags=tuple(sorted((k, text(v)) for k, v in section(item.data, "labels").items())),
                signals=tuple(sorted(signals, reverse=True)),
            )

    def _scored(self, item: Item) -> Iterator[tuple[ScoredName, str]]:
        for index, entry in sections(section(item.data, "metadata").get("items")):
            key, value = text(entry.get("key")), text(entry.get("value"))
            if key in {"startup-script", "gce-container-declaration", "user-data"}:
                scored = self._signals.score_command(value)
                if scored is not None:
                    yield scored, f"/metadata/items/{index}"
        named = self._signals.score_server_name(item.name.rpartition("/")[2])
        if named is not None:
            yield named, "/name"
        labels = tuple((k, text(v)) for k, v in section(item.data, "labels").items())
        tagged = self._signals.score_tags(labels)
        if tagged is not None:
            yield tagged, "/labels"

    def reaches(self, item: Item) -> Iterator[Reach]:
        """Yield the ways to a server over the network."""
        if item.type == INSTANCE:
            yield from self._machine(item)
        elif item.type in BACKENDS:
            yield from self._backend(item)

    def _machine(self, item: Item) -> Iterator[Reach]:
        tags = frozenset(texts(section(item.data, "tags").get("items")))
        accounts = frozenset(text(a.get("email")) for _, a in sections(item.data.get("serviceAccounts")))
        for index, interface in sections(item.data.get("networkInterfaces")):
            network = tail(interface.get("network"), self._hierarchy)
            chain = item.chain
            let = self._firewalls.let_in(Machine(network, tags, accounts, chain))
            sure, maybe = AddressSet(), AddressSet()
            for port in self._ports.get(item.name, _USUAL):
                sure |= let.sure.reaching(port)
                maybe |= let.maybe.reaching(port)
            proof = Evidence(str(item.document.id), f"{item.base}/networkInterfaces/{index}", network)
            proofs = (proof, *(self._firewalls.evidence[name] for name in let.rules))
            missing = ("which sources a firewall rule means",)
            if _is_public(interface):
                yield Reach(sure, maybe, proofs, missing)
            if (sure & IAP_RANGE) == IAP_RANGE:
                yield Reach(IAP_RANGE, IAP_RANGE, proofs, tunnel=True)

    def _balance(self) -> None:
        """Note which external forwarding rules lead to each backend service, through proxies and URL maps."""
        maps = {item.name: set(self._in_map(item.data)) for item in self._inventory.of(*_MAPS)}
        proxies: dict[str, set[str]] = {}
        for type_ in ("Http", "Https", "Tcp", "Ssl", "Grpc"):
            for item in self._inventory.of(f"compute.googleapis.com/Target{type_}Proxy"):
                backends = maps.get(full_name(item.data.get("urlMap"), self._hierarchy), set())
                direct = text(item.data.get("service"))
                proxies[item.name] = {full_name(direct, self._hierarchy)} if direct else set(backends)
        for item in self._inventory.of(*_RULES):
            if not text(item.data.get("loadBalancingScheme")).startswith("EXTERNAL"):
                continue
            target = full_name(item.data.get("target"), self._hierarchy)
            direct = text(item.data.get("backendService"))
            for backend in {full_name(direct, self._hierarchy)} if direct else proxies.get(target, ()):
                self._fronts[backend].append(item)

    def _in_map(self, data: dict[str, Any]) -> Iterator[str]:
        yield full_name(data.get("defaultService"), self._hierarchy)
        for _, matcher in sections(data.get("pathMatchers")):
            yield full_name(matcher.get("defaultService"), self._hierarchy)
            for _, rule in (*sections(matcher.get("pathRules")), *sections(matcher.get("routeRules"))):
                yield full_name(rule.get("service"), self._hierarchy)

    def _backend(self, item: Item) -> Iterator[Reach]:
        fronts = self._fronts.get(item.name, ())
        if not fronts:
            return
        proofs = tuple(
            Evidence(str(f.document.id), f"{f.base}/loadBalancingScheme", text(f.data.get("IPAddress")))
            for f in fronts
        )
        sure, maybe, more = self._armour(item)
        login = section(item.data, "iap").get("enabled") is True
        missing = ("what a rule of the security policy asks for",)
        yield Reach(sure, maybe, (*proofs, *more), missing, login=login)

    def _armour(self, item: Item) -> tuple[AddressSet, AddressSet, tuple[Evidence, ...]]:
        """Return the addresses that a backend's security policy lets in, for sure and perhaps."""
        everyone = AddressSet.everything()
        link = text(item.data.get("securityPolicy"))
        if not link:
            return everyone, everyone, ()
        policy = self._inventory.items.get(full_name(link, self._hierarchy))
        if policy is None:
            return AddressSet(), everyone, ()
        sure, maybe, left_sure, left_maybe = AddressSet(), AddressSet(), everyone, everyone
        rules = sorted(
            sections(policy.data.get("rules")), key=lambda r: int(text(r[1].get("priority")) or _DEFAULT_RULE)
        )
        for _, rule in rules:
            ranges = texts(section(rule, "match", "config").get("srcIpRanges"))
            decided = bool(ranges)
            meant = everyone if "*" in ranges or not decided else _ranges(ranges)
            allows = text(rule.get("action")) == "allow"
            if decided or not allows:
                sure |= meant & left_sure if allows else AddressSet()
                left_sure -= meant
            if decided or allows:
                maybe |= meant & left_maybe if allows else AddressSet()
                left_maybe -= meant if decided else AddressSet()
        proof = Evidence(str(policy.document.id), f"{policy.base}/rules", policy.name.rpartition("/")[2])
        return sure, maybe, (proof,)


def _is_public(interface: dict[str, Any]) -> bool:
    configs = [
        c
        for _, c in (*sections(interface.get("accessConfigs")), *sections(interface.get("ipv6AccessConfigs")))
    ]
    return any(text(c.get("natIP")) or text(c.get("externalIpv6")) or text(c.get("type")) for c in configs)


def _ranges(blocks: tuple[str, ...]) -> AddressSet:
    found = AddressSet()
    for block in blocks:
        try:
            found |= AddressSet.of([block])
        except ValueError:
            continue
    return found
