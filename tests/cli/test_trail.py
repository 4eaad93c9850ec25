"""``--trail`` from the command line: every format says which ways in were used."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from scanner.report.json_report import SCHEMA_FILE
from tests.front_door import CONFIG, ON_WORLD, SNAPSHOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.front_door import Run

OURS, VENDOR = "100000000001", "200000000001"
BY = f"arn:aws:iam::{VENDOR}:root"


def event(role: str, day: str) -> dict[str, Any]:
    return {
        "eventTime": f"{day}T08:00:00Z",
        "eventSource": "sts.amazonaws.com",
        "eventName": "AssumeRole",
        "sourceIPAddress": "203.0.113.77",
        "userIdentity": {"type": "AWSAccount", "accountId": VENDOR},
        "requestParameters": {"roleArn": role, "roleSessionName": "secretive"},
        "recipientAccountId": role.split(":")[4],
    }


@pytest.fixture
def entry(run: Run) -> str:
    """Return the role that the incident's vendor enters by."""
    found = json.loads(run(*ON_WORLD, "--format", "json").out)["findings"]
    return str(next(f["hops"][0]["to"] for f in found if f["hops"][0]["type"] == "assume"))


def trail(path: Path, *events: dict[str, Any]) -> Path:
    log = path / "log.json"
    log.write_text(json.dumps({"Records": events}))
    return log


def test_every_format_says_it(run: Run, entry: str, tmp_path: Path) -> None:
    log = trail(tmp_path, event(entry, "2026-11-03"), event(entry.rpartition("/")[0] + "/none", "2026-10-05"))
    page = tmp_path / "page.html"
    said = run(*ON_WORLD, "--trail", log, "--format", "table", "--format", f"html={page}")
    assert f"last used 2026-11-03 by {BY}" in said.out
    assert "last used 2026-11-03" in page.read_text("utf-8")
    assert "203.0.113.77" not in said.out + page.read_text("utf-8")
    assert "secretive" not in said.out + page.read_text("utf-8")
    report = json.loads(run(*ON_WORLD, "--trail", log, "--format", "json").out)
    jsonschema.validate(report, json.loads(SCHEMA_FILE.read_text("utf-8")))
    used = [f["use"] for f in report["findings"] if f["hops"][0]["to"] == entry]
    assert used == [{"last": "2026-11-03", "by": BY, "days": 30}] * len(used) != []
    vendors = run("vendors", "--snapshot", SNAPSHOT, "--config", CONFIG, "--trail", log)
    assert f"last used 2026-11-03 by {BY}" in vendors.out


@pytest.mark.parametrize(
    "form", ["table", "json", "sarif", "markdown", "html", "csv", "junit", "ocsf", "explain"]
)
def test_no_format_keeps_it_to_itself(form: str, run: Run, entry: str, tmp_path: Path) -> None:
    log = trail(tmp_path, event(entry, "2026-11-03"))
    assert "2026-11-03" in run(*ON_WORLD, "--trail", log, "--format", form).out
    assert "2026-11-03" not in run(*ON_WORLD, "--format", form).out


def test_not_seen_is_not_unknown(run: Run, entry: str, tmp_path: Path) -> None:
    log = trail(tmp_path, event(entry.rpartition("/")[0] + "/none", "2026-11-03"))
    assert "not seen in 1 day of logs" in run(*ON_WORLD, "--trail", log).out
    elsewhere = trail(tmp_path, event("arn:aws:iam::100000000099:role/none", "2026-11-03"))
    said = run(*ON_WORLD, "--trail", elsewhere).out
    assert "not seen" not in said
    assert "last used" not in said


def test_what_is_no_log_is_a_note(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "log.json"
    log.write_text("nothing\n")
    assert "could not be read as events" in " ".join(run(*ON_WORLD, "--trail", log).out.split())
    said = run("vendors", "--snapshot", SNAPSHOT, "--config", CONFIG, "--trail", log)
    assert "could not be read as events" in said.err
    missing = run(*ON_WORLD, "--trail", tmp_path / "none")
    assert missing.code == 2


def test_a_report_that_is_shared_names_nobody(run: Run, entry: str, tmp_path: Path) -> None:
    log = trail(tmp_path, event(entry, "2026-11-03"))
    said = run(*ON_WORLD, "--trail", log, "--redact").out
    assert "last used 2026-11-03" in said
    assert VENDOR not in said
