"""APIs of API Gateway in templates: REST APIs by resources or a description, HTTP and WebSocket APIs.

Source: AWS CloudFormation Template Reference, "Amazon API Gateway", "Amazon API Gateway V2"
(https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGateway.html, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import apis
from scanner.iac.cloudformation import openapi
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.cloudformation.made import Made
    from scanner.iac.written import Node

_RESOURCE: Final = "AWS::ApiGateway::Resource"
_DEEPEST: Final = 30
_OF_WEB: Final = ("ProtocolType", "DisableExecuteApiEndpoint")


def _rest_api(made: Made) -> None:
    body = made.get("Body")
    policy = made.document("Policy")
    if body is not None and policy is None:
        policy = made.document("Body", openapi.POLICY)
    types = [kind for kind, _ in made.texts("EndpointConfiguration", "Types")]
    whole: dict[str, Any] = {"name": made.text("Name") or made.resource.name}
    whole["endpointConfiguration"] = {"types": types or ["EDGE"]}
    if made.text("DisableExecuteApiEndpoint") == "true":
        whole["disableExecuteApiEndpoint"] = True
    apis.rest_api(made.drafts, made.home, made.id, made.with_lines(whole), policy)
    described(made, made.id, body, web=False)
    if made.get("BodyS3Location") is not None:
        made.gap("what its description says lies in a bucket", "understated", "not-collected")


def described(made: Made, api: str, body: Node | None, *, web: bool) -> None:
    """Read the methods and authorizers of an API's description."""
    if body is None:
        return
    if Unresolved.read(body.plain()) is not None or body.get("paths") is None:
        made.gap("what its description says cannot be told", "understated")
        return
    for authorizer in openapi.authorizers(body):
        _described_authorizer(made, api, authorizer, web=web)
    for operation in openapi.operations(body):
        calls = openapi.integration(operation.calls)
        if Unresolved.read(calls.get("uri")) is not None:
            made.gap(f"what {operation.method} {operation.path} calls cannot be told")
            continue
        lines = made.with_lines({}, operation.node)
        if web:
            key = "$default" if operation.path == "/$default" else f"{operation.method} {operation.path}"
            fields: dict[str, Any] = {
                "AuthorizationType": operation.authorization,
                "AuthorizerId": operation.authorizer,
            }
            web_call(made, api, key, calls, lines._replace(body=fields))
        else:
            fields = {
                "authorizationType": operation.authorization,
                "authorizerId": operation.authorizer,
                "apiKeyRequired": operation.shows_key,
                "methodIntegration": calls,
            }
            piece = lines._replace(body=fields)
            apis.rest_method(made.drafts, made.home, api, (operation.path, operation.method), piece)


def _described_authorizer(made: Made, api: str, found: openapi.Authorizer, *, web: bool) -> None:
    fields = found.fields.plain()
    if not web:
        kind = {"type": found.kind}
        piece = made.with_lines({**fields, **kind}, found.node)
        apis.rest_authorizer(made.drafts, made.home, api, found.name, piece)
        return
    jwt = fields.get("jwtConfiguration") if isinstance(fields.get("jwtConfiguration"), dict) else {}
    body = {
        "JwtConfiguration": {"Issuer": jwt.get("issuer"), "Audience": jwt.get("audience")},
        "AuthorizerUri": fields.get("authorizerUri"),
    }
    apis.web_authorizer(made.drafts, made.home, api, found.name, made.with_lines(body, found.node))


def web_call(made: Made, api: str, key: str, calls: dict[str, Any], route: Any) -> None:  # noqa: ANN401 - a `Piece`
    """Declare a route of an HTTP API together with what it calls."""
    name = f"{made.resource.name}-{key}".replace("/", "-").replace(" ", "-")
    fields = {"IntegrationUri": calls.get("uri"), "IntegrationType": calls.get("type")}
    if calls.get("credentials"):
        fields["CredentialsArn"] = calls["credentials"]
    if calls.get("connectionId"):
        fields["ConnectionId"] = calls["connectionId"]
    apis.web_integration(made.drafts, made.home, api, name, route._replace(body=fields))
    whole = route.with_fields(RouteKey=key, Target=f"integrations/{name}")
    apis.web_route(made.drafts, made.home, api, name, whole)


def _method(made: Made) -> None:
    api, resource, method = made.text("RestApiId"), made.text("ResourceId"), made.text("HttpMethod")
    if api is None or resource is None or method is None:
        return
    calls = {name[0].lower() + name[1:]: value for name, value in _told(made, "Integration").items()}
    whole = {
        "authorizationType": made.text("AuthorizationType") or "NONE",
        "authorizerId": made.text("AuthorizerId"),
        "apiKeyRequired": made.text("ApiKeyRequired") == "true",
        "methodIntegration": calls,
    }
    path = _path(made, resource, 0)
    apis.rest_method(made.drafts, made.home, api, (path, method), made.with_lines(whole))


def _told(made: Made, *above: str) -> dict[str, str]:
    """Return what an integration says as texts; what cannot be told is a gap."""
    names = ("Type", "Uri", "Credentials", "ConnectionType", "ConnectionId")
    return {name: value for name in names if (value := made.text(*above, name)) is not None}


def _path(made: Made, id_: str, depth: int) -> str:
    """Return the path of a resource of a REST API; the root's is ``/``."""
    for resource in made.within.template.resources.values():
        if resource.type == _RESOURCE and depth < _DEEPEST:
            names = made.within.names.of(resource)
            if names.get("Ref") == id_:
                parts = [resource.properties.get(key) for key in ("ParentId", "PathPart")]
                parent, part = (made.within.resolver.text(n) if n is not None else "" for n in parts)
                above = _path(made, parent, depth + 1) if isinstance(parent, str) else "/"
                return f"{above.rstrip('/')}/{part if isinstance(part, str) else '{open}'}"
    return "/"


def _stage(made: Made) -> None:
    api, name = made.text("RestApiId"), made.text("StageName")
    if api is not None and name is not None:
        apis.rest_stage(made.drafts, made.home, api, made.with_lines({"stageName": name}))


def _authorizer(made: Made) -> None:
    api = made.text("RestApiId")
    if api is not None:
        arns = [arn for arn, _ in made.texts("ProviderARNs")]
        uri = made.text("AuthorizerUri")
        body = {"type": made.text("Type"), "providerARNs": arns, **({"authorizerUri": uri} if uri else {})}
        apis.rest_authorizer(made.drafts, made.home, api, made.id, made.with_lines(body))


def _web_api(made: Made) -> None:
    whole = {name: made.get(name).plain() for name in _OF_WEB if made.get(name) is not None}  # type: ignore[union-attr]
    whole["DisableExecuteApiEndpoint"] = made.text("DisableExecuteApiEndpoint") == "true"
    apis.web_api(made.drafts, made.home, made.id, made.with_lines(whole))
    described(made, made.id, made.get("Body"), web=True)
    if made.get("BodyS3Location") is not None:
        made.gap("what its description says lies in a bucket", "understated", "not-collected")
    target = made.text("Target")
    if target is not None:  # quick create: a route for everything, deployed at once
        calls = {"uri": target, "credentials": made.text("CredentialsArn")}
        key = made.text("RouteKey") or "$default"
        web_call(made, made.id, key, calls, made.with_lines({"AuthorizationType": "NONE"}))
        apis.web_stage(made.drafts, made.home, made.id, "$default", made.with_lines({}))


def _web_stage(made: Made) -> None:
    api, name = made.text("ApiId"), made.text("StageName")
    if api is not None and name is not None:
        apis.web_stage(made.drafts, made.home, api, name, made.with_lines({}))


def _route(made: Made) -> None:
    api, target = made.text("ApiId"), made.text("Target")
    if api is None or target is None:
        return
    whole = {
        "RouteKey": made.text("RouteKey") or "$default",
        "AuthorizationType": made.text("AuthorizationType") or "NONE",
        "AuthorizerId": made.text("AuthorizerId"),
        "ApiKeyRequired": made.text("ApiKeyRequired") == "true",
        "Target": target,
    }
    apis.web_route(made.drafts, made.home, api, made.id, made.with_lines(whole))


def _integration(made: Made) -> None:
    api = made.text("ApiId")
    if api is not None:
        names = ("IntegrationUri", "IntegrationType", "CredentialsArn", "ConnectionId", "ConnectionType")
        whole = {name: value for name in names if (value := made.text(name)) is not None}
        apis.web_integration(made.drafts, made.home, api, made.id, made.with_lines(whole))


def _web_authorizer(made: Made) -> None:
    api = made.text("ApiId")
    if api is not None:
        issuer, uri = made.text("JwtConfiguration", "Issuer"), made.text("AuthorizerUri")
        audience = [name for name, _ in made.texts("JwtConfiguration", "Audience")]
        body: dict[str, Any] = (
            {"JwtConfiguration": {"Issuer": issuer, "Audience": audience}} if issuer else {}
        )
        body |= {"AuthorizerUri": uri} if uri else {}
        apis.web_authorizer(made.drafts, made.home, api, made.id, made.with_lines(body))


def _vpc_link(made: Made) -> None:
    whole = {"targetArns": [arn for arn, _ in made.texts("TargetArns")]}
    apis.vpc_link(made.drafts, made.home, made.id, made.with_lines(whole), web=False)


def _web_vpc_link(made: Made) -> None:
    whole = {name: [item for item, _ in made.texts(name)] for name in ("SubnetIds", "SecurityGroupIds")}
    apis.vpc_link(made.drafts, made.home, made.id, made.with_lines(whole), web=True)


def _domain(*, web: bool) -> Callable[[Made], None]:
    def read(made: Made) -> None:
        name, store = made.text("DomainName"), made.text("MutualTlsAuthentication", "TruststoreUri")
        if name is not None:
            asks = {"TruststoreUri": store} if web else {"truststoreUri": store}
            key = "MutualTlsAuthentication" if web else "mutualTlsAuthentication"
            body = {"DomainName" if web else "domainName": name, **({key: asks} if store else {})}
            apis.domain_name(made.drafts, made.home, name, made.with_lines(body), web=web)

    return read


def _mapping(*, web: bool) -> Callable[[Made], None]:
    def read(made: Made) -> None:
        api, domain = made.text("ApiId" if web else "RestApiId"), made.text("DomainName")
        if api is not None and domain is not None:
            body = {"ApiId" if web else "restApiId": api}
            piece = made.with_lines(body)
            apis.mapping(made.drafts, made.home, domain, made.resource.name, piece, web=web)

    return read


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "AWS::ApiGateway::Authorizer": _authorizer,
    "AWS::ApiGateway::BasePathMapping": _mapping(web=False),
    "AWS::ApiGateway::Deployment": _stage,  # one that names a stage makes it
    "AWS::ApiGateway::DomainName": _domain(web=False),
    "AWS::ApiGateway::RestApi": _rest_api,
    "AWS::ApiGateway::Stage": _stage,
    "AWS::ApiGateway::VpcLink": _vpc_link,
    "AWS::ApiGatewayV2::Api": _web_api,
    "AWS::ApiGatewayV2::ApiMapping": _mapping(web=True),
    "AWS::ApiGatewayV2::Authorizer": _web_authorizer,
    "AWS::ApiGatewayV2::DomainName": _domain(web=True),
    "AWS::ApiGatewayV2::Integration": _integration,
    "AWS::ApiGatewayV2::Route": _route,
    "AWS::ApiGatewayV2::Stage": _web_stage,
    "AWS::ApiGatewayV2::VpcLink": _web_vpc_link,
}

LAST: Final[dict[str, Callable[[Made], None]]] = {
    "AWS::ApiGateway::Method": _method,
}
"""Methods are parts of what `TYPES` make."""
