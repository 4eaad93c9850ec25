"""What is worth protecting: resources that the configuration declares, or that enough evidence marks.

A tier comes from the first label that matches; else from the assets a resource stands for (an endpoint
serves weights, a key opens buckets); else it is ``unlabelled``, which ranks just below the highest tier, so
that forgetting a label hides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from scanner.model import GAINS, Asset, Resource
from scanner.wildcards import covers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scanner.config import AssetLabel, Config
    from scanner.model import Principal

ENOUGH: Final = 50
"""Score from which a signal alone makes an asset."""
DECLARED: Final = 100
"""Score of what the configuration declares."""
UNLABELLED: Final = "unlabelled"
_KEY_CLASS: Final = "weights-key"
_LOG_CLASS: Final = "audit-log"


def find_assets(
    resources: Iterable[Resource], config: Config, describe: Callable[[str], Principal | Resource | None]
) -> tuple[dict[str, Asset], tuple[str, ...]]:
    """Return assets by id, and notes on labels that match nothing.

    Args:
        resources: Every resource that may be an asset.
        config: Labels, first match wins, and tiers.
        describe: Finds a resource that a label names exactly though nothing else mentions it.
    """
    known = {r.id: r for r in resources}
    notes = []
    for label in config.assets:
        if any(covers(label.match, id_) for id_ in known):
            continue
        named = describe(label.match)
        if not isinstance(named, Resource):
            notes.append(f"asset label `{label.match}` matches no resource")
        else:
            known[label.match] = named
    assets = {id_: asset for id_ in sorted(known) if (asset := _asset(known[id_], config)) is not None}
    assets = _without_covered(assets)
    return _with_inherited(assets, known, config), tuple(notes)


def _asset(resource: Resource, config: Config) -> Asset | None:
    label = next((label for label in config.assets if covers(label.match, resource.id)), None)
    strongest = max(resource.signals, default=None)
    if label is None and (strongest is None or strongest.score < ENOUGH):
        return None
    tier, rank = _tier(label, config)
    asset_class = label.class_ if label else strongest.asset_class if strongest else "model-weights"
    return Asset(
        id=resource.id,
        asset_class=asset_class,
        tier=tier,
        rank=rank,
        kind=resource.kind,
        provider=resource.provider,
        scope=resource.scope,
        score=DECLARED if label or strongest is None else strongest.score,
        signals=resource.signals,
        unrecorded=resource.unrecorded,
        unrecorded_by=resource.unrecorded_by,
        unrecorded_missing=resource.unrecorded_missing,
    )


def _tier(label: AssetLabel | None, config: Config) -> tuple[str, int]:
    ranks = sorted({t.rank for t in config.tiers.values()}, reverse=True) or [0]
    if label is None:
        return UNLABELLED, ranks[1] if len(ranks) > 1 else ranks[0]
    highest = max(config.tiers, key=lambda name: config.tiers[name].rank, default=UNLABELLED)
    tier = label.tier or highest
    return tier, config.tiers[tier].rank if tier in config.tiers else ranks[0]


def _without_covered(assets: dict[str, Asset]) -> dict[str, Asset]:
    """Fold an unlabelled location into a wider asset of the same kind that covers it, evidence included.

    A log stays apart from what is no log: who may write to it is another question.
    """
    globs = [a for a in assets.values() if a.id.endswith("*")]
    kept = dict(assets)
    for asset in assets.values():
        wider = next((g for g in globs if _takes_in(g, asset)), None)
        if wider is None or asset.tier not in {UNLABELLED, wider.tier}:
            continue
        del kept[asset.id]
        if wider.id in kept:
            kept[wider.id] = _with_evidence_of(kept[wider.id], asset)
    return kept


def _takes_in(wider: Asset, asset: Asset) -> bool:
    both_logs = (wider.asset_class == _LOG_CLASS) == (asset.asset_class == _LOG_CLASS)
    return wider.id != asset.id and wider.kind == asset.kind and both_logs and covers(wider.id, asset.id)


def _with_evidence_of(wider: Asset, asset: Asset) -> Asset:
    """Return the wider asset with what is known of a part of it."""
    unrecorded = {*wider.unrecorded, *asset.unrecorded}
    return msgspec.structs.replace(
        wider,
        signals=tuple(sorted({*wider.signals, *asset.signals}, reverse=True)),
        unrecorded=tuple(gain for gain in GAINS if gain in unrecorded),
        unrecorded_by=tuple(sorted({*wider.unrecorded_by, *asset.unrecorded_by}, key=str)),
        unrecorded_missing=_doubts(wider, asset),
    )


def _doubts(*parts: Asset) -> tuple[str, ...]:
    """Return what was not read, unless one part leaves no record whatever that says."""
    silent = [part for part in parts if part.unrecorded]
    if any(not part.unrecorded_missing for part in silent):
        return ()
    return tuple(sorted({name for part in silent for name in part.unrecorded_missing}))


def _with_inherited(assets: dict[str, Asset], known: dict[str, Resource], config: Config) -> dict[str, Asset]:
    """Pass tiers along `Resource.uses`; drop keys that open no asset."""
    result: dict[str, Asset] = {}
    for asset in assets.values():
        uses = known[asset.id].uses
        used = [
            a
            for a in assets.values()
            if a.asset_class != _LOG_CLASS and any(covers(a.id, u) or covers(u, a.id) for u in uses)
        ]
        if asset.asset_class == _KEY_CLASS and asset.score < DECLARED and not used:
            continue
        inherited = max(used, key=lambda a: a.rank, default=None)
        if asset.tier == UNLABELLED and inherited is not None and inherited.tier in config.tiers:
            result[asset.id] = msgspec.structs.replace(asset, tier=inherited.tier, rank=inherited.rank)
        else:
            result[asset.id] = asset
    return result
