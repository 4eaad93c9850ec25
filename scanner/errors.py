"""Every error a user can cause, and the line each of them prints.

    ScannerError
    ├── ConfigError      sidedoor.yaml or the command line is wrong      exit 2
    ├── RuleError        a rule file is wrong                            exit 2
    ├── CollectError     a provider could not be asked at all            exit 2
    ├── SnapshotError    a snapshot is not readable as one               exit 2
    └── ReportError      a report could not be written                   exit 2

What a *scan* could not read is no error: it is a `scanner.snapshot.Gap`, shown in every report.
Messages: lower case, no full stop, user input in backticks, the nearest valid word as a hint.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class ScannerError(Exception):
    """Base of all errors with a one-line message for the user."""


class LocatedError(ScannerError):
    """An error at a place in a file; prints as ``file:line: message``.

    Args:
        message: What is wrong.
        file: Path as the user gave it, or None when there is no file.
        line: 1-based line, or None when the whole file is meant.
    """

    def __init__(self, message: str, *, file: str | None = None, line: int | None = None) -> None:
        place = ":".join(str(part) for part in (file, line) if part is not None)
        super().__init__(f"{place}: {message}" if place else message)
        self.message = message
        self.file = file
        self.line = line


class ConfigError(LocatedError):
    """The configuration file or a command line option cannot be used."""


class RuleError(LocatedError):
    """A rule file cannot be used."""


class SnapshotError(LocatedError):
    """A snapshot directory is truncated, edited, of a future version, or not a snapshot."""


class CollectError(ScannerError):
    """A provider could not be asked at all, for example without credentials."""


class ReportError(ScannerError):
    """A report could not be written."""


def did_you_mean(word: str, valid: Iterable[str]) -> str:
    """Return ``; did you mean `x`?`` for the nearest valid word, or an empty string."""
    near = get_close_matches(word, list(valid), n=1, cutoff=0.6)
    return f"; did you mean `{near[0]}`?" if near else ""
