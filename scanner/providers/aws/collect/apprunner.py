"""App Runner services and the roles that their code runs as.

| document | key | body |
|---|---|---|
| ``ListServices.ServiceSummaryList``, ``DescribeService`` | ARN | ``InstanceConfiguration.InstanceRoleArn`` |

Values of environment variables and commands are withheld.
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

TABLE: Final = Service(
    name="apprunner",
    scope="regional",
    rows=(
        Row(
            operation="ListServices",
            lists={"ServiceSummaryList": "ServiceArn"},
            effect="understated",
        ),
        Row(
            operation="DescribeService",
            each=("ListServices.ServiceSummaryList",),
            params={"ServiceArn": "ServiceArn"},
            effect="understated",
        ),
    ),
)
