"""FSx file systems: where in networks they are mounted from, and which S3 locations they mirror.

| document | key | body |
|---|---|---|
| ``DescribeFileSystems.FileSystems`` | file system id | ``NetworkInterfaceIds``, tags |
| ``DescribeDataRepositoryAssociations.Associations`` | association id | ``DataRepositoryPath`` |
| ``DescribeS3AccessPointAttachments.S3AccessPointAttachments`` | name | ``S3AccessPoint``; newer SDKs |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

TABLE: Final = Service(
    name="fsx",
    scope="regional",
    rows=(
        Row(operation="DescribeFileSystems", lists={"FileSystems": "FileSystemId"}, effect="understated"),
        Row(
            operation="DescribeDataRepositoryAssociations",
            lists={"Associations": "AssociationId"},
            effect="understated",
        ),
        Row(
            operation="DescribeS3AccessPointAttachments",
            lists={"S3AccessPointAttachments": "Name"},
            newer=True,
            effect="understated",
        ),
    ),
)
