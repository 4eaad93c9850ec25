"""Whether an API can be called at all: at its own address, or by a domain name that is mapped to it.

Sources: API Gateway Developer Guide, "Disable the default endpoint for REST APIs"
(https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-disable-default-endpoint.html) and "How
to turn on mutual TLS authentication for your REST APIs in API Gateway" (rest-api-mutual-tls.html), read
2026-11-22: callers of the own address show no certificate. Fixture: ``api-behind-a-domain-name``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scanner.providers.aws.library import at
from scanner.snapshot import Document, DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.snapshot import Snapshot

_NAMES = "GetDomainNames"
_STORES = ("/mutualTlsAuthentication/truststoreUri", "/MutualTlsAuthentication/TruststoreUri")


class _Mapping(NamedTuple):
    """Documents of one of the two APIs of API Gateway: of its domain names, and what they are mapped to."""

    service: str
    names: str
    operation: str
    items: str
    api: str


_MAPPINGS = (
    _Mapping(
        "apigateway",
        f"{_NAMES}.items",
        "GetBasePathMappings",
        "GetBasePathMappings.items",
        "/restApiId",
    ),
    _Mapping("apigatewayv2", f"{_NAMES}.Items", "GetApiMappings", "GetApiMappings.Items", "/ApiId"),
)


class Opening(NamedTuple):
    """How an API is called: `missing` would tell, `certificates` are trust stores of which one is needed."""

    missing: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()


def opening(snapshot: Snapshot, api: Document, disabled: str, stages: Document | Gap) -> Opening | None:
    """Return how an API is called, None when it cannot be.

    Args:
        snapshot: What was read.
        api: The API's document, whose key is its id.
        disabled: Points to whether its own address is off.
        stages: What says of it where it is deployed.
    """
    unread = (str(stages.id),) if isinstance(stages, Gap) else ()
    if not at(api.body, disabled):
        return Opening(unread)
    stores = [_trust_store(name) for name in _mapped(snapshot, api.id)]
    if stores:
        return Opening(unread, tuple(sorted(set(stores))) if all(stores) else ())
    lacking = tuple(_unread(snapshot, api.id))
    return Opening((*unread, *lacking)) if lacking else None


def _mapped(snapshot: Snapshot, api: DocumentId) -> Iterator[Document]:
    """Yield the domain names that lead to an API, each as often as it does."""
    for mapping in _MAPPINGS:
        for document in snapshot.all("aws", mapping.service, mapping.items):
            place = document.id
            if at(document.body, mapping.api) == api.key and (place.scope, place.region) == (
                api.scope,
                api.region,
            ):
                name = place.key.partition("/")[0]
                found = snapshot.get(_place(api, mapping.service, mapping.names, name))
                yield found if isinstance(found, Document) else Document(found.id, {})


def _unread(snapshot: Snapshot, api: DocumentId) -> Iterator[str]:
    """Name the lists of domain names and of their mappings that were not read."""
    for mapping in _MAPPINGS:
        listed = snapshot.get(_place(api, mapping.service, _NAMES, ""))
        if isinstance(listed, Gap):
            yield str(listed.id)
        for name in snapshot.all("aws", mapping.service, mapping.names):
            if (name.id.scope, name.id.region) == (api.scope, api.region):
                found = snapshot.get(_place(api, mapping.service, mapping.operation, name.id.key))
                if isinstance(found, Gap):
                    yield str(found.id)


def _place(api: DocumentId, service: str, field: str, key: str) -> DocumentId:
    return DocumentId("aws", api.scope, api.region, service, field, key)


def _trust_store(name: Document) -> str:
    stores = (at(name.body, pointer) for pointer in _STORES)
    return next((store for store in stores if isinstance(store, str)), "")
