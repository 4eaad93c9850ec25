"""REST APIs of API Gateway.

Sources, below https://docs.aws.amazon.com/apigateway/latest/developerguide/, read 2026-11-22: "Controlling
and managing access to REST APIs" (apigateway-control-access-to-api.html), "Private REST APIs"
(apigateway-private-apis.html). What is in no stage cannot be called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from scanner.providers.aws.apis.domains import opening
from scanner.providers.aws.apis.routes import (
    Door,
    Route,
    method_arn,
    pool_issuer,
    target_of,
    texts,
    unset,
)
from scanner.providers.aws.library import at
from scanner.snapshot import Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.hosts import Hosts
    from scanner.providers.aws.library import Library
    from scanner.snapshot import Document, DocumentId, Snapshot


def routes(snapshot: Snapshot, library: Library, hosts: Hosts) -> Iterator[Route]:
    """Yield the methods that call something followed, in id order."""
    for resource in snapshot.all("aws", "apigateway", "GetResources.items"):
        place, api = resource.id, resource.id.key.partition("/")[0]
        described = snapshot.get(msgspec.structs.replace(place, field="GetRestApis.items", key=api))
        stages = snapshot.get(msgspec.structs.replace(place, field="GetStages", key=api))
        deployed = () if isinstance(stages, Gap) else at(stages.body, "/item") or ()
        if isinstance(described, Gap) or (not deployed and not isinstance(stages, Gap)):
            continue
        way = opening(snapshot, described, "/disableExecuteApiEndpoint", stages)
        if way is None:
            continue
        path = str(at(resource.body, "/path") or "/")
        for name, method in sorted((at(resource.body, "/resourceMethods") or {}).items()):
            calls = method.get("methodIntegration") or {}
            for target, link, port in _targets(snapshot, place, calls, hosts):
                yield Route(
                    target=target,
                    account=place.scope,
                    resource=method_arn(place, api, "*", name, path),
                    called_as=tuple(
                        method_arn(place, api, str(stage.get("stageName")), name, path) for stage in deployed
                    ),
                    doors=_doors(snapshot, place, api, method),
                    document=resource,
                    pointer=f"/resourceMethods/{name}",
                    role=str(calls.get("credentials") or ""),
                    policy=library.get(described.id, "/policy"),
                    takes_policy=True,
                    private="PRIVATE" in (at(described.body, "/endpointConfiguration/types") or ()),
                    shared_key=bool(method.get("apiKeyRequired")),
                    firewalls=texts(stage.get("webAclArn") for stage in deployed),
                    certificates=way.certificates,
                    missing=(*way.missing, *unset(str(calls.get("uri") or ""))),
                    link=link,
                    port=port,
                )


def _targets(
    snapshot: Snapshot, place: DocumentId, calls: dict[str, Any], hosts: Hosts
) -> Iterator[tuple[str, Document | None, int]]:
    """Yield what a method calls, with the link into a network, or the port of what is on the internet.

    A link of the second kind leads to the load balancer or listener that the method names, one of the first
    to its own: API Gateway API Reference, "Integration", ``integrationTarget`` (read 2026-11-22).
    """
    if calls.get("connectionType") == "VPC_LINK":
        key, named = str(calls.get("connectionId") or ""), str(calls.get("integrationTarget") or "")
        wanted = msgspec.structs.replace(place, field="GetVpcLinks.items", key=key)
        if named:
            wanted = msgspec.structs.replace(wanted, service="apigatewayv2", field="GetVpcLinks.Items")
        link = snapshot.get(wanted)
        if not isinstance(link, Gap):
            yield from ((str(t), link, 0) for t in ([named] if named else at(link.body, "/targetArns") or ()))
        return
    uri = str(calls.get("uri") or "")
    target = target_of(uri, place.region, place.scope)
    if target and calls.get("type") in {"AWS", "AWS_PROXY"}:
        yield target, None, 0
    if calls.get("type") in {"HTTP", "HTTP_PROXY"}:
        answering = hosts.of(uri)
        if answering.arn:
            yield answering.arn, None, answering.port


def _doors(snapshot: Snapshot, place: DocumentId, api: str, method: dict[str, Any]) -> tuple[Door, ...]:
    kind = method.get("authorizationType") or "NONE"
    if kind in {"AWS_IAM", "NONE"}:
        return (Door("signature" if kind == "AWS_IAM" else "nothing"),)
    name = str(method.get("authorizerId") or "")
    wanted = msgspec.structs.replace(place, field="GetAuthorizers.items", key=f"{api}/{name}")
    found = snapshot.get(wanted)
    body = {} if isinstance(found, Gap) else found.body or {}
    pools = body.get("providerARNs") or () if kind == "COGNITO_USER_POOLS" else ()
    doors = tuple(Door("token", pool_issuer(str(arn))) for arn in pools)
    return doors or (Door("function", function_of_authorizer(body.get("authorizerUri"), name)),)


def function_of_authorizer(uri: object, name: str) -> str:
    """Return how to name an authorizer that decides by code of its own."""
    return str(uri).partition("/functions/")[2].removesuffix("/invocations") or f"authorizer {name}"
