"""What is known of the attributes of a request, and what of them was not read.

Three states, never two: a known value, known to be absent, not read. Everything that is not said to be
known or absent was not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from scanner.providers.gcp.cel.syntax import step
from scanner.providers.gcp.cel.values import Duration, Failed, Result, Timestamp, Unknown, Value


@dataclass(frozen=True, slots=True)
class Tags:
    """Effective tags of a resource, inherited ones included.

    Attributes:
        values: Key to value: ``{"123456789/env": "prod"}`` by name, ``{"tagKeys/1": "tagValues/2"}`` by id.
        complete: Whether these are all. False: keys that are not listed may be there or not.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    complete: bool = True


UNREAD_TAGS = Tags(complete=False)


@dataclass(frozen=True, slots=True)
class Environment:
    """Attributes by dotted path.

    Attributes:
        known: Path to value: ``{"resource.name": "projects/_/buckets/b"}``. JSON's types, datetimes and
            timedeltas are taken as CEL's; a mapping is closed: a field it lacks is absent. Attributes asked
            for with ``api.getAttribute`` stand under their own name.
        absent: Paths that are known not to be there.
        open: Paths that were not read, below closed ones too.
        closed: Paths below which everything not in `known` is absent: ``{"assertion"}`` for a whole token.
        tags: Tags by names, for ``matchTag`` and ``hasTagKey``.
        tag_ids: Tags by ids, for ``matchTagId`` and ``hasTagKeyId``.
    """

    known: Mapping[str, Any] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    tags: Tags = UNREAD_TAGS
    tag_ids: Tags = UNREAD_TAGS

    def value(self, path: str) -> Result:
        """Return the value at a path: Unknown when it was not read, Failed when it is absent."""
        if path in self.known:
            return value_of(self.known[path])
        if any(path == open_ or is_below(path, open_) for open_ in self.open):
            return Unknown.on(path)
        below_closed = any(is_below(path, prefix) for prefix in self.closed)
        if path in self.absent or (below_closed and not self._inside(path)):
            return Failed(f"no such attribute: {path}")
        whole = path in self.closed and not any(is_below(open_, path) for open_ in self.open)
        inner = self._inside(path)
        return {key: self.value(step(path, key)) for key in inner} if whole else Unknown.on(path)

    def has(self, path: str) -> bool | Unknown:
        """Tell whether there is an attribute at a path."""
        if path in self.known or self._inside(path):
            return True
        found = self.value(path)
        return found if isinstance(found, Unknown) else not isinstance(found, Failed)

    def holds(self, path: str) -> bool:
        """Tell whether something is said of exactly this path, or of what is below it."""
        spoken_of = path in self.known or path in self.open or path in self.absent or path in self.closed
        return spoken_of or bool(self._inside(path))

    def is_inside_known(self, path: str) -> bool:
        """Tell whether a path leads into a value that is known as a whole."""
        return any(is_below(path, known) for known in self.known)

    def is_partial(self, path: str) -> bool:
        """Tell whether a path is a map whose fields are spoken of one by one."""
        return path not in self.known and (path in self.closed or bool(self._inside(path)))

    def _inside(self, path: str) -> list[str]:
        """Return the known fields right below a path."""
        keys = dict.fromkeys(
            _first(known[len(path) :]) for known in self.known if is_below(known, path) and known != path
        )
        return [key for key in keys if key]


def is_below(path: str, prefix: str) -> bool:
    """Tell whether a path leads through another."""
    return path.startswith((f"{prefix}.", f"{prefix}['"))


def _first(rest: str) -> str:
    """Return the first key of ``.key.rest`` or ``['key'].rest``."""
    if rest.startswith("['"):
        return rest[2:].partition("']")[0]
    word = rest[1:]
    cut = min((i for i in (word.find("."), word.find("['")) if i >= 0), default=len(word))
    return word[:cut]


def value_of(raw: Any) -> Value:  # noqa: ANN401 - JSON, or what a caller has in Python's types
    """Return CEL's value for JSON's, and for Python's dates."""
    match raw:
        case datetime():
            return Timestamp.of(raw)
        case timedelta():
            return Duration(raw // timedelta(microseconds=1) * 1_000)
        case list() | tuple() | set() | frozenset():
            items = sorted(raw, key=str) if isinstance(raw, set | frozenset) else raw
            return tuple(i if isinstance(i, Unknown) else value_of(i) for i in items)
        case Mapping():
            return {key: v if isinstance(v, Unknown) else value_of(v) for key, v in raw.items()}
    found: Value = raw
    return found
