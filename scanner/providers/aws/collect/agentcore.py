"""Bedrock AgentCore: runtimes and gateways and how callers log in, interpreters and the roles they run as.

| document | key | body |
|---|---|---|
| ``ListCodeInterpreters.codeInterpreterSummaries`` | id | ``codeInterpreterArn`` |
| ``GetCodeInterpreter`` | id | ``executionRoleArn``, where it has one |
| ``ListAgentRuntimes.agentRuntimes`` | id | |
| ``GetAgentRuntime`` | id | ``authorizerConfiguration``, ``roleArn``; without its environment |
| ``ListAgentRuntimeEndpoints.runtimeEndpoints`` | ARN of the endpoint | |
| ``ListGateways.items``, ``GetGateway`` | id | ``authorizerType``, ``authorizerConfiguration`` |
| ``GetResourcePolicy`` | ARN of a runtime, endpoint or gateway | ``policy`` as JSON; no body: none |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.collect.table import Row, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.collect.table import Body, Found


def without_environment(body: Body) -> Body:
    """Leave out the variables, in which users keep keys and tokens."""
    return {name: value for name, value in body.items() if name != "environmentVariables"}


def callable_agents(found: Found) -> Iterator[tuple[str, Body]]:
    """Yield every runtime, its endpoints, and every gateway by ARN, as what to ask with."""
    for operation, field in (
        ("GetAgentRuntime", "agentRuntimeArn"),
        ("ListAgentRuntimeEndpoints.runtimeEndpoints", "agentRuntimeEndpointArn"),
        ("GetGateway", "gatewayArn"),
    ):
        for _, body in found.items(operation):
            if body and body.get(field):
                yield body[field], {"resourceArn": body[field]}


TABLE: Final = Service(
    name="bedrock-agentcore-control",
    prefix="bedrock-agentcore",
    scope="regional",
    rows=(
        Row(
            operation="ListCodeInterpreters",
            given=({"type": "CUSTOM"},),
            lists={"codeInterpreterSummaries": "codeInterpreterId"},
            newer=True,
            effect="understated",
        ),
        Row(
            operation="GetCodeInterpreter",
            each=("ListCodeInterpreters.codeInterpreterSummaries",),
            params={"codeInterpreterId": "codeInterpreterId"},
            newer=True,
            effect="understated",
        ),
        Row(
            operation="ListAgentRuntimes",
            lists={"agentRuntimes": "agentRuntimeId"},
            newer=True,
            effect="understated",
        ),
        Row(
            operation="GetAgentRuntime",
            each=("ListAgentRuntimes.agentRuntimes",),
            params={"agentRuntimeId": "agentRuntimeId"},
            reshape=without_environment,
            newer=True,
            effect="understated",
        ),
        Row(
            operation="ListAgentRuntimeEndpoints",
            each=("ListAgentRuntimes.agentRuntimes",),
            params={"agentRuntimeId": "agentRuntimeId"},
            lists={"runtimeEndpoints": "agentRuntimeEndpointArn"},
            newer=True,
            effect="understated",
        ),
        Row(operation="ListGateways", lists={"items": "gatewayId"}, newer=True, effect="understated"),
        Row(
            operation="GetGateway",
            each=("ListGateways.items",),
            params={"gatewayIdentifier": "gatewayId"},
            newer=True,
            effect="understated",
        ),
        Row(
            operation="GetResourcePolicy",
            each=callable_agents,
            params={"resourceArn": "resourceArn"},
            policies=("policy",),
            none=("ResourceNotFoundException",),
            newer=True,
            effect="understated",
        ),
    ),
)
