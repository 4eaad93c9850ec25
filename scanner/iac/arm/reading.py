"""From the ARM templates of a tree to documents: each root with each set of values that a file gives it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from scanner.iac.arm.drafting import subscription_row
from scanner.iac.arm.files import Files
from scanner.iac.arm.parameters import ParameterFiles
from scanner.iac.arm.places import group_names, home_of
from scanner.iac.arm.template import Template

if TYPE_CHECKING:
    from scanner.iac.settings import Settings
    from scanner.iac.tree import Tree
    from scanner.snapshot import SnapshotWriter

_ABOVE_GROUPS: Final = (
    "subscriptiondeploymenttemplate",
    "managementgroupdeploymenttemplate",
    "tenantdeploymenttemplate",
)


def read(tree: Tree, settings: Settings, writer: SnapshotWriter) -> None:
    """Write what a tree's ARM templates will make; see `scanner.iac.Language`."""
    files = Files(tree, writer)
    parameters, roots = ParameterFiles(tree, writer), files.roots()
    groups = group_names({posixpath.dirname(path) or _stem(path) for path in roots})
    for path in roots:
        folder = posixpath.dirname(path)
        beside = [other for other in roots if posixpath.dirname(other) == folder]
        for label, values in parameters.of(path, beside):
            name = "-".join(filter(None, (groups[folder or _stem(path)], label)))
            whole = any(word in files.parsed[path].text("$schema").lower() for word in _ABOVE_GROUPS)
            home = home_of(settings.subscriptions, settings.tenants, "" if whole else name)
            writer.add(subscription_row(home.subscription, home.tenant))
            Template(files, path, files.parsed[path], home, given=values).write()


def _stem(path: str) -> str:
    return posixpath.basename(path).partition(".")[0]
