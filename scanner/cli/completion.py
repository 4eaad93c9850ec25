"""``sidedoor completion``: what a shell needs to complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from scanner.cli.verb import Verb


@click.command(
    cls=Verb,
    examples=(
        ("bash", "sidedoor completion bash > ~/.local/share/bash-completion/completions/sidedoor"),
        ("zsh, in a directory of $fpath", "sidedoor completion zsh > ~/.zfunc/_sidedoor"),
        ("fish", "sidedoor completion fish > ~/.config/fish/completions/sidedoor.fish"),
    ),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell."""
    found = get_completion_class(shell)
    assert found is not None, shell  # noqa: S101 - click ships all three
    click.echo(found(context.find_root().command, {}, "sidedoor", "_SIDEDOOR_COMPLETE").source())
