"""Kubernetes clusters: their token issuers, who may enter, and which roles their pods take.

| document | key | body |
|---|---|---|
| ``ListClusters`` | - | ``clusters``: names |
| ``DescribeCluster`` | cluster name | ``identity.oidc.issuer``, ``accessConfig``, public endpoint |
| ``ListAccessEntries`` | cluster name | ``accessEntries``: principal ARNs |
| ``DescribeAccessEntry`` | cluster name/principal ARN | ``kubernetesGroups``, ``type`` |
| ``ListAssociatedAccessPolicies`` | cluster name/principal ARN | ``associatedAccessPolicies`` |
| ``ListPodIdentityAssociations.associations`` | cluster name/association id | namespace, service account |
| ``DescribePodIdentityAssociation`` | cluster name/association id | ``roleArn`` |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.collect.table import Row, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.collect.table import Body, Found


def clusters(found: Found) -> Iterator[tuple[str, Body]]:
    """Yield every cluster as what to ask with."""
    for name in (found.get("ListClusters") or {}).get("clusters") or ():
        yield name, {"name": name}


def entries(found: Found) -> Iterator[tuple[str, Body]]:
    """Yield every access entry as what to ask with."""
    for cluster, body in found.items("ListAccessEntries"):
        for principal in body.get("accessEntries") or ():
            yield f"{cluster}/{principal}", {"cluster": cluster, "principal": principal}


def associations(found: Found) -> Iterator[tuple[str, Body]]:
    """Yield every pod identity association as what to ask with."""
    for key, body in found.items("ListPodIdentityAssociations.associations"):
        yield key, {"cluster": body.get("clusterName"), "association": body.get("associationId")}


_ENTRY = {"clusterName": "cluster", "principalArn": "principal"}

TABLE: Final = Service(
    name="eks",
    scope="regional",
    rows=(
        Row(operation="ListClusters"),
        Row(operation="DescribeCluster", each=clusters, params={"name": "name"}),
        Row(
            operation="ListAccessEntries",
            each=clusters,
            params={"clusterName": "name"},
            # one that trusts its ConfigMap only has none: EKS User Guide, "Grant IAM users and roles access
            # to Kubernetes APIs" (read 2026-11)
            none=("InvalidRequestException",),
            effect="understated",
        ),
        Row(operation="DescribeAccessEntry", each=entries, params=_ENTRY, effect="understated"),
        Row(operation="ListAssociatedAccessPolicies", each=entries, params=_ENTRY, effect="understated"),
        Row(
            operation="ListPodIdentityAssociations",
            each=clusters,
            params={"clusterName": "name"},
            lists={"associations": "@key/associationId"},
            effect="understated",
        ),
        Row(
            operation="DescribePodIdentityAssociation",
            each=associations,
            params={"clusterName": "cluster", "associationId": "association"},
            effect="understated",
        ),
    ),
)
