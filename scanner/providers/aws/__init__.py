"""Amazon Web Services."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanner.config import Config
    from scanner.providers.aws.collect import AwsTarget
    from scanner.providers.base import Estate, Progress
    from scanner.snapshot import Snapshot, SnapshotWriter


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
