"""A tenant of Microsoft Azure, some of its subscriptions, or answers of it in files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scanner.errors import ConfigError

if TYPE_CHECKING:
    from scanner.config import Config
    from scanner.providers.base import Progress
    from scanner.snapshot import SnapshotWriter

_FIELDS = (
    *("tenant", "subscriptions", "management_groups", "exports", "cloud", "arm_endpoint", "graph_endpoint"),
    *("threads", "retries"),
)
OPTIONS = (
    click.option(
        "--tenant", metavar="ID", help="Entra tenant to sign in to. [default: that of the credentials]"
    ),
    click.option(
        "--subscription", "subscriptions", multiple=True, metavar="ID", help="Only this; repeat for several."
    ),
    click.option(
        "--management-group",
        "management_groups",
        multiple=True,
        metavar="NAME",
        help="Only what is below; repeat for several.",
    ),
    click.option(
        "--export",
        "exports",
        multiple=True,
        metavar="FILE",
        help="Answers of `az graph query` or `az rest`, and ask nothing; repeat for several.",
    ),
    click.option("--cloud", metavar="NAME", help="public, usgov or china. [default: public]"),
    click.option("--arm-endpoint", metavar="URL", help="In place of the cloud's Resource Manager."),
    click.option("--graph-endpoint", metavar="URL", help="In place of the cloud's Microsoft Graph."),
    click.option(
        "--threads",
        type=click.IntRange(1, 256),
        default=10,
        metavar="N",
        help="Questions at once. [default: 10]",
    ),
    click.option(
        "--retries", type=click.IntRange(1, 50), metavar="N", help="Attempts for one question. [default: 8]"
    ),
)


def read(given: dict[str, Any], config: Config, writer: SnapshotWriter, on_progress: Progress) -> None:
    """Read Azure as the options say; what cannot be read is a gap in the writer."""
    from scanner.providers.azure.collect import AzureTarget, collect  # noqa: PLC0415 - only this pays for the SDK

    del config  # what is ours decides what findings mean, not what is read
    collect(AzureTarget.of({name: given[name] for name in _FIELDS}), writer, on_progress)


def least_privileges(org_role: str | None) -> object:
    """Return the role and the permissions that the scanning principal needs, from the collectors' tables."""
    from scanner.providers.azure.collect import permissions  # noqa: PLC0415 - as above

    if org_role is not None:
        raise ConfigError("`--org-role` is a role of AWS; Azure's scan needs none")
    return permissions()
