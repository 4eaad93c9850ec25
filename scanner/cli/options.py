"""Options that several commands share, and what they stand for once read."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from scanner import config as configuration
from scanner.cli.telling import stage
from scanner.cli.usage import TRAIL
from scanner.errors import ConfigError, ReportError, did_you_mean
from scanner.model import SEVERITIES, Severity
from scanner.redaction import redacted
from scanner.report import FORMATS, Options, render
from scanner.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.config import Config
    from scanner.scan import Scan

DEFAULT_CONFIG = Path("sidedoor.yaml")
_FALLBACK_WIDTH = 100


class Wanted(msgspec.Struct, frozen=True):
    """What the shared options ask for. `formats` maps a format to its file, None for standard output."""

    config: Config
    formats: tuple[tuple[str, Path | None], ...]
    fail_on: Severity
    allow_partial: bool
    as_of: dt.date | None
    baseline: Path | None
    rules: Path | None
    full: bool
    category: str
    redact: bool
    trail: tuple[Path, ...] = ()


_PATH = click.Path(path_type=Path)
CONFIG = click.option("--config", type=_PATH, help="Configuration. [default: ./sidedoor.yaml, if there]")
_FORMAT_HELP = f"Report format: {', '.join(FORMATS)}. Repeat for several from one scan. [default: table]"
RULES = click.option("--rules", type=_PATH, help="Rules to use instead of the shipped ones.")
FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    help="How to answer. [default: table]",
)
DRAWN = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "mermaid"]),
    default="table",
    help="How to answer; mermaid draws. [default: table]",
)
SHARED = (
    CONFIG,
    click.option("--format", "formats", multiple=True, metavar="NAME[=FILE]", help=_FORMAT_HELP),
    click.option("--output", type=_PATH, help="File for the one format without =FILE."),
    click.option("--fail-on", type=click.Choice(SEVERITIES), help="Exit 1 from here. [default: config's]"),
    click.option("--allow-partial", is_flag=True, help="Do not exit 3 when something could not be read."),
    click.option("--baseline", type=_PATH, help="Known findings: only new ones fail the run."),
    RULES,
    click.option("--as-of", metavar="DATE", help="Compare expiries with this day. [default: collection day]"),
    click.option("--full", is_flag=True, help="Leave nothing out: all gaps, suppressed findings."),
    click.option(
        "--redact", is_flag=True, help="Replace accounts and names, so that a report can be shared."
    ),
    click.option("--category", default="", metavar="NAME", help="Code scanning category of the SARIF file."),
    TRAIL,
)


def shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of every command that scans; they arrive as ``**given`` for `wanted`."""
    for option in reversed(SHARED):
        command = option(command)
    return command


def on_snapshot(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--snapshot`` and ``--config``, for commands that ask something of a snapshot; see `read`."""
    directory = click.option("--snapshot", "directory", type=_PATH, required=True, help="Snapshot directory.")
    decorated: Callable[..., Any] = directory(CONFIG(command))
    return decorated


def read(directory: Path, config: Path | None) -> tuple[Snapshot, Config]:
    """Read what `on_snapshot` names."""
    return load_snapshot(directory), load_config(config)


def load_snapshot(directory: Path) -> Snapshot:
    """Read a snapshot directory."""
    with stage(f"reading {directory}") as running:
        found = Snapshot.load(directory)
        running.found = f"{len(found)} documents, {len(found.gaps)} gaps"
    return found


def wanted(given: dict[str, Any]) -> Wanted:
    """Check the shared options and read the configuration.

    Raises:
        ConfigError: naming the option or the line of the file.
    """
    config = load_config(given["config"])
    return Wanted(
        config=config,
        formats=_formats(given["formats"] or ("table",), given["output"]),
        fail_on=given["fail_on"] or config.fail_on,
        allow_partial=given["allow_partial"],
        as_of=_day(given["as_of"]),
        baseline=given["baseline"],
        rules=given["rules"],
        full=given["full"],
        category=given["category"],
        redact=given["redact"],
        trail=given["trail"],
    )


def load_config(path: Path | None) -> Config:
    """Read the configuration named, else ``./sidedoor.yaml`` if it is there, else an empty one."""
    if path is None and not DEFAULT_CONFIG.exists():
        return configuration.Config()
    return configuration.load(path or DEFAULT_CONFIG)


def text_options(*, full: bool = False) -> Options:
    """Return how to write text to standard output."""
    width = (
        shutil.get_terminal_size((_FALLBACK_WIDTH, 24)).columns if sys.stdout.isatty() else _FALLBACK_WIDTH
    )
    return Options(width=width, full=full)


def write(scan: Scan, want: Wanted) -> None:
    """Write every report asked for; files first, so that standard output ends the run."""
    if want.redact:
        scan = redacted(scan)
    for name, file in sorted(want.formats, key=lambda pair: pair[1] is None):
        to_terminal = file is None and sys.stdout.isatty()
        options = Options(
            width=shutil.get_terminal_size((_FALLBACK_WIDTH, 24)).columns if to_terminal else _FALLBACK_WIDTH,
            terminal=to_terminal,
            colour=to_terminal and not os.environ.get("NO_COLOR"),
            full=want.full,
            fail_on=want.fail_on,
            allow_partial=want.allow_partial,
            category=want.category,
        )
        with stage(f"writing {name}") as running:
            text = render(name, scan, options)
            running.found = f"{len(text)} characters"
        if file is None:
            click.echo(text, nl=False)
            continue
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise ReportError(f"cannot write `{file}`: {error.strerror or error}") from None


def _formats(given: tuple[str, ...], output: Path | None) -> tuple[tuple[str, Path | None], ...]:
    formats: list[tuple[str, Path | None]] = []
    for text in given:
        name, named, file = text.partition("=")
        if name not in FORMATS:
            raise ConfigError(f"unknown format `{name}`{did_you_mean(name, FORMATS)}")
        if named and not file:
            raise ConfigError(f"`--format {text}` names no file")
        formats.append((name, Path(file) if file else None))
    loose = [index for index, (_, file) in enumerate(formats) if file is None]
    if output is not None:
        if len(loose) != 1:
            raise ConfigError("`--output` needs exactly one format that names no file itself")
        formats[loose[0]] = (formats[loose[0]][0], output)
    elif len(loose) > 1:
        raise ConfigError("only one format can go to standard output; write `--format NAME=FILE`")
    files = [file.resolve() for _, file in formats if file is not None]
    twice = next((file for file in files if files.count(file) > 1), None)
    if twice is not None and not twice.is_char_device():
        raise ConfigError(f"two formats to one file: `{twice}`")
    return tuple(formats)


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise ConfigError(f"`{text}` is no date; write YYYY-MM-DD") from None
