"""Questions without rules: who can do something to an asset, and what can one principal reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.errors import ConfigError, did_you_mean
from scanner.graph import Graph
from scanner.model import GAINS, Hop, Path, Source
from scanner.paths import Found, Query, find_paths
from scanner.verdict import conjoin
from scanner.wildcards import matches

if TYPE_CHECKING:
    from scanner.assemble import Assembly
    from scanner.model import Asset, Gain


_ANYONE = "*"


class Reach(msgspec.Struct, frozen=True, order=True):
    """Who can do one thing to one asset: `hops` straight into it, and the `paths` of outsiders to it."""

    asset: Asset
    gain: Gain
    hops: tuple[Hop, ...]
    paths: tuple[Path, ...]
    cuts: tuple[str, ...] = ()


def who_can(assembly: Assembly, gain: Gain, wanted: str, *, direct: bool = False) -> tuple[Reach, ...]:
    """Return who has `gain` on each asset that the glob `wanted` names, in asset order.

    With `direct`, only who reaches it in one hop: no other node is looked at.

    Raises:
        ConfigError: when no asset matches.
    """
    assets = {id_: asset for id_, asset in assembly.assets.items() if matches(wanted, id_)}
    if not assets:
        raise ConfigError(f"no asset `{wanted}` in this snapshot{did_you_mean(wanted, assembly.assets)}")
    found = Found(())
    if not direct:
        graph = Graph(assets, assembly.sources_of(assets), assembly.hops_into, assembly.principal)
        found = find_paths(graph, Query(gains=frozenset({gain})), conjoin)
    return tuple(
        Reach(
            asset,
            gain,
            tuple(h for h in assembly.hops_into(id_) if gain in h.gains and h.certainty != "blocked"),
            tuple(path for path in found.paths if path.asset.id == id_),
            found.cuts,
        )
        for id_, asset in assets.items()
    )


def can(assembly: Assembly, node: str) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Return the ways from a principal, ours or not, to each asset and gain, and what was not looked at.

    Raises:
        ConfigError: when the snapshot knows no such principal.
    """
    known = {**assembly.principals, **assembly.sources}
    if node == _ANYONE and node not in known:
        return (), ()  # there always is somebody without credentials
    if node not in known:
        raise ConfigError(f"no principal `{node}` in this snapshot{did_you_mean(node, known)}")
    source = assembly.sources.get(node) or Source(
        node, "unknown-external", principal=assembly.principal(node)
    )
    graph = Graph(assembly.assets, {node: source}, assembly.hops_into, assembly.principal)
    paths: list[Path] = []
    cuts: list[str] = []
    for gain in GAINS:
        found = find_paths(graph, Query(gains=frozenset({gain})), conjoin)
        paths += found.paths
        cuts += found.cuts
    return tuple(paths), tuple(dict.fromkeys(cuts))
