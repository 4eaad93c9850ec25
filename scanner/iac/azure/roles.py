"""Built-in roles by the names that people write; documents know them by GUID.

The names are those of the list that `scanner.providers.azure.roles` was made from, see ``builtin.json``
there.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import msgspec


def role_named(name: str) -> str | None:
    """Return the GUID of a built-in role, None when none is called so."""
    return _names().get(name.strip().lower())


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    raw = resources.files("scanner.iac.azure").joinpath("role_names.json").read_bytes()
    read = msgspec.json.decode(raw, type=dict[str, str])
    return {name.lower(): guid for name, guid in read.items()}
