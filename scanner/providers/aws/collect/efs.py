"""Network file systems: who may mount them, and in which networks.

| document | key | body |
|---|---|---|
| ``DescribeFileSystems.FileSystems`` | ARN | ``FileSystemId``, name, tags |
| ``DescribeFileSystemPolicy`` | ARN | ``Policy`` as JSON; no body: none |
| ``DescribeMountTargets.MountTargets`` | ARN/MOUNT-TARGET | ``VpcId``, ``SubnetId`` |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

_SYSTEMS = ("DescribeFileSystems.FileSystems",)
_ID = {"FileSystemId": "FileSystemId"}

TABLE: Final = Service(
    name="efs",
    scope="regional",
    prefix="elasticfilesystem",
    rows=(
        Row(operation="DescribeFileSystems", lists={"FileSystems": "FileSystemArn"}, effect="understated"),
        Row(
            operation="DescribeFileSystemPolicy",
            each=_SYSTEMS,
            params=_ID,
            policies=("Policy",),
            none=("PolicyNotFound",),
        ),
        Row(
            operation="DescribeMountTargets",
            each=_SYSTEMS,
            params=_ID,
            lists={"MountTargets": "@key/MountTargetId"},
            effect="understated",
        ),
    ),
)
