"""The form in which the table of predefined roles ships: one xz file of JSON, 100 kB for 2,461 roles.

``{"date", "source", "permissions": [names, sorted], "roles": {name: [indices]}}``; indices ascend, and each
is stored as its distance from the one before. Only facts are kept: no titles, no descriptions.
"""

from __future__ import annotations

import lzma
from itertools import accumulate
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Packed(msgspec.Struct, frozen=True):
    """The file. `date` is the day the roles were read, `source` where from; see above for the rest."""

    date: str
    source: str
    permissions: tuple[str, ...]
    roles: dict[str, tuple[int, ...]]

    def permissions_of(self, role: str) -> frozenset[str] | None:
        """Return what a role contains, None when the table lacks it."""
        steps = self.roles.get(role)
        return None if steps is None else frozenset(self.permissions[i] for i in accumulate(steps))


def pack(roles: Mapping[str, Iterable[str]], *, date: str, source: str) -> bytes:
    """Return the file's content; the same roles in any order give the same bytes."""
    contents = {name: sorted(set(permissions)) for name, permissions in sorted(roles.items())}
    permissions = sorted({p for held in contents.values() for p in held})
    index = {permission: i for i, permission in enumerate(permissions)}
    steps = {}
    for name, held in contents.items():
        places = [index[p] for p in held]
        steps[name] = tuple(b - a for a, b in zip([0, *places], places, strict=False))
    packed = Packed(date, source, tuple(permissions), steps)
    return lzma.compress(msgspec.json.encode(packed), preset=9 | lzma.PRESET_EXTREME)


def unpack(content: bytes) -> Packed:
    """Read the file's content."""
    return msgspec.json.decode(lzma.decompress(content), type=Packed)
