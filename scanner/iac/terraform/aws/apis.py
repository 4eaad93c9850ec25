"""APIs of API Gateway: REST APIs from their parts, and HTTP and WebSocket APIs.

Source: AWS provider, "API Gateway" and "API Gateway V2"
(https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/api_gateway_integration, read
2026-11). A resource's id here is ``path:`` with its path, so that methods can tell where they are. What an
API's description in OpenAPI says is not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import Piece, apis
from scanner.iac.terraform.aws.kinds import PATH
from scanner.iac.terraform.values import Open

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.made import Made
    from scanner.iac.terraform.bodies import Body

_CALLS: Final = {
    "type": "type",
    "uri": "uri",
    "credentials": "credentials",
    "connection_type": "connectionType",
    "connection_id": "connectionId",
    "integration_target": "integrationTarget",
}
_WEB_CALLS: Final = {
    "integration_type": "IntegrationType",
    "integration_uri": "IntegrationUri",
    "integration_subtype": "IntegrationSubtype",
    "credentials_arn": "CredentialsArn",
    "connection_id": "ConnectionId",
    "connection_type": "ConnectionType",
}


def _rest_api(made: Made) -> None:
    types = [t for body in made.body.blocks("endpoint_configuration") for t in made.texts("types", body)]
    whole: dict[str, Any] = {"name": made.name, "endpointConfiguration": {"types": types or ["EDGE"]}}
    if made.flag("disable_execute_api_endpoint"):
        whole["disableExecuteApiEndpoint"] = True
    apis.rest_api(made.drafts, made.home, made.id, made.piece(whole), made.policy("policy"))
    _described(made)


def _described(made: Made) -> None:
    if made.body.has("body"):
        made.instance.say("what its description in `body` says is not read")


def _rest_policy(made: Made) -> None:
    api, policy = made.text("rest_api_id"), made.policy("policy")
    if api is not None and policy is not None:
        apis.rest_policy(made.drafts, made.home, api, policy)


def _stage(made: Made) -> None:
    """Read a stage, also one that a deployment makes by itself."""
    api, name = made.text("rest_api_id"), made.text("stage_name")
    if api is not None and name is not None:
        apis.rest_stage(made.drafts, made.home, api, made.piece({"stageName": name}))


def _at(made: Made) -> tuple[str, tuple[str, str]] | None:
    """Return the API, and the path and method, that a resource is of."""
    api, resource, method = made.text("rest_api_id"), made.text("resource_id"), made.text("http_method")
    if api is None or resource is None or method is None:
        return None
    if not resource.startswith(PATH):
        made.instance.say(f"the path of `{resource}` cannot be told")
        return None
    return api, (resource.removeprefix(PATH), method)


def _asked(made: Made, attribute: str) -> str:
    """Return what callers are asked for; what cannot be told is left to a function that nobody reads."""
    told = made.text(attribute)
    return told or ("CUSTOM" if isinstance(made.body.get(attribute), Open) else "NONE")


def _method(made: Made) -> None:
    found = _at(made)
    if found is not None:
        whole = {
            "authorizationType": _asked(made, "authorization"),
            "authorizerId": made.text("authorizer_id"),
            "apiKeyRequired": made.flag("api_key_required") is True,
        }
        apis.rest_method(made.drafts, made.home, *found, made.piece(whole))


def _rest_integration(made: Made) -> None:
    found = _at(made)
    if found is not None:
        apis.rest_integration(made.drafts, made.home, *found, made.piece(made.fields(_CALLS)))


def _authorizer(made: Made) -> None:
    api = made.text("rest_api_id")
    if api is not None:
        body = {"type": made.text("type") or "TOKEN", "providerARNs": made.texts("provider_arns")}
        body |= made.fields({"authorizer_uri": "authorizerUri"})
        apis.rest_authorizer(made.drafts, made.home, api, made.id, made.piece(body))


def _vpc_link(made: Made) -> None:
    whole = {"targetArns": made.texts("target_arns")}
    apis.vpc_link(made.drafts, made.home, made.id, made.piece(whole), web=False)


def _web_api(made: Made) -> None:
    whole = {
        **made.fields({"protocol_type": "ProtocolType"}),
        "DisableExecuteApiEndpoint": made.flag("disable_execute_api_endpoint") is True,
    }
    apis.web_api(made.drafts, made.home, made.id, made.piece(whole))
    _described(made)
    if made.body.has("target"):  # quick create: a route for everything, deployed at once
        names = {"target": "IntegrationUri", "credentials_arn": "CredentialsArn"}
        apis.web_integration(made.drafts, made.home, made.id, "quick", made.piece(made.fields(names)))
        route = {
            "RouteKey": made.text("route_key") or "$default",
            "AuthorizationType": "NONE",
            "Target": "integrations/quick",
        }
        apis.web_route(made.drafts, made.home, made.id, "quick", made.piece(route))
        apis.web_stage(made.drafts, made.home, made.id, "$default", made.whole)


def _web_stage(made: Made) -> None:
    api, name = made.text("api_id"), made.text("name")
    if api is not None and name is not None:
        apis.web_stage(made.drafts, made.home, api, name, made.whole)


def _route(made: Made) -> None:
    api, target = made.text("api_id"), made.text("target")
    if api is not None and target is not None:
        whole = {
            "RouteKey": made.text("route_key") or "$default",
            "AuthorizationType": _asked(made, "authorization_type"),
            "AuthorizerId": made.text("authorizer_id"),
            "ApiKeyRequired": made.flag("api_key_required") is True,
            "Target": target,
        }
        apis.web_route(made.drafts, made.home, api, made.id, made.piece(whole))


def _integration(made: Made) -> None:
    api = made.text("api_id")
    if api is not None:
        piece = made.piece(made.fields(_WEB_CALLS))
        apis.web_integration(made.drafts, made.home, api, made.id, piece)


def _web_authorizer(made: Made) -> None:
    api = made.text("api_id")
    if api is None:
        return
    body = made.fields({"authorizer_uri": "AuthorizerUri"})
    for jwt in made.body.blocks("jwt_configuration"):
        told = {"Issuer": made.text("issuer", jwt), "Audience": made.texts("audience", jwt)}
        body["JwtConfiguration"] = told
    apis.web_authorizer(made.drafts, made.home, api, made.id, made.piece(body))


def _web_vpc_link(made: Made) -> None:
    whole = {
        "SubnetIds": made.texts("subnet_ids"),
        "SecurityGroupIds": made.texts("security_group_ids"),
    }
    apis.vpc_link(made.drafts, made.home, made.id, made.piece(whole), web=True)


def _domain(*, web: bool) -> Callable[[Made], None]:
    def read(made: Made) -> None:
        name = made.text("domain_name")
        if name is None:
            return
        stores: list[Body] = made.body.blocks("mutual_tls_authentication")
        key = "MutualTlsAuthentication" if web else "mutualTlsAuthentication"
        field = "TruststoreUri" if web else "truststoreUri"
        whole: dict[str, Any] = {"DomainName" if web else "domainName": name}
        if stores:
            whole[key] = made.fields({"truststore_uri": field}, stores[0])
        apis.domain_name(made.drafts, made.home, name, made.piece(whole), web=web)

    return read


def _mapping(*, web: bool) -> Callable[[Made], None]:
    def read(made: Made) -> None:
        api, domain = made.text("api_id"), made.text("domain_name")
        if api is not None and domain is not None:
            piece = Piece({"ApiId" if web else "restApiId": api}, (made.place,))
            apis.mapping(made.drafts, made.home, domain, made.address, piece, web=web)

    return read


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "aws_api_gateway_authorizer": _authorizer,
    "aws_api_gateway_base_path_mapping": _mapping(web=False),
    "aws_api_gateway_deployment": _stage,
    "aws_api_gateway_domain_name": _domain(web=False),
    "aws_api_gateway_method": _method,
    "aws_api_gateway_rest_api": _rest_api,
    "aws_api_gateway_stage": _stage,
    "aws_api_gateway_vpc_link": _vpc_link,
    "aws_apigatewayv2_api": _web_api,
    "aws_apigatewayv2_api_mapping": _mapping(web=True),
    "aws_apigatewayv2_authorizer": _web_authorizer,
    "aws_apigatewayv2_domain_name": _domain(web=True),
    "aws_apigatewayv2_integration": _integration,
    "aws_apigatewayv2_route": _route,
    "aws_apigatewayv2_stage": _web_stage,
    "aws_apigatewayv2_vpc_link": _web_vpc_link,
}
LAST: Final[dict[str, Callable[[Made], None]]] = {
    "aws_api_gateway_integration": _rest_integration,
    "aws_api_gateway_rest_api_policy": _rest_policy,
}
"""Parts of what `TYPES` make."""
