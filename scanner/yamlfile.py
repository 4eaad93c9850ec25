"""What a user's YAML file says, as a typed struct, or every reason why it cannot be used.

The types are msgspec structs, read strictly: unknown keys, words outside a vocabulary and numbers where
text is due are errors with file, line and the nearest valid word. A text type whose `msgspec.Meta` has
``words`` in its `extra` takes those words and globs over them. What a value *means* is its caller's to
check, with `Decoded.line` and `Problems`.
"""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeAlias, TypeVar

import msgspec
from msgspec import inspect as shapes

from scanner.errors import ConfigError, LocatedError, did_you_mean
from scanner.wildcards import matches
from scanner.yamlnodes import MAX_BYTES, Mapping, Node, Problems, Scalar, Sequence, parse

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILLED: Final = frozenset({"line", "path"})
"""Struct fields that the reader fills with where the value stands; a file cannot set them."""

T = TypeVar("T")
Place: TypeAlias = tuple[str | int, ...]
"""Keys and 0-based indexes from the top of the file."""

# Plain words that YAML 1.1 takes for something else than text, as editors and other readers would see them
# (https://yaml.org/type/: bool, int, float, null, timestamp; read 2026-11).
_NOT_TEXT: Final = {
    "a number": re.compile(
        r"[-+]?(0[xob])?[0-9][0-9_]*(:[0-5]?[0-9])*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|[-+]?\.[0-9]+"
    ),
    "a truth value": re.compile(r"(?i:yes|no|on|off|true|false|y|n)"),
    "nothing": re.compile(r"(?i:null|~|)"),
    "a date": re.compile(r"\d{4}-\d\d?-\d\d?"),
}
_LISTS: Final = (shapes.VarTupleType, shapes.ListType)
_NO_SCALARS: Final = (*_LISTS, shapes.StructType, shapes.DictType, shapes.NoneType)
_DUE: Final = (
    (_LISTS, "a list"),
    ((shapes.StructType, shapes.DictType), "a mapping of keys to values"),
    (shapes.IntType, "a whole number"),
    (shapes.BoolType, "true or false"),
    (shapes.DateType, "a date as YYYY-MM-DD"),
)
_FEW: Final = 24
_ISO_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class Decoded(Generic[T]):
    """A file's value and where each part of it stands."""

    value: T
    lines: dict[Place, int]

    def line(self, *place: str | int) -> int:
        """The 1-based line of a place, or of the nearest place above it that the file has."""
        return _line(self.lines, place)


def decode_file(
    path: Path, kind: type[T], *, error: type[LocatedError] = ConfigError, name: str | None = None
) -> Decoded[T]:
    """Read `path` as a `kind`, a msgspec struct; messages call the file `name`, or its path.

    Raises:
        LocatedError: of class `error`, naming every problem with its line.
    """
    shown = name or str(path)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise error(f"is {size:,} bytes; the limit is {MAX_BYTES:,}", file=shown)
        raw = path.read_bytes()
    except OSError as problem:
        raise error(f"cannot be read: {(problem.strerror or str(problem)).lower()}", file=shown) from None
    return decode(raw, kind, error=error, name=shown)


def decode(
    raw: bytes, kind: type[T], *, error: type[LocatedError] = ConfigError, name: str = "file"
) -> Decoded[T]:
    """Read YAML text as a `kind`; an empty text reads as an empty mapping. Raises as `decode_file`."""
    problems = Problems(name, error)
    reader = _Reader(problems)
    node = parse(raw, problems)
    plain = None if node is None else reader.read(node, shapes.type_info(kind), ())
    problems.settle()
    try:
        return Decoded(msgspec.convert(plain, type=kind), reader.lines)
    except msgspec.ValidationError as problem:  # bounds and patterns in Meta
        message, place = _placed(str(problem))
        raise error(message, file=name, line=_line(reader.lines, place)) from None


def json_schema(kind: type[msgspec.Struct], title: str) -> dict[str, Any]:
    """Return the JSON Schema of `kind` for editors, without the fields that the reader fills."""
    schema = msgspec.json.schema(kind)
    for part in schema.get("$defs", {}).values():
        for name in FILLED & set(part.get("properties", {})):
            del part["properties"][name]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **schema}


class _Reader:
    """Walks nodes beside the types they should have; notes problems, remembers lines."""

    def __init__(self, problems: Problems) -> None:
        self.lines: dict[Place, int] = {}
        self._problems = problems

    def read(self, node: Node, shape: shapes.Type, place: Place) -> object:
        """Return the node as plain data for `shape`, or None with a problem noted."""
        self.lines.setdefault(place, node.line)
        words: tuple[str, ...] = ()
        tags: list[str] = []
        while isinstance(shape, shapes.Metadata | shapes.UnionType):
            if isinstance(shape, shapes.Metadata):
                words = (shape.extra or {}).get("words", words)
                shape = shape.type
            else:
                structs = [t for t in map(_bare, shape.types) if isinstance(t, shapes.StructType)]
                tags = [str(struct.tag) for struct in structs]
                shape = _member(node, shape)
        value: object = None
        if isinstance(shape, shapes.StructType) and isinstance(node, Mapping):
            value = self._struct(node, shape, place, tags or [str(shape.tag)])
        elif isinstance(shape, _LISTS) and isinstance(node, Sequence):
            value = [self.read(item, shape.item_type, (*place, i)) for i, item in enumerate(node.items)]
        elif isinstance(shape, shapes.DictType) and isinstance(node, Mapping):
            value = self._dict(node, shape, place)
        elif isinstance(node, Scalar) and not isinstance(
            shape, (*_LISTS, shapes.StructType, shapes.DictType)
        ):
            value = self._scalar(node, shape, place, words)
        else:
            self._wrong(node, shape, place)
        return value

    def _struct(
        self, node: Mapping, shape: shapes.StructType, place: Place, tags: list[str]
    ) -> dict[str, object]:
        fields = {f.encode_name: f for f in shape.fields if f.encode_name not in FILLED}
        known = [*fields, *([shape.tag_field] if shape.tag_field else [])]
        plain: dict[str, object] = {}
        for name, (key, value) in node.items.items():
            here = (*place, name)
            self.lines[here] = key.line
            if name in fields:
                plain[name] = self.read(value, fields[name].type, here)
            elif name == shape.tag_field and isinstance(value, Scalar):
                plain[name] = value.text
                if value.text != shape.tag:
                    self._word(value, here, tags)
            else:
                self._problems.add(key.line, f"unknown key `{name}`{among(name, known)}")
        missing = [name for name, f in fields.items() if f.required and name not in node.items]
        if shape.tag_field and shape.tag_field not in node.items:
            missing.append(shape.tag_field)
        for name in missing:
            self._problems.add(node.line, f"key `{name}` is missing{_of(place)}")
        if "line" in {f.encode_name for f in shape.fields}:
            plain["line"] = node.line
        return plain

    def _dict(self, node: Mapping, shape: shapes.DictType, place: Place) -> dict[str, object]:
        plain = {}
        for name, (key, value) in node.items.items():
            self.lines[*place, name] = key.line
            plain[name] = self.read(value, shape.value_type, (*place, name))
        return plain

    def _scalar(self, node: Scalar, shape: shapes.Type, place: Place, words: tuple[str, ...]) -> object:
        if isinstance(shape, shapes.StrType):
            what = next(
                (w for w, form in _NOT_TEXT.items() if node.plain and form.fullmatch(node.text)), None
            )
            if what:
                self._quote(node, place, what)
            elif words and not any(matches(node.text, word) for word in words):
                self._word(node, place, words)
            return node.text
        if isinstance(shape, shapes.LiteralType):
            named = {str(value): value for value in shape.values}
            if node.text not in named:
                self._word(node, place, tuple(named))
            return named.get(node.text)
        value = _value(node, shape)
        if value is None and not isinstance(shape, shapes.NoneType):
            self._wrong(node, shape, place)
        return value

    def _quote(self, node: Scalar, place: Place, what: str) -> None:
        if what == "nothing":
            self._problems.add(node.line, f"{_subject(place)} has no value")
        else:
            self._problems.add(node.line, f'{_subject(place)} is {what} to YAML; quote it: "{node.text}"')

    def _word(self, node: Scalar, place: Place, words: Iterable[str]) -> None:
        self._problems.add(node.line, f"{_subject(place)} cannot be `{node.text}`{among(node.text, words)}")

    def _wrong(self, node: Node, shape: shapes.Type, place: Place) -> None:
        due = next((word for kinds, word in _DUE if isinstance(shape, kinds)), "text")
        found = {Sequence: "a list", Mapping: "a mapping"}.get(type(node))
        if isinstance(node, Scalar):
            found = f"`{node.text}`" if node.text else "nothing"
        self._problems.add(node.line, f"{_subject(place)} must be {due}, not {found}")


def among(word: str, valid: Iterable[str]) -> str:
    """Return a hint: the nearest valid word, or all of them when none is near and they are few."""
    words = list(valid)
    near = did_you_mean(word, words)
    if near or len(words) > _FEW:
        return near
    return f"; one of: {', '.join(words)}"


def _value(node: Scalar, shape: shapes.Type) -> object:
    """A truth value, whole number or date; None when the text is none."""
    if isinstance(shape, shapes.BoolType) and node.plain and node.text in {"true", "false"}:
        return node.text == "true"
    if isinstance(shape, shapes.IntType) and node.plain and _INTEGER.fullmatch(node.text):
        return int(node.text)
    if isinstance(shape, shapes.DateType) and _ISO_DATE.fullmatch(node.text):
        with suppress(ValueError):  # no 30th of February
            return dt.date.fromisoformat(node.text)
    return None


def _member(node: Node, union: shapes.UnionType) -> shapes.Type:
    """The member of a union that a node of this form means; tagged structs are told apart by their tag."""
    bare = [(_bare(member), member) for member in union.types]
    if isinstance(node, Mapping):
        structs = [shape for shape, _ in bare if isinstance(shape, shapes.StructType)]
        for shape in structs:
            _, tag = node.items.get(shape.tag_field or "", (None, None))
            if isinstance(tag, Scalar) and tag.text == shape.tag:
                return shape
        dicts = [member for shape, member in bare if isinstance(shape, shapes.DictType)]
        fitting: list[shapes.Type] = [*structs, *dicts]
    elif isinstance(node, Sequence):
        fitting = [m for shape, m in bare if isinstance(shape, _LISTS)]
    elif node.plain and _NOT_TEXT["nothing"].fullmatch(node.text) and shapes.NoneType() in union.types:
        return shapes.NoneType()
    else:
        literals = [(shape, m) for shape, m in bare if isinstance(shape, shapes.LiteralType)]
        fitting = [m for shape, m in literals if node.text in shape.values]
        fitting = fitting or [m for shape, m in bare if not isinstance(shape, _NO_SCALARS)]
    return fitting[0] if fitting else bare[0][1]


def _bare(shape: shapes.Type) -> shapes.Type:
    while isinstance(shape, shapes.Metadata):
        shape = shape.type
    return shape


def _subject(place: Place) -> str:
    name = next((str(part) for part in reversed(place) if isinstance(part, str)), "")
    return f"`{name}`" if name else "the file"


def _of(place: Place) -> str:
    name = next((str(part) for part in reversed(place) if isinstance(part, str)), "")
    return f" in `{name}`" if name else ""


def _line(lines: dict[Place, int], place: Place) -> int:
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _placed(message: str) -> tuple[str, Place]:
    """Split msgspec's ``Expected … - at `$.a[0].b` `` into a message and a place."""
    text, _, path = message.partition(" - at `$")
    parts = re.findall(r"[^.\[\]`]+", path)
    return text[:1].lower() + text[1:], tuple(int(part) if part.isdigit() else part for part in parts)
