"""``sidedoor rules``: the rules, their self-tests, their documentation, and a first draft of a new one."""

from __future__ import annotations

from pathlib import Path

import click
from tabulate import tabulate

from scanner.cli.telling import tell
from scanner.cli.verb import ANSWERED, VerbGroup
from scanner.errors import ReportError
from scanner.rules import load_rules
from scanner.rules.docs import readme
from scanner.rules.draft import drafted
from scanner.rules.selftest import check_rule

_directory = click.option(
    "--rules", "directory", type=click.Path(path_type=Path), help="Rules to use instead of the shipped ones."
)


@click.group(cls=VerbGroup)
def rules() -> None:
    """List, check and document the rules, and draft a new one."""


@rules.command("list", examples=(("the shipped rules", "sidedoor rules list"),))
@_directory
def list_(directory: Path | None) -> None:
    """List id, severity and title of every rule."""
    rows = [(rule.id, rule.severity, rule.title) for rule in load_rules(directory)]
    click.echo(tabulate(rows, headers=("rule", "severity", "title"), tablefmt="simple"))


@rules.command(
    "check",
    examples=(("your own", "sidedoor rules check --rules my-rules/"),),
    exits={0: "every example holds", 1: "one does not", 2: ANSWERED[2]},
)
@_directory
def check(directory: Path | None) -> None:
    """Run every rule's examples, and check that each of its selectors matters."""
    loaded = load_rules(directory)
    failures = [failure for rule in loaded for failure in check_rule(rule)]
    for failure in failures:
        click.echo(failure, err=True)
    examples = sum(len(rule.examples) for rule in loaded)
    click.echo(f"{len(loaded)} rules, {examples} examples, {len(failures)} failures")
    raise SystemExit(1 if failures else 0)


@rules.command("doc", examples=(("a page of your own", "sidedoor rules doc --rules my-rules/ > RULES.md"),))
@_directory
def doc(directory: Path | None) -> None:
    """Print the documentation of the rules as Markdown."""
    click.echo(readme(load_rules(directory)), nl=False)


@rules.command(
    "new",
    examples=(("a draft to change", "sidedoor rules new vendor-copies-checkpoints --output my-rules/"),),
    exits={0: "written", 2: ANSWERED[2]},
)
@click.argument("rule_id", metavar="ID")
@click.option("--output", type=click.Path(path_type=Path), help="Directory to write ID.yaml into.")
def new(rule_id: str, output: Path | None) -> None:
    """Draft a rule that loads and passes its own examples, to be changed: ID is its file's name forever."""
    text = drafted(rule_id)
    if output is None:
        click.echo(text, nl=False)
        return
    file = output / f"{rule_id}.yaml"
    try:
        output.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise ReportError(f"cannot write `{file}`: {error.strerror or error}") from None
    tell(f"{file}; next: sidedoor rules check --rules {output}")
