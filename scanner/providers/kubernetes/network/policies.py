"""What NetworkPolicies let in to a workload's pods, from addresses and from other pods.

Policies only allow and are united; a pod that none selects for ingress takes everything. Source: Kubernetes,
"Network Policies" (https://kubernetes.io/docs/concepts/services-networking/network-policies/, read 2026-11):
an empty ``from`` is everyone, an ``ipBlock`` is meant for addresses outside the cluster, a peer with only a
``podSelector`` means pods of the policy's own namespace. Fixtures: ``network-policy``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scanner.boxes import TCP, UDP, Boxes, Rule, any_match
from scanner.netset import AddressSet
from scanner.providers.kubernetes.network.reach import ALL, EVERYWHERE, NONE, Reach
from scanner.providers.kubernetes.objects import NAMESPACE_LABEL, items, may_select, selects, words
from scanner.providers.kubernetes.workloads import is_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.kubernetes.objects import Object, Objects
    from scanner.providers.kubernetes.workloads import Workload

_NETWORKING: Final = "networking.k8s.io"
_PROTOCOLS: Final = {"TCP": TCP, "UDP": UDP, "SCTP": 132}


@dataclass(frozen=True, slots=True)
class _Peer:
    """Pods that a rule lets in, to the packets' ports; without selectors, everyone."""

    namespace_selector: Any
    pod_selector: Any
    packets: Boxes
    policy: Object


class Policies:
    """The policies that stand before one workload's pods. `filtered`: any does."""

    def __init__(self, objects: Objects, workload: Workload) -> None:
        self._objects = objects
        self._workload = workload
        self.policies = tuple(
            policy
            for policy in objects.all(_NETWORKING, "NetworkPolicy", workload.namespace)
            if self._is_before(policy)
        )
        self.filtered = bool(self.policies)
        self._peers: list[_Peer] = []
        self._unread: list[str] = []
        self._admitted = any_match([rule for policy in self.policies for rule in self._compiled(policy)])

    def from_addresses(self, port: int) -> Reach:
        """Return the addresses, as the pods see them, that are let in to a TCP port."""
        if not self.filtered:
            return ALL
        sure = self._admitted.packets.reaching(port)
        return Reach(sure, EVERYWHERE, tuple(self._unread)) if self._unread else Reach.exactly(sure)

    def through_nodes(self, port: int) -> Reach:
        """Return which callers come in where nodes put their own address in place of the caller's.

        What an ``ipBlock`` then means is not defined ("Network Policies", Behavior of ipBlock selectors).
        """
        seen = self.from_addresses(port)
        if seen.sure == EVERYWHERE:
            return ALL
        if not seen:
            return NONE
        return Reach.perhaps(EVERYWHERE, f"which addresses NetworkPolicies of {self._workload.id} see")

    def through_proxy(self, port: int) -> Reach:
        """Return which callers come in by a proxy, in the cluster or not, whose place is not known."""
        seen = self.through_nodes(port)
        if seen.sure == EVERYWHERE or self._lets_all_pods_in(port):
            return ALL
        if seen or any(peer.packets.reaching(port) for peer in self._peers):
            return Reach.perhaps(
                EVERYWHERE, f"whether NetworkPolicies of {self._workload.id} let the proxy in"
            )
        return NONE

    def from_namespace(self, namespace: str, port: int) -> tuple[bool, tuple[str, ...]]:
        """Tell whether a pod of a namespace may call, labelled as its maker likes, and what was not read."""
        if self.from_addresses(port).sure == EVERYWHERE:
            return True, ()
        labels = self._objects.namespace_labels(namespace)
        unknown: tuple[str, ...] = tuple(self._unread)
        for peer in self._peers:
            is_open = peer.pod_selector is None or may_select(peer.pod_selector)
            if not is_open or not peer.packets.reaching(port):
                continue
            if peer.namespace_selector is None:
                if namespace == peer.policy.namespace:
                    return True, ()
            elif selects(peer.namespace_selector, labels or {NAMESPACE_LABEL: namespace}):
                return True, ()
            elif labels is None:
                unknown = (*unknown, f"the labels of namespace {namespace}")
        return bool(unknown), unknown

    def _lets_all_pods_in(self, port: int) -> bool:
        """Tell whether every pod of the cluster may call."""
        return any(
            peer.namespace_selector == {} and not peer.pod_selector and peer.packets.reaching(port)
            for peer in self._peers
        )

    def _is_before(self, policy: Object) -> bool:
        kinds = words(policy.at("/spec/policyTypes"))
        selector = policy.at("/spec/podSelector")
        return (not kinds or "Ingress" in kinds) and selects(
            {} if selector is None else selector, self._workload.labels
        )

    def _compiled(self, policy: Object) -> Iterator[Rule]:
        for index, rule in enumerate(_rules(policy)):
            name = f"{policy.name}/{index}"
            ports = self._ports(rule.get("ports"), name)
            peers = rule.get("from")
            if not peers:
                yield Rule(name, ports)
                continue
            for peer in items(peers):
                block = peer.get("ipBlock")
                if isinstance(block, dict):
                    yield Rule(name, ports.narrowed(self._block(block, name)))
                else:
                    found = _Peer(peer.get("namespaceSelector"), peer.get("podSelector"), ports, policy)
                    self._peers.append(found)

    def _block(self, block: dict[str, Any], name: str) -> AddressSet:
        try:
            return AddressSet.of([str(block.get("cidr"))]) - AddressSet.of(words(block.get("except")))
        except ValueError:
            self._unread.append(f"the address ranges of rule {name} of {self._workload.namespace}")
            return AddressSet()

    def _ports(self, ports: Any, name: str) -> Boxes:  # noqa: ANN401 - raw provider JSON
        """Return packets from everywhere to the ports of a rule; all ports when it names none."""
        if not ports:
            return Boxes.everything()
        found = Boxes()
        for port in items(ports):
            protocol = _PROTOCOLS.get(str(port.get("protocol", "TCP")))
            first = port.get("port")
            if protocol is None:
                continue
            if first is None:
                found |= Boxes.of(EVERYWHERE, protocol)
            elif is_port(first):
                last = port.get("endPort")
                found |= Boxes.of(
                    EVERYWHERE, protocol, first, last if is_port(last) and last >= first else first
                )
            elif isinstance(first, str):
                for number in self._named(first):
                    found |= Boxes.of(EVERYWHERE, protocol, number, number)
            else:
                self._unread.append(f"the ports of rule {name} of {self._workload.namespace}")
        return found

    def _named(self, name: str) -> Iterator[int]:
        for container in self._workload.containers:
            yield from (port for named, port, _ in container.ports if named == name)


def _rules(policy: Object) -> list[dict[str, Any]]:
    return items(policy.at("/spec/ingress"))
