"""What a hop takes is said, stays valid JSON, and tells nothing when a report is redacted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

from scanner.report.json_report import SCHEMA_FILE
from tests.front_door import ON_WORLD, sidedoor

if TYPE_CHECKING:
    from tests.front_door import Run


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command."""
    return lambda *arguments: sidedoor(capsys, *arguments)


def test_calls_of_a_hop(run: Run) -> None:
    report = json.loads(run(*ON_WORLD, "--format", "json").out)
    jsonschema.validate(report, json.loads(SCHEMA_FILE.read_text("utf-8")))
    weights = next(
        f for f in report["findings"] if f["rule"] == "weights-readable-by-vendor-without-agreement"
    )
    assert [call["action"] for call in weights["hops"][-1]["calls"]] == ["s3:GetObject", "kms:Decrypt"]
    said = run(*ON_WORLD, "--format", "explain").out
    assert "takes s3:GetObject on arn:aws:s3:::ourlab-frontier-weights/*" in said


def test_redacted_calls_keep_the_action_only(run: Run) -> None:
    report = json.loads(run(*ON_WORLD, "--redact", "--format", "json").out)
    calls = [c for f in report["findings"] for h in f["hops"] for c in h.get("calls", ())]
    assert "s3:GetObject" in {call["action"] for call in calls}
    assert "ourlab" not in json.dumps(calls)
