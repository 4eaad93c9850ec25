"""Policies, compiled once for each distinct content.

`Policy.parse` never raises: a document that is no policy, or a statement that cannot be read, stays in the
policy as the place of what is wrong, and a decision that hinges on it is Unknown (`Grammar of the IAM JSON
policy language <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>`_, read
2026-11-22).
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

import msgspec

from scanner.providers.aws.access.conditions import escaped
from scanner.providers.aws.access.formula import Expression
from scanner.providers.aws.access.principals import PrincipalAtom
from scanner.providers.aws.access.statement import Statement, read_statement
from scanner.providers.aws.access.unresolved import expression_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_VARIABLES_SINCE: Final = "2012-10-17"
_VERSIONS: Final = frozenset({"2008-10-17", _VARIABLES_SINCE})
_ELEMENTS: Final = frozenset({"Version", "Id", "Statement"})
_MAX_DEPTH: Final = 24
"""Levels of nesting; a policy has seven."""


class Content:
    """A compiled document, shared by all policies that say the same."""

    __slots__ = ("broken", "key", "raw", "statements")

    def __init__(
        self, key: bytes, raw: tuple[Any, ...], statements: tuple[Statement, ...], broken: tuple[str, ...]
    ) -> None:
        self.key = key
        self.raw = raw
        self.statements = statements
        self.broken = broken


class PolicyStore:
    """Keeps one `Content` for each distinct document that goes through it."""

    def __init__(self) -> None:
        self._by_key: dict[bytes, Content] = {}

    def __len__(self) -> int:
        return len(self._by_key)

    def intern(self, key: bytes) -> Content | None:
        """Return the content already kept under a key."""
        return self._by_key.get(key)

    def keep(self, content: Content) -> Content:
        """Return the content to use for this one: itself, or the equal one that was kept before."""
        return self._by_key.setdefault(content.key, content)


class Policy:
    """A compiled policy under the name that evidence points at. Equal and hashable by content."""

    __slots__ = ("content", "name")

    def __init__(self, name: str, content: Content) -> None:
        self.name = name
        self.content = content

    @classmethod
    def parse(
        cls, document: Mapping[str, Any] | str | bytes, *, name: str, interner: PolicyStore | None = None
    ) -> Policy:
        """Return the policy of a document: decoded JSON, or its text."""
        raw, wrong = _decoded(document)
        if wrong is not None:
            return cls(name, Content(f"{name}\0{wrong}".encode(errors="replace"), (), (), (wrong,)))
        key = msgspec.json.encode(raw, order="sorted")
        kept = interner.intern(key) if interner is not None else None
        if kept is None:
            kept = _compiled(key, raw)
            if interner is not None:
                kept = interner.keep(kept)
        return cls(name, kept)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Policy) and self.content.key == other.content.key

    def __hash__(self) -> int:
        return hash(self.content.key)

    def __repr__(self) -> str:
        return f"Policy({self.name!r}, {len(self.statements)} statements)"

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements in document order."""
        return self.content.statements

    @property
    def malformed(self) -> tuple[str, ...]:
        """JSON pointers to what cannot be read, in document order.

        The empty pointer is the whole document.
        """
        return tuple(place for place in self._places() if not isinstance(place, Expression))

    @property
    def unresolved(self) -> tuple[str, ...]:
        """The expressions that stand for what the code of the policy leaves open, sorted."""
        found = {place for place in self._places() if isinstance(place, Expression)}
        for statement in self.statements:
            element = statement.principals
            named = [text for _, text in element.open] if element is not None else []
            tested = [text for condition in statement.conditions for text in condition.open]
            texts = (*statement.open_actions, *statement.open_resources, *named, *tested)
            found |= {text.expression for text in texts}
        return tuple(sorted(map(str, found)))

    def _places(self) -> Iterator[str]:
        yield from self.content.broken
        yield from (place for statement in self.statements for place in statement.places)

    def statement(self, index: int) -> Any:  # noqa: ANN401 - raw provider JSON
        """Return the raw statement at a 0-based index."""
        return self.content.raw[index]

    def touches(self, actions: Iterable[str]) -> bool:
        """Tell whether some statement, Allow or Deny, means one of the actions or cannot be read."""
        wanted = [action.lower() for action in actions]
        return bool(self.content.broken) or any(
            s.covers(action) is not False for s in self.statements for action in wanted
        )


def principals_named(policy: Policy) -> tuple[PrincipalAtom, ...]:
    """Return whom the Allow statements of a resource or trust policy can admit, sorted.

    A NotPrincipal admits everyone but those it lists: the atom ``*``, `negated`. A principal that cannot be
    read, and a
    policy that cannot, may admit anyone: that is the atom ``*`` too, since only an unknown verdict can come
    of it.
    """
    if policy.content.broken:
        return (PrincipalAtom("aws", "*"),)
    plain: dict[tuple[Any, str], list[int]] = {}
    negated: list[PrincipalAtom] = []
    for statement in policy.statements:
        element = statement.principals
        if not statement.allows:
            continue
        named = set(element.atoms()) if element is not None and not statement.not_principals else set()
        if element is None or statement.broken_principals:
            named.add(("aws", "*"))
        if statement.not_principals and element is not None:
            excepted = tuple(sorted(value for _, value in element.atoms()))
            negated.append(PrincipalAtom("aws", "*", True, (statement.index,), excepted))
        for atom in named:
            plain.setdefault(atom, []).append(statement.index)
    found = [PrincipalAtom(kind, value, statements=tuple(at)) for (kind, value), at in plain.items()]
    return tuple(sorted([*found, *negated]))


def principals_possible(policy: Policy) -> tuple[PrincipalAtom, ...]:
    """Return the names that code leaves open in Principal elements of Allow statements, as globs, sorted.

    `principals_named` does not list them: nobody can tell whom they admit.
    """
    found: dict[tuple[Any, str], list[int]] = {}
    for statement in policy.statements:
        if statement.allows and not statement.not_principals and statement.principals is not None:
            for kind, text in statement.principals.open:
                at = found.setdefault((kind, text.like.text), [])
                at += [statement.index] if statement.index not in at else []
    return tuple(
        sorted(
            PrincipalAtom(kind, like, statements=tuple(at), is_open=True)
            for (kind, like), at in found.items()
        )
    )


def _compiled(key: bytes, raw: Any) -> Content:  # noqa: ANN401 - raw provider JSON
    if not isinstance(raw, dict) or expression_of(raw) is not None:
        return Content(key, (), (), (expression_of(raw) or "",))
    broken = [f"/{escaped(element)}" for element in raw if element not in _ELEMENTS]
    version = raw.get("Version", "2008-10-17")
    if not isinstance(version, str) or version not in _VERSIONS:
        broken.append(expression_of(version) or "/Version")
    listed = raw.get("Statement")
    if not isinstance(listed, list | dict):
        return Content(key, (), (), (*broken, "/Statement"))
    variables = version == _VARIABLES_SINCE
    places = [f"/Statement/{i}" for i in range(len(listed))] if isinstance(listed, list) else ["/Statement"]
    items = listed if isinstance(listed, list) else [listed]
    statements = tuple(
        read_statement(item, index, place, variables=variables)
        for index, (item, place) in enumerate(zip(items, places, strict=True))
    )
    return Content(key, tuple(items), statements, tuple(broken))


def _decoded(document: Any) -> tuple[Any, str | None]:  # noqa: ANN401 - raw provider JSON
    """Return the document as JSON values, and the pointer to what makes it none, or None."""
    if isinstance(document, str | bytes):
        try:
            document = json.loads(document, object_pairs_hook=_no_twins)
        except (ValueError, RecursionError):
            return None, ""
    wrong = _first_wrong(document)
    return document, wrong


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object, unless a name stands in it twice: which one counts is not defined."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _first_wrong(document: Any) -> str | None:  # noqa: ANN401 - raw provider JSON
    """Return a pointer to what is not JSON text of reasonable depth, or None when all of it is."""
    pending: list[tuple[Any, str, int]] = [(document, "", 0)]
    while pending:
        value, at, depth = pending.pop()
        if depth > _MAX_DEPTH:
            return at
        if isinstance(value, str):
            if not value.isascii() and not _is_text(value):
                return at
        elif isinstance(value, dict):
            for name, inner in value.items():
                if not isinstance(name, str) or not _is_text(name):
                    return at
                pending.append((inner, f"{at}/{escaped(name)}", depth + 1))
        elif isinstance(value, list):
            pending.extend((inner, f"{at}/{i}", depth + 1) for i, inner in enumerate(value))
        elif isinstance(value, float):
            if not math.isfinite(value):
                return at
        elif not isinstance(value, bool | int | None):
            return at
    return None


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
