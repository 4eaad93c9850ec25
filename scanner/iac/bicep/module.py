"""One Bicep file in the place that it is deployed to: parameters, variables, loops, parents, scopes, modules.

A module is read where it is called, with what it is given; one of a registry is a gap. Source: Azure Resource
Manager, "Bicep modules", "Iterative loops in Bicep", "Set name and type for child resources in Bicep"
(https://learn.microsoft.com/azure/azure-resource-manager/bicep/modules, read 2026-11).
"""

from __future__ import annotations

import posixpath
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from scanner.iac.arm.drafting import check_kind, gap, has_room, identity_of, row
from scanner.iac.arm.evaluation import Evaluator
from scanner.iac.arm.expressions import Access, Code, Name
from scanner.iac.arm.places import Home, resource_id
from scanner.iac.written import Node
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.iac.arm.expressions import Expression
    from scanner.iac.bicep.files import Files
    from scanner.iac.bicep.statements import Statement

_NAMING: Final = {"param", "var", "resource", "module"}
_DEPLOYMENT: Final = "microsoft.resources/deployments"
_MOST_ITEMS: Final = 100
_DEEPEST: Final = 8


class Module:
    """See the file. `given` are its parameters' values, `above` the files that call each other down to it."""

    def __init__(
        self, files: Files, path: str, home: Home, given: dict[str, Any], above: tuple[str, ...]
    ) -> None:
        self._files = files
        self._path = path
        self._home = home
        self._given = given
        self._above = above
        self._evaluator = Evaluator(self, home, files.room)
        self._statements = files.parsed[path]
        nested = [child for s in self._statements for _, child in _below(s)]
        once = Counter(child.name for child in nested)
        # those nested in a resource know each other by name
        self._named = {child.name: child for child in nested if once[child.name] == 1}
        self._named |= {s.name: s for s in self._statements if s.kind in _NAMING}
        self._parents = {id(c): above for s in self._statements for above, c in _below(s)}
        self._known: dict[str, Any] = {}
        self._busy: set[str] = set()

    @property
    def shown(self) -> str:
        """The file, as reports show it."""
        return self._files.tree.shown(self._path)

    def write(self) -> dict[str, Any]:
        """Write its resources and those of its modules; returns its outputs."""
        for statement in self._statements:
            if statement.kind == "module":
                self.named(statement.name)
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

    def loaded(self, path: str) -> str | None:
        """Return the text of a file of the tree."""
        return self._files.beside(self._path, path)

    def named(self, name: str) -> Any:  # noqa: ANN401 - any JSON
        """Return what a parameter, a variable, a resource or a module stands for."""
        statement = self._named.get(name)
        if name in self._known:
            return self._known[name]
        if statement is None or name in self._busy:
            return Unresolved(name)
        self._busy.add(name)
        kept, self._evaluator.loop = self._evaluator.loop, {}
        self._known[name] = self._value_of(statement)
        self._evaluator.loop = kept
        self._busy.discard(name)
        return self._known[name]

    def _value_of(self, statement: Statement) -> Any:  # noqa: ANN401 - any JSON
        match statement.kind:
            case "param" if statement.name in self._given:
                return self._given[statement.name]
            case "param" | "var":
                if statement.value is None:
                    return None if statement.nullable else Unresolved(statement.name)
                return self._plain(statement.value)
            case "module":
                return self._module(statement)
        if statement.loop is None:
            return self._fields_of(statement)
        made = [self._fields_of(statement) for _ in self._items(statement, tell=False)]
        return [value.body if isinstance(value, Unresolved) else value for value in made]

    def _fields_of(self, statement: Statement) -> Any:  # noqa: ANN401 - any JSON
        """Return what of a resource others can refer to."""
        id_ = self._id(statement, None)
        if id_ is None:
            return Unresolved(statement.name)
        worked = self._evaluator.node(statement.value) if statement.value is not None else Node({}, 1, 1)
        plain = worked.plain()
        fields = plain if isinstance(plain, dict) else {}
        properties = fields.get("properties") if isinstance(fields.get("properties"), dict) else {}
        identity = {"principalId": identity_of(id_), **_fields(fields.get("identity"))}
        own = {"id": id_, "name": id_.rpartition("/")[2], "type": self._full_type(statement)}
        known = {"principalId": identity_of(id_), **_fields(properties)}
        return {**fields, **own, "properties": known, "identity": identity}

    def _plain(self, node: Node) -> Any:  # noqa: ANN401 - any JSON
        plain = self._evaluator.node(node).plain()
        return Unresolved.read(plain) or plain

    def _resource(self, statement: Statement, parent: Statement | None) -> None:
        for _ in self._items(statement):
            if not self._holds(statement):
                continue
            if not statement.existing:
                self._one(statement, parent)
            for child in statement.children:
                self._resource(child, statement)

    def _holds(self, statement: Statement) -> bool:
        """Tell whether a resource or module is made, as far as its condition tells."""
        held = True if statement.condition is None else self._evaluator.value(statement.condition)
        if not isinstance(held, bool):
            why = "whether its condition holds cannot be told; it is read as if it does"
            gap(self._files.writer, self.shown, statement.first, why)
        return held is not False

    def _one(self, statement: Statement, parent: Statement | None) -> None:
        writer = self._files.writer
        if not self._has_room(statement):
            return
        id_ = self._id(statement, parent)
        if id_ is None or statement.value is None:
            why = f"the name of {statement.name} cannot be told"
            gap(writer, self.shown, statement.first, why)
            return
        worked = self._evaluator.node(statement.value)
        node = Node(worked.value, statement.first, statement.last)
        scope = self._scope(statement) or self._home.scope
        type_ = self._full_type(statement, parent)
        if type_.lower() == _DEPLOYMENT:
            self._check_deployment(statement, worked)
            return
        check_kind(writer, self.shown, statement.first, type_)
        writer.asked()
        writer.add(row(id_, type_, node, file=self.shown, scope=scope, subscription=self._home.subscription))

    def _id(self, statement: Statement, parent: Statement | None, depth: int = 0) -> str | None:
        """Return a resource's id, None when a name in it cannot be told."""
        name = self._field(statement, "name")
        if depth > _DEEPEST:
            return None
        above = parent or self._parents.get(id(statement))
        outer = self._id(above, None, depth + 1) if above is not None else self._parent(statement, depth)
        if not isinstance(name, str) or not name:
            # made up of what the code calls it, wherever it is referred to
            parts = 1 if outer else _type_of(statement).count("/")
            name = "/".join([f"{statement.name}{self._index()}"] * parts)
        type_ = _type_of(statement)
        if above is not None or outer == "":
            if not outer:
                return None
            return f"{outer}/{type_.rpartition('/')[2]}/{name}"
        if outer is not None:
            return f"{outer}/{type_.rpartition('/')[2]}/{name}"
        scope = self._scope(statement)
        if type_.lower() == "microsoft.resources/resourcegroups":
            return f"/subscriptions/{self._home.subscription}/resourceGroups/{name}"
        return resource_id(scope or self._home.scope, type_, name.split("/"))

    def _full_type(self, statement: Statement, parent: Statement | None = None) -> str:
        """Return a type with those of the resources that it is nested in."""
        above = parent or self._parents.get(id(statement))
        own = _type_of(statement)
        return own if above is None else f"{self._full_type(above)}/{own}"

    def _index(self) -> str:
        """Return what tells the copies of a loop apart whose names cannot be told."""
        return f"-{found}" if isinstance(found := self._evaluator.loop.get(_COPY), int) and found else ""

    def _parent(self, statement: Statement, depth: int) -> str | None:
        """Return the id of what ``parent`` names: None without one, empty where nobody can tell."""
        node = statement.value.get("parent") if statement.value is not None else None
        if not isinstance(node, Code):
            return None
        expression: Expression = node.expression
        if isinstance(expression, Name):
            found = self._named.get(expression.name)
            if found is None or found is statement:
                return ""
            if found.loop is None:
                return self._id(found, None, depth + 1) or ""
        elif not isinstance(expression, Access):
            return ""
        told = self._evaluator.value(expression)
        id_ = told.get("id") if isinstance(told, dict) else None
        return id_ if isinstance(id_, str) else ""

    def _scope(self, statement: Statement) -> str:
        """Return the id that ``scope`` names: of a resource, a resource group, a subscription."""
        scope = self._field(statement, "scope")
        found = scope.get("id") if isinstance(scope, dict) else scope
        return found if isinstance(found, str) and found.startswith("/") else ""

    def _field(self, statement: Statement, name: str) -> Any:  # noqa: ANN401 - any JSON
        node = statement.value.get(name) if statement.value is not None else None
        return None if node is None else self._plain(node)

    def _items(self, statement: Statement, *, tell: bool = True) -> Iterator[None]:
        """Yield once for each item that a statement is repeated for, with its names set."""
        loop = statement.loop
        if loop is None:
            yield None
            return
        over = self._evaluator.value(loop.over)
        if not isinstance(over, list) or len(over) > _MOST_ITEMS:
            if tell:
                why = "what it is repeated for cannot be told; one is read"
                gap(self._files.writer, self.shown, statement.first, why)
            over = [Unresolved(loop.item)]
        kept = dict(self._evaluator.loop)
        for index, item in enumerate(over):
            self._evaluator.loop |= {loop.item: Unresolved.read(item) or item, _COPY: index}
            if loop.index:
                self._evaluator.loop[loop.index] = index
            yield None
        self._evaluator.loop = kept

    def _module(self, statement: Statement) -> Any:  # noqa: ANN401 - any JSON
        """Read a module; returns what others can refer to, a list for a loop."""
        path = self._files.tree.resolve(posixpath.dirname(self._path), statement.what)
        above = (*self._above, self._path)
        if path not in self._files.parsed or path in above or len(above) > _DEEPEST:
            why = f"the module {statement.what} is not in the tree, or does not parse"
            gap(self._files.writer, self.shown, statement.first, why, "not-collected")
            return Unresolved(statement.name)
        made: list[Any] = []
        for _ in self._items(statement):
            if not self._holds(statement) or not self._has_room(statement):
                made.append(Unresolved(statement.name).body)
                continue
            params = self._field(statement, "params")
            given = (
                {k: Unresolved.read(v) or v for k, v in params.items()}
                if isinstance(params, dict) and Unresolved.read(params) is None
                else {}
            )
            inner = Module(self._files, path, self._home_of(statement), given, above)
            outputs = {k: v.body if isinstance(v, Unresolved) else v for k, v in inner.write().items()}
            made.append({"outputs": outputs, "name": self._field(statement, "name") or statement.name})
        if statement.loop is not None:
            return made
        return Unresolved.read(made[0]) or made[0]

    def _check_deployment(self, statement: Statement, worked: Node) -> None:
        """Say that a template within the file is not read, unless it makes nothing."""
        resources = worked.get("properties", "template", "resources")
        if resources is None or resources.below() or Unresolved.read(resources.plain()) is not None:
            why = "the template of this deployment is not read"
            gap(self._files.writer, self.shown, statement.first, why, "not-implemented")

    def _has_room(self, statement: Statement) -> bool:
        return has_room(self._files.room, self._files.writer, self.shown, statement.first)

    def _home_of(self, statement: Statement) -> Home:
        """Return where a module goes: its ``scope``, else where this one goes."""
        parts = self._scope(statement).split("/")
        if len(parts) >= 5 and parts[3].lower() == "resourcegroups":
            return Home(parts[2], parts[4], self._home.location, self._home.tenant)
        if len(parts) == 3 and parts[1].lower() == "subscriptions":
            return Home(parts[2], "", self._home.location, self._home.tenant)
        return self._home


_COPY: Final = "copy index"


def _below(statement: Statement) -> Iterator[tuple[Statement, Statement]]:
    """Yield (parent, child) of every resource that is nested in one, however deep."""
    for child in statement.children:
        yield statement, child
        yield from _below(child)


def _type_of(statement: Statement) -> str:
    return statement.what.partition("@")[0]


def _fields(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return value if isinstance(value, dict) and Unresolved.read(value) is None else {}
