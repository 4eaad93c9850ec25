"""From ARM templates to documents: parameters' defaults, loops, conditions, nested resources and deployments.

Source: Azure Resource Manager, "Understand the structure and syntax of ARM templates"
(https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax, read 2026-11). A template is data:
nothing in it runs. Linked templates are read where the tree has them; others are gaps.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, Final

from scanner.iac import unread
from scanner.iac.arm.drafting import gap, identity_of, row, subscription_row
from scanner.iac.arm.evaluation import Evaluator
from scanner.iac.arm.places import UNKNOWN_SUBSCRIPTION, Home, resource_id, stand_in
from scanner.iac.tree import Refused
from scanner.iac.written import MAX_BYTES, Node, read_text
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.iac.settings import Settings
    from scanner.iac.tree import Tree
    from scanner.snapshot import SnapshotWriter

_SCHEMA: Final = b"deploymentTemplate.json"
_MARKS: Final = (_SCHEMA, b"DeploymentTemplate.json")
_DEPLOYMENT: Final = "microsoft.resources/deployments"
_MOST_COPIES: Final = 100
_DEEPEST: Final = 6


def read(tree: Tree, settings: Settings, writer: SnapshotWriter) -> None:
    """Write what a tree's ARM templates will make; see `scanner.iac.Language`."""
    del settings
    for path in (tree.only,) if tree.only else tree.with_ending(".json", ".jsonc"):
        if not path.endswith((".json", ".jsonc")):
            continue
        try:
            raw = tree.read(path, MAX_BYTES)
        except Refused as why:
            writer.gap(unread(tree, path, str(why)))
            continue
        if not any(mark in raw for mark in _MARKS):
            continue
        stream, shown = read_text(raw, is_json=True), tree.shown(path)
        if stream.broken is not None:
            gap(writer, shown, stream.broken.line, stream.broken.message)
            continue
        for root in stream.documents[:1]:
            if "deploymentTemplate.json" in root.text("$schema").replace("DeploymentT", "deploymentT"):
                home = Home(UNKNOWN_SUBSCRIPTION, group_of(path, root))
                writer.add(subscription_row(home.subscription))
                Template(root, shown, home, writer).write()


def group_of(path: str, root: Node) -> str:
    """Return what the resource group will be called, for whose name only who deploys decides: the folder."""
    if "subscriptionDeploymentTemplate" in root.text("$schema"):
        return ""
    return posixpath.basename(posixpath.dirname(path)) or posixpath.basename(path).partition(".")[0]


class Template:
    """One template, or one nested in another; `given` are its parameters' values."""

    def __init__(
        self,
        root: Node,
        file: str,
        home: Home,
        writer: SnapshotWriter,
        *,
        given: dict[str, Any] | None = None,
        depth: int = 0,
    ) -> None:
        self._root = root
        self._file = file
        self._writer = writer
        self._given = given or {}
        self._depth = depth
        self._busy: set[str] = set()
        self._known: dict[str, Any] = {}
        self._by_symbol: dict[str, Node] = {}
        self._evaluator = Evaluator(self, home)
        self._home = home

    def write(self) -> None:
        """Write its resources."""
        section = self._root.get("resources")
        if section is not None and isinstance(section.value, dict):  # language version 2: by symbolic name
            self._by_symbol = section.value
        for node in section.below() if section is not None else ():
            self._resource(node, "", "", [])

    def parameter(self, name: str) -> Any:  # noqa: ANN401 - any JSON
        """Return a parameter's value: what was given, else its default."""
        given = next((v for key, v in self._given.items() if key.lower() == name.lower()), None)
        if given is not None:
            return given
        return self._once("parameters", name, "defaultValue")

    def variable(self, name: str) -> Any:  # noqa: ANN401 - any JSON
        """Return a variable's value."""
        return self._once("variables", name, "")

    def named(self, name: str) -> Any:  # noqa: ANN401 - any JSON
        """Return nothing: names are Bicep's."""
        return Unresolved(name)

    def reference(self, id_: str) -> Any:  # noqa: ANN401 - any JSON
        """Return what of a resource's properties can be told before it is there: its identity's object id."""
        if id_ in self._by_symbol:
            return Unresolved(f"reference({id_})")
        return {"principalId": identity_of(id_), "identity": {"principalId": identity_of(id_)}}

    def _once(self, section: str, name: str, field: str) -> Any:  # noqa: ANN401 - any JSON
        held = self._root.get(section)
        named = held.value if held is not None and isinstance(held.value, dict) else {}
        node = next((node for key, node in named.items() if key.lower() == name.lower()), None)
        node = node.get(field) if node is not None and field else node
        key = f"{section}/{name.lower()}"
        if node is None or key in self._busy:
            return Unresolved(f"{section}('{name}')")
        if key not in self._known:
            self._busy.add(key)
            plain = self._evaluator.node(node).plain()
            self._known[key] = Unresolved.read(plain) or plain
            self._busy.discard(key)
        return self._known[key]

    def _resource(self, node: Node, scope: str, parent: str, above: list[str]) -> None:
        """Write a resource, all of its copies, and those nested in it."""
        if not isinstance(node.value, dict) or node.get("existing") is not None:
            return
        for _ in self._copies(node):
            condition = node.get("condition")
            held = True if condition is None else self._evaluator.node(condition).plain()
            if held is False:
                continue
            if held is not True:
                why = "whether its condition holds cannot be told; it is read as if it does"
                gap(self._writer, self._file, node.first, why)
            self._one(node, scope, parent, above)

    def _one(self, node: Node, scope: str, parent: str, above: list[str]) -> None:
        worked = self._evaluator.node(
            Node({k: v for k, v in _fields(node) if k != "resources"}, node.first, node.last)
        )
        type_, name = worked.text("type"), _name(worked)
        if parent and "." not in type_.partition("/")[0]:
            type_ = f"{parent}/{type_}"
        if not type_ or not name:
            gap(self._writer, self._file, node.first, f"{type_ or 'a resource'} without a name")
            return
        names = [*above, *name.split("/")] if parent else name.split("/")
        if type_.lower() == _DEPLOYMENT:
            self._deployment(worked, node)
            return
        within = worked.text("scope") or scope
        if within and not within.startswith("/"):
            within = self._relative(within)
        id_ = resource_id(within or self._scope_of(type_), type_, names)
        self._writer.asked()
        self._writer.add(
            row(
                id_,
                type_,
                worked,
                file=self._file,
                scope=within or self._home.scope,
                subscription=self._home.subscription,
            )
        )
        nested = node.get("resources")
        for child in nested.below() if nested is not None else ():
            self._resource(child, within, type_, names)

    def _scope_of(self, type_: str) -> str:
        if type_.lower() == "microsoft.resources/resourcegroups":
            return f"/subscriptions/{self._home.subscription}"
        return self._home.scope

    def _relative(self, scope: str) -> str:
        """Return the id of what an extension resource is of, from ``TYPE/NAME``."""
        parts = scope.split("/")
        types = [parts[0], *parts[1::2]]
        return resource_id(self._home.scope, "/".join(types), parts[2::2])

    def _deployment(self, worked: Node, node: Node) -> None:
        """Read a nested deployment with the parameters that it is given."""
        template = node.get("properties", "template")
        if template is None or self._depth == _DEEPEST:
            gap(self._writer, self._file, node.first, "the linked template is not read", "not-collected")
            return
        given: dict[str, Any] = {}
        held = worked.get("properties", "parameters")
        for name, value in _fields(held) if held is not None else ():
            found = value.get("value")
            if found is not None:
                plain = found.plain()
                given[name] = Unresolved.read(plain) or plain
        group = worked.text("resourceGroup") or self._home.group
        subscription = worked.text("subscriptionId") or self._home.subscription
        home = Home(subscription, group, self._home.location)
        inner = worked.text("properties", "expressionEvaluationOptions", "scope").lower() == "inner"
        nested = Template(template, self._file, home, self._writer, given=given, depth=self._depth + 1)
        if not inner:
            nested._evaluator = self._evaluator  # by default a nested template speaks of its parent's names
        nested.write()

    def _copies(self, node: Node) -> Iterator[None]:
        """Yield once for each copy of a resource, with the loop's index set."""
        copy = node.get("copy")
        if copy is None:
            yield None
            return
        worked = self._evaluator.node(copy)
        count = worked.get("count")
        many = count.value if count is not None else None
        if not isinstance(many, int) or isinstance(many, bool) or many > _MOST_COPIES:
            gap(self._writer, self._file, copy.first, "how many copies there are cannot be told; one is read")
            many = 1
        name = worked.text("name")
        for index in range(many):
            self._evaluator.loop[name] = self._evaluator.loop[""] = index
            yield None
        self._evaluator.loop.pop(name, None)
        self._evaluator.loop.pop("", None)


def _name(node: Node) -> str:
    """Return a resource's name; one that cannot be told is made up of its expression."""
    found = node.get("name")
    open_ = Unresolved.read(found.plain()) if found is not None else None
    return node.text("name") if open_ is None else stand_in(open_)


def _fields(node: Node) -> list[tuple[str, Node]]:
    return list(node.value.items()) if isinstance(node.value, dict) else []
