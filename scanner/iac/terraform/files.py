"""Functions that read files: of the scanned tree and no others."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from scanner.iac.terraform.evaluation import Inner, evaluate
from scanner.iac.terraform.parser import Parser
from scanner.iac.terraform.syntax import Source, SyntaxProblem
from scanner.iac.terraform.templates import parse_template
from scanner.iac.terraform.values import Lines, Set, opened
from scanner.iac.tree import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.modules import Module
    from scanner.iac.terraform.syntax import Node
    from scanner.iac.terraform.values import Value


def _text(module: Module, path: Value, node: Node) -> Source | None:
    """Return a file; None, and a gap, when it is not one of the tree's."""
    found = module.root.tree.resolve(module.root.path, path) if isinstance(path, str) else None
    if found is None:
        module.root.not_read(module, node, "a file outside the scanned tree is not read")
        return None
    try:
        return Source(found, module.root.tree.text(found))
    except Refused as problem:
        module.root.not_read(module, node, f"`{module.root.tree.shown(found)}` is not read: {problem}")
        return None


def _file(module: Module, arguments: list[Value], node: Node) -> Value:
    read = _text(module, arguments[0], node) if len(arguments) == 1 else None
    return opened(node) if read is None else Lines.of(read.text, read.path, 1)


def _templatefile(module: Module, arguments: list[Value], node: Node) -> Value:
    read = _text(module, arguments[0], node) if len(arguments) == 2 else None
    return opened(node) if read is None else _filled(module, read, arguments[1], node)


def _templatestring(module: Module, arguments: list[Value], node: Node) -> Value:
    if len(arguments) != 2 or not isinstance(arguments[0], str):
        return opened(node)
    return _filled(module, Source(node.source.path, arguments[0], node.lines[0]), arguments[1], node)


def _filled(module: Module, read: Source, names: Value, node: Node) -> Value:
    """Return a template with its names filled in."""
    if not isinstance(names, dict):
        return opened(node)
    try:
        template = parse_template(Parser(read))
    except SyntaxProblem as problem:
        module.root.not_read(module, node, f"`{read.path}` line {problem.line}: {problem}")
        return opened(node)
    return evaluate(template, Inner(_Nothing(module), names))


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
    pattern = _glob(arguments[1])
    module.budget.take(len(inside))
    return opened(node) if pattern is None else Set(n for n in names if pattern.fullmatch(n))


_GLOB: Final = re.compile(r"\*\*/|\*\*|\*|\?|\[[^\]/]+\]|\{[^{}/]*\}|\\.|[^*?\[{\\]")


def _glob(pattern: str) -> re.Pattern[str] | None:
    """Return a glob of ``fileset`` as a pattern, None when it cannot be read.

    Source: Terraform, "fileset Function" (https://developer.hashicorp.com/terraform/language/functions/fileset,
    read 2026-11): ``**`` is any directories, also none; ``{a,b}`` one of these.
    """
    made, at = "", 0
    while at < len(pattern):
        found = _GLOB.match(pattern, at)
        if found is None:
            return None
        at, token = found.end(), found[0]
        known = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(token)
        if known is None and token[0] == "{":
            known = f"(?:{'|'.join(map(_plainly, token[1:-1].split(',')))})"
        elif known is None and token[0] == "[" and len(token) > 2:
            inner = re.escape(token[1:-1].lstrip("!^")).replace(r"\-", "-")
            known = f"[{'^' if token[1] in '!^' else ''}{inner}]"
        made += re.escape(token[-1]) if known is None else known
    try:
        return re.compile(made)
    except re.error:  # a range of characters that is none
        return None


def _plainly(choice: str) -> str:
    return "".join({"*": "[^/]*", "?": "[^/]"}.get(char, re.escape(char)) for char in choice)


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
    "templatestring": _templatestring,
}
"""By name; others that read files, such as ``filebase64``, leave their call open."""
