"""Snapshots and machine images of our own, and whom they are shared with.

| document | key | body |
|---|---|---|
| ``GetSnapshotBlockPublicAccessState`` | - | ``State`` |
| ``DescribeSnapshots.Snapshots`` | snapshot id | ``KmsKeyId``, tags; newer SDKs: ``AssociatedKmsKeys`` |
| ``DescribeSnapshotAttribute`` | snapshot id | ``CreateVolumePermissions`` |
| ``DescribeImages.Images`` | image id | ``BlockDeviceMappings``, tags |
| ``DescribeImageAttribute`` | image id | ``LaunchPermissions`` |

At most 2,000 of each; where there are more, the list's own id is a gap.
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

_MOST = 2000

TABLE: Final = Service(
    name="ec2",
    scope="regional",
    rows=(
        Row(operation="GetSnapshotBlockPublicAccessState", effect="overstated"),
        Row(
            operation="DescribeSnapshots",
            given=({"OwnerIds": ["self"]},),
            lists={"Snapshots": "SnapshotId"},
            limit=_MOST,
            effect="understated",
        ),
        Row(
            operation="DescribeSnapshotAttribute",
            each=("DescribeSnapshots.Snapshots",),
            given=({"Attribute": "createVolumePermission"},),
            params={"SnapshotId": "SnapshotId"},
        ),
        Row(
            operation="DescribeImages",
            given=({"Owners": ["self"], "IncludeDisabled": True},),
            lists={"Images": "ImageId"},
            limit=_MOST,
            effect="understated",
        ),
        Row(
            operation="DescribeImageAttribute",
            each=("DescribeImages.Images",),
            given=({"Attribute": "launchPermission"},),
            params={"ImageId": "ImageId"},
        ),
    ),
)
