"""What can be read into a snapshot: one module a target, each with its options and what they ask for.

A target's module is imported when one of its commands is called, and imports a cloud's SDK only to `read`.
"""

from __future__ import annotations

import datetime as dt
import json
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Protocol

import click

from scanner import __version__
from scanner.cli.progress import Progress as Bar
from scanner.cli.telling import level, tell
from scanner.cli.verb import Verb, VerbGroup, commands_of
from scanner.snapshot import JOURNAL, Head, Journal, SnapshotWriter, demand_room

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from scanner.config import Config
    from scanner.providers.base import Progress


class Target(Protocol):
    """One module of this package. `OPTIONS` are click's, for ``scan`` and ``collect`` alike.

    A module may have ``called(given, config)``, which says more exactly what is read than the target's name.
    """

    OPTIONS: Sequence[Callable[..., Any]]

    def read(
        self, given: dict[str, Any], config: Config, writer: SnapshotWriter, on_progress: Progress
    ) -> None:
        """Read as the options say; what cannot be read is a gap in the writer."""

    def least_privileges(self, org_role: str | None) -> object:
        """Return the least privileges for it, in the cloud's own terms; only targets in `ASKED` have it."""


TARGETS: Final[dict[str, str]] = {
    "aws": "Read an AWS account, or with --org-role a whole organization",
    "azure": "Read an Azure tenant, or answers of it in files",
    "gcp": "Read an organization, folder or project of Google Cloud",
    "iac": "Read code: Terraform and its plans, CloudFormation, ARM, Bicep, Kubernetes",
    "kubernetes": "Read what `kubectl get` wrote of a cluster to files, and ask nothing",
}
"""What each target reads, as its commands' help begins."""
_EXAMPLES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "aws": (("one account", "--profile audit"), ("a whole organization", "--org-role SidedoorScan")),
    "azure": (
        ("a tenant", "--tenant ourlab.onmicrosoft.com"),
        ("answers in files, and ask nothing", "--export resources.json --export assignments.json"),
    ),
    "gcp": (
        ("an organization", "--organization 900000000001"),
        ("an export of its assets, and ask nothing", "--export resources.jsonl --export policies.jsonl"),
    ),
    "iac": (
        ("a tree of code", "infra/"),
        ("a plan, as `terraform show -json` writes it", "plan.json --account 100000000001"),
    ),
    "kubernetes": (
        ("a cluster", "--export kubeconfig.json --export objects.json --export networkpolicies.json"),
    ),
}
"""What each target's help page shows: what it is for, and the options."""
ASKED: Final = ("aws", "azure", "gcp", "kubernetes")
"""Targets that need least privileges, which `permissions` prints."""
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
_STALE: Final = dt.timedelta(days=1)
_HOW: Final = {"fresh", "threads", "retries"}  # options that change how is asked, not what
_COMMON: Final = (
    click.option("--fresh", is_flag=True, help="Ask everything anew, even if an earlier run was cut short."),
)


def target(name: str) -> Target:
    """Import a target's module."""
    module: Any = import_module(f"scanner.cli.targets.{name}")
    found: Target = module
    return found


class TargetGroup(VerbGroup):
    """A command group with one command a target, made by `make` when called."""

    make: Callable[[str], click.Command]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the targets, and after them the commands that are there anyway."""
        return [*TARGETS, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, made for a target."""
        return self.make(cmd_name) if cmd_name in TARGETS else super().get_command(ctx, cmd_name)

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Return the targets without importing them, and after them the commands that are there anyway."""
        there = commands_of(self, click.Group.list_commands(self, ctx))
        return [*((name, f"{about}.") for name, about in TARGETS.items()), *there]


def command_for(
    name: str,
    *,
    about: str,
    options: Sequence[Callable[..., Any]],
    run: Callable[..., Any],
    verb: str,
    exits: Mapping[int, str],
) -> click.Command:
    """Return a command on a target: ``run(name, **given)`` with the target's options and `options`.

    `exits` are its exit codes, for the help page, whose examples are the target's with `verb` in front.
    """

    def call(**given: Any) -> None:  # noqa: ANN401 - click's options
        run(name, **given)

    decorated: Callable[..., Any] = call
    for option in reversed([*target(name).OPTIONS, *_COMMON, *options]):
        decorated = option(decorated)
    more = " --output nightly/" if verb == "collect" else ""
    shown = tuple((what, f"sidedoor {verb} {name} {given}{more}") for what, given in _EXAMPLES[name])
    made = click.command(name, cls=Verb, help=f"{TARGETS[name]}{about}.", examples=shown, exits=exits)
    return made(decorated)


def collected(
    name: str, given: dict[str, Any], config: Config, directory: Path | None = None
) -> SnapshotWriter:
    """Read a target as the options say.

    With a directory every answer is written there as it comes, and a run that was killed, or had gaps, is
    continued by the next one that asks for the same within a day.
    """
    started, journal = _journal(name, given, directory)
    called = getattr(target(name), "called", None)
    about = name if called is None else called(given, config)
    writer = SnapshotWriter(target=about, collected_at=started, tool_version=__version__, journal=journal)
    progress = Bar(quiet=level() == "quiet", verbose=level() == "verbose")
    try:
        target(name).read(given, config, writer, progress)
    finally:
        progress.close()
    return writer


def _journal(name: str, given: dict[str, Any], directory: Path | None) -> tuple[str, Journal | None]:
    """Return when the reading began, and the journal that it writes, an earlier run's where it fits."""
    now = dt.datetime.now(dt.UTC)
    started = now.strftime(_TIME)
    if directory is None:
        return started, None
    asked = {key: value for key, value in given.items() if key not in _HOW}
    about = json.dumps([name, __version__, asked], sort_keys=True, default=str)
    left = None if given["fresh"] else Journal.resume(directory / JOURNAL)
    if left is not None and left[0].about == about and now - _time(left[0].started) < _STALE:
        head, journal = left
        tell(f"continuing the reading of {head.started}: {journal.questions} calls are answered")
        return head.started, journal
    demand_room(directory)
    return started, Journal.start(directory / JOURNAL, Head(about, started))


def _time(text: str) -> dt.datetime:
    try:
        return dt.datetime.strptime(text, _TIME).replace(tzinfo=dt.UTC)
    except ValueError:
        return dt.datetime.min.replace(tzinfo=dt.UTC)
