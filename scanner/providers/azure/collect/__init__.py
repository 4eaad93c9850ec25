"""Reads Azure into a snapshot: Resource Graph in bulk, ARM for what that lacks, Microsoft Graph for the rest.

One module holds a table of questions, and says above it which documents they make. For all:

* Documents are raw answers under ``azure:SCOPE::SERVICE:FIELD/KEY``: service ``resourcegraph`` (field: the
  table), ``arm`` (field: the type with dots) or ``graph`` (field: the path with dots). The scope is the
  subscription that an id names, else the tenant. Keys are ids in lower case, as ARM compares them.
* Each item of a list is a document. Lists that belong to an object of Microsoft Graph (members, owners) are
  one document each, an array under that object's id.
* A list without items leaves no document, but for those arrays. A question that brought nothing leaves a gap
  in the place of its documents: its key is the id of what it was asked for, empty for a subscription or for
  the tenant.
* Only GET, and POST to Resource Graph: keys and secrets are never listed.
* A new service is a module with a ``TABLE`` and a line in `TABLES`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from scanner.errors import CollectError
from scanner.providers.azure.collect import (
    api_management,
    authorization,
    directory,
    directory_roles,
    machine_learning,
    organization,
    perimeters,
    policies,
    privileged,
    resource_graph,
    services,
    storage,
    subscriptions,
)
from scanner.providers.azure.collect.exports import Exports
from scanner.providers.azure.collect.permissions import permissions_of
from scanner.providers.azure.collect.reading import Reading
from scanner.providers.azure.collect.target import AzureTarget

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

    from scanner.providers.azure.collect.sources import Source
    from scanner.providers.azure.collect.table import Service
    from scanner.providers.base import Progress
    from scanner.snapshot import SnapshotWriter

__all__ = ["TABLES", "AzureTarget", "collect", "permissions"]

TABLES: Final[tuple[Service, ...]] = (
    organization.TABLE,
    resource_graph.TABLE,
    subscriptions.TABLE,
    authorization.TABLE,
    storage.TABLE,
    machine_learning.TABLE,
    services.TABLE,
    perimeters.TABLE,
    api_management.TABLE,
    directory.TABLE,
    directory_roles.TABLE,
    policies.TABLE,
    privileged.TABLE,
)


def collect(
    target: AzureTarget,
    writer: SnapshotWriter,
    on_progress: Progress | None = None,
    *,
    credential: TokenCredential | None = None,
) -> None:
    """Read what `target` names into `writer`; what cannot be read becomes a gap.

    Args:
        target: Tenant and subscriptions, or files in their place.
        writer: Takes documents and gaps.
        on_progress: Told (stage, done, total).
        credential: In place of those that azure-identity finds.

    Raises:
        CollectError: when nothing can be asked at all, for example without credentials.
        ConfigError: for a file that holds no answers.
    """
    if target.exports:
        _read(Exports(target.exports), target, writer, on_progress)
        return
    from scanner.providers.azure.collect.session import live  # noqa: PLC0415 - files need no SDK

    with live(target, credential) as source:
        reading = _read(source, target, writer, on_progress)
    if not reading.documents:
        failure = reading.first_failure
        raise CollectError(
            f"azure cannot be asked: {failure.detail if failure else 'there is nothing to see'}"
        )


def permissions() -> dict[str, Any]:
    """Return the least privileges for a scan, as JSON; see `permissions_of`."""
    return permissions_of(TABLES)


def _read(
    source: Source, target: AzureTarget, writer: SnapshotWriter, on_progress: Progress | None
) -> Reading:
    reading = Reading(source, writer, tenant=target.tenant, subscriptions=target.subscriptions)
    with ThreadPoolExecutor(target.threads, thread_name_prefix="sidedoor") as pool:
        reading.take_loose()
        for done, table in enumerate(TABLES):
            if on_progress is not None:
                on_progress(table.name, done, len(TABLES))
            if table is not subscriptions.TABLE or not reading.subscriptions:
                reading.read(table, pool)
    reading.close()
    return reading
