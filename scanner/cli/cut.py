"""``sidedoor cut`` and ``sidedoor what-if``: what to remove, and what the analysis says without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scanner.access import outside_access
from scanner.analysis import Analysis, analyse
from scanner.changes import diff
from scanner.cli.options import FORMAT, RULES, on_snapshot, read, text_options
from scanner.cli.telling import stage, warn_of_gaps
from scanner.cli.verb import ANSWERED, Verb
from scanner.cut import Estate, Tried, edit_of, smallest_cut
from scanner.model import SEVERITIES, Severity
from scanner.report import Advice, cut_as_json, diff_as_json, render_cut, render_diff
from scanner.report.clean import visible
from scanner.rules import load_rules
from scanner.snapshot import Removal, Without

if TYPE_CHECKING:
    from pathlib import Path

    from scanner.access import AccessKey


@click.command(
    cls=Verb,
    examples=(
        ("the fewest statements for the whole estate", "sidedoor cut --snapshot nightly/"),
        (
            "for one asset, or one vendor",
            "sidedoor cut --snapshot nightly/ --asset 'arn:aws:s3:::weights/*' --from labelworks",
        ),
        ("as JSON Patch (RFC 6902) for each document", "sidedoor cut --snapshot nightly/ --format json"),
    ),
)
@on_snapshot
@RULES
@click.option("--asset", default="*", metavar="GLOB", help="Only paths to these assets.")
@click.option("--from", "party", default="*", metavar="GLOB", help="Only from these sources or vendors.")
@click.option(
    "--level", type=click.Choice(SEVERITIES), help="Least severity to cut. [default: config's fail_on]"
)
@FORMAT
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

    Each is shown with the edit that removes it, in the document and in Terraform, and with what it breaks,
    most first. It is found by trying: a cut is taken out of the snapshot, which is analysed again.
    """
    snapshot, settings = read(directory, config)
    estate = Estate(
        snapshot, settings, load_rules(rules), level=level or settings.fail_on, asset=asset, party=party
    )
    with stage("looking for the smallest cut") as running:
        findings = estate.unwanted()
        trials = 0

        def attempt(removals: frozenset[Removal]) -> Tried:
            nonlocal trials
            trials += 1
            running.at(f"trial {trials}")
            running.found = f"{trials} trials"
            return estate.attempt(removals)

        found = smallest_cut(attempt)
    warn_of_gaps(len(snapshot.gaps))
    on = {finding.id: estate.on(finding) for finding in findings}
    shown = {*found.removals, *(r for kept in found.kept for r in kept.statements)}
    edits = {removal: edit_of(snapshot, removal) for removal in sorted(shown)}
    advice = Advice(found, {f.id: f for f in findings}, edits, on)
    if form == "json":
        click.echo(cut_as_json(advice).decode())
    else:
        click.echo(render_cut(advice, text_options()), nl=False)


@click.command(
    "what-if",
    cls=Verb,
    examples=(
        (
            "without one statement of a role's trust policy",
            "sidedoor what-if --snapshot nightly/ --remove \\\n"
            "    'aws:100000000001::iam:GetAccountAuthorizationDetails.RoleDetailList/"
            "arn:aws:iam::100000000001:role/ingest#/AssumeRolePolicyDocument/Statement/0'",
        ),
    ),
    exits={0: "no agreed access is lost", 1: "agreed access is lost", 2: ANSWERED[2]},
)
@on_snapshot
@RULES
@click.option(
    "--remove",
    "removals",
    multiple=True,
    required=True,
    metavar="DOCUMENT#/POINTER",
    help="What to take out, as `cut`, `explain` and the JSON report show it; repeat for several.",
)
@FORMAT
def what_if(
    directory: Path, config: Path | None, rules: Path | None, removals: tuple[str, ...], form: str
) -> None:
    """Analyse a snapshot as if parts of its documents were gone, and compare.

    Names the findings that close or open, and agreed access that would be lost.
    """
    snapshot, settings = read(directory, config)
    changed = Without(snapshot, map(Removal.parse, removals)).snapshot
    loaded = load_rules(rules)
    with stage("analysing with and without"):
        changes = diff(analyse(snapshot, settings, loaded), analyse(changed, settings, loaded))
        lost = sorted(_agreed(Analysis(snapshot, settings)) - _agreed(Analysis(changed, settings)))
    if form == "json":
        click.echo(diff_as_json(changes, lost=lost), nl=False)
        raise SystemExit(1 if lost else 0)
    click.echo(render_diff(changes), nl=False)
    for source, gain, asset in lost:
        click.echo(visible(f"agreed access lost: {source} {gain} {asset}"))
    raise SystemExit(1 if lost else 0)


def _agreed(analysis: Analysis) -> set[AccessKey]:
    access, _ = outside_access(analysis)
    return {item.key for item in access if item.agreement == "agreed"}
