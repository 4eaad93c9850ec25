"""FSx file systems: where in networks they are mounted from, and which S3 locations they mirror.

| document | key | body |
|---|---|---|
| ``DescribeFileSystems.FileSystems`` | file system id | ``NetworkInterfaceIds``, tags |
| ``DescribeDataRepositoryAssociations.Associations`` | association id | ``DataRepositoryPath`` |
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
    ),
)
