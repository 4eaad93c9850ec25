"""VPC Lattice: services that other networks and accounts call without a way between the networks.

| document | key | body |
|---|---|---|
| ``ListServices.items`` | ARN | ``name``, ``status``, ``dnsEntry`` |
| ``ListResourceConfigurations.items`` | ARN | ``name``, ``type``, ``status``; newer SDKs |

Who may call them is not followed: each is a gap of its own (`scanner.providers.aws.stores.unfollowed`).
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

TABLE: Final = Service(
    name="vpc-lattice",
    scope="regional",
    rows=(
        Row(operation="ListServices", lists={"items": "arn"}, effect="understated"),
        Row(operation="ListResourceConfigurations", lists={"items": "arn"}, newer=True, effect="understated"),
    ),
)
