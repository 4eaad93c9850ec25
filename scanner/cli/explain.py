"""``sidedoor explain``: one finding as a proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scanner.analysis import analyse
from scanner.cli.options import DRAWN, RULES, on_snapshot, read, text_options
from scanner.cli.telling import stage, tell
from scanner.cli.usage import TRAIL, with_use
from scanner.cli.verb import ANSWERED, Verb
from scanner.report import explain as told
from scanner.report import explain_as
from scanner.rules import load_rules

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    cls=Verb,
    examples=(
        ("the start of an id is enough", "sidedoor explain 3f9a --snapshot nightly/"),
        ("a picture of the path", "sidedoor explain 3f9a --snapshot nightly/ --format mermaid"),
        ("with what logs say of the way in", "sidedoor explain 3f9a --snapshot nightly/ --trail logs/"),
    ),
    exits={0: "told", 2: f"no such finding, or {ANSWERED[2]}"},
)
@click.argument("finding")
@on_snapshot
@RULES
@TRAIL
@DRAWN
@click.option("--full", is_flag=True, help="Leave nothing of a statement out.")
def explain(
    finding: str,
    directory: Path,
    config: Path | None,
    rules: Path | None,
    *,
    trail: tuple[Path, ...],
    form: str,
    full: bool,
) -> None:
    """Tell the finding whose id starts with FINDING hop by hop, with the statement that allows each.

    Hop by hop: what was read, under which conditions and who holds them, what was assumed, what would have
    been needed to be sure, and what to do.
    """
    snapshot, settings = read(directory, config)
    with stage("analysing"):
        scan = analyse(snapshot, settings, load_rules(rules))
    used = with_use(scan, trail)
    for note in sorted({*used.notes} - {*scan.notes}):
        tell(note)
    if form == "table":
        click.echo(told(used, finding, text_options(full=full)), nl=False)
    else:
        click.echo(explain_as(form, used, finding), nl=False)
