"""Google Cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.config import Config
    from scanner.model import Evidence, Hop, Path
    from scanner.providers.base import Estate, Progress
    from scanner.providers.narrowing import Draft, Party, Refused
    from scanner.snapshot import Removal, Snapshot, SnapshotWriter


class Gcp:
    """The provider; importing it costs neither the SDK nor the engine."""

    name = "gcp"

    def collect(
        self,
        target: Any,  # noqa: ANN401 - the collector's struct, which only a live scan may import
        writer: SnapshotWriter,
        on_progress: Progress | None = None,
    ) -> None:
        """Read an organization, folder or project through Google's clients, or an export of its assets."""
        from scanner.providers.gcp.collect import collect  # noqa: PLC0415 - only a live scan pays for the SDK

        collect(target, writer, on_progress)

    def read(self, snapshot: Snapshot, config: Config) -> Estate:
        """Index the Google Cloud documents of a snapshot."""
        from scanner.providers.gcp.estate import GcpEstate  # noqa: PLC0415 - only where it was collected

        return GcpEstate(snapshot, config)

    def narrowed(self, snapshot: Snapshot, ways: tuple[Path, ...], party: Party) -> Iterable[Draft | Refused]:
        """Propose what a third party gets instead of what lets it have `ways` today."""
        from scanner.providers.gcp.narrowing import drafts  # noqa: PLC0415 - only who asks pays for it

        return drafts(snapshot, ways, party)

    def removable(self, snapshot: Snapshot, hop: Hop, evidence: Evidence) -> Iterable[Removal]:
        """Yield what an owner would remove for evidence of a hop to be gone."""
        from scanner.providers.narrowing import as_cited  # noqa: PLC0415 - only who asks pays for it

        del snapshot, hop
        return as_cited(evidence)
