"""``sidedoor scan``: from a cloud or a snapshot to reports and an exit code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from scanner.analysis import analyse
from scanner.baseline import read_known, without_known
from scanner.cli.collect import aws_options, collect_aws
from scanner.cli.options import shared, wanted, write
from scanner.report import exit_code
from scanner.rules import load_rules
from scanner.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.cli.options import Wanted


@click.group()
def scan() -> None:
    """Find the paths from outside to models.

    Example: sidedoor scan snapshot nightly/ --config sidedoor.yaml --format table --format sarif=out.sarif
    """


@scan.command("snapshot")
@click.argument("directory", type=click.Path(path_type=Path))
@shared
def snapshot(directory: Path, **given: Any) -> None:  # noqa: ANN401 - click's options, checked by `wanted`
    """Analyse a snapshot directory, offline: no SDK, no network, the same bytes every time."""
    finish = _prepared(wanted(given))
    finish(Snapshot.load(directory))


@scan.command("aws")
@aws_options
@click.option("--save", type=click.Path(path_type=Path), help="Keep the snapshot in this directory.")
@shared
def aws(save: Path | None, **given: Any) -> None:  # noqa: ANN401 - click's options, checked by `wanted`
    """Read an AWS account, or with --org-role a whole organization, and analyse it."""
    finish = _prepared(wanted(given))
    writer = collect_aws(given)
    if save is not None:
        writer.save(save)
    finish(writer.snapshot())


def _prepared(want: Wanted) -> Callable[[Snapshot], NoReturn]:
    """Read rules and baseline and return what does the rest: a mistake in them then costs no collection."""
    rules = load_rules(want.rules)
    known = None if want.baseline is None else read_known(want.baseline)

    def finish(read: Snapshot) -> NoReturn:
        result = analyse(read, want.config, rules, as_of=want.as_of)
        if known is not None:
            result = without_known(result, known)
        write(result, want)
        raise SystemExit(exit_code(result, fail_on=want.fail_on, allow_partial=want.allow_partial))

    return finish
