"""One template: its parameters, mappings, conditions and resources, each with its lines.

Source: AWS CloudFormation User Guide, "Template sections"
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html, read 2026-11). Short
forms of functions are tags in YAML; they become the long form here, so that nothing after it knows both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scanner.iac.cloudformation.loops import LOOP
from scanner.iac.written import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

FUNCTIONS: Final = frozenset(
    f"Fn::{name}"
    for name in (
        *(
            "And",
            "Base64",
            "Cidr",
            "Equals",
            "FindInMap",
            "GetAZs",
            "GetAtt",
            "If",
            "ImportValue",
            "Join",
            "Length",
        ),
        *("Not", "Or", "Select", "Split", "Sub", "ToJsonString", "Transform"),
    )
)
_SHORT: Final = {name.removeprefix("Fn::"): name for name in FUNCTIONS} | {
    "Ref": "Ref",
    "Condition": "Condition",
}
_SERVERLESS: Final = "AWS::Serverless::"
_TRANSFORM: Final = "Fn::Transform"


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource as written. `condition` is the name of the one it is made under, or empty."""

    name: str
    type: str
    properties: Node
    condition: str
    node: Node


class Template:
    """The parts of one template; `file` is as reports show it."""

    def __init__(self, root: Node, file: str) -> None:
        self.root = lengthened(root)
        self.file = file
        self.parameters = _held(self.root.get("Parameters"))
        self.mappings = _held(self.root.get("Mappings"))
        self.conditions = _held(self.root.get("Conditions"))
        self.outputs = _held(self.root.get("Outputs"))
        shared = _held(self.root.get("Globals"))
        self.resources = {r.name: r for r in _resources(self.root.get("Resources"), shared)}

    @property
    def repeats(self) -> bool:
        """Whether anything in it is a loop."""
        return any(key.startswith(LOOP) for key, _ in _keys(self.root))

    @property
    def transforms(self) -> Iterator[tuple[str, int]]:
        """Yield (name, line) of the macros that the template as a whole goes through."""
        node = self.root.get("Transform")
        for item in (node.below() or [node]) if node is not None else ():
            name = item.text("Name") or (item.value if isinstance(item.value, str) else "")
            yield name, item.first

    @property
    def included(self) -> Iterator[int]:
        """Yield the lines where a macro adds to an object that has other members too."""
        for key, (node, held) in _keys(self.root):
            if key == _TRANSFORM and len(node.below()) > 1:
                yield held.first


def is_template(root: Node) -> bool:
    """Tell whether a document is a template: it has resources of types that CloudFormation makes."""
    resources = root.get("Resources")
    types = (node.text("Type") for node in resources.below()) if resources is not None else ()
    looks = any(found.startswith(("AWS::", "Custom::", "Alexa::")) for found in types)
    looks = looks or any(key.startswith(LOOP) for key in _held(resources))
    return looks or (root.text("AWSTemplateFormatVersion") != "" and resources is not None)


def lengthened(node: Node) -> Node:
    """Return a node with the short forms of functions in it written out."""
    if isinstance(node.value, list):
        node = Node([lengthened(item) for item in node.value], node.first, node.last, node.tag)
    elif isinstance(node.value, dict):
        below = {key: lengthened(item) for key, item in node.value.items()}
        node = Node(below, node.first, node.last, node.tag)
    name = _SHORT.get(node.tag)
    if name is None:
        return node
    value: Node = Node(node.value, node.first, node.last)
    if name == "Fn::GetAtt" and isinstance(value.value, str):
        logical, _, attribute = value.value.partition(".")
        parts = [Node(logical, node.first, node.last), Node(attribute, node.first, node.last)]
        value = Node(list(parts), node.first, node.last)
    return Node({name: value}, node.first, node.last)


def function_of(node: Node) -> tuple[str, Node] | None:
    """Return the name and argument of the function that a node is, None for an ordinary value."""
    if not isinstance(node.value, dict) or len(node.value) != 1:
        return None
    name, argument = next(iter(node.value.items()))
    if name in FUNCTIONS or name == "Ref" or (name == "Condition" and isinstance(argument.value, str)):
        return name, argument
    return None


def _held(node: Node | None) -> dict[str, Node]:
    return node.value if node is not None and isinstance(node.value, dict) else {}


def _keys(root: Node) -> Iterator[tuple[str, tuple[Node, Node]]]:
    """Yield (key, (the object that has it, its value)) of every object below a node."""
    pending = [root]
    while pending:
        node = pending.pop()
        pending += node.below()
        for key, item in _held(node).items():
            yield key, (node, item)


def _resources(node: Node | None, shared: dict[str, Node]) -> Iterator[Resource]:
    for name, held in _held(node).items():
        if name.startswith(LOOP) or not held.text("Type"):
            continue
        type_ = held.text("Type")
        properties = held.get("Properties") or Node({}, held.first, held.last)
        common = shared.get(type_.removeprefix(_SERVERLESS)) if type_.startswith(_SERVERLESS) else None
        if common is not None:
            properties = merged(common, properties)
        yield Resource(name, type_, properties, held.text("Condition"), held)


def merged(common: Node, own: Node) -> Node:
    """Return properties over those that SAM's ``Globals`` give all resources of a type.

    Source: AWS SAM Developer Guide, "Globals section of the AWS SAM template", Overridable properties
    (https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html,
    read 2026-11): texts are replaced, objects merged, lists put behind those of the section.
    """
    if isinstance(common.value, list) and isinstance(own.value, list):
        return Node([*common.value, *own.value], own.first, own.last)
    if not isinstance(common.value, dict) or not isinstance(own.value, dict):
        return own
    if function_of(common) is not None or function_of(own) is not None:
        return own
    below = dict(common.value)
    for key, item in own.value.items():
        below[key] = merged(below[key], item) if key in below else item
    return Node(below, own.first, own.last)
