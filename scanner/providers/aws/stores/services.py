"""Models behind further interfaces: private hubs, provisioned throughput, deployments and agents of Bedrock.

Sources: SageMaker API Reference, "CreateHubContentPresignedUrls"; Bedrock User Guide, "Use a custom model"
(https://docs.aws.amazon.com/bedrock/latest/userguide/model-customization-use.html), "How Amazon Bedrock
Agents works" (agents-how.html), read 2026-11-22.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from scanner.model import AssetClass, Resource, Signal
from scanner.providers.aws.library import at, field_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.snapshot import Snapshot

HUB_CONTENT, SERVED, AGENT = "sagemaker-hub-content", "bedrock-served-model", "bedrock-agent"
PROFILE = "bedrock-inference-profile"
_OWN = re.compile(r":(custom-model|imported-model|custom-model-deployment|provisioned-model)/")


class _Kind(NamedTuple):
    """Documents that describe a resource each: JSON pointers to its ARN, name and the model it stands for.

    `own_model_only`: it matters only where the model is our own and not one that Bedrock offers to all.
    """

    kind: str
    service: str
    operation: str
    arn: str
    name: str
    asset_class: AssetClass
    score: int
    why: str
    model: str = ""
    own_model_only: bool = True


_KINDS = (
    _Kind(
        HUB_CONTENT,
        "sagemaker",
        "ListHubContents.HubContentSummaries",
        "/HubContentArn",
        "/HubContentName",
        "model-weights",
        80,
        "model in a private hub",
        own_model_only=False,
    ),
    _Kind(
        SERVED,
        "bedrock",
        "ListProvisionedModelThroughputs.provisionedModelSummaries",
        "/provisionedModelArn",
        "/provisionedModelName",
        "inference-endpoint",
        95,
        "throughput bought for a model of our own",
        "/modelArn",
    ),
    _Kind(
        SERVED,
        "bedrock",
        "ListCustomModelDeployments.modelDeploymentSummaries",
        "/customModelDeploymentArn",
        "/customModelDeploymentName",
        "inference-endpoint",
        95,
        "deployment of a model of our own",
        "/modelArn",
    ),
    # of a model that Bedrock offers to all, so an asset only where the configuration says so
    _Kind(
        PROFILE,
        "bedrock",
        "ListInferenceProfiles.inferenceProfileSummaries",
        "/inferenceProfileArn",
        "/inferenceProfileName",
        "inference-endpoint",
        30,
        "inference profile of our own",
        own_model_only=False,
    ),
    _Kind(
        AGENT,
        "bedrock-agent",
        "GetAgent",
        "/agent/agentArn",
        "/agent/agentName",
        "inference-endpoint",
        80,
        "agent that answers with a model of our own",
        "/agent/foundationModel",
    ),
)


def resources(snapshot: Snapshot) -> Iterator[Resource]:
    """Yield them, kind by kind."""
    for kind in _KINDS:
        for document in snapshot.all("aws", kind.service, kind.operation):
            arn, model = at(document.body, kind.arn), at(document.body, kind.model) if kind.model else None
            if not isinstance(arn, str) or not arn:
                continue
            if kind.own_model_only and not (isinstance(model, str) and _OWN.search(model)):
                continue
            evidence = field_evidence(document, kind.model or kind.arn)
            yield Resource(
                arn,
                kind.kind,
                "aws",
                scope=document.id.scope,
                name=str(at(document.body, kind.name) or ""),
                signals=(Signal(kind.score, kind.asset_class, kind.why, evidence),),
                uses=(model,) if isinstance(model, str) and model else (),
            )
