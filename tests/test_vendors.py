"""The third-party inventory of the incident, and the register drafted from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from scanner import config
from scanner.analysis import Analysis
from scanner.drafting import drafted
from scanner.vendors import Inventory, ThirdParty, inventory
from tests.worlds import FIXTURES, read_world

if TYPE_CHECKING:
    from pathlib import Path

INCIDENT = FIXTURES / "aws" / "labelling-vendor"
GITHUB = "https://token.actions.githubusercontent.com"


def analysed(settings: config.Config | None = None) -> Analysis:
    settings = settings or config.load(INCIDENT / "sidedoor.yaml")
    return Analysis(read_world(INCIDENT)[0].snapshot(), settings)


def party(found: Inventory, name: str) -> ThirdParty:
    return next(p for p in found.parties if p.name == name)


def test_who_reaches_the_strictest_tier_goes_first() -> None:
    assert [p.name for p in inventory(analysed()).parties] == [
        "labelworks",
        f"{GITHUB} sub=*",
        "rankworks",
        "computecoop",
        "evalhouse",
    ]


# name -> (registered, expired, [(gain, asset's last part, agreement)])
PARTIES: dict[str, tuple[bool, bool, list[tuple[str, str, str]]]] = {
    "labelworks": (
        True,
        False,
        [
            ("read", "11111111-2222-3333-4444-555555555555", "none"),
            ("read", "*", "none"),
            ("invoke", "atlas-5-preview", "above-tier"),
            ("invoke", "sandbox-atlas-3", "agreed"),
        ],
    ),
    "rankworks": (True, True, [("invoke", "sandbox-atlas-3", "expired")]),
    "computecoop": (True, False, []),
    "evalhouse": (True, False, [("invoke", "sandbox-atlas-3", "agreed")]),
    f"{GITHUB} sub=*": (False, False, [("write", "*", "unregistered")]),
}


@pytest.mark.parametrize("name", PARTIES)
def test_party(name: str) -> None:
    found = party(inventory(analysed()), name)
    held = [(h.gain, h.asset.rpartition("/")[2], h.agreement) for h in found.holdings]
    assert (found.registered, found.expired, held) == PARTIES[name]


def test_what_is_lost_counts_assets_by_tier_and_gain() -> None:
    lost = party(inventory(analysed()), "labelworks").lost
    assert [(loss.tier, loss.asset_class, loss.gain, loss.assets) for loss in lost] == [
        ("frontier-unreleased", "inference-endpoint", "invoke", 1),
        ("frontier-unreleased", "model-weights", "read", 1),
        ("frontier-unreleased", "weights-key", "read", 1),
        ("internal", "inference-endpoint", "invoke", 1),
    ]


def test_a_way_in_says_when_it_was_last_used() -> None:
    (way,) = party(inventory(analysed()), "rankworks").ways_in
    assert (way.source, way.last_used) == ("arn:aws:iam::200000000003:role/ranker", "2026-06-29")


def test_a_draft_is_a_configuration_that_agrees_to_nothing(tmp_path: Path) -> None:
    analysis = analysed(config.Config())
    file = tmp_path / "sidedoor.yaml"
    file.write_text(drafted(analysis, inventory(analysis)), encoding="utf-8")
    drafted_ = config.load(file)
    names = {v.name for v in drafted_.vendors if v.identities.aws}
    assert names == {*(f"account-20000000000{n}" for n in (1, 2, 3)), "account-300000000001"}
    assert {v.owner for v in drafted_.vendors} == {"TODO"}
    assert {v.allowed for v in drafted_.vendors} == {()}
    named = inventory(analysed(drafted_))
    assert {p.name for p in named.parties if not p.registered} == {f"{GITHUB} sub=*"}


def test_a_pattern_that_anybody_meets_is_not_drafted_as_a_vendor() -> None:
    analysis = analysed(config.Config())
    text = drafted(analysis, inventory(analysis))
    assert f"# {GITHUB} sub=*: anybody there is no vendor" in text
    assert f'oidc: ["{GITHUB} sub=repo:ourlab/evals:environment:nightly"]' in text


def test_a_register_that_names_everyone_needs_no_draft() -> None:
    """The near twin: with the incident's own register only the open pattern is left."""
    analysis = analysed()
    assert "vendors: []" in drafted(analysis, inventory(analysis))


def test_a_party_that_no_register_can_name_leaves_the_draft_valid(tmp_path: Path) -> None:
    analysis = analysed()
    found = inventory(analysis)
    stranger = msgspec.structs.replace(
        party(found, "computecoop"), name="a site", registered=False, sources=()
    )
    text = drafted(analysis, msgspec.structs.replace(found, parties=(stranger,)))
    file = tmp_path / "sidedoor.yaml"
    file.write_text(text)
    assert [v.identities for v in config.load(file).vendors] == [config.Identities()]
