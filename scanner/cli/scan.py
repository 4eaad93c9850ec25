"""``sidedoor scan``: from a cloud or a snapshot to reports and an exit code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from scanner.analysis import analyse
from scanner.baseline import read_known, without_known
from scanner.changes import after_change
from scanner.cli import beside
from scanner.cli.options import SHARED, load_snapshot, shared, wanted, write
from scanner.cli.targets import TargetGroup, collected, command_for
from scanner.cli.telling import stage
from scanner.cli.usage import with_use
from scanner.cli.verb import SCANNED
from scanner.report import exit_code
from scanner.rules import load_rules
from scanner.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.cli.options import Wanted

_SAVE = click.option("--save", type=click.Path(path_type=Path), help="Keep the snapshot in this directory.")


class _Scan(TargetGroup):
    @staticmethod
    def make(name: str) -> click.Command:
        more = () if name == "iac" else beside.OPTIONS
        options = (_SAVE, *more, *SHARED)
        return command_for(
            name, about=", and analyse it", options=options, run=_scan, verb="scan", exits=SCANNED
        )


@click.group(
    cls=_Scan,
    examples=(
        ("a live account", "sidedoor scan aws --profile audit --config sidedoor.yaml"),
        ("code, before it is deployed", "sidedoor scan iac infra/ --format sarif=sidedoor.sarif"),
        (
            "a snapshot, with several reports from one scan",
            "sidedoor scan snapshot nightly/ --format table --format html=report.html \\\n"
            "    --format json=report.json",
        ),
    ),
    exits=SCANNED,
)
def scan() -> None:
    """Find the paths from outside to models: live, in code, or in a snapshot.

    Findings are access minus what the vendor register in sidedoor.yaml agrees to.
    """


@scan.command(
    "snapshot",
    examples=(
        ("two clouds as one estate", "sidedoor scan snapshot nightly-aws/ nightly-gcp/"),
        ("findings at the lines of code that made them", "sidedoor scan snapshot nightly/ --iac infra/"),
        ("what merging a plan would open", "sidedoor scan snapshot nightly/ --plan plan.json"),
        ("only what is new fails", "sidedoor scan snapshot nightly/ --baseline known.json"),
    ),
    exits=SCANNED,
)
@click.argument("directories", type=click.Path(path_type=Path), nargs=-1, required=True)
@beside.OPTIONS[0]
@beside.OPTIONS[1]
@shared
def snapshot(directories: tuple[Path, ...], iac: tuple[Path, ...], plan: Path | None, **given: Any) -> None:  # noqa: ANN401
    """Analyse snapshot directories as one estate, offline.

    No SDK, no network, and the same bytes every time.
    """
    finish = _prepared(wanted(given), iac, plan)
    finish(Snapshot.joined([load_snapshot(directory) for directory in directories]))


def _scan(
    name: str,
    *,
    save: Path | None,
    iac: tuple[Path, ...] = (),
    plan: Path | None = None,
    **given: Any,  # noqa: ANN401 - click's options
) -> None:
    want = wanted(given)
    finish = _prepared(want, iac, plan)
    writer = collected(name, given, want.config, save)
    if save is not None:
        writer.save(save)
    finish(writer.snapshot())


def _prepared(want: Wanted, iac: tuple[Path, ...], plan: Path | None) -> Callable[[Snapshot], NoReturn]:
    """Read rules and baseline and return what does the rest: a mistake in them then costs no collection."""
    rules = load_rules(want.rules)
    known = None if want.baseline is None else read_known(want.baseline)

    def finish(read: Snapshot) -> NoReturn:
        if iac:
            with stage("reading the code"):
                read = beside.at_its_lines(read, iac, want.config)
        with stage(f"analysing {len(read)} documents with {len(rules)} rules") as running:
            result = analyse(read, want.config, rules, as_of=want.as_of)
            running.found = f"{len(result.findings)} findings, {len(result.gaps)} gaps"
        if plan is not None:
            with stage("analysing what the plan makes of it"):
                after = analyse(beside.planned(read, plan, want.config), want.config, rules, as_of=want.as_of)
                result = after_change(result, after)
        if known is not None:
            result = without_known(result, known)
        if want.trail:
            with stage("reading the logs"):
                result = with_use(result, want.trail)
        write(result, want)
        raise SystemExit(exit_code(result, fail_on=want.fail_on, allow_partial=want.allow_partial))

    return finish
