"""The third-party inventory: who is outside, their ways in, and what is lost if one of them is breached.

A third party is a vendor of the register, a known one, or what strangers have in common: an account, a mail
domain, a tenant, one subject pattern of an issuer. Vendors of the register are listed even when they reach
nothing.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec reads the annotations
from collections import Counter
from typing import TYPE_CHECKING, Final

import msgspec

from scanner.access import outside_access
from scanner.model import (  # noqa: TC001 - msgspec reads the annotations
    Agreement,
    AssetClass,
    Certainty,
    Gain,
    Hop,
    Trust,
    Use,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.access import Access
    from scanner.analysis import Analysis
    from scanner.config import Vendor
    from scanner.model import Source

ANYONE: Final = "anyone"
"""Name of the party that the public is."""


class WayIn(msgspec.Struct, frozen=True, order=True):
    """A first hop from one of the party's principals into what is ours.

    `last_used` is what the provider says of the principal it leads to: an ISO date, ``never``, or None; `use`
    is what logs say of this way, None when none was read that could show it.
    """

    source: str
    entry: str
    hop: Hop
    last_used: str | None = None
    use: Use | None = None


class Holding(msgspec.Struct, frozen=True, order=True):
    """One gain on one asset; `agreement` is the register's word, `hops` the length of the shortest way."""

    asset: str
    asset_class: AssetClass
    tier: str
    rank: int
    gain: Gain
    agreement: Agreement
    certainty: Certainty
    hops: int


class Loss(msgspec.Struct, frozen=True, order=True):
    """How many assets of one tier and class are lost, by gain, if the party is breached."""

    tier: str
    asset_class: AssetClass
    gain: Gain
    assets: int


class ThirdParty(msgspec.Struct, frozen=True):
    """One line of the inventory.

    `expired` when the register's date is over; `holdings` and `lost` by tier, strictest first.
    """

    name: str
    trust: Trust
    registered: bool
    owner: str | None
    purpose: str | None
    expires: dt.date | None
    expired: bool
    sources: tuple[str, ...]
    ways_in: tuple[WayIn, ...]
    holdings: tuple[Holding, ...]
    lost: tuple[Loss, ...]


class Inventory(msgspec.Struct, frozen=True):
    """Third parties, those who reach the strictest tiers first; `cuts` say what was not looked at."""

    as_of: dt.date
    parties: tuple[ThirdParty, ...]
    cuts: tuple[str, ...] = ()


def inventory(analysis: Analysis) -> Inventory:
    """Return every third party of an estate."""
    access, cuts = outside_access(analysis)
    register = {vendor.name: vendor for vendor in analysis.config.vendors}
    by_party: dict[str, list[Access]] = {name: [] for name in register}
    sources: dict[str, dict[str, Source]] = {name: {} for name in register}
    for source in analysis.assembly.sources.values():
        sources.setdefault(party_of(source), {})[source.id] = source
    for item in access:
        name = party_of(item.path.source)
        by_party.setdefault(name, []).append(item)
        sources.setdefault(name, {})[item.path.source.id] = item.path.source
    parties = [
        _party(analysis, name, register.get(name), sources[name], by_party.get(name, ())) for name in sources
    ]
    return Inventory(analysis.as_of, tuple(sorted(parties, key=_worst_first)), cuts)


def party_of(source: Source) -> str:
    """Return the third party that a source belongs to."""
    principal = source.principal
    if source.vendor:
        return source.vendor
    if source.trust == "public" or principal is None:
        return ANYONE if source.trust == "public" else source.id
    return source.id if principal.kind == "oidc" else principal.issuer or principal.scope or source.id


def _party(
    analysis: Analysis, name: str, vendor: Vendor | None, sources: dict[str, Source], access: Iterable[Access]
) -> ThirdParty:
    held = [_holding(item) for item in access]
    best: dict[tuple[str, Gain], Holding] = {}
    for holding in sorted(held, key=lambda h: (h.certainty != "proven", h.hops)):
        best.setdefault((holding.asset, holding.gain), holding)
    holdings = sorted(best.values(), key=lambda h: (-h.rank, h.asset, h.gain))
    first = next(iter(sources.values()), None)
    return ThirdParty(
        name,
        first.trust if first else (vendor.relation if vendor else "unknown-external"),
        vendor is not None,
        vendor.owner if vendor else None,
        vendor.purpose if vendor else None,
        vendor.expires if vendor else None,
        vendor is not None and vendor.expires is not None and vendor.expires < analysis.as_of,
        tuple(sorted(sources)),
        _ways_in(analysis, access),
        tuple(holdings),
        _lost(holdings),
    )


def _holding(access: Access) -> Holding:
    asset, path = access.path.asset, access.path
    return Holding(
        asset.id,
        asset.asset_class,
        asset.tier,
        asset.rank,
        access.gain,
        access.agreement,
        path.certainty,
        len(path.hops),
    )


def _ways_in(analysis: Analysis, access: Iterable[Access]) -> tuple[WayIn, ...]:
    found: dict[tuple[str, str, str], WayIn] = {}
    for item in access:
        for path in item.entries:
            hop = path.hops[0]
            entered = analysis.assembly.principal(hop.target)
            used = entered.last_used if entered else None
            found[hop.source, hop.target, hop.type] = WayIn(hop.source, hop.target, hop, used)
    return tuple(found[key] for key in sorted(found))


def _lost(holdings: Iterable[Holding]) -> tuple[Loss, ...]:
    counts: Counter[tuple[int, str, AssetClass, Gain]] = Counter()
    for holding in holdings:
        counts[-holding.rank, holding.tier, holding.asset_class, holding.gain] += 1
    return tuple(
        Loss(tier, class_, gain, number) for (_, tier, class_, gain), number in sorted(counts.items())
    )


def _worst_first(party: ThirdParty) -> tuple[int, int, str]:
    ranks = [h.rank for h in party.holdings if h.agreement != "agreed"]
    return -max(ranks, default=-1), -len(ranks), party.name
