"""Stacks: templates in the places that they are deployed to, with what they tell each other.

A nested stack gets parameters and gives outputs; stacks of one account and region share what they export.
Both are asked for when something needs them, so that no order of the files matters. Source: AWS
CloudFormation User Guide, "Get exported outputs from a deployed CloudFormation stack"
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html, read 2026-11):
the names of exports are unique in an account and region.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from scanner.iac.cloudformation.intrinsics import Resolver
from scanner.iac.cloudformation.loops import Loops
from scanner.iac.cloudformation.names import Names
from scanner.iac.cloudformation.template import Template
from scanner.iac.written import Node
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from scanner.iac.aws import Home
    from scanner.iac.cloudformation.intrinsics import Text


class Given(Mapping[str, Node]):
    """The values that a nested stack is given, worked out by the stack that calls it when asked for."""

    def __init__(self, nodes: dict[str, Node], resolver: Resolver) -> None:
        self._nodes = nodes
        self._resolver = resolver
        self._known: dict[str, Node] = {}

    def __getitem__(self, name: str) -> Node:
        node = self._nodes[name]
        if name not in self._known:
            self._known[name] = Node(dict(_open(name, node)), node.first, node.last)  # needs itself
            self._known[name] = self._resolver.value(node)
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self._nodes

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)


class Stack:
    """One stack. `children` are the stacks nested in it, by the resource that calls them."""

    def __init__(
        self, template: Template, home: Home, name: str, given: Mapping[str, Node], exports: Exports
    ) -> None:
        self.home = home
        self.name = name
        self.children: dict[str, Stack] = {}
        self.unexpanded: list[tuple[str, int]] = []
        self.template = self._written_out(template, given)
        self.names = Names(self.template, home, name, lambda: self.resolver, self._output_of)
        self.resolver = Resolver(
            self.template, home, name, given, self.names.reference, lambda key: exports.value(home, key)
        )
        self._outputs: dict[str, Text] = {}
        exports.add(self)

    def output(self, key: str) -> Text | None:
        """Return what an output comes to, None when there is none of that name."""
        node = self.template.outputs.get(key)
        value = node.get("Value") if node is not None else None
        if node is None or value is None:
            return None
        if key not in self._outputs:
            self._outputs[key] = Unresolved(f"the output {key}, which needs itself")
            self._outputs[key] = self.resolver.text(value)
        return self._outputs[key]

    def exported(self) -> Iterator[tuple[Text, str]]:
        """Yield (name of the export, key of the output), unless the output's condition is false."""
        for key, node in self.template.outputs.items():
            name = node.get("Export", "Name")
            condition = node.text("Condition")
            if name is not None and not (condition and self.resolver.holds(condition) is False):
                yield self.resolver.text(name), key

    def _output_of(self, name: str, key: str) -> Text | None:
        child = self.children.get(name)
        return child.output(key) if child is not None else None

    def _written_out(self, template: Template, given: Mapping[str, Node]) -> Template:
        """Return the template without loops."""
        if not template.repeats:
            return template
        early = Resolver(template, self.home, self.name, given, _nothing)

        def values(node: Node) -> list[str] | None:
            found = early.value(node)
            items = found.value if isinstance(found.value, list) else []
            told = [str(item.value) for item in items if isinstance(item.value, str | int)]
            return told if isinstance(found.value, list) and len(told) == len(items) else None

        loops = Loops(values)
        written = Template(loops.expanded(template.root), template.file)
        self.unexpanded = loops.left
        return written


class Exports:
    """What the stacks of a tree export, by account, region and name."""

    def __init__(self) -> None:
        self._stacks: list[Stack] = []
        self._known: dict[tuple[Home, str], list[tuple[Stack, str]]] | None = None

    def add(self, stack: Stack) -> None:
        """Take up a stack; all are there before anything is asked for."""
        self._stacks.append(stack)

    def value(self, home: Home, name: str) -> Text | None:
        """Return what a name stands for; None when nothing exports it, or several that do not agree."""
        if self._known is None:
            self._known = {}  # the name of an export that imports something cannot be told
            found: dict[tuple[Home, str], list[tuple[Stack, str]]] = defaultdict(list)
            for stack in self._stacks:
                for told, key in stack.exported():
                    if isinstance(told, str):
                        found[stack.home, told].append((stack, key))
            self._known = found
        values = [stack.output(key) for stack, key in self._known.get((home, name), ())]
        return values[0] if values and all(value == values[0] for value in values) else None


def _open(name: str, node: Node) -> Iterator[tuple[str, Node]]:
    for key, value in Unresolved(f"the parameter {name}, which needs itself").body.items():
        yield key, Node(value, node.first, node.last)


def _nothing(name: str, attribute: str) -> Text:
    return Unresolved(f"!GetAtt {name}.{attribute}" if attribute else f"!Ref {name}")
