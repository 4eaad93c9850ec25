"""Hops into Kubernetes clusters, and from them into the identity of their nodes.

The admin credential is a certificate and needs no role inside; the user credential is one too where the
cluster takes no Entra users; commands run through Azure then have all rights, else the caller's own.
Sources: Azure Kubernetes Service, "Use command invoke to access a private
cluster", "Manage local accounts"
(https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad) and "Use Azure RBAC for
Kubernetes Authorization" (https://learn.microsoft.com/azure/aks/manage-azure-rbac), read 2026-11-22.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.model import Hop
from scanner.providers.azure import clusters
from scanner.providers.azure.access import Question
from scanner.providers.azure.documents import at, field_evidence
from scanner.providers.azure.steps import Lock, Way, hops

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.azure.estate import AzureEstate
    from scanner.snapshot import Document

_CLUSTER: Final = "Microsoft.ContainerService/managedClusters"


def into(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a cluster, or into the identity of a cluster's nodes; none for another node."""
    cluster = estate.clusters.at(node)
    if cluster is not None:
        yield from _entering(estate, node, cluster)
    for cluster in estate.clusters.with_kubelet(node):
        proof = (field_evidence(cluster, "/properties/identityProfile/kubeletidentity"),)
        yield Hop(node, cluster.id.key.lower(), "run-code", evidence=proof)


def _entering(estate: AzureEstate, node: str, cluster: Document) -> Iterator[Hop]:
    local = clusters.local_accounts(cluster)
    certificates = Lock.needs(local, ("false",), "local accounts of the cluster are off")
    roles = Lock.needs(
        clusters.azure_rbac(cluster), ("true",), "Azure roles do not decide inside the cluster"
    )
    ways: list[tuple[Question, Lock]] = [
        (Question(f"{_CLUSTER}/listClusterAdminCredential/action", node), certificates),
    ]
    if at(cluster.body, "/properties/aadProfile") is None:
        ways.append((Question(f"{_CLUSTER}/listClusterUserCredential/action", node), certificates))
        ways.append((Question(f"{_CLUSTER}/runCommand/action", node), Lock()))
    if not roles.blocked_by:
        ways.append((Question(f"{_CLUSTER}/pods/write", node, "data"), roles))
    found: set[str] = set()
    for question, lock in ways:
        holdings = [h for n, h in estate.may(question).items() if n not in found]
        for hop in hops(node, Way("enter-cluster", lock=lock), holdings, estate.sides.of):
            if hop.certainty != "blocked":
                found.add(hop.source)
                yield hop
