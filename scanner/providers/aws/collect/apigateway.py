"""APIs of API Gateway: who may call which method, and what it sends requests on to.

| document | key | body |
|---|---|---|
| ``apigateway GetRestApis.items`` | API id | ``policy`` as JSON, ``endpointConfiguration`` |
| ``apigateway GetStages`` | API id | ``item``: what is deployed, ``webAclArn`` |
| ``apigateway GetResources.items`` | API/RESOURCE | ``resourceMethods``: who may call, what is called |
| ``apigateway GetAuthorizers.items`` | API/AUTHORIZER | ``type``, ``providerARNs`` |
| ``apigateway GetVpcLinks.items`` | link id | ``targetArns`` |
| ``apigateway GetDomainNames.items`` | domain name | ``mutualTlsAuthentication`` |
| ``apigateway GetBasePathMappings.items`` | DOMAIN/PATH | ``restApiId`` |
| ``apigatewayv2 GetApis.Items`` | API id | ``ProtocolType``, ``DisableExecuteApiEndpoint`` |
| ``apigatewayv2 GetStages.Items`` | API/STAGE | what is deployed |
| ``apigatewayv2 GetRoutes.Items`` | API/ROUTE | ``AuthorizationType``, ``AuthorizerId``, ``Target`` |
| ``apigatewayv2 GetIntegrations.Items`` | API/INTEGRATION | ``IntegrationUri``, ``CredentialsArn`` |
| ``apigatewayv2 GetAuthorizers.Items`` | API/AUTHORIZER | ``AuthorizerType``, ``JwtConfiguration`` |
| ``apigatewayv2 GetVpcLinks.Items`` | link id | ``SubnetIds``, ``SecurityGroupIds`` |
| ``apigatewayv2 GetDomainNames.Items`` | domain name | ``MutualTlsAuthentication`` |
| ``apigatewayv2 GetApiMappings.Items`` | DOMAIN/MAPPING | ``ApiId`` |

Mappings of requests and answers are left out, and so are variables of stages: both may hold secrets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.providers.aws.collect.table import Row, Service

if TYPE_CHECKING:
    from scanner.providers.aws.collect.table import Body

_GET = ("apigateway:GET",)  # one action for all reads, of both APIs
_REST, _APIS = ("GetRestApis.items",), ("GetApis.Items",)
_OF_METHOD = {"httpMethod", "authorizationType", "authorizerId", "apiKeyRequired", "methodIntegration"}
_OF_INTEGRATION = {
    *("type", "httpMethod", "uri", "connectionType", "connectionId", "credentials"),
    "integrationTarget",
}
_OF_INTEGRATION_2 = {
    *("IntegrationId", "IntegrationType", "IntegrationSubtype", "IntegrationMethod", "IntegrationUri"),
    *("ConnectionId", "ConnectionType", "CredentialsArn", "PayloadFormatVersion"),
}
_OF_DOMAIN = {"domainName", "domainNameArn", "endpointConfiguration", "mutualTlsAuthentication"}
_OF_DOMAIN_2 = {"DomainName", "DomainNameArn", "MutualTlsAuthentication"}
_OF_STAGE = {"stageName", "deploymentId", "webAclArn"}
_OF_STAGE_2 = {"StageName", "DeploymentId", "AutoDeploy", "ApiGatewayManaged"}


def with_plain_policy(body: Body) -> Body:
    """Undo the second escaping of an API's policy (observed: a backslash stands before every quote)."""
    policy = body.get("policy") if isinstance(body, dict) else None
    if isinstance(policy, str) and policy.startswith('{\\"'):
        body["policy"] = policy.replace('\\"', '"').replace("\\\\", "\\")
    return body


def without_mappings(body: Body) -> Body:
    """Keep of each method who may call it and what it calls."""
    methods = body.get("resourceMethods") if isinstance(body, dict) else None
    if not isinstance(methods, dict):
        return body
    for name, method in methods.items():
        if isinstance(method, dict):
            kept = _only(method, _OF_METHOD)
            if isinstance(kept.get("methodIntegration"), dict):
                kept["methodIntegration"] = _only(kept["methodIntegration"], _OF_INTEGRATION)
            methods[name] = kept
    return body


def without_stage_variables(body: Body) -> Body:
    """Keep of each stage that it is there and what stands before it."""
    if isinstance(body, dict) and isinstance(body.get("item"), list):
        body["item"] = [_only(stage, _OF_STAGE) for stage in body["item"] if isinstance(stage, dict)]
    return body


def _only(body: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name in names}


def _read(operation: str, **more: Any) -> Row:  # noqa: ANN401 - fields of `Row`
    return Row(operation=operation, effect="understated", iam=_GET, **more)


def _of_rest(operation: str, **more: Any) -> Row:  # noqa: ANN401 - fields of `Row`
    return _read(operation, each=_REST, params={"restApiId": "id"}, **more)


def _of_api(operation: str, own: str, **more: Any) -> Row:  # noqa: ANN401 - fields of `Row`
    return _read(operation, each=_APIS, params={"ApiId": "ApiId"}, lists={"Items": f"@key/{own}"}, **more)


def _names(items: str, name: str, kept: set[str], mappings: str, key: str) -> tuple[Row, Row]:
    """Return the rows of domain names and of what each is mapped to."""
    return (
        _read("GetDomainNames", lists={items: name}, reshape=lambda body: _item(body, kept)),
        _read(
            mappings,
            each=(f"GetDomainNames.{items}",),
            params={name: name},
            lists={items: f"@key/{key}"},
        ),
    )


REST_TABLE: Final = Service(
    name="apigateway",
    scope="regional",
    rows=(
        _read("GetRestApis", lists={"items": "id"}, policies=("policy",), reshape=with_plain_policy),
        _of_rest("GetStages", reshape=without_stage_variables),
        _of_rest(
            "GetResources",
            given=({"embed": ["methods"]},),
            lists={"items": "@key/id"},
            reshape=without_mappings,
        ),
        _of_rest("GetAuthorizers", lists={"items": "@key/id"}),
        _read("GetVpcLinks", lists={"items": "id"}),
        *_names("items", "domainName", _OF_DOMAIN, "GetBasePathMappings", "basePath"),
    ),
)

TABLE: Final = Service(
    name="apigatewayv2",
    scope="regional",
    rows=(
        _read("GetApis", lists={"Items": "ApiId"}),
        _of_api("GetStages", "StageName", reshape=lambda body: _item(body, _OF_STAGE_2)),
        _of_api("GetRoutes", "RouteId"),
        _of_api("GetIntegrations", "IntegrationId", reshape=lambda body: _item(body, _OF_INTEGRATION_2)),
        _of_api("GetAuthorizers", "AuthorizerId"),
        _read("GetVpcLinks", lists={"Items": "VpcLinkId"}),
        *_names("Items", "DomainName", _OF_DOMAIN_2, "GetApiMappings", "ApiMappingId"),
    ),
)


def _item(body: Body, names: set[str]) -> Body:
    return _only(body, names) if isinstance(body, dict) else body
