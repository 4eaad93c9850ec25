"""GraphQL APIs of AppSync, as far as functions answer for them. Which resolver calls which is not read.

Source: AppSync Developer Guide, "Configuring authorization and authentication to secure your GraphQL APIs"
(https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html, read 2026-11-22): a key is shared
by all who call, and is no login.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from scanner.providers.aws.apis.rest import function_of_authorizer
from scanner.providers.aws.apis.routes import Door, Route, function_of, texts
from scanner.providers.aws.library import at
from scanner.snapshot import Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.snapshot import Snapshot


def routes(snapshot: Snapshot) -> Iterator[Route]:
    """Yield the ways to functions, one for each way to log in, in id order."""
    for source in snapshot.all("aws", "appsync", "ListDataSources.dataSources"):
        api, place = source.id.key.partition("/")[0], source.id
        described = snapshot.get(msgspec.structs.replace(place, field="ListGraphqlApis.graphqlApis", key=api))
        target = function_of(str(at(source.body, "/lambdaConfig/lambdaFunctionArn") or ""))
        if isinstance(described, Gap) or not target:
            continue
        body = described.body or {}
        more = body.get("additionalAuthenticationProviders") or ()
        arn = f"arn:aws:appsync:{place.region}:{place.scope}:apis/{api}"
        for index, way in enumerate([body, *more]):
            yield Route(
                target=target,
                account=place.scope,
                resource=f"{arn}/*",
                called_as=(arn,),
                doors=(_door(way),),
                document=described,
                pointer=f"/additionalAuthenticationProviders/{index - 1}" if index else "/authenticationType",
                role=str(at(source.body, "/serviceRoleArn") or ""),
                private=body.get("visibility") == "PRIVATE",
                shared_key=way.get("authenticationType") == "API_KEY",
                firewalls=texts([body.get("wafWebAclArn")]),
                missing=(f"which resolver of {arn} calls {source.id.key.partition('/')[2]}",),
                service="appsync.amazonaws.com",
            )


def _door(way: dict[str, Any]) -> Door:
    kind = str(way.get("authenticationType") or "")
    if kind == "API_KEY":
        return Door("nothing")
    if kind == "AWS_IAM":
        return Door("signature")
    if kind == "OPENID_CONNECT":
        return Door("token", str(at(way, "/openIDConnectConfig/issuer") or "").rstrip("/"))
    if kind == "AMAZON_COGNITO_USER_POOLS":
        pool = way.get("userPoolConfig") or {}
        host = f"cognito-idp.{pool.get('awsRegion', '')}.amazonaws.com"
        return Door("token", f"https://{host}/{pool.get('userPoolId', '')}")
    return Door("function", function_of_authorizer(at(way, "/lambdaAuthorizerConfig/authorizerUri"), kind))
