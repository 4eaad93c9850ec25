"""Functions and the roles they run as.

| document | key | body |
|---|---|---|
| ``ListFunctions.Functions`` | ARN | configuration with ``Role``; environment values withheld |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

TABLE: Final = Service(
    name="lambda",
    scope="regional",
    rows=(Row(operation="ListFunctions", lists={"Functions": "FunctionArn"}, effect="understated"),),
)
