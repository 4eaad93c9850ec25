"""The account's own block of public access to S3, and access points: a second door to a bucket.

| document | region | key | body |
|---|---|---|---|
| ``GetPublicAccessBlock`` | - | - | ``PublicAccessBlockConfiguration``; no body: never set |
| ``ListAccessPoints.AccessPointList`` | yes | ARN | ``Name``, ``Bucket``, ``NetworkOrigin`` |
| ``GetAccessPoint`` | yes | ARN | with its ``PublicAccessBlockConfiguration`` |
| ``GetAccessPointPolicy`` | yes | ARN | ``Policy`` as JSON; no body: no policy |
| ``GetAccessPointPolicyStatus`` | yes | ARN | ``PolicyStatus.IsPublic``; no body: no policy |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

_POINTS = ("ListAccessPoints.AccessPointList",)
_NAMED = {"AccountId": "@account", "Name": "Name"}

ACCOUNT_TABLE: Final = Service(
    name="s3control",
    scope="global",
    prefix="s3",
    rows=(
        Row(
            operation="GetPublicAccessBlock",
            params={"AccountId": "@account"},
            none=("NoSuchPublicAccessBlockConfiguration",),
            effect="overstated",
            iam=("s3:GetAccountPublicAccessBlock",),
        ),
    ),
)

TABLE: Final = Service(
    name="s3control",
    scope="regional",
    prefix="s3",
    rows=(
        Row(
            operation="ListAccessPoints",
            params={"AccountId": "@account"},
            lists={"AccessPointList": "AccessPointArn"},
        ),
        Row(operation="GetAccessPoint", each=_POINTS, params=_NAMED),
        Row(
            operation="GetAccessPointPolicy",
            each=_POINTS,
            params=_NAMED,
            policies=("Policy",),
            none=("NoSuchAccessPointPolicy",),
        ),
        Row(
            operation="GetAccessPointPolicyStatus",
            each=_POINTS,
            params=_NAMED,
            none=("NoSuchAccessPointPolicy",),
        ),
    ),
)
