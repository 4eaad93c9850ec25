"""``vendors``, ``cut`` and ``what-if`` from a newcomer's side: what they print and how they exit."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from tests.front_door import CONFIG, SNAPSHOT, Said

if TYPE_CHECKING:
    from pathlib import Path

    from tests.front_door import Run

ON = ("--snapshot", SNAPSHOT, "--config", CONFIG)
HUB = (
    "aws:100000000001::iam:GetAccountAuthorizationDetails.RoleDetailList/"
    "arn:aws:iam::100000000001:role/training-hub"
)


def test_the_inventory_says_what_is_lost_tonight(run: Run) -> None:
    said = run("vendors", *ON)
    assert (said.code, said.err) == (0, "")
    assert "  if it is breached tonight:\n    invoke 1 inference-endpoint (frontier-unreleased)\n" in said.out
    assert "rankworks" in said.out
    assert "2026-06-30 (over)" in said.out


def test_the_inventory_as_json(run: Run) -> None:
    found = json.loads(run("vendors", *ON, "--format", "json").out)
    assert [p["name"] for p in found["parties"] if p["expired"]] == ["rankworks"]


def test_a_register_is_drafted_once(run: Run, tmp_path: Path) -> None:
    draft = tmp_path / "register.yaml"
    assert run("vendors", "init", "--snapshot", SNAPSHOT, "--output", draft) == Said(0, "", "")
    assert "owner: TODO" in draft.read_text("utf-8")
    again = run("vendors", "init", "--snapshot", SNAPSHOT, "--output", draft)
    assert (again.code, again.out) == (2, "")
    assert "never overwritten" in again.err


def test_the_cut_names_the_statement_and_what_it_breaks(run: Run) -> None:
    said = run("cut", *ON, "--from", "labelworks", "--asset", "*weights/*")
    assert said.code == 0
    assert "removing 1 statement breaks 2 findings (the smallest set that does)" in said.out
    assert "remove Sid Checkpoints" in said.out


def test_a_cut_is_a_patch_that_what_if_proves(run: Run) -> None:
    cut = json.loads(run("cut", *ON, "--format", "json").out)
    assert [edit["patch"][0]["op"] for edit in cut["remove"]] == ["remove"] * 3
    removals = [f"--remove={edit['id']}" for edit in cut["remove"]]
    said = run("what-if", *ON, *removals)
    assert said.code == 0
    assert said.out.startswith(f"0 findings opened, {len(cut['broken'])} findings closed") or all(
        id_ in said.out for id_ in cut["broken"]
    )


def test_losing_agreed_access_exits_1(run: Run) -> None:
    """The near twin: the statement that both endpoints hang on."""
    said = run("what-if", *ON, "--remove", f"{HUB}#/RolePolicyList/0/PolicyDocument/Statement/2")
    assert said.code == 1
    assert "agreed access lost: arn:aws:iam::200000000001:root invoke" in said.out


def test_what_if_as_json(run: Run) -> None:
    gone = f"{HUB}#/RolePolicyList/0/PolicyDocument/Statement/2"
    found = json.loads(run("what-if", *ON, "--remove", gone, "--format", "json").out)
    assert {lost["gain"] for lost in found["agreed_access_lost"]} == {"invoke"}
    assert found["closed"]
    kept = f"{HUB}#/RolePolicyList/0/PolicyDocument/Statement/0"
    assert "agreed_access_lost" not in json.loads(
        run("what-if", *ON, "--remove", kept, "--format", "json").out
    )


def test_a_statement_can_be_copied_into_a_shell(run: Run) -> None:
    said = run("cut", *ON, "--from", "labelworks", "--asset", "*weights/*").out
    command = said.rstrip().splitlines()[-1]
    assert command.startswith("sidedoor what-if --snapshot DIR --remove ")
    words = shlex.split(command)[4:]
    assert run("what-if", *ON, *words).out.startswith("0 findings opened, 2 findings closed")
    assert "in Terraform: aws_iam_role_policy: delete the statement `Checkpoints` from `policy`" in said


def test_least_privilege_is_documents_and_a_proof(run: Run) -> None:
    said = run("vendors", "least-privilege", "labelworks", *ON)
    assert (said.code, said.err) == (0, "")
    assert "role/sidedoor-labelworks (new)" in said.out
    assert "gone, not agreed (3):" in said.out
    found = json.loads(run("vendors", "least-privilege", "labelworks", *ON, "--format", "json").out)
    assert [w["document"]["Statement"][0]["Action"] for w in found["write"]] == [
        "sts:AssumeRole",
        "sagemaker:InvokeEndpoint",
    ]
    assert [r["patch"][0]["op"] for r in found["remove"]] == ["remove"]
    assert (found["open"], found["unexpressed"]) == ([], [])


def test_what_is_not_there_cannot_be_removed(run: Run) -> None:
    said = run("what-if", *ON, "--remove", f"{HUB}#/RolePolicyList/7")
    assert (said.code, said.out) == (2, "")
    assert "nothing at `/RolePolicyList/7`" in said.err
