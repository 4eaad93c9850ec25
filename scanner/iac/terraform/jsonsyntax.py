"""Terraform's JSON syntax, as the same tree: ``*.tf.json``, which tools such as CDK for Terraform write.

Source: Terraform, "JSON Configuration Syntax"
(https://developer.hashicorp.com/terraform/language/syntax/json, read 2026-11). Texts are templates. Nested
blocks cannot be told from attributes without a provider's schema, so they stay attributes, which whoever
reads a body takes as blocks too; those with a ``dynamic`` in them are blocks for sure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.terraform import syntax
from scanner.iac.terraform.parser import Parser
from scanner.iac.terraform.syntax import Block, Source, SyntaxProblem
from scanner.iac.terraform.templates import parse_template
from scanner.iac.written import Node, read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.iac.terraform.syntax import Expression

_LABELS: Final = {
    "resource": 2,
    "data": 2,
    "module": 1,
    "variable": 1,
    "output": 1,
    "provider": 1,
    "locals": 0,
}


def parse_json(path: str, text: str) -> Block:
    """Return a file's content as a block without a type.

    Raises:
        SyntaxProblem: when it is no JSON object.
    """
    read = read_text(text.encode("utf-8", "replace"), is_json=True)
    if read.broken is not None:
        raise SyntaxProblem(read.broken.message, read.broken.line)
    whole = read.documents[0].value if len(read.documents) == 1 else None
    if not isinstance(whole, dict):
        raise SyntaxProblem("an object expected", 1)
    source = Source(path, text)
    blocks = [
        _block(source, type_, labels, body)
        for type_, content in whole.items()
        for labels, body in _labelled(content, _LABELS.get(type_, -1), ())
    ]
    return Block(source, 0, len(text), "", (), {}, tuple(blocks))


def _labelled(content: Node, depth: int, labels: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Node]]:
    if isinstance(content.value, list):
        for each in content.value:
            yield from _labelled(each, depth, labels)
    elif depth > 0 and isinstance(content.value, dict):
        for name, inner in content.value.items():
            yield from _labelled(inner, depth - 1, (*labels, name))
    elif depth == 0 and isinstance(content.value, dict):
        yield labels, content


def _block(source: Source, type_: str, labels: tuple[str, ...], body: Node) -> Block:
    attributes: dict[str, Expression] = {}
    blocks: list[Block] = []
    for name, inner in body.value.items() if isinstance(body.value, dict) else ():
        if name == "//":
            continue
        if name == "dynamic" and type_ != "locals":
            blocks += [_block(source, "dynamic", found, each) for found, each in _labelled(inner, 1, ())]
        elif (type_ == "dynamic" and name == "content") or _is_repeated(inner):
            blocks += [_block(source, name, (), each) for _, each in _labelled(inner, 0, ())]
        elif type_ == "variable" and name == "type" and isinstance(inner.value, str):
            attributes[name] = Parser(Source(source.path, inner.value, inner.first)).expression()
        else:
            attributes[name] = _expression(source, inner)
    return Block(source, *source.offsets(body.first, body.last), type_, labels, attributes, tuple(blocks))


def _is_repeated(node: Node) -> bool:
    """Tell whether a value is blocks with a ``dynamic`` block somewhere in them."""
    if isinstance(node.value, dict) and "dynamic" in node.value:
        content = [each for _, each in _labelled(node.value["dynamic"], 1, ())]
        return bool(content) and all(isinstance(c.value, dict) and "for_each" in c.value for c in content)
    return any(map(_is_repeated, node.below()))


def _expression(source: Source, node: Node) -> Expression:
    start, end = source.offsets(node.first, node.last)
    value = node.value
    if isinstance(value, str):
        if "${" not in value and "%{" not in value:
            return syntax.Constant(source, start, end, value)
        found = parse_template(Parser(Source(source.path, value, node.first)))
        if isinstance(found, syntax.Template):  # "${x}" alone is x
            return syntax.Template(found.source, found.start, found.end, found.parts)
        return found
    if isinstance(value, list):
        return syntax.Tuple(source, start, end, tuple(_expression(source, inner) for inner in value))
    if isinstance(value, dict):
        items = []
        for name, inner in value.items():
            key = Node(name, inner.first, inner.first)
            items.append((_expression(source, key), _expression(source, inner)))
        return syntax.Object(source, start, end, tuple(items))
    return syntax.Constant(source, start, end, value)
