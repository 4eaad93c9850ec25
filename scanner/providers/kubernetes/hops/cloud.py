"""Hops from a service account to the cloud principal that its annotations name.

The annotation has the pod get a token for the cloud; whether the cloud's principal takes it is the cloud's
policy to say, which is not the cluster's to know: such hops are possible. On GKE the service account is
itself a member of Google's policies, and that hop is proven; so it is where the configuration claims the
cluster's issuer as ours, whose subjects the clouds' policies then name. Sources: Amazon EKS User Guide,
"Assign IAM roles to Kubernetes service accounts"
(https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html); Google Kubernetes
Engine, "Authenticate to Google Cloud APIs from GKE workloads"
(https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity); Azure Kubernetes Service,
"Workload identity overview" (https://learn.microsoft.com/azure/aks/workload-identity-overview, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.model import Hop
from scanner.providers.kubernetes.objects import CORE
from scanner.wildcards import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.kubernetes.estate import KubernetesEstate, View
    from scanner.providers.kubernetes.objects import Object

ROLE: Final = "eks.amazonaws.com/role-arn"
GOOGLE: Final = "iam.gke.io/gcp-service-account"
AZURE: Final = "azure.workload.identity/client-id"
_POOL: Final = ".svc.id.goog"


def into(estate: KubernetesEstate, node: str) -> Iterator[Hop]:
    """Yield hops of service accounts into a cloud's principal, or a subject of the cluster's issuer."""
    for view in estate.views:
        for account in view.objects.all(CORE, "ServiceAccount"):
            yield from _by_annotation(estate, view, account, node)
            yield from _by_membership(view, account, node)


def _by_annotation(estate: KubernetesEstate, view: View, account: Object, node: str) -> Iterator[Hop]:
    notes = account.annotations
    named = (
        (ROLE, notes.get(ROLE), "assume-web-identity", "the trust policy of"),
        (GOOGLE, f"serviceAccount:{notes.get(GOOGLE)}", "impersonate", "who may impersonate"),
        (AZURE, estate.azure_principal(notes.get(AZURE, "")), "assume-web-identity", "the credentials of"),
    )
    for key, wanted, type_, unread in named:
        subject = f"system:serviceaccount:{account.namespace}:{account.name}"
        if wanted == node and notes.get(key) and not estate.is_decided(view, subject):
            pointer = f"/metadata/annotations/{key.replace('/', '~1')}"
            yield Hop(
                node,
                account.id,
                type_,
                certainty="possible",
                evidence=(account.evidence(pointer),),
                missing=(f"whether {unread} {node} takes {subject} of {view.cluster.name}",),
            )


def _by_membership(view: View, account: Object, node: str) -> Iterator[Hop]:
    cluster = view.cluster
    member = f"serviceAccount:{cluster.project}{_POOL}[{account.namespace}/{account.name}]"
    if cluster.project and node == member:
        yield Hop(node, account.id, "impersonate", evidence=(account.evidence("/metadata"),))
    issuer, found, glob = node.partition(" sub=")
    if found and cluster.issuer and issuer.rstrip("/") == cluster.issuer.rstrip("/"):
        subject = f"system:serviceaccount:{account.namespace}:{account.name}"
        if matches(glob, subject):
            yield Hop(node, account.id, "assume-web-identity", evidence=(account.evidence("/metadata"),))
