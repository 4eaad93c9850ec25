"""The shipped table of built-in roles: what each says of the operations in ``actions.yaml``, and of when.

A scan of a subscription brings definitions of its own; the table is for what does not, such as code.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec
import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

Plane: TypeAlias = Literal["control", "data"]


class BuiltIn(msgspec.Struct, frozen=True):
    """The table. A block is what it grants of each plane, as a bit a watched operation, and its condition.

    `source` and `date` say which list of roles it was made from. `roles` are by GUID alone: names change.
    """

    source: str
    date: str
    control: tuple[str, ...]
    data: tuple[str, ...]
    conditions: tuple[str, ...]
    roles: dict[str, tuple[tuple[str, str, int | None], ...]]

    def bit(self, plane: Plane, action: str) -> int:
        """Return the bit of an operation in lower case, 0 for one that is not watched."""
        return _bits(self.control if plane == "control" else self.data).get(action, 0)


@lru_cache(maxsize=8)
def _bits(actions: tuple[str, ...]) -> Mapping[str, int]:
    return {action.lower(): 1 << n for n, action in enumerate(actions)}


@lru_cache(maxsize=1)
def built_in() -> BuiltIn:
    """Return the shipped table; it never changes while a process runs."""
    raw = resources.files("scanner.providers.azure.roles").joinpath("builtin.json").read_bytes()
    return msgspec.json.decode(raw, type=BuiltIn)


@lru_cache(maxsize=1)
def watched() -> dict[str, tuple[str, ...]]:
    """Return the operations that hops ask about, by plane."""
    raw = resources.files("scanner.providers.azure.roles").joinpath("actions.yaml").read_text("utf-8")
    listed: dict[str, Any] = yaml.safe_load(raw)
    return {plane: tuple(actions) for plane, actions in listed.items()}
