"""APIs of API Gateway, REST and those of the second version (HTTP and WebSocket), and of AppSync.

Source of the fields: API Gateway V1 and V2 API References, "GetRestApis", "GetResources", "GetRoutes" and the
like (https://docs.aws.amazon.com/apigateway/latest/api/API_GetResources.html, read 2026-11). An API is called
in its stages only; one whose deployments code does not tell has an unread list of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws.drafts import Home, Piece
from scanner.snapshot import Gap

if TYPE_CHECKING:
    from scanner.iac.aws.drafts import Drafts

_REST, _WEB, _GRAPHQL = "apigateway", "apigatewayv2", "appsync"
_SHORT: Final = "execute-api:/"
_LISTS: Final = (
    *((_REST, field) for field in ("GetRestApis", "GetVpcLinks", "GetDomainNames")),
    *((_WEB, field) for field in ("GetApis", "GetVpcLinks", "GetDomainNames")),
)


def rest_api(drafts: Drafts, home: Home, api: str, whole: Piece, policy: Piece | None) -> None:
    """Declare a REST API: ``endpointConfiguration``, ``disableExecuteApiEndpoint``; its resource policy."""
    draft = drafts.at(home.id(_REST, "GetRestApis.items", api))
    draft.set("", whole.with_fields(id=api))
    if policy is not None:
        draft.set("/policy", policy._replace(body=_in_full(policy.body, home, api)))
    drafts.lived_in(home)


def _in_full(value: Any, home: Home, api: str) -> Any:  # noqa: ANN401 - raw JSON
    """Return a policy with the ARNs that ``execute-api:/`` is short for.

    Source: API Gateway Developer Guide, "API Gateway resource policy examples"
    (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html,
    read 2026-11): the service expands them when the policy is saved.
    """
    if isinstance(value, dict):
        return {key: _in_full(item, home, api) for key, item in value.items()}
    if isinstance(value, list):
        return [_in_full(item, home, api) for item in value]
    if isinstance(value, str) and value.startswith(_SHORT):
        return home.arn("execute-api", f"{api}/{value.removeprefix(_SHORT).lstrip('/')}")
    return value


def rest_stage(drafts: Drafts, home: Home, api: str, whole: Piece) -> None:
    """Declare a stage of a REST API: ``stageName``, ``webAclArn``."""
    drafts.at(home.id(_REST, "GetStages", api)).append("/item", whole)
    drafts.lived_in(home)


def rest_method(drafts: Drafts, home: Home, api: str, at: tuple[str, str], whole: Piece) -> None:
    """Declare the method at (path, method) of a REST API: ``authorizationType``, ``methodIntegration``."""
    path, method = at
    key = f"{api}/{path.strip('/') or 'root'}"
    draft = drafts.at(home.id(_REST, "GetResources.items", key))
    if draft.body is None:
        draft.set("", Piece({"id": key.partition("/")[2], "path": path, "resourceMethods": {}}, whole.places))
    draft.set(f"/resourceMethods/{method.upper()}", whole.with_fields(httpMethod=method.upper()))
    drafts.lived_in(home)


def rest_policy(drafts: Drafts, home: Home, api: str, policy: Piece) -> None:
    """Attach a resource policy to a REST API that is declared."""
    draft = drafts.get(home.id(_REST, "GetRestApis.items", api))
    if draft is not None:
        draft.set("/policy", policy)


def rest_integration(drafts: Drafts, home: Home, api: str, at: tuple[str, str], calls: Piece) -> None:
    """Say what a method that is declared calls, see `rest_method`."""
    path, method = at
    draft = drafts.get(home.id(_REST, "GetResources.items", f"{api}/{path.strip('/') or 'root'}"))
    if draft is not None and method.upper() in draft.body["resourceMethods"]:
        draft.set(f"/resourceMethods/{method.upper()}/methodIntegration", calls)


def rest_authorizer(drafts: Drafts, home: Home, api: str, name: str, whole: Piece) -> None:
    """Declare an authorizer of a REST API: ``type``, ``providerARNs``, ``authorizerUri``."""
    drafts.put(home.id(_REST, "GetAuthorizers.items", f"{api}/{name}"), whole.with_fields(id=name))


def web_api(drafts: Drafts, home: Home, api: str, whole: Piece) -> None:
    """Declare an HTTP or WebSocket API: ``ProtocolType``, ``DisableExecuteApiEndpoint``."""
    drafts.put(home.id(_WEB, "GetApis.Items", api), whole.with_fields(ApiId=api))
    drafts.lived_in(home)


def web_stage(drafts: Drafts, home: Home, api: str, name: str, whole: Piece) -> None:
    """Declare a stage of an HTTP or WebSocket API."""
    drafts.put(home.id(_WEB, "GetStages.Items", f"{api}/{name}"), whole.with_fields(StageName=name))
    drafts.assume(home.id(_WEB, "GetStages", api), {})


def web_route(drafts: Drafts, home: Home, api: str, name: str, whole: Piece) -> None:
    """Declare a route: ``RouteKey``, ``AuthorizationType``, ``AuthorizerId``, ``Target``."""
    drafts.put(home.id(_WEB, "GetRoutes.Items", f"{api}/{name}"), whole.with_fields(RouteId=name))


def web_integration(drafts: Drafts, home: Home, api: str, name: str, whole: Piece) -> None:
    """Declare what routes call: ``IntegrationUri``, ``CredentialsArn``, ``ConnectionId``."""
    key = f"{api}/{name}"
    drafts.put(home.id(_WEB, "GetIntegrations.Items", key), whole.with_fields(IntegrationId=name))


def web_authorizer(drafts: Drafts, home: Home, api: str, name: str, whole: Piece) -> None:
    """Declare an authorizer: ``JwtConfiguration`` or ``AuthorizerUri``."""
    key = f"{api}/{name}"
    drafts.put(home.id(_WEB, "GetAuthorizers.Items", key), whole.with_fields(AuthorizerId=name))


def vpc_link(drafts: Drafts, home: Home, link: str, whole: Piece, *, web: bool) -> None:
    """Declare a link into a network: ``targetArns``, or of the second version its ``SecurityGroupIds``."""
    service, field = (_WEB, "GetVpcLinks.Items") if web else (_REST, "GetVpcLinks.items")
    drafts.put(home.id(service, field, link), whole)
    drafts.lived_in(home)


def domain_name(drafts: Drafts, home: Home, name: str, whole: Piece, *, web: bool) -> None:
    """Declare a domain name: ``mutualTlsAuthentication``, or as the second version spells it."""
    service, field = (_WEB, "GetDomainNames.Items") if web else (_REST, "GetDomainNames.items")
    drafts.put(home.id(service, field, name), whole)
    drafts.assume(home.id(service, "GetApiMappings" if web else "GetBasePathMappings", name), {})
    drafts.lived_in(home)


def mapping(drafts: Drafts, home: Home, domain: str, key: str, whole: Piece, *, web: bool) -> None:
    """Map a domain name to an API: ``restApiId``, or ``ApiId`` of the second version."""
    service, field = (_WEB, "GetApiMappings.Items") if web else (_REST, "GetBasePathMappings.items")
    drafts.put(home.id(service, field, f"{domain}/{key}"), whole)


def graphql_api(drafts: Drafts, home: Home, api: str, whole: Piece) -> None:
    """Declare a GraphQL API of AppSync: ``authenticationType``, ``additionalAuthenticationProviders``."""
    arn = home.arn(_GRAPHQL, f"apis/{api}")
    drafts.put(home.id(_GRAPHQL, "ListGraphqlApis.graphqlApis", api), whole.with_fields(apiId=api, arn=arn))
    drafts.assume(home.id(_GRAPHQL, "ListGraphqlApis"), {})
    drafts.assume(home.id(_GRAPHQL, "ListDataSources", api), {})
    drafts.lived_in(home)


def graphql_source(drafts: Drafts, home: Home, api: str, name: str, whole: Piece) -> None:
    """Declare what answers for a GraphQL API: ``type``, ``lambdaConfig``, ``serviceRoleArn``."""
    place = home.id(_GRAPHQL, "ListDataSources.dataSources", f"{api}/{name}")
    drafts.put(place, whole.with_fields(name=name))
    drafts.lived_in(home)


def complete(drafts: Drafts) -> None:
    """Say that each list ends here, where code has APIs at all."""
    apis = {
        service: drafts.of(service, field)
        for service, field in ((_REST, "GetRestApis.items"), (_WEB, "GetApis.Items"))
    }
    for service, found in apis.items():
        for draft in found:
            stages = Home(draft.id.scope, draft.id.region).id(service, "GetStages", draft.id.key)
            if drafts.get(stages) is None:
                why = "code does not tell where the API is deployed"
                drafts.gap(Gap(stages, "not-collected", why, "understated"))
    for home in sorted(drafts.homes) if any(apis.values()) else ():
        for service, field in _LISTS:
            drafts.assume(home.id(service, field), {})
