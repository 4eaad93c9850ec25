"""``sidedoor vendors``: who is outside, what each one reaches, and a first register."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from scanner.analysis import Analysis
from scanner.cli.options import CONFIG, FORMAT, on_snapshot, read, text_options
from scanner.cli.telling import stage, warn_of_gaps
from scanner.cli.usage import TRAIL, inventory_with_use
from scanner.cli.verb import ANSWERED, VerbGroup
from scanner.drafting import drafted
from scanner.errors import ReportError
from scanner.narrowing import least_privilege as narrowed
from scanner.report import privilege_as_json, render_inventory, render_privilege
from scanner.report.clean import visible
from scanner.vendors import inventory


@click.group(
    cls=VerbGroup,
    invoke_without_command=True,
    examples=(
        ("who is outside, and what each one reaches", "sidedoor vendors --snapshot nightly/"),
        (
            "which ways in were used, by CloudTrail's logs",
            "sidedoor vendors --snapshot nightly/ --trail logs/",
        ),
        ("a first register", "sidedoor vendors init --snapshot nightly/ --output sidedoor.yaml"),
        (
            "what a vendor should have instead",
            "sidedoor vendors least-privilege labelworks --snapshot nightly/",
        ),
    ),
)
@click.pass_context
@click.option("--snapshot", "directory", type=click.Path(path_type=Path), help="Snapshot directory.")
@CONFIG
@FORMAT
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

    A third party is a vendor of the register, a known one, or what strangers have in common: an account, a
    mail domain, a tenant, a subject of an issuer.
    """
    if context.invoked_subcommand is not None:
        return
    if directory is None:
        raise click.UsageError("Missing option '--snapshot'.")
    asked = read(directory, config)
    analysis = Analysis(*asked)
    with stage("asking who reaches what"):
        inventoried = inventory(analysis)
    found, notes = inventory_with_use(inventoried, trail)
    warn_of_gaps(sum(1 for _ in analysis.assembly.gaps()))
    for note in notes:
        click.echo(f"sidedoor: {visible(note)}", err=True)
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
    else:
        click.echo(render_inventory(found, text_options(full=full)), nl=False)


@vendors.command(
    "init",
    examples=(("a file to edit", "sidedoor vendors init --snapshot nightly/ --output sidedoor.yaml"),),
    exits={0: "written", 2: ANSWERED[2]},
)
@on_snapshot
@click.option("--output", type=click.Path(path_type=Path), help="File to write. [default: standard output]")
def init(directory: Path, config: Path | None, output: Path | None) -> None:
    """Draft a vendor register: an entry for each third party with a way in, owner and purpose TODO.

    It agrees to nothing: what each one reaches today is a comment. A file that is there is never overwritten.
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


@vendors.command(
    "least-privilege",
    examples=(
        ("policies to read", "sidedoor vendors least-privilege labelworks --snapshot nightly/"),
        (
            "documents to apply",
            "sidedoor vendors least-privilege labelworks --snapshot nightly/ --format json",
        ),
    ),
    exits={
        0: "agreed access is kept by narrower policies, and nothing else is open",
        1: "something else stays open, or agreed access keeps today's statements",
        2: ANSWERED[2],
    },
)
@click.argument("name")
@on_snapshot
@FORMAT
def least_privilege(name: str, directory: Path, config: Path | None, form: str) -> None:
    """Write the narrowest policies under which the vendor NAME keeps what is agreed, and nothing else.

    On AWS a role of its own with the exact actions, resources and conditions, or a statement of a resource's
    policy; on Google Cloud and Azure a custom role, bound at the asset. Each is laid over the snapshot, which
    is analysed again: the answer says what is kept, what goes, and what could not be narrowed.
    """
    asked = read(directory, config)
    with stage("trying narrower policies on the snapshot"):
        found = narrowed(*asked, name)
    warn_of_gaps(len(asked[0].gaps))
    if form == "json":
        click.echo(privilege_as_json(found).decode())
    else:
        click.echo(render_privilege(found, text_options()), nl=False)
    raise SystemExit(1 if found.open or found.unexpressed else 0)
