"""Glue jobs and development endpoints, and the roles that their scripts run as.

| document | key | body |
|---|---|---|
| ``GetJobs.Jobs`` | job name | ``Role``: an ARN or a name; ``Command.ScriptLocation`` |
| ``GetDevEndpoints.DevEndpoints`` | endpoint name | ``RoleArn`` |

Values of arguments are withheld.
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

TABLE: Final = Service(
    name="glue",
    scope="regional",
    rows=(
        Row(operation="GetJobs", lists={"Jobs": "Name"}, effect="understated"),
        Row(operation="GetDevEndpoints", lists={"DevEndpoints": "EndpointName"}, effect="understated"),
    ),
)
