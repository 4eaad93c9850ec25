"""A verb of the command line: its help page has examples, exit codes and options by purpose.

Every verb takes --verbose and --quiet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from scanner.cli.telling import set_level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Examples = tuple[tuple[str, str], ...]
"""Pairs of what it is for, and the command."""

ANSWERED: Final = {0: "answered", 2: "usage or configuration error"}
"""Exit codes of a verb that asks and fails on nothing."""
SCANNED: Final = {
    0: "complete, and nothing at or above --fail-on",
    1: "findings at or above --fail-on",
    2: "usage or configuration error",
    3: "something could not be read (unless --allow-partial)",
}
_GENERAL: Final = {"--verbose", "--quiet", "--help"}


def _verbose(context: click.Context, param: click.Parameter, value: bool) -> None:
    del context, param
    if value:
        set_level("verbose")


def _quiet(context: click.Context, param: click.Parameter, value: bool) -> None:
    del context, param
    if value:
        set_level("quiet")


def _talking() -> list[click.Parameter]:
    say = "Say what is being done, and how long it took, on standard error."
    return [
        click.Option(["-v", "--verbose"], is_flag=True, expose_value=False, callback=_verbose, help=say),
        click.Option(
            ["-q", "--quiet"],
            is_flag=True,
            expose_value=False,
            callback=_quiet,
            help="No progress and no summary on standard error; errors stay.",
        ),
    ]


class _Page:
    """What a help page has besides click's."""

    examples: Examples
    exits: Mapping[int, str]

    def sections(self, formatter: click.HelpFormatter) -> None:
        """Write the examples, each on a line of its own to be copied, and the exit codes."""
        if self.examples:
            with formatter.section("Examples"):
                for number, (purpose, command) in enumerate(self.examples):
                    lines = f"# {purpose}", *command.split("\n")
                    formatter.write("".join(f"{'':>{formatter.current_indent}}{line}\n" for line in lines))
                    if number < len(self.examples) - 1:
                        formatter.write("\n")
        if self.exits:
            with formatter.section("Exit codes"):
                formatter.write_dl([(str(code), meaning) for code, meaning in self.exits.items()])


class Verb(click.Command, _Page):
    """One verb.

    Args:
        examples: See `Examples`.
        exits: Exit codes and what each means.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - click's own
        examples: Examples = (),
        exits: Mapping[int, str] = ANSWERED,
        **kwargs: Any,  # noqa: ANN401 - click's own
    ) -> None:
        super().__init__(*args, **kwargs)
        self.examples, self.exits = examples, exits
        self.params += _talking()

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verb's own options, then those that every verb has."""
        own: list[tuple[str, str]] = []
        general: list[tuple[str, str]] = []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
            if record is not None:
                (general if _GENERAL & {*param.opts} else own).append(record)
        for title, records in (("Options", own), ("General options", general)):
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what comes after the options."""
        self.sections(formatter)
        super().format_epilog(ctx, formatter)


class VerbGroup(click.Group, _Page):
    """A verb with verbs below it."""

    command_class = Verb

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - click's own
        examples: Examples = (),
        exits: Mapping[int, str] = ANSWERED,
        **kwargs: Any,  # noqa: ANN401 - click's own
    ) -> None:
        super().__init__(*args, **kwargs)
        self.examples, self.exits = examples, exits
        self.params += _talking() if self.invoke_without_command else []

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs below with the first sentence of each, uncut."""
        rows = self.summaries(ctx)
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Return name and first sentence of each verb below."""
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        return [(name, summary(command)) for name, command in found if command is not None]

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what comes after the commands."""
        self.sections(formatter)
        super().format_epilog(ctx, formatter)


def summary(command: click.Command) -> str:
    """Return the first paragraph of a verb's help, which is one sentence."""
    return " ".join((command.help or "").strip().split("\n\n")[0].split())


def commands_of(group: click.Group, names: Sequence[str]) -> list[tuple[str, str]]:
    """Return name and first sentence of some verbs of a group that are there already."""
    return [(name, summary(group.commands[name])) for name in names]
