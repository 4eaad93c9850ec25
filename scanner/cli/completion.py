"""``sidedoor completion``: what a shell needs to complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    Example: sidedoor completion bash > ~/.local/share/bash-completion/completions/sidedoor
    """
    found = get_completion_class(shell)
    assert found is not None, shell  # noqa: S101 - click ships all three
    click.echo(found(context.find_root().command, {}, "sidedoor", "_SIDEDOOR_COMPLETE").source())
