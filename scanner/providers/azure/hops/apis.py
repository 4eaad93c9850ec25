"""Hops into deployments through a gateway of API Management that calls them with a credential of its own.

Whoever the gateway lets in calls the model: anybody, where an API asks for no subscription and its policies
for nothing; else who gets the key of one, or rewrites the API. A policy that asks for something makes a hop
possible at most. Sources: "Subscriptions in Azure API Management"
(https://learn.microsoft.com/azure/api-management/api-management-subscriptions) and "Authenticate and
authorize access to Azure OpenAI APIs using Azure API Management"
(https://learn.microsoft.com/azure/api-management/api-management-authenticate-authorize-azure-openai), read
2026-11-22.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from scanner.model import Hop
from scanner.providers.azure.directory import identities_of
from scanner.providers.azure.documents import at, field_evidence, setting, text, texts
from scanner.providers.azure.hops.cognitive import callers
from scanner.providers.azure.outsiders import ANYONE
from scanner.providers.azure.steps import Lock, Way, certain, hops

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.model import Evidence
    from scanner.providers.azure.access import Holding
    from scanner.providers.azure.estate import AzureEstate
    from scanner.snapshot import Document

_SERVICES: Final = "microsoft.apimanagement/service"
_APIS: Final = f"{_SERVICES}/apis"
_PREFIX: Final = "Microsoft.ApiManagement/service"
_TOKENS: Final = {"validate-jwt", "validate-azure-ad-token"}
_ASKING: Final = _TOKENS | {
    "validate-client-certificate",
    "check-header",
    "ip-filter",
    "choose",
    "return-response",
}
_AS_ITSELF: Final = "authentication-managed-identity"


class _Front(NamedTuple):
    """An API before an account: what proves it, what is not known of it, and what its policies ask for."""

    api: Document
    service: Document
    evidence: tuple[Evidence, ...]
    missing: tuple[str, ...]
    asking: tuple[str, ...]


def into(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a deployment through APIs that lead to its account; none for another node."""
    account = estate.cognitive.account_of(node)
    for api in estate.documents.arm(_APIS) if account is not None else ():
        front = _front(estate, api, account.id.key.lower(), callers(estate, node)) if account else None
        if front is not None:
            yield from _through(estate, node, front)


def _through(estate: AzureEstate, node: str, front: _Front) -> Iterator[Hop]:
    service = front.service.id.key.lower()
    asked = tuple(f"what {word} of {front.api.id} asks for" for word in front.asking)
    missing = tuple(sorted((*front.missing, *asked)))
    place = field_evidence(front.api, "/properties/subscriptionRequired")
    is_inner = text(front.service.body, "/properties/virtualNetworkType").lower() == "internal"
    public = setting(front.service.body, "/properties/publicNetworkAccess", "enabled")
    is_closed = is_inner or public == "disabled"
    if setting(front.api.body, "/properties/subscriptionRequired", "true") == "false":
        if not is_closed:
            evidence = (*front.evidence, place)
            yield Hop(node, ANYONE, "ingress", (), ("invoke",), certain(missing), evidence, missing)
    elif not is_closed:
        listing = estate.may_any(
            [f"{_PREFIX}/subscriptions/{verb}" for verb in ("listSecrets/action", "write")], service
        )
        lock = Lock(missing=missing, evidence=(*front.evidence, place))
        way = Way("take-shared-key", ("invoke",), lock)
        yield from hops(node, way, listing.values(), estate.sides.of)
    actions = [f"{_PREFIX}/{verb}" for verb in ("apis/write", "apis/policies/write", "write")]
    editing = estate.may_any(actions, front.api.id.key.lower())
    lock = Lock(missing=front.missing, evidence=front.evidence)
    yield from hops(node, Way("drop-guard", ("invoke",), lock), editing.values(), estate.sides.of)


def _front(estate: AzureEstate, api: Document, account: str, calling: Mapping[str, Holding]) -> _Front | None:
    """Return an API as the front of an account, None where it leads elsewhere or brings no credential."""
    id_ = api.id.key.lower()
    service = estate.documents.resource(_SERVICES, id_.split("/apis/")[0])
    if service is None or at(api.body, "/properties/isCurrent") is False:
        return None
    own = next(estate.documents.below(f"{_APIS}/policies", id_), None)
    policies = [p for p in (own, *_of_service(estate, service)) if p is not None]
    if account not in {
        estate.cognitive.by_address(url) for url in _addresses(estate, service, api, policies)
    }:
        return None
    elements = {word for policy in policies for word in texts(policy.body, "/properties/elements")}
    tenants = [t for policy in policies for t in texts(policy.body, "/properties/tenants")]
    if tenants and all(estate.tenants.is_ours(tenant) for tenant in tenants):
        return None  # our own people, and guests whom no document tells apart
    unread = tuple(
        f"the text of {p.id}" for p in policies if not isinstance(at(p.body, "/properties/elements"), list)
    )
    missing = unread if own is not None else (*unread, f"policies of {api.id}")
    if _AS_ITSELF in elements:
        nodes = {estate.directory.node(oid, "ServicePrincipal") for oid, _ in identities_of(service)}
        if not any(estate.membership.closure(node) & calling.keys() for node in nodes):
            return None
    elif own is not None and not unread and not elements & {"set-header", "set-backend-service"}:
        return None  # whoever calls brings the account's key
    else:
        missing = (*missing, f"whether {api.id} holds a key of {account}")
    proof = (field_evidence(api, "/properties"), *(field_evidence(p, "/properties") for p in policies))
    return _Front(api, service, proof, missing, tuple(sorted(elements & _ASKING)))


def _of_service(estate: AzureEstate, service: Document) -> Iterator[Document]:
    yield from estate.documents.below(f"{_SERVICES}/policies", service.id.key)


def _addresses(
    estate: AzureEstate, service: Document, api: Document, policies: list[Document]
) -> Iterator[str]:
    """Yield where an API may send requests to."""
    yield text(api.body, "/properties/serviceUrl")
    for policy in policies:
        yield from texts(policy.body, "/properties/addresses")
        for name in texts(policy.body, "/properties/backends"):
            backend = estate.documents.resource(f"{_SERVICES}/backends", f"{service.id.key}/backends/{name}")
            if backend is not None:
                yield text(backend.body, "/properties/url")
