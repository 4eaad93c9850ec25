"""One root module, with what all its modules share: tree, budget, places, and what could not be told."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

import msgspec

from scanner.errors import ConfigError
from scanner.iac.terraform.evaluation import Budget, evaluate
from scanner.iac.terraform.modules import Module
from scanner.iac.terraform.parser import parse
from scanner.iac.terraform.syntax import SyntaxProblem
from scanner.iac.tree import Refused
from scanner.snapshot import DocumentId, Gap, Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.settings import Settings
    from scanner.iac.terraform.aws.identity import Resource
    from scanner.iac.terraform.directory import Directories
    from scanner.iac.terraform.plan import Plan, Planned
    from scanner.iac.terraform.syntax import Block, Node
    from scanner.iac.terraform.values import Value
    from scanner.iac.tree import Tree
    from scanner.snapshot import Reason


class Root:
    """A root module. `gap` takes what could not be told."""

    def __init__(
        self,
        tree: Tree,
        directories: Directories,
        path: str,
        settings: Settings,
        gap: Callable[[Gap], None],
        *,
        plan: Plan | None = None,
    ) -> None:
        self.tree = tree
        self.directories = directories
        self.path = path
        self.settings = settings
        self.workspace = settings.workspace
        self.budget = Budget()
        self.plan = plan
        self._gap = gap
        self.module = Module(self, directories.get(path), "", arguments=self._variables())

    def relative(self, path: str) -> str:
        """Return a directory as ``path.module`` has it: seen from the root module."""
        return posixpath.relpath(path or ".", self.path or ".")

    def is_foreign(self, path: str) -> bool:
        """Tell whether a file is no part of the code, but was brought by ``terraform init``."""
        return "/.terraform/" in f"/{path}"

    def place(self, node: Node) -> Place:
        """Return a node's lines, as reports have them."""
        return Place("", self.tree.shown(node.source.path), node.lines)

    def shown(self, path: str, lines: tuple[int, int]) -> Place | None:
        """Return lines of a file, None when it is no part of the code."""
        return None if self.is_foreign(path) else Place("", self.tree.shown(path), lines)

    def planned(self, address: str) -> Planned | None:
        """Return what the plan beside the code says of a resource."""
        return self.plan.get(address) if self.plan is not None else None

    def not_read(self, module: Module, node: Node, why: str) -> None:
        """Say that something the code refers to is not read."""
        self._say(module, node, "not-collected", why, "both")

    def undecided(self, module: Module, block: Block, address: str) -> None:
        """Say that whether and how often a block is there cannot be told."""
        text = next(v.text for n, v in block.attributes.items() if n in {"count", "for_each"})
        why = f"`{' '.join(text.split())[:160]}` cannot be told; one {address} is taken to be there"
        self._say(module, block, "not-collected", why, "both")

    def undecided_block(self, module: Module, block: Block) -> None:
        """Say that whether and how often a ``dynamic`` block is there cannot be told."""
        text = " ".join(block.attributes["for_each"].text.split())[:160]
        self._say(module, block, "not-collected", f"`{text}` cannot be told, and with it this block", "both")

    def unmapped(self, instance: Resource) -> None:
        """Say that resources which may give access are not read; one gap a type, or a whole cloud."""
        place = instance.place
        cloud = instance.type.partition("_")[0]
        key = instance.type if cloud in {"aws", "azapi", "azuread", "azurerm", "google"} else f"{cloud}_*"
        id_ = DocumentId("iac", "", "", "terraform", "ReadResource", key)
        why = f"resources of this type are not read yet, such as {place.file}:{place.lines[0]}"
        self._gap(Gap(id_, "not-implemented", why, "understated"))

    def say(self, place: Place, address: str, why: str) -> None:
        """Say what cannot be told of a resource."""
        id_ = DocumentId(
            "iac", "", "", "terraform", "ReadResource", f"{place.file}:{place.lines[0]}:{address}"
        )
        self._gap(Gap(id_, "not-collected", why, "both"))

    def failed(self, instance: Resource, problem: Exception) -> None:
        """Say that a resource has values that its type cannot have, so that it is read in part at most."""
        place = instance.place
        key = f"{place.file}:{place.lines[0]}:{instance.address}"
        why = f"it has values that {instance.type} cannot have ({type(problem).__name__}: {problem})"[:300]
        id_ = DocumentId("iac", "", "", "terraform", "ReadResource", key)
        self._gap(Gap(id_, "unparseable", why, "both"))

    def _say(self, module: Module, node: Node, reason: Reason, why: str, effect: Any) -> None:  # noqa: ANN401 - a word of `Gap`
        place = module.place(node)
        key = f"{place.file}:{place.lines[0]}:{node.text.split('{')[0].strip()[:80]}"
        self._gap(Gap(DocumentId("iac", "", "", "terraform", "ReadBlock", key), reason, why, effect))

    def _variables(self) -> dict[str, Value]:
        """Return the variables that files set, in the order in which Terraform reads them.

        Source: Terraform, "Input Variables", "Variable Definition Precedence"
        (https://developer.hashicorp.com/terraform/language/values/variables, read 2026-11). The environment's
        ``TF_VAR_*`` is not read.
        """
        beside = [p for p in (*self.tree.files, *self.tree.links) if posixpath.dirname(p) == self.path]
        plain = [posixpath.join(self.path, f"terraform.tfvars{end}") for end in ("", ".json")]
        paths = [p for p in plain if p in beside]
        paths += sorted(p for p in beside if p.endswith((".auto.tfvars", ".auto.tfvars.json")))
        if self.plan is not None:
            return dict(self.plan.variables)
        given: dict[str, Value] = {}
        for path in (*paths, *self.settings.var_files):
            given |= self._file(path, asked=path in self.settings.var_files)
        return given

    def _file(self, path: str, *, asked: bool) -> dict[str, Value]:
        try:
            text = self.tree.text(self.tree.real(path))
            if path.endswith(".json"):
                read = msgspec.json.decode(text)
                return read if isinstance(read, dict) else {}
            body = parse(path, text)
        except (Refused, SyntaxProblem, msgspec.MsgspecError, RecursionError) as problem:
            if asked:
                raise ConfigError(f"cannot read variables: {problem}", file=path) from None
            place = DocumentId("iac", "", "", "files", "ReadFile", self.tree.shown(path))
            self._gap(Gap(place, "unparseable", str(problem), "both"))
            return {}
        return {name: evaluate(value, _Empty(self.budget)) for name, value in body.attributes.items()}


class _Empty:
    """The scope of a file of variables: nothing."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget

    def name(self, name: str) -> Value:
        """Return nothing."""
        del name

    def call(self, name: str, arguments: list[Value], node: Node) -> Value:
        """Return nothing."""
        del name, arguments, node
