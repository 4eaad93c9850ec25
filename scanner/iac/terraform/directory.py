"""What one directory of Terraform declares: its files' blocks, those of overrides merged into them."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from scanner.iac.terraform.jsonsyntax import parse_json
from scanner.iac.terraform.parser import parse
from scanner.iac.terraform.syntax import Block, Constant, Expression, SyntaxProblem
from scanner.iac.tree import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.iac.tree import Tree

ENDINGS: Final = (".tf", ".tofu", ".tf.json", ".tofu.json")
Key = TypeVar("Key")
_MANIFEST: Final = ".terraform/modules/modules.json"


@dataclass(slots=True)
class Directory:
    """The declarations of one directory, by name. `path` is relative to the tree.

    `providers` are by name and alias, `types` those of resources.
    """

    path: str
    variables: dict[str, Block] = field(default_factory=dict)
    locals: dict[str, Expression] = field(default_factory=dict)
    resources: dict[tuple[str, str, str], Block] = field(default_factory=dict)
    modules: dict[str, Block] = field(default_factory=dict)
    outputs: dict[str, Block] = field(default_factory=dict)
    providers: dict[tuple[str, str], Block] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is declared that can be deployed."""
        return not self.resources and not self.modules


class Directories:
    """Every directory of a tree, read once. `on_problem` hears of files that are no Terraform."""

    def __init__(self, tree: Tree, on_problem: Callable[[str, str], None]) -> None:
        self._tree = tree
        self._on_problem = on_problem
        self._files: dict[str, list[str]] = {}
        self._read: dict[str, Directory] = {}
        linked = [p for p in tree.links if p.endswith(ENDINGS)]
        for path in (*tree.with_ending(*ENDINGS), *linked):
            if not posixpath.basename(path).startswith(".") and _tofu(path) not in tree:
                self._files.setdefault(posixpath.dirname(path), []).append(path)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._files))

    def has(self, path: str) -> bool:
        """Tell whether a directory holds Terraform."""
        return path in self._files

    def files(self, path: str) -> list[str]:
        """Return the Terraform files of a directory."""
        return self._files.get(path, [])

    def get(self, path: str) -> Directory:
        """Return what a directory declares."""
        if path not in self._read:
            self._read[path] = self._load(path)
        return self._read[path]

    def vendored(self, root: str, key: str) -> str | None:
        """Return where ``terraform init`` put a module of a root module; None: nowhere in this tree."""
        manifest = posixpath.join(root, _MANIFEST)
        if manifest not in self._tree:
            return None
        try:
            read = msgspec.json.decode(self._tree.read(manifest))
            entries = read["Modules"] if isinstance(read, dict) else []
            found = next(e["Dir"] for e in entries if e.get("Key") == key)
        except (Refused, msgspec.MsgspecError, LookupError, TypeError, AttributeError, StopIteration):
            return None
        where = self._tree.resolve(root, found) if isinstance(found, str) else None
        return where if where is not None and self.has(where) else None

    def _load(self, path: str) -> Directory:
        directory = Directory(path)
        files = sorted(self._files.get(path, ()), key=lambda p: (_overrides(p), p))
        for file in files:
            try:
                real = self._tree.real(file)
                text = self._tree.text(real)
                body = parse_json(real, text) if real.endswith(".json") else parse(real, text)
            except Refused as problem:
                self._on_problem(file, str(problem))
            except SyntaxProblem as problem:
                self._on_problem(file, f"line {problem.line}: {problem}")
            except RecursionError:
                self._on_problem(file, "nested too deeply")
            else:
                for block in body.blocks:
                    if _declare(directory, block) and not _overrides(file):
                        name = " ".join((block.type, *block.labels))
                        self._on_problem(file, f"line {block.lines[0]}: `{name}` is declared twice")
        return directory


def _tofu(path: str) -> str:
    """Return the file that OpenTofu reads instead of one of Terraform's.

    Source: OpenTofu, "Files and Directories", "The .tofu extension"
    (https://opentofu.org/docs/language/files/, read 2026-11).
    """
    ending = next((end for end in (".tf.json", ".tf") if path.endswith(end)), "")
    return f"{path.removesuffix(ending)}{ending.replace('.tf', '.tofu')}" if ending else ""


def _overrides(path: str) -> bool:
    name = posixpath.basename(path)
    stem = name.removesuffix(next(end for end in reversed(ENDINGS) if name.endswith(end)))
    return stem == "override" or stem.endswith("_override")


def _declare(directory: Directory, block: Block) -> bool:
    """Keep what a block declares; returns whether that was declared already."""
    match block.type, len(block.labels):
        case "variable", 1:
            return _put(directory.variables, block.labels[0], block)
        case "output", 1:
            return _put(directory.outputs, block.labels[0], block)
        case "module", 1:
            return _put(directory.modules, block.labels[0], block)
        case "provider", 1:
            alias = block.attributes.get("alias")
            name = str(alias.value) if isinstance(alias, Constant) else ""
            return _put(directory.providers, (block.labels[0], name), block)
        case "locals", 0:
            is_known = not directory.locals.keys().isdisjoint(block.attributes)
            directory.locals.update(block.attributes)
            return is_known
        case (("resource" | "data"), 2):
            if block.type == "resource":
                directory.types.add(block.labels[0])
            return _put(directory.resources, (block.type, block.labels[0], block.labels[1]), block)
        case _:
            return False


def _put(table: dict[Key, Block], key: Key, block: Block) -> bool:
    """Keep a block; a second one of the name overrides the first's parts. Returns whether it is a second.

    Source: Terraform, "Override Files" (https://developer.hashicorp.com/terraform/language/files/override,
    read 2026-11): attributes one by one, nested blocks by type.
    """
    found = table.get(key)
    if found is not None:
        types = {inner.type for inner in block.blocks}
        kept = tuple(inner for inner in found.blocks if inner.type not in types)
        attributes = {**found.attributes, **block.attributes}
        block = Block(
            found.source, found.start, found.end, found.type, found.labels, attributes, (*kept, *block.blocks)
        )
    table[key] = block
    return found is not None
