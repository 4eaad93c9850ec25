"""Kubernetes clusters: who issues their pods' tokens, and which identity their nodes have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.azure.documents import at, field_evidence, setting, text, texts
from scanner.providers.azure.network.gate import OPEN, Gate

if TYPE_CHECKING:
    from scanner.providers.azure.directory import Directory
    from scanner.providers.azure.documents import Documents
    from scanner.snapshot import Document, Unresolved

TYPE: Final = "microsoft.containerservice/managedclusters"


class Clusters:
    """Clusters by id in lower case."""

    def __init__(self, documents: Documents, directory: Directory) -> None:
        self._by_id = {document.id.key.lower(): document for document in documents.arm(TYPE)}
        self._by_issuer: dict[str, Document] = {}
        self._kubelets: dict[str, list[Document]] = {}
        for document in self._by_id.values():
            issuer = text(document.body, "/properties/oidcIssuerProfile/issuerURL").rstrip("/")
            if issuer:
                self._by_issuer[issuer] = document
            oid = text(document.body, "/properties/identityProfile/kubeletidentity/objectId")
            if oid:
                node = directory.node(oid, "ServicePrincipal")
                self._kubelets.setdefault(node, []).append(document)

    def at(self, node: str) -> Document | None:
        """Return the cluster with an id."""
        return self._by_id.get(node)

    def issuing(self, issuer: str) -> Document | None:
        """Return the cluster of ours whose pods' tokens carry an issuer."""
        return self._by_issuer.get(issuer.rstrip("/"))

    def with_kubelet(self, node: str) -> tuple[Document, ...]:
        """Return the clusters whose nodes run as an identity."""
        return tuple(self._kubelets.get(node, ()))


def local_accounts(document: Document) -> str | Unresolved:
    """Return ``true`` when certificates of the cluster's own accounts are off."""
    return setting(document.body, "/properties/disableLocalAccounts", "false")


def api_gate(document: Document) -> Gate:
    """Return who reaches a cluster's own API: everybody, some ranges, or its network alone.

    Source: "Secure access to the API server using authorized IP address ranges in AKS"
    (https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges, read 2026-11-22).
    """
    place = "/properties/apiServerAccessProfile"
    proof = (field_evidence(document, place),)
    network = (f"network of {document.id.key.lower()}",)
    words = "the cluster's API is not open to the internet"
    if at(document.body, f"{place}/enablePrivateCluster") is True:
        return Gate(is_open=False, subnets=network, words=words, evidence=proof)
    ranges = texts(document.body, f"{place}/authorizedIPRanges")
    if not ranges:
        return OPEN
    return Gate(is_open=False, ranges=ranges, subnets=network, words=words, evidence=proof)


def azure_rbac(document: Document) -> str | Unresolved:
    """Return ``true`` when Azure's roles decide inside the cluster."""
    return setting(document.body, "/properties/aadProfile/enableAzureRBAC", "false")
