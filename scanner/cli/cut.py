"""``sidedoor cut`` and ``sidedoor what-if``: what to remove, and what the analysis says without it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.access import outside_access
from scanner.analysis import Analysis, analyse
from scanner.changes import diff
from scanner.cli.options import on_snapshot, read, text_options
from scanner.cut import Estate, edit_of, smallest_cut
from scanner.model import SEVERITIES, Severity
from scanner.report import Advice, cut_as_json, render_cut, render_diff
from scanner.rules import load_rules
from scanner.snapshot import Removal, Without

if TYPE_CHECKING:
    from scanner.access import AccessKey

_RULES = click.option(
    "--rules", type=click.Path(path_type=Path), help="Rules to use instead of the shipped ones."
)


@click.command()
@on_snapshot
@_RULES
@click.option("--asset", default="*", metavar="GLOB", help="Only paths to these assets.")
@click.option("--from", "party", default="*", metavar="GLOB", help="Only from these sources or vendors.")
@click.option(
    "--level", type=click.Choice(SEVERITIES), help="Least severity to cut. [default: config's fail_on]"
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
def cut(
    directory: Path,
    config: Path | None,
    rules: Path | None,
    *,
    asset: str,
    party: str,
    level: Severity | None,
    form: str,
) -> None:
    """Find the smallest set of statements whose removal breaks every unwanted path and keeps agreed access.

    Example: sidedoor cut --snapshot nightly/ --asset 'arn:aws:s3:::weights/*'
    """
    snapshot, settings = read(directory, config)
    estate = Estate(
        snapshot, settings, load_rules(rules), level=level or settings.fail_on, asset=asset, party=party
    )
    findings = estate.unwanted()
    found = smallest_cut(estate.attempt)
    on = {finding.id: estate.on(finding) for finding in findings}
    shown = {*found.removals, *(r for kept in found.kept for r in kept.statements)}
    edits = {removal: edit_of(snapshot, removal) for removal in sorted(shown)}
    advice = Advice(found, {f.id: f for f in findings}, edits, on)
    if form == "json":
        click.echo(cut_as_json(advice).decode())
    else:
        click.echo(render_cut(advice, text_options()), nl=False)


@click.command("what-if")
@on_snapshot
@_RULES
@click.option("--remove", "removals", multiple=True, required=True, metavar="DOCUMENT#/POINTER")
def what_if(directory: Path, config: Path | None, rules: Path | None, removals: tuple[str, ...]) -> None:
    """Analyse a snapshot as if parts of its documents were gone, and compare.

    Names the findings that close or open, and agreed access that would be lost. Exits 1 when any is lost.

    Example: sidedoor what-if --snapshot nightly/ --remove DOCUMENT#/AssumeRolePolicyDocument/Statement/0,
    with the document and pointer that `cut`, `explain` and the JSON report show.
    """
    snapshot, settings = read(directory, config)
    changed = Without(snapshot, map(Removal.parse, removals)).snapshot
    loaded = load_rules(rules)
    click.echo(
        render_diff(diff(analyse(snapshot, settings, loaded), analyse(changed, settings, loaded))), nl=False
    )
    lost = sorted(_agreed(Analysis(snapshot, settings)) - _agreed(Analysis(changed, settings)))
    for source, gain, asset in lost:
        click.echo(f"agreed access lost: {source} {gain} {asset}")
    raise SystemExit(1 if lost else 0)


def _agreed(analysis: Analysis) -> set[AccessKey]:
    access, _ = outside_access(analysis)
    return {item.key for item in access if item.agreement == "agreed"}
