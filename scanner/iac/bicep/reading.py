"""From Bicep files to rows of Azure Resource Graph: each root with each set of values that a file has."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from scanner.iac.arm.drafting import subscription_row
from scanner.iac.arm.parameters import Deployment
from scanner.iac.arm.places import home_of
from scanner.iac.bicep.files import Files
from scanner.iac.bicep.module import Module

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.iac.settings import Settings
    from scanner.iac.tree import Tree
    from scanner.snapshot import SnapshotWriter


def read(tree: Tree, settings: Settings, writer: SnapshotWriter) -> None:
    """Write what a tree's Bicep files will make; see `scanner.iac.Language`."""
    files = Files(tree, writer)
    roots = files.roots()
    groups = files.groups(roots)
    for path in roots:
        home = home_of(settings.subscriptions, settings.tenants, groups[path])
        writer.add(subscription_row(home.subscription, home.tenant))
        for label, values in _deployments(files, roots, path):
            name = "-".join(filter(None, (groups[path], label))) if groups[path] else ""
            place = home_of(settings.subscriptions, settings.tenants, name)
            Module(files, path, place, values, ()).write()


def _deployments(files: Files, roots: list[str], path: str) -> Iterator[Deployment]:
    """Yield the values of each file of parameters for a root; none of them where there is no file."""
    own = [file for file, using in files.parameter_files() if using == path]
    labels = files.labels(own)
    for file in own:
        given = Module(files, file, home_of((), (), ""), {}, ())
        values = {s.name: given.named(s.name) for s in files.parsed[file] if s.kind == "param"}
        yield Deployment(labels[file], values)
    if not own:
        folder = posixpath.dirname(path)
        yield from files.json.of(path, [root for root in roots if posixpath.dirname(root) == folder])
