"""IAM Roles Anywhere: whose certificates are taken, and for which roles.

| document | key | body |
|---|---|---|
| ``ListTrustAnchors.trustAnchors`` | ARN | ``enabled``, ``source`` |
| ``ListProfiles.profiles`` | ARN | ``enabled``, ``roleArns``, ``sessionPolicy``, ``managedPolicyArns`` |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

TABLE: Final = Service(
    name="rolesanywhere",
    scope="regional",
    rows=(
        Row(operation="ListTrustAnchors", lists={"trustAnchors": "trustAnchorArn"}),
        Row(operation="ListProfiles", lists={"profiles": "profileArn"}, policies=("sessionPolicy",)),
    ),
)
