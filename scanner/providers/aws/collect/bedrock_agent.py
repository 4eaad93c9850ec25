"""Agents, and the models they answer with.

| document | key | body |
|---|---|---|
| ``ListAgents.agentSummaries`` | agent id | |
| ``GetAgent`` | agent id | ``agent.foundationModel``, which may be a model of our own |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Body, Row, Service


def without_prompts(body: Body) -> Body:
    """Leave out what an agent is told to do."""
    agent = {k: v for k, v in (body.get("agent") or {}).items() if k not in _PROMPTS}
    return {**body, "agent": agent}


_PROMPTS = {"instruction", "promptOverrideConfiguration", "description"}

TABLE: Final = Service(
    name="bedrock-agent",
    scope="regional",
    prefix="bedrock",
    rows=(
        Row(operation="ListAgents", lists={"agentSummaries": "agentId"}, effect="understated"),
        Row(
            operation="GetAgent",
            each=("ListAgents.agentSummaries",),
            params={"agentId": "agentId"},
            reshape=without_prompts,
            effect="understated",
        ),
    ),
)
