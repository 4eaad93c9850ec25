"""The scorecard of published escalation paths: found when granted, silent when one thing is in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from scanner import config
from scanner.providers.aws.escalations import load
from tests.providers.aws.catalogue import WEIGHTS, ways

if TYPE_CHECKING:
    from pathlib import Path

WAYS = ways()
_CONFIG = f"""
version: 1
ours: {{aws: {{accounts: ["100000000001", "100000000010"], organization: o-ourlab0001}}}}
vendors:
  - {{name: labelworks, owner: us, purpose: x, expires: 2027-01-31, identities: {{aws: ["200000000001"]}}}}
assets: [{{match: "{WEIGHTS}", class: model-weights, tier: frontier}}]
tiers: {{frontier: {{rank: 3}}}}
"""


class Score(NamedTuple):
    """How sure a path is that is granted, and which conditions did not keep it out."""

    found: tuple[str, ...]
    leaks: tuple[str, ...]
    twins: int


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Score]:
    path: Path = tmp_path_factory.mktemp("catalogue") / "sidedoor.yaml"
    path.write_text(_CONFIG, "utf-8")
    ours = config.load(path)
    scored = {}
    for id_, way in WAYS.items():
        twins = list(way.blocked())
        leaks = tuple(twin.block for twin in twins if twin.certainties(ours))
        scored[id_] = Score(way.certainties(ours), leaks, len(twins))
    return scored


@pytest.mark.parametrize("id_", WAYS)
def test_a_granted_path_is_found(id_: str, scores: dict[str, Score]) -> None:
    assert scores[id_].found == ("proven",)


@pytest.mark.parametrize("id_", WAYS)
def test_a_blocked_path_is_silent(id_: str, scores: dict[str, Score]) -> None:
    assert scores[id_].twins >= 3
    assert scores[id_].leaks == ()


def test_the_table_names_each_path_once() -> None:
    assert list(load().ids()) == sorted(WAYS)


def test_the_scorecard(scores: dict[str, Score], capsys: pytest.CaptureFixture[str]) -> None:
    found = sum(score.found == ("proven",) for score in scores.values())
    silent = sum(not score.leaks for score in scores.values())
    twins = sum(score.twins for score in scores.values())
    with capsys.disabled():
        print(f"\nfound {found} of 65, silent {silent} of 65, over {twins} blocked twins")  # noqa: T201 - the scorecard
    assert (len(scores), found, silent) == (65, 65, 65)
