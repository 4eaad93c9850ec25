"""The workflows and the composite action: least privilege, all pinned, no injection; and the script runs.

`.ci/run` also lints them with zizmor and actionlint; here is what we promise of the action and the example.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

GITHUB = Path(__file__).parent.parent / ".github"
ACTION = GITHUB / "actions" / "scan"
EXAMPLES = sorted((GITHUB / "examples").glob("*.yml"))
WORKFLOWS = [*sorted((GITHUB / "workflows").glob("*.yml")), *EXAMPLES]
STEPS_FILES = [*WORKFLOWS, ACTION / "action.yml"]

PINNED = re.compile(r"^\s*(?:- )?uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
OUR_OWN = "uses: $/.github/actions/"  # at the same commit as the workflow


def load(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - strings only
    return document


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = load(path)["jobs"]
    return found


def steps(path: Path) -> Iterator[dict[str, Any]]:
    document = load(path)
    if "runs" in document:
        yield from document["runs"]["steps"]
    else:
        for job in document["jobs"].values():
            yield from job["steps"]


def name(path: Path) -> str:
    return path.relative_to(GITHUB).as_posix()


@pytest.mark.parametrize("path", STEPS_FILES, ids=name)
def test_actions_are_pinned_by_commit_with_their_version(path: Path) -> None:
    uses = [
        line for line in path.read_text(encoding="utf-8").splitlines() if re.match(r"\s*(- )?uses:", line)
    ]
    assert uses
    assert [line for line in uses if not PINNED.match(line) and OUR_OWN not in line] == []


@pytest.mark.parametrize("path", STEPS_FILES, ids=name)
def test_one_version_of_each_action(path: Path) -> None:
    """A second pin of the same action would be the one that nobody updates."""
    everywhere: dict[str, set[str]] = {}
    for other in STEPS_FILES:
        for step in steps(other):
            action, _, commit = step.get("uses", "").partition("@")
            everywhere.setdefault(action, set()).add(commit)
    here = {step["uses"].partition("@")[0] for step in steps(path) if "uses" in step}
    assert {action: pins for action, pins in everywhere.items() if action in here and len(pins) > 1} == {}


@pytest.mark.parametrize("path", STEPS_FILES, ids=name)
def test_nothing_is_pasted_into_a_script(path: Path) -> None:
    """An expression in a script is code to whoever controls its value; scripts get values by environment."""
    assert [step["run"] for step in steps(path) if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_a_workflow_has_no_permission_and_each_job_says_its_own(path: Path) -> None:
    assert load(path)["permissions"] == {}
    for job in jobs(path).values():
        assert "timeout-minutes" in job
        assert set(job["permissions"].values()) <= {"read", "write"}


WRITES = {
    "workflows/ci.yml": set(),
    "workflows/scheduled.yml": set(),
    "workflows/release.yml": {"id-token", "attestations"},
    "examples/scheduled-scan.yml": {"id-token", "security-events"},
}


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_what_a_workflow_may_write(path: Path) -> None:
    writes = {
        what for job in jobs(path).values() for what, how in job["permissions"].items() if how == "write"
    }
    assert writes == WRITES[name(path)]


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_no_checkout_leaves_its_token_behind(path: Path) -> None:
    checkouts = [step for step in steps(path) if step.get("uses", "").startswith("actions/checkout@")]
    assert [step for step in checkouts if step.get("with", {}).get("persist-credentials") != "false"] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_no_stored_secret_and_no_code_of_a_fork_with_rights(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "secrets." not in text
    assert "aws-access-key-id" not in text
    assert not {"pull_request_target", "workflow_run"} & set(load(path)["on"])


@pytest.mark.parametrize("path", EXAMPLES, ids=name)
def test_the_job_that_reaches_the_cloud_does_nothing_else(path: Path) -> None:
    for job in jobs(path).values():
        asks_cloud = any("configure-aws-credentials" in step.get("uses", "") for step in job["steps"])
        assert ("id-token" in job["permissions"]) == asks_cloud
        if asks_cloud:
            assert job["permissions"] == {"id-token": "write"}
            assert job["if"] == "github.event_name != 'pull_request'"


@pytest.mark.parametrize("path", EXAMPLES, ids=name)
def test_pull_requests_run_only_from_this_repository(path: Path) -> None:
    reached = [job for job in jobs(path).values() if "!= 'pull_request'" not in job["if"]]
    assert len(reached) == 1
    assert "github.event.pull_request.head.repo.full_name == github.repository" in reached[0]["if"]


def action_inputs() -> set[str]:
    return set(load(ACTION / "action.yml")["inputs"])


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_the_action_is_called_with_inputs_it_has(path: Path) -> None:
    for step in steps(path):
        if ".github/actions/scan" in step.get("uses", ""):
            assert set(step["with"]) <= action_inputs()
            assert "snapshot" in step["with"]


def test_every_input_is_used() -> None:
    text = (ACTION / "action.yml").read_text(encoding="utf-8")
    assert {
        i for i in action_inputs() if f"${{{{ inputs.{i} }}}}" not in text and f"inputs.{i} ==" not in text
    } == set()


def test_the_upload_comes_before_the_verdict() -> None:
    names = [step.get("name", step.get("uses")) for step in load(ACTION / "action.yml")["runs"]["steps"]]
    assert names[-3:] == ["Scan", "Upload to code scanning", "Result"]
    upload = list(steps(ACTION / "action.yml"))[-2]
    assert "!cancelled()" in upload["if"]
    assert "sarif-file != ''" in upload["if"]


FAKE = """
import json, pathlib, sys
arguments = sys.argv[1:]
pathlib.Path({log!r}).write_text(json.dumps(arguments))
if {code} in (0, 1, 3):
    files = dict(word.split("=", 1) for word in arguments if "=" in word)
    findings = [dict(suppressed=None), dict(suppressed=dict(reason="known"))]
    pathlib.Path(files["json"]).write_text(json.dumps(dict(findings=findings)))
    pathlib.Path(files["sarif"]).write_text("sarif")
    pathlib.Path(files["markdown"]).write_text("# Summary\\n")
sys.exit({code})
"""


def run_script(tmp_path: Path, sidedoor: Path, **inputs: str) -> tuple[dict[str, str], str]:
    """Run the action's script as the runner does; return its outputs and the job's summary."""
    output, summary = tmp_path / "output", tmp_path / "summary"
    output.touch()
    summary.touch()
    environment = {
        "PATH": os.environ["PATH"],
        "SIDEDOOR": str(sidedoor),
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
        "CONFIG": "sidedoor.yaml",
        "FAIL_ON": "",
        "ALLOW_PARTIAL": "false",
        "CATEGORY": "",
        **inputs,
    }
    subprocess.run(
        [ACTION / "scan.sh"], env=environment, cwd=GITHUB.parent, check=True, stdin=subprocess.DEVNULL
    )
    lines = output.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines), summary.read_text(encoding="utf-8")


def fake(tmp_path: Path, code: int) -> Path:
    """Put a command that ends with `code` beside an interpreter, as in a virtual environment."""
    (tmp_path / "python").symlink_to(sys.executable)
    script = tmp_path / "sidedoor"
    script.write_text(
        f"#!{sys.executable}" + FAKE.format(log=str(tmp_path / "log"), code=code), encoding="utf-8"
    )
    script.chmod(0o755)
    return script


@pytest.mark.parametrize("code", [0, 1, 3])
def test_the_script_reports_whatever_was_found(tmp_path: Path, code: int) -> None:
    outputs, summary = run_script(tmp_path, fake(tmp_path, code), SNAPSHOT="snapshot")
    assert (outputs["exit-code"], outputs["findings"]) == (str(code), "1")
    assert Path(outputs["sarif-file"]).is_file()
    assert Path(outputs["json-file"]).is_file()
    assert summary == "# Summary\n"


def test_the_script_has_no_report_of_a_scan_that_did_not_run(tmp_path: Path) -> None:
    assert run_script(tmp_path, fake(tmp_path, 2), SNAPSHOT="snapshot") == ({"exit-code": "2"}, "")


INPUTS = {
    "a configuration": ({}, ["--config", "sidedoor.yaml"], "one"),
    "none": ({"CONFIG": ""}, [], "one"),
    "a threshold": ({"CONFIG": "", "FAIL_ON": "low"}, ["--fail-on", "low"], "one"),
    "a category": ({"CONFIG": "", "CATEGORY": "a/b"}, ["--category", "a/b"], "one"),
    "partial": ({"CONFIG": "", "ALLOW_PARTIAL": "true"}, ["--allow-partial"], "one"),
    "shell in a name": ({"CONFIG": "", "SNAPSHOT": "$(touch x); *"}, [], "$(touch x); *"),
    "an option for a name": ({"CONFIG": "", "SNAPSHOT": "--full"}, [], "--full"),
}


@pytest.mark.parametrize(("inputs", "options", "snapshot"), INPUTS.values(), ids=INPUTS)
def test_the_script_passes_its_inputs_on(
    tmp_path: Path, inputs: dict[str, str], options: list[str], snapshot: str
) -> None:
    run_script(tmp_path, fake(tmp_path, 0), **{"SNAPSHOT": "one", **inputs})
    call = json.loads((tmp_path / "log").read_text(encoding="utf-8"))
    assert call[: call.index("--format")] == ["scan", "snapshot", *options]
    assert call[-2:] == ["--", snapshot]


def test_the_script_with_the_real_command(tmp_path: Path) -> None:
    """A world with planted paths: exit code 1 is an output, and the reports agree on the findings."""
    (tmp_path / "python").symlink_to(sys.executable)
    command = tmp_path / "sidedoor"
    command.write_text(f"#!{sys.executable}\nfrom scanner.cli import main\nmain()\n", encoding="utf-8")
    command.chmod(0o755)
    world = "fixtures/aws/labelling-vendor"
    outputs, summary = run_script(
        tmp_path,
        command,
        SNAPSHOT=f"{world}/snapshot",
        CONFIG=f"{world}/sidedoor.yaml",
        CATEGORY="sidedoor/aws/100000000001",
        PYTHONPATH=str(GITHUB.parent),
    )
    report = json.loads(Path(outputs["json-file"]).read_text(encoding="utf-8"))
    sarif = json.loads(Path(outputs["sarif-file"]).read_text(encoding="utf-8"))
    still_open = [finding for finding in report["findings"] if finding["suppressed"] is None]
    assert outputs["exit-code"] == "1"
    assert outputs["findings"] == str(len(still_open)) != "0"
    assert len(sarif["runs"][0]["results"]) == len(still_open)
    assert sarif["runs"][0]["automationDetails"]["id"].startswith("sidedoor/aws/100000000001")
    assert all(finding["rule"] in summary for finding in still_open)
