"""checkov in a process of its own: its findings, files that it drops, where it is, paths they stand on."""

from __future__ import annotations

import json
import stat
import sys
from typing import TYPE_CHECKING, Any

import pytest

from scanner import config
from scanner.analysis import analyse
from scanner.errors import ConfigError
from scanner.iac import checkov, kubernetes
from scanner.iac.checkov import interpreter, process
from scanner.iac.checkov.interpreter import find_interpreter
from scanner.iac.settings import Settings
from scanner.iac.tree import walk
from scanner.iac.worker import Failed
from scanner.report import render
from scanner.rules import load_rules
from scanner.rules.load import rules_directory
from scanner.snapshot import Snapshot, SnapshotWriter
from tests.worlds import FIXTURES

if TYPE_CHECKING:
    from pathlib import Path

WORLD = FIXTURES / "iac/inference-cluster"
OPEN = 'resource "aws_s3_bucket_acl" "a" {\n  bucket = "b"\n  acl    = "public-read"\n}\n'


def scan(directory: Path, **chosen: Any) -> Snapshot:  # noqa: ANN401 - options
    writer = SnapshotWriter(target="", collected_at="2026-11-20T06:00:00Z", tool_version="")
    policies = (rules_directory() / "checkov").resolve()
    checkov.read(walk(directory), Settings(checkov=True, policies=str(policies), **chosen), writer)
    return writer.snapshot()


def test_it_is_not_asked_unless_told(tmp_path: Path) -> None:
    (tmp_path / "a.tf").write_text(OPEN)
    writer = SnapshotWriter(target="", collected_at="2026-11-20T06:00:00Z", tool_version="")
    checkov.read(walk(tmp_path), Settings(), writer)
    assert len(writer.snapshot()) == 0


def test_findings_and_files_that_it_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.tf").write_text(OPEN)
    (tmp_path / "broken.tf").write_text('resource "aws_iam_role" {{{\n')
    outside = tmp_path.parent / "outside.tf"
    outside.write_text(OPEN.replace('"a"', '"outside"'))
    (tmp_path / "link.tf").symlink_to(outside)
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    found = scan(tmp_path)
    addresses = {document.body["address"]: document for document in found}
    assert set(addresses) == {"aws_s3_bucket_acl.a"}  # nothing of what the link leads to
    assert addresses["aws_s3_bucket_acl.a"].places[0].lines == (1, 4)
    assert [gap.id.key for gap in found.gaps] == ["broken.tf"]


def test_a_path_carries_what_is_said_of_its_resources() -> None:
    writer = SnapshotWriter(target="iac", collected_at="2026-11-20T06:00:00Z", tool_version="")
    for language in (kubernetes.read, checkov.read):
        language(walk(WORLD / "code"), Settings(checkov=True), writer)
    found = analyse(writer.snapshot(), config.load(WORLD / "sidedoor.yaml"), tuple(load_rules()))
    bare = analyse(
        _without_remarks(writer.snapshot()), config.load(WORLD / "sidedoor.yaml"), tuple(load_rules())
    )
    assert [f.id for f in found.findings] == [f.id for f in bare.findings]  # none of its own
    public = next(f for f in found.findings if f.rule == "endpoint-public-invoke")
    said = {remark.id: remark for remark in public.remarks}
    assert "CKV_K8S_20" in said  # privilege escalation in the container
    assert "CKV_K8S_9" not in said  # readiness
    assert (said["CKV_K8S_20"].file, said["CKV_K8S_20"].resource) == (
        "serving/chat.yaml",
        "Deployment.models.chat",
    )
    assert "worse by checkov CKV_K8S_20" in render("table", found)
    assert "Worse by checkov CKV" in render("markdown", found)
    told = next(f for f in json.loads(render("json", found))["findings"] if f["id"] == public.id)
    assert {remark["id"] for remark in told["remarks"]} == set(said)
    assert "CKV_K8S_20" in render("sarif", found)
    assert "remarks" not in render("json", bare)


def _without_remarks(snapshot: Snapshot) -> Snapshot:
    documents = [document for document in snapshot if document.id.service != "checkov"]
    return Snapshot(documents, target=snapshot.target, collected_at=snapshot.collected_at)


def test_an_answer_that_never_comes_is_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.tf").write_text(OPEN)
    monkeypatch.setattr(checkov, "ask", lambda *_: Failed("timeout", "took more than 1 seconds"))
    assert [(g.reason, g.detail) for g in scan(tmp_path).gaps] == [
        ("failed", "checkov timeout: took more than 1 seconds")
    ]


def test_a_process_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    sleeper = tmp_path / "python"
    sleeper.write_text("#!/bin/sh\nexec sleep 60\n")
    sleeper.chmod(sleeper.stat().st_mode | stat.S_IXUSR)
    found = process.ask(str(sleeper), walk(tmp_path), {}, Settings(seconds=1))
    assert isinstance(found, Failed)
    assert found.reason == "timeout"


def program(directory: Path, head: str) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "checkov"
    path.write_text(f"{head}\nprint()\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


HEADS = {
    "an interpreter": f"#!{sys.executable}",
    "an interpreter with options": f"#!{sys.executable} -sE",
    "a shell that calls it": f"#!/bin/sh\n'''exec' '{sys.executable}' \"$0\" \"$@\"",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_the_interpreter_of_a_program(head: str, tmp_path: Path) -> None:
    program(tmp_path / "bin", head)
    assert find_interpreter(tmp_path / "tree", str(tmp_path / "bin")) == sys.executable


def test_a_program_of_the_scanned_tree_is_not_started(tmp_path: Path) -> None:
    program(tmp_path / "tree", f"#!{sys.executable}")
    assert find_interpreter(tmp_path / "tree", str(tmp_path / "tree")) is None


def test_an_interpreter_that_is_gone(tmp_path: Path) -> None:
    program(tmp_path / "bin", "#!/nowhere/python3")
    assert find_interpreter(tmp_path / "tree", str(tmp_path / "bin")) is None


def test_one_line_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.tf").write_text(OPEN)
    monkeypatch.setattr(interpreter, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    with pytest.raises(ConfigError, match=r"checkov is not installed: `pip install 'sidedoor\[iac\]'`"):
        scan(tmp_path)


def test_it_works_from_another_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", f"#!{sys.executable}")
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/a.tf").write_text(OPEN)
    monkeypatch.setattr(interpreter, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(sys, "executable", "/nowhere")  # nothing of ours is on its path then
    assert len(scan(tmp_path / "tree")) == 1


SCHEMAS = {
    "of a group": ("deploymentTemplate.json", ["a.json"]),
    "of a subscription": ("subscriptionDeploymentTemplate.json", ["a.json"]),
    "of parameters": ("deploymentParameters.json", None),
}


@pytest.mark.parametrize(("schema", "expected"), SCHEMAS.values(), ids=SCHEMAS)
def test_templates_of_arm_are_handed_over(schema: str, expected: list[str] | None, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(
        f'{{"$schema": "https://schema.management.azure.com/schemas/{schema}#"}}'
    )
    assert checkov.wanted(walk(tmp_path)).get("arm") == expected
