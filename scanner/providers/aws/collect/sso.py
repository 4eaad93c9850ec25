"""Single sign-on: whose directories of users open roles in an account.

| document | key | body |
|---|---|---|
| ``ListInstances.Instances`` | instance ARN | ``OwnerAccountId``, ``IdentityStoreId``, ``Status`` |

Users and groups are not read.
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

TABLE: Final = Service(
    name="sso-admin",
    scope="regional",
    prefix="sso",
    rows=(Row(operation="ListInstances", lists={"Instances": "InstanceArn"}, effect="overstated"),),
)
