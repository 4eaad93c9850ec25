"""The Bicep files of one tree, parsed: which are deployed, with which values, and into which group.

Source: Azure Resource Manager, "Create a parameters file for Bicep deployment", "What is Bicep"
(https://learn.microsoft.com/azure/azure-resource-manager/bicep/parameter-files, read 2026-11). A parameters
file that reads an environment or a vault is not asked for what is there.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from scanner.iac import unread
from scanner.iac.arm.drafting import gap
from scanner.iac.arm.parameters import ParameterFiles, label_of
from scanner.iac.arm.places import Room, group_names
from scanner.iac.bicep.lexer import BicepFault
from scanner.iac.bicep.parser import parse
from scanner.iac.tree import Refused
from scanner.iac.written import MAX_BYTES

if TYPE_CHECKING:
    from scanner.iac.bicep.statements import Statement
    from scanner.iac.tree import Tree
    from scanner.snapshot import SnapshotWriter

_LARGEST_LOADED: Final = 200_000  # bytes; Bicep itself takes no more than 131,072 characters
_PARAMETERS: Final = ".bicepparam"
_ABOVE_GROUPS: Final = ("subscription", "managementGroup", "tenant")


class Files:
    """See the module. `parsed` holds files of parameters too."""

    def __init__(self, tree: Tree, writer: SnapshotWriter) -> None:
        self.tree = tree
        self.writer = writer
        self.room = Room()
        self.parsed: dict[str, tuple[Statement, ...]] = {}
        self.json = ParameterFiles(tree, writer)
        for path in self._paths():
            if path.endswith((".bicep", _PARAMETERS)):
                self._parse(path)
        self.modules = [path for path in self.parsed if not path.endswith(_PARAMETERS)]

    def _paths(self) -> tuple[str, ...]:
        return (self.tree.only,) if self.tree.only else self.tree.with_ending(".bicep", _PARAMETERS)

    def roots(self) -> list[str]:
        """Return the files that no other one calls, or all where they call each other in a circle."""
        called = {
            self.tree.resolve(posixpath.dirname(path), statement.what)
            for path in self.modules
            for statement in self.parsed[path]
            if statement.kind == "module"
        }
        used = {using for _, using in self.parameter_files()}
        return [path for path in self.modules if path not in called or path in used] or self.modules

    def parameter_files(self) -> list[tuple[str, str]]:
        """Return (file of parameters, the file that it is for)."""
        found = []
        for path, statements in self.parsed.items():
            named = next((s.name.removeprefix("using") for s in statements if s.kind == "using"), "")
            using = self.tree.resolve(posixpath.dirname(path), named) if named else None
            if path.endswith(_PARAMETERS) and using in self.parsed:
                found.append((path, using))
        return found

    def beside(self, path: str, named: str) -> str | None:
        """Return the text of a file that another one names, None when it is not in the tree or too large."""
        found = self.tree.resolve(posixpath.dirname(path), named)
        try:
            return (
                self.tree.text(found, _LARGEST_LOADED) if found is not None and found in self.tree else None
            )
        except Refused:
            return None

    def groups(self, roots: list[str]) -> dict[str, str]:
        """Return what the resource group of each root is called: the folder, or nothing above groups."""
        folders = {
            path: posixpath.dirname(path) or posixpath.basename(path).partition(".")[0] for path in roots
        }
        names = group_names(set(folders.values()))
        return {path: "" if self._is_above_groups(path) else names[folders[path]] for path in roots}

    def labels(self, files: list[str]) -> dict[str, str]:
        """Return what tells files of parameters apart that are for one template; nothing for a single one."""
        return {path: label_of(path) if len(files) > 1 else "" for path in files}

    def _is_above_groups(self, path: str) -> bool:
        target = "".join(s.name for s in self.parsed[path] if s.kind == "targetScope")
        return any(word in target for word in _ABOVE_GROUPS)

    def _parse(self, path: str) -> None:
        shown = self.tree.shown(path)
        try:
            self.parsed[path] = parse(self.tree.text(path, MAX_BYTES).replace("\r\n", "\n"))
        except Refused as why:
            self.writer.gap(unread(self.tree, path, str(why)))
        except BicepFault as fault:
            gap(self.writer, shown, fault.line, f"is not read, because it does not parse: {fault}")
        except RecursionError:
            gap(self.writer, shown, 1, "is not read, because it is nested too deep")
