"""What to cut: against every subset of statements on small graphs, and on the incident."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner import config
from scanner.cut import Cut, Estate, Kept, Tried, Way, smallest_cut
from scanner.rules import load_rules
from scanner.snapshot import Removal
from tests.worlds import FIXTURES, read_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Severity

INCIDENT = FIXTURES / "aws" / "labelling-vendor"
ROLES = "aws:100000000001::iam:GetAccountAuthorizationDetails.RoleDetailList"
HUB = f"{ROLES}/arn:aws:iam::100000000001:role/training-hub"


def statement(number: int) -> Removal:
    return Removal("policies", f"/Statement/{number}")


@dataclass(frozen=True)
class Toy:
    """Hops ``(from, to, statements)``, each there while all its statements are; sources are nodes 0 and 1.

    Node 5 is the asset; source 1 is agreed, source 0 is not.
    """

    hops: tuple[tuple[int, int, frozenset[int]], ...]

    def attempt(self, removed: frozenset[Removal]) -> Tried:
        """See `scanner.cut.Try`."""
        gone = {int(r.pointer.rpartition("/")[2]) for r in removed}
        hops = [hop for hop in self.hops if not hop[2] & gone]
        unwanted, agreed = self._first(0, hops), self._first(1, hops)
        ways = () if unwanted is None else (Way("finding", unwanted),)
        return Tried(ways, {} if agreed is None else {("1", "read", "5"): agreed})

    @staticmethod
    def _first(start: int, hops: list[tuple[int, int, frozenset[int]]]) -> frozenset[Removal] | None:
        reached: dict[int, frozenset[int]] = {start: frozenset()}
        waiting = [start]
        for node in waiting:
            for source, target, statements in hops:
                if source == node and target not in reached:
                    reached[target] = reached[node] | statements
                    waiting.append(target)
        return frozenset(map(statement, reached[5])) if 5 in reached else None


HOPS = st.tuples(
    st.integers(0, 4), st.integers(2, 5), st.frozensets(st.integers(0, 6), min_size=1, max_size=2)
)
TOYS = st.builds(Toy, st.lists(HOPS, max_size=9).map(tuple))


def cuts(toy: Toy) -> Iterator[frozenset[Removal]]:
    """Every set of statements that breaks the unwanted access and keeps the agreed one, smallest first."""
    agreed = toy.attempt(frozenset()).agreed.keys()
    for size in range(8):
        for chosen in combinations(map(statement, range(7)), size):
            left = toy.attempt(frozenset(chosen))
            if not left.ways and left.agreed.keys() == agreed:
                yield frozenset(chosen)


@settings(max_examples=300)
@given(TOYS)
def test_a_cut_works_and_none_is_smaller(toy: Toy) -> None:
    found = smallest_cut(toy.attempt)
    left = toy.attempt(frozenset(found.removals))
    assert left.agreed.keys() == toy.attempt(frozenset()).agreed.keys()
    assert found.is_whole
    if found.kept:
        assert left.ways
        assert not found.removals, "statements are removed for a finding that stays"
        return
    assert not left.ways
    assert len(found.removals) == len(next(cuts(toy)))


GRANT, SETTING = statement(0), statement(1)


def with_a_default(removed: frozenset[Removal]) -> Tried:
    """One way by a grant and a setting whose default is what it says: without the setting nothing changes."""
    way = Way("finding", frozenset({GRANT, SETTING}))
    return Tried(() if GRANT in removed else (way,), {})


def test_a_setting_whose_default_is_the_same_breaks_nothing() -> None:
    assert smallest_cut(with_a_default) == Cut((GRANT,), ("finding",))


def needing_what_it_does_not_cite(removed: frozenset[Removal]) -> Tried:
    """Agreed access hangs on the grant, and says so of nothing; the setting is free."""
    way = Way("finding", frozenset({GRANT, SETTING}))
    agreed = {} if GRANT in removed else {("vendor", "read", "asset"): frozenset[Removal]()}
    return Tried((way,) if not removed else (), agreed)  # type: ignore[arg-type]  # a gain


def test_agreed_access_is_kept_though_it_cites_nothing() -> None:
    assert smallest_cut(needing_what_it_does_not_cite).removals == (SETTING,)


def test_the_grant_is_cut_and_not_the_setting_beside_it() -> None:
    world = read_world(FIXTURES / "azure" / "registry-reader")[0]
    settings_ = config.load(world.directory / "sidedoor.yaml")
    found = smallest_cut(Estate(world.snapshot(), settings_, load_rules(), level="low").attempt)
    assert ["/roleAssignments/" in removal.document for removal in found.removals] == [True]
    assert found.is_whole
    assert found.broken


def incident(asset: str = "*", party: str = "*", level: Severity = "high") -> tuple[Estate, Cut]:
    snapshot = read_world(INCIDENT)[0].snapshot()
    settings_ = config.load(INCIDENT / "sidedoor.yaml")
    estate = Estate(snapshot, settings_, load_rules(), level=level, asset=asset, party=party)
    return estate, smallest_cut(estate.attempt)


def test_the_incident_takes_the_statement_that_opens_the_weights() -> None:
    """The vendor's trust and the role behind it carry agreed access too: only the grant does not."""
    _, found = incident("arn:aws:s3:::ourlab-frontier-weights/*", "labelworks")
    assert [str(removal) for removal in found.removals] == [
        f"{HUB}#/RolePolicyList/0/PolicyDocument/Statement/0"
    ]
    assert (found.kept, found.is_smallest, found.is_whole) == ((), True, True)


def test_what_only_agreed_statements_make_is_said() -> None:
    """One statement lets the vendor call both endpoints, and one of them is agreed: it must be narrowed."""
    estate, found = incident("*atlas-5-preview", "labelworks")
    assert found.removals == ()
    finding = estate.unwanted()[0]
    assert [item.finding for item in found.kept] == [finding.id]
    assert isinstance(found.kept[0], Kept)
    assert found.kept[0].statements


def test_the_whole_incident_is_cut_in_three() -> None:
    estate, found = incident()
    left = {finding.id for finding in estate.unwanted(found.removals)}
    assert len(found.removals) == 3
    assert left == {item.finding for item in found.kept}
    assert set(found.broken) == {f.id for f in estate.unwanted()} - left


@pytest.mark.parametrize("level", ["critical", "high"])
def test_nothing_unwanted_takes_nothing(level: Severity) -> None:
    assert incident(party="evalhouse", level=level)[1] == Cut((), ())


@pytest.mark.parametrize("name", ["online-endpoint-entra", "registry-with-repository-permissions"])
def test_how_a_resource_decides_is_no_grant(name: str) -> None:
    """Without the mode there is a default, and whoever is let in under that one comes instead."""
    world = read_world(FIXTURES / "azure" / name)[0]
    settings_ = config.load(world.directory / "sidedoor.yaml")
    found = smallest_cut(Estate(world.snapshot(), settings_, load_rules(), level="low").attempt)
    assert [("/role" in r.document, r.pointer.endswith("Mode")) for r in found.removals] == [(True, False)]
    assert found.is_whole
