"""The path search against brute force on small random graphs, and the cases that shaped it."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.graph import Graph
from scanner.model import CERTAINTIES, Asset, Certainty, Gain, Hop, Path, Principal, Source
from scanner.paths import MAX_HOPS, Query, Step, find_paths
from scanner.verdict import Guard, Holder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Triple = tuple[str, str, str, str]  # source, type and target of the way in, asset


def conjoin(guards: Iterable[Guard]) -> tuple[Guard, ...] | None:
    """Exact strings a key: a stand-in with the shape of the real conjunction."""
    values: dict[str, set[str]] = {}
    first: dict[str, Guard] = {}
    for guard in guards:
        values[guard.key] = values.get(guard.key, set(guard.values)) & set(guard.values)
        first.setdefault(guard.key, guard)
    if not all(values.values()):
        return None
    return tuple(
        Guard(key, "in", tuple(sorted(values[key])), first[key].held_by, first[key].kind)
        for key in sorted(values)
    )


def guard(kind: str, *values: str, held_by: Holder = "ours") -> Guard:
    return Guard(kind, "in", values, held_by, kind)


def hop(
    source: str,
    target: str,
    kind: str = "assume",
    *guards: Guard,
    gains: tuple[Gain, ...] = (),
    certainty: Certainty = "proven",
) -> Hop:
    return Hop(target, source, kind, guards, gains, certainty)


def read(source: str, target: str = "weights", *guards: Guard, certainty: Certainty = "proven") -> Hop:
    return hop(source, target, "read", *guards, gains=("read",), certainty=certainty)


def graph_of(hops: Iterable[Hop], sources: Iterable[str], assets: Iterable[str] = ("weights",)) -> Graph:
    hops = tuple(hops)
    return Graph(
        {name: Asset(name, "model-weights", "internal", 2) for name in assets},
        {name: Source(name, "vendor") for name in sources},
        lambda node: [h for h in hops if h.target == node],
        lambda node: Principal(node, "role", "aws") if node.startswith("role") else None,
    )


def said(paths: Iterable[Path]) -> list[str]:
    """Paths as their nodes, in order."""
    return [" ".join([p.source.id, *(h.target for h in p.hops)]) for p in paths]


ASSUME = Step(hop=lambda h: h.type == "assume")
GUARDED = Step(hop=lambda h: any(g.kind == "external-id" for g in h.guards))
AT_ENTRY = replace(GUARDED, at=frozenset({"first"}))
IP_A, IP_B = guard("source-ip", "a"), guard("source-ip", "b")
EXTERNAL_ID = guard("external-id", "x", held_by="vendor")

CASES: dict[str, tuple[list[Hop], Query, list[str]]] = {
    "one hop": ([read("vendor")], Query(), ["vendor weights"]),
    "the shorter of two": (
        [hop("vendor", "role1"), hop("role1", "role2"), read("role2"), read("role1")],
        Query(),
        ["vendor role1 weights"],
    ),
    "each way in has its own witness": (
        [hop("vendor", "role1"), hop("vendor", "role2"), read("role1"), read("role2")],
        Query(),
        ["vendor role1 weights", "vendor role2 weights"],
    ),
    "a gain that is not wanted": ([read("vendor")], Query(gains=frozenset({"write"})), []),
    "a detour meets no demand": (
        [hop("vendor", "role1", "x"), hop("role1", "role2"), hop("role2", "role1", "x"), read("role1")],
        Query(through=(ASSUME,)),
        [],
    ),
    "a longer way meets the demand": (
        [hop("vendor", "role1", "x"), hop("role1", "role2"), read("role2"), read("role1")],
        Query(through=(ASSUME,)),
        ["vendor role1 role2 weights"],
    ),
    "an avoided hop has a way round": (
        [
            hop("vendor", "role1"),
            read("role1", "weights", EXTERNAL_ID),
            hop("role1", "role2"),
            read("role2"),
        ],
        Query(avoid=(GUARDED,)),
        ["vendor role1 role2 weights"],
    ),
    "avoided only at the way in": (
        [hop("vendor", "role1"), read("role1", "weights", EXTERNAL_ID)],
        Query(avoid=(AT_ENTRY,)),
        ["vendor role1 weights"],
    ),
    "two addresses at once": (
        [hop("vendor", "role1", "assume", IP_A), read("role1", "weights", IP_B)],
        Query(),
        [],
    ),
    "one address twice": (
        [hop("vendor", "role1", "assume", IP_A), read("role1", "weights", IP_A)],
        Query(),
        ["vendor role1 weights"],
    ),
    "compute of ours has another address": (
        [
            hop("vendor", "role1", "assume", IP_A),
            hop("role1", "role2", "pass-role"),
            read("role2", "weights", IP_B),
        ],
        Query(),
        ["vendor role1 role2 weights"],
    ),
    "the call that starts the compute is the caller's": (
        [hop("vendor", "role1", "assume", IP_A), hop("role1", "role2", "pass-role", IP_B), read("role2")],
        Query(),
        [],
    ),
    "compute that passes requests on has an address of its own": (
        [hop("vendor", "role1", "invoke", IP_A), hop("role1", "weights", "relay", IP_B, gains=("read",))],
        Query(),
        ["vendor role1 weights"],
    ),
    "a role comes back with the address of compute": (
        [
            hop("vendor", "role1", "assume", IP_A),
            hop("role1", "role2", "pass-role"),
            hop("role2", "role1"),
            read("role1", "weights", IP_B),
        ],
        Query(),
        ["vendor role1 role2 role1 weights"],
    ),
    "each principal has tags of its own": (
        [
            hop("vendor", "role1", "assume", guard("principal-tag", "a")),
            read("role1", "weights", guard("principal-tag", "b")),
        ],
        Query(),
        ["vendor role1 weights"],
    ),
    "a source identity stays": (
        [
            hop(
                "vendor",
                "role1",
                "assume",
                Guard("sts:SourceIdentity", "in", ("a",), "vendor", "source-identity"),
            ),
            read("role1", "weights", Guard("aws:SourceIdentity", "in", ("b",), "ours", "source-identity")),
        ],
        Query(),
        [],
    ),
    "a contradiction on the short way only": (
        [
            hop("vendor", "role1", "assume", IP_A),
            read("role1", "weights", IP_B),
            hop("role1", "role2"),
            read("role2", "weights", IP_A),
        ],
        Query(),
        ["vendor role1 role2 weights"],
    ),
    "blocked hops are not walked unasked": ([read("vendor", certainty="blocked")], Query(), []),
    "one blocked hop": (
        [hop("vendor", "role1"), read("role1", certainty="blocked")],
        Query(certainty=frozenset({"blocked"})),
        ["vendor role1 weights"],
    ),
    "two blocked hops": (
        [hop("vendor", "role1", certainty="blocked"), read("role1", certainty="blocked")],
        Query(certainty=frozenset({"blocked"})),
        [],
    ),
    "an open path is not a blocked one": ([read("vendor")], Query(certainty=frozenset({"blocked"})), []),
    "only what is possible": (
        [read("vendor", certainty="possible"), hop("vendor", "role1"), read("role1")],
        Query(certainty=frozenset({"possible"})),
        ["vendor weights"],
    ),
    "no path through another source": (
        [hop("vendor", "other"), read("other")],
        Query(source=lambda s: s.id == "vendor"),
        [],
    ),
    "as many hops as allowed": (
        [hop("vendor", "role1"), read("role1")],
        Query(max_hops=2),
        ["vendor role1 weights"],
    ),
    "one hop too many": ([hop("vendor", "role1"), read("role1")], Query(max_hops=1), []),
    "a principal on the way": (
        [hop("vendor", "role1"), read("role1")],
        Query(through=(Step(principal=lambda p: p.kind == "role"),)),
        ["vendor role1 weights"],
    ),
    "an unknown node is no principal": (
        [hop("vendor", "thing"), read("thing")],
        Query(through=(Step(principal=lambda p: p.kind == "role"),)),
        [],
    ),
    "the query's own judgement, on the next best": (
        [hop("vendor", "role1"), read("role1"), hop("role1", "role2"), read("role2")],
        Query(accept=lambda p: len(p.hops) == 3),
        ["vendor role1 role2 weights"],
    ),
}


@pytest.mark.parametrize(("hops", "query", "expected"), CASES.values(), ids=CASES)
def test_find_paths(hops: list[Hop], query: Query, expected: list[str]) -> None:
    found = find_paths(graph_of(hops, ["vendor", "other"]), query, conjoin)
    assert said(found.paths) == expected
    assert found.cuts == ()


def test_the_witness_is_the_easiest_to_check() -> None:
    hops = [
        hop("vendor", "role0"),
        *(hop("role0", f"role{i}") for i in (1, 2, 3, 4)),
        read("role1", certainty="possible"),
        read("role2", "weights", guard("mfa", "true")),
        read("role3", "weights", EXTERNAL_ID),
        read("role4"),
    ]
    found = find_paths(graph_of(hops, ["vendor"]), Query(), conjoin)
    assert said(found.paths) == ["vendor role0 role3 weights"]  # nothing held by others; then by name
    assert found.paths[0].alternatives == 3
    assert found.paths[0].cut == ""


def test_address_ranges_along_a_path_are_conjoined() -> None:
    def found(first: str, second: str) -> list[str]:
        one, other = (Guard("aws:SourceIp", "cidr", (net,), "vendor", "source-ip") for net in (first, second))
        hops = [hop("vendor", "role1", "assume", one), read("role1", "weights", other)]
        return said(find_paths(graph_of(hops, ["vendor"]), Query()).paths)

    assert found("203.0.113.0/24", "203.0.113.128/25") == ["vendor role1 weights"]
    assert found("203.0.113.0/24", "198.51.100.0/24") == []


def test_gains_are_cut_to_those_wanted() -> None:
    both = hop("vendor", "weights", "read", gains=("read", "write"))
    found = find_paths(graph_of([both], ["vendor"]), Query(gains=frozenset({"write"})), conjoin)
    assert found.paths[0].gains == ("write",)


def test_what_was_left_out_is_said() -> None:
    fan = [
        hop("vendor", "role"),
        *(hop("role", f"role{i:03}") for i in range(99)),
        *(read(f"role{i:03}") for i in range(99)),
    ]
    contradicting = [hop("vendor", "role", "assume", IP_A), read("role", "weights", IP_B), read("role")]
    chain = [hop("vendor", "r0"), *(hop(f"r{i}", f"r{i + 1}") for i in range(MAX_HOPS)), read(f"r{MAX_HOPS}")]
    one = find_paths(graph_of(fan, ["vendor"]), Query(), conjoin)
    assert one.paths[0].cut == "at least 50 alternatives, counting stopped there"
    two = find_paths(graph_of(contradicting, ["vendor"]), Query(), conjoin)
    assert two.paths[0].cut == "1 way on left out because of conditions that contradict each other"
    three = find_paths(graph_of(chain, ["vendor"]), Query(), conjoin)
    assert three.paths == ()
    assert three.cuts == ("paths of more than 8 hops were not looked for; there may be some to: weights",)
    asked = find_paths(graph_of(chain, ["vendor"]), Query(max_hops=20), conjoin)
    assert len(asked.paths) == 1


def test_refused_ways_beyond_the_bound_are_said() -> None:
    fan = [
        hop("vendor", "role"),
        *(hop("role", f"role{i:03}") for i in range(99)),
        *(read(f"role{i:03}") for i in range(99)),
    ]
    found = find_paths(graph_of(fan, ["vendor"]), Query(accept=lambda _: False), conjoin)
    assert found.paths == ()
    assert found.cuts == ("more ways than were tried, and none of those tried counts: vendor to weights",)


def test_the_bound_on_states_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.paths.search.MAX_STATES_IN_ALL", 2)
    hops = [
        read("vendor"),
        *(hop(f"role{i}", f"role{i + 1}") for i in range(5)),
        hop("vendor", "role0"),
        read("role5"),
    ]
    found = find_paths(graph_of(hops, ["vendor"]), Query(), conjoin)
    assert said(found.paths) == ["vendor weights"]
    assert "the search met its bound on states" in found.paths[0].cut
    assert found.cuts == ("the search met its bound on states; not searched to the end: weights",)


# --- brute force


@dataclass(frozen=True)
class World:
    """Hops and a query, and whether its paths may pass a node twice."""

    hops: tuple[Hop, ...]
    query: Query
    simple: bool = field(default=False)


def brute_force(world: World) -> dict[Triple, list[tuple[int, int, int, tuple[Hop, ...]]]]:
    """Every walk (or every simple path, where the query asks for them), ranked, by way in and asset."""
    query = world.query
    limit = query.max_hops or MAX_HOPS
    order = sorted(
        set(world.hops), key=lambda h: (h.target, h.type, h.source, h.guards, h.certainty, h.gains)
    )
    place = {h: i for i, h in enumerate(order)}
    found: dict[Triple, list[tuple[int, int, int, tuple[Hop, ...]]]] = {}

    def walks(node: str, so_far: tuple[Hop, ...]) -> Iterator[tuple[Hop, ...]]:
        if so_far and node.startswith("asset"):
            yield so_far
        if len(so_far) < limit:
            for h in order:
                if h.source == node and not h.target.startswith("source"):
                    yield from walks(h.target, (*so_far, h))

    for source in ("source0", "source1"):
        for walk in walks(source, ()):
            if is_path(walk, world):
                certainty = max(CERTAINTIES.index(h.certainty) for h in walk)
                held = sum(g.held_by in {"ours", "issuer"} for h in walk for g in h.guards)
                key = (source, walk[0].type, walk[0].target, walk[-1].target)
                found.setdefault(key, []).append((len(walk), certainty, held, walk))
    for ranked in found.values():
        ranked.sort(key=lambda r: (*r[:3], tuple(place[h] for h in r[3])))
    return found


def is_path(walk: tuple[Hop, ...], world: World) -> bool:
    query = world.query
    nodes = [walk[0].source, *(h.target for h in walk)]
    if walk[-1].target in nodes[:-1] or (world.simple and len(set(nodes)) < len(nodes)):
        return False
    if not query.gains & set(walk[-1].gains) or sum(h.certainty == "blocked" for h in walk) > 1:
        return False
    if max((h.certainty for h in walk), key=CERTAINTIES.index) not in query.certainty:
        return False
    if any(meets(walk, step) for step in query.avoid) or not all(meets(walk, s) for s in query.through):
        return False
    leg: list[Guard] = []
    for h in walk:
        leg += [g for g in h.guards if g.kind == "source-ip"]
        if conjoin(leg) is None:
            return False
        if h.type == "pass-role":
            leg = []
    return True


def meets(walk: tuple[Hop, ...], step: Step) -> bool:
    hops, middle = walk, tuple(h.target for h in walk[:-1])
    if step.at:
        hops = (*hops[:1],) * ("first" in step.at) + (*hops[-1:],) * ("last" in step.at)
        middle = (*middle[:1],) * ("first" in step.at) + (*middle[-1:],) * ("last" in step.at)
    if step.hop is not None and any(map(step.hop, hops)):
        return True
    principals = [Principal(n, "role", "aws") for n in middle if n.startswith("role")]
    return step.principal is not None and any(map(step.principal, principals))


NODES = ["source0", "source1", "role0", "role1", "role2", "thing", "asset0", "asset1"]
guards_of_a_hop = st.lists(
    st.sampled_from([IP_A, IP_B, EXTERNAL_ID, guard("mfa", "true")]), max_size=2, unique=True
).map(tuple)
random_hops = st.builds(
    lambda source, target, kind, guards, certainty: Hop(
        target, source, kind, guards, ("read",) if target.startswith("asset") else (), certainty
    ),
    st.sampled_from(NODES),
    st.sampled_from(NODES[2:]),
    st.sampled_from(["assume", "pass-role"]),
    guards_of_a_hop,
    st.sampled_from([*["proven"] * 3, "possible", "blocked"]),
).filter(lambda h: h.source != h.target)
random_steps = st.builds(
    lambda step, at: replace(step, at=frozenset(at)),
    st.sampled_from([ASSUME, GUARDED, Step(principal=lambda p: p.id == "role1")]),
    st.sampled_from([(), (), ("first",), ("last",), ("first", "last")]),
)
random_queries = st.builds(
    lambda through, avoid, certainty, max_hops: Query(
        through=tuple(through), avoid=tuple(avoid), certainty=frozenset(certainty), max_hops=max_hops
    ),
    st.lists(random_steps, max_size=2),
    st.lists(random_steps, max_size=1),
    st.sampled_from(
        [
            ("proven", "possible"),
            ("proven", "possible"),
            ("proven",),
            ("possible",),
            ("blocked",),
            ("proven", "blocked"),
        ]
    ),
    st.sampled_from([2, 3, 4]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(random_hops, max_size=14, unique=True), random_queries)
def test_search_equals_brute_force(hops: list[Hop], query: Query) -> None:
    graph = graph_of(hops, ["source0", "source1"], ["asset0", "asset1"])
    expected = brute_force(World(tuple(hops), query, simple=query.simple))
    found = find_paths(graph, query, conjoin)
    got = {(p.source.id, p.hops[0].type, p.hops[0].target, p.asset.id): p for p in found.paths}
    assert {key: path.hops for key, path in got.items()} == {key: r[0][3] for key, r in expected.items()}
    simple = brute_force(World(tuple(hops), query, simple=True))
    for key, path in got.items():
        others = [r[3] for r in simple.get(key, []) if r[3] != path.hops]
        assert path.alternatives == min(len(others), 50)
        assert path.cut.startswith("at least") == (len(others) > 50)


@settings(max_examples=100, deadline=None)
@given(st.lists(random_hops, max_size=12, unique=True), random_queries, st.randoms())
def test_the_order_of_hops_does_not_matter(hops: list[Hop], query: Query, random: object) -> None:
    shuffled = sorted(hops, key=lambda h: hash((h.source, id(random))))
    one = find_paths(graph_of(hops, ["source0", "source1"], ["asset0", "asset1"]), query, conjoin)
    other = find_paths(graph_of(shuffled, ["source1", "source0"], ["asset1", "asset0"]), query, conjoin)
    assert one == other


def test_work_grows_with_hops_and_not_with_their_square() -> None:
    """Four times the roles, about four times the calls: counted, as a busy machine would change the clock."""

    def calls(roles: int) -> int:
        hops: dict[str, list[Hop]] = {}
        for i in range(roles):
            for target in (f"role{(i * 7 + 1) % roles}", f"role{(i * 13 + 5) % roles}"):
                hops.setdefault(target, []).append(hop(f"role{i}", target))
        for i in range(0, roles, roles // 40):
            hops.setdefault(f"role{i}", []).append(hop(f"vendor{i}", f"role{i}"))
        for a in range(20):
            hops[f"asset{a}"] = [read(f"role{(a * 331 + j) % roles}", f"asset{a}") for j in range(3)]
        graph = Graph(
            {f"asset{a}": Asset(f"asset{a}", "model-weights", "internal", 2) for a in range(20)},
            {f"vendor{i}": Source(f"vendor{i}", "vendor") for i in range(0, roles, roles // 40)},
            lambda node: hops.get(node, ()),
        )
        assert len(graph.links.hops) > roles
        events: Counter[str] = Counter()
        before = sys.getprofile()
        sys.setprofile(lambda frame, event, arg: events.update((event,)))
        find_paths(graph, Query(), conjoin)
        sys.setprofile(before)
        return events["call"] + events["c_call"]

    small, large = calls(3_000), calls(12_000)
    assert small > 3_000
    assert large < 6 * small
