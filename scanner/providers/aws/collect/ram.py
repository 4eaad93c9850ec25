"""What is shared with other accounts through Resource Access Manager.

| document | key | body |
|---|---|---|
| ``GetResourceShares.resourceShares`` | ARN of the share | ``allowExternalPrincipals`` |
| ``ListResources`` | - | ``resources``: ARN, and of which share |
| ``ListPrincipals`` | - | ``principals``: id, and of which share |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

_OURS = ({"resourceOwner": "SELF"},)

TABLE: Final = Service(
    name="ram",
    scope="regional",
    rows=(
        Row(
            operation="GetResourceShares",
            given=_OURS,
            lists={"resourceShares": "resourceShareArn"},
            effect="understated",
        ),
        Row(operation="ListResources", given=_OURS, effect="understated"),
        Row(operation="ListPrincipals", given=_OURS, effect="understated"),
    ),
)
