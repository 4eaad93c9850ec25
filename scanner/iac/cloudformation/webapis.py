"""APIs in SAM's short forms: their authorizers, and the routes that events of functions give them.

Source: AWS SAM Developer Guide, "AWS::Serverless::Api", "AWS::Serverless::HttpApi", "ApiAuth", "HttpApiAuth",
"ApiFunctionAuth"
(https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html, read
2026-11). Events that name no API share one that SAM makes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.iac.aws import apis, functions
from scanner.iac.cloudformation.apis import described, web_call
from scanner.iac.cloudformation.names import IMPLICIT
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from scanner.iac.cloudformation.made import Made
    from scanner.iac.written import Node

_CALLER: Final = "arn:aws:iam::*:user/*"
"""What an integration's credentials say to pass on the caller's own."""
_RESOURCE: Final = ["execute-api:/*"]


class _Door(NamedTuple):
    """How a route lets callers in, in the API's words."""

    authorization: str
    authorizer: str = ""
    key: bool = False


def rest(made: Made) -> None:
    """Make a REST API with its stage and authorizers."""
    kind = made.text("EndpointConfiguration", "Type") or made.text("EndpointConfiguration")
    whole: dict[str, Any] = {"name": made.resource.name, "endpointConfiguration": {"types": [kind or "EDGE"]}}
    if made.text("DisableExecuteApiEndpoint") == "true":
        whole["disableExecuteApiEndpoint"] = True
    policy = _policy(made, made.get("Auth", "ResourcePolicy"))
    apis.rest_api(made.drafts, made.home, made.id, made.with_lines(whole), policy)
    stage = made.text("StageName")
    if stage is not None:
        apis.rest_stage(made.drafts, made.home, made.id, made.with_lines({"stageName": stage}))
    _authorizers(made, made.id, made.get("Auth"), web=False)
    _domain(made, web=False)
    described(made, made.id, made.get("DefinitionBody"), web=False)
    _elsewhere(made)


def web(made: Made) -> None:
    """Make an HTTP API with its stage and authorizers."""
    off = made.text("DisableExecuteApiEndpoint") == "true"
    whole = {"ProtocolType": "HTTP", "DisableExecuteApiEndpoint": off}
    apis.web_api(made.drafts, made.home, made.id, made.with_lines(whole))
    stage = made.text("StageName") or "$default"
    apis.web_stage(made.drafts, made.home, made.id, stage, made.with_lines({}))
    _authorizers(made, made.id, made.get("Auth"), web=True)
    _domain(made, web=True)
    described(made, made.id, made.get("DefinitionBody"), web=True)
    _elsewhere(made)


def _elsewhere(made: Made) -> None:
    if made.get("DefinitionUri") is not None:
        made.gap("what its description says is in a file that is not read", "understated", "not-collected")


def _domain(made: Made, *, web: bool) -> None:
    name = made.text("Domain", "DomainName")
    if name is None:
        return
    field = "MutualTlsAuthentication" if web else "mutualTlsAuthentication"
    store = made.text("Domain", "MutualTlsAuthentication", "TruststoreUri")
    asks = {field: {"TruststoreUri" if web else "truststoreUri": store}} if store else {}
    body = made.with_lines({"DomainName" if web else "domainName": name, **asks})
    apis.domain_name(made.drafts, made.home, name, body, web=web)
    piece = made.with_lines({"ApiId" if web else "restApiId": made.id})
    apis.mapping(made.drafts, made.home, name, made.resource.name, piece, web=web)


def _authorizers(made: Made, api: str, auth: Node | None, *, web: bool) -> None:
    listed = auth.get("Authorizers") if auth is not None else None
    for name, node in listed.value.items() if listed is not None and isinstance(listed.value, dict) else ():
        function = node.get("FunctionArn")
        told = function.value if function is not None and isinstance(function.value, str) else ""
        uri = f"arn:aws:apigateway:{made.home.region}:lambda:path/2015-03-31/functions/{told}/invocations"
        if web:
            issuer, audience = (
                node.text("JwtConfiguration", "issuer"),
                node.get("JwtConfiguration", "audience"),
            )
            jwt = {"Issuer": issuer, "Audience": audience.plain() if audience is not None else []}
            body: dict[str, Any] = {"JwtConfiguration": jwt} if issuer else {"AuthorizerUri": uri}
            apis.web_authorizer(made.drafts, made.home, api, name, made.with_lines(body, node))
            continue
        pools = node.get("UserPoolArn")
        arns = (pools.below() or [pools]) if pools is not None else []
        body = {"type": "COGNITO_USER_POOLS" if arns else "TOKEN"}
        body |= {"providerARNs": [arn.value for arn in arns if isinstance(arn.value, str)]} if arns else {}
        body |= {} if arns else {"authorizerUri": uri}
        apis.rest_authorizer(made.drafts, made.home, api, name, made.with_lines(body, node))


def event(made: Made, function: str, name: str, kind: str, properties: Node) -> None:
    """Give an API the route of a function's event, and let the API call the function."""
    is_web = kind == "HttpApi"
    api = _api_of(made, properties.get("ApiId" if is_web else "RestApiId"), web=is_web)
    if api is None:
        made.gap(f"the API of event {name} cannot be told", "understated")
        return
    id_, auth = api
    path, method = properties.text("Path"), properties.text("Method").upper() or "ANY"
    door = _door(auth, properties.get("Auth"), web=is_web)
    uri = f"arn:aws:apigateway:{made.home.region}:lambda:path/2015-03-31/functions/{function}/invocations"
    calls: dict[str, Any] = {"type": "AWS_PROXY", "uri": uri}
    lines = made.with_lines({}, properties)
    if is_web:
        key = f"{method} {path}" if path else "$default"
        fields = {"AuthorizationType": door.authorization, "AuthorizerId": door.authorizer}
        web_call(made, id_, key, calls, lines._replace(body=fields))
    else:
        if door.authorization == "AWS_IAM":
            calls |= _invoked_as(properties)
        whole = {
            "authorizationType": door.authorization,
            "authorizerId": door.authorizer,
            "apiKeyRequired": door.key,
            "methodIntegration": calls,
        }
        piece = lines._replace(body=whole)
        apis.rest_method(made.drafts, made.home, id_, (path or "/", method), piece)
    called = "*" if method == "ANY" else method
    at = re.sub(r"\{[^}]*\}", "*", path.lstrip("/")) if path else "*"
    fields = {
        "Action": "lambda:InvokeFunction",
        "Principal": "apigateway.amazonaws.com",
        "SourceArn": made.home.arn("execute-api", f"{id_}/*/{called}/{at}"),
        "StatementId": f"{made.resource.name}{name}Permission",
    }
    statement = functions.statement_of(function, fields)
    functions.permission(made.drafts, made.home, function, lines._replace(body=statement))


def _invoked_as(properties: Node) -> dict[str, str]:
    """Return with whose credentials a signed call goes on: the caller's unless the event says otherwise."""
    role = properties.text("Auth", "InvokeRole") or "CALLER_CREDENTIALS"
    if role == "NONE":
        return {}
    return {"credentials": _CALLER if role == "CALLER_CREDENTIALS" else role}


def _api_of(made: Made, named: Node | None, *, web: bool) -> tuple[str, Node | None] | None:
    """Return the id and ``Auth`` of the API that an event is of, None when that cannot be told."""
    stack = made.within
    if named is None:
        return _shared_api(made, web=web)
    if not isinstance(named.value, str):
        return None
    for resource in stack.template.resources.values():
        ours = resource.type.endswith("::HttpApi" if web else "::Api") and "Serverless" in resource.type
        if ours and named.value in {stack.names.of(resource).get("Ref"), resource.name}:
            auth = resource.properties.get("Auth")
            id_ = stack.names.of(resource).get("Ref")
            return str(id_), stack.resolver.value(auth) if auth is not None else None
    return named.value, None


def _shared_api(made: Made, *, web: bool) -> tuple[str, Node | None]:
    """Return the API that SAM makes for events that name none, making it at the first."""
    stack, logical = made.within, IMPLICIT[web]
    id_ = str(stack.names.reference(logical, ""))
    section = stack.template.root.get("Globals", "HttpApi" if web else "Api", "Auth")
    auth = stack.resolver.value(section) if section is not None else None
    if made.drafts.get(made.home.id(*_LISTED[web], id_)) is None:
        if web:
            apis.web_api(made.drafts, made.home, id_, made.with_lines({"ProtocolType": "HTTP"}))
            apis.web_stage(made.drafts, made.home, id_, "$default", made.with_lines({}))
        else:
            whole = made.with_lines({"name": logical, "endpointConfiguration": {"types": ["EDGE"]}})
            policy = _policy(made, auth.get("ResourcePolicy") if auth is not None else None)
            apis.rest_api(made.drafts, made.home, id_, whole, policy)
            apis.rest_stage(made.drafts, made.home, id_, made.with_lines({"stageName": "Prod"}))
        _authorizers(made, id_, auth, web=web)
    return id_, auth


_LISTED: Final = {False: ("apigateway", "GetRestApis.items"), True: ("apigatewayv2", "GetApis.Items")}


def _door(auth: Node | None, own: Node | None, *, web: bool) -> _Door:
    """Return how a route lets callers in: as its event says, else as the API does."""
    default = auth.text("DefaultAuthorizer") if auth is not None else ""
    named = (own.text("Authorizer") if own is not None else "") or default
    key = any(node is not None and _is_true(node.get("ApiKeyRequired")) for node in (auth, own))
    if own is not None and own.get("ApiKeyRequired") is not None:
        key = _is_true(own.get("ApiKeyRequired"))
    if named in {"", "NONE"}:
        return _Door("NONE", key=key)
    if named == "AWS_IAM":
        return _Door("AWS_IAM", key=key)
    listed = auth.get("Authorizers", named) if auth is not None else None
    if web:
        return _Door("JWT" if listed is not None and listed.get("JwtConfiguration") else "CUSTOM", named)
    is_pool = listed is not None and listed.get("UserPoolArn") is not None
    return _Door("COGNITO_USER_POOLS" if is_pool else "CUSTOM", named, key)


def _is_true(node: Node | None) -> bool:
    return node is not None and node.value in {True, "true"}


def _policy(made: Made, node: Node | None) -> Any:  # noqa: ANN401 - a `Piece` or nothing
    """Return the resource policy that ``ResourcePolicy`` is short for, None when there is none."""
    if node is None or not isinstance(node.value, dict):
        return None
    allow: dict[str, Any] = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": _RESOURCE}
    statements: list[Any] = []
    for key, item in node.value.items():
        words = [entry.plain() for entry in (item.below() or [item])]
        match key:
            case "CustomStatements":
                custom = made.as_policy(item)
                found = custom.body if custom is not None else []
                statements += found if isinstance(found, list) else [found]
            case "AwsAccountWhitelist":
                statements.append({**allow, "Principal": {"AWS": [str(word) for word in words]}})
            case "IpRangeWhitelist" | "IpRangeBlacklist":
                operator = "NotIpAddress" if key.endswith("Whitelist") else "IpAddress"
                barred = {"Condition": {operator: {"aws:SourceIp": words}}}
                statements += [
                    {**allow, "Principal": "*"},
                    {**allow, "Effect": "Deny", "Principal": "*", **barred},
                ]
            case _:
                open_ = Unresolved(f"{key} of its ResourcePolicy").body
                statements += [{**allow, "Principal": "*", "Condition": open_}]
    return made.with_lines({"Version": "2012-10-17", "Statement": statements}, node)
