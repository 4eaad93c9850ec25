"""What the tables of this package are made of."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Body: TypeAlias = Any
"""Part of a provider's answer: JSON as it came."""

Api: TypeAlias = Literal["arm", "graph", "resourcegraph"]
"""Azure Resource Manager, Microsoft Graph, Azure Resource Graph; also the `service` of documents."""

Effect: TypeAlias = Literal["understated", "overstated", "both"]
Shape: TypeAlias = Literal["list", "object", "whole"]
"""list: each item is a document. object: the answer is one. whole: the list is one, under its parent's
key."""

TENANT: Final = ""
SUBSCRIPTION: Final = "subscription"
QUERY: Final = "/providers/Microsoft.ResourceGraph/resources"
"""The only path that is asked with POST; it changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One question, asked once or for each of many parents.

    Attributes:
        field: Of the documents: ARM's type with dots, Graph's path with dots, or Resource Graph's table.
        path: Of the question; ``{id}`` is the parent's id, ``{subscription}`` a subscription's.
        version: ARM's api-version, or Graph's ``v1.0`` or ``beta``.
        needs: ARM's action, or Graph's least permission, that allows the question.
        each: `TENANT` asks once, `SUBSCRIPTION` for every subscription; else ARM's type in lower case, or the
            field of an earlier row: ask for each of these.
        query: Further parameters.
        shape: What an answer becomes.
        key: Field of an item that names it.
        when: Ask only of parents for which this holds.
        keep: Keep only items for which this holds of (item, parent).
        only: Fields of `properties` that are kept; empty: all.
        none: Codes of errors that mean "there is none".
        effect: What a gap does to findings, see `scanner.snapshot.Gap`.
        shrink: Makes of an item what is kept of it, where its texts may hold secrets.
    """

    field: str
    path: str
    version: str
    needs: str
    each: str = TENANT
    query: Mapping[str, str] = dataclasses.field(default_factory=dict)
    shape: Shape = "list"
    key: str = "id"
    when: Callable[[Body], bool] | None = None
    keep: Callable[[Body, Body], bool] | None = None
    only: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    effect: Effect = "understated"
    shrink: Callable[[Body], Body] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The rows of one API, in an order in which each finds what it builds on."""

    name: str
    api: Api
    rows: tuple[Row, ...]

    @property
    def method(self) -> Literal["GET", "POST"]:
        """How its rows are asked."""
        return "POST" if self.api == "resourcegraph" else "GET"


def type_of(field: str) -> str:
    """Return ARM's type of a field: ``Microsoft.Storage/storageAccounts`` of the same with a dot."""
    namespace, _, rest = field.partition(".")
    provider, _, types = rest.partition(".")
    return f"{namespace}.{provider}/{types.replace('.', '/')}"


def field_of(type_: str) -> str:
    """Return the field of ARM's type."""
    return type_.replace("/", ".")


def child(
    parent: str,
    name: str,
    version: str,
    *,
    of_rows: bool = False,
    path: str | None = None,
    when: Callable[[Body], bool] | None = None,
    none: tuple[str, ...] = (),
    effect: Effect = "understated",
) -> Row:
    """Return the row that lists what ARM has below a resource.

    Args:
        parent: Field of the parents.
        name: Type of the children, dots for what is in between: ``blobServices.containers``.
        version: ARM's api-version.
        of_rows: The parents are the documents of an earlier row, and no resources of Resource Graph.
        path: Behind the parent's id, where it is not the name.
        when: See `Row`.
        none: See `Row`.
        effect: See `Row`.
    """
    return Row(
        field=f"{parent}.{name}",
        each=parent if of_rows else type_of(parent).lower(),
        path=f"{{id}}/{path or name}",
        version=version,
        needs=f"{type_of(f'{parent}.{name}')}/read",
        when=when,
        none=none,
        effect=effect,
    )
