"""``sidedoor diff`` and ``sidedoor baseline``: what changed between scans, and what is known already."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.analysis import analyse
from scanner.baseline import read_known, remember, write_known
from scanner.changes import attributed
from scanner.changes import diff as compared
from scanner.cli.options import CONFIG, FORMAT, RULES, load_config, on_snapshot, read
from scanner.cli.telling import stage, tell
from scanner.cli.verb import ANSWERED, Verb
from scanner.errors import ReportError
from scanner.report import diff_as_json, render_diff
from scanner.rules import load_rules
from scanner.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable


@click.command(
    cls=Verb,
    examples=(
        ("two JSON reports", "sidedoor diff monday.json tuesday.json"),
        (
            "two snapshots, with the statement that did it",
            "sidedoor diff monday/ tuesday/ --config sidedoor.yaml",
        ),
    ),
    exits={0: "nothing opened", 1: "a finding opened", 2: ANSWERED[2]},
)
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@CONFIG
@RULES
@FORMAT
def diff(old: Path, new: Path, config: Path | None, rules: Path | None, form: str) -> None:
    """Compare two JSON reports, or two snapshots: findings opened, closed, and changed on the way.

    Of snapshots it names the statements that opened and closed them.
    """
    if old.is_dir() and new.is_dir():
        settings, loaded = load_config(config), load_rules(rules)
        before, after = Snapshot.load(old), Snapshot.load(new)
        with stage(f"analysing {old}"):
            was = analyse(before, settings, loaded)
        with stage(f"analysing {new}"):
            changes = compared(was, analyse(after, settings, loaded))
        changes = attributed(changes, before, after)
    elif old.is_dir() or new.is_dir():
        raise ReportError("compare two JSON reports, or two snapshots, and not one with the other")
    else:
        changes = compared(_bytes(old), _bytes(new))
    click.echo(diff_as_json(changes) if form == "json" else render_diff(changes), nl=False)
    raise SystemExit(1 if changes.opened else 0)


@click.command(
    cls=Verb,
    examples=(
        ("today's findings as known", "sidedoor baseline --snapshot nightly/ --output known.json"),
        ("fail on new ones only", "sidedoor scan snapshot nightly/ --baseline known.json"),
    ),
    exits={0: "written", 2: ANSWERED[2]},
)
@on_snapshot
@RULES
@click.option("--output", type=click.Path(path_type=Path), required=True, help="File of known findings.")
def baseline(directory: Path, config: Path | None, rules: Path | None, output: Path) -> None:
    """Write the findings of a snapshot as known, each with the day it was first seen.

    A file that is there keeps its dates. Use it with `scan --baseline`: only what is new then fails the run.
    """
    snapshot, settings = read(directory, config)
    with stage("analysing"):
        scan = analyse(snapshot, settings, load_rules(rules))
    before = read_known(output) if output.exists() else None
    known = remember(scan.findings, before, as_of=scan.as_of, tool_version=scan.tool_version)
    _guarded(lambda: output.write_bytes(write_known(known)), output)
    tell(f"{output}: {len(known.findings)} known findings")


def _bytes(path: Path) -> bytes:
    content: bytes = _guarded(path.read_bytes, path)
    return content


def _guarded(action: Callable[[], Any], path: Path) -> Any:  # noqa: ANN401 - what the action returns
    try:
        return action()
    except OSError as error:
        raise ReportError(f"`{path}`: {error.strerror or error}") from None
