"""``sidedoor permissions``: the least privileges to run a scan."""

from __future__ import annotations

import json

import click

from scanner.cli.targets import ASKED, target
from scanner.cli.targets.aws import as_code
from scanner.cli.verb import Verb

_CODE = ("cloudformation", "terraform")


@click.command(
    cls=Verb,
    examples=(
        ("the policies as JSON", "sidedoor permissions aws"),
        (
            "a role for every account, as a StackSet",
            "sidedoor permissions aws --as cloudformation > role.json",
        ),
        ("a custom role of Google Cloud", "sidedoor permissions gcp"),
    ),
)
@click.argument("provider", type=click.Choice(ASKED))
@click.option(
    "--org-role",
    metavar="NAME",
    help="Also allow assuming this role in every account of the AWS organization.",
)
@click.option(
    "--as",
    "form",
    type=click.Choice(["json", *_CODE]),
    default="json",
    help="The AWS role as code: a StackSet's template, or Terraform. [default: the policies as JSON]",
)
def permissions(provider: str, org_role: str | None, form: str) -> None:
    """Print what the scanning principal must be allowed, derived from the collectors' own tables.

    All calls are Get, List, Describe or Search; no object is downloaded, no secret is read.
    """
    if form == "json":
        click.echo(json.dumps(target(provider).least_privileges(org_role), indent=2))
        return
    if provider != "aws" or org_role is not None:
        raise click.UsageError(f"--as {form} is the role that an AWS scan assumes in each account")
    click.echo(as_code(form))
