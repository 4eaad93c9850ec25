"""Progress on standard error: one line that is redrawn on a terminal, one line a stage in a log."""

from __future__ import annotations

import sys
import time

import click

_REDRAW_S = 0.1


class Progress:
    """Counts of a running collection; call it with (stage, done, total), and `close` it at the end."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._drawn = 0.0
        self._stages: set[str] = set()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show where the collection is."""
        if self._quiet:
            return
        if not self._terminal:
            if stage not in self._stages:
                self._stages.add(stage)
                click.echo(f"sidedoor: reading {stage}", err=True)
            return
        now = time.monotonic()
        if now - self._drawn >= _REDRAW_S or done == total:
            self._drawn = now
            click.echo(f"\r\x1b[2Ksidedoor: reading {stage} ({done} of {total})", nl=False, err=True)

    def close(self) -> None:
        """Clear the redrawn line."""
        if self._terminal and self._drawn:
            click.echo("\r\x1b[2K", nl=False, err=True)
