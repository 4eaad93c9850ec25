"""Azure Resource Graph: nearly every resource, and who holds which role, in a few questions.

Documents are raw rows: ``resources``, ``resourcecontainers`` (subscriptions, resource groups, management
groups) and ``authorizationresources`` (role assignments, role definitions, classic administrators; nothing
else). What is granted above a subscription is asked for too (``AtScopeAboveAndBelow``).

Source: "Azure Resource Graph table and resource type reference"
(https://learn.microsoft.com/azure/governance/resource-graph/reference/supported-tables-resources) and
"Resources - Resources", QueryRequestOptions
(https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources), both read 2026-11.
"""

from __future__ import annotations

from scanner.providers.azure.collect.table import QUERY, Row, Service

VERSION = "2022-10-01"
TABLE = Service(
    name="resource graph",
    api="resourcegraph",
    rows=(
        Row(field="resourcecontainers", path=QUERY, version=VERSION, needs="*/read", effect="both"),
        Row(field="resources", path=QUERY, version=VERSION, needs="*/read", effect="both"),
        Row(field="authorizationresources", path=QUERY, version=VERSION, needs="*/read"),
    ),
)
