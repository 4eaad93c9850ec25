"""Answers as plain JSON, the same whether they came by gRPC, by REST or out of an exported file."""

from __future__ import annotations

import re
from typing import Any, Final

from scanner.providers.gcp.collect.table import Body  # noqa: TC001 - in signatures that are read at run time

_SNAKE: Final = re.compile(r"_+([a-z0-9])")
_EXACT: Final = 2**53


def plain(value: Body) -> Body:
    """Return JSON in which whole numbers are integers: protobuf's Struct makes every number a float.

    Source: Protocol Buffers, "ProtoJSON Format", Struct and Value
    (https://protobuf.dev/programming-guides/json/, read 2026-11-22).
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list) else value


def camel(value: Body) -> Body:
    """Return JSON with keys in camelCase at every depth."""
    if isinstance(value, dict):
        return {camel_name(str(key)): camel(part) for key, part in value.items()}
    return [camel(part) for part in value] if isinstance(value, list) else value


def camel_name(name: str) -> str:
    """Return ``iam_policy`` as ``iamPolicy``; a name without underscores stays."""
    return _SNAKE.sub(lambda found: found[1].upper(), name) if not name.startswith("_") else name


def snake_name(name: str) -> str:
    """Return ``ListAssets`` and ``listAssets`` as ``list_assets``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def at(item: Body, path: str) -> Any:  # noqa: ANN401 - any part of an answer
    """Return what is at a dotted path, None when there is nothing."""
    for name in path.split("."):
        item = item.get(name) if isinstance(item, dict) else None
    return item


def section(value: Body, *names: str) -> dict[str, Any]:
    """Return the object at a path, an empty one when there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def texts(value: Body) -> list[str]:
    """Return the strings of a list, none when it is no list."""
    return [part for part in value if isinstance(part, str)] if isinstance(value, list) else []
