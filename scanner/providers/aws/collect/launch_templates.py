"""Launch templates, and the instance profiles that their versions name.

| document | key | body |
|---|---|---|
| ``DescribeLaunchTemplates.LaunchTemplates`` | template id | |
| ``DescribeLaunchTemplateVersions`` | template id | ``LaunchTemplateVersions`` with ``IamInstanceProfile`` |

User data are withheld.
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

TABLE: Final = Service(
    name="ec2",
    scope="regional",
    rows=(
        Row(
            operation="DescribeLaunchTemplates",
            lists={"LaunchTemplates": "LaunchTemplateId"},
            effect="understated",
        ),
        Row(
            operation="DescribeLaunchTemplateVersions",
            each=("DescribeLaunchTemplates.LaunchTemplates",),
            params={"LaunchTemplateId": "LaunchTemplateId"},
            effect="understated",
        ),
    ),
)
