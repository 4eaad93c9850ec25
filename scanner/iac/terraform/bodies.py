"""Bodies of blocks: attributes, nested blocks, ``dynamic`` ones written out.

A body of a plan (`scanner.iac.terraform.plan`) reads the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from scanner.iac.terraform.evaluation import Inner, evaluate
from scanner.iac.terraform.syntax import Constant
from scanner.iac.terraform.values import Open, Rest, Written, items_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.iac.terraform.evaluation import Scope
    from scanner.iac.terraform.modules import Module
    from scanner.iac.terraform.syntax import Block
    from scanner.iac.terraform.values import Value
    from scanner.snapshot import Place


class Body(Protocol):
    """One block's content. `is_open`: whether and how often the block is there cannot be told."""

    is_open: bool

    @property
    def place(self) -> Place:
        """The lines of the block."""

    def has(self, name: str) -> bool:
        """Tell whether an attribute is set."""

    def get(self, name: str) -> Value:
        """Return an attribute, None when it is not set."""

    def blocks(self, name: str) -> list[Body]:
        """Return nested blocks of a type, also those written as an attribute with a list of objects."""


class HclBody:
    """A block of HCL in a scope."""

    def __init__(self, block: Block, scope: Scope, module: Module, *, is_open: bool = False) -> None:
        self._block = block
        self._scope = scope
        self._module = module
        self._values: dict[str, Value] = {}
        self.is_open = is_open

    @property
    def place(self) -> Place:
        """See `Body`."""
        return self._module.place(self._block)

    def has(self, name: str) -> bool:
        """See `Body`."""
        return name in self._block.attributes

    def get(self, name: str) -> Value:
        """See `Body`."""
        if name not in self._values:
            expression = self._block.attributes.get(name)
            self._values[name] = None if expression is None else evaluate(expression, self._scope)
        return self._values[name]

    def blocks(self, name: str) -> list[Body]:
        """See `Body`."""
        found: list[Body] = []
        for block in self._block.blocks:
            if block.type == name:
                found.append(HclBody(block, self._scope, self._module, is_open=self.is_open))
            elif block.type == "dynamic" and block.labels == (name,):
                found += self._dynamic(block)
        if not found and self.has(name):
            found += written_blocks(self.get(name), self)
        return found

    def _dynamic(self, block: Block) -> Iterator[Body]:
        """Yield a ``dynamic`` block once for each element; once, open, when they cannot be told.

        Source: Terraform, "dynamic Blocks"
        (https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks, read 2026-11).
        """
        content = next(iter(block.of_type("content")), None)
        for_each = block.attributes.get("for_each")
        if content is None or for_each is None:
            return
        named = block.attributes.get("iterator")
        iterator = block.labels[0] if named is None else named.text
        if isinstance(named, Constant):
            iterator = str(named.value)
        over = evaluate(for_each, self._scope)
        items = items_of(over)
        if items is None:
            items = iter([(Open(f"{iterator}.key"), Rest(f"{iterator}.value"))])
        for key, value in items:
            is_open = isinstance(value, Rest)
            if is_open:
                self._module.root.undecided_block(self._module, block)
            inner = Inner(self._scope, {iterator: {"key": key, "value": value}})
            yield HclBody(content, inner, self._module, is_open=self.is_open or is_open)


class ValueBody:
    """An object as a body: ``ingress = [{ … }]``, or a block of a plan."""

    is_open = False

    def __init__(self, value: dict[str, Value], place: Place) -> None:
        self._value = value
        self._place = place

    @property
    def place(self) -> Place:
        """See `Body`."""
        return self._place

    def has(self, name: str) -> bool:
        """See `Body`."""
        return self._value.get(name) is not None

    def get(self, name: str) -> Value:
        """See `Body`."""
        return self._value.get(name)

    def blocks(self, name: str) -> list[Body]:
        """See `Body`."""
        return written_blocks(self.get(name), self)


class OpenBody:
    """A block of which nothing can be told."""

    is_open = True

    def __init__(self, value: Open, place: Place) -> None:
        self._value = value
        self.place = place

    def has(self, name: str) -> bool:
        """See `Body`: it may."""
        del name
        return True

    def get(self, name: str) -> Value:
        """See `Body`."""
        return Open(f"{self._value.expression}.{name}")

    def blocks(self, name: str) -> list[Body]:
        """See `Body`."""
        del name
        return []


def written_blocks(value: Value, outer: Body) -> list[Body]:
    """Return an attribute's objects as bodies."""
    if isinstance(value, Open):
        return [OpenBody(value, outer.place)]
    elements = value if isinstance(value, list) else [value]
    found: list[Body] = []
    for element in elements:
        if isinstance(element, Open):
            found.append(OpenBody(element, outer.place))
        elif isinstance(element, dict):
            place = outer.place
            if isinstance(element, Written) and element.node.source.path == place.file:
                place = type(place)("", place.file, element.node.lines)
            found.append(ValueBody(element, place))
    return found
