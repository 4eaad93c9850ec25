"""Shapes of answers, written down as the answers look: nested fields, and lists of one item.

``{"Routes": [{"State": str}]}`` is an object that may have ``Routes``, a list of objects. A field may be
absent unless its name ends in ``!``, and is never null unless it ends in ``?``; what is not named may be
anything.
"""

from __future__ import annotations

from types import GenericAlias
from typing import Any

import msgspec


def shape(sketch: Any) -> Any:  # noqa: ANN401 - what msgspec takes for a type
    """Return the type that `msgspec.convert` holds a value against."""
    if isinstance(sketch, list):
        (item,) = sketch
        return GenericAlias(list, (shape(item),))
    if not isinstance(sketch, dict):
        return sketch
    needed, more = [], []
    for key, inner in sketch.items():
        name, kind = key.rstrip("!?"), shape(inner)
        if key.endswith("!"):
            needed.append((name, kind))
        else:
            more.append((name, kind | None if key.endswith("?") else kind, msgspec.UNSET))
    return msgspec.defstruct("Shape", [*needed, *more])
