"""The command line: the only place that prints, reads the environment or exits.

Commands live in modules of their own, imported when called: ``sidedoor --version`` pays for none of them.
"""

from __future__ import annotations

import io
import os
import sys
from importlib import import_module
from typing import Final

import click

from scanner import __version__
from scanner.errors import ScannerError, did_you_mean

EXIT_USAGE: Final = 2
EXIT_INTERRUPTED: Final = 130
EXIT_PIPE_CLOSED: Final = 141
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "scan": ("scan", "Find the paths from outside to models: live, in code, or in a snapshot."),
    "collect": ("collect", "Read a cloud or code into a snapshot, and analyse nothing."),
    "explain": ("explain", "Tell one finding hop by hop, with the statement that allows each."),
    "who-can": ("ask", "List who can read, invoke, overwrite or re-share an asset."),
    "can": ("ask", "List what one principal can reach."),
    "vendors": ("vendors", "Show the third-party inventory; draft a register; narrow a vendor."),
    "cut": ("cut", "Find the fewest statements to remove, agreed access kept."),
    "what-if": ("cut", "Analyse a snapshot as if some statements were gone."),
    "paths": ("ask", "List the ways of outsiders to assets, agreed or not."),
    "decide": ("decide", "Answer access questions, one JSON object a line."),
    "diff": ("compare", "Compare two reports or snapshots: findings opened, closed, changed."),
    "baseline": ("compare", "Write the findings of a snapshot as known."),
    "rules": ("rules", "List, check and document the rules."),
    "doctor": ("doctor", "Check what stands between you and a complete scan."),
    "schema": ("schema", "Print the JSON Schema of the configuration, a rule or the report."),
    "completion": ("completion", "Print a shell's completion script."),
    "permissions": ("permissions", "Print the least privileges that a scan needs."),
}


class _Commands(click.Group):
    """Finds commands by `COMMANDS`, importing a module only when one of its commands is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"scanner.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; whoever reads its output may stop doing so.

        Click would exit 1 then, which means findings.
        """
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that closing it stays quiet
            raise SystemExit(EXIT_PIPE_CLOSED) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(f"no such command `{args[0]}`{did_you_mean(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)


_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


_EPILOG = """\b
First steps:
  sidedoor doctor                                        what is missing
  sidedoor collect aws --output nightly/                 read an account
  sidedoor vendors init --snapshot nightly/ --output sidedoor.yaml
  sidedoor scan snapshot nightly/ --format html=report.html

\b
Exit codes of a scan:
  0  complete, and nothing at or above --fail-on
  1  findings at or above --fail-on
  2  usage or configuration error
  3  something could not be read (unless --allow-partial)

`sidedoor VERB --help` has examples."""


@click.command(cls=_Commands, context_settings=_CONTEXT, epilog=_EPILOG)
@click.version_option(__version__, prog_name="sidedoor", message="%(prog)s %(version)s")
def cli() -> None:
    """Who outside your organisation can reach your model weights or inference endpoints?

    By which path, and what proves it.
    """


def main() -> None:
    """Run the command line and exit; a user's mistake is one line on standard error, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="backslashreplace"
            )  # a terminal that lacks a character still gets a report
    try:
        cli.main(prog_name="sidedoor", standalone_mode=False, complete_var="_SIDEDOOR_COMPLETE")
    except ScannerError as error:
        _told(str(error))
        sys.exit(EXIT_USAGE)
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_USAGE)
    except (click.Abort, KeyboardInterrupt):
        _told("interrupted")
        sys.exit(EXIT_INTERRUPTED)
    except OSError as error:  # of standard output; files and clouds have errors of their own
        _told(f"cannot write: {error.strerror or error}")
        sys.exit(EXIT_USAGE)


def _told(message: str) -> None:
    from scanner.report.clean import visible  # noqa: PLC0415 - ``--version`` does not pay for the reports

    for line in message.splitlines():
        click.echo(f"sidedoor: {visible(line)}", err=True)
