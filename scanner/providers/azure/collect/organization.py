"""Microsoft Graph: the tenant itself, ``organization`` by its id. Asked first: the id is others' scope."""

from __future__ import annotations

from scanner.providers.azure.collect.table import Row, Service

TABLE = Service(
    name="organization",
    api="graph",
    rows=(
        Row(
            field="organization",
            path="/organization",
            version="v1.0",
            needs="Organization.Read.All",
            effect="both",
        ),
    ),
)
