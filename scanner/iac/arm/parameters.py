"""Files of parameters: which values a deployment is given, for templates and for Bicep alike.

Source: Azure Resource Manager, "Create Resource Manager parameter file"
(https://learn.microsoft.com/azure/azure-resource-manager/templates/parameter-files), "Parameter files" of
Bicep, Name of the file; Azure Developer CLI, "Work with environment variables" (read 2026-11): azd puts
variables of its environment where ``${NAME}`` stands.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.iac import unread
from scanner.iac.arm.drafting import gap
from scanner.iac.tree import Refused
from scanner.iac.written import MAX_BYTES, read_text
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.iac.tree import Tree
    from scanner.iac.written import Node
    from scanner.snapshot import SnapshotWriter

MARK: Final = b"deploymentParameters.json"
_MARKS: Final = (MARK, b"DeploymentParameters.json")
_PLAIN_NAMES: Final = ("parameters.json", "azuredeploy.parameters.json", "main.parameters.json")
_VARIABLE: Final = re.compile(r"\$\{[^{}]*\}")


class Deployment(NamedTuple):
    """One set of values; `label` tells it from others of its template, and is empty where it is alone."""

    label: str
    values: dict[str, Any]


class ParameterFiles:
    """The JSON parameter files of one tree, by path."""

    def __init__(self, tree: Tree, writer: SnapshotWriter) -> None:
        self._values: dict[str, dict[str, Any]] = {}
        for path in tree.with_ending(".json", ".jsonc"):
            if "param" not in posixpath.basename(path).lower():
                continue
            try:
                raw = tree.read(path, MAX_BYTES)
            except Refused as why:
                writer.gap(unread(tree, path, str(why)))
                continue
            if any(mark in raw for mark in _MARKS):
                stream = read_text(raw, is_json=True)
                if stream.broken is not None:
                    gap(writer, tree.shown(path), stream.broken.line, stream.broken.message)
                for root in stream.documents[:1]:
                    self._values[path] = dict(_values(root))

    def of(self, template: str, beside: Iterable[str]) -> tuple[Deployment, ...]:
        """Return the deployments of a template; one without values where no file is for it.

        Args:
            template: Its path.
            beside: The templates of its directory; a file called ``parameters.json`` is of the only one.
        """
        folder, name = posixpath.split(template)
        stem = name.partition(".")[0]
        alone = len(set(beside)) == 1
        found = [
            path
            for path in self._values
            if posixpath.dirname(path) in {folder, posixpath.join(folder, "parameters")}
            and (
                posixpath.basename(path).startswith(f"{stem}.")
                or (alone and posixpath.basename(path) in _PLAIN_NAMES)
            )
        ]
        if not found:
            return (Deployment("", {}),)
        several = len(found) > 1
        return tuple(Deployment(label_of(path) if several else "", self._values[path]) for path in found)


def label_of(path: str) -> str:
    """Return what tells a file of parameters from others of the same template."""
    parts = posixpath.basename(path).split(".")[:-1]
    return (
        "-".join(part for part in parts[1:] if part.lower() not in {"parameters", "param", "bicep"})
        or parts[0]
    )


def _values(root: Node) -> Iterator[tuple[str, Any]]:
    section = root.get("parameters")
    for name, node in section.value.items() if section and isinstance(section.value, dict) else ():
        value = node.get("value")
        if value is None:  # a reference to a secret
            yield name, Unresolved(f"parameters('{name}')")
        else:
            plain = _opened(value.plain())
            yield name, Unresolved.read(plain) or plain


def _opened(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a value in which texts with variables of an environment are open."""
    if isinstance(value, str) and _VARIABLE.search(value):
        return Unresolved(value, _VARIABLE.sub("*", value)).body
    if isinstance(value, list):
        return [_opened(item) for item in value]
    return {key: _opened(item) for key, item in value.items()} if isinstance(value, dict) else value
