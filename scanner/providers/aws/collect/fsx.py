"""Lustre file systems: which S3 locations they mirror.

| document | key | body |
|---|---|---|
| ``DescribeDataRepositoryAssociations.Associations`` | association id | ``DataRepositoryPath`` |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

TABLE: Final = Service(
    name="fsx",
    scope="regional",
    rows=(
        Row(
            operation="DescribeDataRepositoryAssociations",
            lists={"Associations": "AssociationId"},
            effect="understated",
        ),
    ),
)
