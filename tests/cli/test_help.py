"""Every verb's help page: examples that would run, exit codes, and the options that all of them have."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click
import pytest

from scanner import cli
from scanner.cli.verb import Verb, VerbGroup
from tests.front_door import CONFIG, ON_WORLD, SNAPSHOT, in_a_shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.front_door import Run

# the names as the program has them: click keeps the first help option that it makes of a command
ROOT = click.Context(cli.cli, info_name="sidedoor", help_option_names=["-h", "--help"])


def verbs(group: click.Group, context: click.Context) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Yield every command below a group with its full name."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context)
        yield inner.command_path, command, inner
        if isinstance(command, click.Group):
            yield from verbs(command, inner)


VERBS = {path: (command, context) for path, command, context in verbs(cli.cli, ROOT)}
EXAMPLES = {
    example: path for path, (command, _) in VERBS.items() for _, example in getattr(command, "examples", ())
}


@pytest.mark.parametrize("path", VERBS)
def test_a_page_has_what_a_newcomer_needs(path: str) -> None:
    command, context = VERBS[path]
    assert isinstance(command, Verb | VerbGroup)
    text = command.get_help(context)
    assert "Exit codes:" in text
    if not isinstance(command, click.Group):
        assert "Examples:" in text
        assert {"-v, --verbose", "-q, --quiet"} <= {
            "-v, --verbose" if "-v, --verbose" in text else "",
            "-q, --quiet" if "-q, --quiet" in text else "",
        }
    for param in command.params:
        assert not isinstance(param, click.Option) or param.help, param.name
    assert (command.help or "").strip().split("\n\n")[0].endswith(".")


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_understood(example: str) -> None:
    words = shlex.split(example.replace("\\\n", " ").split(" > ")[0].split(" < ")[0])
    command: click.Command = cli.cli
    context = ROOT
    words = words[1:]
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        assert found is not None, words[0]
        command, context, words = found, click.Context(found, parent=context), words[1:]
    command.make_parser(context).parse_args(list(words))  # raises for an option that is not there
    needed = [p for p in command.params if p.required and isinstance(p, click.Option)]
    assert all(set(p.opts) & {word.split("=")[0] for word in words} for p in needed)


@pytest.mark.parametrize("path", VERBS)
def test_commands_of_an_example_are_its_own(path: str) -> None:
    command, _ = VERBS[path]
    if not isinstance(command, click.Group):
        assert any(example.startswith(path) for _, example in getattr(command, "examples", ()))


def test_verbose_says_the_stages_and_changes_no_report(run: Run) -> None:
    plain, told = run(*ON_WORLD), run(*ON_WORLD, "-v")
    assert (plain.out, plain.err) == (told.out, "")
    stages = [line.split(":")[1].strip() for line in told.err.splitlines()]
    assert stages == [f"reading {SNAPSHOT}", "analysing 32 documents with 28 rules", "writing table"] or (
        stages[0] == f"reading {SNAPSHOT}" and stages[-1] == "writing table"
    )
    assert all(line.endswith(" s") for line in told.err.splitlines())


def test_quiet_keeps_errors(run: Run, tmp_path: object) -> None:
    ours = ("--snapshot", SNAPSHOT, "--config", CONFIG)
    assert run("baseline", *ours, "--output", f"{tmp_path}/known.json", "-q").err == ""
    assert "known findings" in run("baseline", *ours, "--output", f"{tmp_path}/known.json").err
    missing = run("cut", "--snapshot", "none", "--quiet")
    assert (missing.code, missing.err.count("\n")) == (2, 1)


def test_every_asking_verb_takes_both(run: Run) -> None:
    ours = ("--snapshot", SNAPSHOT, "--config", CONFIG)
    for verb in (("vendors",), ("paths",), ("cut",), ("can", "*"), ("who-can", "read", "*")):
        told = run(*verb, *ours, "-v")
        assert told.err.startswith(f"sidedoor: reading {SNAPSHOT}: "), verb
        assert run(*verb, *ours, "-q").err == ""


def test_a_page_fits_a_narrow_terminal() -> None:
    said = in_a_shell("sidedoor scan snapshot --help", COLUMNS="40")
    assert said.code == 0
    shown = said.out.partition("Examples:")[0]
    assert max(map(len, shown.splitlines())) <= 50
