"""The whole of it against a cloud that answers: real calls, three accounts, and what a call that fails does.

The SDK is the real one, the server is moto on loopback. What moto lacks is a gap in every run, so that a run
that found everything it could still exits 3: the tests say which gaps are its.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from scanner.cli import main
from tests import live_estate as live
from tests.providers.aws.collect.faulty_proxy import Answer, answers, error, proxy
from tests.report.sarif_checks import problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.providers.aws.collect.faulty_proxy import Call, Fault, Faults

HUB = f"arn:aws:iam::{live.MODELS}:role/training-hub"
WEIGHTS = f"arn:aws:s3:::{live.WEIGHTS}/*"
ENDPOINT = f"arn:aws:sagemaker:{live.REGION}:{live.MODELS}:endpoint"
PREVIEW, SANDBOX = f"{ENDPOINT}/atlas-5-preview", f"{ENDPOINT}/sandbox-atlas-5"
VENDOR, EVALUATOR = f"arn:aws:iam::{live.LABELWORKS}:root", f"arn:aws:iam::{live.EVALHOUSE}:root"

CONFIG = f"""
version: 1
vendors:
  - name: labelworks
    identities: {{aws: ["{live.LABELWORKS}"]}}
    allowed: [{{gains: [invoke], assets: ["{ENDPOINT}/sandbox-*"], until: 2027-01-31}}]
  - name: evalhouse
    identities: {{aws: ["{live.EVALHOUSE}"]}}
    demands: {{external_id: true}}
    allowed: [{{gains: [invoke], assets: ["{ENDPOINT}/sandbox-*"], until: 2027-06-30}}]
assets:
  - {{match: "{WEIGHTS}", class: model-weights, tier: frontier-unreleased}}
  - {{match: "{ENDPOINT}/sandbox-*", class: inference-endpoint, tier: internal}}
"""

# Two rules that tell every path, and nothing of the shipped rules' taste.
RULE = """
id: {id}
title: An outsider reaches an asset
severity: high
summary: An outsider reaches an asset.
rationale: The test wants to see every path.
remediation: None is needed.
from: {{kind: principal, trust: [vendor, partner, federated, unknown-external, public]}}
to: {{kind: asset, class: [model-weights, inference-endpoint]}}
gains: [{gains}]
agreement: any
message: "{{from}} can {{gains}} {{to}}"
examples:
  - {{name: reached, fires: true, facts: ["acme [vendor] -{gain}-> prod [model-weights]"]}}
  - {{name: ours, fires: false, facts: ["acme -{gain}-> prod [model-weights]"]}}
"""
RULES = {"outsider-uses-asset": "read, invoke", "outsider-changes-asset": "write, grant"}

# The services that hold the incident, and two of which moto lacks a part: no host of s3control resolves.
SERVICES = ("sts", "organizations", "iam", "s3", "s3control", "kms", "sagemaker", "bedrock")
MOTO_LACKS = {
    "bedrock:ListImportedModels",
    "iam:ListOrganizationsFeatures",
    "s3control:GetPublicAccessBlock",
    "sagemaker:GetEndpointPolicy",
}
HELD = {"sts", "organizations", "iam", "s3", "kms"}


@pytest.fixture(scope="module")
def estate() -> Iterator[live.Live]:
    yield from live.serving()


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds the configuration and the rules."""
    made = tmp_path_factory.mktemp("live")
    (made / "sidedoor.yaml").write_text(CONFIG, encoding="utf-8")
    (made / "rules").mkdir()
    for rule, gains in RULES.items():
        text = RULE.format(id=rule, gains=gains, gain=gains.partition(",")[0])
        (made / "rules" / f"{rule}.yaml").write_text(text, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def environment(estate: live.Live) -> dict[str, str]:
    """What the SDK finds of the account that scans, and nothing of this machine."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    return kept | live.credentials(estate.url, live.MANAGEMENT)


@pytest.fixture
def faults(estate: live.Live) -> Iterator[Faults]:
    """A proxy in front of the server that breaks what a test tells it to."""
    yield from proxy(estate.url)


FORMATS = {"table": "txt", "json": "json", "sarif": "sarif", "markdown": "md"}


def reports(where: Path) -> list[str]:
    """Return options for every format, each into a file of `where`."""
    return [f"--format={name}={where / f'report.{ending}'}" for name, ending in FORMATS.items()]


def about(directory: Path) -> list[str]:
    """Return options that name the configuration and the rules."""
    return ["--config", str(directory / "sidedoor.yaml"), "--rules", str(directory / "rules")]


def scan_aws(url: str, directory: Path, where: Path, *options: str) -> list[str]:
    """Return a command line that reads the organization and reports to `where` in every format."""
    target = ["--org-role", live.SCAN_ROLE, "--region", live.REGION, "--endpoint-url", url, "--retries", "1"]
    services = [f"--service={name}" for name in SERVICES]
    return ["scan", "aws", *target, *services, *about(directory), "--quiet", *reports(where), *options]


@pytest.fixture(scope="module")
def scanned(
    estate: live.Live, directory: Path, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[int, Path]:
    """Exit code and directory of one scan, made as a user makes it: a process of its own."""
    where = tmp_path_factory.mktemp("scanned")
    options = scan_aws(estate.url, directory, where, "--save", str(where / "snapshot"))
    call = [sys.executable, "-c", "from scanner.cli import main; main()", *options]
    done = subprocess.run(call, env=environment, check=False, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("", "")
    return done.returncode, where


def run(arguments: list[str]) -> int:
    """Run the command line in this process and return its exit code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["sidedoor", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
    assert isinstance(left.value.code, int)
    return left.value.code


def found(where: Path) -> dict[tuple[str, str, str], str]:
    """Return the certainty of each finding by source, gain and asset."""
    report = json.loads((where / "report.json").read_text("utf-8"))
    return {
        (f["source"]["id"], *f["gains"], f["asset"]["id"]): f["certainty"]
        for f in report["findings"]
        if f["suppressed"] is None
    }


PLANTED = {
    (VENDOR, "read", WEIGHTS): "proven",
    (VENDOR, "invoke", PREVIEW): "proven",
    (VENDOR, "invoke", SANDBOX): "proven",
    (EVALUATOR, "invoke", SANDBOX): "proven",
}


def test_it_finds_what_was_planted_and_nothing_else(scanned: tuple[int, Path]) -> None:
    """A boundary keeps labelworks from updating endpoints, a control policy evalhouse from the weights."""
    assert found(scanned[1]) == PLANTED


def test_the_chain_is_told_with_its_statements(scanned: tuple[int, Path], estate: live.Live) -> None:
    findings = json.loads((scanned[1] / "report.json").read_text("utf-8"))["findings"]
    chain = next(f for f in findings if f["gains"] == ["read"])["hops"]
    assert [(hop["type"], hop["to"]) for hop in chain] == [
        ("assume", f"arn:aws:iam::{live.DATA}:role/ingest"),
        ("assume", HUB),
        ("read", WEIGHTS),
    ]
    proof = [(e["document"].rpartition("/")[2], e["pointer"]) for e in chain[2]["evidence"]]
    assert proof == [
        ("training-hub", "/RolePolicyList/0/PolicyDocument/Statement/0"),
        ("training-hub", "/RolePolicyList/0/PolicyDocument/Statement/1"),
        (estate.key.rpartition("/")[2], "/Policy/Statement/0"),
    ]
    scoped = next(f for f in findings if f["source"]["id"] == EVALUATOR)["hops"]
    assert [(g["key"], g["values"]) for g in scoped[0]["guards"]] == [("sts:ExternalId", ["evalhouse-7f2c"])]


def test_what_the_server_lacks_is_a_gap_and_exit_3(scanned: tuple[int, Path]) -> None:
    coverage = json.loads((scanned[1] / "report.json").read_text("utf-8"))["coverage"]
    asked = [gap for gap in coverage["gaps"] if gap["reason"] != "not-collected"]
    assert {f"{gap['service']}:{gap['field']}" for gap in asked} >= MOTO_LACKS
    held = {f"{gap['service']}:{gap['field']}" for gap in coverage["gaps"] if gap["service"] in HELD}
    assert held <= MOTO_LACKS
    assert {gap["reason"] for gap in asked} <= {"failed", "not-implemented", "unsupported-by-sdk"}
    assert (scanned[0], coverage["complete"]) == (3, False)


def test_the_snapshot_says_the_same_byte_by_byte(
    scanned: tuple[int, Path], directory: Path, tmp_path: Path
) -> None:
    """Twice, so that two runs on one snapshot are compared too."""
    live_code, where = scanned
    for again in ("one", "two"):
        (tmp_path / again).mkdir()
        code = run(
            ["scan", "snapshot", str(where / "snapshot"), *about(directory), *reports(tmp_path / again)]
        )
        assert code == live_code
        for ending in FORMATS.values():
            offline = (tmp_path / again / f"report.{ending}").read_bytes()
            assert offline == (where / f"report.{ending}").read_bytes()


def test_the_doors_that_were_shut_lead_somewhere(
    estate: live.Live, directory: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    """The near twin: without the boundary and without the control policy there are two findings more."""
    organizations, iam = estate.client("organizations", live.MANAGEMENT), estate.client("iam", live.DATA)
    unit = organizations.list_targets_for_policy(PolicyId=estate.control)["Targets"][0]["TargetId"]
    boundary = f"arn:aws:iam::{live.DATA}:policy/drop-box-only"
    organizations.detach_policy(PolicyId=estate.control, TargetId=unit)
    iam.delete_role_permissions_boundary(RoleName="bulk-upload")
    try:
        with pytest.MonkeyPatch.context() as patch:
            _as(patch, environment)
            run(scan_aws(estate.url, directory, tmp_path))
    finally:
        organizations.attach_policy(PolicyId=estate.control, TargetId=unit)
        iam.put_role_permissions_boundary(RoleName="bulk-upload", PermissionsBoundary=boundary)
    more = {(VENDOR, "write", PREVIEW), (VENDOR, "write", SANDBOX), (EVALUATOR, "write", WEIGHTS)}
    assert set(found(tmp_path)) - set(PLANTED) == more


# Faults


def throttled_in(account: str) -> Fault:
    """Throttle the identities of one account; every call of the others is answered."""

    def fault(call: Call, forward: Callable[[], Answer]) -> Answer | object:
        true = forward()
        mine = f"arn:aws:iam::{account}:role/".encode() in true.body.partition(b"</Arn>")[0]
        return error(400, "Throttling", "Rate exceeded", "query")(call, forward) if mine else true

    return fault


# Per case: the operation, its fault; the gap's id and reason; the findings that depend on it.
FAULTS: dict[str, tuple[str, Fault, tuple[str, str], set[tuple[str, str, str]]]] = {
    "a bucket's policy denied": (
        f"GET /{live.WEIGHTS}?policy",
        error(403, "AccessDenied", "Access Denied", "s3"),
        (f"aws:{live.MODELS}::s3:GetBucketPolicy/{live.WEIGHTS}", "refused"),
        {(VENDOR, "read", WEIGHTS)},
    ),
    "identities throttled": (
        "GetAccountAuthorizationDetails",
        throttled_in(live.MODELS),
        (f"aws:{live.MODELS}::iam:GetAccountAuthorizationDetails", "throttled"),
        {(VENDOR, "read", WEIGHTS), (VENDOR, "invoke", PREVIEW), (VENDOR, "invoke", SANDBOX)},
    ),
    "an operation that is not there": (
        "GetKeyPolicy",
        answers(501, "<!doctype html><title>Not Implemented</title>", "text/html"),
        (f"aws:{live.MODELS}:{live.REGION}:kms:GetKeyPolicy/KEY", "not-implemented"),
        {(VENDOR, "read", WEIGHTS)},
    ),
}


@pytest.fixture
def broken(request: pytest.FixtureRequest, faults: Faults, monkeypatch: pytest.MonkeyPatch) -> str:
    """Address of the organization with one operation that fails, for credentials that are in place."""
    operation, fault = request.param
    faults.by_operation[operation] = fault
    _as(monkeypatch, request.getfixturevalue("environment"))
    return faults.url


@pytest.mark.parametrize(
    ("broken", "expected"),
    [(case[:2], case[2:]) for case in FAULTS.values()],
    ids=FAULTS,
    indirect=["broken"],
)
def test_what_hangs_on_a_failed_call_is_possible(
    broken: str,
    expected: tuple[tuple[str, str], set[tuple[str, str, str]]],
    estate: live.Live,
    directory: Path,
    tmp_path: Path,
) -> None:
    gap, dependent = expected
    saved = tmp_path / "snapshot"
    assert run(scan_aws(broken, directory, tmp_path, "--save", str(saved))) == 3

    certainty = found(tmp_path)
    assert {finding: certainty.get(finding) for finding in dependent} == dict.fromkeys(dependent, "possible")

    id_, reason = gap[0].replace("KEY", estate.key), gap[1]
    text = {name: (tmp_path / f"report.{ending}").read_text("utf-8") for name, ending in FORMATS.items()}
    assert {g["document"]: g["reason"] for g in json.loads(text["json"])["coverage"]["gaps"]}[id_] == reason
    for name in ("table", "markdown", "sarif"):
        assert id_ in _joined(text[name]), name
    assert list(problems(text["sarif"].encode())) == []

    again = [*about(directory), "--allow-partial", f"--output={tmp_path / 'again.txt'}"]
    assert run(["scan", "snapshot", str(saved), *again]) == 1


def _joined(report: str) -> str:
    """Return a report without the white space that wraps its cells."""
    return "".join(report.split())


def _as(patch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        patch.delenv(name)
    for name, value in environment.items():
        if name.startswith("AWS_"):
            patch.setenv(name, value)
