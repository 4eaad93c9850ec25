"""Hops into weights and endpoints by the Kubernetes API: commands in pods, volumes mounted, ports forwarded.

Whoever runs pods in a namespace mounts its claims and calls what its policies let in, from other namespaces
too, because a pod reaches every pod unless a NetworkPolicy says otherwise. Source: Kubernetes, "Persistent
Volumes", "Network Policies", Default policies, and "Use Port Forwarding to Access Applications in a Cluster"
(read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.model import Hop
from scanner.providers.kubernetes.hops.steps import by_grant, commands_in, names_pods

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Gain
    from scanner.providers.kubernetes.assets import Kept, Served
    from scanner.providers.kubernetes.estate import KubernetesEstate, View

_ON_DISK: Final[tuple[Gain, ...]] = ("read", "write")


def into(estate: KubernetesEstate, node: str) -> Iterator[Hop]:
    """Yield hops into weights or an endpoint; none for another node."""
    for view in estate.views:
        kept, served = view.assets.kept.get(node), view.assets.served.get(node)
        if kept is not None:
            yield from _into_weights(view, node, kept)
        if served is not None:
            yield from _into_endpoint(view, node, served)


def _into_weights(view: View, node: str, kept: Kept) -> Iterator[Hop]:
    proof = tuple(signal.evidence for signal in kept.resource.signals[:1])
    source = view.cluster.namespace_node(kept.namespace) if kept.mountable else view.cluster.node
    yield Hop(node, source, "mount" if kept.mountable else "exec", gains=_ON_DISK, evidence=proof)
    for workload in kept.workloads:
        for ability, place in commands_in(kept.namespace):
            for grant in view.rights.grants(ability, place):
                if names_pods(grant, workload):
                    yield by_grant("exec", node, grant, gains=_ON_DISK, evidence=proof)


def _into_endpoint(view: View, node: str, served: Served) -> Iterator[Hop]:
    workload = served.workload
    proof = (workload.object.evidence(served.servers[0].pointer),)
    for ability, place in commands_in(workload.namespace):
        for grant in view.rights.grants(ability, place):
            if names_pods(grant, workload):
                yield by_grant("exec", node, grant, gains=("invoke",), evidence=proof)
    for place in ("", workload.namespace):
        for grant in view.rights.grants("forward", place):
            yield by_grant("forward", node, grant, gains=("invoke",), evidence=proof)
    policies = view.network.policies(node)
    for namespace in view.namespaces if policies else ():
        assert policies is not None  # noqa: S101 - the loop is empty else
        answers = [policies.from_namespace(namespace, port) for port in view.network.ports(node)]
        missing = tuple(sorted({m for let_in, unread in answers if let_in for m in unread}))
        if any(let_in for let_in, _ in answers):
            sure = any(let_in and not unread for let_in, unread in answers)
            yield Hop(
                node,
                view.cluster.namespace_node(namespace),
                "ingress",
                gains=("invoke",),
                certainty="proven" if sure else "possible",
                evidence=(*(p.evidence("/spec") for p in policies.policies), *proof),
                missing=() if sure else missing,
            )
