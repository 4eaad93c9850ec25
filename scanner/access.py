"""What outsiders can reach, and what of it is agreed: each access once, whatever the rules say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

from scanner.model import GAINS, Agreement, Gain, Path
from scanner.paths import Query, find_paths

if TYPE_CHECKING:
    from scanner.analysis import Analysis

AccessKey: TypeAlias = tuple[str, Gain, str]
"""Source, gain and asset, by id."""


class Access(msgspec.Struct, frozen=True, order=True):
    """One source that has one gain on one asset: the easiest path of the best agreed way, and all ways in.

    `agreement` is the register's word on `path`.
    """

    path: Path
    gain: Gain
    agreement: Agreement
    entries: tuple[Path, ...] = ()

    @property
    def key(self) -> AccessKey:
        """What is had, whatever the way."""
        return self.path.source.id, self.gain, self.path.asset.id


def outside_access(analysis: Analysis) -> tuple[tuple[Access, ...], tuple[str, ...]]:
    """Return all access of outsiders, in the order of source, asset and gain, and what was not looked at.

    An access is agreed when one way to it is; otherwise the first way speaks for it.
    """
    by_key: dict[AccessKey, list[Path]] = {}
    cuts: dict[str, None] = {}
    for gain in GAINS:
        found = find_paths(analysis.graph, Query(gains=frozenset({gain})))
        cuts.update(dict.fromkeys(found.cuts))
        for path in found.paths:
            by_key.setdefault((path.source.id, gain, path.asset.id), []).append(path)
    access = []
    for (_, gain, _), paths in by_key.items():
        judged = [(path, analysis.agreements(path)) for path in paths]
        path, agreement = next(((p, a) for p, a in judged if a == "agreed"), judged[0])
        access.append(Access(path, gain, agreement, tuple(paths)))
    access.sort(key=lambda a: (a.path.source.id, -a.path.asset.rank, a.path.asset.id, GAINS.index(a.gain)))
    return tuple(access), tuple(cuts)
