"""Functions, the roles they run as, who may call them, and what does by itself.

| document | key | body |
|---|---|---|
| ``ListFunctions.Functions`` | ARN | configuration with ``Role``; environment values withheld |
| ``GetPolicy`` | function ARN | ``Policy`` as JSON; no body: no policy |
| ``ListFunctionUrlConfigs`` | function ARN | ``FunctionUrlConfigs`` with ``AuthType`` |
| ``ListEventSourceMappings.EventSourceMappings`` | id | ``FunctionArn``, ``EventSourceArn`` |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

_FUNCTIONS = ("ListFunctions.Functions",)
_FUNCTION = {"FunctionName": "FunctionArn"}

TABLE: Final = Service(
    name="lambda",
    scope="regional",
    rows=(
        Row(operation="ListFunctions", lists={"Functions": "FunctionArn"}, effect="understated"),
        Row(
            operation="GetPolicy",
            each=_FUNCTIONS,
            params=_FUNCTION,
            policies=("Policy",),
            none=("ResourceNotFoundException",),
            effect="understated",
        ),
        Row(operation="ListFunctionUrlConfigs", each=_FUNCTIONS, params=_FUNCTION, effect="understated"),
        Row(
            operation="ListEventSourceMappings",
            lists={"EventSourceMappings": "UUID"},
            effect="understated",
        ),
    ),
)
