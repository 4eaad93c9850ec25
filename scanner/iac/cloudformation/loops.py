"""``Fn::ForEach`` written out, wherever a template repeats something.

Source: AWS CloudFormation User Guide, "Fn::ForEach"
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html,
read 2026-11): a loop has an identifier, a collection and a fragment, in which ``${Identifier}`` and ``!Ref
Identifier`` stand for the value, and ``&{Identifier}`` for its letters and digits.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from scanner.iac.written import Node

if TYPE_CHECKING:
    from collections.abc import Callable

LOOP: Final = "Fn::ForEach::"
_MOST: Final = 200_000
"""Values that the loops of one template may make."""


class Loops:
    """Writes out the loops of one template.

    `left` are the (key, line) of those that are not: their collection cannot be told, or they make too much.
    """

    def __init__(self, values: Callable[[Node], list[str] | None]) -> None:
        self._values = values
        self._made = 0
        self.left: list[tuple[str, int]] = []

    def expanded(self, node: Node) -> Node:
        """Return a node with its loops written out; those in `left` are left out."""
        if isinstance(node.value, list):
            return Node([self.expanded(item) for item in node.value], node.first, node.last, node.tag)
        if not isinstance(node.value, dict):
            return node
        below: dict[str, Node] = {}
        for key, item in node.value.items():
            if key.startswith(LOOP):
                below |= self._repeated(key, item)
            else:
                below[key] = self.expanded(item)
        return Node(below, node.first, node.last, node.tag)

    def _repeated(self, key: str, loop: Node) -> dict[str, Node]:
        parts = loop.below() if isinstance(loop.value, list) else []
        values = self._values(parts[1]) if len(parts) == 3 else None
        if values is None or not isinstance(parts[0].value, str):
            self.left.append((key, loop.first))
            return {}
        made: dict[str, Node] = {}
        for value in values:
            body = self._filled(parts[2], parts[0].value, value)
            if body is None:
                self.left.append((key, loop.first))
                return {}
            fragment = self.expanded(body)
            made |= fragment.value if isinstance(fragment.value, dict) else {}
        return made

    def _filled(self, node: Node, name: str, value: str) -> Node | None:
        """Return a fragment for one value, None when that is too much."""
        self._made += 1
        if self._made > _MOST:
            return None
        if isinstance(node.value, str):
            return Node(_put(node.value, name, value), node.first, node.last, node.tag)
        if isinstance(node.value, list):
            items = [self._filled(item, name, value) for item in node.value]
            told = [item for item in items if item is not None]
            return Node(list(told), node.first, node.last, node.tag) if len(told) == len(items) else None
        if not isinstance(node.value, dict):
            return node
        if set(node.value) == {"Ref"} and node.value["Ref"].value == name:
            return Node(value, node.first, node.last)
        below: dict[str, Node] = {}
        for key, item in node.value.items():
            found = self._filled(item, name, value)
            if found is None:
                return None
            below[_put(key, name, value)] = found
        return Node(below, node.first, node.last, node.tag)


def _put(text: str, name: str, value: str) -> str:
    letters = re.sub(r"[^A-Za-z0-9]", "", value)
    return text.replace(f"${{{name}}}", value).replace(f"&{{{name}}}", letters)
