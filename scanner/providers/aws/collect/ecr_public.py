"""Public registries: what an account publishes for everyone to pull. There is one, in us-east-1.

| document | key | body |
|---|---|---|
| ``DescribeRepositories.repositories`` | ARN | ``repositoryName``, ``repositoryUri`` |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

# ECR Public User Guide, "Amazon ECR Public endpoints"
# (https://docs.aws.amazon.com/general/latest/gr/ecr-public.html, read 2026-11-22)
_HOME = "us-east-1"

TABLE: Final = Service(
    name="ecr-public",
    scope="global",
    rows=(
        Row(
            operation="DescribeRepositories",
            each=lambda _: [(_HOME, {})],
            lists={"repositories": "repositoryArn"},
            effect="understated",
        ),
    ),
    region_of=lambda _found, _key: _HOME,
)
