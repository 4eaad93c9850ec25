"""HTTP and WebSocket APIs of API Gateway. They have no resource policy, and no IAM signature from abroad.

Source: API Gateway Developer Guide, "Control and manage access to HTTP APIs in API Gateway"
(https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from scanner.providers.aws.apis.domains import opening
from scanner.providers.aws.apis.rest import function_of_authorizer
from scanner.providers.aws.apis.routes import Door, Route, method_arn, target_of
from scanner.providers.aws.library import at
from scanner.snapshot import Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.snapshot import Document, DocumentId, Snapshot


def routes(snapshot: Snapshot) -> Iterator[Route]:
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
        target = target_of(str(at(calls.body, "/IntegrationUri") or ""), place.region, place.scope)
        way = opening(snapshot, described, "/DisableExecuteApiEndpoint", listed)
        link = _of(snapshot, place, "GetVpcLinks.Items", str(at(calls.body, "/ConnectionId") or ""))
        method, _, path = str(at(route.body, "/RouteKey") or "").partition(" ")
        if target and way is not None:
            yield Route(
                target=target,
                account=place.scope,
                resource=method_arn(place, api, "*", method, path),
                called_as=tuple(method_arn(place, api, stage, method, path) for stage in stages),
                doors=_doors(snapshot, place, api, route.body or {}),
                document=route,
                pointer="",
                role=str(at(calls.body, "/CredentialsArn") or ""),
                shared_key=bool(at(route.body, "/ApiKeyRequired")),
                certificates=way.certificates,
                missing=way.missing,
                link=None if isinstance(link, Gap) else link,
            )


def _of(snapshot: Snapshot, place: DocumentId, field: str, key: str) -> Document | Gap:
    return snapshot.get(msgspec.structs.replace(place, field=field, key=key))


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
