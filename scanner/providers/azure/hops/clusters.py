"""Hops into Kubernetes clusters, and from them into the identity of their nodes.

The admin credential is a certificate and needs no role inside; the user credential is one too where the
cluster takes no Entra users; commands run through Azure then have all rights, else the caller's own, and
reach a private cluster too, unless they are off. Sources: Azure Kubernetes Service, "Use command invoke to
access a private cluster" (https://learn.microsoft.com/azure/aks/access-private-cluster), "Manage local
accounts"
(https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad) and "Use Azure RBAC for
Kubernetes Authorization" (https://learn.microsoft.com/azure/aks/manage-azure-rbac), read 2026-11-22.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from scanner.model import Hop
from scanner.providers.azure import clusters
from scanner.providers.azure.access import Holding, Question
from scanner.providers.azure.documents import at, field_evidence, texts
from scanner.providers.azure.network.gate import OPEN
from scanner.providers.azure.sides import base_of
from scanner.providers.azure.steps import Lock, Way, hops

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.azure.consents import Api
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
        for namespace in namespaces(estate, cluster):
            yield from in_namespace(estate, node, cluster, namespace)


def namespaces(estate: AzureEstate, cluster: Document) -> list[str]:
    """Return the namespaces that somebody has a role of Azure's in."""
    inside = f"{cluster.id.key.lower()}/namespaces"
    return sorted({s.removeprefix(f"{inside}/").split("/")[0] for s in estate.access.scopes_below(inside)})


def in_namespace(estate: AzureEstate, node: str, cluster: Document, namespace: str) -> Iterator[Hop]:
    """Yield hops into an identity that pods of one namespace have, of those who run pods there alone.

    Source: "Use Azure RBAC for Kubernetes Authorization", AKS namespaces as a scope.
    """
    id_ = cluster.id.key.lower()
    words = "Azure roles do not decide inside the cluster"
    roles = Lock.of(cluster, "/properties/aadProfile/enableAzureRBAC", "false", ("true",), words)
    action = f"{_CLUSTER}/pods/write"
    everywhere = estate.may(Question(action, id_, "data"))
    here = estate.may(Question(action, f"{id_}/namespaces/{namespace}", "data"))
    commanding = estate.may(Question(f"{_CLUSTER}/runCommand/action", id_))
    alone = {who: holding for who, holding in here.items() if who not in everywhere}
    if roles.blocked_by or not alone:
        return
    for way in (
        _Entry(list(estate.joint(commanding, alone)), _commands(cluster).beside(roles), OPEN),
        _Entry(alone.values(), roles, clusters.api_gate(cluster), "cluster"),
    ):
        step = Way("enter-cluster", lock=way.lock, gate=way.gate, api=way.api)
        yield from hops(node, step, way.holdings, estate.sides.of)


def _commands(cluster: Document) -> Lock:
    closed = "commands through Azure are off for the cluster"
    place = "/properties/apiServerAccessProfile/disableRunCommand"
    return Lock.of(cluster, place, "false", ("false",), closed)


def _entering(estate: AzureEstate, node: str, cluster: Document) -> Iterator[Hop]:
    found: set[str] = set()
    for way in _ways(estate, node, cluster):
        fresh = [holding for holding in way.holdings if holding.node not in found]
        step = Way("enter-cluster", lock=way.lock, gate=way.gate, api=way.api)
        for hop in hops(node, step, fresh, estate.sides.of):
            if hop.certainty != "blocked":
                if hop.certainty == "proven" and not hop.guards:
                    found.add(base_of(hop.source))
                yield hop


class _Entry(NamedTuple):
    """A way in: who has the permission, what setting and which addresses it takes, and whose token."""

    holdings: Iterable[Holding]
    lock: Lock
    gate: Gate
    api: Api = "arm"


def _ways(estate: AzureEstate, node: str, cluster: Document) -> Iterator[_Entry]:
    """Yield the ways in: commands through Azure first, which need no place in the network."""
    off = "local accounts of the cluster are off"
    certificates = Lock.of(cluster, "/properties/disableLocalAccounts", "false", ("false",), off)
    commands = _commands(cluster)
    gate = clusters.api_gate(cluster)
    admin = estate.may(Question(f"{_CLUSTER}/listClusterAdminCredential/action", node))
    user = estate.may(Question(f"{_CLUSTER}/listClusterUserCredential/action", node))
    commanding = estate.may(Question(f"{_CLUSTER}/runCommand/action", node))
    if at(cluster.body, "/properties/aadProfile") is None:
        yield _Entry(commanding.values(), commands, OPEN)
        yield _Entry((*admin.values(), *user.values()), certificates, gate)
        return
    words = "Azure roles do not decide inside the cluster"
    roles = Lock.of(cluster, "/properties/aadProfile/enableAzureRBAC", "false", ("true",), words)
    listed = {holding.node: holding for holding in _administrators(estate, cluster)}
    inside = estate.may(Question(f"{_CLUSTER}/pods/write", node, "data")) if not roles.blocked_by else {}
    yield _Entry(list(estate.joint(commanding, listed)), commands, OPEN)
    yield _Entry(list(estate.joint(commanding, inside)), commands.beside(roles), OPEN)
    yield _Entry(admin.values(), certificates, gate)
    yield _Entry(listed.values(), Lock(), gate, "cluster")
    yield _Entry(inside.values(), roles, gate, "cluster")
    profile = field_evidence(cluster, "/properties/aadProfile")
    unread = Lock(missing=(f"role bindings inside {node}",), evidence=(profile,))
    yield _Entry(user.values(), unread, gate)


def _administrators(estate: AzureEstate, cluster: Document) -> Iterator[Holding]:
    """Yield the groups whose members rule a cluster that takes Entra's people.

    Source: "Enable AKS-managed Microsoft Entra integration"
    (https://learn.microsoft.com/azure/aks/enable-authentication-microsoft-entra-id, read 2026-11-22).
    """
    listed = "/properties/aadProfile/adminGroupObjectIDs"
    for n, oid in enumerate(texts(cluster.body, listed)):
        proof = (field_evidence(cluster, f"{listed}/{n}"),)
        yield Holding(estate.directory.node(oid, "Group"), evidence=proof)
