"""Bedrock AgentCore code interpreters and the roles that their sessions run as.

| document | key | body |
|---|---|---|
| ``ListCodeInterpreters.codeInterpreterSummaries`` | id | ``codeInterpreterArn`` |
| ``GetCodeInterpreter`` | id | ``executionRoleArn``, where it has one |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

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
    ),
)
