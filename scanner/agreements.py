"""How the vendor register stands to a path: findings are access minus agreed access."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.netset import AddressSet
from scanner.wildcards import covers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from scanner.config import Agreed, Config, Vendor
    from scanner.model import Agreement, Asset, Path


class Agreements:
    """Judges paths against the register, as of one day."""

    def __init__(self, config: Config, assets: Mapping[str, Asset], as_of: dt.date) -> None:
        self._vendors = {v.name: v for v in config.vendors}
        self._assets = assets
        self._as_of = as_of

    def __call__(self, path: Path) -> Agreement:
        """Return the register's word on a path; see `scanner.model.AGREEMENTS`."""
        vendor = self._vendors.get(path.source.vendor or "")
        if vendor is None or not path.source.registered:
            return "unregistered"
        covering = [a for a in vendor.allowed if _covers(a, path)]
        if not covering:
            return "above-tier" if self._reaches_up(vendor, path) else "none"
        if vendor.expires is not None and vendor.expires < self._as_of:
            return "expired"
        if all(a.until is not None and a.until < self._as_of for a in covering):
            return "expired"
        return "agreed" if _demands_met(vendor, path) else "unmet-demand"

    def _reaches_up(self, vendor: Vendor, path: Path) -> bool:
        """Tell whether the vendor is agreed to the same gain, on assets of lower tiers only."""
        ranks = [
            asset.rank
            for agreed in vendor.allowed
            if set(agreed.gains) & set(path.gains)
            for asset in self._assets.values()
            if asset.asset_class == path.asset.asset_class and any(covers(g, asset.id) for g in agreed.assets)
        ]
        return bool(ranks) and max(ranks) < path.asset.rank


def _covers(agreed: Agreed, path: Path) -> bool:
    return set(path.gains) <= set(agreed.gains) and any(covers(g, path.asset.id) for g in agreed.assets)


def _demands_met(vendor: Vendor, path: Path) -> bool:
    """Tell whether the path carries what the register demands.

    An external id is demanded of an assume that is the way in; known networks of any hop.
    """
    entry = path.hops[0]
    guarded = any(guard.kind == "external-id" for guard in entry.guards)
    if vendor.demands.external_id and entry.type == "assume" and not guarded:
        return False
    if not vendor.demands.networks:
        return True
    known = AddressSet.of(vendor.identities.networks)
    guards = [g for hop in path.hops for g in hop.guards if g.kind == "source-ip" and g.op == "cidr"]
    return any(known.includes(AddressSet.of(guard.values)) for guard in guards)
