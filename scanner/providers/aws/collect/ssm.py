"""Which instances Systems Manager can open a session on, or run a command.

| document | key | body |
|---|---|---|
| ``DescribeInstanceInformation.InstanceInformationList`` | instance id | ``PingStatus`` |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

TABLE: Final = Service(
    name="ssm",
    scope="regional",
    rows=(
        Row(
            operation="DescribeInstanceInformation",
            lists={"InstanceInformationList": "InstanceId"},
            effect="understated",
        ),
    ),
)
