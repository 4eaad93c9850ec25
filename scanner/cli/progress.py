"""Progress on standard error: one line that is redrawn on a terminal, one line a stage in a log."""

from __future__ import annotations

import sys
import time

import click

_REDRAW_S = 0.1
_TELLING_S = 2.0  # of a stage, before its pace says anything


class Progress:
    """Counts of a running collection; call it with (stage, done, total), and `close` it at the end."""

    def __init__(self, *, quiet: bool = False, verbose: bool = False) -> None:
        self._quiet = quiet
        self._verbose = verbose
        self._last: dict[str, tuple[float, int]] = {}
        self._terminal = sys.stderr.isatty()
        self._drawn = 0.0
        self._began: dict[str, float] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show where the collection is."""
        if self._quiet:
            return
        now = time.monotonic()
        self._last[stage] = now, done
        if not self._terminal:
            if stage not in self._began:
                click.echo(f"sidedoor: reading {stage}", err=True)
            self._began.setdefault(stage, now)
            return
        began = self._began.setdefault(stage, now)
        if now - self._drawn >= _REDRAW_S or done == total:
            self._drawn = now
            left = _left(now - began, done, total)
            click.echo(f"\r\x1b[2Ksidedoor: reading {stage} ({done} of {total}{left})", nl=False, err=True)

    def close(self) -> None:
        """Clear the redrawn line; with `verbose` say how long each stage took."""
        if self._terminal and self._drawn:
            click.echo("\r\x1b[2K", nl=False, err=True)
        for stage, (ended, done) in self._last.items() if self._verbose else ():
            click.echo(f"sidedoor: read {stage}: {done}, {ended - self._began[stage]:.2f} s", err=True)


def _left(passed_s: float, done: int, total: int) -> str:
    """Return what is left in words, at the pace so far; empty while too little is done to tell."""
    if not 0 < done < total or passed_s < _TELLING_S:
        return ""
    seconds = round(passed_s / done * (total - done))
    return (
        f", about {seconds // 60} min {seconds % 60} s left" if seconds >= 60 else f", about {seconds} s left"
    )
