"""What a run says of itself on standard error: nothing with --quiet, stages and their times with --verbose.

On a terminal the stage that runs is shown and goes away. Nothing that is said here holds a secret: paths as
the user gave them, counts and seconds.
"""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

Level: TypeAlias = Literal["quiet", "normal", "verbose"]
_KEY: Final = "sidedoor.level"
_CLEAR: Final = "\r\x1b[2K"


def set_level(wanted: Level) -> None:
    """Set how much the command that runs says."""
    click.get_current_context().meta[_KEY] = wanted


def level() -> Level:
    """Return how much is said; normal outside of a command."""
    context = click.get_current_context(silent=True)
    found: Level = context.meta.get(_KEY, "normal") if context is not None else "normal"
    return found


def tell(text: str) -> None:
    """Say one line, unless the user wants quiet."""
    if level() != "quiet":
        click.echo(f"sidedoor: {_visible(text)}", err=True)


def warn_of_gaps(gaps: int) -> None:
    """Say that an answer may miss something, quiet or not: what was not read is never no access."""
    if gaps:
        what = "1 document was" if gaps == 1 else f"{gaps} documents were"
        click.echo(f"sidedoor: {what} not read, so ways may be missing; `sidedoor scan` lists them", err=True)


class Stage:
    """A stage that runs; `found` is what it came to, as far as it said so."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._drawn = level() == "normal" and sys.stderr.isatty()
        self.found = ""

    def at(self, words: str = "") -> None:
        """Show on a terminal where the stage is."""
        if self._drawn:
            said = f" ({words})" if words else ""
            click.echo(f"{_CLEAR}sidedoor: {_visible(self._name + said)}", nl=False, err=True)

    def close(self, seconds: float) -> None:
        """Clear the line, or tell the time."""
        if self._drawn:
            click.echo(_CLEAR, nl=False, err=True)
        if level() == "verbose":
            tell(f"{self._name}: {self.found + ', ' if self.found else ''}{seconds:.2f} s")


@contextmanager
def stage(name: str) -> Iterator[Stage]:
    """Run what is inside as a stage."""
    began = time.monotonic()
    running = Stage(name)
    running.at()
    try:
        yield running
    finally:
        running.close(time.monotonic() - began)


def _visible(text: str) -> str:
    from scanner.report.clean import visible  # noqa: PLC0415 - ``--version`` does not pay for the reports

    return visible(text)
