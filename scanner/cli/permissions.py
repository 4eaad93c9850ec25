"""``sidedoor permissions``: the least privileges to run a scan."""

from __future__ import annotations

import json

import click


@click.command()
@click.argument("provider", type=click.Choice(["aws"]))
@click.option("--org-role", help="Also allow assuming this role in every account of the organization.")
def permissions(provider: str, org_role: str | None) -> None:
    """Print the policy that the scanning role needs, derived from the collectors' own tables."""
    # other commands do not pay for the collectors
    from scanner.providers.aws.collect import AwsTarget  # noqa: PLC0415
    from scanner.providers.aws.collect import permissions as policy  # noqa: PLC0415

    del provider  # one provider collects so far
    click.echo(json.dumps(policy(AwsTarget(org_role=org_role).org_role), indent=2))
