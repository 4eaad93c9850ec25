"""The least that a scan needs, derived from the tables: a custom role, and Graph's permissions."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.providers.azure.collect.table import Service

# `*/read` is what Resource Graph shows resources by, and matches these too, which read content: images (Azure
# built-in roles, "AcrPull": registries/pull/read) and logs ("Log Analytics Reader")
# (https://learn.microsoft.com/azure/role-based-access-control/built-in-roles, read 2026-11).
_CONTENT: Final = (
    "Microsoft.ContainerRegistry/registries/pull/read",
    "Microsoft.Insights/logs/*",
    "Microsoft.OperationalInsights/workspaces/query/*",
)


def permissions_of(tables: Iterable[Service]) -> dict[str, Any]:
    """Return what to allow, as JSON.

    `role` is what ``az role definition create`` takes; `asked` are the actions behind its wildcard that ARM
    is asked with; `microsoft_graph` are application permissions with the fields that need them.
    """
    asked: set[str] = set()
    graph: dict[str, set[str]] = defaultdict(set)
    for table in tables:
        for row in table.rows:
            if table.api == "graph":
                graph[row.needs].add(row.field)
            else:
                asked.add(row.needs)
    return {
        "role": {
            "Name": "Sidedoor scan",
            "IsCustom": True,
            "Description": "Reads configuration and who holds which role, and no content.",
            "Actions": ["*/read"],
            "NotActions": list(_CONTENT),
            "DataActions": [],
            "NotDataActions": [],
            "AssignableScopes": ["/providers/Microsoft.Management/managementGroups/ROOT-MANAGEMENT-GROUP"],
        },
        "asked": sorted(asked - {"*/read"}),
        "microsoft_graph": {permission: sorted(fields) for permission, fields in sorted(graph.items())},
    }
