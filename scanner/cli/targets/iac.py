"""Infrastructure as code: directories, or single files such as a plan."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from scanner.errors import ConfigError

if TYPE_CHECKING:
    from scanner.config import Config
    from scanner.iac.settings import Settings
    from scanner.iac.tree import Tree
    from scanner.providers.base import Progress
    from scanner.snapshot import SnapshotWriter

_PATH: Final = click.Path(path_type=Path, exists=True)
_ACCOUNT: Final = re.compile(r"\d{12}")
OPTIONS = (
    click.argument("paths", type=_PATH, nargs=-1, required=True, metavar="PATH..."),
    click.option(
        "--account",
        default="",
        metavar="ID",
        help="AWS account that the code deploys to, where it does not say.",
    ),
    click.option(
        "--region",
        default="",
        metavar="NAME",
        help="Region, where the code does not say. [default: us-east-1]",
    ),
    click.option(
        "--var-file",
        "var_files",
        multiple=True,
        type=_PATH,
        help="Variables of Terraform; repeat for several.",
    ),
    click.option(
        "--cluster",
        default="",
        metavar="NAME",
        help="Kubernetes cluster of manifests, as a kubeconfig names it.",
    ),
    click.option(
        "--checkov",
        "with_checkov",
        is_flag=True,
        help="Have checkov's findings on the resources of a path too.",
    ),
    click.option(
        "--workspace", default="default", metavar="NAME", help="Workspace of Terraform. [default: default]"
    ),
    click.option(
        "--worker-seconds",
        type=click.IntRange(1, 3600),
        default=120,
        metavar="N",
        help="Limit of one reader. [default: 120]",
    ),
)


def read(given: dict[str, Any], config: Config, writer: SnapshotWriter, on_progress: Progress) -> None:
    """Read code as the options say; what cannot be told is a gap or stays open in the documents."""
    from scanner.iac import read as read_code  # noqa: PLC0415 - only a scan of code pays for it
    from scanner.iac.tree import walk  # noqa: PLC0415 - likewise

    paths: tuple[Path, ...] = given["paths"]
    for number, path in enumerate(paths, start=1):
        on_progress(str(path), number, len(paths))
        tree = walk(path, prefix=_prefix(path, several=len(paths) > 1))
        read_code(tree, _settings(given, config, tree), writer)


def called(given: dict[str, Any], config: Config) -> str:
    """Return what reports call the target."""
    paths = " ".join(map(str, given["paths"]))
    if given["account"] or len(config.ours.aws.accounts) == 1:
        return f"iac {paths}"
    zeros = "an account that the code does not name is 000000000000"
    if len(config.ours.azure.subscriptions) != 1:
        zeros += ", a subscription 00000000-0000-0000-0000-000000000000"
    return f"iac {paths} ({zeros})"


def _settings(given: dict[str, Any], config: Config, tree: Tree) -> Settings:
    from scanner.iac.settings import Settings  # noqa: PLC0415 - only a scan of code pays for it
    from scanner.rules.load import rules_directory  # noqa: PLC0415 - likewise

    account = given["account"]
    if account and not _ACCOUNT.fullmatch(account):
        raise ConfigError(f"`--account {account}` is no account id; write its 12 digits")
    files = []
    for path in given["var_files"]:
        resolved = path.resolve()
        if not resolved.is_relative_to(tree.root):
            raise ConfigError(
                f"`{path}` lies outside `{tree.root}`; a file of variables is one of the tree's"
            )
        files.append(resolved.relative_to(tree.root).as_posix())
    return Settings(
        account=account,
        accounts=config.ours.aws.accounts,
        projects=config.ours.gcp.projects,
        organizations=config.ours.gcp.organizations,
        subscriptions=config.ours.azure.subscriptions,
        tenants=config.ours.azure.tenants,
        region=given["region"],
        var_files=tuple(files),
        workspace=given["workspace"],
        cluster=given["cluster"],
        checkov=given["with_checkov"],
        policies=str(rules_directory() / "checkov"),
        seconds=given["worker_seconds"],
    )


def _prefix(path: Path, *, several: bool) -> str:
    """Return what stands before a tree's paths, so that reports name files as the current directory does."""
    folder = path.parent if path.is_file() else path
    if not folder.is_absolute():
        text = folder.as_posix()
        return "" if text == "." or ".." in folder.parts else text
    return folder.name if several else ""
