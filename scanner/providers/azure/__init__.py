"""Microsoft Azure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.config import Config
    from scanner.model import Evidence, Hop, Path
    from scanner.providers.azure.collect import AzureTarget
    from scanner.providers.base import Estate, Progress
    from scanner.providers.narrowing import Draft, Party, Refused
    from scanner.snapshot import Removal, Snapshot, SnapshotWriter


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

    def narrowed(self, snapshot: Snapshot, ways: tuple[Path, ...], party: Party) -> Iterable[Draft | Refused]:
        """Propose what a third party gets instead of what lets it have `ways` today."""
        from scanner.providers.azure.narrowing import drafts  # noqa: PLC0415 - only who asks pays for it

        return drafts(snapshot, ways, party)

    def removable(self, snapshot: Snapshot, hop: Hop, evidence: Evidence) -> Iterable[Removal]:
        """Yield what an owner would remove for evidence of a hop to be gone."""
        from scanner.providers.azure.removing import removable  # noqa: PLC0415 - only who asks pays for it

        del hop
        return removable(snapshot, evidence)
