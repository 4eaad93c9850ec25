"""What a row of a table says: one read-only operation, where its parameters come from, what is kept.

A `Service` is data. `scanner.providers.aws.collect.engine` runs it, `permissions` derives the least
privileges from it, and a test holds every row against botocore's service models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Body: TypeAlias = Any
"""A provider's answer: the one place where the collectors hold untyped values."""

Scope: TypeAlias = Literal["global", "regional", "organization"]
"""global: once an account; regional: once an account and region; organization: in the scanning account."""

Effect: TypeAlias = Literal["understated", "overstated", "both"]


class Found:
    """What one service in one account and region answered so far, by field and key."""

    def __init__(self, region: str = "", account: str = "") -> None:
        self.region = region
        self.account = account
        self._by_field: dict[str, dict[str, Body]] = {}

    def put(self, field: str, key: str, body: Body) -> None:
        """Keep an item or an answer."""
        self._by_field.setdefault(field, {})[key] = body

    def get(self, field: str, key: str = "") -> Body:
        """Return the item or answer, or None when there is none or it was not read."""
        return self._by_field.get(field, {}).get(key)

    def items(self, field: str) -> list[tuple[str, Body]]:
        """Return key and body of every item of a field, sorted by key; empty when nothing was read."""
        return sorted(self._by_field.get(field, {}).items(), key=lambda pair: pair[0])


Ask: TypeAlias = Callable[[Mapping[str, Any]], Body]
"""Calls a row's operation once more with further parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One operation.

    Attributes:
        operation: As the API names it, ``GetBucketPolicy``.
        each: Ask once for every item of these fields (``ListBuckets.Buckets``, ``DescribeModel``), or of what
            a function of the answers so far yields as (key, item). A field of this row itself makes it
            recurse. None: ask once.
        given: Constant parameters; with several sets, ask for each, and their values are the document's key.
        params: Parameter to a dotted path into the item of `each`; ``@key`` is its key, ``@account`` the
            account.
        lists: List field to the dotted path of an item's key: each item becomes a document
            ``OPERATION.FIELD/KEY`` and what is left of the answer becomes ``OPERATION/…``, which stands for
            "the list was read to its end".
        when: Ask only where this says so of (answers so far, key).
        none: Error codes that mean "there is none"; ``CODE:TEXT`` demands that the message contains TEXT.
        policies: Dotted paths (``*``: every item of a list) of JSON texts in a document; they are parsed.
        sample: Asks and condenses by itself, where the whole answer is not wanted. Gets `Ask`; returns the
            body.
        reshape: Changes a document's body before it is kept.
        limit: At most so many items, in the provider's order; more is said as a gap.
        newer: botocore's floor (see pyproject.toml) lacks the operation.
        effect: What a gap does to findings, see `scanner.snapshot.Gap`.
        iam: IAM actions needed, where they are not ``PREFIX:OPERATION``.
    """

    operation: str
    each: tuple[str, ...] | Callable[[Found], Iterable[tuple[str, Body]]] | None = None
    given: tuple[Mapping[str, Any], ...] = ({},)
    params: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    when: Callable[[Found, str], bool] | None = None
    none: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    sample: Callable[[Ask], Body] | None = None
    reshape: Callable[[Body], Body] | None = None
    limit: int | None = None
    newer: bool = False
    effect: Effect = "both"
    iam: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service's rows, in an order in which each finds what it builds on.

    Attributes:
        name: botocore's name of the service, also the `service` of its documents.
        scope: Where it is asked; the `region` of a document is empty unless this is ``regional``.
        rows: The table.
        prefix: IAM's name of the service, where it is not `name`.
        sdk_knows_regions: False: the SDK cannot say which regions have the service; one in which there is no
            such host is taken not to.
        after: Name of another service of the same scope, whose answers the rows build on too.
        region_of: Region to ask about a key, where that is not the account's home region; None: unknown.
    """

    name: str
    scope: Scope
    rows: tuple[Row, ...]
    prefix: str | None = None
    sdk_knows_regions: bool = True
    after: str = ""
    region_of: Callable[[Found, str], str | None] | None = None

    def actions(self) -> tuple[str, ...]:
        """Return the IAM actions that the rows need, sorted."""
        prefix = self.prefix or self.name
        return tuple(
            sorted({action for row in self.rows for action in row.iam or (f"{prefix}:{row.operation}",)})
        )
