"""One operation on one resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from scanner.providers.azure.roles import Plane


class Question(NamedTuple):
    """An operation, as ``roles/actions.yaml`` spells it, on a resource, by its id in lower case.

    `known` are attributes as conditions write them, with their value, or None for one that is absent.
    """

    action: str
    resource: str
    plane: Plane = "control"
    known: tuple[tuple[str, str | None], ...] = ()
