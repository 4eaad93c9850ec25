"""``sidedoor schema``: JSON Schemas, for editors and for readers of reports."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import click

from scanner.cli.verb import Verb
from scanner.config import config_schema
from scanner.report import report_schema
from scanner.rules.schema import rule_schema

if TYPE_CHECKING:
    from collections.abc import Callable

_SCHEMAS: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "config": config_schema,
    "rule": rule_schema,
    "report": report_schema,
}


@click.command(
    cls=Verb,
    examples=(
        ("for an editor", "sidedoor schema config > .vscode/sidedoor.schema.json"),
        ("for a reader of reports", "sidedoor schema report"),
    ),
)
@click.argument("what", type=click.Choice(list(_SCHEMAS)))
def schema(what: str) -> None:
    """Print the JSON Schema of sidedoor.yaml, of a rule file, or of the JSON report."""
    click.echo(json.dumps(_SCHEMAS[what](), indent=2))
