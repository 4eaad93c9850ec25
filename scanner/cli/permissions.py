"""``sidedoor permissions``: the least privileges to run a scan."""

from __future__ import annotations

import json

import click

from scanner.cli.targets import ASKED, target


@click.command()
@click.argument("provider", type=click.Choice(ASKED))
@click.option("--org-role", help="Also allow assuming this role in every account of the AWS organization.")
def permissions(provider: str, org_role: str | None) -> None:
    """Print what the scanning principal must be allowed, derived from the collectors' own tables."""
    click.echo(json.dumps(target(provider).least_privileges(org_role), indent=2))
