"""From Bicep files to rows of Azure Resource Graph: parameters, variables, loops, parents, scopes, modules.

A module is read where it is called, with what it is given; one of a registry is a gap. A file that does not
parse is a gap with its line, and nothing of it is read.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, Final

from scanner.iac import unread
from scanner.iac.arm.drafting import gap, identity_of, row, subscription_row
from scanner.iac.arm.evaluation import Evaluator
from scanner.iac.arm.expressions import Code
from scanner.iac.arm.places import UNKNOWN_SUBSCRIPTION, Home, resource_id
from scanner.iac.bicep.lexer import BicepFault
from scanner.iac.bicep.parser import parse
from scanner.iac.tree import Refused
from scanner.iac.written import MAX_BYTES, Node
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.iac.bicep.statements import Statement
    from scanner.iac.settings import Settings
    from scanner.iac.tree import Tree
    from scanner.snapshot import SnapshotWriter

_NAMING: Final = {"param", "var", "resource", "module"}
_MOST_ITEMS: Final = 100
_DEEPEST: Final = 8


def read(tree: Tree, settings: Settings, writer: SnapshotWriter) -> None:
    """Write what a tree's Bicep files will make; see `scanner.iac.Language`."""
    del settings
    files = _Files(tree, writer)
    for path in files.roots():
        writer.add(subscription_row(UNKNOWN_SUBSCRIPTION))
        home = Home(UNKNOWN_SUBSCRIPTION, files.group_of(path))
        Module(files, path, home, {}, 0).write()


class _Files:
    """The Bicep files of one tree, parsed."""

    def __init__(self, tree: Tree, writer: SnapshotWriter) -> None:
        self.tree = tree
        self.writer = writer
        self.parsed: dict[str, tuple[Statement, ...]] = {}
        for path in (tree.only,) if tree.only else tree.with_ending(".bicep"):
            if path.endswith(".bicep"):
                self._parse(path)

    def roots(self) -> Iterator[str]:
        """Yield the files that no other one calls, or all where they call each other in a circle."""
        called = {
            self.tree.resolve(posixpath.dirname(path), statement.what)
            for path, statements in self.parsed.items()
            for statement in statements
            if statement.kind == "module"
        }
        yield from [path for path in self.parsed if path not in called] or self.parsed

    def group_of(self, path: str) -> str:
        """Return what the resource group will be called: the folder, or nothing for a whole subscription."""
        target = "".join(s.name for s in self.parsed[path] if s.kind == "targetScope")
        if "subscription" in target or "managementGroup" in target or "tenant" in target:
            return ""
        return posixpath.basename(posixpath.dirname(path)) or posixpath.basename(path).partition(".")[0]

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


class Module:
    """One file in the place that it is deployed to; `given` are its parameters' values."""

    def __init__(self, files: _Files, path: str, home: Home, given: dict[str, Any], depth: int) -> None:
        self._files = files
        self._path = path
        self._home = home
        self._given = given
        self._depth = depth
        self._evaluator = Evaluator(self, home)
        self._statements = files.parsed[path]
        self._named = {
            s.name: s for s in self._statements if s.kind in {"param", "var", "resource", "module"}
        }
        self._known: dict[str, Any] = {}
        self._busy: set[str] = set()
        self._outputs: dict[str, dict[str, Any]] = {}

    @property
    def shown(self) -> str:
        """The file, as reports show it."""
        return self._files.tree.shown(self._path)

    def write(self) -> dict[str, Any]:
        """Write its resources and those of its modules; returns its outputs."""
        for statement in self._statements:
            if statement.kind == "module":
                self._module(statement)
        for statement in self._statements:
            if statement.kind == "resource":
                self._resource(statement, None)
        return {
            s.name: self._plain(s.value)
            for s in self._statements
            if s.kind == "output" and s.value is not None
        }

    def parameter(self, name: str) -> Any:  # noqa: ANN401 - any JSON
        """Return nothing: Bicep has no such function."""
        return Unresolved(name)

    def variable(self, name: str) -> Any:  # noqa: ANN401 - any JSON
        """Return nothing: Bicep has no such function."""
        return Unresolved(name)

    def reference(self, id_: str) -> Any:  # noqa: ANN401 - any JSON
        """Return what of a resource's properties can be told before it is there."""
        return {"principalId": identity_of(id_)}

    def named(self, name: str) -> Any:  # noqa: ANN401 - any JSON
        """Return what a parameter, a variable, a resource or a module stands for."""
        statement = self._named.get(name)
        if statement is None or name in self._busy:
            return Unresolved(name)
        if name not in self._known:
            self._busy.add(name)
            self._known[name] = self._value_of(statement)
            self._busy.discard(name)
        return self._known[name]

    def _value_of(self, statement: Statement) -> Any:  # noqa: ANN401 - any JSON
        match statement.kind:
            case "param" if statement.name in self._given:
                return self._given[statement.name]
            case "param" | "var":
                return Unresolved(statement.name) if statement.value is None else self._plain(statement.value)
            case "module":
                outputs = self._outputs.get(statement.name)
                return Unresolved(statement.name) if outputs is None else {"outputs": outputs}
        id_ = self._id(statement, None)
        if id_ is None or statement.loop is not None:
            return Unresolved(statement.name)
        worked = self._evaluator.node(statement.value) if statement.value is not None else Node({}, 1, 1)
        plain = worked.plain()
        fields = plain if isinstance(plain, dict) else {}
        properties = fields.get("properties") if isinstance(fields.get("properties"), dict) else {}
        identity = {"principalId": identity_of(id_), **_fields(fields.get("identity"))}
        own = {"id": id_, "name": id_.rpartition("/")[2], "type": _type_of(statement)}
        known = {"principalId": identity_of(id_), **_fields(properties)}
        return {**fields, **own, "properties": known, "identity": identity}

    def _plain(self, node: Node) -> Any:  # noqa: ANN401 - any JSON
        plain = self._evaluator.node(node).plain()
        return Unresolved.read(plain) or plain

    def _resource(self, statement: Statement, parent: Statement | None) -> None:
        for _ in self._items(statement):
            held = True if statement.condition is None else self._evaluator.value(statement.condition)
            if held is False:
                continue
            if held is not True:
                why = "whether its condition holds cannot be told; it is read as if it does"
                gap(self._files.writer, self.shown, statement.first, why)
            if not statement.existing:
                self._one(statement, parent)
            for child in statement.children:
                self._resource(child, statement)

    def _one(self, statement: Statement, parent: Statement | None) -> None:
        id_ = self._id(statement, parent)
        if id_ is None or statement.value is None:
            gap(
                self._files.writer,
                self.shown,
                statement.first,
                f"the name of {statement.name} cannot be told",
            )
            return
        worked = self._evaluator.node(statement.value)
        node = Node(worked.value, statement.first, statement.last)
        scope = self._scope(statement) or self._home.scope
        type_ = _type_of(statement) if parent is None else f"{_type_of(parent)}/{_type_of(statement)}"
        self._files.writer.asked()
        self._files.writer.add(
            row(id_, type_, node, file=self.shown, scope=scope, subscription=self._home.subscription)
        )

    def _id(self, statement: Statement, parent: Statement | None, depth: int = 0) -> str | None:
        """Return a resource's id, None when a name in it cannot be told."""
        name = self._field(statement, "name")
        if depth > _DEEPEST:
            return None
        if (
            not isinstance(name, str) or not name
        ):  # made up of what the code calls it, wherever it is referred to
            name = "/".join(
                [statement.name] * (1 if self._above(statement, parent) else _type_of(statement).count("/"))
            )
        above = self._above(statement, parent)
        type_ = _type_of(statement)
        if above is not None:
            outer = self._id(above, None, depth + 1)
            kind = type_.rpartition("/")[2]
            return None if outer is None else f"{outer}/{kind}/{name}"
        scope = self._scope(statement)
        if type_.lower() == "microsoft.resources/resourcegroups":
            return f"/subscriptions/{self._home.subscription}/resourceGroups/{name}"
        return resource_id(scope or self._home.scope, type_, name.split("/"))

    def _above(self, statement: Statement, parent: Statement | None) -> Statement | None:
        return parent or self._parent(statement)

    def _parent(self, statement: Statement) -> Statement | None:
        node = statement.value.get("parent") if statement.value is not None else None
        if isinstance(node, Code):
            found = self._named.get(getattr(node.expression, "name", ""))
            return found if found is not statement else None
        return None

    def _scope(self, statement: Statement) -> str:
        """Return the id that ``scope`` names: of a resource, a resource group, a subscription."""
        scope = self._field(statement, "scope")
        found = scope.get("id") if isinstance(scope, dict) else scope
        return found if isinstance(found, str) and found.startswith("/") else ""

    def _field(self, statement: Statement, name: str) -> Any:  # noqa: ANN401 - any JSON
        node = statement.value.get(name) if statement.value is not None else None
        return None if node is None else self._plain(node)

    def _items(self, statement: Statement) -> Iterator[None]:
        """Yield once for each item that a statement is repeated for, with its names set."""
        loop = statement.loop
        if loop is None:
            yield None
            return
        over = self._evaluator.value(loop.over)
        if not isinstance(over, list) or len(over) > _MOST_ITEMS:
            why = "what it is repeated for cannot be told; one is read"
            gap(self._files.writer, self.shown, statement.first, why)
            over = [Unresolved(loop.item)]
        for index, item in enumerate(over):
            self._evaluator.loop[loop.item] = item
            if loop.index:
                self._evaluator.loop[loop.index] = index
            yield None
        self._evaluator.loop.pop(loop.item, None)
        self._evaluator.loop.pop(loop.index, None)

    def _module(self, statement: Statement) -> None:
        path = self._files.tree.resolve(posixpath.dirname(self._path), statement.what)
        if path not in self._files.parsed or self._depth == _DEEPEST:
            why = f"the module {statement.what} is not in the tree, or does not parse"
            gap(self._files.writer, self.shown, statement.first, why, "not-collected")
            return
        for _ in self._items(statement):
            held = True if statement.condition is None else self._evaluator.value(statement.condition)
            if held is False:
                continue
            params = self._field(statement, "params")
            given = (
                {k: Unresolved.read(v) or v for k, v in params.items()} if isinstance(params, dict) else {}
            )
            inner = Module(self._files, path, self._home_of(statement, path), given, self._depth + 1)
            self._outputs[statement.name] = inner.write()

    def _home_of(self, statement: Statement, path: str) -> Home:
        """Return where a module goes: its ``scope``, else where this one goes."""
        scope = self._scope(statement)
        parts = scope.split("/")
        if len(parts) >= 5 and parts[3].lower() == "resourcegroups":
            return Home(parts[2], parts[4], self._home.location)
        return self._home


def _type_of(statement: Statement) -> str:
    return statement.what.partition("@")[0]


def _fields(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return value if isinstance(value, dict) and Unresolved.read(value) is None else {}
