"""Live findings at the lines of code, and a plan laid over what is there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.front_door import CONFIG, ROOT, SNAPSHOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.front_door import Run

CODE = ROOT / "fixtures" / "iac" / "labelling-vendor"
RANKING = "arn:aws:iam::100000000001:role/ranking"
KEY = "arn:aws:kms:us-east-1:100000000001:key/11111111-2222-3333-4444-555555555555"
READS = [
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::ourlab-frontier-weights/*"},
    {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": KEY},
    {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"},
]


def resource(address: str, **values: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    type_, _, name = address.partition(".")
    return {"address": address, "mode": "managed", "type": type_, "name": name, "values": values}


def policy(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


TRUST = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::200000000003:role/ranker"},
    "Action": "sts:AssumeRole",
}
DEMAND = {"Condition": {"StringEquals": {"sts:ExternalId": "rankworks-19"}}}
ROLE = resource(
    "aws_iam_role.ranking",
    name="ranking",
    path="/",
    arn=RANKING,
    assume_role_policy=policy(TRUST | DEMAND),
)
GRANT = resource("aws_iam_role_policy.weights", name="weights", role="ranking", policy=policy(*READS[:2]))
HARMLESS = resource("aws_iam_role_policy.weights", name="weights", role="ranking", policy=policy(READS[2]))


def plan(file: Path, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Path:
    text = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": after}},
        "prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": before}}},
    }
    file.write_text(json.dumps(text), encoding="utf-8")
    return file


def scanned(run: Run, planned: Path) -> tuple[int, dict[str, Any]]:
    said = run(
        "scan",
        "snapshot",
        SNAPSHOT,
        "--config",
        CONFIG,
        "--plan",
        planned,
        "--format",
        "json",
        "--allow-partial",
    )
    return said.code, json.loads(said.out)


def test_what_a_plan_opens_is_all_that_is_open(run: Run, tmp_path: Path) -> None:
    code, found = scanned(run, plan(tmp_path / "plan.json", [ROLE], [ROLE, GRANT]))
    opened = {(f["rule"], f["source"]["vendor"]) for f in found["findings"] if f["suppressed"] is None}
    assert code == 1
    assert ("weights-readable-by-vendor-without-agreement", "rankworks") in opened
    assert {vendor for _, vendor in opened} == {"rankworks"}
    before = [f for f in found["findings"] if f["suppressed"] == "there before the change"]
    assert {f["source"]["vendor"] for f in before} >= {"labelworks", "rankworks"}


def test_a_plan_that_opens_nothing_passes(run: Run, tmp_path: Path) -> None:
    """The near twin: the same policy without the bucket."""
    code, found = scanned(run, plan(tmp_path / "plan.json", [ROLE], [ROLE, HARMLESS]))
    assert (code, [f["rule"] for f in found["findings"] if f["suppressed"] is None]) == (0, [])


def test_what_a_plan_closes_is_told(run: Run, tmp_path: Path) -> None:
    code, found = scanned(run, plan(tmp_path / "plan.json", [ROLE], []))
    assert code == 0
    assert [n for n in found["notes"] if n.startswith("the change closes ") and "rankworks" in n]
    assert "rankworks" not in {f["source"]["vendor"] for f in found["findings"]}


@pytest.mark.parametrize(
    ("text", "words"), [("{", "cannot be read"), ('{"format_version": "1.0"}', "no plan")]
)
def test_what_is_no_plan_is_refused(text: str, words: str, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text, encoding="utf-8")
    said = run("scan", "snapshot", SNAPSHOT, "--plan", file)
    assert (said.code, said.out) == (2, "")
    assert words in said.err


def test_live_findings_are_at_the_lines_that_made_them(run: Run) -> None:
    settings = ("--config", CODE / "sidedoor.yaml")
    from_code = json.loads(
        run("scan", "iac", CODE / "code", *settings, "--format", "json", "--allow-partial").out
    )
    located = json.loads(
        run(
            *("scan", "snapshot", SNAPSHOT, *settings, "--iac", CODE / "code"),
            *("--format", "json", "--allow-partial"),
        ).out
    )
    lines = {f["id"]: [e["file"] for h in f["hops"] for e in h["evidence"]] for f in located["findings"]}
    assert set(lines) & {f["id"] for f in from_code["findings"]}
    assert any("models/ci.tf" in (file or "") for files in lines.values() for file in files)
