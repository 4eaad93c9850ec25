"""Build projects and the roles that builds run as.

| document | key | body |
|---|---|---|
| ``ListProjects`` | - | ``projects``: names |
| ``BatchGetProjects.projects`` | project ARN | ``serviceRole``, ``buildBatchConfig`` |

Build specifications and values of environment variables are withheld.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.collect.table import Row, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.collect.table import Body, Found

_AT_ONCE = 100  # CodeBuild API Reference, "BatchGetProjects" (read 2026-11)


def batches(found: Found) -> Iterator[tuple[str, Body]]:
    """Yield the names of all projects in batches, as what to ask with; the key is the batch's first name."""
    names = (found.get("ListProjects") or {}).get("projects") or []
    for start in range(0, len(names), _AT_ONCE):
        yield names[start], {"names": names[start : start + _AT_ONCE]}


TABLE: Final = Service(
    name="codebuild",
    scope="regional",
    rows=(
        Row(operation="ListProjects", effect="understated"),
        Row(
            operation="BatchGetProjects",
            each=batches,
            params={"names": "names"},
            lists={"projects": "arn"},
            effect="understated",
        ),
    ),
)
