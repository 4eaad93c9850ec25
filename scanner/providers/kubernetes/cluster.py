"""Which cluster it is, to the clouds: its node in the graph, its token issuer, its identity pool.

A kubeconfig names clusters as the clouds' tools do: by ARN on EKS (``aws eks update-kubeconfig``), as
``gke_PROJECT_LOCATION_NAME`` on GKE; servers on AKS end in ``azmk8s.io``. Without one it is a cluster of no
known cloud. Sources: Amazon EKS User Guide, "Connect kubectl to an EKS cluster"
(https://docs.aws.amazon.com/eks/latest/userguide/create-kubeconfig.html), Google Kubernetes Engine, "About
Workload Identity Federation for GKE"
(https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity), Kubernetes, "Service account
issuer discovery"
(https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/, read 2026-11).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from scanner.providers.kubernetes.objects import Objects

_EKS: Final = re.compile(r"arn:[a-z0-9-]+:eks:[a-z0-9-]+:\d{12}:cluster/\S+")
_GKE: Final = re.compile(r"gke_(?P<project>[^_]+)_(?P<location>[^_]+)_(?P<name>\S+)")
_NAMESPACE: Final = "#namespace="


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster. `node` stands for whoever runs pods anywhere in it; EKS clusters are known by their ARN.

    `issuer` is the URL of its service accounts' token issuer, `project` Google's, each empty when not known.
    """

    name: str
    node: str
    cloud: Literal["eks", "gke", "aks", ""] = ""
    issuer: str = ""
    project: str = ""

    def namespace_node(self, namespace: str) -> str:
        """Return the node of whoever runs pods in one namespace."""
        return f"{self.node}{_NAMESPACE}{namespace}"

    def namespace_of(self, node: str) -> str | None:
        """Return the namespace that a node stands for, None for another node."""
        head, found, namespace = node.rpartition(_NAMESPACE)
        return namespace if found and head == self.node else None


def read_cluster(objects: Objects) -> Cluster:
    """Return what is known of the cluster that the objects are of."""
    entry = next(objects.all("kubeconfig", "clusters"), None)
    named = str(entry.at("/name") or "") if entry else ""
    server = str(entry.at("/cluster/server") or "") if entry else ""
    discovered = next(objects.all("discovery", "openid-configuration"), None)
    issuer = str(discovered.at("/issuer") or "") if discovered else ""
    node = f"kubernetes:{objects.cluster}"
    if _EKS.fullmatch(named):
        return Cluster(objects.cluster, named, "eks", issuer)
    google = _GKE.fullmatch(named)
    if google:
        return Cluster(objects.cluster, node, "gke", issuer, google["project"])
    host = server.partition("://")[2].partition("/")[0].partition(":")[0]
    if host.endswith(".azmk8s.io"):
        return Cluster(objects.cluster, node, "aks", issuer)
    return Cluster(objects.cluster, node, "eks" if host.endswith(".eks.amazonaws.com") else "", issuer)
