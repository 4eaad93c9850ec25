"""Transfers between places of storage: what is copied from where to where, and as which role.

| document | key | body |
|---|---|---|
| ``ListLocations.Locations`` | ARN | ``LocationUri``, ``s3://BUCKET/PREFIX`` for a bucket |
| ``DescribeLocationS3`` | ARN of a location in S3 | ``S3Config.BucketAccessRoleArn`` |
| ``ListTasks.Tasks`` | ARN | |
| ``DescribeTask`` | ARN of a task | ``SourceLocationArn``, ``DestinationLocationArn``, ``Schedule`` |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.collect.table import Row, Service

if TYPE_CHECKING:
    from scanner.providers.aws.collect.table import Found

_LOCATIONS = "ListLocations.Locations"


def is_in_s3(found: Found, location: str) -> bool:
    """Say whether a location is a bucket, or a part of one."""
    return str((found.get(_LOCATIONS, location) or {}).get("LocationUri", "")).startswith("s3://")


TABLE: Final = Service(
    name="datasync",
    scope="regional",
    rows=(
        Row(operation="ListLocations", lists={"Locations": "LocationArn"}, effect="understated"),
        Row(
            operation="DescribeLocationS3",
            each=(_LOCATIONS,),
            params={"LocationArn": "LocationArn"},
            when=is_in_s3,
            effect="understated",
        ),
        Row(operation="ListTasks", lists={"Tasks": "TaskArn"}, effect="understated"),
        Row(
            operation="DescribeTask",
            each=("ListTasks.Tasks",),
            params={"TaskArn": "TaskArn"},
            effect="understated",
        ),
    ),
)
