"""Sets of packets: named cases, and the algebra against every single packet of a small universe."""

from __future__ import annotations

from functools import cache
from ipaddress import ip_address, ip_network
from itertools import pairwise, product
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.boxes import PORTS, TCP, UDP, Boxes, Rule, any_match, first_match, union
from scanner.netset import AddressSet

ANYWHERE = AddressSet.of(["0.0.0.0/0"])
HALVES = AddressSet.of(["0.0.0.0/1"]), AddressSet.of(["128.0.0.0/1"])
VENDOR = AddressSet.of(["203.0.113.0/24"])


def allow(name: str, sources: AddressSet, first: int = 0, last: int = PORTS - 1) -> Rule:
    return Rule(name, Boxes.of(sources, TCP, first, last))


def deny(name: str, sources: AddressSet, first: int = 0, last: int = PORTS - 1) -> Rule:
    return Rule(name, Boxes.of(sources, TCP, first, last), allows=False)


ORDERED = {
    "the first that matches decides": ([deny("1", VENDOR), allow("2", ANYWHERE)], ANYWHERE - VENDOR, ("2",)),
    "a later deny does nothing": ([allow("1", ANYWHERE), deny("2", VENDOR)], ANYWHERE, ("1",)),
    "two halves are the whole": (
        [allow("1", HALVES[0]), allow("2", HALVES[1])],
        ANYWHERE,
        ("1", "2"),
    ),
    "two denied halves leave nothing": (
        [deny("1", HALVES[0]), deny("2", HALVES[1]), allow("3", ANYWHERE)],
        AddressSet(),
        (),
    ),
    "a deny of another port is no deny": (
        [deny("1", ANYWHERE, 22, 22), allow("2", ANYWHERE)],
        ANYWHERE,
        ("2",),
    ),
    "what an earlier rule let through is not the later one's": (
        [allow("1", ANYWHERE), allow("2", VENDOR)],
        ANYWHERE,
        ("1",),
    ),
    "no rule denies": ([], AddressSet(), ()),
}


@pytest.mark.parametrize(("rules", "expected", "by"), ORDERED.values(), ids=ORDERED)
def test_first_match(rules: list[Rule], expected: AddressSet, by: tuple[str, ...]) -> None:
    admitted = first_match(rules)
    assert admitted.packets.reaching(8000) == expected
    assert admitted.rules(Boxes.of(ANYWHERE, TCP, 8000, 8000)) == by


def test_ends_are_included_and_protocols_apart() -> None:
    boxes = Boxes.of(VENDOR, TCP, 8000, 8010)
    assert [bool(boxes.reaching(port)) for port in (7999, 8000, 8010, 8011)] == [False, True, True, False]
    assert not boxes.reaching(8000, UDP)
    assert boxes.volume == 256 * 11
    assert (boxes.boxes[0].protocol, boxes.boxes[0].ports) == (TCP, (8000, 8010))


def test_equal_sets_are_equal_values() -> None:
    parts = [Boxes.of(half, TCP, first, first + 9) for half in HALVES for first in (80, 90)]
    assert union(parts) == union(reversed(parts)) == Boxes.of(ANYWHERE, TCP, 80, 99)


def test_a_union_keeps_every_rule_that_lets_a_packet_in() -> None:
    admitted = any_match([allow("a", ANYWHERE), allow("b", VENDOR), allow("c", VENDOR, 22, 22)])
    assert admitted.rules(Boxes.of(VENDOR, TCP, 8000, 8000)) == ("a", "b")
    with pytest.raises(ValueError, match="only an ordered filter denies"):
        any_match([deny("d", VENDOR)])


@pytest.mark.parametrize("wrong", [(TCP, 10, 9), (TCP, 0, PORTS), (256, 0, 0), (-1, 0, 0)])
def test_what_is_no_range_is_refused(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="protocol"):
        Boxes.of(ANYWHERE, *wrong)


# A universe that can be enumerated: eight addresses of each family, two protocols, six ports.

ADDRESSES = tuple(f"192.0.2.{i}" for i in range(8)) + tuple(f"2001:db8::{i}" for i in range(8))
POINTS = tuple(product((TCP, UDP), range(6)))
UNIVERSE = union(Boxes.of(AddressSet.of(ADDRESSES), protocol, 0, 5) for protocol in (TCP, UDP))

Packet: TypeAlias = tuple[str, int, int]
Line: TypeAlias = tuple[bool, list[str], int | None, int, int]
"""Allows, blocks, protocol, first port, last port: a rule as a person reads it."""

BLOCKS = st.lists(
    st.builds("192.0.2.{}/{}".format, st.integers(0, 7), st.integers(29, 32))
    | st.builds("2001:db8::{}/{}".format, st.integers(0, 7), st.integers(125, 128))
    | st.sampled_from(["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1"]),
    max_size=3,
)
LINES = st.lists(
    st.builds(
        lambda allows, blocks, protocol, ports: (allows, blocks, protocol, min(ports), max(ports)),
        st.booleans(),
        BLOCKS,
        st.sampled_from([TCP, UDP, None]),
        st.tuples(st.integers(0, 5), st.integers(0, 5)),
    ),
    max_size=6,
)


@cache
def held_by(block: str) -> frozenset[str]:
    """Return the addresses of the universe that a block holds, by the standard library's word."""
    return frozenset(a for a in ADDRESSES if ip_address(a) in ip_network(block, strict=False))


def matches(rule: Line, packet: Packet) -> bool:
    _, blocks, protocol, first, last = rule
    address, spoken, port = packet
    rightly = protocol is None or (protocol == spoken and first <= port <= last)
    return rightly and any(address in held_by(block) for block in blocks)


def compiled(lines: list[Line]) -> list[Rule]:
    return [
        Rule(str(i), Boxes.of(AddressSet.of(blocks), protocol, first, last), allows)
        for i, (allows, blocks, protocol, first, last) in enumerate(lines)
    ]


def packets_of(boxes: Boxes) -> set[Packet]:
    reaching = {point: boxes.reaching(point[1], point[0]) for point in POINTS}
    return {(address, *point) for point in POINTS for address in ADDRESSES if address in reaching[point]}


def every_packet() -> list[Packet]:
    return [(address, protocol, port) for address in ADDRESSES for protocol, port in POINTS]


@given(lines=LINES)
def test_an_ordered_filter_decides_each_packet_as_its_rules_do(lines: list[Line]) -> None:
    admitted = first_match(compiled(lines))
    by_hand: dict[Packet, str] = {}
    for packet in every_packet():
        first = next((i for i, rule in enumerate(lines) if matches(rule, packet)), None)
        if first is not None and lines[first][0]:
            by_hand[packet] = str(first)
    assert packets_of(admitted.packets) == set(by_hand)
    assert (admitted.packets & UNIVERSE).volume == len(by_hand)
    for name, boxes in admitted.parts:
        assert packets_of(boxes) == {p for p, rule in by_hand.items() if rule == name}


@given(lines=LINES)
def test_a_union_admits_what_any_rule_does(lines: list[Line]) -> None:
    admitted = any_match(rule for rule in compiled(lines) if rule.allows)
    wanted = {p for p in every_packet() for rule in lines if rule[0] and matches(rule, p)}
    assert packets_of(admitted.packets) == wanted
    for name, boxes in admitted.parts:
        assert packets_of(boxes) == {p for p in every_packet() if matches(lines[int(name)], p)}


@given(left=LINES, right=LINES)
def test_laws_of_sets(left: list[Line], right: list[Line]) -> None:
    a, b = (first_match(compiled(lines)).packets for lines in (left, right))
    in_a, in_b = packets_of(a), packets_of(b)
    assert packets_of(a | b) == in_a | in_b
    assert packets_of(a & b) == in_a & in_b
    assert packets_of(a - b) == in_a - in_b
    assert ~~a == a
    assert (a - b) | (a & b) == a
    assert a.volume == (a - b).volume + (a & b).volume
    assert a.includes(b) == ((a | b) == a)
    assert a.narrowed(b.sources).sources == a.sources & b.sources
    ends = [(box.first, box.end) for box in a]
    assert ends == sorted(ends)
    assert all(before[1] <= after[0] for before, after in pairwise(ends))
