"""Functions that read files: of the scanned tree and no others."""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from scanner.iac.terraform.evaluation import Inner, evaluate
from scanner.iac.terraform.parser import Parser
from scanner.iac.terraform.syntax import Source, SyntaxProblem
from scanner.iac.terraform.templates import parse_template
from scanner.iac.terraform.values import Lines, opened
from scanner.iac.tree import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.modules import Module
    from scanner.iac.terraform.syntax import Node
    from scanner.iac.terraform.values import Value


def _text(module: Module, path: Value, node: Node) -> tuple[str, str] | None:
    """Return (path, text) of a file; None, and a gap, when it is not one of the tree's."""
    found = module.root.tree.resolve(module.root.path, path) if isinstance(path, str) else None
    if found is None:
        module.root.not_read(module, node, "a file outside the scanned tree is not read")
        return None
    try:
        return found, module.root.tree.text(found)
    except Refused as problem:
        module.root.not_read(module, node, f"`{module.root.tree.shown(found)}` is not read: {problem}")
        return None


def _file(module: Module, arguments: list[Value], node: Node) -> Value:
    read = _text(module, arguments[0], node) if len(arguments) == 1 else None
    return opened(node) if read is None else Lines.of(read[1], read[0], 1)


def _templatefile(module: Module, arguments: list[Value], node: Node) -> Value:
    read = _text(module, arguments[0], node) if len(arguments) == 2 else None
    if read is None or not isinstance(arguments[1], dict):
        return opened(node)
    try:
        template = parse_template(Parser(Source(*read)))
    except SyntaxProblem as problem:
        module.root.not_read(module, node, f"`{read[0]}` line {problem.line}: {problem}")
        return opened(node)
    return evaluate(template, Inner(_Nothing(module), arguments[1]))


class _Nothing:
    """The scope of a template file: only what is handed to it."""

    def __init__(self, module: Module) -> None:
        self.budget = module.budget
        self._module = module

    def name(self, name: str) -> Value:
        """Return nothing."""
        del name

    def call(self, name: str, arguments: list[Value], node: Node) -> Value:
        """Leave other functions open, such as a template file in a template file."""
        del name, arguments
        return opened(node)


def _exists(module: Module, arguments: list[Value], node: Node) -> Value:
    path = arguments[0] if arguments else None
    found = module.root.tree.resolve(module.root.path, path) if isinstance(path, str) else None
    return opened(node) if found is None else found in module.root.tree


def _fileset(module: Module, arguments: list[Value], node: Node) -> Value:
    if len(arguments) != 2 or not all(isinstance(a, str) for a in arguments):
        return opened(node)
    folder = module.root.tree.resolve(module.root.path, arguments[0])
    if folder is None:
        return opened(node)
    inside = [path for path in module.root.tree.files if not folder or path.startswith(f"{folder}/")]
    names = [path.removeprefix(f"{folder}/") if folder else path for path in inside]
    pattern = arguments[1]
    deep = "**" in pattern
    module.budget.take(len(names))
    return [n for n in names if fnmatchcase(n, pattern) and (deep or n.count("/") == pattern.count("/"))]


def _basename(module: Module, arguments: list[Value], node: Node) -> Value:
    del module
    return posixpath.basename(arguments[0]) if arguments and isinstance(arguments[0], str) else opened(node)


def _dirname(module: Module, arguments: list[Value], node: Node) -> Value:
    del module
    return posixpath.dirname(arguments[0]) if arguments and isinstance(arguments[0], str) else opened(node)


FILES: Final[dict[str, Callable[[Module, list[Value], Node], Value]]] = {
    "basename": _basename,
    "dirname": _dirname,
    "file": _file,
    "fileexists": _exists,
    "fileset": _fileset,
    "templatefile": _templatefile,
}
"""By name; others that read files, such as ``filebase64``, leave their call open."""
