"""Code beside a cloud: live findings at the lines that made them, and a plan tried on what is there."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from scanner import __version__
from scanner.errors import ConfigError
from scanner.snapshot import Snapshot, SnapshotWriter, laid_over, located

if TYPE_CHECKING:
    from scanner.config import Config

_PATH: Final = click.Path(path_type=Path, exists=True)
OPTIONS = (
    click.option(
        "--iac",
        multiple=True,
        type=_PATH,
        help="Code that made what is there, for the lines of findings.",
    ),
    click.option(
        "--plan",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="Output of `terraform show -json`, laid over what is there: only what it opens fails.",
    ),
)


def at_its_lines(live: Snapshot, paths: tuple[Path, ...], config: Config) -> Snapshot:
    """Return a live snapshot with its documents located at the code of some trees."""
    return located(live, _read(paths, config)) if paths else live


def planned(live: Snapshot, plan: Path, config: Config) -> Snapshot:
    """Return a live snapshot as it will be after a plan.

    Raises:
        ConfigError: when the file is no plan.
    """
    after = _read((plan,), config)
    with tempfile.TemporaryDirectory(prefix="sidedoor-") as private:
        state = Path(private) / "state.json"
        state.write_bytes(_prior(plan))
        return laid_over(live, _made(_read((state,), config)), _made(after))


def _made(code: Snapshot) -> Snapshot:
    """Return what code makes: a document without places is what a cloud has when nobody says otherwise."""
    return Snapshot((document for document in code if document.places), code.gaps)


def _prior(plan: Path) -> bytes:
    """Return the state that a plan starts from, as a state of its own."""
    try:
        raw = msgspec.json.decode(plan.read_bytes())
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"cannot be read: {error}", file=str(plan)) from None
    if not isinstance(raw, dict) or "planned_values" not in raw:
        raise ConfigError("no plan; write it with `terraform show -json PLANFILE`", file=str(plan))
    prior = raw.get("prior_state")
    values: Any = prior.get("values", {}) if isinstance(prior, dict) else {}
    kept = {name: raw[name] for name in ("format_version", "terraform_version", "variables") if name in raw}
    return msgspec.json.encode({**kept, "values": values})


def _read(paths: tuple[Path, ...], config: Config) -> Snapshot:
    from scanner.iac import read  # noqa: PLC0415 - only who names code pays for it
    from scanner.iac.settings import Settings  # noqa: PLC0415 - likewise
    from scanner.iac.tree import walk  # noqa: PLC0415 - likewise

    writer = SnapshotWriter(target="iac", collected_at="", tool_version=__version__)
    for path in paths:
        relative = "" if path.is_absolute() or path.is_file() or path == Path() else path.as_posix()
        ours = config.ours
        settings = Settings(
            accounts=ours.aws.accounts,
            projects=ours.gcp.projects,
            organizations=ours.gcp.organizations,
            subscriptions=ours.azure.subscriptions,
            tenants=ours.azure.tenants,
        )
        read(walk(path, prefix=relative), settings, writer)
    return writer.snapshot()
