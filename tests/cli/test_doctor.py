"""What the doctor finds, healthy and ill."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scanner.providers.aws.collect import TABLES, diagnosing
from tests.front_door import CONFIG

if TYPE_CHECKING:
    from pathlib import Path

    from tests.front_door import Run


def test_a_healthy_place(run: Run) -> None:
    said = run("doctor", "--config", CONFIG)
    assert (said.code, said.err) == (0, "")
    lines = {line.split()[1]: line for line in said.out.splitlines()}
    assert lines["boto3"].startswith("ok ")
    assert lines["checkov"].startswith("ok ")
    assert "4 vendors, 2 asset labels" in lines["configuration"]
    assert lines["register"] == "warning  register             agreements that are over: rankworks"


def test_without_a_configuration_it_says_how_to_begin(run: Run) -> None:
    said = run("doctor")
    assert said.code == 0
    assert (
        "warning  configuration        none: every outsider is a stranger; `sidedoor vendors init`"
        in said.out
    )


@pytest.mark.parametrize(
    ("option", "text", "words"),
    [
        ("--config", "version: 1\nvendor: []\n", "did you mean `vendors`?"),
        ("--rules", "id: x\n", "problem  rules"),
    ],
)
def test_what_cannot_be_read_is_a_problem(
    option: str, text: str, words: str, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "ill" / "x.yaml"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    said = run("doctor", option, file if option == "--config" else file.parent)
    assert said.code == 1
    assert words in said.out


def test_no_credentials_are_a_problem(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    said = run("doctor", "--ask", "aws")
    assert said.code == 1
    assert "problem  credentials" in said.out


def test_aws_is_asked_who_we_are_and_what_is_missing(
    run: Run, moto_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    said = run("doctor", "--ask", "aws", "--endpoint-url", moto_url)
    lines = {line.split()[1]: line for line in said.out.splitlines()}
    assert said.code == 0
    assert "account " in lines["credentials"]
    assert lines["permissions"].startswith("warning ")


def test_denied_actions_are_named() -> None:
    """The simulation is IAM's; here its answers are given, because no emulator simulates."""
    answers: list[dict[str, str]] = []

    class Iam:
        def simulate_principal_policy(self, **asked: list[str]) -> dict[str, object]:
            names = asked["ActionNames"]
            assert len(names) <= 100
            results = [
                {"EvalActionName": n, "EvalDecision": "implicitDeny" if n.startswith("kms:") else "allowed"}
                for n in names
            ]
            answers.extend(results)
            return {"EvaluationResults": results}

    class Account:
        home = "us-east-1"

        def client(self, service: str, region: str) -> Iam:
            return Iam()

    name, state, detail = diagnosing._denied(TABLES, Account(), "arn:aws:iam::100000000001:user/scan")  # type: ignore[arg-type]
    assert (name, state) == ("permissions", "warning")
    assert f"of {len(answers)} missing: kms:" in detail
