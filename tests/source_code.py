"""The package's source as a value: its modules and their imports, from files or from a few planted lines.

Read with `ast`, never imported, so a module that cannot be imported still gets its verdict.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, dotted. `lazy`: inside a function. `typing_only`: under ``if TYPE_CHECKING:``."""

    target: str
    line: int
    lazy: bool
    typing_only: bool

    @property
    def is_eager(self) -> bool:
        """Whether importing the module runs it."""
        return not (self.lazy or self.typing_only)


@dataclass(frozen=True)
class Module:
    """One module; `path` is relative to the checkout."""

    name: str
    path: str
    text: str

    @property
    def is_package(self) -> bool:
        """Whether it is a folder's ``__init__.py``."""
        return self.path.endswith("/__init__.py")

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed module."""
        return ast.parse(self.text, self.path)

    def at(self, line: int, text: str) -> str:
        """Return `text` as a message about a line."""
        return f"{self.path}:{line}: {text}"


class Code:
    """All modules of a package by name, and the modules each of them imports."""

    def __init__(self, modules: Mapping[str, Module]) -> None:
        self.modules = dict(sorted(modules.items()))
        self._imports: dict[str, tuple[Import, ...]] = {}

    def imports(self, module: Module) -> tuple[Import, ...]:
        """Return every import of `module`, whatever it is nested in, in order of appearance."""
        if module.name not in self._imports:
            self._imports[module.name] = tuple(
                self._visit(module, module.tree, lazy=False, typing_only=False)
            )
        return self._imports[module.name]

    def _visit(self, module: Module, node: ast.AST, *, lazy: bool, typing_only: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            match child:
                case ast.Import() | ast.ImportFrom():
                    for target in self._targets(module, child):
                        yield Import(target, child.lineno, lazy, typing_only)
                case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
                    body, otherwise = ast.Module(child.body, []), ast.Module(child.orelse, [])
                    yield from self._visit(module, body, lazy=lazy, typing_only=True)
                    yield from self._visit(module, otherwise, lazy=lazy, typing_only=typing_only)
                case _:
                    is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                    yield from self._visit(module, child, lazy=lazy or is_function, typing_only=typing_only)

    def _targets(self, module: Module, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
            return
        base = [node.module] if node.module else []
        if node.level:
            package = module.name.split(".") if module.is_package else module.name.split(".")[:-1]
            base = [*package[: len(package) - node.level + 1], *base]
        for alias in node.names:
            inner = ".".join([*base, alias.name])
            yield inner if inner in self.modules else ".".join(base)


def read(root: Path, package: str) -> Code:
    """Read every module below `root`/`package`."""
    found = {}
    for path in sorted((root / package).rglob("*.py")):
        relative = path.relative_to(root)
        parts = relative.parent.parts if path.name == "__init__.py" else relative.with_suffix("").parts
        name = ".".join(parts)
        found[name] = Module(name, relative.as_posix(), path.read_text(encoding="utf-8"))
    return Code(found)


def planted(sources: Mapping[str, str]) -> Code:
    """Make code of `sources` by module name; a name that others continue is a package."""
    return Code(
        {
            name: Module(name, name.replace(".", "/") + ("/__init__.py" if is_package else ".py"), text)
            for name, text in sources.items()
            for is_package in [any(other.startswith(name + ".") for other in sources)]
        }
    )


def is_under(module: str, *prefixes: str) -> bool:
    """Whether `module` is one of the dotted `prefixes` or lies below one."""
    return any(module == prefix or module.startswith(prefix + ".") for prefix in prefixes)
