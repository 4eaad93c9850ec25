"""``sidedoor doctor``: what stands between a user and a complete scan."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.options import DEFAULT_CONFIG, RULES
from scanner.cli.verb import ANSWERED, Verb
from scanner.diagnosis import Check, configured, installed
from scanner.errors import CollectError
from scanner.report.clean import visible

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.command(
    cls=Verb,
    examples=(
        ("programs, configuration, rules", "sidedoor doctor"),
        ("credentials and permissions too", "sidedoor doctor --ask aws --profile audit"),
    ),
    exits={0: "a scan can run", 1: "something makes a scan impossible", 2: ANSWERED[2]},
)
@click.option("--config", type=click.Path(path_type=Path), help="Configuration. [default: ./sidedoor.yaml]")
@RULES
@click.option("--ask", type=click.Choice(["aws"]), help="Also ask a cloud who we are and what we may.")
@click.option("--profile", metavar="NAME", help="Profile of the AWS configuration files.")
@click.option("--endpoint-url", metavar="URL", help="Endpoint of an emulator, for all services.")
def doctor(
    config: Path | None, rules: Path | None, ask: str | None, profile: str | None, endpoint_url: str | None
) -> None:
    """Check programs, configuration, rules and, with --ask, credentials and permissions."""
    given = config or (DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None)
    checks = [*installed(), *configured(given, rules, dt.datetime.now(dt.UTC).date())]
    if ask == "aws":
        checks += _aws(profile, endpoint_url)
    for check in checks:
        click.echo(f"{check.state:8} {check.name:20} {visible(check.detail)}")
    raise SystemExit(1 if any(check.state == "problem" for check in checks) else 0)


def _aws(profile: str | None, endpoint_url: str | None) -> Iterator[Check]:
    # only this pays for the SDK
    from scanner.providers.aws.collect import TABLES, AwsTarget  # noqa: PLC0415
    from scanner.providers.aws.collect.diagnosing import diagnosed  # noqa: PLC0415

    target = AwsTarget(profile=profile, endpoint_url=endpoint_url)
    try:
        for name, state, detail in diagnosed(TABLES, target):
            yield Check(name, "ok" if state == "ok" else "warning", detail)
    except CollectError as error:
        yield Check("credentials", "problem", str(error))
