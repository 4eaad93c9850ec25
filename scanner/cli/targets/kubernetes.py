"""A cluster of Kubernetes, from what ``kubectl get`` wrote to files; no cluster is asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from scanner.errors import ConfigError

if TYPE_CHECKING:
    from scanner.config import Config
    from scanner.providers.base import Progress
    from scanner.snapshot import SnapshotWriter

_FILE: Final = click.Path(path_type=Path, exists=True, dir_okay=False)
OPTIONS = (
    click.option(
        "--export",
        "exports",
        multiple=True,
        required=True,
        type=_FILE,
        metavar="FILE",
        help="What `kubectl get KIND --all-namespaces -o json` wrote, and `kubectl config view --minify"
        " -o json`; repeat for several. A file called by its kind, such as networkpolicies.json, tells that"
        " there are none where it is empty.",
    ),
    click.option(
        "--cluster",
        default="",
        metavar="NAME",
        help="The cluster, as a kubeconfig names it. [default: that of an exported kubeconfig]",
    ),
)


def read(given: dict[str, Any], config: Config, writer: SnapshotWriter, on_progress: Progress) -> None:
    """Read exported files as the options say; what is not among them is a gap in the writer."""
    from scanner.iac.kubernetes.exports import read as read_exports  # noqa: PLC0415 - only this pays for it

    del config, on_progress  # what is ours decides what findings mean, not what is read
    read_exports(given["exports"], given["cluster"], writer)


def least_privileges(org_role: str | None) -> object:
    """Return the cluster role that whoever writes the exports needs: it reads, and nothing else."""
    from scanner.iac.kubernetes.exports import KINDS  # noqa: PLC0415 - as above

    if org_role is not None:
        raise ConfigError("`--org-role` is a role of AWS; a cluster has none")
    groups: dict[str, list[str]] = {}
    for plural, (group, _) in KINDS.items():
        groups.setdefault("" if group == "core" else group, []).append(plural)
    rules = [
        {"apiGroups": [group], "resources": sorted(names), "verbs": ["get", "list"]}
        for group, names in sorted(groups.items())
    ]
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "sidedoor"},
        "rules": rules,
    }
