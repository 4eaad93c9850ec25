"""Which tenants and subscriptions are ours: what the configuration claims, else what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.azure.documents import text

if TYPE_CHECKING:
    from scanner.config import Config
    from scanner.providers.azure.documents import Documents
    from scanner.providers.azure.scopes import Scopes

MICROSOFT: Final = frozenset({"f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"})
"""Tenants that own Microsoft's first-party applications: Microsoft Entra, "Verify first-party Microsoft
applications in sign-in reports"
(https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in)."""


class Tenants:
    """Our tenants and subscriptions, by GUID in lower case."""

    def __init__(self, documents: Documents, scopes: Scopes, config: Config) -> None:
        claimed = frozenset(tenant.lower() for tenant in config.ours.azure.tenants)
        graph = {d.id.scope.lower() for d in documents.snapshot if _is_of_graph(d.id.provider, d.id.service)}
        self.read = frozenset(graph | set(scopes.tenants.values()))
        self.ours = claimed or self.read
        read = {id_.rpartition("/")[2] for id_ in scopes.tenants}
        read |= {
            text(d.body, "/subscriptionId").lower()
            for d in documents.arm("microsoft.resources/subscriptions")
        }
        homes = {d.id.scope.lower() for d in documents.snapshot if d.id.provider == "azure"}
        read |= homes - self.read - {""}
        self.subscriptions = frozenset({*map(str.lower, config.ours.azure.subscriptions), *read} - {""})

    def is_ours(self, tenant: str) -> bool:
        """Tell whether a tenant is ours; one that nobody names counts as ours."""
        return not tenant or tenant.lower() in self.ours

    def is_microsofts(self, tenant: str) -> bool:
        """Tell whether a tenant is one that owns Microsoft's own applications."""
        return tenant.lower() in MICROSOFT

    def has_subscription(self, subscription: str) -> bool:
        """Tell whether a subscription is ours."""
        return subscription.lower() in self.subscriptions


def _is_of_graph(provider: str, service: str) -> bool:
    return provider == "azure" and service == "graph"
