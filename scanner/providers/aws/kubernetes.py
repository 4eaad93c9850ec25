"""Kubernetes clusters on EKS: whose tokens they issue, whom IAM lets in, and which roles their pods take.

What the Kubernetes API alone tells (role bindings, the aws-auth ConfigMap) is not read; `gaps` says so.
Source: Amazon EKS User Guide, "Grant IAM users access to Kubernetes with EKS access entries", "Learn how EKS
Pod Identity grants pods access to AWS services"
(https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html, read 2026-11-22).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from scanner.model import Evidence, Principal
from scanner.providers.aws.library import at, field_evidence
from scanner.snapshot import Document, DocumentId, Gap
from scanner.verdict import Guard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.snapshot import Snapshot

_NAMESPACE = "#namespace="
# "Review access policy permissions": these may create pods, in the whole cluster or in namespaces
_RUNS_PODS = {"AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy", "AmazonEKSEditPolicy"}


class Entry(NamedTuple):
    """Whom an access entry lets run pods: in all for ``""``. `groups` decide where no policy does."""

    principal: str
    namespace: str
    groups: tuple[str, ...]
    evidence: Evidence


class PodRole(NamedTuple):
    """A role that pods of a service account take through Pod Identity; `tags`: with tags of the session."""

    role: str
    namespace: str
    service_account: str
    evidence: Evidence
    tags: bool


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster. `by_entries`: access entries count. `guards`: where its API is reached from."""

    arn: str
    name: str
    account: str
    region: str
    issuer: str
    by_entries: bool
    guards: tuple[Guard, ...]
    entries: tuple[Entry, ...]
    pod_roles: tuple[PodRole, ...]
    document: Document

    def nodes(self) -> Iterator[tuple[str, str]]:
        """Yield (node, namespace) for the whole cluster, as ``""``, and each namespace that is let into."""
        for namespace in sorted({"", *(entry.namespace for entry in self.entries)}):
            yield (f"{self.arn}{_NAMESPACE}{namespace}" if namespace else self.arn), namespace


class Clusters:
    """Clusters by issuer and by node."""

    def __init__(self, snapshot: Snapshot, accounts: frozenset[str]) -> None:
        self._snapshot = snapshot
        self._accounts = accounts
        self._clusters = tuple(
            _cluster(snapshot, document)
            for document in snapshot.all("aws", "eks", "DescribeCluster")
            if at(document.body, "/cluster/arn")
        )
        self._by_issuer = {cluster.issuer: cluster for cluster in self._clusters if cluster.issuer}
        self._by_node = {
            node: (cluster, namespace) for cluster in self._clusters for node, namespace in cluster.nodes()
        }

    def __iter__(self) -> Iterator[Cluster]:
        return iter(self._clusters)

    def of_issuer(self, issuer: str) -> Cluster | None:
        """Return the cluster of ours that issues these tokens."""
        return self._by_issuer.get(issuer)

    def at(self, node: str) -> tuple[Cluster, str] | None:
        """Return the cluster and the namespace that a node stands for."""
        return self._by_node.get(node)

    def describe(self, node: str) -> Principal | None:
        """Return the principal that a node stands for: whoever runs pods there."""
        found = self._by_node.get(node)
        if found is None:
            return None
        cluster, namespace = found
        name = f"{cluster.name}, namespace {namespace}" if namespace else cluster.name
        return Principal(node, "cluster", "aws", scope=cluster.account, name=name, ours=True)

    def unread(self, region: str) -> tuple[str, ...]:
        """Return what would tell of further clusters of ours in a region."""
        missing: list[str] = []
        for account in sorted(self._accounts):
            listing = self._snapshot.get(DocumentId("aws", account, region, "eks", "ListClusters"))
            if isinstance(listing, Gap):
                missing.append(str(listing.id))
                continue
            for name in (listing.body or {}).get("clusters") or ():
                id_ = DocumentId("aws", account, region, "eks", "DescribeCluster", name)
                if isinstance(self._snapshot.get(id_), Gap):
                    missing.append(str(id_))
        return tuple(missing)

    def gaps(self) -> Iterator[Gap]:
        """Yield what only the Kubernetes API tells of who may enter."""
        for cluster in self._clusters:
            told = cluster.document.id
            mode = at(cluster.document.body, "/cluster/accessConfig/authenticationMode") or "CONFIG_MAP"
            if mode != "API":
                yield Gap(told, "not-implemented", "the aws-auth ConfigMap is not read", "understated")


def _cluster(snapshot: Snapshot, document: Document) -> Cluster:
    body = document.body["cluster"]
    mode = at(body, "/accessConfig/authenticationMode") or "CONFIG_MAP"
    return Cluster(
        arn=body["arn"],
        name=document.id.key,
        account=document.id.scope,
        region=document.id.region,
        issuer=str(at(body, "/identity/oidc/issuer") or ""),
        by_entries=mode != "CONFIG_MAP",
        guards=_guards(at(body, "/resourcesVpcConfig") or {}),
        entries=tuple(sorted(_entries(snapshot, document.id))),
        pod_roles=tuple(sorted(_pod_roles(snapshot, document.id))),
        document=document,
    )


def _guards(network: dict[str, object]) -> tuple[Guard, ...]:
    """Return from where the API is reached: ranges of the public endpoint, else the cluster's network."""
    if not network.get("endpointPublicAccess", True):
        return (Guard("aws:SourceVpc", "in", (str(network.get("vpcId", "")),), "ours", "source-vpc"),)
    ranges = network.get("publicAccessCidrs")
    if not isinstance(ranges, list) or not ranges or "0.0.0.0/0" in ranges:
        return ()
    return (Guard("aws:SourceIp", "cidr", tuple(sorted(map(str, ranges))), "vendor", "source-ip"),)


def _entries(snapshot: Snapshot, cluster: DocumentId) -> Iterator[Entry]:
    for document in _of(snapshot, cluster, "DescribeAccessEntry"):
        entry = at(document.body, "/accessEntry") or {}
        principal = str(entry.get("principalArn") or document.id.key.partition("/")[2])
        if entry.get("type", "STANDARD") != "STANDARD":
            continue  # of nodes, whose rights are fixed
        groups = tuple(sorted(map(str, entry.get("kubernetesGroups") or ())))
        if groups:
            yield Entry(principal, "", groups, field_evidence(document, "/accessEntry/kubernetesGroups"))
        place = DocumentId(
            "aws", cluster.scope, cluster.region, "eks", "ListAssociatedAccessPolicies", document.id.key
        )
        policies = snapshot.get(place)
        if isinstance(policies, Gap):
            unread = field_evidence(document, "/accessEntry/principalArn")
            yield Entry(principal, "", (str(policies.id),), unread)
            continue
        for index, policy in enumerate(at(policies.body, "/associatedAccessPolicies") or ()):
            if str(policy.get("policyArn", "")).rpartition("/")[2] not in _RUNS_PODS:
                continue
            scope = policy.get("accessScope") or {}
            evidence = field_evidence(policies, f"/associatedAccessPolicies/{index}")
            for namespace in scope.get("namespaces") or [""] if scope.get("type") == "namespace" else [""]:
                yield Entry(principal, str(namespace), (), evidence)


def _pod_roles(snapshot: Snapshot, cluster: DocumentId) -> Iterator[PodRole]:
    for document in _of(snapshot, cluster, "DescribePodIdentityAssociation"):
        found = at(document.body, "/association") or {}
        if found.get("roleArn"):
            evidence = field_evidence(document, "/association/roleArn")
            namespace, account = str(found.get("namespace", "")), str(found.get("serviceAccount", ""))
            tags = found.get("disableSessionTags") is not True
            yield PodRole(found["roleArn"], namespace, account, evidence, tags)


def _of(snapshot: Snapshot, cluster: DocumentId, operation: str) -> Iterator[Document]:
    """Yield the documents of one operation whose key begins with the cluster's name."""
    for document in snapshot.all("aws", "eks", operation):
        id_ = document.id
        same = (id_.scope, id_.region) == (cluster.scope, cluster.region)
        if same and id_.key.startswith(f"{cluster.key}/"):
            yield document
