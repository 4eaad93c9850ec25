"""An AWS account, or every account of an organization."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from scanner.config import Config
    from scanner.providers.base import Progress
    from scanner.snapshot import SnapshotWriter

_FIELDS = ("profile", "regions", "org_role", "accounts", "endpoint_url", "threads", "services", "retries")
OPTIONS = (
    click.option("--profile", metavar="NAME", help="Profile of the AWS configuration files."),
    click.option(
        "--region",
        "regions",
        multiple=True,
        metavar="NAME",
        help="Only this; repeat for several. [default: all enabled ones]",
    ),
    click.option("--org-role", metavar="NAME", help="Role to assume in every account of the organization."),
    click.option(
        "--account", "accounts", multiple=True, metavar="ID", help="Only this account; repeat for several."
    ),
    click.option(
        "--service",
        "services",
        multiple=True,
        metavar="NAME",
        help="Only this service, such as iam; the others become gaps.",
    ),
    click.option("--endpoint-url", metavar="URL", help="Endpoint of an emulator, for all services."),
    click.option(
        "--threads", type=click.IntRange(1, 256), default=32, metavar="N", help="Calls at once. [default: 32]"
    ),
    click.option(
        "--retries", type=click.IntRange(1, 50), metavar="N", help="Attempts for one call. [default: 8]"
    ),
)


def read(given: dict[str, Any], config: Config, writer: SnapshotWriter, on_progress: Progress) -> None:
    """Read AWS as the options say; what cannot be read is a gap in the writer."""
    from scanner.providers.aws.collect import AwsTarget, collect  # noqa: PLC0415 - only this pays for the SDK

    del config  # what is ours decides what findings mean, not what is read
    collect(AwsTarget.of({name: given[name] for name in _FIELDS}), writer, on_progress)


def least_privileges(org_role: str | None) -> object:
    """Return the policy that the scanning role needs, derived from the collectors' own tables."""
    from scanner.providers.aws.collect import AwsTarget, permissions  # noqa: PLC0415 - only this pays for the SDK

    return permissions(AwsTarget(org_role=org_role).org_role)


def as_code(form: str) -> str:
    """Return the scanning role of one account as ``cloudformation`` or ``terraform``."""
    from scanner.providers.aws.collect import permissions, templates  # noqa: PLC0415 - as above

    policies = permissions()
    if form == "terraform":
        return templates.terraform(policies).rstrip()
    return json.dumps(templates.cloudformation(policies), indent=2)
