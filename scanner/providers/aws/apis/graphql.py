"""GraphQL APIs of AppSync, and the functions and models that answer for them. Resolvers are not read.

Sources, below https://docs.aws.amazon.com/appsync/latest/devguide/, read 2026-11-22: "Configuring
authorization and authentication to secure your GraphQL APIs" (security-authz.html): a key is shared by all
who call, and is no login; "AWS AppSync JavaScript resolver function reference for Amazon Bedrock runtime"
(resolver-reference-bedrock-js.html); "Configuring resolvers" for HTTP: a data source may sign for a service.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from scanner.providers.aws.apis.rest import function_of_authorizer
from scanner.providers.aws.apis.routes import Door, Route, endpoints, function_of, models, texts
from scanner.providers.aws.library import at
from scanner.snapshot import Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.hosts import Hosts
    from scanner.snapshot import Document, Snapshot

_RUNTIME: Final = re.compile(
    r"https://(?:(?P<sagemaker>runtime\.sagemaker)|bedrock-runtime)\.(?P<region>[a-z0-9-]+)\.amazonaws\.com"
)


def routes(snapshot: Snapshot, hosts: Hosts) -> Iterator[Route]:
    """Yield the ways to functions, one for each way to log in, in id order."""
    for source in snapshot.all("aws", "appsync", "ListDataSources.dataSources"):
        api, place = source.id.key.partition("/")[0], source.id
        described = snapshot.get(msgspec.structs.replace(place, field="ListGraphqlApis.graphqlApis", key=api))
        target, port = called(source, hosts)
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
                port=port,
            )


def called(source: Document, hosts: Hosts) -> tuple[str, int]:
    """Return what a data source calls, and the port of what is on the internet; empty when not followed."""
    place, kind = source.id, at(source.body, "/type")
    if kind == "AMAZON_BEDROCK_RUNTIME":
        return models(place.region, place.scope), 0
    if kind == "HTTP":
        url = str(at(source.body, "/httpConfig/endpoint") or "")
        runtime = _RUNTIME.match(url)
        if runtime:
            meant = endpoints if runtime["sagemaker"] else models
            return meant(runtime["region"], place.scope), 0
        answering = hosts.of(url)
        return answering.arn, answering.port
    return function_of(str(at(source.body, "/lambdaConfig/lambdaFunctionArn") or "")), 0


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
