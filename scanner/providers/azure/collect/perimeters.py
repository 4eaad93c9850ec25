"""Network security perimeters: which services are in them, in which mode, and what their rules let in.

Fields below ``Microsoft.Network.networkSecurityPerimeters``: ``profiles``, ``profiles.accessRules`` and
``resourceAssociations``. Source: "Network Security Perimeters", REST API
(https://learn.microsoft.com/rest/api/network-security-perimeter, read 2026-11).
"""

from __future__ import annotations

from scanner.providers.azure.collect.table import Service, child

_PERIMETERS, _VERSION = "Microsoft.Network.networkSecurityPerimeters", "2024-07-01"

TABLE = Service(
    name="perimeters",
    api="arm",
    rows=(
        child(_PERIMETERS, "profiles", _VERSION),
        child(f"{_PERIMETERS}.profiles", "accessRules", _VERSION, of_rows=True, effect="both"),
        child(_PERIMETERS, "resourceAssociations", _VERSION, effect="both"),
    ),
)
