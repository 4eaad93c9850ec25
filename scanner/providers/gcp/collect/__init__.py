"""Reads Google Cloud into a snapshot, with read-only calls of the official clients, or an export of assets.

One module a service holds a table of its calls, and says above it which documents they make: field, key and
body. For all:

* The `scope` of a document is the project's id (its number where no id is known), ``folders/F`` or
  ``organizations/N``; of groups their mail domain; of predefined roles nothing. The `region` is empty.
* A list makes one document an item, ``OPERATION.FIELD/KEY``, and the document ``OPERATION/KEY``, which says
  that it was read to its end. A document whose body is None says that there is none.
* Bodies are JSON as the service's REST API writes it, whatever way they came; whole numbers are integers.
* A gap without a key stands for every key of its operation.
* A new service is a module with a ``TABLE`` and a line in `TABLES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.providers.gcp.collect import (
    ancestors,
    assets,
    boundaries,
    denials,
    entitlements,
    federation,
    groups,
    identities,
    storage,
    transfers,
    vertex,
)
from scanner.providers.gcp.collect.export import read_export
from scanner.providers.gcp.collect.permissions import role_of
from scanner.providers.gcp.collect.target import GcpTarget

if TYPE_CHECKING:
    from scanner.providers.base import Progress
    from scanner.providers.gcp.collect.table import Service
    from scanner.snapshot import SnapshotWriter

__all__ = ["TABLES", "GcpTarget", "collect", "permissions"]

TABLES: Final[tuple[Service, ...]] = (
    assets.TABLE,
    ancestors.TABLE,
    identities.TABLE,
    denials.TABLE,
    boundaries.TABLE,
    boundaries.BINDINGS_TABLE,
    boundaries.ACCESS_TABLE,
    storage.TABLE,  # before groups and pools: policies of managed folders name some, and so do lists
    groups.TABLE,
    federation.TABLE,
    vertex.TABLE,
    vertex.REGIONAL_TABLE,
    vertex.NOTEBOOKS_TABLE,
    entitlements.TABLE,
    transfers.TABLE,
)


def collect(target: GcpTarget, writer: SnapshotWriter, on_progress: Progress | None = None) -> None:
    """Read what `target` names into `writer`; what cannot be read becomes a gap.

    Args:
        target: An organization, folder or project, or exported files.
        writer: Takes documents and gaps.
        on_progress: Told (stage, done, total).

    Raises:
        CollectError: when nothing can be asked at all, for example without credentials.
    """
    tell = on_progress or (lambda *_: None)
    if target.export:
        read_export(target.export, writer, tell)
        return
    from scanner.providers.gcp.collect.engine import Collection  # noqa: PLC0415 - an export needs no SDK

    Collection(TABLES, target, writer, tell).run()


def permissions() -> dict[str, Any]:
    """Return the least-privilege custom role for a scan, as JSON; see `role_of`."""
    return role_of(TABLES)
