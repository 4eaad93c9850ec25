"""AgentCore runtimes and gateways: who may call the agents and tools behind them, and how callers log in.

Source: Bedrock AgentCore control plane API Reference, "GetAgentRuntime", "GetGateway"
(https://docs.aws.amazon.com/bedrock-agentcore-control/latest/APIReference/API_GetGateway.html, read
2026-11-22). A runtime without an authorizer takes signed requests, as ``AWS_IAM`` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from scanner.model import Resource, Signal
from scanner.providers.aws.library import at, field_evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.aws.access import Policy, Unread
    from scanner.providers.aws.library import Library
    from scanner.snapshot import Document, DocumentId, Snapshot

RUNTIME, GATEWAY = "agentcore-runtime", "agentcore-gateway"
_SCORE = 70
_SERVICE = "bedrock-agentcore-control"
_DISCOVERY = "/.well-known/openid-configuration"
_JWT = "/authorizerConfiguration/customJWTAuthorizer"


@dataclass(frozen=True, slots=True)
class Agent:
    """A runtime or gateway. `authorizer` is ``AWS_IAM``, ``NONE`` or ``JWT`` with the `issuer` of tokens.

    `endpoints` are those of a runtime by ARN, each with its own policy; the default one always exists.
    """

    arn: str
    kind: str
    account: str
    name: str
    authorizer: str
    issuer: str
    audiences: tuple[str, ...]
    clients: tuple[str, ...]
    policy: Policy | Unread | None
    endpoints: tuple[tuple[str, Policy | Unread | None], ...]
    document: Document


def read_agents(snapshot: Snapshot, library: Library) -> dict[str, Agent]:
    """Return runtimes and gateways by ARN, in ARN order."""
    found: dict[str, Agent] = {}
    for kind, operation, prefix in (
        (RUNTIME, "GetAgentRuntime", "agentRuntime"),
        (GATEWAY, "GetGateway", ""),
    ):
        for document in snapshot.all("aws", _SERVICE, operation):
            arn = at(document.body, f"/{prefix}Arn" if prefix else "/gatewayArn")
            if not isinstance(arn, str) or not arn:
                continue
            discovery = at(document.body, f"{_JWT}/discoveryUrl")
            issuer = str(discovery or "").removesuffix(_DISCOVERY)
            declared = at(document.body, "/authorizerType") or "AWS_IAM"
            policy = msgspec.structs.replace(document.id, field="GetResourcePolicy", key=arn)
            found[arn] = Agent(
                arn=arn,
                kind=kind,
                account=document.id.scope,
                name=str(at(document.body, f"/{prefix}Name" if prefix else "/name") or ""),
                authorizer="JWT" if issuer else str(declared),
                issuer=issuer,
                audiences=_texts(at(document.body, f"{_JWT}/allowedAudience")),
                clients=_texts(at(document.body, f"{_JWT}/allowedClients")),
                policy=library.get(policy, "/policy"),
                endpoints=_endpoints(snapshot, library, policy) if kind == RUNTIME else (),
                document=document,
            )
    return dict(sorted(found.items()))


def _endpoints(
    snapshot: Snapshot, library: Library, of_runtime: DocumentId
) -> tuple[tuple[str, Policy | Unread | None], ...]:
    """Return the endpoints of a runtime, given the id of its own policy."""
    runtime = of_runtime.key
    listed = snapshot.all("aws", _SERVICE, "ListAgentRuntimeEndpoints.runtimeEndpoints")
    arns = {d.id.key for d in listed if d.id.key.startswith(f"{runtime}/")}
    arns.add(f"{runtime}/runtime-endpoint/DEFAULT")
    return tuple(
        (arn, library.get(msgspec.structs.replace(of_runtime, key=arn), "/policy")) for arn in sorted(arns)
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(sorted(v for v in value if isinstance(v, str))) if isinstance(value, list) else ()


def resources(agents: Iterable[Agent]) -> Iterator[Resource]:
    """Yield each as an endpoint."""
    for agent in agents:
        word = "runtime" if agent.kind == RUNTIME else "gateway"
        evidence = field_evidence(
            agent.document, "/agentRuntimeArn" if agent.kind == RUNTIME else "/gatewayArn"
        )
        signal = Signal(_SCORE, "inference-endpoint", f"AgentCore {word}", evidence)
        yield Resource(agent.arn, agent.kind, "aws", scope=agent.account, name=agent.name, signals=(signal,))
