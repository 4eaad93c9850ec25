"""Who each account was read as.

| document | key | body |
|---|---|---|
| ``GetCallerIdentity`` | - | ``Account``, ``Arn``, ``UserId`` |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

TABLE: Final = Service(name="sts", scope="global", rows=(Row(operation="GetCallerIdentity"),))
