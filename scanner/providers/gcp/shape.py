"""Reading raw JSON that may be malformed: what has another shape than it should counts as not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def section(value: Any, *keys: str) -> dict[str, Any]:  # noqa: ANN401 - raw document
    """Return the object below `keys`, an empty one when there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def sections(value: Any) -> Iterator[tuple[int, dict[str, Any]]]:  # noqa: ANN401 - raw document
    """Yield the objects of a list with their places in it."""
    if isinstance(value, list):
        yield from ((i, entry) for i, entry in enumerate(value) if isinstance(entry, dict))


def text(value: Any) -> str:  # noqa: ANN401 - raw document
    """Return a string, and whole numbers as their digits; ``""`` for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return ""
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return str(int(value))  # protobuf's Struct makes every number a float
    return ""


def texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - raw document
    """Return the strings of a list; empty when it is none."""
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()
