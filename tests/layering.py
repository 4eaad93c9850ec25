"""What may import what, and the limits that keep a file readable in one sitting: what each check finds wrong.

An import under ``if TYPE_CHECKING:`` obeys the layers too, because a name in a signature is a dependency to
whoever reads it; it only may close a circle, and may name a heavy package at module level, since it costs
nothing at run time.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from typing import TYPE_CHECKING

from tests.source_code import is_under

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.source_code import Code

# Lowest first. A module imports from its own layer and from those below it.
LAYERS: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split())
    for names in (
        "errors",
        "wildcards globs overlap automaton stringset netset boxes intervals wording guards yamlnodes yamlfile"
        " snapshot catalog config verdict model usage hitting",
        "providers iac",
        "assemble assets sources agreements",
        "graph",
        "paths",
        "rules scan baseline changes redaction remarks",
        "analysis reach access cut vendors narrowing drafting diagnosis",
        "report",
        "cli",
    )
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}

# Heavy or optional packages, and the modules of ours that may import them: those that are themselves imported
# only when a cloud is asked may do so at module level, all others inside a function.
EAGER, LAZY = True, False
HEAVY: dict[str, dict[str, bool]] = {
    "boto3": {"scanner.providers.aws.collect": EAGER},
    "botocore": {"scanner.providers.aws.collect": EAGER},
    "google": {"scanner.providers.gcp.collect": EAGER},
    "azure": {"scanner.providers.azure.collect": EAGER},
    "kubernetes": {"scanner.providers.kubernetes.collect": EAGER},
    "checkov": {"scanner.iac": LAZY},
    "rich": {"scanner.report": LAZY, "scanner.cli": LAZY},
    "jinja2": {"scanner.report": LAZY, "scanner.rules": LAZY},
    "zstandard": {"scanner.snapshot": LAZY},
}

CLOUD_FREE = ("scanner.rules", "scanner.report", "scanner.paths", "scanner.graph", "scanner.baseline")

# A package with a table of its modules: the table's name, and how the entry begins that each of them has.
CLOUDS = ("aws", "gcp", "azure", "kubernetes")
TABLES: dict[str, tuple[str, str]] = {
    "scanner.report": ("FORMATS", "render(scan"),
    **{f"scanner.providers.{cloud}.collect": ("TABLES", "TABLE") for cloud in CLOUDS},
    **{f"scanner.providers.{cloud}.hops": ("HOPS", "into(") for cloud in CLOUDS},
}

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60


def part(module: str) -> str:
    """Return the name that has a layer: `report` of ``scanner.report.sarif``, nothing of `scanner` itself."""
    return module.split(".")[1] if "." in module else ""


def without_a_layer(code: Code) -> list[str]:
    return sorted({part(name) for name in code.modules} - {""} - set(RANK))


def upward(code: Code) -> list[str]:
    """Imports from a higher layer. The package itself holds only the version, so all may import it."""
    return [
        module.at(i.line, f"`{part(module.name) or module.name}` imports `{i.target}` above it")
        for module in code.modules.values()
        for i in code.imports(module)
        if is_under(i.target, "scanner") and RANK.get(part(i.target), 0) > RANK.get(part(module.name), -1)
        if part(i.target)
    ]


def circular(code: Code) -> list[str]:
    """Circles of imports at module level: an import inside a function runs after the modules are complete."""
    below = defaultdict(set)
    for module in code.modules.values():
        below[module.name] = {
            i.target for i in code.imports(module) if i.is_eager and i.target in code.modules
        }
    done: set[str] = set()
    found: list[str] = []

    def walk(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            found.append(" → ".join([*trail[trail.index(name) :], name]))
        elif name not in done:
            for target in sorted(below[name] - {name}):
                walk(target, (*trail, name))
            done.add(name)

    for name in code.modules:
        walk(name, ())
    return found


def knows_a_provider(code: Code) -> list[str]:
    return [
        module.at(i.line, f"imports `{i.target}`")
        for module in code.modules.values()
        if is_under(module.name, *CLOUD_FREE)
        for i in code.imports(module)
        if is_under(i.target, "scanner.providers", "scanner.iac")
    ]


def knows_another_cloud(code: Code) -> list[str]:
    clouds = {n.split(".")[2] for n in code.modules if is_under(n, "scanner.providers") and n.count(".") > 2}

    def cloud(module: str) -> str | None:
        name = (
            module.split(".")[2] if is_under(module, "scanner.providers") and module.count(".") > 1 else None
        )
        return name if name in clouds else None

    return [
        module.at(i.line, f"imports `{i.target}`")
        for module in code.modules.values()
        for i in code.imports(module)
        if cloud(module.name) and cloud(i.target) not in {None, cloud(module.name)}
    ]


def collects_offline(code: Code) -> list[str]:
    """Imports of a collector at module level, which an offline scan would pay for."""
    return [
        module.at(i.line, f"imports `{i.target}` at module level")
        for module in code.modules.values()
        if "collect" not in module.name.split(".")
        for i in code.imports(module)
        if i.is_eager and is_under(i.target, "scanner.providers") and "collect" in i.target.split(".")
    ]


def heavy_import(code: Code) -> list[str]:
    wrong = []
    for module in code.modules.values():
        for i in code.imports(module):
            places = HEAVY.get(i.target.split(".")[0])
            if places is None:
                continue
            here = [eager for prefix, eager in places.items() if is_under(module.name, prefix)]
            if not here:
                wrong.append(module.at(i.line, f"`{i.target}` belongs to {', '.join(places)}"))
            elif i.is_eager and EAGER not in here:
                wrong.append(module.at(i.line, f"imports `{i.target}` at module level"))
    return wrong


def _assigned(tree: ast.Module, name: str) -> ast.AST | None:
    """Return what the module assigns or defines as `name`."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=found)]) | ast.AnnAssign(target=ast.Name(id=found)):
                pass
            case ast.FunctionDef(name=found) | ast.ClassDef(name=found):
                pass
            case _:
                continue
        if found == name:
            return node
    return None


def unlisted(code: Code) -> list[str]:
    """Modules that are complete but in no table, so that nobody ever asks them."""
    wrong = []
    for package, (table, begins) in TABLES.items():
        if package not in code.modules:
            continue
        entry = begins.split("(")[0]
        listed = _assigned(code.modules[package].tree, table)
        named = {ast.unparse(node) for node in ast.walk(listed)} if listed else set()
        for module in code.modules.values():
            parent, _, stem = module.name.rpartition(".")
            made = _assigned(module.tree, entry) if parent == package else None
            if made and begins in ast.unparse(made) and f"{stem}.{entry}" not in named:
                wrong.append(f"{module.path}: `{stem}.{entry}` is not in `{package}.{table}`")
    return wrong


def _edge(node: ast.AST) -> str | None:
    match node:
        case ast.Call(func=ast.Name(id="print" | "input" | "exit" | "quit" as name)):
            return name
        case ast.Attribute(
            value=ast.Name(id="os"), attr="environ" | "environb" | "getenv" | "putenv" | "_exit"
        ):
            return f"os.{node.attr}"
        case ast.Attribute(value=ast.Name(id="sys"), attr="stdout" | "stderr" | "stdin" | "exit" | "argv"):
            return f"sys.{node.attr}"
        case ast.ImportFrom(module="os" | "sys" as name, names=names):
            edges = {"environ", "environb", "getenv", "stdout", "stderr", "stdin", "exit", "argv"}
            taken = sorted(edges & {alias.name for alias in names})
            return f"{name}.{taken[0]}" if taken else None
        case ast.Raise(exc=ast.Name(id="SystemExit") | ast.Call(func=ast.Name(id="SystemExit"))):
            return "SystemExit"
    return None


def edge_outside_cli(code: Code) -> list[str]:
    """Printing, reading the environment or the arguments, and exiting, outside `cli`."""
    return [
        module.at(getattr(node, "lineno", 0), word)
        for module in code.modules.values()
        if part(module.name) != "cli"
        for node in ast.walk(module.tree)
        if (word := _edge(node))
    ]


def standard_library_name(code: Code) -> list[str]:
    return [m.path for m in code.modules.values() if m.name.rpartition(".")[2] in sys.stdlib_module_names]


def without_init(code: Code) -> list[str]:
    """Folders without ``__init__.py``, whose module names would depend on how a tool was called."""
    parents = {name.rpartition(".")[0] for name in code.modules} - {""}
    return sorted(parents - {m.name for m in code.modules.values() if m.is_package})


def long_file(code: Code) -> list[str]:
    lengths = {module.path: module.text.count("\n") for module in code.modules.values()}
    return [f"{path}: {count} lines" for path, count in lengths.items() if count > MAX_FILE_LINES]


def long_function(code: Code) -> list[str]:
    return [
        module.at(node.lineno, f"`{node.name}` has {count} lines")
        for module in code.modules.values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (count := (node.end_lineno or node.lineno) - node.lineno + 1) > MAX_FUNCTION_LINES
    ]


CHECKS: dict[str, Callable[[Code], list[str]]] = {
    "every module has a layer": without_a_layer,
    "imports point down": upward,
    "no circle of imports": circular,
    "rules, report and the search know no provider": knows_a_provider,
    "one cloud does not know another": knows_another_cloud,
    "an offline scan imports no collector": collects_offline,
    "heavy packages stay in their place": heavy_import,
    "every hop, collector and format is in its table": unlisted,
    "only cli prints, reads the environment or exits": edge_outside_cli,
    "no module is named like the standard library": standard_library_name,
    "every folder is a package": without_init,
    "files can be read in one sitting": long_file,
    "functions fit on a screen": long_function,
}
