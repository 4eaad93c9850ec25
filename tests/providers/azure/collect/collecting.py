"""A collection against the fake, ready to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.providers.azure.collect import AzureTarget, collect
from scanner.snapshot import SnapshotWriter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from azure.core.credentials import TokenCredential

    from scanner.snapshot import Snapshot


def collected(
    url: str, options: Mapping[str, Any] | None = None, credential: TokenCredential | None = None
) -> Snapshot:
    """Return what a collection from a fake brings; one attempt a question unless `options` say otherwise."""
    given = {"arm_endpoint": url, "graph_endpoint": url, "retries": 1, **(options or {})}
    return _read(AzureTarget(**given), credential)


def exported(*files: str, options: Mapping[str, Any] | None = None) -> Snapshot:
    """Return what a collection from files brings."""
    return _read(AzureTarget(exports=files, **(options or {})), None)


def _read(target: AzureTarget, credential: TokenCredential | None) -> Snapshot:
    writer = SnapshotWriter(target="azure", collected_at="2026-11-20T06:00:00Z", tool_version="test")
    collect(target, writer, credential=credential)
    return writer.snapshot()


def bodies(snapshot: Snapshot) -> dict[str, Any]:
    """Return the documents by id."""
    return {str(document.id): document.body for document in snapshot}


def gaps(snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    """Return reason and effect of each gap by id."""
    return {str(gap.id): (gap.reason, gap.effect) for gap in snapshot.gaps}
