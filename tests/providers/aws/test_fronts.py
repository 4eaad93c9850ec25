"""APIs and distributions in front of models: what worlds cannot show apart."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from scanner import config
from scanner.providers.aws.apis.routes import method_arn, target_of
from scanner.providers.aws.collect.apigateway import (
    with_plain_policy,
    without_mappings,
    without_stage_variables,
)
from scanner.providers.aws.collect.cloudfront import without_header_values
from scanner.providers.aws.distributions import Distributions
from scanner.providers.aws.estate import AwsEstate
from scanner.snapshot import DocumentId
from tests.providers.aws.documents import OURS, allow, policy, snapshot
from tests.worlds import FIXTURES, World, read_world


def world(name: str) -> World:
    return copy.deepcopy(read_world(FIXTURES / "aws" / name)[0])


METHOD = "aws:100000000001:us-east-1:apigateway:GetResources.items/a1/r1"
REST = "aws:100000000001:us-east-1:apigateway:GetRestApis.items/a1"
STAGES = "aws:100000000001:us-east-1:apigateway:GetStages/a1"
NETWORK = allow(Action="execute-api:Invoke", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})
FIREWALL = "arn:aws:wafv2:us-east-1:100000000001:regional/webacl/api/1a"
DEMANDS: dict[str, tuple[str, str, Any, list[str]]] = {
    "nothing": (REST, "description", "chat", []),
    "a key of a usage plan": (
        METHOD,
        "resourceMethods.ANY.apiKeyRequired",
        True,
        ["HTTP header x-api-key present"],
    ),
    "a network": (REST, "policy", policy(NETWORK), ["aws:SourceIp in 203.0.113.0/24"]),
    "a web ACL": (STAGES, "item", [{"stageName": "prod", "webAclArn": FIREWALL}], [f"web ACL = {FIREWALL}"]),
}


@pytest.mark.parametrize(("id_", "path", "value", "expected"), DEMANDS.values(), ids=DEMANDS)
def test_what_an_api_demands_is_a_guard(id_: str, path: str, value: object, expected: list[str]) -> None:
    changed = world("rest-api-in-front-of-a-network-balancer")
    *steps, last = path.split(".")
    holder: Any = changed.documents[id_]
    for step in steps:
        holder = holder[step]
    holder[last] = value
    estate = AwsEstate(changed.snapshot(), config.load(changed.directory / "sidedoor.yaml"))
    hops = [hop for node in estate.network.resources() for hop in estate.hops_into(node.id)]
    assert [(hop.source, [str(guard) for guard in hop.guards]) for hop in hops] == [("*", expected)]


TARGETS = {
    "an endpoint": (
        "arn:aws:apigateway:us-east-1:runtime.sagemaker:path//endpoints/chat/invocations",
        "arn:aws:sagemaker:us-east-1:100000000001:endpoint/chat",
    ),
    "an endpoint, one slash": (
        "arn:aws:apigateway:us-east-1:runtime.sagemaker:path/endpoints/chat/invocations",
        "arn:aws:sagemaker:us-east-1:100000000001:endpoint/chat",
    ),
    "a function": (
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
        "arn:aws:lambda:us-east-1:100000000001:function:chat/invocations",
        "arn:aws:lambda:us-east-1:100000000001:function:chat",
    ),
    "an alias of a function": (
        "arn:aws:lambda:us-east-1:100000000001:function:chat:live",
        "arn:aws:lambda:us-east-1:100000000001:function:chat",
    ),
    "a model of Bedrock by ARN": (
        "arn:aws:apigateway:us-east-1:bedrock-runtime:path/model/"
        "arn%3Aaws%3Abedrock%3Aus-east-1%3A100000000001%3Aimported-model%2Fabc/invoke",
        "arn:aws:bedrock:us-east-1:100000000001:imported-model/abc",
    ),
    "a model that Bedrock offers to all": (
        "arn:aws:apigateway:us-east-1:bedrock-runtime:path/model/amazon.nova-lite-v1:0/invoke",
        "",
    ),
    "another service": ("arn:aws:apigateway:us-east-1:sqs:path/100000000001/jobs", ""),
    "a site": ("https://example.org/chat", ""),
}


@pytest.mark.parametrize(("uri", "expected"), TARGETS.values(), ids=TARGETS)
def test_what_an_integration_calls(uri: str, expected: str) -> None:
    assert target_of(uri, "us-east-1", OURS) == expected


METHODS = {
    "as it is": (("prod", "POST", "/chat"), "prod/POST/chat"),
    "any method, anything below": (("*", "ANY", "/v1/{proxy+}"), "*/*/v1/*"),
    "the root": (("prod", "GET", "/"), "prod/GET/"),
    "the default route": (("*", "$default", ""), "*/*/*"),
}


@pytest.mark.parametrize(("given", "expected"), METHODS.values(), ids=METHODS)
def test_arns_of_methods(given: tuple[str, str, str], expected: str) -> None:
    place = DocumentId("aws", OURS, "us-east-1", "apigateway", "GetResources.items", "a/r")
    assert method_arn(place, "a", *given) == f"arn:aws:execute-api:us-east-1:{OURS}:a/{expected}"


DOMAINS = {
    "regional": ("ourlab.weights.s3.eu-west-1.amazonaws.com", "ourlab.weights"),
    "global": ("ourlab-weights.s3.amazonaws.com", "ourlab-weights"),
    "dashed": ("ourlab-weights.s3-eu-west-1.amazonaws.com", "ourlab-weights"),
    "a website, which asks as anyone": ("ourlab-weights.s3-website-eu-west-1.amazonaws.com", ""),
    "somebody's server": ("s3.example.org", ""),
}


@pytest.mark.parametrize(("domain", "expected"), DOMAINS.values(), ids=DOMAINS)
def test_buckets_of_origins(domain: str, expected: str) -> None:
    origin = {"Id": "o", "DomainName": domain, "S3OriginConfig": {"OriginAccessIdentity": ""}}
    listed = {
        "Items": [
            {"Enabled": True, "Origins": {"Items": [origin]}, "DefaultCacheBehavior": {"TargetOriginId": "o"}}
        ]
    }
    read = snapshot({f"aws:{OURS}::cloudfront:ListDistributions": {"DistributionList": listed}})
    assert [publication.bucket for publication in Distributions(read)] == [expected]


def test_no_secret_of_a_front_is_kept() -> None:
    origin = {"CustomHeaders": {"Items": [{"HeaderName": "X-Origin", "HeaderValue": "hunter2"}]}}
    listed = {"DistributionList": {"Items": [{"Origins": {"Items": [origin]}}]}}
    stage = {"item": [{"stageName": "prod", "variables": {"token": "hunter2"}}]}
    calls = {"uri": "u", "requestParameters": {"integration.request.header.x-api-key": "'hunter2'"}}
    method = {"resourceMethods": {"GET": {"methodIntegration": calls, "methodResponses": {"a": "hunter2"}}}}
    kept = [without_header_values(listed), without_stage_variables(stage), without_mappings(method)]
    assert "hunter2" not in str(kept)
    assert "X-Origin" in str(kept)
    assert "prod" in str(kept)
    assert "'u'" in str(kept)


POLICIES = {
    "escaped twice": ('{\\"Version\\":\\"2012-10-17\\"}', '{"Version":"2012-10-17"}'),
    "as it is": ('{"Version":"2012-10-17"}', '{"Version":"2012-10-17"}'),
}


@pytest.mark.parametrize(("given", "expected"), POLICIES.values(), ids=POLICIES)
def test_policies_of_rest_apis(given: str, expected: str) -> None:
    assert with_plain_policy({"policy": given}) == {"policy": expected}


RULE = (
    "aws:100000000001:us-east-1:elbv2:DescribeRules.Rules/"
    "arn:aws:elasticloadbalancing:us-east-1:100000000001:listener-rule/app/chat/1a1/1b1/1c1"
)
LISTENER = RULE.replace("DescribeRules.Rules", "DescribeListeners.Listeners").replace(
    "listener-rule", "listener"
)
ASKED = "HTTP header X-From-CDN present"
HEADERS: dict[str, tuple[list[Any], list[str]]] = {
    "none": ([], [ASKED]),
    "another one": ([{"HeaderName": "X-Other", "HeaderValue": "(withheld)"}], [ASKED]),
    "the one that is asked for": ([{"HeaderName": "x-from-cdn", "HeaderValue": "(withheld)"}], []),
    "no name": ([{"HeaderName": 7}], [ASKED]),
}


@pytest.mark.parametrize(("headers", "expected"), HEADERS.values(), ids=HEADERS)
def test_a_header_that_a_distribution_adds_keeps_nobody_out(headers: list[Any], expected: list[str]) -> None:
    changed = world("distribution-in-front-of-a-balancer")
    listener = changed.documents[LISTENER.rpartition("/")[0]]
    forward = listener["DefaultActions"]
    listener["DefaultActions"] = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}]
    condition = {
        "Field": "http-header",
        "HttpHeaderConfig": {"HttpHeaderName": "X-From-CDN", "Values": ["a"]},
    }
    changed.documents[RULE] |= {"Conditions": [condition], "Actions": forward}
    listed = changed.documents["aws:100000000001::cloudfront:ListDistributions"]["DistributionList"]["Items"]
    listed[0]["Origins"]["Items"][0]["CustomHeaders"] = {"Quantity": len(headers), "Items": headers}
    estate = AwsEstate(changed.snapshot(), config.load(changed.directory / "sidedoor.yaml"))
    hops = [hop for node in estate.network.resources() for hop in estate.hops_into(node.id)]
    assert [(hop.source, [str(guard) for guard in hop.guards]) for hop in hops] == [("*", expected)]
