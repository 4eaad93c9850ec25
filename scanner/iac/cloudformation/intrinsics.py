"""What a template's functions come to: values where they can be told, `Unresolved` where they cannot.

Source: AWS CloudFormation User Guide, "Intrinsic function reference", "Pseudo parameters reference"
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html, read
2026-11). Values keep the lines of the function that made them. A parameter is its default unless a value was
given; what only a deployed resource has, and what a stack exports that nobody knows, stays open.
"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any, Final

from scanner.iac.cloudformation.template import function_of
from scanner.iac.written import Node
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from scanner.iac.aws import Home
    from scanner.iac.cloudformation.template import Template

_VARIABLE: Final = re.compile(r"\$\{([^!{}][^{}]*)\}")
_KEPT: Final = re.compile(r"\$\{!([^{}]*)\}")
_LONGEST: Final = 200_000
"""Characters of a text that functions make; a longer one stays open."""
_MOST: Final = 1_000_000
"""Values that one stack may be made of; what comes after them stays open."""
_STORED: Final = "AWS::SSM::Parameter::Value<"
_NOTHING: Final = "AWS::NoValue"

Text = str | Unresolved


class Resolver:
    """Works out the values of one template.

    Args:
        template: Whose.
        home: Where its stack will live.
        stack: What the stack is called.
        given: Values of parameters, by name.
        reference: Answers ``Ref`` and ``Fn::GetAtt`` of a resource: (name, attribute or empty) to a text.
        exported: Answers ``Fn::ImportValue``, None for a name that nothing exports.
    """

    def __init__(  # noqa: PLR0917 - what a stack is made of
        self,
        template: Template,
        home: Home,
        stack: str,
        given: Mapping[str, Node],
        reference: Callable[[str, str], Text],
        exported: Callable[[str], Text | None] = lambda _: None,
    ) -> None:
        self._template = template
        self._home = home
        self._stack = stack
        self._given = given
        self._reference = reference
        self._exported = exported
        self._made = 0
        self._conditions: dict[str, bool | None] = {}

    def value(self, node: Node) -> Node:
        """Return a node without functions in it; members that come to nothing are left out."""
        return self._value(node) or Node(None, node.first, node.last)

    def text(self, node: Node) -> Text:
        """Return what a node comes to as a text."""
        return _text_of(self.value(node))

    def holds(self, name: str) -> bool | None:
        """Tell whether a condition holds; None when that cannot be told."""
        if name not in self._conditions:
            self._conditions[name] = None  # one that needs itself cannot be told
            node = self._template.conditions.get(name)
            self._conditions[name] = None if node is None else self._truth(node)
        return self._conditions[name]

    def _value(self, node: Node) -> Node | None:
        """Return the value, None for what is to be left out."""
        self._made += 1
        if self._made > _MOST:
            return _leaf(node, Unresolved("a template that makes too many values"))
        called = function_of(node)
        if called is not None:
            return self._called(node, *called)
        if isinstance(node.value, dict):
            below = {
                key: found for key, item in node.value.items() if (found := self._value(item)) is not None
            }
            return Node(below, node.first, node.last)
        if isinstance(node.value, list):
            items = [found for item in node.value if (found := self._value(item)) is not None]
            return Node(list(items), node.first, node.last)
        return node

    def _called(self, node: Node, name: str, argument: Node) -> Node | None:
        match name:
            case "Ref":
                return self._ref(node, str(argument.value))
            case "Fn::If":
                return self._if(node, argument)
            case "Fn::FindInMap":
                return self._mapped(node, argument)
            case "Fn::Select":
                return self._selected(node, argument)
            case "Fn::Split":
                return self._split(node, argument)
            case "Fn::GetAZs":
                letters = [f"{self._home.region}{letter}" for letter in "abc"]
                return Node([Node(z, node.first, node.last) for z in letters], node.first, node.last)
        return _leaf(node, self._text_called(node, name, argument))

    def _text_called(self, node: Node, name: str, argument: Node) -> Text:
        """Return what a function that makes a text comes to."""
        match name:
            case "Fn::GetAtt":
                parts = [self.text(item) for item in argument.below()]
                if len(parts) >= 2 and all(isinstance(part, str) for part in parts):
                    return self._reference(str(parts[0]), ".".join(map(str, parts[1:])))
                if isinstance(argument.value, str):
                    return self._reference(*_halves(argument.value))
            case "Fn::Sub":
                return self._substituted(argument)
            case "Fn::Join":
                return self._joined(argument)
            case "Fn::ImportValue":
                named = self.text(argument)
                exported = self._exported(named) if isinstance(named, str) else None
                return Unresolved(_shown(node)) if exported is None else exported
        made = _made_of(name, self.value(argument))
        return Unresolved(_shown(node)) if made is None else made

    def _ref(self, node: Node, name: str) -> Node | None:
        if name == _NOTHING:
            return None
        pseudo = self._pseudo(name)
        if pseudo is not None:
            return _leaf(node, pseudo)
        if name in self._given:
            return self._moved(self._given[name], node)
        parameter = self._template.parameters.get(name)
        if parameter is None:
            return _leaf(node, self._reference(name, ""))
        default = parameter.get("Default")
        kind = parameter.text("Type")
        if default is None or kind.startswith(_STORED):
            return _leaf(node, Unresolved(f"!Ref {name}"))
        if kind.startswith("List<") or kind == "CommaDelimitedList":
            parts = str(default.value).split(",") if default.value not in {None, ""} else []
            return Node([Node(part.strip(), node.first, node.last) for part in parts], node.first, node.last)
        return _leaf(node, _scalar(default))

    def _pseudo(self, name: str) -> Text | None:
        if not name.startswith("AWS::"):
            return None
        home = self._home
        known = {
            "AWS::AccountId": home.account,
            "AWS::Region": home.region,
            "AWS::Partition": home.partition,
            "AWS::URLSuffix": "amazonaws.com.cn" if home.partition == "aws-cn" else "amazonaws.com",
            "AWS::StackName": self._stack,
        }
        return known.get(name, Unresolved(f"!Ref {name}"))

    def _if(self, node: Node, argument: Node) -> Node | None:
        parts = argument.below()
        if len(parts) != 3:
            return _leaf(node, Unresolved(_shown(node)))
        held = self.holds(str(parts[0].value))
        if held is not None:
            return self._value(parts[1] if held else parts[2])
        one, other = self._value(parts[1]), self._value(parts[2])
        if one is not None and other is not None and one.plain() == other.plain():
            return one
        return _leaf(node, Unresolved(_shown(node)))

    def _mapped(self, node: Node, argument: Node) -> Node | None:
        keys = [self.text(item) for item in argument.below()[:3]]
        found: Node | None = None
        if len(keys) == 3 and all(isinstance(key, str) for key in keys):
            table = self._template.mappings.get(str(keys[0]))
            found = table.get(str(keys[1]), str(keys[2])) if table is not None else None
        if found is None:
            default = argument.below()[3].get("DefaultValue") if len(argument.below()) > 3 else None
            return self._value(default) if default is not None else _leaf(node, Unresolved(_shown(node)))
        return self._moved(found, node)

    def _selected(self, node: Node, argument: Node) -> Node | None:
        parts = argument.below()
        if len(parts) == 2:
            index, items = self.text(parts[0]), self.value(parts[1])
            listed = items.value if isinstance(items.value, list) else []
            if isinstance(index, str) and index.isdecimal() and int(index[:6]) < len(listed):
                return listed[int(index[:6])]
        return _leaf(node, Unresolved(_shown(node)))

    def _split(self, node: Node, argument: Node) -> Node:
        parts = argument.below()
        if len(parts) == 2:
            mark, text = self.text(parts[0]), self.text(parts[1])
            if isinstance(mark, str) and isinstance(text, str) and mark:
                pieces = [Node(piece, node.first, node.last) for piece in text.split(mark)]
                return Node(list(pieces), node.first, node.last)
        return _leaf(node, Unresolved(_shown(node)))

    def _substituted(self, argument: Node) -> Text:
        parts = argument.below()
        text = parts[0].value if parts else argument.value
        if not isinstance(text, str):
            return Unresolved(_shown(argument))
        named = parts[1].value if len(parts) > 1 and isinstance(parts[1].value, dict) else {}
        values = {key: self.text(item) for key, item in named.items()}
        pieces: list[Text] = []
        end = 0
        for found in _VARIABLE.finditer(text):
            pieces += [
                _KEPT.sub(r"${\1}", text[end : found.start()]),
                self._variable(found[1].strip(), values),
            ]
            end = found.end()
        pieces.append(_KEPT.sub(r"${\1}", text[end:]))
        return _together(pieces, "", text)

    def _variable(self, name: str, values: dict[str, Text]) -> Text:
        if name in values:
            return values[name]
        if "." in name and name.partition(".")[0] in self._template.resources:
            return self._reference(*_halves(name))
        found = self._ref(Node(name, 0, 0), name)
        return Unresolved(f"${{{name}}}") if found is None else _text_of(found)

    def _joined(self, argument: Node) -> Text:
        parts = argument.below()
        if len(parts) != 2:
            return Unresolved(_shown(argument))
        mark, items = parts[0].value, self.value(parts[1])
        if not isinstance(mark, str) or not isinstance(items.value, list):
            return Unresolved(_shown(argument))
        return _together([_text_of(item) for item in items.value], mark, _shown(argument))

    def _moved(self, node: Node, to: Node) -> Node:
        """Return a value with the lines of the place that it is put into."""
        self._made += 1
        if self._made > _MOST:
            return _leaf(to, Unresolved("a template that makes too many values"))
        if isinstance(node.value, list):
            return Node([self._moved(item, to) for item in node.value], to.first, to.last)
        if isinstance(node.value, dict):
            below = {key: self._moved(item, to) for key, item in node.value.items()}
            return Node(below, to.first, to.last)
        return Node(node.value, to.first, to.last)

    def _truth(self, node: Node) -> bool | None:
        """Return whether a condition's expression holds, by three-valued logic."""
        called = function_of(node)
        if called is None:
            return None
        name, argument = called
        match name:
            case "Condition":
                return self.holds(str(argument.value))
            case "Fn::Not":
                told = [self._truth(item) for item in argument.below()]
                return None if len(told) != 1 or told[0] is None else not told[0]
            case "Fn::And" | "Fn::Or":
                told = [self._truth(item) for item in argument.below()]
                decides = name == "Fn::Or"
                return decides if decides in told else None if None in told else not decides
            case "Fn::Equals" if len(argument.below()) == 2:
                one, other = (self.text(item) for item in argument.below())
                return one == other if isinstance(one, str) and isinstance(other, str) else None
        return None


def _leaf(node: Node, text: Text) -> Node:
    """Return a text as a node with another's lines."""
    if isinstance(text, str):
        return Node(text, node.first, node.last)
    body = {key: Node(value, node.first, node.last) for key, value in text.body.items()}
    return Node(dict(body), node.first, node.last)


def _made_of(name: str, argument: Node) -> str | None:
    """Return the text that a function makes of a value alone, None where that cannot be told."""
    value = argument.value
    match name:
        case "Fn::Base64" if not isinstance(value, dict | list):
            return base64.b64encode(_scalar(argument).encode()).decode()
        case "Fn::Length" if isinstance(value, list):
            return str(len(value))
        case "Fn::ToJsonString" if not _has_open(argument.plain()):
            return json.dumps(argument.plain(), default=str)
    return None


def _has_open(value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Tell whether anything in a value cannot be told."""
    if isinstance(value, dict):
        return Unresolved.read(value) is not None or any(map(_has_open, value.values()))
    return isinstance(value, list) and any(map(_has_open, value))


def _text_of(node: Node) -> Text:
    if isinstance(node.value, dict | list):
        return Unresolved.read(node.plain()) or Unresolved("a list or an object")
    return _scalar(node)


def _scalar(node: Node) -> str:
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return "" if node.value is None else str(node.value)


def _together(parts: Iterable[Text], mark: str, shown: str) -> Text:
    """Return texts as one; open ones make it open, with a glob of what it can be."""
    told = list(parts)
    if sum(len(part) for part in told if isinstance(part, str)) > _LONGEST:
        return Unresolved(shown[:200])
    if all(isinstance(part, str) for part in told):
        return mark.join(map(str, told))
    return Unresolved(shown[:500], mark.join(part if isinstance(part, str) else part.like for part in told))


def _halves(name: str) -> tuple[str, str]:
    logical, _, attribute = name.partition(".")
    return logical, attribute


def _shown(node: Node) -> str:
    """Return a function as a person would write it, shortened."""
    return json.dumps(node.plain(), default=str)[:300]
