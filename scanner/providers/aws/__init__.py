"""Amazon Web Services."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.config import Config
    from scanner.model import Evidence, Hop, Path
    from scanner.providers.aws.collect import AwsTarget
    from scanner.providers.base import Estate, Progress
    from scanner.providers.narrowing import Draft, Party, Refused
    from scanner.snapshot import Removal, Snapshot, SnapshotWriter


class Aws:
    """The provider; importing it costs neither the SDK nor the engine."""

    name = "aws"

    def collect(self, target: AwsTarget, writer: SnapshotWriter, on_progress: Progress | None = None) -> None:
        """Read an account or an organization through boto3."""
        from scanner.providers.aws.collect import collect  # noqa: PLC0415 - only a live scan pays for the SDK

        collect(target, writer, on_progress)

    def read(self, snapshot: Snapshot, config: Config) -> Estate:
        """Index the AWS documents of a snapshot."""
        from scanner.providers.aws.estate import AwsEstate  # noqa: PLC0415 - only where AWS was collected

        return AwsEstate(snapshot, config)

    def narrowed(self, snapshot: Snapshot, ways: tuple[Path, ...], party: Party) -> Iterable[Draft | Refused]:
        """Propose what a third party gets instead of what lets it have `ways` today."""
        from scanner.providers.aws.narrowing import drafts  # noqa: PLC0415 - only who asks pays for it

        return drafts(snapshot, ways, party)

    def removable(self, snapshot: Snapshot, hop: Hop, evidence: Evidence) -> Iterable[Removal]:
        """Yield what an owner would remove for evidence of a hop to be gone."""
        from scanner.providers.aws.removing import removable  # noqa: PLC0415 - only who asks pays for it

        return removable(snapshot, hop, evidence)
