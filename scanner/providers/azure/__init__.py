"""Microsoft Azure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanner.config import Config
    from scanner.providers.azure.collect import AzureTarget
    from scanner.providers.base import Estate, Progress
    from scanner.snapshot import Snapshot, SnapshotWriter


class Azure:
    """The provider; importing it costs neither the SDK nor the engine."""

    name = "azure"

    def collect(
        self, target: AzureTarget, writer: SnapshotWriter, on_progress: Progress | None = None
    ) -> None:
        """Read a tenant's subscriptions and its directory through azure-identity and azure-core."""
        from scanner.providers.azure.collect import collect  # noqa: PLC0415 - only a live scan pays for the SDK

        collect(target, writer, on_progress)

    def read(self, snapshot: Snapshot, config: Config) -> Estate:
        """Index the Azure documents of a snapshot."""
        from scanner.providers.azure.estate import AzureEstate  # noqa: PLC0415 - only where Azure was collected

        return AzureEstate(snapshot, config)
