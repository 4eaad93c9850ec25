"""``sidedoor collect``: read a cloud or code into a snapshot directory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import CONFIG, load_config
from scanner.cli.targets import TargetGroup, collected, command_for

if TYPE_CHECKING:
    from collections.abc import Callable

_OPTIONS: tuple[Callable[..., Any], ...] = (
    CONFIG,
    click.option(
        "--output", type=click.Path(path_type=Path), required=True, help="Directory of the snapshot."
    ),
    click.option("--allow-partial", is_flag=True, help="Do not exit 3 when something could not be read."),
)


class _Collect(TargetGroup):
    @staticmethod
    def make(name: str) -> click.Command:
        return command_for(name, about=", and write a snapshot", options=_OPTIONS, run=_collect)


@click.group(cls=_Collect)
def collect() -> None:
    """Read a cloud into a snapshot directory, with read-only calls, and analyse nothing.

    Example: sidedoor collect aws --org-role SidedoorScan --output nightly/
    """


def _collect(name: str, *, config: Path | None, output: Path, allow_partial: bool, **given: Any) -> None:  # noqa: ANN401 - click's options
    writer = collected(name, given, load_config(config), output)
    writer.save(output)
    read = writer.snapshot()
    summary = f"{output}: {len(read)} documents, {len(read.gaps)} gaps, snapshot {read.digest[:12]}"
    click.echo(summary, err=True)
    raise SystemExit(3 if read.gaps and not allow_partial else 0)
