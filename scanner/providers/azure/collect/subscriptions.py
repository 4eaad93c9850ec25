"""The subscriptions that can be seen: field ``Microsoft.Resources.tenants.subscriptions``.

Only asked for where Resource Graph told of none: it has them too, with the management groups above them.
"""

from __future__ import annotations

from scanner.providers.azure.collect.table import Row, Service

TABLE = Service(
    name="subscriptions",
    api="arm",
    rows=(
        Row(
            field="Microsoft.Resources.tenants.subscriptions",
            path="/subscriptions",
            version="2022-12-01",
            needs="Microsoft.Resources/subscriptions/read",
            effect="both",
        ),
    ),
)
