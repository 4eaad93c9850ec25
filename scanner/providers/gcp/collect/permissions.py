"""The least that a scan needs to be allowed, derived from the tables, as a custom role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.providers.gcp.collect.table import Service

_ABOUT: Final = (
    "Reads what sidedoor scans. Members of groups need the Groups Reader role of Google Workspace besides."
)


def role_of(tables: Iterable[Service]) -> dict[str, Any]:
    """Return a custom role, as ``gcloud iam roles create --organization=... --file=...`` takes it."""
    permissions = {permission for table in tables for permission in table.permissions()}
    return {
        "description": _ABOUT,
        "includedPermissions": sorted(permissions | {"serviceusage.services.use"}),
        "stage": "GA",
        "title": "Sidedoor scan",
    }
