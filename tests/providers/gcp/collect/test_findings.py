"""What was collected is what is decided: outsiders whom only Cloud Storage itself tells of are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scanner.analysis import analyse
from scanner.config import load
from scanner.rules import load_rules

if TYPE_CHECKING:
    from pathlib import Path

    from scanner.scan import Scan
    from scanner.snapshot import Snapshot
    from tests.providers.gcp.collect.conftest import Google

CONFIG = """
version: 1
ours: {gcp: {organizations: ["900000000001"], domains: [ourlab.example]}}
assets:
  - {match: "//storage.googleapis.com/ourlab-frontier-weights/*", class: model-weights, tier: internal}
  - {match: "//storage.googleapis.com/ourlab-old-weights/*", class: model-weights, tier: internal}
"""
NEW, OLD = (
    "//storage.googleapis.com/ourlab-frontier-weights/*",
    "//storage.googleapis.com/ourlab-old-weights/*",
)

CASES = {
    "a managed folder's reader": ("user:zoe@labelworks.example", NEW, "read", "proven"),
    "an object's reader by its list": ("user:ann@evalhouse.example", OLD, "read", "proven"),
    "readers by the list that objects get": ("domain:evalhouse.example", OLD, "read", "possible"),
}
TWINS = {
    "a managed folder's reader": "GetManagedFolderIamPolicy",
    "an object's reader by its list": "ListObjects",
    "readers by the list that objects get": "ListDefaultObjectAccessControls",
}


def scanned(snapshot: Snapshot, place: Path) -> Scan:
    (place / "sidedoor.yaml").write_text(CONFIG, "utf-8")
    return analyse(snapshot, load(place / "sidedoor.yaml"), tuple(load_rules()))


def directly(scan: Scan) -> set[tuple[str, str, str, str]]:
    return {
        (f.path.source.id, f.path.asset.id, f.path.hops[-1].type, f.path.certainty)
        for f in scan.findings
        if len(f.path.hops) == 1
    }


@pytest.mark.parametrize("case", CASES)
def test_an_outsider_is_found(read: Snapshot, tmp_path: Path, case: str) -> None:
    assert CASES[case] in directly(scanned(read, tmp_path))


@pytest.mark.parametrize("case", CASES)
def test_without_the_document_nobody_is(read: Snapshot, tmp_path: Path, case: str) -> None:
    kept = [document for document in read if document.id.field != TWINS[case]]
    without = type(read)(
        kept, read.gaps, target=read.target, collected_at=read.collected_at, asked=read.asked
    )
    assert CASES[case][:2] not in {
        found[:2] for found in directly(scanned(without, tmp_path)) if found[2] == "read"
    }


def test_groups_that_only_storage_names_are_asked_for(google: Google, tmp_path: Path) -> None:
    answers = google.estate.answers
    folder = [{"role": "roles/storage.objectViewer", "members": ["group:evaluators@ourlab.example"]}]
    answers["/storage/v1/b/ourlab-frontier-weights/managedFolders/prod//iam"] = {"bindings": folder}
    entries = [{"entity": "group-raters@ourlab.example", "role": "READER"}]
    answers["/storage/v1/b/ourlab-old-weights/defaultObjectAcl"] = {"items": entries}
    for name, mail in (("evaluators", "eva@evalhouse.example"), ("raters", "rob@labelworks.example")):
        answers[f"/v1/groups:lookup?{name}@ourlab.example"] = {"name": f"groups/{name}"}
        member = {"name": f"groups/{name}/memberships/1", "preferredMemberKey": {"id": mail}, "type": "USER"}
        answers[f"/v1/groups/{name}/memberships"] = {
            "memberships": [{**member, "roles": [{"name": "MEMBER"}]}]
        }
    found = scanned(google.collected(), tmp_path).findings
    reached = {(f.path.source.id, f.path.asset.id) for f in found}
    assert {("user:eva@evalhouse.example", NEW), ("user:rob@labelworks.example", OLD)} <= reached
