"""Questions to a snapshot without rules: who-can, can, baseline and diff."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.front_door import CONFIG, ON_WORLD, SNAPSHOT, WORLD, one_line
from tests.worlds import read_world

if TYPE_CHECKING:
    from pathlib import Path

    from tests.front_door import Run

ON = ("--snapshot", SNAPSHOT, "--config", CONFIG)
WEIGHTS = "arn:aws:s3:::ourlab-frontier-weights/*"
HUB = "arn:aws:iam::100000000001:role/training-hub"
VENDOR = "arn:aws:iam::200000000001:root"
SCOPED = "arn:aws:iam::200000000002:root"

ANSWERS = {
    "read, by every way": (("read", WEIGHTS), {HUB, VENDOR}),
    "read, in one hop": (("read", WEIGHTS, "--direct"), {HUB}),
    "overwriting is another question": (
        ("write", WEIGHTS),
        {
            "arn:aws:iam::100000000001:role/publish-weights",
            "https://token.actions.githubusercontent.com sub=*",
        },
    ),
    "nobody re-shares": (("grant", WEIGHTS), set()),
}


@pytest.mark.parametrize(("question", "expected"), ANSWERS.values(), ids=ANSWERS)
def test_who_can(question: tuple[str, ...], expected: set[str], run: Run) -> None:
    (reach,) = json.loads(run("who-can", *question, *ON, "--format", "json").out)
    holders = {hop["source"] for hop in reach["hops"]} | {way["source"]["id"] for way in reach["paths"]}
    assert holders == expected


def test_who_can_holds_policies_to_an_expectation(run: Run) -> None:
    assert run("who-can", "read", WEIGHTS, *ON, "--expect", HUB, "--expect", VENDOR).code == 0
    assert run("who-can", "read", WEIGHTS, *ON, "--expect", HUB).code == 1


def test_can_tells_what_a_breach_would_cost(run: Run) -> None:
    reached = {(way["asset"]["id"], way["hops"][-1]["gains"][0]) for way in ways(run, VENDOR)}
    assert (WEIGHTS, "read") in reached
    assert {asset for asset, _ in reached if "atlas-5-preview" in asset}
    scoped = {way["asset"]["id"].rpartition("/")[2] for way in ways(run, SCOPED)}
    assert scoped == {"sandbox-atlas-3"}


def ways(run: Run, principal: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("can", principal, *ON, "--format", "json").out)
    return found


def test_unknown_words_get_the_nearest_known_one(run: Run) -> None:
    assert f"did you mean `{WEIGHTS}`?" in one_line(run("who-can", "read", WEIGHTS.replace("lab", "lb"), *ON))
    assert f"did you mean `{VENDOR}`?" in one_line(run("can", VENDOR[:-1], *ON))


def test_a_baseline_leaves_only_what_is_new(run: Run, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    assert run("baseline", *ON, "--output", known).code == 0
    assert run(*ON_WORLD, "--baseline", known).code == 0
    assert run(*ON_WORLD).code == 1


def test_a_report_differs_from_itself_in_nothing(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    run(*ON_WORLD, "--format", f"json={report}")
    same = run("diff", report, report)
    assert same.code == 0
    assert "0 findings opened" in same.out
    without = json.loads(report.read_text("utf-8"))
    del without["findings"][0]
    (tmp_path / "less.json").write_text(json.dumps(without), encoding="utf-8")
    assert run("diff", tmp_path / "less.json", report).code == 1


def test_paths_lists_agreed_ways_too_and_narrows(run: Run) -> None:
    said = run("paths", "--snapshot", SNAPSHOT, "--config", CONFIG, "--from", "evalhouse")
    assert (said.code, said.out.count("invoke arn:aws:sagemaker")) == (0, 1)
    assert "-assume-> arn:aws:iam::100000000001:role/evaluator" in said.out
    narrowed = run(
        "paths", "--snapshot", SNAPSHOT, "--config", CONFIG, "--from", "evalhouse", "--gain", "read"
    )
    assert narrowed.out == "no way from outside\n"


def test_paths_are_drawn(run: Run) -> None:
    said = run(
        "paths", "--snapshot", SNAPSHOT, "--config", CONFIG, "--to", "*weights/*", "--format", "mermaid"
    )
    assert said.out.startswith("flowchart LR\n")
    assert '(["arn:aws:iam::200000000001:root"])' in said.out
    assert '[("arn:aws:s3:::ourlab-frontier-weights/*")]' in said.out.replace("&#42;", "*").replace(
        "#42;", "*"
    )


def test_a_finding_as_json_and_as_a_picture(run: Run) -> None:
    whole = json.loads(run(*ON_WORLD, "--format", "json").out)["findings"][0]
    asked = ("explain", whole["id"][:6], *ON, "--format")
    assert json.loads(run(*asked, "json").out) == whole
    drawn = run(*asked, "mermaid").out
    assert drawn.startswith("flowchart LR\n")
    assert drawn.count("-->") == len(whole["hops"])


def test_a_comparison_as_json(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text(run(*ON_WORLD, "--format", "json").out)
    empty = tmp_path / "empty.json"
    empty.write_text(json.dumps({**json.loads(report.read_text()), "findings": []}))
    said = run("diff", empty, report, "--format", "json")
    assert said.code == 1
    assert len(json.loads(said.out)["opened"]) == 9
    assert json.loads(run("diff", report, report, "--format", "json").out)["opened"] == []


UNREAD = {
    "aws:100000000001::s3:GetBucketPolicy/ourlab-frontier-weights": "refused",
}


def incomplete(directory: Path) -> Path:
    """Save the world with a document that was refused."""
    world = read_world(WORLD)[0]
    for id_ in UNREAD:
        world.documents.pop(id_, None)
    world.gaps.update(UNREAD)
    world.writer().save(directory)
    return directory


def test_what_was_not_read_is_said(run: Run, tmp_path: Path) -> None:
    ours = ("--snapshot", incomplete(tmp_path / "s"), "--config", CONFIG)
    for verb in (("paths",), ("vendors",), ("cut",), ("can", "*"), ("who-can", "read", "*weights/*")):
        said = run(*verb, *ours, "--quiet")
        assert "not read, so ways may be missing" in said.err, verb
        assert (run(*verb, "--snapshot", SNAPSHOT, "--config", CONFIG).err) == "", verb


def test_a_test_on_an_incomplete_snapshot_is_not_passed(run: Run, tmp_path: Path) -> None:
    asked = ("who-can", "invoke", "*sandbox*", "--direct", "--format", "json")
    whole = run(*asked, "--snapshot", SNAPSHOT, "--config", CONFIG)
    holders = {hop["source"] for reach in json.loads(whole.out) for hop in reach["hops"]}
    holders |= {way["source"]["id"] for reach in json.loads(whole.out) for way in reach["paths"]}
    expected = [word for holder in sorted(holders) for word in ("--expect", holder)]
    assert run(*asked, *expected, "--snapshot", SNAPSHOT, "--config", CONFIG).code == 0
    assert run(*asked, *expected, "--snapshot", incomplete(tmp_path / "s"), "--config", CONFIG).code == 3


def test_anyone_is_always_somebody(run: Run) -> None:
    said = run("can", "*", "--snapshot", SNAPSHOT, "--config", CONFIG)
    assert (said.code, said.out) == (0, "* reaches no asset\n")
