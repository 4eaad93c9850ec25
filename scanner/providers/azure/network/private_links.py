"""Private Link services of our own: who outside connects an endpoint of theirs to what serves models.

A service shows itself to the subscriptions in its visibility, and connects those in its auto-approval without
asking; ``*`` is whoever knows its alias. Others wait for somebody of ours to approve. Source: "What is Azure
Private Link service?", Control service exposure and Control service access
(https://learn.microsoft.com/azure/private-link/private-link-service-overview, read 2026-11-22).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from scanner.providers.azure.directory import UNKNOWN_TENANT
from scanner.providers.azure.documents import field_evidence, items, text, texts
from scanner.providers.azure.outsiders import ANY_TENANT
from scanner.providers.azure.scopes import name_of, subscription_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Evidence
    from scanner.providers.azure.documents import Documents
    from scanner.providers.azure.tenants import Tenants
    from scanner.snapshot import Document

_SERVICES: Final = "microsoft.network/privatelinkservices"
_FRONTS: Final = "/properties/loadBalancerFrontendIpConfigurations"
_CONNECTIONS: Final = "/properties/privateEndpointConnections"
_STATUS: Final = "/properties/privateLinkServiceConnectionState/status"
_APPROVED: Final = "/properties/autoApproval/subscriptions"


class Consumer(NamedTuple):
    """Somebody outside who is, or may be, connected; `endpoint` is the id of theirs, where there is one."""

    source: str
    endpoint: str
    evidence: tuple[Evidence, ...]


class PrivateLinks:
    """Private Link services by the frontend of a load balancer that they lead to, ids in lower case."""

    def __init__(self, documents: Documents, tenants: Tenants) -> None:
        self._tenants = tenants
        self._by_front: dict[str, list[Document]] = defaultdict(list)
        for document in documents.arm(_SERVICES):
            for front in items(document.body, _FRONTS):
                self._by_front[text(front, "/id").lower()].append(document)

    def consumers(self, front: str) -> Iterator[Consumer]:
        """Yield who outside reaches a frontend."""
        for document in self._by_front.get(front, ()):
            yield from self._connected(document)
            yield from self._approved(document)

    def _connected(self, document: Document) -> Iterator[Consumer]:
        for n, connection in enumerate(items(document.body, _CONNECTIONS)):
            endpoint = text(connection, "/properties/privateEndpoint/id").lower()
            owner = subscription_of(endpoint)
            if text(connection, _STATUS).lower() == "approved" and not self._tenants.has_subscription(owner):
                proof = (field_evidence(document, f"{_CONNECTIONS}/{n}"),)
                yield Consumer(f"{UNKNOWN_TENANT}subscription-{owner}", endpoint, proof)

    def _approved(self, document: Document) -> Iterator[Consumer]:
        """Yield who need not ask: those approved beforehand who see the service."""
        visible = {_own(id_) for id_ in texts(document.body, "/properties/visibility/subscriptions")}
        for n, id_ in enumerate(texts(document.body, _APPROVED)):
            subscription = _own(id_)
            if not visible & {subscription, "*"}:
                continue
            proof = (field_evidence(document, f"{_APPROVED}/{n}"),)
            if subscription == "*":
                yield Consumer(ANY_TENANT, "", proof)
            elif not self._tenants.has_subscription(subscription):
                yield Consumer(f"{UNKNOWN_TENANT}subscription-{subscription}", "", proof)


def _own(id_: str) -> str:
    """Return a subscription's id of its path, or of itself."""
    return name_of(id_).lower()
