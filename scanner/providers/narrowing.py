"""The seam of least privilege: what a cloud proposes so that a third party keeps what is agreed, and no more.

A provider proposes in its own terms; `scanner.narrowing` tries each proposal on the snapshot and keeps those
that hold.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec.structs import replace

from scanner.snapshot import Removal

if TYPE_CHECKING:
    from scanner.model import Evidence, Path
    from scanner.snapshot import Change

_SLUG: Final = re.compile(r"[^A-Za-z0-9]+")


class Party(NamedTuple):
    """A vendor of the register: `names` are what policies may call it, `networks` what is demanded."""

    name: str
    names: frozenset[str]
    networks: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """The name as identifiers of clouds may hold it: letters, digits and hyphens."""
        return _SLUG.sub("-", self.name).strip("-").lower() or "vendor"


class Piece(NamedTuple):
    """A document to write: what it is and where it goes, in words, and the document itself."""

    title: str
    body: Any


class Draft(NamedTuple):
    """What a third party gets instead of the statements that give it access today.

    `changes` make it and `removals` take it out of what it replaces, on the snapshot; `pieces` are the same
    for people. `spare` are strings of which the fewest that do are to be found (permissions of a role), the
    last of those that do the same: they stand in lists of `changes` and `pieces`, and are dropped from there.
    `otherwise` is a wider proposal, for
    when this one does not keep the access.
    """

    ways: tuple[Path, ...]
    pieces: tuple[Piece, ...]
    changes: tuple[Change, ...]
    removals: tuple[Removal, ...] = ()
    spare: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    otherwise: Draft | None = None

    def without(self, dropped: frozenset[str]) -> Draft:
        """Return the same without some spare permissions."""
        changes = tuple(replace(c, value=_pruned(c.value, dropped)) for c in self.changes)
        pieces = tuple(Piece(piece.title, _pruned(piece.body, dropped)) for piece in self.pieces)
        return self._replace(changes=changes, pieces=pieces)


def _pruned(value: Any, dropped: frozenset[str]) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON without some strings in its lists."""
    if isinstance(value, dict):
        return {key: _pruned(item, dropped) for key, item in value.items()}
    if isinstance(value, list):
        return [_pruned(i, dropped) for i in value if not (isinstance(i, str) and i in dropped)]
    return value


class Refused(NamedTuple):
    """Ways that cannot be expressed more narrowly, and why."""

    ways: tuple[Path, ...]
    reason: str


def as_cited(evidence: Evidence) -> tuple[Removal, ...]:
    """Return what evidence cites, if the provider could have answered without it."""
    removal = Removal(evidence.document, evidence.pointer)
    return (removal,) if removal.can_be_removed else ()
