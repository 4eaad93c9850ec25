"""Messages of the official clients as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from scanner.providers.gcp.collect.bodies import plain, snake_name
from scanner.providers.gcp.collect.table import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.providers.gcp.collect.table import Body


def method_of(client: Any, operation: str) -> Callable[..., Any]:  # noqa: ANN401 - the clients have no common type
    """Return a client's method for an operation of the API.

    Raises:
        Unreadable: when this version of the client lacks it.
    """
    found: Callable[..., Any] | None = getattr(client, snake_name(operation), None)
    if found is None:
        raise Unreadable("unsupported-by-sdk", f"{type(client).__name__} has no {operation}")
    return found


def items_of(page: Any, field: str) -> list[Any]:  # noqa: ANN401 - a page of any client
    """Return the items of a page, as messages."""
    return list(getattr(page, snake_name(field)))


def rest_of(page: Any, field: str) -> dict[str, Body]:  # noqa: ANN401 - a page of any client, or JSON
    """Return what a page says beside its items, which are gone from it afterwards."""
    bare = getattr(page, "_pb", page)
    if isinstance(bare, dict):
        return {name: plain(value) for name, value in bare.items() if name != field}
    if isinstance(bare, Message):
        bare.ClearField(snake_name(field))
    found: dict[str, Body] = json_of(bare)
    return found


def json_of(message: Any) -> Body:  # noqa: ANN401 - protobuf, or the wrapper of it
    """Return a message as JSON with camelCase keys."""
    bare = getattr(message, "_pb", message)
    if isinstance(bare, dict):
        return plain(bare)
    if not isinstance(bare, Message):
        raise Unreadable("unparseable", f"an answer of type {type(bare).__name__}")
    return plain(MessageToDict(bare))
