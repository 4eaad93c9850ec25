"""What one node holds of what was asked, and how several grants of it read as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scanner.guards import conjoin
from scanner.verdict import Allowed, AllowedIf, Unknown, either

if TYPE_CHECKING:
    from scanner.model import Evidence
    from scanner.verdict import Guard, Verdict


class Holding(NamedTuple):
    """A node may, under any of `alternatives` (one without guards: always).

    `missing` names what was not read and could take it away; `blocked_by` says what takes it away.
    """

    node: str
    alternatives: tuple[tuple[Guard, ...], ...] = ((),)
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    blocked_by: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether nothing stands in front of it."""
        return self.alternatives == ((),) and not self.missing and not self.blocked_by

    @property
    def verdict(self) -> Verdict:
        """The same as a verdict; a holding that is blocked has none."""
        if self.missing:
            return Unknown(tuple(sorted(self.missing)))
        return Allowed() if () in self.alternatives else AllowedIf(self.alternatives)


def joined(one: Holding, other: Holding) -> Holding:
    """Return what a node holds that has two grants: the plain one, else the alternatives of both.

    One that is blocked counts only beside another one that is.
    """
    if one.is_plain or other.is_plain:
        return one if one.is_plain else other
    if one.blocked_by or other.blocked_by:
        return other if one.blocked_by and not other.blocked_by else one
    if bool(one.missing) != bool(other.missing):
        return other if one.missing else one  # proven under guards says more than not known
    verdict = either(one.verdict, other.verdict)
    alternatives = verdict.alternatives if isinstance(verdict, AllowedIf) else ((),)
    return Holding(
        node=one.node,
        alternatives=alternatives,
        evidence=tuple(dict.fromkeys((*one.evidence, *other.evidence))),
        missing=verdict.missing if isinstance(verdict, Unknown) else (),
        assumed=tuple(sorted({*one.assumed, *other.assumed})),
    )


def both(one: Holding, other: Holding, node: str) -> Holding | None:
    """Return what a node holds that needs two grants; None when their guards contradict each other."""
    alternatives = [
        guards
        for mine in one.alternatives
        for theirs in other.alternatives
        if (guards := conjoin((*mine, *theirs))) is not None
    ]
    if not alternatives:
        return None
    return Holding(
        node=node,
        alternatives=tuple(sorted(set(alternatives), key=lambda guards: (len(guards), guards))),
        evidence=tuple(dict.fromkeys((*one.evidence, *other.evidence))),
        missing=tuple(sorted({*one.missing, *other.missing})),
        assumed=tuple(sorted({*one.assumed, *other.assumed})),
        blocked_by=tuple(sorted({*one.blocked_by, *other.blocked_by})),
    )
