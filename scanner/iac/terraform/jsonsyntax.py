"""Terraform's JSON syntax, as the same tree: ``*.tf.json``, which tools such as CDK for Terraform write.

Source: Terraform, "JSON Configuration Syntax"
(https://developer.hashicorp.com/terraform/language/syntax/json, read 2026-11). Texts are templates. Nested
blocks cannot be told from attributes without a provider's schema, so they stay attributes, which whoever
reads a body takes as blocks too. Lines are those of the file as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from scanner.iac.terraform import syntax
from scanner.iac.terraform.parser import Parser
from scanner.iac.terraform.syntax import Block, Source, SyntaxProblem
from scanner.iac.terraform.templates import parse_template

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
    try:
        read = msgspec.json.decode(text.encode())
    except (msgspec.MsgspecError, RecursionError) as error:
        raise SyntaxProblem(str(error), 1) from None
    if not isinstance(read, dict):
        raise SyntaxProblem("an object expected", 1)
    source = Source(path, text)
    blocks = [
        Block(source, 0, len(text), type_, labels, _attributes(source, body), ())
        for type_, content in read.items()
        for labels, body in _labelled(content, _LABELS.get(type_, -1), ())
    ]
    return Block(source, 0, len(text), "", (), {}, tuple(blocks))


def _labelled(
    content: Any,  # noqa: ANN401 - parsed JSON
    depth: int,
    labels: tuple[str, ...],
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    if isinstance(content, list):
        for each in content:
            yield from _labelled(each, depth, labels)
    elif depth > 0 and isinstance(content, dict):
        for name, inner in content.items():
            yield from _labelled(inner, depth - 1, (*labels, name))
    elif depth == 0 and isinstance(content, dict):
        yield labels, content


def _attributes(source: Source, body: dict[str, Any]) -> dict[str, Expression]:
    return {name: _expression(source, value) for name, value in body.items() if name != "//"}


def _expression(source: Source, value: Any) -> Expression:  # noqa: ANN401 - parsed JSON
    end = len(source.text)
    if isinstance(value, str):
        if "${" not in value and "%{" not in value:
            return syntax.Constant(source, 0, end, value)
        found = parse_template(Parser(Source(source.path, value)))
        if isinstance(found, syntax.Template):  # "${x}" alone is x
            return syntax.Template(source, 0, end, found.parts)
        return found
    if isinstance(value, list):
        return syntax.Tuple(source, 0, end, tuple(_expression(source, inner) for inner in value))
    if isinstance(value, dict):
        items = [
            (syntax.Constant(source, 0, end, name), _expression(source, inner))
            for name, inner in value.items()
        ]
        return syntax.Object(source, 0, end, tuple(items))
    return syntax.Constant(source, 0, end, value)
