"""Firewall rules in the order in which they are evaluated, for one network interface of one machine.

Hierarchical policies go first, from the organization down; then the network's own rules and its policies, in
the order that the network says; what nothing matches is denied. Sources: Cloud NGFW documentation, "Firewall
policy evaluation order" and "VPC firewall rules"
(https://cloud.google.com/firewall/docs/firewall-policies-rule-eval-order,
https://cloud.google.com/firewall/docs/firewalls, read 2026-11). Rules for sources by tag or service account
let nobody in from the internet.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from scanner.boxes import ICMP, ICMPV6, TCP, UDP, Boxes
from scanner.model import Evidence
from scanner.netset import AddressSet
from scanner.providers.gcp.names import part_after
from scanner.providers.gcp.network.links import tail
from scanner.providers.gcp.shape import section, sections, text, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.providers.gcp.inventory import Inventory, Item

_PROTOCOLS = {
    "tcp": TCP,
    "udp": UDP,
    "icmp": ICMP,
    "icmp6": ICMPV6,
    "esp": 50,
    "ah": 51,
    "sctp": 132,
    "ipip": 94,
}
_POLICIES_FIRST = "BEFORE_CLASSIC_FIREWALL"
# what a rule may ask of a source that no document decides
_UNDECIDED = ("srcFqdns", "srcRegionCodes", "srcThreatIntelligences", "srcAddressGroups")
_SCOPES = ("srcNetworkContext", "srcNetworkScope", "srcNetworkType")
_FROM_INTERNET = {"INTERNET", ""}
# what is inspected and no threat passes: Cloud NGFW documentation, "Security profile groups"
_ACTIONS = {"apply_security_profile_group": "allow"}


class Rule(NamedTuple):
    """One rule; `action` ``goto_next`` delegates. Not `sure`: it asks for what is not decided here."""

    name: str
    packets: Boxes
    action: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Machine:
    """What rules select by: the network, its tags and its service accounts."""

    network: str
    tags: frozenset[str]
    accounts: frozenset[str]
    chain: tuple[str, ...]
    region: str = ""


@dataclass(frozen=True, slots=True)
class Let:
    """What is let in for sure, and what may be; the names of rules that let in."""

    sure: Boxes
    maybe: Boxes
    rules: tuple[str, ...]


class Firewalls:
    """Every firewall rule and policy of the inventory."""

    def __init__(self, inventory: Inventory, hierarchy: Hierarchy) -> None:
        self._hierarchy = hierarchy
        self._classic: dict[str, list[Item]] = defaultdict(list)
        self._policies: dict[str, list[Item]] = defaultdict(list)
        self._order: dict[str, str] = {}
        self.evidence: dict[str, Evidence] = {}
        for item in inventory.of("compute.googleapis.com/Firewall"):
            self._classic[tail(item.data.get("network"), hierarchy)].append(item)
        for item in inventory.of("compute.googleapis.com/Network"):
            order = text(item.data.get("networkFirewallPolicyEnforcementOrder"))
            self._order[tail(item.name, hierarchy)] = order
        for item in inventory.of(
            "compute.googleapis.com/FirewallPolicy", "compute.googleapis.com/NetworkFirewallPolicy"
        ):
            for _, association in sections(item.data.get("associations")):
                target = text(association.get("attachmentTarget"))
                self._policies[tail(target, hierarchy)].append(item)

    def let_in(self, machine: Machine) -> Let:
        """Return which packets reach a machine, whatever listens there."""
        tiers = list(self._tiers(machine))
        sure = _through(tiers, hopeful=False)
        maybe = _through(tiers, hopeful=True)
        names = tuple(dict.fromkeys((*(n for n, _ in sure), *(n for n, _ in maybe))))
        return Let(_union(sure), _union(maybe), names)

    def _tiers(self, machine: Machine) -> Iterator[list[Rule]]:
        for key in reversed(machine.chain):
            if not key.startswith("projects/"):
                for item in self._policies.get(key, ()):
                    yield list(self._of_policy(item, machine))
        classic = [self._of_classic(machine)]
        own = [
            list(self._of_policy(item, machine))
            for item in self._policies.get(machine.network, ())
            if part_after(item.name, "regions") in {"", machine.region}
        ]
        first = self._order.get(machine.network) == _POLICIES_FIRST
        yield from (*own, *classic) if first else (*classic, *own)

    def _of_classic(self, machine: Machine) -> list[Rule]:
        """Return the network's own rules, by priority; of equals those that deny go first."""
        found = []
        for item in self._classic.get(machine.network, ()):
            data = item.data
            if text(data.get("direction")) == "EGRESS" or data.get("disabled") is True:
                continue
            tags, accounts = texts(data.get("targetTags")), texts(data.get("targetServiceAccounts"))
            if (tags or accounts) and not (machine.tags & set(tags) or machine.accounts & set(accounts)):
                continue
            denies = bool(data.get("denied"))
            sources = _ranges(texts(data.get("sourceRanges")))
            if not texts(data.get("sourceRanges")) and not (
                data.get("sourceTags") or data.get("sourceServiceAccounts")
            ):
                sources = AddressSet.everything()
            listed = data.get("denied") if denies else data.get("allowed")
            packets = _packets(sources, listed, "IPProtocol")
            rule = Rule(self._named(item, ""), packets, "deny" if denies else "allow", sure=True)
            found.append((_priority(data, 1000), not denies, rule))
        return [rule for _, _, rule in sorted(found, key=lambda f: f[:2])]

    def _of_policy(self, item: Item, machine: Machine) -> Iterator[Rule]:
        rules = [(i, r) for i, r in sections(item.data.get("rules")) if text(r.get("direction")) != "EGRESS"]
        for index, raw in sorted(rules, key=lambda r: _priority(r[1], 0)):
            targets = {tail(t, self._hierarchy) for t in texts(raw.get("targetResources"))}
            accounts = set(texts(raw.get("targetServiceAccounts")))
            if raw.get("disabled") is True or (targets and machine.network not in targets):
                continue
            if accounts and not accounts & machine.accounts:
                continue
            match = section(raw, "match")
            undecided = any(match.get(key) for key in _UNDECIDED) or bool(raw.get("targetSecureTags"))
            packets = _packets(_sources(match), match.get("layer4Configs"), "ipProtocol")
            action = _ACTIONS.get(text(raw.get("action")), text(raw.get("action")))
            yield Rule(self._named(item, f"/rules/{index}"), packets, action, sure=not undecided)

    def _named(self, item: Item, pointer: str) -> str:
        name = f"{item.name}#{pointer}"
        self.evidence.setdefault(name, _proof(item, pointer))
        return name


def _proof(item: Item, pointer: str) -> Evidence:
    return Evidence(str(item.document.id), f"{item.base}{pointer}", item.name.rpartition("/")[2])


def _priority(data: dict[str, Any], default: int) -> int:
    given = text(data.get("priority"))
    return int(given) if given.isdigit() else default


def _sources(match: dict[str, Any]) -> AddressSet:
    """Return the addresses that a policy's rule speaks of; sources by tag alone are none."""
    scope = next((text(match[key]) for key in _SCOPES if text(match.get(key))), "")
    if scope not in _FROM_INTERNET:
        return AddressSet()
    ranges = texts(match.get("srcIpRanges"))
    if ranges:
        return _ranges(ranges)
    return AddressSet() if match.get("srcSecureTags") else AddressSet.everything()


def _ranges(blocks: Iterable[str]) -> AddressSet:
    found = AddressSet()
    for block in blocks:
        try:
            found |= AddressSet.of([block])
        except ValueError:
            continue
    return found


def _packets(sources: AddressSet, listed: object, key: str) -> Boxes:
    found = Boxes()
    for _, entry in sections(listed):
        word = text(entry.get(key)).lower()
        protocol = None if word == "all" else int(word) if word.isdigit() else _PROTOCOLS.get(word, -1)
        if protocol == -1:
            continue
        for first, last in _ports(texts(entry.get("ports"))):
            found |= Boxes.of(sources, protocol, first, last)
    return found


def _ports(given: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Yield ranges of ports, both ends included; none given are all."""
    if not given:
        yield 0, 65_535
    for text_ in given:
        first, _, last = text_.partition("-")
        if first.isdigit() and (last or first).isdigit() and int(first) <= int(last or first) <= 65_535:
            yield int(first), int(last or first)


def _through(tiers: list[list[Rule]], *, hopeful: bool) -> list[tuple[str, Boxes]]:
    """Return what is let in by which rule; `hopeful` takes what is not decided in the caller's favour."""
    left = Boxes.everything()
    found = []
    for tier in tiers:
        delegated = Boxes()
        for rule in tier:
            if not rule.sure and (rule.action == "allow") != hopeful:
                continue
            match = rule.packets & left
            if not match:
                continue
            left -= match
            if rule.action == "allow":
                found.append((rule.name, match))
            elif rule.action == "goto_next":
                delegated |= match
        left |= delegated
    return found


def _union(parts: list[tuple[str, Boxes]]) -> Boxes:
    found = Boxes()
    for _, boxes in parts:
        found |= boxes
    return found
