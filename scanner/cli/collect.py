"""``sidedoor collect``: read a cloud into a snapshot directory."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner import __version__
from scanner.cli.progress import Progress
from scanner.snapshot import SnapshotWriter

if TYPE_CHECKING:
    from collections.abc import Callable

_FIELDS = ("profile", "regions", "org_role", "accounts", "endpoint_url", "threads", "services", "retries")


_OPTIONS = (
    click.option("--profile", help="Profile of the AWS configuration files."),
    click.option(
        "--region", "regions", multiple=True, help="Repeat for several. [default: all enabled ones]"
    ),
    click.option("--org-role", help="Role to assume in every account of the organization."),
    click.option("--account", "accounts", multiple=True, help="Only this account; repeat for several."),
    click.option("--service", "services", multiple=True, help="Only this service; the others become gaps."),
    click.option("--endpoint-url", help="Endpoint of an emulator, for all services."),
    click.option("--threads", type=click.IntRange(1, 256), default=32, help="Calls at once. [default: 32]"),
    click.option("--retries", type=click.IntRange(1, 50), help="Attempts for one call. [default: 8]"),
    click.option("--quiet", "-q", is_flag=True, help="No progress on standard error."),
)


def aws_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which AWS accounts and regions to read."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def collect_aws(given: dict[str, Any]) -> SnapshotWriter:
    """Read AWS as the options say; what cannot be read is a gap in the result."""
    # an offline scan never pays for the collectors
    from scanner.providers.aws.collect import AwsTarget  # noqa: PLC0415
    from scanner.providers.aws.collect import collect as read_aws  # noqa: PLC0415

    target = AwsTarget.of({name: given[name] for name in _FIELDS})
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    writer = SnapshotWriter(target="aws", collected_at=now, tool_version=__version__)
    progress = Progress(quiet=given["quiet"])
    try:
        read_aws(target, writer, progress)
    finally:
        progress.close()
    return writer


@click.group()
def collect() -> None:
    """Read a cloud into a snapshot directory, with read-only calls, and analyse nothing.

    Example: sidedoor collect aws --org-role SidedoorScan --output nightly/
    """


@collect.command("aws")
@aws_options
@click.option("--output", type=click.Path(path_type=Path), required=True, help="Directory of the snapshot.")
@click.option("--allow-partial", is_flag=True, help="Do not exit 3 when something could not be read.")
def aws(output: Path, *, allow_partial: bool, **given: Any) -> None:  # noqa: ANN401 - click's options
    """Read an AWS account, or with --org-role a whole organization."""
    writer = collect_aws(given)
    writer.save(output)
    read = writer.snapshot()
    summary = f"{output}: {len(read)} documents, {len(read.gaps)} gaps, snapshot {read.digest[:12]}"
    click.echo(summary, err=True)
    raise SystemExit(3 if read.gaps and not allow_partial else 0)
