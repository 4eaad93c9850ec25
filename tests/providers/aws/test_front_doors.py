"""What stands in front of models on the internet, where a twin of a world fires as the world itself does."""

from __future__ import annotations

from typing import Any

import pytest

from scanner import config
from scanner.providers.aws.apis import Apis
from scanner.providers.aws.apis.graphql import called
from scanner.providers.aws.apis.routes import target_of, unset
from scanner.providers.aws.estate import AwsEstate
from scanner.providers.aws.hosts import Hosts, Place
from scanner.providers.aws.library import Library
from scanner.snapshot import Document
from tests.providers.aws.documents import OTHER, OURS, snapshot
from tests.providers.aws.network.test_exposure import AWS, LB, documents, told
from tests.worlds import FIXTURES, parse_id

HERE = ("us-east-1", OURS)
ENDPOINT = f"arn:aws:sagemaker:us-east-1:{OURS}:endpoint"
RUNTIME = "arn:aws:apigateway:us-east-1:runtime.sagemaker:path/endpoints"
BEDROCK = "arn:aws:apigateway:eu-west-1:bedrock-runtime:path/model"
INVOKED = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1"
TARGETS = {
    "an endpoint": (f"{RUNTIME}/chat/invocations", f"{ENDPOINT}/chat"),
    "an endpoint in another region": (
        f"{RUNTIME.replace('us-east-1', 'eu-west-1')}/chat/invocations",
        f"{ENDPOINT.replace('us-east-1', 'eu-west-1')}/chat",
    ),
    "an endpoint that callers name": (f"{RUNTIME}/{{name}}/invocations", f"{ENDPOINT}/*"),
    "an endpoint that a stage names": (f"{RUNTIME}/${{stageVariables.name}}/invocations", f"{ENDPOINT}/*"),
    "a model of one's own": (
        f"{BEDROCK}/arn%3Aaws%3Abedrock%3Aeu-west-1%3A{OURS}%3Aimported-model%2Fm1/invoke",
        f"arn:aws:bedrock:eu-west-1:{OURS}:imported-model/m1",
    ),
    "a model that callers name": (f"{BEDROCK}/{{model}}/invoke", f"arn:aws:bedrock:eu-west-1:{OURS}:*"),
    "a model of AWS's": (f"{BEDROCK}/amazon.titan-text-express-v1/invoke", ""),
    "a function": (
        f"{INVOKED}:{OURS}:function:chat/invocations",
        f"arn:aws:lambda:us-east-1:{OURS}:function:chat",
    ),
    "a function that a stage names": (
        f"{INVOKED}:{OURS}:function:${{stageVariables.f}}/invocations",
        f"arn:aws:lambda:us-east-1:{OURS}:function:*",
    ),
    "a load balancer": (f"{LB}:loadbalancer/app/chat/1a1", f"{LB}:loadbalancer/app/chat/1a1"),
    "a queue": ("arn:aws:apigateway:us-east-1:sqs:path/1/q", ""),
}


@pytest.mark.parametrize(("uri", "expected"), TARGETS.values(), ids=TARGETS)
def test_what_an_integration_calls(uri: str, expected: str) -> None:
    assert target_of(uri, *HERE) == expected


def test_what_a_stage_says_is_named_as_unread() -> None:
    assert unset(f"{RUNTIME}/${{stageVariables.name}}/invocations") == ("the stage variable name",)
    assert unset(f"{RUNTIME}/{{name}}/invocations") == ()


NAMED = snapshot(
    {
        f"{AWS}:elbv2:DescribeLoadBalancers.LoadBalancers/{LB}:loadbalancer/app/chat/1a1": {
            "DNSName": "Chat-1.us-east-1.elb.amazonaws.com"
        },
        f"{AWS}:lambda:ListFunctionUrlConfigs/arn:aws:lambda:us-east-1:{OURS}:function:chat": {
            "FunctionUrlConfigs": [{"FunctionUrl": "https://abc.lambda-url.us-east-1.on.aws/"}]
        },
    }
)
BALANCER = f"{LB}:loadbalancer/app/chat/1a1"
URLS = {
    "a load balancer": ("http://chat-1.us-east-1.elb.amazonaws.com/v1", Place(BALANCER, "", 80)),
    "of both families": ("https://dualstack.chat-1.us-east-1.elb.amazonaws.com", Place(BALANCER, "", 443)),
    "with a port": ("http://chat-1.us-east-1.elb.amazonaws.com:8080/{proxy}", Place(BALANCER, "", 8080)),
    "a function": (
        "https://abc.lambda-url.us-east-1.on.aws/",
        Place(f"arn:aws:lambda:us-east-1:{OURS}:function:chat", "", 443),
    ),
    "an API": ("https://a1b2.execute-api.us-east-1.amazonaws.com/prod", Place("", "a1b2", 443)),
    "somebody else's": ("https://chat.partner.example/", Place("", "", 443)),
    "no URL": ("http://[::1:80/", Place()),
    "a host that a stage names": ("http://${stageVariables.host}/v1", Place("", "", 80)),
}


@pytest.mark.parametrize(("url", "expected"), URLS.values(), ids=URLS)
def test_what_answers_at_a_url(url: str, expected: Place) -> None:
    assert Hosts(NAMED).of(url) == expected


GRAPH = snapshot(
    {
        f"{AWS}:appsync:ListGraphqlApis.graphqlApis/g1": {"apiId": "g1", "authenticationType": "API_KEY"},
        f"{AWS}:appsync:ListDataSources.dataSources/g1/chat": {"type": "AMAZON_BEDROCK_RUNTIME"},
    }
)

# A distribution before a load balancer on the internet

DISTRIBUTIONS = "aws:100000000001::cloudfront:ListDistributions"
GROUP = f"{AWS}:ec2:DescribeSecurityGroups.SecurityGroups/sg-0lb"
HEADER = "HTTP header X-Origin-Secret present"


def of_anyone(found: dict[str, Any]) -> set[tuple[str, tuple[str, ...]]]:
    return {(certainty, guards) for source, certainty, guards in told(found) if source == "*"}


def test_a_header_that_the_distribution_adds_stops_nobody() -> None:
    found = documents("distribution-in-front-of-a-public-balancer")
    assert of_anyone(found) == {("proven", ())}
    (item,) = found[DISTRIBUTIONS]["DistributionList"]["Items"]
    del item["Origins"]["Items"][0]["CustomHeaders"]
    assert of_anyone(found) == {("proven", (HEADER,))}


def test_where_a_distribution_calls_from_must_be_known() -> None:
    found = documents("distribution-in-front-of-a-public-balancer")
    found[f"{AWS}:ec2:DescribeManagedPrefixLists.PrefixLists/pl-0cf"]["PrefixListName"] = "partners"
    assert of_anyone(found) == {("possible", ())}
    found[GROUP]["IpPermissions"][0]["IpRanges"] = [{"CidrIp": "0.0.0.0/0"}]
    assert ("proven", ()) in of_anyone(found)


# APIs that call a load balancer over the internet

HOST = "chat-1.us-east-1.elb.amazonaws.com"


def proxied(kind: str, uri: str) -> dict[str, Any]:
    """Return the world with an HTTP API instead of the distribution."""
    found = documents("distribution-in-front-of-a-public-balancer")
    del found[DISTRIBUTIONS]
    rule = f"{LB}:listener-rule/app/chat/1a1/1b1/1c1"
    found[f"{AWS}:elbv2:DescribeRules.Rules/{rule}"]["Conditions"] = []
    v2 = f"{AWS}:apigatewayv2"
    found[f"{v2}:GetApis.Items/h1"] = {"ApiId": "h1", "ProtocolType": "HTTP"}
    found[f"{v2}:GetStages/h1"] = {}
    found[f"{v2}:GetStages.Items/h1/$default"] = {"StageName": "$default"}
    found[f"{v2}:GetRoutes.Items/h1/r1"] = {"RouteKey": "POST /chat", "Target": "integrations/i1"}
    found[f"{v2}:GetIntegrations.Items/h1/i1"] = {"IntegrationType": kind, "IntegrationUri": uri}
    return found


PROXIES = {
    "to the load balancer": ("HTTP_PROXY", f"https://{HOST}/v1", {("possible", ())}),
    "at a port where nothing listens": ("HTTP_PROXY", f"http://{HOST}/v1", set()),
    "to another host": ("HTTP_PROXY", "https://chat.partner.example/v1", set()),
}


@pytest.mark.parametrize(("kind", "uri", "expected"), PROXIES.values(), ids=PROXIES)
def test_an_api_that_passes_requests_on(kind: str, uri: str, expected: set[Any]) -> None:
    assert of_anyone(proxied(kind, uri)) == expected


def test_the_same_by_a_rest_api() -> None:
    found = proxied("HTTP_PROXY", "https://chat.partner.example/")
    calls = {"type": "HTTP_PROXY", "connectionType": "INTERNET", "uri": f"https://{HOST}/v1"}
    method = {"authorizationType": "NONE", "methodIntegration": calls}
    rest = f"{AWS}:apigateway"
    found[f"{rest}:GetRestApis.items/a1"] = {"id": "a1", "endpointConfiguration": {"types": ["REGIONAL"]}}
    found[f"{rest}:GetStages/a1"] = {"item": [{"stageName": "prod"}]}
    found[f"{rest}:GetResources.items/a1/x1"] = {"path": "/chat", "resourceMethods": {"POST": method}}
    assert of_anyone(found) == {("possible", ())}
    method["authorizationType"] = "AWS_IAM"
    assert of_anyone(found) == set()


def test_a_method_names_its_target_behind_a_link_of_the_second_kind() -> None:
    found = documents("api-in-front-of-a-balancer")
    for id_ in [id_ for id_ in found if ":apigatewayv2:" in id_ and "GetVpcLinks" not in id_]:
        del found[id_]
    assert told(found) == set()
    listener = f"{LB}:listener/app/chat/1a1/1b1"
    calls = {"type": "HTTP_PROXY", "connectionType": "VPC_LINK", "connectionId": "link1"}
    method = {"authorizationType": "NONE", "methodIntegration": {**calls, "integrationTarget": listener}}
    rest = f"{AWS}:apigateway"
    found[f"{rest}:GetRestApis.items/a1"] = {"id": "a1", "endpointConfiguration": {"types": ["REGIONAL"]}}
    found[f"{rest}:GetStages/a1"] = {"item": [{"stageName": "prod"}]}
    found[f"{rest}:GetResources.items/a1/x1"] = {"path": "/chat", "resourceMethods": {"POST": method}}
    assert told(found) == {("*", "proven", ())}
    del method["methodIntegration"]["integrationTarget"]  # type: ignore[attr-defined]
    assert told(found) == set()


# Data sources of GraphQL APIs

RUNTIMES = "amazonaws.com"
SOURCES: dict[str, tuple[dict[str, Any], tuple[str, int]]] = {
    "models on Bedrock": ({"type": "AMAZON_BEDROCK_RUNTIME"}, (f"arn:aws:bedrock:us-east-1:{OURS}:*", 0)),
    "endpoints": (
        {"type": "HTTP", "httpConfig": {"endpoint": f"https://runtime.sagemaker.eu-west-1.{RUNTIMES}"}},
        (f"{ENDPOINT.replace('us-east-1', 'eu-west-1')}/*", 0),
    ),
    "models by HTTP": (
        {"type": "HTTP", "httpConfig": {"endpoint": f"https://bedrock-runtime.us-east-1.{RUNTIMES}/"}},
        (f"arn:aws:bedrock:us-east-1:{OURS}:*", 0),
    ),
    "a load balancer": (
        {"type": "HTTP", "httpConfig": {"endpoint": "https://chat-1.us-east-1.elb.amazonaws.com"}},
        (BALANCER, 443),
    ),
    "another host": ({"type": "HTTP", "httpConfig": {"endpoint": "https://chat.partner.example"}}, ("", 443)),
    "a table": ({"type": "AMAZON_DYNAMODB"}, ("", 0)),
}


@pytest.mark.parametrize(("body", "expected"), SOURCES.values(), ids=SOURCES)
def test_what_a_data_source_calls(body: dict[str, Any], expected: tuple[str, int]) -> None:
    found = Document(parse_id(f"{AWS}:appsync:ListDataSources.dataSources/g1/chat"), body)
    assert called(found, Hosts(NAMED)) == expected


def test_a_route_leads_to_what_its_glob_covers() -> None:
    (route,) = (r for r in Apis(GRAPH, Library(GRAPH)) if r.target.endswith(":*"))
    assert route.leads_to(f"arn:aws:bedrock:us-east-1:{OURS}:imported-model/m1")
    assert not route.leads_to(f"arn:aws:bedrock:us-east-1:{OTHER}:imported-model/m1")
    assert route.missing == (f"which resolver of arn:aws:appsync:us-east-1:{OURS}:apis/g1 calls chat",)


# WebSocket APIs


def test_who_connects_stands_at_the_door_of_connecting() -> None:
    found = documents("api-in-front-of-a-balancer")
    v2 = f"{AWS}:apigatewayv2"
    found[f"{v2}:GetApis.Items/h1"]["ProtocolType"] = "WEBSOCKET"
    found[f"{v2}:GetRoutes.Items/h1/r1"] |= {"RouteKey": "ask", "AuthorizationType": "NONE"}
    assert told(found) == {("*", "proven", ())}
    connect = {"RouteKey": "$connect", "AuthorizationType": "AWS_IAM", "Target": "integrations/other"}
    found[f"{v2}:GetRoutes.Items/h1/r2"] = connect
    assert told(found) == set()


# Policies of APIs

POLICIES = {
    "everything": ("arn:aws:execute-api:*:*:*", True),
    "everything in the region": ("arn:aws:execute-api:us-east-1:*", True),
    "a path with a colon": (
        f"arn:aws:execute-api:us-east-1:{OURS}:a1/prod/POST/v1/models/chat:predict",
        True,
    ),
    "any path with a colon": ("arn:aws:execute-api:*:*:*/*/POST/*:predict", True),
    "another API": (f"arn:aws:execute-api:us-east-1:{OURS}:b1/*", False),
    "another region": (f"arn:aws:execute-api:eu-west-1:{OURS}:*", False),
}


@pytest.mark.parametrize(("resource", "expected"), POLICIES.values(), ids=POLICIES)
def test_colons_in_what_a_policy_names(resource: str, *, expected: bool) -> None:
    found = documents("rest-api-in-front-of-a-network-balancer")
    statement = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": resource}
    for id_, body in found.items():
        if ":GetRestApis.items/" in id_:
            body["policy"] = {"Version": "2012-10-17", "Statement": [statement]}
        if ":GetResources.items/" in id_:
            body["path"] = "/{proxy+}"
    assert {source for source, _, _ in told(found)} == ({"*"} if expected else set())


# A key that a distribution adds


NAME = "api-in-front-of-an-endpoint"
CONFIG = config.load(FIXTURES / "aws" / NAME / "sidedoor.yaml")


def guards_of_anyone(found: dict[str, Any]) -> set[tuple[str, ...]]:
    read = AwsEstate(snapshot(found), CONFIG)
    (node,) = (node for node in read.resources if ":endpoint/" in node)
    return {tuple(map(str, hop.guards)) for hop in read.hops_into(node) if hop.source == "*"}


def test_a_key_that_the_distribution_adds_stops_nobody() -> None:
    found = documents(NAME)
    (methods,) = (body["resourceMethods"] for id_, body in found.items() if ":GetResources.items/" in id_)
    (api,) = (id_.rpartition("/")[2] for id_ in found if ":GetRestApis.items/" in id_)
    for method in methods.values():
        method["apiKeyRequired"] = True
    key = "HTTP header x-api-key present"
    assert guards_of_anyone(found) == {(key,)}
    origin = {
        "Id": "api",
        "DomainName": f"{api}.execute-api.us-east-1.amazonaws.com",
        "CustomHeaders": {"Items": [{"HeaderName": "X-Api-Key", "HeaderValue": "(withheld)"}]},
    }
    item = {
        "ARN": "arn:aws:cloudfront::100000000001:distribution/E1",
        "Enabled": True,
        "Origins": {"Items": [origin]},
        "DefaultCacheBehavior": {"TargetOriginId": "api"},
    }
    found[DISTRIBUTIONS] = {"DistributionList": {"Items": [item]}}
    assert guards_of_anyone(found) == {(key,), ()}
    origin["CustomHeaders"] = {"Items": []}
    assert guards_of_anyone(found) == {(key,)}
