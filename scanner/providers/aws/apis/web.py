"""HTTP and WebSocket APIs of API Gateway. They have no resource policy, and no IAM signature from abroad.

Who connects to a WebSocket API has passed the door of its ``$connect`` route, and all other routes are open.
Sources, below https://docs.aws.amazon.com/apigateway/latest/developerguide/, read 2026-11-22: "Control and
manage access to HTTP APIs in API Gateway" (http-api-access-control.html), "Control and manage access to
WebSocket APIs in API Gateway" (apigateway-websocket-api-control-access.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from scanner.providers.aws.apis.domains import opening
from scanner.providers.aws.apis.rest import function_of_authorizer
from scanner.providers.aws.apis.routes import Door, Route, method_arn, target_of, unset
from scanner.providers.aws.hosts import Place
from scanner.providers.aws.library import at
from scanner.snapshot import Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.hosts import Hosts
    from scanner.snapshot import Document, DocumentId, Snapshot


def routes(snapshot: Snapshot, hosts: Hosts) -> Iterator[Route]:
    """Yield the routes that call something followed, in id order."""
    for route in snapshot.all("aws", "apigatewayv2", "GetRoutes.Items"):
        place, api = route.id, route.id.key.partition("/")[0]
        name = str(at(route.body, "/Target") or "").removeprefix("integrations/")
        described = _of(snapshot, place, "GetApis.Items", api)
        calls = _of(snapshot, place, "GetIntegrations.Items", f"{api}/{name}")
        listed = _of(snapshot, place, "GetStages", api)
        stages = _stages(snapshot, place, api)
        if isinstance(described, Gap) or isinstance(calls, Gap) or not (stages or isinstance(listed, Gap)):
            continue
        uri = str(at(calls.body, "/IntegrationUri") or "")
        linked = at(calls.body, "/ConnectionType") == "VPC_LINK"
        answering = Place() if linked else hosts.of(uri)
        target = target_of(uri, place.region, place.scope) or answering.arn
        way = opening(snapshot, described, "/DisableExecuteApiEndpoint", listed)
        link = _of(snapshot, place, "GetVpcLinks.Items", str(at(calls.body, "/ConnectionId") or ""))
        entered = _entered(snapshot, described, route)
        method, _, path = str(at(entered, "/RouteKey") or "").partition(" ")
        if target and way is not None:
            yield Route(
                target=target,
                account=place.scope,
                resource=method_arn(place, api, "*", method, path),
                called_as=tuple(method_arn(place, api, stage, method, path) for stage in stages),
                doors=_doors(snapshot, place, api, entered),
                document=route,
                pointer="",
                role=str(at(calls.body, "/CredentialsArn") or ""),
                shared_key=bool(at(entered, "/ApiKeyRequired")),
                certificates=way.certificates,
                missing=(*way.missing, *unset(uri)),
                port=answering.port if answering.arn == target else 0,
                link=None if isinstance(link, Gap) else link,
            )


def _of(snapshot: Snapshot, place: DocumentId, field: str, key: str) -> Document | Gap:
    return snapshot.get(msgspec.structs.replace(place, field=field, key=key))


def _entered(snapshot: Snapshot, api: Document, route: Document) -> dict[str, Any]:
    """Return the route at whose door callers stand: of a WebSocket API the one that connects."""
    body: dict[str, Any] = route.body or {}
    if at(api.body, "/ProtocolType") != "WEBSOCKET":
        return body
    beside = snapshot.all("aws", "apigatewayv2", "GetRoutes.Items")
    here = (d for d in beside if d.id.key.startswith(f"{api.id.key}/") and d.id.scope == api.id.scope)
    return next((d.body for d in here if at(d.body, "/RouteKey") == "$connect"), {"RouteKey": "$connect"})


def _stages(snapshot: Snapshot, place: DocumentId, api: str) -> list[str]:
    return [
        document.id.key.partition("/")[2]
        for document in snapshot.all("aws", "apigatewayv2", "GetStages.Items")
        if document.id.key.startswith(f"{api}/")
        and (document.id.scope, document.id.region) == (place.scope, place.region)
    ]


def _doors(snapshot: Snapshot, place: DocumentId, api: str, route: dict[str, Any]) -> tuple[Door, ...]:
    kind = route.get("AuthorizationType") or "NONE"
    if kind in {"AWS_IAM", "NONE"}:
        return (Door("signature" if kind == "AWS_IAM" else "nothing"),)
    name = str(route.get("AuthorizerId") or "")
    found = _of(snapshot, place, "GetAuthorizers.Items", f"{api}/{name}")
    body = {} if isinstance(found, Gap) else found.body or {}
    issuer = at(body, "/JwtConfiguration/Issuer")
    if kind == "JWT" and isinstance(issuer, str) and issuer:
        audiences = tuple(sorted(map(str, at(body, "/JwtConfiguration/Audience") or ())))
        return (Door("token", issuer.rstrip("/"), audiences),)
    return (Door("function", function_of_authorizer(body.get("AuthorizerUri"), name)),)
