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
from scanner.providers.azure.access import Holding, Question
from scanner.providers.azure.documents import at, field_evidence, texts
from scanner.providers.azure.network.gate import OPEN
from scanner.providers.azure.sides import base_of
from scanner.providers.azure.steps import Lock, Way, hops

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.azure.estate import AzureEstate
    from scanner.providers.azure.network.gate import Gate
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
    off = "local accounts of the cluster are off"
    certificates = Lock.of(cluster, "/properties/disableLocalAccounts", "false", ("false",), off)
    words = "Azure roles do not decide inside the cluster"
    roles = Lock.of(cluster, "/properties/aadProfile/enableAzureRBAC", "false", ("true",), words)
    profile = field_evidence(cluster, "/properties/aadProfile")
    gate = clusters.api_gate(cluster)
    admin = Question(f"{_CLUSTER}/listClusterAdminCredential/action", node)
    user = Question(f"{_CLUSTER}/listClusterUserCredential/action", node)
    ways: list[tuple[Iterable[Holding], Lock, Gate]] = [(estate.may(admin).values(), certificates, gate)]
    if at(cluster.body, "/properties/aadProfile") is None:
        command = Question(f"{_CLUSTER}/runCommand/action", node)
        ways.append((estate.may(user).values(), certificates, gate))
        ways.append((estate.may(command).values(), Lock(evidence=(profile,)), OPEN))
    else:
        ways.append((_administrators(estate, cluster), Lock(), gate))
    if not roles.blocked_by:
        inside = Question(f"{_CLUSTER}/pods/write", node, "data")
        ways.append((estate.may(inside).values(), roles, gate))
    if at(cluster.body, "/properties/aadProfile") is not None:
        unread = Lock(missing=(f"role bindings inside {node}",), evidence=(profile,))
        ways.append((estate.may(user).values(), unread, gate))
    found: set[str] = set()
    for holdings, lock, before in ways:
        fresh = [holding for holding in holdings if holding.node not in found]
        for hop in hops(node, Way("enter-cluster", lock=lock, gate=before), fresh, estate.sides.of):
            if hop.certainty != "blocked":
                found.add(base_of(hop.source))
                yield hop


def _administrators(estate: AzureEstate, cluster: Document) -> Iterator[Holding]:
    """Yield the groups whose members rule a cluster that takes Entra's people.

    Source: "Enable AKS-managed Microsoft Entra integration"
    (https://learn.microsoft.com/azure/aks/enable-authentication-microsoft-entra-id, read 2026-11-22).
    """
    listed = "/properties/aadProfile/adminGroupObjectIDs"
    for n, oid in enumerate(texts(cluster.body, listed)):
        proof = (field_evidence(cluster, f"{listed}/{n}"),)
        yield Holding(estate.directory.node(oid, "Group"), evidence=proof)
