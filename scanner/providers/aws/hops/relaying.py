"""Hops from compute into the endpoints and models that its role may call.

Whoever may call the compute has its code call the model, as far as that code passes requests on. Nobody here
reads code, so such a hop is never more than possible. Instances count where a load balancer leads to them.
Sources, read 2026-11-22: AWS Machine Learning Blog, "Call an Amazon SageMaker model endpoint using Amazon API
Gateway and AWS Lambda"; Lambda Developer Guide, "Defining Lambda function permissions with an execution role"
(https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html); ECS Developer Guide, "Amazon
ECS task IAM role" (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html); App
Runner Developer Guide, "How App Runner works with IAM", instance role
(https://docs.aws.amazon.com/apprunner/latest/dg/security_iam_service-with-iam.html); Bedrock AgentCore
Developer Guide, "IAM Permissions for AgentCore Runtime"
(https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-permissions.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.hops import asking, models

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.questions import Answer, Question
    from scanner.providers.aws.workloads import Workload

_INSTANCE: Final = "ec2-instance"
_RELAYING: Final = (
    "agentcore-gateway",
    "agentcore-runtime",
    "apprunner-service",
    _INSTANCE,
    "ecs-service",
    "lambda-function",
)


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield a hop into an endpoint or model from all compute that may call it; none for another node."""
    yield from asking.once(_calls(estate, node, question) for question in models.invocations(estate, node))


def sources(estate: AwsEstate) -> frozenset[str]:
    """Return the compute that may call any endpoint or model."""
    asked = (q for node in list(estate.resources) for q in models.invocations(estate, node))
    return frozenset(compute.arn for question in asked for compute, _ in _callers(estate, question))


def _calls(estate: AwsEstate, node: str, question: Question) -> Iterator[Hop]:
    for compute, said in _callers(estate, question):
        yield from estate.steps.hops(
            "relay",
            compute.arn,
            node,
            (said,),
            gains=("invoke",),
            evidence=(compute.evidence,),
            missing=(f"what the code of {compute.arn} passes on",),
        )


def _callers(estate: AwsEstate, question: Question) -> Iterator[tuple[Workload, Answer]]:
    for role, said in estate.oracle.insiders(question):
        if said.is_denied:
            continue
        for kind in _RELAYING:
            for compute in estate.workloads.of_role(role.arn, kind):
                if kind != _INSTANCE or estate.network.is_balanced(compute.arn):
                    yield compute, said
