"""Hops into AgentCore runtimes and gateways: by signature, by token of an issuer, or by nothing at all.

Sources, below https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/, read 2026-11-22: "Set up
inbound authorization for your gateway" (gateway-inbound-auth.html), "Authenticate and authorize with Inbound
Auth and Outbound Auth" (runtime-oauth.html), "Resource-based policies for Amazon Bedrock AgentCore"
(resource-based-policies.html).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from scanner.model import Hop
from scanner.providers.aws.hops import asking
from scanner.providers.aws.hops.asking import INVOKE
from scanner.providers.aws.library import field_evidence
from scanner.providers.aws.outsiders import ANYONE, subject_node
from scanner.providers.aws.questions import Question
from scanner.providers.aws.stores.agentcore import RUNTIME
from scanner.verdict import Guard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity
    from scanner.providers.aws.outsiders import Caller
    from scanner.providers.aws.questions import Answer
    from scanner.providers.aws.stores.agentcore import Agent

_ACTIONS = {RUNTIME: "bedrock-agentcore:InvokeAgentRuntime"}
_OF_GATEWAY = "bedrock-agentcore:InvokeGateway"
_ANY_SUBJECT = "*"


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a runtime or a gateway; none for another node."""
    agent = estate.stores.agents.get(node)
    if agent is None:
        return
    if agent.authorizer == "NONE":
        proof = (field_evidence(agent.document, "/authorizerType"),)
        yield Hop(node, ANYONE, INVOKE.type, gains=(INVOKE.gain,), evidence=proof)
    elif agent.authorizer == "AWS_IAM":
        action = _ACTIONS.get(agent.kind, _OF_GATEWAY)
        first = Question(action, node, agent.account, agent.policy)
        # "Hierarchical authorization for agent runtime and endpoint": both must allow
        further = [Question(action, arn, agent.account, policy) for arn, policy in agent.endpoints]
        ways: list[tuple[Question, ...]] = [(question,) for question in further] or [()]
        yield from asking.once(
            asking.hops(estate, node, INVOKE, first, partial(_too, estate, more)) for more in ways
        )
    elif agent.issuer:
        yield _by_token(agent)


def _too(estate: AwsEstate, questions: tuple[Question, ...], who: Identity | Caller) -> tuple[Answer, ...]:
    """Return the answers to further questions."""
    return tuple(asking.answer(estate, who, question) for question in questions)


def _by_token(agent: Agent) -> Hop:
    """Return the hop of everyone to whom the issuer gives a token that the authorizer takes."""
    guards = [("aud", agent.audiences, "audience"), ("client_id", agent.clients, "other")]
    return Hop(
        agent.arn,
        subject_node(agent.issuer, _ANY_SUBJECT),
        INVOKE.type,
        guards=tuple(
            Guard(f"{agent.issuer.removeprefix('https://')}:{claim}", "in", values, "issuer", kind)
            for claim, values, kind in guards
            if values
        ),
        gains=(INVOKE.gain,),
        evidence=(field_evidence(agent.document, "/authorizerConfiguration"),),
    )
