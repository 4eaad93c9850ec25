"""The engine and the reference evaluator agree on generated questions, strict and open.

A failure prints the smallest question that shows it, in the form of a case: put it into ``frozen/`` with the
answer that the AWS page gives, and it is replayed for good.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.providers.aws.access import engine
from tests.providers.aws.access.differences import open_difference, shrink, strict_difference
from tests.providers.aws.access.generate import make_line

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKS: dict[str, Callable[[dict[str, Any]], str]] = {"strict": strict_difference, "open": open_difference}
LINES_IN_A_BATCH = 50
SEEDS = st.integers(0, 2**48)


def check(seed: int, differs: Callable[[dict[str, Any]], str]) -> None:
    """Compare a batch of lines; a difference fails with the smallest line that shows it."""
    rng = Random(seed)  # noqa: S311 - test data
    for _ in range(LINES_IN_A_BATCH):
        line = make_line(rng)
        if differs(line):
            smallest = shrink(line, differs)
            pytest.fail(f"{differs(smallest)}\n{yaml.safe_dump(smallest, sort_keys=False)}", pytrace=False)


@pytest.mark.parametrize(("mode", "batches"), [("strict", 80), ("open", 20)])
def test_the_engine_agrees_with_the_reference(mode: str, batches: int) -> None:
    """5,000 questions."""
    run(CHECKS[mode], batches)


@pytest.mark.scheduled
@pytest.mark.parametrize(("mode", "batches"), [("strict", 2_000), ("open", 400)])
def test_the_engine_agrees_with_the_reference_at_length(mode: str, batches: int) -> None:
    """120,000 questions."""
    run(CHECKS[mode], batches)


def run(differs: Callable[[dict[str, Any]], str], batches: int) -> None:
    """Compare `batches` batches of lines; hypothesis chooses the seeds, and `shrink` makes a line smaller."""

    @settings(
        max_examples=batches,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(SEEDS)
    def compare(seed: int) -> None:
        check(seed, differs)

    compare()


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(SEEDS, st.data())
def test_a_document_with_one_thing_broken_never_stops_the_engine(seed: int, data: st.DataObject) -> None:
    line = make_line(Random(seed))  # noqa: S311 - test data
    field = data.draw(
        st.sampled_from(sorted({"identityPolicies", "resourcePolicy"} & set(line)) or ["request"])
    )
    garbage = data.draw(st.recursive(st.none() | st.integers() | st.text(max_size=3), st.lists, max_leaves=5))
    document = line[field][0] if isinstance(line[field], list) and line[field] else line[field]
    if field == "request" or not isinstance(document, dict):
        return
    statement = document["Statement"][0]
    statement[data.draw(st.sampled_from(["Effect", "Action", "Condition", "Principal"]))] = garbage
    for mode in ("strict", "open"):
        assert engine.answer({**line, "mode": mode})["verdict"] in {
            "Allowed",
            "AllowedIf",
            "Denied",
            "Unknown",
        }
