"""Exit codes, counts and the words for them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from scanner.report import Options, exit_code, render
from scanner.report.outcome import by_tier, outcome
from tests.report.sample import CALLING, PROVEN, SCAN, SUPPRESSED

WHOLE = msgspec.structs.replace(SCAN, complete=True, gaps=())


def only(*findings: Any, complete: bool = True) -> Any:  # noqa: ANN401 - findings of the sample
    """Return the sample with these findings."""
    return msgspec.structs.replace(WHOLE if complete else SCAN, findings=findings)


EXITS = {
    "nothing found": (only(), "high", False, 0),
    "at the threshold": (only(CALLING), "high", False, 1),
    "below the threshold": (only(CALLING), "critical", False, 0),
    "above the threshold": (only(PROVEN), "low", False, 1),
    "suppressed": (only(SUPPRESSED), "info", False, 0),
    "incomplete with nothing found": (only(complete=False), "high", False, 3),
    "incomplete with findings": (only(PROVEN, complete=False), "high", False, 3),
    "incomplete, allowed, with findings": (only(PROVEN, complete=False), "high", True, 1),
    "incomplete, allowed, with nothing found": (only(complete=False), "high", True, 0),
}


@pytest.mark.parametrize(("scan", "fail_on", "allow_partial", "code"), EXITS.values(), ids=EXITS)
def test_exit_code(scan: Any, fail_on: Any, code: int, *, allow_partial: bool) -> None:  # noqa: ANN401 - a table
    assert exit_code(scan, fail_on=fail_on, allow_partial=allow_partial) == code
    said = outcome(scan, fail_on=fail_on, allow_partial=allow_partial)
    assert said.startswith(f"exit {code}: ")
    assert ("incomplete" in said) is not scan.complete
    text = render("table", scan, Options(width=0, fail_on=fail_on, allow_partial=allow_partial))
    assert text.endswith(f"{said}\n")


def test_tiers_are_strictest_first_and_count_suppressed_apart() -> None:
    rows = [
        (t.tier, t.assets, t.by_severity["critical"], t.by_severity["high"], t.suppressed)
        for t in by_tier(SCAN)
    ]
    assert rows == [("frontier-unreleased", 2, 2, 1, 0), ("internal", 1, 0, 0, 1)]
