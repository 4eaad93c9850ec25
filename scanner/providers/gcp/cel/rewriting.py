"""Trees made of other trees: attributes replaced, and what a tree says of tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.gcp.cel.syntax import (
    Binary,
    Call,
    Choice,
    Comprehension,
    Index,
    Joined,
    Literal,
    Mapping,
    Name,
    Node,
    Select,
    Sequence,
    Unary,
    children,
    path_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as MappingType


def substitute(node: Node, trees: MappingType[str, Node]) -> Node:
    """Return a tree with attributes replaced: ``attribute.team`` by the mapping that makes it.

    Args:
        node: The tree.
        trees: What stands for an attribute, by dotted path. ``has(attribute)`` keeps its own meaning and
            is replaced only where the path's tree can be tested.
    """
    path = path_of(node)
    if path is not None and path in trees:
        found = trees[path]
        if not (isinstance(node, Select) and node.tested):
            return found
        if isinstance(found, Select):
            return Select(found.operand, found.field, tested=True)
        return node
    return _rebuilt(node, trees)


def _rebuilt(node: Node, trees: MappingType[str, Node]) -> Node:
    def new(part: Node) -> Node:
        return substitute(part, trees)

    match node:
        case Select(operand=operand, field=field, tested=tested):
            return Select(new(operand), field, tested)
        case Index(operand=operand, key=key):
            return Index(new(operand), new(key))
        case Call(function=function, receiver=receiver, args=args):
            return Call(function, None if receiver is None else new(receiver), tuple(map(new, args)))
        case Unary(op=op, operand=operand):
            return Unary(op, new(operand))
        case Binary(op=op, left=left, right=right):
            return Binary(op, new(left), new(right))
        case Joined(op=op, operands=operands):
            return Joined(op, tuple(map(new, operands)))
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return Choice(new(condition), new(then), new(otherwise))
    return _collection(node, trees)


def _collection(node: Node, trees: MappingType[str, Node]) -> Node:
    match node:
        case Sequence(items=items):
            return Sequence(tuple(substitute(item, trees) for item in items))
        case Mapping(entries=entries):
            return Mapping(tuple((substitute(k, trees), substitute(v, trees)) for k, v in entries))
        case Comprehension(macro=macro, range=over, variable=variable, bodies=bodies):
            hidden = {path: tree for path, tree in trees.items() if path.partition(".")[0] != variable}
            inner = tuple(substitute(body, hidden) for body in bodies)
            return Comprehension(macro, substitute(over, trees), variable, inner)
    return node


def tag_paths(node: Node) -> Iterator[str]:
    """Yield how free tags, and attributes that are asked for by name, are called in a tree."""
    match node:
        case Call(function="matchTag" | "matchTagId" | "hasTagKey" | "hasTagKeyId", args=(key, *_)):
            yield "resource.tags"
            if isinstance(key, Literal) and isinstance(key.value, str):
                yield f"resource.tag({key.value})"
        case Call(function="getAttribute", receiver=Name(name="api"), args=(Literal(value=str(name)), *_)):
            yield name
    for child in children(node):
        yield from tag_paths(child)
