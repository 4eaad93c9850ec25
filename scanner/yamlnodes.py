"""YAML text as a tree of nodes that know their lines; nothing is built that a hostile file could blow up.

Size, nesting, aliases, tags, second documents and keys given twice are refused while the parser's events
pass by.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from scanner.errors import ConfigError, LocatedError

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_BYTES: Final = 8_000_000  # a register of 20,000 vendors; parsing it takes about 3 s
MAX_DEPTH: Final = 32
MAX_PROBLEMS: Final = 50


@dataclass(frozen=True, slots=True)
class Scalar:
    """Text as written; `plain` when it stood without quotes."""

    text: str
    plain: bool
    line: int


@dataclass(frozen=True, slots=True)
class Sequence:
    """A YAML list."""

    items: list[Node]
    line: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """A YAML mapping: key text to the key and its value, in file order."""

    items: dict[str, tuple[Scalar, Node]]
    line: int


Node: TypeAlias = Scalar | Sequence | Mapping


@dataclass(slots=True)
class Problems:
    """Collects what is wrong with one file, so that a user sees all of it at once."""

    file: str
    error: type[LocatedError] = ConfigError
    found: list[tuple[int | None, str]] = field(default_factory=list)

    def add(self, line: int | None, message: str) -> None:
        """Note one problem; nothing is raised yet."""
        self.found.append((line, message))

    def settle(self) -> None:
        """Raise what was found as one error, in line order; each further problem is a line of its own."""
        if not self.found:
            return
        ordered = sorted(set(self.found), key=lambda problem: (problem[0] or 0, problem[1]))
        (line, message), rest = ordered[0], ordered[1:]
        lines = [str(self.error(text, file=self.file, line=at)) for at, text in rest[: MAX_PROBLEMS - 1]]
        if len(rest) >= MAX_PROBLEMS:
            lines.append(f"{self.file}: {len(rest) - MAX_PROBLEMS + 1} further problems")
        raise self.error("\n".join([message, *lines]), file=self.file, line=line)


class _UnusableError(Exception):
    """The file's form ends the reading; the problem is noted."""


def parse(raw: bytes, problems: Problems) -> Node | None:
    """Return the node tree of a YAML text; None when it cannot be read to its end.

    An empty text is an empty mapping. Why not, and keys given twice (of which the first counts), is noted
    in `problems`.
    """
    import yaml  # noqa: PLC0415 - 30 ms that `--version` need not pay

    if len(raw) > MAX_BYTES:
        problems.add(None, f"is {len(raw):,} bytes; the limit is {MAX_BYTES:,}")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        problems.add(raw.count(b"\n", 0, problem.start) + 1, "is not UTF-8 text")
        return None
    builder = _Builder(problems)
    try:
        builder.build(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except _UnusableError:
        return None
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        last = len(text.splitlines()) or 1  # where the text ends too early, the mark is behind it
        line = min(mark.line + 1, last) if mark else None
        problems.add(line, f"is not YAML: {problem.problem or problem.context}")
        return None
    except yaml.YAMLError as problem:  # a reader error: a control character
        problems.add(None, f"is not YAML: {str(problem).splitlines()[0]}")
        return None
    return builder.root or Mapping({}, 1)


class _Builder:
    """Nodes from parser events, without recursion."""

    def __init__(self, problems: Problems) -> None:
        self.root: Node | None = None
        self._problems = problems
        # the open collections, each with the key that waits for its value
        self._open: list[tuple[Sequence | Mapping, list[Scalar]]] = []

    def build(self, events: Iterable[Any]) -> None:
        for event in events:
            name = type(event).__name__
            line = event.start_mark.line + 1
            if name == "AliasEvent" or getattr(event, "anchor", None):
                self._stop(line, "anchors and aliases are not read here; write the value out")
            if getattr(event, "tag", None):
                self._stop(line, f"tags such as `{event.tag}` are not read here")
            if name == "DocumentStartEvent" and self.root is not None:
                self._stop(line, "holds a second document; one is read")
            elif name == "ScalarEvent":
                self._put(Scalar(event.value, not event.style, line))
            elif name == "SequenceStartEvent":
                self._put(Sequence([], line))
            elif name == "MappingStartEvent":
                self._put(Mapping({}, line))
            elif name in {"SequenceEndEvent", "MappingEndEvent"}:
                self._open.pop()

    def _put(self, node: Node) -> None:
        if not self._open:
            self.root = node
        else:
            parent, waiting = self._open[-1]
            if isinstance(parent, Sequence):
                parent.items.append(node)
            elif waiting:
                key = waiting.pop()
                parent.items.setdefault(key.text, (key, node))
            elif isinstance(node, Scalar):
                if node.text in parent.items:
                    first = parent.items[node.text][0].line
                    self._problems.add(node.line, f"key `{node.text}` is given twice; first on line {first}")
                waiting.append(node)
            else:
                self._stop(node.line, "a key must be a word")
        if not isinstance(node, Scalar):
            if len(self._open) == MAX_DEPTH:
                self._stop(node.line, f"is nested more than {MAX_DEPTH} levels deep")
            self._open.append((node, []))

    def _stop(self, line: int, message: str) -> None:
        self._problems.add(line, message)
        raise _UnusableError
