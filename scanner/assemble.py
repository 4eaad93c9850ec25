"""Joins the providers' facts: which nodes are sources, which are assets, and the hops into a node."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from scanner.assets import find_assets
from scanner.catalog import load_vendors
from scanner.guards import is_over
from scanner.model import Principal, Resource
from scanner.providers import PROVIDERS
from scanner.sources import Register

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from scanner.config import Config
    from scanner.model import Asset, Evidence, Hop, Source
    from scanner.providers.base import Estate
    from scanner.snapshot import Gap, Snapshot


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
        self.assets, self.notes = find_assets(resources, config, self._describe)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every external principal with a way into a principal of ours or straight into an asset."""
        return self.sources_of(self.assets)

    def sources_of(self, assets: Iterable[str]) -> dict[str, Source]:
        """Return those with a way into a principal of ours or straight into one of `assets`, by id."""
        found = dict(self.principals)
        for asset in assets:
            for hop in self.hops_into(asset):
                if hop.source not in found:
                    principal = self.principal(hop.source)
                    if principal is not None:
                        found[hop.source] = principal
        sources = ((id_, self._register.source(found[id_])) for id_ in sorted(found))
        return {id_: source for id_, source in sources if source is not None}

    def hops_into(self, node: str) -> tuple[Hop, ...]:
        """Return the hops whose target is `node`, sorted."""
        if node not in self._hops:
            hops = [hop for e in self._estates for hop in e.hops_into(node) if not self._is_over(hop)]
            if self._snapshot.is_from_code:
                hops = [self._located(hop) for hop in hops]
            self._hops[node] = tuple(sorted(hops, key=lambda hop: hop.order))
        return self._hops[node]

    def _is_over(self, hop: Hop) -> bool:
        """Tell whether the hop demands a time that is over: a door that was shut by its own date."""
        day = self._as_of
        return day is not None and any(is_over(guard, day) for guard in hop.guards)

    def _located(self, hop: Hop) -> Hop:
        """Return the hop with its evidence at the lines of code that made the documents."""
        return msgspec.structs.replace(hop, evidence=tuple(self._at_its_lines(e) for e in hop.evidence))

    def _at_its_lines(self, evidence: Evidence) -> Evidence:
        place = self._snapshot.place(evidence.document, evidence.pointer)
        if place is None:
            return evidence
        return msgspec.structs.replace(evidence, file=place.file, lines=place.lines)

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
