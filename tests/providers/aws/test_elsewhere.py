"""What APIs and distributions call: where nothing that was read answers there is a gap, else none."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.providers.aws.apis import Apis
from scanner.providers.aws.distributions import Distributions
from scanner.providers.aws.library import Library
from scanner.providers.aws.stores.unfollowed import unfollowed
from tests.providers.aws.documents import OURS, snapshot

HERE = f"aws:{OURS}:us-east-1:"
REST, WEB = f"{HERE}apigateway:", f"{HERE}apigatewayv2:"
CLASSIC = f"{HERE}elb:DescribeLoadBalancers.LoadBalancerDescriptions/chat"
KNOWN = {CLASSIC: {"LoadBalancerName": "chat", "DNSName": "chat-1.us-east-1.elb.amazonaws.com"}}
LAMBDA = (
    f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:{OURS}:function:"
)


def rest(deployed: int = 1, **integration: Any) -> dict[str, Any]:  # noqa: ANN401 - raw JSON
    return {
        f"{REST}GetRestApis.items/a1": {"id": "a1"},
        f"{REST}GetStages/a1": {"item": [{"stageName": "prod"}] * deployed},
        f"{REST}GetResources.items/a1/r1": {
            "path": "/chat",
            "resourceMethods": {"POST": {"httpMethod": "POST", "methodIntegration": integration}},
        },
        **KNOWN,
    }


def web(**integration: str) -> dict[str, Any]:
    return {
        f"{WEB}GetApis.Items/h1": {"ApiId": "h1", "ProtocolType": "HTTP"},
        f"{WEB}GetStages/h1": {},
        f"{WEB}GetStages.Items/h1/$default": {"StageName": "$default"},
        f"{WEB}GetRoutes.Items/h1/r1": {"RouteKey": "POST /chat", "Target": "integrations/i1"},
        f"{WEB}GetIntegrations.Items/h1/i1": integration,
        **KNOWN,
    }


def graph(endpoint: str) -> dict[str, Any]:
    source = {"name": "chat", "type": "HTTP", "httpConfig": {"endpoint": endpoint}}
    return {
        f"{HERE}appsync:ListGraphqlApis.graphqlApis/g1": {"apiId": "g1", "authenticationType": "API_KEY"},
        f"{HERE}appsync:ListDataSources.dataSources/g1/chat": source,
        **KNOWN,
    }


LINK: dict[str, Any] = {"connectionType": "VPC_LINK", "type": "HTTP_PROXY"}
STAGED = "the stage variable host"
CASES: dict[str, tuple[dict[str, Any], str]] = {
    "REST: a host that a stage names": (
        rest(type="HTTP_PROXY", uri="https://${stageVariables.host}/v1"),
        STAGED,
    ),
    "REST: a path that a stage names, at a host that is known": (
        rest(type="HTTP_PROXY", uri="http://chat-1.us-east-1.elb.amazonaws.com/${stageVariables.host}"),
        "",
    ),
    "REST: a domain of one's own": (
        rest(type="HTTP_PROXY", uri="https://chat.ourlab.example/v1"),
        "the host chat.ourlab.example",
    ),
    "REST: in no stage": (rest(0, type="HTTP_PROXY", uri="https://chat.ourlab.example/v1"), ""),
    "REST: an address": (rest(type="HTTP", uri="http://192.0.2.7:8000/v1"), "the host 192.0.2.7"),
    "REST: a load balancer that was not read": (
        rest(type="HTTP", uri="http://other-2.us-east-1.elb.amazonaws.com/"),
        "the host other-2.us-east-1.elb.amazonaws.com",
    ),
    "REST: a service of AWS, which asks for a signature": (
        rest(type="HTTP", uri="https://runtime.sagemaker.us-east-1.amazonaws.com/endpoints/chat/invocations"),
        "",
    ),
    "REST: another API": (
        rest(type="HTTP", uri="https://b2.execute-api.us-east-1.amazonaws.com/prod"),
        "another API, b2",
    ),
    "REST: a link that a stage names": (
        rest(**LINK, uri="http://x", connectionId="${stageVariables.host}"),
        STAGED,
    ),
    "REST: a link that was not read": (
        rest(**LINK, uri="http://x", connectionId="v1"),
        "the link v1 was not read",
    ),
    "REST: a function that a stage names is a glob": (
        rest(type="AWS_PROXY", uri=f"{LAMBDA}${{stageVariables.host}}/invocations"),
        "",
    ),
    "REST: an action that a stage names": (rest(type="AWS", uri="${stageVariables.host}"), STAGED),
    "REST: nothing is called": (rest(type="MOCK"), ""),
    "HTTP: a host that a stage names": (
        web(IntegrationType="HTTP_PROXY", IntegrationUri="https://${stageVariables.host}/"),
        STAGED,
    ),
    "HTTP: a domain of one's own": (
        web(IntegrationType="HTTP_PROXY", IntegrationUri="https://chat.ourlab.example/"),
        "the host chat.ourlab.example",
    ),
    "HTTP: a Classic Load Balancer": (
        web(IntegrationType="HTTP_PROXY", IntegrationUri="https://chat-1.us-east-1.elb.amazonaws.com/"),
        "",
    ),
    "HTTP: a listener that a stage names": (
        web(IntegrationType="HTTP_PROXY", ConnectionType="VPC_LINK", IntegrationUri="${stageVariables.host}"),
        STAGED,
    ),
    "HTTP: a queue": (web(IntegrationType="AWS_PROXY", IntegrationSubtype="SQS-SendMessage"), ""),
    "GraphQL: a domain of one's own": (graph("https://chat.ourlab.example"), "the host chat.ourlab.example"),
    "GraphQL: a model by its own name": (graph("https://bedrock-runtime.us-east-1.amazonaws.com"), ""),
}


@pytest.mark.parametrize(("documents", "expected"), CASES.values(), ids=CASES)
def test_what_an_api_calls_is_followed_or_said(documents: dict[str, Any], expected: str) -> None:
    read = snapshot(documents, [])
    said = [gap.detail.partition("not followed: ")[2] for gap in Apis(read, Library(read)).gaps()]
    assert said == ([expected] if expected else [])


REGISTRY = f"arn:aws:servicediscovery:us-east-1:{OURS}:service/srv-0a1"
REGISTERED = {
    "a service of containers": ([{"registryArn": REGISTRY}], ""),
    "something else": ([], f"what is registered at {REGISTRY}"),
}


@pytest.mark.parametrize(("registries", "expected"), REGISTERED.values(), ids=REGISTERED)
def test_what_is_registered_is_known_or_said(registries: list[dict[str, str]], expected: str) -> None:
    service = {"serviceArn": "s1", "serviceRegistries": registries}
    documents = {
        **web(IntegrationType="HTTP_PROXY", ConnectionType="VPC_LINK", IntegrationUri=REGISTRY),
        f"{HERE}ecs:DescribeServices/s1": {"services": [service]},
    }
    read = snapshot(documents, [])
    said = [gap.detail.partition("not followed: ")[2] for gap in Apis(read, Library(read)).gaps()]
    assert said == ([expected] if expected else [])


def published(methods: list[str], **origin: Any) -> dict[str, Any]:  # noqa: ANN401 - raw JSON
    item = {
        "ARN": "d1",
        "Enabled": True,
        "Origins": {"Items": [{"Id": "o", **origin}]},
        "DefaultCacheBehavior": {"TargetOriginId": "o", "AllowedMethods": {"Items": methods}},
    }
    return {f"aws:{OURS}::cloudfront:ListDistributions": {"DistributionList": {"Items": [item]}}, **KNOWN}


ANY, READS = ["GET", "HEAD", "POST"], ["GET", "HEAD"]
VPC = {"VpcOriginId": "vo1"}
ORIGINS: dict[str, tuple[dict[str, Any], str]] = {
    "a domain of one's own": (published(ANY, DomainName="chat.ourlab.example"), "chat.ourlab.example of d1"),
    "which takes no questions": (published(READS, DomainName="chat.ourlab.example"), ""),
    "a Classic Load Balancer": (published(ANY, DomainName="chat-1.us-east-1.elb.amazonaws.com"), ""),
    "an API": (published(ANY, DomainName="a1.execute-api.us-east-1.amazonaws.com"), ""),
    "a bucket": (published(ANY, DomainName="b.s3.us-east-1.amazonaws.com", S3OriginConfig={}), ""),
    "in a network, not known": (published(ANY, DomainName="x.example", VpcOriginConfig=VPC), "vo1 of d1"),
}


@pytest.mark.parametrize(("documents", "expected"), ORIGINS.values(), ids=ORIGINS)
def test_what_answers_at_an_origin_is_known_or_said(documents: dict[str, Any], expected: str) -> None:
    said = [gap.detail.partition("not known: ")[2] for gap in Distributions(snapshot(documents, [])).gaps()]
    assert said == ([expected] if expected else [])


EC2, LATTICE = f"{HERE}ec2:Describe", f"{HERE}vpc-lattice:List"
DOORS: dict[str, tuple[str, dict[str, Any], bool]] = {
    "a service of VPC Lattice": (f"{LATTICE}Services.items/s1", {"name": "chat", "status": "ACTIVE"}, True),
    "one that is not there yet": (f"{LATTICE}Services.items/s1", {"status": "CREATE_IN_PROGRESS"}, False),
    "one in a state that is not known": (f"{LATTICE}Services.items/s1", {"status": ["ACTIVE"]}, True),
    "what VPC Lattice shares": (f"{LATTICE}ResourceConfigurations.items/r1", {"status": "ACTIVE"}, True),
    "what it shared": (f"{LATTICE}ResourceConfigurations.items/r1", {"status": "DELETE_IN_PROGRESS"}, False),
    "Verified Access": (
        f"{EC2}VerifiedAccessEndpoints.VerifiedAccessEndpoints/v1",
        {"Status": {"Code": "active"}},
        True,
    ),
    "Verified Access, deleted": (
        f"{EC2}VerifiedAccessEndpoints.VerifiedAccessEndpoints/v1",
        {"Status": {"Code": "deleted"}},
        False,
    ),
    "Instance Connect": (
        f"{EC2}InstanceConnectEndpoints.InstanceConnectEndpoints/e1",
        {"State": "create-complete"},
        True,
    ),
    "Instance Connect, failed": (
        f"{EC2}InstanceConnectEndpoints.InstanceConnectEndpoints/e1",
        {"State": "create-failed"},
        False,
    ),
}


@pytest.mark.parametrize(("id_", "body", "expected"), DOORS.values(), ids=DOORS)
def test_a_door_that_is_not_followed_is_said_where_there_is_one(
    id_: str, body: dict[str, Any], *, expected: bool
) -> None:
    said = [(str(gap.id), gap.effect) for gap in unfollowed(snapshot({id_: body}, []))]
    assert said == ([(id_, "understated")] if expected else [])
