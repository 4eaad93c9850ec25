"""What the command is asked for, and how it exits."""

from __future__ import annotations

import json
import os
import re
import shutil
from typing import TYPE_CHECKING

import pytest

import scanner
from scanner.snapshot import Snapshot
from tests.front_door import CONFIG, ON_WORLD, ROOT, SNAPSHOT, Said, in_a_shell, one_line

if TYPE_CHECKING:
    from pathlib import Path

    from tests.front_door import Run

RULE = ROOT / "rules" / "trust" / "vendor-reaches-weights-without-external-id.yaml"


def test_the_configuration_of_the_directory_is_used(run: Run, tmp_path: Path) -> None:
    unknown = json.loads(run("scan", "snapshot", SNAPSHOT, "--format", "json").out)
    shutil.copy(CONFIG, tmp_path / "sidedoor.yaml")
    known = json.loads(run("scan", "snapshot", SNAPSHOT, "--format", "json").out)
    assert {s["vendor"] for s in unknown["sources"]} == {None}
    assert "labelworks" in {s["vendor"] for s in known["sources"]}


def test_two_runs_say_the_same_byte_by_byte(run: Run, tmp_path: Path) -> None:
    formats = ["table", "json", "sarif", "markdown", "explain"]
    for directory in ("one", "two"):
        wanted = [f"--format={name}={tmp_path / directory / name}" for name in formats]
        assert run(*ON_WORLD, *wanted) == Said(1, "", "")
    for name in formats:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
        assert (tmp_path / "one" / name).stat().st_size > 1_000


def test_one_format_goes_to_standard_output_and_others_to_files(run: Run, tmp_path: Path) -> None:
    said = run(*ON_WORLD, "--format", "json", "--format", f"sarif={tmp_path / 'deep' / 'x.sarif'}")
    assert json.loads(said.out)["schema_version"]
    assert json.loads((tmp_path / "deep" / "x.sarif").read_text("utf-8"))["version"] == "2.1.0"
    to_file = run(*ON_WORLD, "--format", "json", "--output", tmp_path / "x.json")
    assert to_file == Said(1, "", "")
    assert (tmp_path / "x.json").read_text("utf-8") == said.out


LEVELS = {"critical": 1, "high": 1, "info": 1}


@pytest.mark.parametrize(("level", "code"), LEVELS.items(), ids=LEVELS)
def test_findings_at_the_level_exit_1(level: str, code: int, run: Run) -> None:
    assert run(*ON_WORLD, "--fail-on", level).code == code


def test_nothing_at_the_level_exits_0(run: Run, tmp_path: Path) -> None:
    """The near twin: one rule of medium severity, asked for from medium on and from high on."""
    text = RULE.read_text("utf-8").replace("severity: high", "severity: medium")
    (tmp_path / RULE.name).write_text(text, encoding="utf-8")
    assert run(*ON_WORLD, "--rules", tmp_path, "--fail-on", "medium").code == 1
    assert run(*ON_WORLD, "--rules", tmp_path, "--fail-on", "high").code == 0


def agreements(report: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for finding in json.loads(report)["findings"]:
        found.setdefault(str(finding["source"]["vendor"]), set()).add(finding["agreement"])
    return found


def test_expiries_are_those_of_the_day(run: Run) -> None:
    expired = agreements(run(*ON_WORLD, "--format", "json").out)
    before = agreements(run(*ON_WORLD, "--format", "json", "--as-of", "2026-06-30").out)
    assert "expired" in expired["rankworks"]
    assert "expired" not in before.get("rankworks", set())


def ids(report: str) -> list[str]:
    return [f["id"] for f in json.loads(report)["findings"]]


def test_known_findings_do_not_fail_the_run(run: Run, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    assert run("baseline", "--snapshot", SNAPSHOT, "--config", CONFIG, "--output", known).code == 0
    said = run(*ON_WORLD, "--baseline", known, "--format", "json")
    assert said.code == 0
    assert all(f["suppressed"].startswith("known since ") for f in json.loads(said.out)["findings"])
    one_less = json.loads(known.read_text("utf-8"))
    gone = one_less["findings"].pop(0)["id"]
    known.write_text(json.dumps(one_less), encoding="utf-8")
    again = json.loads(run(*ON_WORLD, "--baseline", known, "--format", "json").out)["findings"]
    assert [f["id"] for f in again if f["suppressed"] is None] == [gone]


SUPPRESSED = """
suppressions:
  - rule: "*"
    from: arn:aws:iam::200000000001:root
    to: "*"
    reason: contract under review
    owner: ml-platform@ourlab.example
    expires: {expires}
"""


@pytest.mark.parametrize(("expires", "counts"), [("2026-11-20", False), ("2026-11-19", True)])
def test_a_suppression_holds_through_its_last_day(
    expires: str, *, counts: bool, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "sidedoor.yaml"
    file.write_text(CONFIG.read_text("utf-8") + SUPPRESSED.format(expires=expires), encoding="utf-8")
    report = json.loads(run("scan", "snapshot", SNAPSHOT, "--format", "json").out)
    of_vendor = [f for f in report["findings"] if f["source"]["vendor"] == "labelworks"]
    assert of_vendor
    assert {f["suppressed"] is None for f in of_vendor} == {counts}
    assert any("expired on 2026-11-19" in note for note in report["notes"]) == counts
    reason = f"contract under review (ml-platform@ourlab.example, until {expires})"
    assert {f["suppressed"] for f in of_vendor} == ({None} if counts else {reason})
    assert ("Suppressed\n" in run("scan", "snapshot", SNAPSHOT).out) != counts


# explain


def test_a_finding_is_told_by_its_prefix(run: Run) -> None:
    report = json.loads(run(*ON_WORLD, "--format", "json").out)
    finding = report["findings"][0]
    said = run("explain", finding["id"][:10], "--snapshot", SNAPSHOT, "--config", CONFIG)
    assert (said.code, said.err) == (0, "")
    for hop in finding["hops"]:
        assert hop["to"] in said.out
        for evidence in hop["evidence"]:
            assert evidence["pointer"] in said.out


def test_a_prefix_of_none_or_of_several_is_refused(run: Run) -> None:
    about = ("--snapshot", SNAPSHOT, "--config", CONFIG)
    found = ids(run(*ON_WORLD, "--format", "json").out)
    assert "no finding `zz` in this scan" in one_line(run("explain", "zz", *about))
    assert "no finding `` in this scan" in one_line(run("explain", "", *about))
    first = next(i[0] for i in found if sum(j[0] == i[0] for j in found) > 1)
    named = one_line(run("explain", first, *about))
    assert all(i[:8] in named for i in found if i[0] == first)


# decide

ALLOWED = {
    "id": "a",
    "request": {
        "action": "s3:GetObject",
        "principal": "arn:aws:iam::100000000001:role/hub",
        "resource": {"resource": "arn:aws:s3:::b/k", "accountId": "100000000001"},
    },
    "identityPolicies": [
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    ],
}


def test_lines_are_decided_one_by_one(tmp_path: Path) -> None:
    lines = [
        json.dumps(ALLOWED),
        "no json",
        "",
        json.dumps({**ALLOWED, "id": "d", "identityPolicies": []}),
        '{"id": "e"}',
        "[" * 5_000,
    ]
    (tmp_path / "in").write_text("\n".join(lines), encoding="utf-8")
    said = in_a_shell(f"sidedoor decide < {tmp_path / 'in'}")
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert (said.code, said.err) == (2, "")
    assert [a.get("verdict", "error" in a) for a in answers] == ["Allowed", True, "Denied", True, True]
    assert [a.get("id") for a in answers][::2][:2] == ["a", "d"]


EXPECT = {"Allowed": 0, "Denied": 1}


@pytest.mark.parametrize(("verdict", "code"), EXPECT.items(), ids=EXPECT)
def test_an_expected_verdict_is_the_exit_code(verdict: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "in").write_text(json.dumps(ALLOWED), encoding="utf-8")
    assert in_a_shell(f"sidedoor decide --expect {verdict} < {tmp_path / 'in'}").code == code


# Small commands


def test_version(run: Run) -> None:
    assert run("--version") == Said(0, f"sidedoor {scanner.__version__}\n", "")


def test_help_names_every_command(run: Run) -> None:
    said = run("--help")
    assert said.code == 0
    commands = re.findall(r"^  ([a-z-]+)  ", said.out.partition("Commands:")[2], re.MULTILINE)
    assert {"scan", "collect", "explain", "decide", "rules", "permissions"} <= set(commands)
    for command in commands:
        told = run(command, "--help")
        assert (told.code, told.out.startswith(f"Usage: sidedoor {command} ")) == (0, True)


def test_rules_are_listed_checked_and_documented(run: Run) -> None:
    files = {path.stem for path in (ROOT / "rules").rglob("*.yaml") if "checkov" not in path.parts}
    listed = run("rules", "list")
    assert {line.split()[0] for line in listed.out.splitlines()[2:]} == files
    checked = run("rules", "check")
    assert checked.code == 0
    assert re.fullmatch(rf"{len(files)} rules, \d+ examples, 0 failures\n", checked.out)
    assert run("rules", "doc").out == (ROOT / "rules" / "README.md").read_text("utf-8")


def test_permissions_are_policies(run: Run) -> None:
    alone = json.loads(run("permissions", "aws").out)
    with_role = json.loads(run("permissions", "aws", "--org-role", "SidedoorScan").out)
    assert "sts:AssumeRole" not in json.dumps(alone)
    assert [set(policy) for policy in with_role] == [{"PolicyName", "PolicyDocument"}] * len(with_role)
    assert with_role[-1]["PolicyDocument"]["Statement"][-1] == {
        "Sid": "SidedoorEntersAccounts",
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Resource": "arn:*:iam::*:role/SidedoorScan",
    }


def test_a_live_scan_without_credentials_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    said = run("scan", "aws", "--region", "us-east-1")
    assert one_line(said) == "aws cannot be asked who we are: unable to locate credentials"


# The shell

SCAN = " ".join(("sidedoor", *map(str, ON_WORLD)))
SHELL = {
    "a reader that left": (f"set -o pipefail; {SCAN} | true", "", (141, "")),
    "a reader of one line": (
        f"{SCAN} | head -n 1",
        "",
        (0, "Sidedoor 0.1.0: aws organization o-ourlab0001\n"),
    ),
    "a full disk": (f"{SCAN} > /dev/full", "sidedoor: cannot write: No space left on device\n", (2, "")),
    "an ASCII terminal": (f"PYTHONIOENCODING=ascii {SCAN} | tail -c 3", "", (0, "h)\n")),
}


@pytest.mark.parametrize(("script", "err", "rest"), SHELL.values(), ids=SHELL)
def test_in_a_shell(script: str, err: str, rest: tuple[int, str]) -> None:
    said = in_a_shell(script)
    assert (said.err, (said.code, said.out)) == (err, rest)


def test_the_role_as_code_is_the_policies(run: Run, tmp_path: Path) -> None:
    policies = [policy["PolicyDocument"] for policy in json.loads(run("permissions", "aws").out)]
    template = json.loads(run("permissions", "aws", "--as", "cloudformation").out)
    made = [r for r in template["Resources"].values() if r["Type"] == "AWS::IAM::ManagedPolicy"]
    assert [policy["Properties"]["PolicyDocument"] for policy in made] == policies
    (tmp_path / "role.tf").write_text(run("permissions", "aws", "--as", "terraform").out, encoding="utf-8")
    said = run(
        "collect", "iac", tmp_path, "--account", "100000000001", "--output", tmp_path / "s", "--allow-partial"
    )
    assert said.code == 0
    read = Snapshot.load(tmp_path / "s").all("aws", "iam", "GetAccountAuthorizationDetails.Policies")
    assert [d.body["PolicyVersionList"][0]["Document"] for d in read] == policies


def test_only_the_aws_role_is_code(run: Run) -> None:
    assert run("permissions", "gcp", "--as", "terraform").code == 2
