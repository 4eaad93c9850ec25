"""Schemas, drafts of rules and shell completion."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import jsonschema
import pytest
import yaml

from tests.front_door import CONFIG, ON_WORLD, ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.front_door import Run


def test_a_drafted_rule_passes_its_own_examples(run: Run, tmp_path: Path) -> None:
    drafted = run("rules", "new", "vendor-copies-checkpoints", "--output", tmp_path / "mine")
    assert drafted.code == 0
    checked = run("rules", "check", "--rules", tmp_path / "mine")
    assert (checked.code, checked.out) == (0, "1 rules, 7 examples, 0 failures\n")
    again = run("rules", "new", "vendor-copies-checkpoints", "--output", tmp_path / "mine")
    assert (again.code, again.out) == (2, "")
    assert "File exists" in again.err


@pytest.mark.parametrize("name", ["Vendor-x", "vendor", "../../etc/x", "a b", ""])
def test_what_is_no_rule_id_is_refused(name: str, run: Run) -> None:
    assert run("rules", "new", name).code == 2


def test_schemas_describe_what_they_say(run: Run) -> None:
    config = yaml.safe_load(CONFIG.read_text("utf-8"))
    jsonschema.validate(json.loads(json.dumps(config, default=str)), json.loads(run("schema", "config").out))
    rule = yaml.safe_load((ROOT / "rules" / "weights" / "weights-public-read.yaml").read_text("utf-8"))
    jsonschema.validate(rule, json.loads(run("schema", "rule").out))
    report = json.loads(run(*ON_WORLD, "--format", "json").out)
    jsonschema.validate(report, json.loads(run("schema", "report").out))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"version": 1, "vendor": []}, json.loads(run("schema", "config").out))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_ask_the_command(shell: str, run: Run) -> None:
    assert "_SIDEDOOR_COMPLETE=" in run("completion", shell).out.replace("env ", "")


def test_bash_is_told_the_commands() -> None:
    environment = {"_SIDEDOOR_COMPLETE": "bash_complete", "COMP_WORDS": "sidedoor ve", "COMP_CWORD": "1"}
    said = subprocess.run(
        [sys.executable, "-c", "from scanner.cli import main; main()"],
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout.split() == ["plain,vendors"]
