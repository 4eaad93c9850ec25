"""An organization, folder or project of Google Cloud, or an export of its assets in files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scanner.errors import ConfigError

if TYPE_CHECKING:
    from scanner.config import Config
    from scanner.providers.base import Progress
    from scanner.snapshot import SnapshotWriter

_FIELDS = ("organization", "folder", "project", "export", "quota_project", "endpoints", "threads")
OPTIONS = (
    click.option("--organization", metavar="NUMBER", help="Everything in this organization."),
    click.option("--folder", metavar="NUMBER", help="Everything in this folder, and what it inherits."),
    click.option("--project", metavar="ID", help="Only this project, and what it inherits."),
    click.option(
        "--export",
        multiple=True,
        metavar="FILE",
        help="Assets that `gcloud asset export` wrote, and ask nothing; repeat for several.",
    ),
    click.option(
        "--quota-project", metavar="ID", help="Bill calls to it. [default: that of the credentials]"
    ),
    click.option(
        "--endpoint",
        "endpoints",
        multiple=True,
        metavar="URL",
        help="grpc://HOST:PORT and http://HOST:PORT of an emulator, for all services, without credentials.",
    ),
    click.option(
        "--threads", type=click.IntRange(1, 256), default=16, metavar="N", help="Calls at once. [default: 16]"
    ),
)


def read(given: dict[str, Any], config: Config, writer: SnapshotWriter, on_progress: Progress) -> None:
    """Read Google Cloud as the options say; what cannot be read is a gap in the writer."""
    from scanner.providers.gcp.collect import GcpTarget, collect  # noqa: PLC0415 - only this pays for it

    del config  # what is ours decides what findings mean, not what is read
    collect(GcpTarget.of({name: given[name] for name in _FIELDS}), writer, on_progress)


def least_privileges(org_role: str | None) -> object:
    """Return the custom role that the scanning principal needs, derived from the collectors' own tables."""
    from scanner.providers.gcp.collect import permissions  # noqa: PLC0415 - as above

    if org_role is not None:
        raise ConfigError("`--org-role` is a role of AWS; a role of Google Cloud reaches down by itself")
    return permissions()
