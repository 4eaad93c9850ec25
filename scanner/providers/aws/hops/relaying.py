"""Hops from a function into the endpoints and models that its role may call.

Whoever may call the function has its code call the model, as far as that code passes requests on. Nobody here
reads code, so such a hop is never more than possible. Source: AWS Machine Learning Blog, "Call an Amazon
SageMaker model endpoint using Amazon API Gateway and AWS Lambda"; Lambda Developer Guide, "Defining Lambda
function permissions with an execution role"
(https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws.hops import asking, models

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.questions import Question

_RELAYING = "lambda-function"


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield a hop into an endpoint or model from each function that may call it; none for another node."""
    yield from asking.once(_calls(estate, node, question) for question in models.invocations(estate, node))


def _calls(estate: AwsEstate, node: str, question: Question) -> Iterator[Hop]:
    for role, said in estate.oracle.insiders(question):
        if said.is_denied:
            continue
        for function in estate.workloads.of_role(role.arn, _RELAYING):
            yield from estate.steps.hops(
                "relay",
                function.arn,
                node,
                (said,),
                gains=("invoke",),
                evidence=(function.evidence,),
                missing=(f"what the code of {function.arn} passes on",),
            )
