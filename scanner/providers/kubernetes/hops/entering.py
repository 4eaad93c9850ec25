"""Hops into a cluster or one of its namespaces: who may run pods there.

Who runs pods in the whole cluster runs them in each namespace. Source: Kubernetes, "Role Based Access Control
Good Practices", Workload creation (https://kubernetes.io/docs/concepts/security/rbac-good-practices/, read
2026-11): it gives whatever the pods of the namespace can be given, its service accounts above all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model import Hop
from scanner.providers.kubernetes.hops.steps import by_grant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.kubernetes.estate import KubernetesEstate


def into(estate: KubernetesEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a cluster or a namespace; none for another node."""
    for view in estate.views:
        namespace = "" if node == view.cluster.node else view.cluster.namespace_of(node)
        if namespace is None:
            continue
        for grant in view.rights.grants("run-pods", namespace):
            yield by_grant("enter-cluster", node, grant)
        placed = view.namespaces.get(namespace)
        if placed is not None:
            proof = (
                placed.evidence("/metadata/namespace" if placed.at("/metadata/namespace") else "/metadata"),
            )
            yield Hop(node, view.cluster.node, "enter-cluster", evidence=proof)
