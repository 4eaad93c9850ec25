"""Parts of templates that lie in files beside them: ``AWS::Include``, and descriptions of APIs.

They are read where they lie in the tree, as ``aws cloudformation package`` and ``sam deploy`` would upload
them. Sources: AWS CloudFormation Template Reference, "AWS::Include transform"
(https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html); AWS CLI
Command Reference, "cloudformation package" (read 2026-11). What a file holds has the lines of where it is
called from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.written import Node

if TYPE_CHECKING:
    from collections.abc import Callable

_TRANSFORM: Final = "Fn::Transform"
_DESCRIBED: Final = {
    "AWS::ApiGateway::RestApi": ("BodyS3Location", "Body"),
    "AWS::ApiGatewayV2::Api": ("BodyS3Location", "Body"),
    "AWS::Serverless::Api": ("DefinitionUri", "DefinitionBody"),
    "AWS::Serverless::HttpApi": ("DefinitionUri", "DefinitionBody"),
}
"""By type: the property that names a file, and the one that holds what is in it."""
_MOST: Final = 200_000
"""Values that the files of one template may come to."""


class Includes:
    """Puts files into one template; `read` returns what a place names, None for what is not in the tree."""

    def __init__(self, read: Callable[[str], Node | None]) -> None:
        self._read = read
        self._made = 0

    def included(self, node: Node) -> Node:
        """Return a node with what it includes; what cannot be read stays as it is."""
        if isinstance(node.value, list):
            return Node([self.included(item) for item in node.value], node.first, node.last, node.tag)
        if not isinstance(node.value, dict):
            return node
        below = {key: self.included(item) for key, item in node.value.items()}
        called = below.get(_TRANSFORM)
        if called is not None and called.text("Name") == "AWS::Include":
            found = self._file(called.get("Parameters", "Location"))
            if found is not None and len(below) == 1:
                return found
            if found is not None and isinstance(found.value, dict):
                del below[_TRANSFORM]
                below |= found.value
        type_ = below.get("Type")
        told = type_.value if type_ is not None and isinstance(type_.value, str) else ""
        properties = below.get("Properties")
        if told in _DESCRIBED and properties is not None and isinstance(properties.value, dict):
            named, held = _DESCRIBED[told]
            found = self._file(properties.get(named))
            if found is not None:
                fields = {key: item for key, item in properties.value.items() if key != named}
                below["Properties"] = Node({**fields, held: found}, properties.first, properties.last)
        return Node(below, node.first, node.last, node.tag)

    def _file(self, place: Node | None) -> Node | None:
        if place is None or not isinstance(place.value, str):
            return None
        found = self._read(place.value)
        return self._moved(found, place) if found is not None else None

    def _moved(self, node: Node, to: Node) -> Node | None:
        self._made += 1
        if self._made > _MOST:
            return None
        if isinstance(node.value, list):
            items = [self._moved(item, to) for item in node.value]
            told = [item for item in items if item is not None]
            return Node(list(told), to.first, to.last, node.tag) if len(told) == len(items) else None
        if isinstance(node.value, dict):
            below: dict[str, Node] = {}
            for key, item in node.value.items():
                found = self._moved(item, to)
                if found is None:
                    return None
                below[key] = found
            return Node(below, to.first, to.last, node.tag)
        return Node(node.value, to.first, to.last, node.tag)
