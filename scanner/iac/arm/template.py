"""One ARM template in the place that it is deployed to: parameters, loops, conditions, deployments within it.

Source: Azure Resource Manager, "Understand the structure and syntax of ARM templates"
(https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax), "Using linked and nested
templates when deploying Azure resources" (read 2026-11). A template is data: nothing in it runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.arm.drafting import check_kind, gap, has_room, identity_of, row, subscription_row
from scanner.iac.arm.evaluation import Evaluator
from scanner.iac.arm.places import Home, resource_id, stand_in
from scanner.iac.written import Node
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.iac.arm.files import Files

_DEPLOYMENT: Final = "microsoft.resources/deployments"
_MOST_COPIES: Final = 100
_DEEPEST: Final = 6


class Template:
    """One template, or one nested in another; `given` are its parameters' values."""

    def __init__(
        self,
        files: Files,
        path: str,
        root: Node,
        home: Home,
        *,
        given: dict[str, Any] | None = None,
        above: tuple[str, ...] = (),
        evaluator: Evaluator | None = None,
    ) -> None:
        self._files = files
        self._path = path
        self._root = root
        self._file = files.tree.shown(path)
        self._writer = files.writer
        self._given = {name.lower(): value for name, value in (given or {}).items()}
        self._above = above
        self._busy: set[str] = set()
        self._known: dict[str, Any] = {}
        self._by_symbol: dict[str, Node] = {}
        self._pending: dict[str, Node] = {}
        self._outputs: dict[str, dict[str, Any]] = {}
        # by default a nested template speaks of its parent's names
        self._evaluator = evaluator or Evaluator(self, home, files.room)
        self._home = home

    def write(self) -> dict[str, Any]:
        """Write its resources; returns its outputs."""
        section = self._root.get("resources")
        if section is not None and isinstance(section.value, dict):  # language version 2: by symbolic name
            self._by_symbol = section.value
        listed = section.below() if section is not None else []
        for symbol, node in self._by_symbol.items() or ((_plain_name(node), node) for node in listed):
            if node.text("type").lower() == _DEPLOYMENT and node.get("copy") is None:
                self._pending[symbol.lower()] = node
        for node in listed:
            self._resource(node, "", "", [])
        outputs = self._root.get("outputs")
        return {
            name: {"value": self._evaluator.node(value).plain()}
            for name, node in _fields(outputs)
            if (value := node.get("value")) is not None
        }

    def parameter(self, name: str) -> Any:  # noqa: ANN401 - any JSON
        """Return a parameter's value: what was given, else its default; null where it may be left out."""
        if name.lower() in self._given:
            return self._given[name.lower()]
        node = next(
            (n for key, n in _fields(self._root.get("parameters")) if key.lower() == name.lower()), None
        )
        nullable = node.get("nullable") if node is not None else None
        if node is not None and node.get("defaultValue") is None and nullable is not None:
            return None if nullable.value is True else Unresolved(f"parameters('{name}')")
        return self._once("parameters", name, "defaultValue")

    def variable(self, name: str) -> Any:  # noqa: ANN401 - any JSON
        """Return a variable's value."""
        copies = self._root.get("variables", "copy")
        for copy in copies.below() if copies is not None and isinstance(copies.value, list) else ():
            if copy.text("name").lower() == name.lower():
                holder = Node({"copy": Node([copy], copy.first, copy.last)}, copy.first, copy.last)
                made = self._evaluator.node(holder).plain()
                return next(iter(made.values()), Unresolved(f"variables('{name}')"))
        return self._once("variables", name, "")

    def named(self, name: str) -> Any:  # noqa: ANN401 - any JSON
        """Return nothing: names are Bicep's."""
        return Unresolved(name)

    def reference(self, id_: str) -> Any:  # noqa: ANN401 - any JSON
        """Return what of a resource can be told before it is there: a deployment's outputs, an object id."""
        last = id_.rpartition("/")[2].lower()
        if last in self._pending:
            self._resource(self._pending[last], "", "", [])
        if last in self._outputs:
            return {"outputs": self._outputs[last]}
        if id_ in self._by_symbol:
            found = self._id_of_symbol(self._by_symbol[id_])
            if found is None:
                return Unresolved(f"reference({id_})")
            id_ = found
        return {"principalId": identity_of(id_), "identity": {"principalId": identity_of(id_)}}

    def loaded(self, path: str) -> str | None:
        """Return nothing: files are Bicep's to load."""
        del path
        return None

    def _id_of_symbol(self, node: Node) -> str | None:
        if node.get("copy") is not None:
            return None
        worked = self._evaluator.node(_own(node))
        name = _name(worked)
        return resource_id(self._home.scope, worked.text("type"), name.split("/")) if name else None

    def _once(self, section: str, name: str, field: str) -> Any:  # noqa: ANN401 - any JSON
        node = next((n for key, n in _fields(self._root.get(section)) if key.lower() == name.lower()), None)
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
        for symbol in [s for s, pending in self._pending.items() if pending is node]:
            del self._pending[symbol]
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
        if not has_room(self._files.room, self._writer, self._file, node.first):
            return
        worked = self._evaluator.node(_own(node))
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
        check_kind(self._writer, self._file, node.first, type_)
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
        """Read a nested or linked deployment with the parameters that it is given."""
        template, path, link = (
            node.get("properties", "template"),
            self._path,
            node.get("properties", "templateLink"),
        )
        found = self._files.linked(path, link) if link is not None else None
        if template is None and found is not None and found not in self._above:
            template, path = self._files.parsed[found], found
        if template is None or len(self._above) == _DEEPEST:
            gap(self._writer, self._file, node.first, "the linked template is not read", "not-collected")
            return
        given: dict[str, Any] = {}
        for name, value in _fields(worked.get("properties", "parameters")):
            told = value.get("value")
            plain = told.plain() if told is not None else None
            given[name] = (
                Unresolved(f"parameters('{name}')") if told is None else Unresolved.read(plain) or plain
            )
        home = Home(
            worked.text("subscriptionId").lower() or self._home.subscription,
            worked.text("resourceGroup") or self._home.group,
            self._home.location,
            self._home.tenant,
        )
        if home.subscription != self._home.subscription:
            self._writer.add(subscription_row(home.subscription, home.tenant))
        inner = worked.text("properties", "expressionEvaluationOptions", "scope").lower() == "inner"
        nested = Template(
            self._files,
            path,
            template,
            home,
            given=given,
            above=(*self._above, self._path),
            evaluator=None if inner or path != self._path else self._evaluator,
        )
        self._outputs[_name(worked).lower()] = outputs = nested.write()
        for symbol, held in self._by_symbol.items():
            if held is node:
                self._outputs[symbol.lower()] = outputs

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
        kept = dict(self._evaluator.loop)
        for index in range(many):
            self._evaluator.loop[name] = self._evaluator.loop[""] = index
            yield None
        self._evaluator.loop = kept


def _own(node: Node) -> Node:
    """Return a resource without those nested in it, which have loops of their own."""
    left_out = {"resources", "copy"}
    if node.text("type").lower() != _DEPLOYMENT:
        return Node({k: v for k, v in _fields(node) if k not in left_out}, node.first, node.last)
    fields = {k: v for k, v in _fields(node) if k not in left_out}
    inner = fields.get("properties")
    if inner is not None:  # its template is worked out when it is read
        told = {k: v for k, v in _fields(inner) if k != "template"}
        fields["properties"] = Node(told, inner.first, inner.last)
    return Node(fields, node.first, node.last)


def _plain_name(node: Node) -> str:
    return node.text("name")


def _name(node: Node) -> str:
    """Return a resource's name; one that cannot be told is made up of its expression."""
    found = node.get("name")
    open_ = Unresolved.read(found.plain()) if found is not None else None
    return node.text("name") if open_ is None else stand_in(open_)


def _fields(node: Node | None) -> list[tuple[str, Node]]:
    return list(node.value.items()) if node is not None and isinstance(node.value, dict) else []
