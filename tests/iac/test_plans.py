"""Plans: as much as source says, with source beside them; less without, and never silently."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from scanner import config
from scanner.analysis import analyse
from scanner.iac.aws import Drafts
from scanner.iac.settings import Settings
from scanner.iac.terraform.configured import expressions_of
from scanner.iac.terraform.plan import merged
from scanner.iac.terraform.reading import read_tree
from scanner.iac.terraform.values import Open
from scanner.iac.tree import walk
from scanner.rules import load_rules
from tests.iac.worlds import ROOT, all_worlds, outline, snapshot_of

if TYPE_CHECKING:
    from pathlib import Path

WORLD = all_worlds()["iac/labelling-vendor"]
PLANS = ROOT / "labelling-vendor/plans"


def found(code: Path) -> list[dict[str, str]]:
    settings = config.load(code.parent / "sidedoor.yaml")
    snapshot = snapshot_of(code, settings, WORLD.collected_at)
    return outline(analyse(snapshot, settings, tuple(load_rules())))


def planned(place: Path, *, source: bool) -> Path:
    code = WORLD.written(place)
    for name in ("data", "models"):
        if not source:
            shutil.rmtree(code / name)
            (code / name).mkdir()
        shutil.copy(PLANS / f"{name}.json", code / name / "tfplan.json")
    if not source:
        shutil.rmtree(code / "modules")
    return code


def test_a_plan_beside_its_source_is_found_to_do_the_same_on_the_same_lines(tmp_path: Path) -> None:
    ordered = sorted(json.dumps(f, sort_keys=True) for f in found(planned(tmp_path, source=True)))
    assert ordered == sorted(json.dumps(f, sort_keys=True) for f in WORLD.expected())


def test_a_plan_alone_finds_the_same_and_what_it_does_not_know_is_possible(tmp_path: Path) -> None:
    told = {(f["rule"], f["source"], f["asset"]): f for f in found(planned(tmp_path, source=False))}
    for expected in WORLD.expected():
        known = told.pop((expected["rule"], expected["source"], expected["asset"]), None)
        if known is None:  # the plan does not know the bucket's policy, and so not whom it names
            assert expected["source"] == "arn:aws:iam::300000000001:role/cluster"
        else:
            assert known["certainty"] in {expected["certainty"], "possible"}
    assert {f["certainty"] for f in told.values()} <= {"possible", "blocked"}
    assert ("outsider-can-overwrite-weights", "*", "arn:aws:s3:::ourlab-frontier-weights/*") in told


def test_one_plan_file_is_read_with_the_source_beside_it(tmp_path: Path) -> None:
    code = planned(tmp_path, source=True)
    settings = config.load(tmp_path / "sidedoor.yaml")
    alone = snapshot_of(code / "models" / "tfplan.json", settings, WORLD.collected_at)
    places = {place.file for document in alone for place in document.places}
    assert places == {"ci.tf", "main.tf", "weights.tf"}  # the module lies outside: its call is in main.tf


MERGED: dict[str, tuple[object, object, object]] = {
    "known": ("eu-west-1", False, "eu-west-1"),
    "unknown": (None, True, Open("x (known after apply)")),
    "an object in part": ({"a": 1}, {"b": True}, {"a": 1, "b": Open("x.b (known after apply)")}),
    "a list in part": (["a"], [False, True], ["a", Open("x[1] (known after apply)")]),
    "an empty mark": ({"a": {}}, {"a": {}}, {"a": {}}),
}


@pytest.mark.parametrize(("value", "unknown", "expected"), MERGED.values(), ids=MERGED)
def test_merged(value: object, unknown: object, expected: object) -> None:
    assert merged(value, unknown, "x") == expected


CONFIGURATION = {
    "root_module": {
        "resources": [{"address": "aws_iam_role.r", "expressions": {"name": {"constant_value": "r"}}}],
        "module_calls": {
            "m": {"module": {"resources": [{"address": "aws_iam_role.r", "expressions": {"name": {}}}]}}
        },
    }
}
ADDRESSES = {
    "of the root module": ("aws_iam_role.r", {"name": {"constant_value": "r"}}),
    "an instance": ("aws_iam_role.r[0]", {"name": {"constant_value": "r"}}),
    "of a module's instance": ('module.m["a.b"].aws_iam_role.r["c"]', {"name": {}}),
    "of no module": ("module.n.aws_iam_role.r", {}),
}


@pytest.mark.parametrize(("address", "expected"), ADDRESSES.values(), ids=ADDRESSES)
def test_expressions_of(address: str, expected: dict[str, object]) -> None:
    assert expressions_of(CONFIGURATION, address) == expected


BUCKET = {"address": "aws_s3_bucket.a", "mode": "managed", "type": "aws_s3_bucket", "values": {"bucket": "a"}}
PLAN = {
    "format_version": "1.2",
    "terraform_version": "1.12.0",
    "planned_values": {"root_module": {"resources": [BUCKET]}},
}
WHOLE = {
    "whole": (PLAN, "utf-8", ["a"], 0),
    "as PowerShell writes it": (PLAN, "utf-16", ["a"], 0),
    "with a mark at its beginning": (PLAN, "utf-8-sig", ["a"], 0),
    "that ended with an error": ({**PLAN, "errored": True}, "utf-8", ["a", "b"], 1),
    "of a target": ({**PLAN, "complete": False}, "utf-8", ["a", "b"], 1),
    "complete": ({**PLAN, "complete": True, "errored": False}, "utf-8", ["a"], 0),
    "with changes for later": ({**PLAN, "deferred_changes": [{"reason": "x"}]}, "utf-8", ["a", "b"], 1),
}


@pytest.mark.parametrize(("plan", "encoding", "buckets", "gaps"), WHOLE.values(), ids=WHOLE)
def test_a_plan(
    tmp_path: Path, plan: dict[str, object], encoding: str, buckets: list[str], gaps: int
) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding)
    (tmp_path / "main.tf").write_text('resource "aws_s3_bucket" "b" {\n  bucket = "b"\n}\n')
    drafts = Drafts()
    read_tree(walk(tmp_path), Settings(), drafts)
    assert sorted(d.id.key for d in drafts if d.id.field == "ListBuckets.Buckets") == buckets
    assert [gap.id.key for gap in drafts.gaps] == ["plan.json"] * gaps
