"""Joins the providers' facts: which nodes are sources, which are assets, and the hops into a node."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Final

import msgspec

from scanner.assets import find_assets
from scanner.catalog import load_vendors
from scanner.guards import is_over
from scanner.model import Evidence, Principal, Resource
from scanner.providers import PROVIDERS
from scanner.sources import Register

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from scanner.config import Config
    from scanner.model import Asset, Hop, Source
    from scanner.providers.base import Estate
    from scanner.snapshot import Gap, Snapshot


LONGEST_EXCERPT: Final = 1_500
"""Characters of a statement kept in evidence; a longer one ends in an ellipsis."""


class Assembly:
    """One snapshot under one configuration.

    `principals`, `assets` and `sources` are by id; `notes` are remarks on the configuration for the report.
    Hops are derived once a node; those that end before `as_of` are none.
    """

    def __init__(self, snapshot: Snapshot, config: Config, as_of: dt.date | None = None) -> None:
        self._as_of = as_of
        self._estates: tuple[Estate, ...] = tuple(
            provider.read(snapshot, config) for provider in PROVIDERS if provider.name in snapshot.providers
        )
        self._snapshot = snapshot
        self._register = Register(config, load_vendors())
        self._hops: dict[str, tuple[Hop, ...]] = {}
        self._quotes: dict[tuple[str, str], Evidence] = {}
        principals: dict[str, Principal] = {}
        resources: list[Resource] = []
        for estate in self._estates:
            for fact in estate.facts():
                if isinstance(fact, Principal):
                    principals[fact.id] = fact
                else:
                    resources.append(fact)
        self.principals = principals
        self.assets: dict[str, Asset]
        found, self.notes = find_assets(resources, config, self._describe)
        self.assets = {id_: self._marked(asset) for id_, asset in found.items()}

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every external principal that a provider names, or from which a way leads to an asset, by id."""
        return self.sources_of(self.assets)

    def sources_of(self, assets: Iterable[str]) -> dict[str, Source]:
        """Return those that a provider names, or from which a way leads to one of `assets`, by id."""
        found: dict[str, Source] = {}
        for principal in self.principals.values():
            if (source := self._register.source(principal)) is not None:
                found[principal.id] = source
        waiting = list(assets)
        seen = set(waiting)
        for node in waiting:
            for hop in self.hops_into(node):
                if hop.source in seen or hop.source in found:
                    continue
                seen.add(hop.source)
                described = self.principal(hop.source)
                source = None if described is None else self._register.source(described)
                if source is None:
                    waiting.append(hop.source)  # ours, or what fronts an asset: who leads there?
                else:
                    found[hop.source] = source
        return dict(sorted(found.items()))

    def hops_into(self, node: str) -> tuple[Hop, ...]:
        """Return the hops whose target is `node`, sorted."""
        if node not in self._hops:
            hops = [hop for e in self._estates for hop in e.hops_into(node) if not self._is_over(hop)]
            self._hops[node] = tuple(sorted(map(self._proven, hops), key=lambda hop: hop.order))
        return self._hops[node]

    def _is_over(self, hop: Hop) -> bool:
        """Tell whether the hop demands a time that is over: a door that was shut by its own date."""
        day = self._as_of
        return day is not None and any(is_over(guard, day) for guard in hop.guards)

    def _marked(self, asset: Asset) -> Asset:
        """Return the asset with what its evidence cites."""
        signals = (msgspec.structs.replace(s, evidence=self._quoted(s.evidence)) for s in asset.signals)
        unrecorded_by = tuple(map(self._quoted, asset.unrecorded_by))
        return msgspec.structs.replace(asset, signals=tuple(signals), unrecorded_by=unrecorded_by)

    def _proven(self, hop: Hop) -> Hop:
        """Return the hop with what its evidence cites, and the lines of code that made it."""
        return msgspec.structs.replace(hop, evidence=tuple(map(self._quoted, hop.evidence)))

    def _quoted(self, evidence: Evidence) -> Evidence:
        """Return evidence as its document has it: a provider only says where."""
        place = (evidence.document, evidence.pointer)
        if place not in self._quotes:
            self._quotes[place] = _quoted(evidence, self._snapshot)
        return self._quotes[place]

    def principal(self, node: str) -> Principal | None:
        """Return the principal a node stands for, None when it is none."""
        if node in self.principals:
            return self.principals[node]
        described = self._describe(node)
        return described if isinstance(described, Principal) else None

    def gaps(self) -> Iterator[Gap]:
        """Yield what could not be read, sorted: at collection, then in the policies themselves."""
        yield from sorted({*self._snapshot.gaps, *(g for e in self._estates for g in e.coverage())})

    def _describe(self, node: str) -> Principal | Resource | None:
        return next((d for e in self._estates if (d := e.describe(node)) is not None), None)


def _quoted(evidence: Evidence, snapshot: Snapshot) -> Evidence:
    cited = snapshot.cited(evidence.document, evidence.pointer)
    if cited is None:  # a field that is absent has the lines of what lacks it
        place = snapshot.place(evidence.document, evidence.pointer)
        return (
            evidence
            if place is None
            else msgspec.structs.replace(evidence, file=place.file, lines=place.lines)
        )
    part, place = cited
    excerpt = json.dumps(part, ensure_ascii=False)
    if len(excerpt) > LONGEST_EXCERPT:
        excerpt = excerpt[: LONGEST_EXCERPT - 1] + "…"
    if place is None:
        return Evidence(evidence.document, evidence.pointer, excerpt)
    return Evidence(evidence.document, evidence.pointer, excerpt, place.file, place.lines)
