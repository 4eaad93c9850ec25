"""YAML and JSON as people wrote it: plain values that know their lines, from text that may be hostile.

Unlike `scanner.yamlnodes`, which reads our own configuration, this takes what others' files are made of:
several documents, tags, anchors, JSON with comments. What could blow up is bounded: size, nesting, and the
values that aliases stand for. A stream that breaks off keeps the documents before the break. Plain words
are those of YAML 1.1 (https://yaml.org/type/bool.html), as CloudFormation and kubectl have them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from scanner.snapshot import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_BYTES: Final = 8_000_000
"""A rendered chart with all its definitions is about 2 MB; a CloudFormation template at most 1 MB."""
MAX_DEPTH: Final = 100
MAX_VALUES: Final = 1_000_000
"""Values of one file once its aliases are written out."""
_FREE_VALUES: Final = 10_000
_VALUES_PER_BYTE: Final = 20
"""Aliases may make a file so many times larger; more is made to hurt, were it in a thousand small files."""
_MOST_REPEATED: Final = 20

Value: TypeAlias = "str | int | float | bool | list[Node] | dict[str, Node] | None"

_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]{0,18})")
_FLOAT: Final = re.compile(r"[-+]?[0-9]{1,20}(\.[0-9]{0,20})?([eE][-+]?[0-9]{1,3})?")
_WORDS: Final[dict[str, bool | None]] = {
    **{form: True for word in ("true", "yes", "on") for form in (word, word.title(), word.upper())},
    **{form: False for word in ("false", "no", "off") for form in (word, word.title(), word.upper())},
    **dict.fromkeys(("null", "Null", "NULL", "~", "")),
}
_TOKEN: Final = re.compile(
    r"""(?P<space>[ \t\r\n\ufeff]+|//[^\n]*|/\*.*?\*/)|(?P<text>"[^"\\]*+(?:\\.[^"\\]*+)*+")"""
    r"""|(?P<mark>[{}\[\]:,])|(?P<word>-?[0-9][0-9.eE+-]*|true|false|null)""",
    re.DOTALL,
)
_STRING_TAG: Final = "tag:yaml.org,2002:str"


@dataclass(slots=True, eq=False)
class Node:
    """A value with its first and last line, 1-based and both included; `tag` as in ``!Sub``, without it."""

    value: Value
    first: int
    last: int
    tag: str = ""

    def get(self, *keys: str) -> Node | None:
        """Return what is below these keys, None when there is nothing."""
        node: Node | None = self
        for key in keys:
            node = node.value.get(key) if node is not None and isinstance(node.value, dict) else None
        return node

    def text(self, *keys: str) -> str:
        """Return the text below these keys, empty when there is none."""
        node = self.get(*keys)
        return node.value if node is not None and isinstance(node.value, str) else ""

    def below(self) -> list[Node]:
        """Return what a collection holds; nothing for another value."""
        if isinstance(self.value, dict):
            return list(self.value.values())
        return self.value if isinstance(self.value, list) else []

    def plain(self) -> Any:  # noqa: ANN401 - as JSON would hold it
        """Return the value without lines and tags."""
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        return self.value

    def places(self, file: str, pointer: str = "") -> Iterator[Place]:
        """Yield where this and every collection and list item below it stands, for a document's `places`."""
        yield Place(pointer, file, (self.first, self.last))
        if isinstance(self.value, dict):
            for key, item in self.value.items():
                below = f"{pointer}/{escaped(key)}"
                if isinstance(item.value, dict | list):
                    yield from item.places(file, below)
                elif (item.first, item.last) != (self.first, self.last):
                    yield Place(below, file, (item.first, item.last))
        elif isinstance(self.value, list):
            for index, item in enumerate(self.value):
                yield from item.places(file, f"{pointer}/{index}")


@dataclass(frozen=True, slots=True)
class Break:
    """Where and why a text could not be read on."""

    line: int
    message: str


@dataclass(slots=True)
class Stream:
    """The documents of one file, and what ended the reading early.

    `repeated` are keys that stand twice in one mapping: the last one counts, as it does to most that read it.
    """

    documents: list[Node] = field(default_factory=list)
    broken: Break | None = None
    repeated: list[Break] = field(default_factory=list)


class _BrokenError(Exception):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.at = Break(line, message)


def escaped(key: str) -> str:
    """Return a key as a step of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def read_text(raw: bytes, *, is_json: bool = False, limit: int = MAX_BYTES) -> Stream:
    """Read a file's text of at most `limit` bytes; JSON when told so or when it begins with a brace."""
    stream = Stream()
    try:
        text = _decoded(raw, limit)
        if is_json or text.lstrip("\ufeff \t\r\n").startswith("{"):
            _read_json(text, _Builder(stream, len(raw)))
        else:
            _read_yaml(text, _Builder(stream, len(raw)))
    except _BrokenError as problem:
        stream.broken = problem.at
    return stream


def _decoded(raw: bytes, limit: int) -> str:
    if len(raw) > limit:
        raise _BrokenError(1, f"is {len(raw):,} bytes; the limit is {limit:,}")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise _BrokenError(raw.count(b"\n", 0, problem.start) + 1, "is not UTF-8 text") from None


@dataclass(slots=True)
class _Open:
    """A collection that is not closed yet. `values` and `depth` are those of what it holds so far."""

    node: Node
    anchor: str | None
    key: str | None = None
    values: int = 1
    depth: int = 1


class _Builder:
    """Nodes from parser events, without recursion."""

    def __init__(self, stream: Stream, size: int) -> None:
        self._stream = stream
        self._left = max(min(MAX_VALUES, _FREE_VALUES + _VALUES_PER_BYTE * size), size)
        self._open: list[_Open] = []
        self._anchors: dict[str, _Open] = {}

    def begin_document(self) -> None:
        self._anchors = {}

    def scalar(self, node: Node, anchor: str | None = None, written: str | None = None) -> None:
        """Add a value; `written` is how it stands there, for one that turns out to be a key."""
        if anchor:
            self._anchors[anchor] = _Open(node, anchor)
        self._put(node, 1, 1, written)

    def alias(self, name: str, line: int) -> None:
        target = self._anchors.get(name)
        if target is None:
            raise _BrokenError(line, f"the alias `*{name[:40]}` stands for nothing")
        self._put(target.node, target.values, target.depth)

    def begin(self, node: Node, anchor: str | None = None) -> None:
        if len(self._open) == MAX_DEPTH:
            raise _BrokenError(node.first, f"is nested more than {MAX_DEPTH} levels deep")
        self._open.append(_Open(node, anchor))

    def end(self, line: int | None, kind: type[list[Node]] | type[dict[str, Node]] | None = None) -> None:
        """Close the innermost collection; a line of None is that of its last value."""
        done = self._open.pop() if self._open else None
        if done is None or (kind is not None and not isinstance(done.node.value, kind)):
            raise _BrokenError(line or 1, "is not JSON: a bracket that closes nothing")
        node = done.node
        if line is not None:
            node.last = line
        else:  # an alias stands before the collection, and ends it nowhere
            held = node.below()
            node.last = max((item.last for item in held if item.first >= node.first), default=node.first)
        if isinstance(node.value, dict):
            _merge(node.value)
        if done.anchor:
            self._anchors[done.anchor] = done
        self._put(node, done.values, done.depth)

    def _put(self, node: Node, values: int, depth: int, written: str | None = None) -> None:
        if not self._open:
            self._left -= values
            self._stream.documents.append(node)
            return
        parent = self._open[-1]
        parent.values += values
        parent.depth = max(parent.depth, depth + 1)
        if parent.values > self._left or parent.depth > MAX_DEPTH:
            raise _BrokenError(node.first, "is too large or too deep once its aliases are written out")
        if isinstance(parent.node.value, list):
            parent.node.value.append(node)
        elif parent.key is None:
            if isinstance(node.value, list | dict):
                raise _BrokenError(node.first, "a key must be a word")
            parent.key = _key(node) if written is None else written
        elif isinstance(parent.node.value, dict):
            if parent.key in parent.node.value and len(self._stream.repeated) < _MOST_REPEATED:
                why = f"the key `{parent.key[:60]}` stands twice; the last one is read"
                self._stream.repeated.append(Break(node.first, why))
            parent.node.value[parent.key] = node
            parent.key = None


def _key(node: Node) -> str:
    value = node.value
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _merge(held: dict[str, Node]) -> None:
    """Apply ``<<``: keys of other mappings that this one does not have."""
    merged = held.pop("<<", None)
    sources = merged.value if merged is not None and isinstance(merged.value, list) else [merged]
    for source in sources:
        if source is not None and isinstance(source.value, dict):
            for key, item in source.value.items():
                held.setdefault(key, item)


def _read_yaml(text: str, builder: _Builder) -> None:
    import yaml  # noqa: PLC0415 - 30 ms that `--version` need not pay

    events = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    try:
        _build(events, builder)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        last = text.count("\n") + 1
        line = min(mark.line + 1, last) if mark else 1
        raise _BrokenError(line, f"is not YAML: {problem.problem or problem.context}") from None
    except yaml.YAMLError as problem:  # a reader error: a control character
        raise _BrokenError(1, f"is not YAML: {str(problem).splitlines()[0]}") from None


def _build(events: Iterable[Any], builder: _Builder) -> None:
    for event in events:
        line = event.start_mark.line + 1
        match type(event).__name__:
            case "DocumentStartEvent":
                builder.begin_document()
            case "ScalarEvent":
                builder.scalar(_scalar(event, line), event.anchor, event.value)
            case "AliasEvent":
                builder.alias(event.anchor, line)
            case "SequenceStartEvent":
                builder.begin(Node([], line, line, _tag(event.tag)), event.anchor)
            case "MappingStartEvent":
                builder.begin(Node({}, line, line, _tag(event.tag)), event.anchor)
            case "SequenceEndEvent" | "MappingEndEvent":
                # a block ends where the next thing begins; a flow collection at its bracket
                is_flow = event.end_mark.index > event.start_mark.index
                builder.end(event.end_mark.line + 1 if is_flow else None)


def _tag(tag: str | None) -> str:
    return (tag or "").removeprefix("!")


def _scalar(event: Any, line: int) -> Node:  # noqa: ANN401 - PyYAML has no types for its events
    tag = _tag(event.tag)
    end = event.end_mark
    last = end.line + 1
    if event.style in {"|", ">"}:  # the mark is behind blank lines, at the beginning of what follows
        last = end.line if end.column == 0 else last
    if event.style == "|":
        last = min(last, line + len(event.value.splitlines()))
    last = max(line, last)
    value: Value = event.value
    if not event.style and not tag:
        value = _typed(event.value)
    return Node(value, line, last, "" if tag == _STRING_TAG else tag)


def _typed(text: str) -> str | int | float | bool | None:
    """Return what a plain word means; dates stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) and not text.isdigit() else text


def _read_json(text: str, builder: _Builder) -> None:
    builder.begin_document()
    line, position, depth = 1, 0, 0
    kinds: dict[str, type[list[Node]] | type[dict[str, Node]]] = {"}": dict, "]": list}
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise _BrokenError(line, "is not JSON")
        position, found = token.end(), token[0]
        first, line = line, line + found.count("\n")
        match token.lastgroup:
            case "text":
                builder.scalar(Node(_string(found, first), first, line))
            case "word":
                builder.scalar(Node(_word(found, first), first, line))
            case "mark" if found in "{[":
                depth += 1
                builder.begin(Node({} if found == "{" else [], first, first))
            case "mark" if found in "}]":
                depth -= 1
                builder.end(first, kinds[found])
    if depth:
        raise _BrokenError(line, "is not JSON: it ends too early")


def _string(token: str, line: int) -> str:
    try:
        found: str = json.loads(token, strict=False)  # ARM templates break strings over lines
    except ValueError:
        raise _BrokenError(line, "is not JSON: a string with a wrong escape") from None
    return found


def _word(token: str, line: int) -> int | float | bool | None:
    try:
        found: int | float | bool | None = json.loads(token) if len(token) <= 40 else None
    except ValueError:
        raise _BrokenError(line, "is not JSON: a number that is none") from None
    return found
