"""The account's own block of public access to S3, and access points: a second door to a bucket.

| document | region | key | body |
|---|---|---|---|
| ``GetPublicAccessBlock`` | - | - | ``PublicAccessBlockConfiguration``; no body: never set |
| ``ListAccessPoints.AccessPointList`` | yes | ARN | ``Name``, ``Bucket``, ``NetworkOrigin`` |
| ``GetAccessPoint`` | yes | ARN | with its ``PublicAccessBlockConfiguration`` |
| ``GetAccessPointPolicy`` | yes | ARN | ``Policy`` as JSON; no body: no policy |
| ``GetAccessPointPolicyStatus`` | yes | ARN | ``PolicyStatus.IsPublic``; no body: no policy |
| ``ListAccessPointsForObjectLambda.ObjectLambdaAccessPointList`` | yes | ARN | ``Name`` |
| ``ListAccessPointsForDirectoryBuckets.AccessPointList`` | yes | ARN | ``Bucket``; newer SDKs |
| ``ListMultiRegionAccessPoints.AccessPoints`` | - | name | ``Alias``, ``Regions`` with their ``Bucket`` |
| ``GetMultiRegionAccessPointPolicy`` | - | name | ``Policy.Established.Policy`` as JSON |
| ``ListAccessGrantsInstances.AccessGrantsInstancesList`` | yes | ARN of the instance | |
| ``GetAccessGrantsInstanceResourcePolicy`` | yes | ARN of the instance | ``Policy``; no body: none |
| ``ListAccessGrantsLocations.AccessGrantsLocationsList`` | yes | INSTANCE/ID | scope and role |
| ``ListAccessGrants.AccessGrantsList`` | yes | INSTANCE/ID | ``Grantee``, ``Permission``, ``GrantScope`` |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

_POINTS = ("ListAccessPoints.AccessPointList",)
_INSTANCES = ("ListAccessGrantsInstances.AccessGrantsInstancesList",)
_ACCOUNT = {"AccountId": "@account"}
# "this action will always be routed to the US West (Oregon) Region":
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_ListMultiRegionAccessPoints.html (read 2026-11)
_MULTI_REGION = "us-west-2"
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
        Row(
            operation="ListMultiRegionAccessPoints",
            each=lambda _: [(_MULTI_REGION, {})],
            params=_ACCOUNT,
            lists={"AccessPoints": "Name"},
            effect="understated",
        ),
        Row(
            operation="GetMultiRegionAccessPointPolicy",
            each=("ListMultiRegionAccessPoints.AccessPoints",),
            params=_NAMED,
            policies=("Policy.Established.Policy",),
            effect="understated",
        ),
    ),
    region_of=lambda _, key: _MULTI_REGION if key else None,
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
        Row(
            operation="ListAccessPointsForObjectLambda",
            params=_ACCOUNT,
            lists={"ObjectLambdaAccessPointList": "ObjectLambdaAccessPointArn"},
            effect="understated",
        ),
        Row(
            operation="ListAccessPointsForDirectoryBuckets",
            params=_ACCOUNT,
            lists={"AccessPointList": "AccessPointArn"},
            newer=True,
            effect="understated",
            iam=("s3express:ListAccessPointsForDirectoryBuckets",),
        ),
        Row(
            operation="ListAccessGrantsInstances",
            params=_ACCOUNT,
            lists={"AccessGrantsInstancesList": "AccessGrantsInstanceArn"},
            effect="understated",
        ),
        Row(
            operation="GetAccessGrantsInstanceResourcePolicy",
            each=_INSTANCES,
            params=_ACCOUNT,
            policies=("Policy",),
            none=("AccessGrantsInstanceResourcePolicyNotExists",),
        ),
        Row(
            operation="ListAccessGrantsLocations",
            each=_INSTANCES,
            params=_ACCOUNT,
            lists={"AccessGrantsLocationsList": "@key/AccessGrantsLocationId"},
        ),
        Row(
            operation="ListAccessGrants",
            each=_INSTANCES,
            params=_ACCOUNT,
            lists={"AccessGrantsList": "@key/AccessGrantId"},
        ),
    ),
)
