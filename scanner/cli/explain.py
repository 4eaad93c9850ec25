"""``sidedoor explain``: one finding as a proof."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.analysis import analyse
from scanner.cli.options import on_snapshot, read
from scanner.report import explain as told
from scanner.rules import load_rules


@click.command()
@click.argument("finding")
@on_snapshot
@click.option("--rules", type=click.Path(path_type=Path), help="Rules to use instead of the shipped ones.")
def explain(finding: str, directory: Path, config: Path | None, rules: Path | None) -> None:
    """Tell the finding whose id starts with FINDING hop by hop, with the statement that allows each.

    Example: sidedoor explain 3f9a --snapshot nightly/
    """
    snapshot, settings = read(directory, config)
    click.echo(told(analyse(snapshot, settings, load_rules(rules)), finding), nl=False)
