"""Every world and every near twin: exactly the expected findings, and each rule alone on its world."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

import pytest

from scanner import config
from scanner.analysis import Analysis, analyse
from scanner.report import render
from scanner.rules import load_rules
from tests.readme_commands import README, blocks
from tests.worlds import all_worlds

if TYPE_CHECKING:
    from pathlib import Path

    from scanner.scan import Scan
    from tests.worlds import World

WORLDS = {world.name: world for world in all_worlds()}
RULES = {rule.id: rule for rule in load_rules()}


@cache
def scanned_by_name(name: str) -> Scan:
    """Analyse a world once for all tests; an analysis is pure."""
    world = WORLDS[name]
    return analyse(world.snapshot(), config.load(world.directory / "sidedoor.yaml"), tuple(RULES.values()))


def scanned(world: World) -> Scan:
    return scanned_by_name(world.name)


def outline(scan: Scan) -> list[dict[str, str]]:
    """Reduce findings to what a world's author states: rule, source, asset, certainty and the hops' types."""
    return [
        {
            "rule": finding.rule,
            "source": finding.path.source.id,
            "asset": finding.path.asset.id,
            "hops": " ".join(hop.type for hop in finding.path.hops),
            "certainty": finding.path.certainty,
            "agreement": finding.agreement,
        }
        for finding in scan.findings
    ]


def ordered(findings: list[dict[str, str]]) -> list[str]:
    return sorted(json.dumps(finding, sort_keys=True) for finding in findings)


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_world(world: World) -> None:
    assert ordered(outline(scanned(world))) == ordered(world.expected())


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_each_rule_alone_says_the_same(world: World) -> None:
    whole = scanned(world)
    fired = sorted({finding.rule for finding in whole.findings})
    if not fired:
        return
    analysis = Analysis(world.snapshot(), config.load(world.directory / "sidedoor.yaml"))
    for rule_id in fired:
        alone, _, _ = analysis.findings((RULES[rule_id],))
        assert [f for f in whole.findings if f.rule == rule_id] == list(alone)


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_a_world_and_each_twin_differ(world: World) -> None:
    base, _, twin = world.name.partition(":")
    if twin:
        assert ordered(world.expected()) != ordered(WORLDS[base].expected())


@pytest.mark.parametrize(
    "world",
    [w for w in WORLDS.values() if (w.directory / "snapshot").exists() and ":" not in w.name],
    ids=str,
)
def test_a_packed_snapshot_is_its_world(world: World, tmp_path: Path) -> None:
    world.writer().save(tmp_path)
    packed = world.directory / "snapshot"
    files = sorted(p.relative_to(packed) for p in packed.rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file())
    for file in files:
        assert (packed / file).read_bytes() == (tmp_path / file).read_bytes()


def test_the_readme_shows_what_the_incident_prints() -> None:
    world = WORLDS["aws/labelling-vendor"]
    shown = [b.code for b in blocks(README.read_text("utf-8")) if b.section == "What a finding looks like"]
    assert [code.strip() in render("table", scanned(world)) for code in shown] == [True]
