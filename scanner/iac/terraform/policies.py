"""Policies as code has them: JSON texts, ``jsonencode``, and ``aws_iam_policy_document``.

A policy becomes a `Piece` whose statements have lines of their own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from scanner.iac.aws import Piece
from scanner.iac.terraform.values import Encoded, Lines, Open, Written, plain
from scanner.snapshot import Place, Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.iac.terraform.bodies import Body
    from scanner.iac.terraform.values import Value

    Shown = Callable[[str, tuple[int, int]], Place | None]
    """Gives the place of lines of a file of the tree; None when they are no part of the code."""

_OPENING, _CLOSING = "\ue000", "\ue001"  # private use: around the number of an open part in a text
_MARKED: Final = re.compile(f"{_OPENING}([0-9]+){_CLOSING}")


def policy_piece(value: Value, place: Place, shown: Shown) -> Piece | None:
    """Return a policy as an object with its lines; None when there is none.

    What cannot be told is unresolved: single values where possible, else the policy as a whole. A text that
    is no JSON stays a text.
    """
    if value is None:
        return None
    whole = (place,)
    if isinstance(value, Encoded):
        value = value.value
    if isinstance(value, dict | list):
        return Piece(plain(value), (*whole, *_written(value, shown)))
    if isinstance(value, Open):
        if not value.parts:
            return Piece(value.body, whole)
        return _of_parts(value, whole, shown)
    text = str(value)
    decoded = _decoded(text)
    if decoded is None:
        return Piece(text, whole)
    return Piece(decoded, (*whole, *_of_lines(text, value, shown)))


def _decoded(text: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return msgspec.json.decode(text.encode())
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def _written(policy: Value, shown: Shown) -> Iterator[Place]:
    """Yield the places of statements that an expression of the language writes out."""
    statements = policy.get("Statement") if isinstance(policy, dict) else None
    if isinstance(statements, list):
        for index, statement in enumerate(statements):
            yield from _of_node(statement, f"/Statement/{index}", shown)
    else:
        yield from _of_node(statements, "/Statement", shown)


def _of_node(statement: Value, pointer: str, shown: Shown) -> Iterator[Place]:
    if isinstance(statement, Placed):
        yield Place(pointer, statement.place.file, statement.place.lines)
    if isinstance(statement, Written):
        found = shown(statement.node.source.path, statement.node.lines)
        if found is not None:
            yield Place(pointer, found.file, found.lines)


def _of_parts(value: Open, whole: tuple[Place, ...], shown: Shown) -> Piece:
    """Read a JSON text with open parts: each stays open in the text that it is part of."""
    if any(isinstance(part, str) and _OPENING in part for part in value.parts):
        return Piece(value.body, whole)
    marked = "".join(
        part if isinstance(part, str) else f"{_OPENING}{index}{_CLOSING}"
        for index, part in enumerate(value.parts)
    )
    decoded = _decoded(marked)
    if decoded is None:  # an open part outside of quotes
        quoted = re.sub(f'(?<!["\\w:/*.-]){_MARKED.pattern}(?!["\\w:/*.-])', r'"\g<0>"', marked)
        decoded = _decoded(quoted)
    if not isinstance(decoded, dict):
        return Piece(value.body, whole)
    lines = [] if value.lines is None else list(_of_lines(marked, Lines.of(marked, *value.lines), shown))
    return Piece(_unmarked(decoded, value.parts), (*whole, *lines))


def _unmarked(value: Any, parts: tuple[str | Open, ...]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        return _unmarked_text(value, parts)
    if isinstance(value, list):
        return [_unmarked(inner, parts) for inner in value]
    if isinstance(value, dict):
        return {str(_name(key, parts)): _unmarked(inner, parts) for key, inner in value.items()}
    return value


def _name(key: str, parts: tuple[str | Open, ...]) -> str:
    def named(found: re.Match[str]) -> str:
        part = parts[int(found[1])]
        return part.expression if isinstance(part, Open) else part

    return _MARKED.sub(named, key)


def _unmarked_text(text: str, parts: tuple[str | Open, ...]) -> Any:  # noqa: ANN401 - JSON
    if _OPENING not in text:
        return text
    pieces = _MARKED.split(text)
    expression, like = "", ""
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            expression += piece
            like += piece
            continue
        part = parts[int(piece)]
        if isinstance(part, Open):
            expression += (
                part.expression if text == f"{_OPENING}{piece}{_CLOSING}" else f"${{{part.expression}}}"
            )
            like += part.like
    return Unresolved(expression, like).body


_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]', re.DOTALL)


def _of_lines(text: str, value: Value, shown: Shown) -> Iterator[Place]:
    """Yield the places of statements in a JSON text whose lines are those of a file."""
    if not isinstance(value, Lines):
        return
    for pointer, first, last in _statements(text):
        lines = (value.first + text.count("\n", 0, first), value.first + text.count("\n", 0, last))
        found = shown(value.path, lines)
        if found is not None:
            yield Place(pointer, found.file, found.lines)


def _statements(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (pointer, first, last offset) of each statement of a policy in JSON."""
    depth = index = 0
    within = False
    key, start, base = "", 0, 0
    for token in _TOKEN.finditer(text):
        char = token[0]
        if char in "{[":
            if within and char == "{" and depth == base:
                start = token.start()
            depth += 1
            if depth == 2 and key == '"Statement"' and not within:
                within, base, start = True, 2 if char == "[" else 1, token.start()
        elif char in "}]":
            depth -= 1
            if within and char == "}" and depth == base:
                yield ("/Statement" if base == 1 else f"/Statement/{index}"), start, token.start()
                index += 1
            if within and depth < 2 and char in "]}":
                within, key = False, ""
        elif char.startswith('"') and depth == 1:
            following = text[token.end() :].lstrip()[:1] if token.end() < len(text) else ""
            if following == ":":
                key = char


def document_of(body: Body, source: Callable[[Value], Any]) -> Encoded:
    """Return what an ``aws_iam_policy_document`` comes to, as a JSON text.

    Source: AWS provider, "Data Source: aws_iam_policy_document"
    (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document, read
    2026-11): sources come first, a statement of the document replaces the source's of its sid, and overrides
    replace both.

    Args:
        body: The data source's.
        source: Reads a policy text into an object, see `parsed`.
    """
    statements: list[Value] = []
    for name in ("source_json", "source_policy_documents"):
        for text in _listed(body.get(name)):
            _put(statements, _statements_of(source(text)), replaces=False)
    _put(statements, [_statement(inner) for inner in body.blocks("statement")], replaces=True)
    for name in ("override_policy_documents", "override_json"):
        for text in _listed(body.get(name)):
            _put(statements, _statements_of(source(text)), replaces=True)
    policy: dict[str, Value] = {"Version": body.get("version") or "2012-10-17", "Statement": statements}
    if body.get("policy_id") is not None:
        policy["Id"] = body.get("policy_id")
    return Encoded(policy)


def parsed(value: Value) -> Value:
    """Return a policy text as an object, open when it cannot be told."""
    if isinstance(value, Encoded):
        return value.value
    if isinstance(value, str):
        return _decoded(value)
    if isinstance(value, Open) and value.parts:
        piece = _of_parts(value, (), lambda *_: None)
        return piece.body if "Statement" in piece.body else value
    return value


def _listed(value: Value) -> list[Value]:
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def _statements_of(policy: Value) -> list[Value]:
    if isinstance(policy, Open):
        return [policy]
    statements = policy.get("Statement", []) if isinstance(policy, dict) else []
    return statements if isinstance(statements, list) else [statements]


def _put(statements: list[Value], more: list[Value], *, replaces: bool) -> None:
    for statement in more:
        sid = statement.get("Sid") if isinstance(statement, dict) else None
        same = [
            index
            for index, known in enumerate(statements)
            if replaces
            and isinstance(sid, str)
            and sid
            and isinstance(known, dict)
            and known.get("Sid") == sid
        ]
        if same:
            statements[same[0]] = statement
        else:
            statements.append(statement)


_FIELDS: Final = (
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
)


def _statement(body: Body) -> Value:
    statement: dict[str, Value] = {}
    if body.get("sid"):
        statement["Sid"] = body.get("sid")
    effect = body.get("effect")
    statement["Effect"] = "Allow" if effect is None else effect
    for name, field in _FIELDS:
        value = body.get(name)
        if value is not None and value != []:
            statement[field] = _with_variables(value)
    for name, field in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        blocks = body.blocks(name)
        if blocks:
            statement[field] = _principals(blocks)
    conditions = body.blocks("condition")
    if conditions:
        statement["Condition"] = _conditions(conditions)
    if body.is_open:
        statement["Condition"] = Open("whether the dynamic block makes this statement")
    return Placed(statement, body.place)


class Placed(dict[str, Any]):
    """A statement that a block makes, and where the block stands."""

    def __init__(self, items: dict[str, Any], place: Place) -> None:
        super().__init__(items)
        self.place = place


def _principals(blocks: list[Body]) -> Value:
    found: dict[str, list[Value]] = {}
    for block in blocks:
        kind, names = block.get("type"), block.get("identifiers")
        if block.is_open or isinstance(kind, Open) or not isinstance(kind, str):
            return Open(kind.expression if isinstance(kind, Open) else "the principals of a dynamic block")
        if kind == "*":
            return "*"
        if isinstance(names, Open):
            names = [names]
        found.setdefault(kind, []).extend(_with_variables(names or []))
    return found


def _conditions(blocks: list[Body]) -> Value:
    found: dict[str, dict[str, list[Value]]] = {}
    for block in blocks:
        test, key = block.get("test"), block.get("variable")
        if block.is_open:
            return Open("the conditions of a dynamic block")
        if not isinstance(test, str) or not isinstance(key, str):
            return next((v for v in (test, key) if isinstance(v, Open)), Open("a condition without a test"))
        values = block.get("values")
        listed = values if isinstance(values, list) else [values]
        found.setdefault(test, {}).setdefault(key, []).extend(_with_variables(listed))
    return found


def _with_variables(value: Value) -> Value:
    """Turn ``&{aws:username}`` into IAM's ``${aws:username}``, and one value into a list."""
    if isinstance(value, list):
        return [_variable(inner) for inner in value]
    return value if isinstance(value, Open) else [_variable(value)]


def _variable(value: Value) -> Value:
    if isinstance(value, str):
        return value.replace("&{", "${")
    if isinstance(value, Open):
        parts = tuple(p.replace("&{", "${") if isinstance(p, str) else p for p in value.parts)
        return Open(value.expression, parts, value.is_error, value.lines)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
