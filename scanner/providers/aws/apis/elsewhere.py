"""What APIs call and where nothing that was read answers: each such integration is a gap, and no dead end.

A model may answer there: behind a domain name of ours, at a host or link that a variable of a stage names, at
another API, at an address. Sources, below https://docs.aws.amazon.com/apigateway/latest/developerguide/, read
2026-11-22: "Using API Gateway stage variables" (stage-variables.html), "Set up HTTP integrations in API
Gateway" (setup-http-integrations.html). Services of AWS at their own names ask for a signature, which an HTTP
integration does not make. What is in no stage cannot be called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import msgspec

from scanner.providers.aws.apis.routes import SET_BY_STAGE, target_of, unset
from scanner.providers.aws.library import at
from scanner.providers.aws.network import REGISTRY
from scanner.snapshot import Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.hosts import Hosts
    from scanner.snapshot import DocumentId, Snapshot

_PLAIN: Final = {"HTTP", "HTTP_PROXY"}


def gaps(snapshot: Snapshot, hosts: Hosts) -> Iterator[Gap]:
    """Yield a gap that can only hide findings for each document with integrations that are not followed."""
    for id_, found in _called(snapshot, hosts):
        said = "; ".join(sorted(set(found)))
        if said:
            detail = f"what an API calls is not followed: {said}"
            yield Gap(id_, "not-implemented", detail[:300], "understated")


def _called(snapshot: Snapshot, hosts: Hosts) -> Iterator[tuple[DocumentId, list[str]]]:
    """Yield (document, what is called) for all three kinds of APIs."""
    for resource in snapshot.all("aws", "apigateway", "GetResources.items"):
        place = resource.id
        stages = snapshot.get(_beside(place, "GetStages"))
        if isinstance(stages, Gap) or at(stages.body, "/item"):
            methods = at(resource.body, "/resourceMethods") or {}
            calls = [method.get("methodIntegration") or {} for method in methods.values()]
            yield place, [what for call in calls for what in _by_rest(snapshot, place, call, hosts)]
    for route in snapshot.all("aws", "apigatewayv2", "GetRoutes.Items"):
        if _is_staged(snapshot, route.id):
            yield route.id, list(_by_web(snapshot, route.id, route.body, hosts))
    for source in snapshot.all("aws", "appsync", "ListDataSources.dataSources"):
        url = str(at(source.body, "/httpConfig/endpoint") or "")
        if at(source.body, "/type") == "HTTP":
            yield source.id, list(_unknown(url, hosts))


def _by_rest(snapshot: Snapshot, place: DocumentId, call: dict[str, Any], hosts: Hosts) -> Iterator[str]:
    uri = str(call.get("uri") or "")
    if call.get("connectionType") == "VPC_LINK":
        link, named = str(call.get("connectionId") or ""), str(call.get("integrationTarget") or "")
        service, field = (
            ("apigatewayv2", "GetVpcLinks.Items") if named else ("apigateway", "GetVpcLinks.items")
        )
        wanted = msgspec.structs.replace(place, service=service, field=field, key=link)
        if SET_BY_STAGE.search(link):
            yield from unset(link)
        elif isinstance(snapshot.get(wanted), Gap):
            yield f"the link {link} was not read"
    elif call.get("type") in _PLAIN:
        yield from _unknown(uri, hosts)
    elif call.get("type") in {"AWS", "AWS_PROXY"} and not target_of(uri, place.region, place.scope):
        yield from unset(uri)


def _by_web(snapshot: Snapshot, place: DocumentId, route: object, hosts: Hosts) -> Iterator[str]:
    """Yield what a route calls of which nothing was made."""
    name = str(at(route, "/Target") or "").removeprefix("integrations/")
    api = place.key.partition("/")[0]
    calls = snapshot.get(msgspec.structs.replace(place, field="GetIntegrations.Items", key=f"{api}/{name}"))
    if isinstance(calls, Gap):
        return  # a gap of its own
    uri = str(at(calls.body, "/IntegrationUri") or "")
    if at(calls.body, "/ConnectionType") == "VPC_LINK":
        yield from unset(uri)
        if REGISTRY in uri and uri not in _registries(snapshot):
            yield f"what is registered at {uri}"
    elif at(calls.body, "/IntegrationType") in _PLAIN:
        yield from _unknown(uri, hosts)
    elif at(calls.body, "/IntegrationType") in {"AWS", "AWS_PROXY"}:
        yield from unset(uri)


def _registries(snapshot: Snapshot) -> set[str]:
    """Return the services of Cloud Map in which containers are registered."""
    return {
        str(at(entry, "/registryArn"))
        for document in snapshot.all("aws", "ecs", "DescribeServices")
        for service in at(document.body, "/services") or ()
        for entry in at(service, "/serviceRegistries") or ()
    }


def _unknown(url: str, hosts: Hosts) -> Iterator[str]:
    """Yield how to name the host of a URL when nothing that was read is known to answer there."""
    if SET_BY_STAGE.search(_authority(url)):
        yield from unset(_authority(url))
        return
    answering, host = hosts.of(url), _authority(url).rpartition("@")[2].partition(":")[0].lower()
    if answering.api:
        yield f"another API, {answering.api}"
    elif hosts.is_unknown(host):
        yield f"the host {host}"


def _authority(url: str) -> str:
    try:
        return urlsplit(url).netloc or url.partition("/")[0]
    except ValueError:
        return url


def _beside(place: DocumentId, field: str) -> DocumentId:
    return msgspec.structs.replace(place, field=field, key=place.key.partition("/")[0])


def _is_staged(snapshot: Snapshot, place: DocumentId) -> bool:
    """Tell whether the API of a route is, or may be, in some stage."""
    api = place.key.partition("/")[0]
    return isinstance(snapshot.get(_beside(place, "GetStages")), Gap) or any(
        stage.id.key.startswith(f"{api}/")
        and stage.id.scope == place.scope
        and stage.id.region == place.region
        for stage in snapshot.all("aws", "apigatewayv2", "GetStages.Items")
    )
