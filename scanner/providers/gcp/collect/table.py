"""What a row of a table says: one read-only operation, whom it is asked about, what is kept.

A `Service` is data. `scanner.providers.gcp.collect.engine` runs it, `permissions` derives the least
privileges from it, and a test holds every row against the official clients and against names that only read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from scanner.providers.gcp.collect.found import Found
    from scanner.snapshot import Reason

Body: TypeAlias = Any
"""A provider's answer: the one place where the collectors hold untyped values."""

Effect: TypeAlias = Literal["understated", "overstated", "both"]


class Unreadable(Exception):  # noqa: N818 - an answer, not a fault
    """Raised by the collectors' own checks of an answer."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One call of a row.

    Attributes:
        scope: Where its documents lie: a project's id or number, ``folders/F``, ``organizations/N``.
        key: Of the document that says that the answer was read to its end, and of a gap.
        params: For a client, the request; for REST, what fills the path.
        query: For REST, the query string.
        field: Of a gap, where it is not the row's.
        ended: Field and key of the document that says that the answer was read to its end, where these are
            not the row's field and `key`.
        effect: Of a gap, where it is not the row's.
        location: A region with a host of its own.
    """

    scope: str
    key: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    field: str = ""
    ended: tuple[str, str] | None = None
    effect: Effect | None = None
    location: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A document to keep of an item of a list, or of a whole answer."""

    scope: str
    field: str
    key: str
    body: Body


Keep: TypeAlias = "Callable[[Found, Question, Body], Iterable[Kept]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One operation.

    Attributes:
        operation: As the API names it, ``ListAssets``; a client's method is the same in snake case.
        each: The questions, of what was read so far.
        field: Of its documents; `operation` unless it says otherwise.
        path: For REST, with ``{param}`` in it; braces hold a whole segment, ``{+param}`` a path.
        post: For the few read operations that are POST: the body.
        items: List field of the answer, as JSON spells it. Empty: the answer is one document.
        keep: What documents an item, or with no `items` the answer, makes. None: one under `key`.
        key: Of an item's document: the path to it inside the item.
        condense: Of a whole answer that is not kept as it is.
        lacking: Says of what is kept what was not asked for any more, ``""`` when it is everything.
        none: HTTP statuses that mean "there is none".
        expected: Tells of a question that a refusal is no gap: what is asked for is not ours to read.
        effect: What a gap does to findings, see `scanner.snapshot.Gap`.
        permissions: IAM permissions that it needs.
    """

    operation: str
    each: Callable[[Found], Iterable[Question]]
    field: str = ""
    path: str = ""
    post: Mapping[str, Any] | None = None
    items: str = ""
    keep: Keep | None = None
    key: str = "name"
    condense: Callable[[Body], Body] | None = None
    lacking: Callable[[Question, Body], str] | None = None
    none: tuple[int, ...] = ()
    expected: Callable[[Found, Question], bool] | None = None
    effect: Effect = "both"
    permissions: tuple[str, ...] = ()

    @property
    def documents(self) -> str:
        """The field of its documents."""
        return self.field or self.operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One API's rows, in an order in which each finds what it builds on.

    Attributes:
        name: The `service` of its documents.
        rows: The table.
        client: ``module:Class`` of the official client; empty: REST.
        host: For REST; ``{location}`` is the question's.
        per_minute: Calls in a minute that Google grants; 0: more than are ever made.
        recurses: Ask the rows again until they have no new questions.
    """

    name: str
    rows: tuple[Row, ...]
    client: str = ""
    host: str = ""
    per_minute: int = 0
    recurses: bool = False

    def permissions(self) -> tuple[str, ...]:
        """Return the IAM permissions that the rows need, sorted."""
        return tuple(sorted({p for row in self.rows for p in row.permissions}))
