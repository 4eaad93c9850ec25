"""``sidedoor vendors``: who is outside, what each one reaches, and a first register."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from scanner.analysis import Analysis
from scanner.cli.options import on_snapshot, read, text_options
from scanner.cli.usage import TRAIL, inventory_with_use
from scanner.drafting import drafted
from scanner.errors import ReportError
from scanner.narrowing import least_privilege as narrowed
from scanner.report import privilege_as_json, render_inventory, render_privilege
from scanner.vendors import inventory


@click.group(invoke_without_command=True)
@click.pass_context
@click.option("--snapshot", "directory", type=click.Path(path_type=Path), help="Snapshot directory.")
@click.option("--config", type=click.Path(path_type=Path), help="Configuration. [default: ./sidedoor.yaml]")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.option("--full", is_flag=True, help="Also show parties that reach nothing.")
@TRAIL
def vendors(
    context: click.Context,
    directory: Path | None,
    config: Path | None,
    form: str,
    trail: tuple[Path, ...],
    *,
    full: bool,
) -> None:
    """Show the third-party inventory: ways in, what is reached by gain and tier, agreed or not, until when.

    Example: sidedoor vendors --snapshot nightly/
    """
    if context.invoked_subcommand is not None:
        return
    if directory is None:
        raise click.UsageError("Missing option '--snapshot'.")
    found, notes = inventory_with_use(inventory(Analysis(*read(directory, config))), trail)
    for note in notes:
        click.echo(note, err=True)
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
    else:
        click.echo(render_inventory(found, text_options(full=full)), nl=False)


@vendors.command("init")
@on_snapshot
@click.option("--output", type=click.Path(path_type=Path), help="File to write. [default: standard output]")
def init(directory: Path, config: Path | None, output: Path | None) -> None:
    """Draft a vendor register: an entry for each third party with a way in, owner and purpose TODO.

    Example: sidedoor vendors init --snapshot nightly/ --output sidedoor.yaml
    """
    analysis = Analysis(*read(directory, config))
    text = drafted(analysis, inventory(analysis))
    if output is None:
        click.echo(text, nl=False)
        return
    if output.exists():
        raise ReportError(f"`{output}` is there already; a register is never overwritten")
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ReportError(f"cannot write `{output}`: {error.strerror or error}") from None


@vendors.command("least-privilege")
@click.argument("name")
@on_snapshot
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
def least_privilege(name: str, directory: Path, config: Path | None, form: str) -> None:
    """Write the narrowest policies under which the vendor NAME keeps what is agreed, and nothing else.

    On AWS a role of its own with the exact actions, resources and conditions, or a statement of a resource's
    policy; on Google Cloud and Azure a custom role, bound at the asset. Each is laid over the snapshot, which
    is analysed again: the answer says what is kept, what goes, and what could not be narrowed. Exits 1 when
    access that nobody agreed to stays open, or agreed access keeps today's statements.

    Example: sidedoor vendors least-privilege labelworks --snapshot nightly/
    """
    found = narrowed(*read(directory, config), name)
    if form == "json":
        click.echo(privilege_as_json(found).decode())
    else:
        click.echo(render_privilege(found, text_options()), nl=False)
    raise SystemExit(1 if found.open or found.unexpressed else 0)
