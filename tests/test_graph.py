"""The graph asks for hops backward from the assets, once a node, and numbers them in sorted order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.graph import Graph
from scanner.model import Asset, Hop, Source

if TYPE_CHECKING:
    from collections.abc import Iterable


class Estate:
    """Hops by target, counting what is asked."""

    def __init__(self, *hops: tuple[str, str]) -> None:
        self.asked: list[str] = []
        self._hops = [Hop(target, source, "assume") for source, target in hops]

    def __call__(self, node: str) -> Iterable[Hop]:
        """The hops into a node."""
        self.asked.append(node)
        return [hop for hop in self._hops if hop.target == node]


def graph_of(estate: Estate, sources: Iterable[str] = ("vendor",)) -> Graph:
    asset = Asset("weights", "model-weights", "internal", 2)
    return Graph({"weights": asset}, {name: Source(name, "vendor") for name in sources}, estate)


def test_a_node_is_asked_once_and_only_towards_assets() -> None:
    estate = Estate(
        ("a", "weights"), ("b", "weights"), ("c", "a"), ("c", "b"), ("a", "c"), ("x", "elsewhere")
    )
    graph = graph_of(estate)
    assert estate.asked == []
    assert len(graph.links.hops) == len(graph.links.hops) == 5
    assert estate.asked == ["weights", "a", "b", "c"]


def test_what_leads_into_a_source_is_not_asked() -> None:
    estate = Estate(("vendor", "weights"), ("other", "vendor"))
    assert [hop.source for hop in graph_of(estate).links.hops] == ["vendor"]
    assert estate.asked == ["weights"]


def test_a_hop_to_itself_is_left_out() -> None:
    assert graph_of(Estate(("weights", "weights"), ("a", "a"))).links.hops == ()


def test_numbers_are_in_order_whatever_the_order_of_hops() -> None:
    pairs = [("b", "weights"), ("a", "weights"), ("vendor", "b"), ("vendor", "a")]
    one, other = graph_of(Estate(*pairs)), graph_of(Estate(*reversed(pairs)))
    assert one.links == other.links
    assert [(hop.source, hop.target) for hop in one.links.hops] == [
        ("vendor", "a"),
        ("vendor", "b"),
        ("a", "weights"),
        ("b", "weights"),
    ]
    assert list(one.links.names) == sorted(one.links.names)


def test_hops_by_target_and_by_source() -> None:
    graph = graph_of(Estate(("vendor", "a"), ("a", "weights"), ("vendor", "weights")))
    assert [hop.source for hop in graph.into("weights")] == ["a", "vendor"]
    assert [hop.target for hop in graph.out_of("vendor")] == ["a", "weights"]
    assert graph.into("nowhere") == graph.out_of("nowhere") == ()
