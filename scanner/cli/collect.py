"""``sidedoor collect``: read a cloud or code into a snapshot directory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import CONFIG, load_config
from scanner.cli.targets import TargetGroup, collected, command_for
from scanner.cli.telling import tell
from scanner.cli.verb import ANSWERED

if TYPE_CHECKING:
    from collections.abc import Callable

_OPTIONS: tuple[Callable[..., Any], ...] = (
    CONFIG,
    click.option(
        "--output", type=click.Path(path_type=Path), required=True, help="Directory of the snapshot."
    ),
    click.option("--allow-partial", is_flag=True, help="Do not exit 3 when something could not be read."),
)


_EXITS = {0: "everything was read", 2: ANSWERED[2], 3: "something could not be read (unless --allow-partial)"}


class _Collect(TargetGroup):
    @staticmethod
    def make(name: str) -> click.Command:
        return command_for(
            name, about=", and write a snapshot", options=_OPTIONS, run=_collect, verb="collect", exits=_EXITS
        )


@click.group(
    cls=_Collect,
    examples=(
        (
            "every account of an organization",
            "sidedoor collect aws --org-role SidedoorScan --output nightly/",
        ),
        ("a project of Google Cloud", "sidedoor collect gcp --project ourlab-models --output nightly-gcp/"),
    ),
    exits=_EXITS,
)
def collect() -> None:
    """Read a cloud or code into a snapshot directory, with read-only calls, and analyse nothing.

    So who may read the cloud and who may see the findings can be two people. A run that was cut short, or had
    gaps, is continued by the next one that asks for the same.
    """


def _collect(name: str, *, config: Path | None, output: Path, allow_partial: bool, **given: Any) -> None:  # noqa: ANN401 - click's options
    writer = collected(name, given, load_config(config), output)
    writer.save(output)
    read = writer.snapshot()
    summary = f"{output}: {len(read)} documents, {len(read.gaps)} gaps, snapshot {read.digest[:12]}"
    tell(summary)
    raise SystemExit(3 if read.gaps and not allow_partial else 0)
