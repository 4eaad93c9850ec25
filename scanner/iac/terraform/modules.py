"""Modules with their variables, locals, resources and outputs, each evaluated when first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.terraform.constraints import with_defaults
from scanner.iac.terraform.evaluation import Inner, evaluate
from scanner.iac.terraform.files import FILES
from scanner.iac.terraform.instances import Instance, Namespace, expanded
from scanner.iac.terraform.syntax import Constant
from scanner.iac.terraform.values import Open, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.iac.terraform.directory import Directory
    from scanner.iac.terraform.evaluation import Budget
    from scanner.iac.terraform.root import Root
    from scanner.iac.terraform.syntax import Block, Node
    from scanner.iac.terraform.values import Value
    from scanner.snapshot import Place

_DEEPEST: Final = 16


class Module:
    """One instance of a module; the root module's `address` is empty.

    `call` is the block that calls it and `parent` who has the block. `arguments` are the call's, evaluated.
    """

    def __init__(
        self,
        root: Root,
        directory: Directory,
        address: str,
        *,
        arguments: dict[str, Value],
        parent: Module | None = None,
        call: Block | None = None,
    ) -> None:
        self.root = root
        self.directory = directory
        self.address = address
        self.arguments = arguments
        self.parent = parent
        self.call_block = call
        self._values: dict[tuple[str, str], Value] = {}
        self._asking: set[tuple[str, str]] = set()
        self._namespaces = {
            "var": Namespace(self._variable),
            "local": Namespace(self._local),
            "module": Namespace(self._module),
            "data": Namespace(lambda type_: Namespace(lambda name: self.resource("data", type_, name))),
            "path": {"module": root.relative(directory.path), "root": ".", "cwd": Open("path.cwd")},
            "ephemeral": Namespace(lambda type_: Open(f"ephemeral.{type_}")),
            "terraform": {"workspace": root.workspace},
        }

    @property
    def budget(self) -> Budget:
        """The root module's."""
        return self.root.budget

    def name(self, name: str) -> Value:
        """Return what a name stands for here; any other name is a resource type."""
        found = self._namespaces.get(name)
        if found is not None:
            return found
        if name in self.directory.types:
            return Namespace(lambda label: self.resource("resource", name, label))
        return None

    def call(self, name: str, arguments: list[Value], node: Node) -> Value:
        """Return what a function that reads files comes to; an unknown function's call stays open."""
        function = FILES.get(name)
        if function is None or any(isinstance(argument, Open) for argument in arguments):
            return opened(node, next((a for a in arguments if isinstance(a, Open)), None))
        return function(self, arguments, node)

    def place(self, node: Node) -> Place:
        """Return the lines of a node; of the call when the module's files are no part of the code."""
        if self.parent is not None and self.call_block is not None and self.root.is_foreign(node.source.path):
            return self.parent.place(self.call_block)
        return self.root.place(node)

    def modules(self) -> Iterator[Module]:
        """Yield this module and all that it calls, in order."""
        yield self
        for name in sorted(self.directory.modules):
            for child in _modules_in(self._module(name)):
                yield from child.modules()

    def instances(self) -> Iterator[Instance]:
        """Yield every resource and data source of this module alone, in order of type and name."""
        for kind, type_, name in sorted(self.directory.resources):
            yield from _instances_in(self.resource(kind, type_, name))

    def resource(self, kind: str, type_: str, name: str) -> Value:
        """Return a resource: one instance, a list or an object of them."""
        block = self.directory.resources.get((kind, type_, name))
        label = f"{type_}.{name}" if kind == "resource" else f"data.{type_}.{name}"
        if block is None:
            return Open(label, is_error=True)

        def made() -> Value:
            return expanded(
                block,
                self,
                f"{self.address}{label}",
                lambda address, names: Instance(self, block, address, names),
            )

        return self._once((kind, f"{type_}.{name}"), made, label)

    def output(self, name: str) -> Value:
        """Return an output."""
        block = self.directory.outputs.get(name)
        value = block.attributes.get("value") if block else None
        if value is None:
            return Open(f"{self.address}{name}", is_error=True)
        return self._once(("output", name), lambda: evaluate(value, self), f"{self.address}{name}")

    def _once(self, key: tuple[str, str], make: object, expression: str) -> Value:
        """Return a value, made when first asked for; one that needs itself is open."""
        if key in self._values:
            return self._values[key]
        if key in self._asking:
            return Open(expression)
        self._asking.add(key)
        try:
            found = make()  # type: ignore[operator]
        finally:
            self._asking.discard(key)
        self._values[key] = found
        return found

    def _variable(self, name: str) -> Value:
        block = self.directory.variables.get(name)

        def made() -> Value:
            value = self.arguments.get(name)
            attributes = block.attributes if block else {}
            default = attributes.get("default")
            takes_null = "nullable" not in attributes or evaluate(attributes["nullable"], self) is not False
            if default is not None and (name not in self.arguments or (value is None and not takes_null)):
                value = evaluate(default, self)
            elif name not in self.arguments:
                return Open(f"var.{name}")
            type_ = attributes.get("type")
            return value if type_ is None else with_defaults(value, type_)

        return self._once(("var", name), made, f"var.{name}")

    def _local(self, name: str) -> Value:
        expression = self.directory.locals.get(name)
        if expression is None:
            return Open(f"local.{name}", is_error=True)
        return self._once(("local", name), lambda: evaluate(expression, self), f"local.{name}")

    def _module(self, name: str) -> Value:
        block = self.directory.modules.get(name)
        if block is None:
            return Open(f"module.{name}", is_error=True)
        return self._once(("module", name), lambda: self._called(name, block), f"module.{name}")

    def _called(self, name: str, block: Block) -> Value:
        address = f"{self.address}module.{name}"
        if _is_never_called(block, self):
            return []
        directory = self._source(name, block)
        if directory is None:
            return Namespace(lambda output: Open(f"module.{name}.{output}"))

        def made(address: str, names: dict[str, Value]) -> Module:
            scope = Inner(self, names)
            arguments = {
                key: evaluate(value, scope)
                for key, value in block.attributes.items()
                if key not in {"source", "version", "count", "for_each", "providers", "depends_on"}
            }
            return Module(self.root, directory, f"{address}.", arguments=arguments, parent=self, call=block)

        return expanded(block, self, address, made)

    def _source(self, name: str, block: Block) -> Directory | None:
        """Return a module's directory; one that cannot be read is a gap."""
        source = block.attributes.get("source")
        text = source.value if isinstance(source, Constant) and isinstance(source.value, str) else None
        found = None
        if text is None:
            why = "its source is no plain text"
        elif text.startswith(("./", "../")):
            found = self.root.tree.resolve(self.directory.path, text)
            why = (
                "its source lies outside the scanned tree"
                if found is None
                else "its source holds no Terraform"
            )
        else:
            key = ".".join([*self._keys(), name])
            found = self.root.directories.vendored(self.root.path, key)
            why = f"its source `{text[:200]}` is not in the scanned tree; `terraform init` brings it there"
        if found is None or not self.root.directories.has(found):
            self.root.not_read(self, block, f"module `{name}` is not read: {why}")
            return None
        if len(self._ancestors()) >= _DEEPEST or found in self._ancestors():
            self.root.not_read(
                self, block, f"module `{name}` is not read: modules call each other without end"
            )
            return None
        return self.root.directories.get(found)

    def _keys(self) -> list[str]:
        if self.parent is None or self.call_block is None:
            return []
        return [*self.parent._keys(), self.call_block.labels[0]]

    def _ancestors(self) -> list[str]:
        return [self.directory.path, *(self.parent._ancestors() if self.parent else ())]

    def attribute(self, name: str) -> Value:
        """Return an output, for ``module.x.name``."""
        return self.output(name)


def _is_never_called(block: Block, scope: Module) -> bool:
    """Tell whether a call is made no times, as far as code tells."""
    times = [evaluate(block.attributes[n], scope) for n in ("count", "for_each") if n in block.attributes]
    return any(time in (0, "0", [], {}) and not isinstance(time, bool) for time in times)


def _modules_in(value: Value) -> Iterator[Module]:
    if isinstance(value, Module):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _modules_in(inner)


def _instances_in(value: Value) -> Iterator[Instance]:
    if isinstance(value, Instance):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _instances_in(inner)
