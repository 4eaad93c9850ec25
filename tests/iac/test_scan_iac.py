"""``scan iac`` and ``collect iac`` at the front door: exit codes, names of files, names of targets."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.front_door import sidedoor
from tests.iac.worlds import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.front_door import Run

WORLD = ROOT / "public-bucket"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command beside a repository with code in ``infra/``."""
    shutil.copytree(WORLD / "code", tmp_path / "infra")
    shutil.copy(WORLD / "sidedoor.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: sidedoor(capsys, *arguments)


def test_files_are_named_as_from_the_current_directory(run: Run) -> None:
    code, out, _ = run("scan", "iac", "infra", "--format", "json", "--quiet")
    report = json.loads(out)
    located = [e["file"] for f in report["findings"] for h in f["hops"] for e in h["evidence"] if e["file"]]
    assert code == 1
    assert set(located) == {"infra/main.tf"}
    assert report["scan"]["target"] == "iac infra"


def test_files_of_a_directory_elsewhere_are_named_from_it(run: Run, tmp_path: Path) -> None:
    _, out, _ = run("scan", "iac", str(tmp_path / "infra"), "--format", "json", "--quiet")
    report = json.loads(out)
    located = [e["file"] for f in report["findings"] for h in f["hops"] for e in h["evidence"] if e["file"]]
    assert set(located) == {"main.tf"}


def test_a_file_that_is_not_understood_fails_the_run(run: Run, tmp_path: Path) -> None:
    (tmp_path / "infra" / "broken.tf").write_text("resource {")
    code, out, _ = run("scan", "iac", "infra", "--format", "sarif", "--quiet", "--fail-on", "critical")
    sarif = json.loads(out)["runs"][0]
    told = json.dumps(sarif["invocations"])
    assert "infra/broken.tf" in told
    assert code in {1, 3}
    (tmp_path / "infra" / "main.tf").unlink()
    code, _, _ = run("scan", "iac", "infra", "--quiet")
    assert code == 3


def test_an_account_that_nobody_names_is_said_to_be_a_placeholder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sidedoor.yaml").unlink()
    _, out, _ = run("scan", "iac", "infra", "--quiet")
    assert "an account that the code does not name is 000000000000" in out


MISTAKES = {
    "an account that is none": (["--account", "12"], "`--account 12` is no account id"),
    "variables from elsewhere": (["--var-file", "sidedoor.yaml"], "lies outside"),
    "a path that is not there": (["nowhere"], "does not exist"),
}


@pytest.mark.parametrize(("arguments", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_users_mistake_is_one_line(run: Run, arguments: list[str], message: str) -> None:
    code, _, err = run("scan", "iac", "infra", *arguments)
    assert code == 2
    assert message in err


def test_what_was_collected_scans_the_same(run: Run, tmp_path: Path) -> None:
    code, _, _ = run("collect", "iac", "infra", "--output", "snapshot", "--quiet")
    assert code == 0
    _, live, _ = run("scan", "iac", "infra", "--format", "json", "--quiet")
    _, stored, _ = run("scan", "snapshot", "snapshot", "--format", "json")
    assert json.loads(live)["findings"] == json.loads(stored)["findings"]
    assert (tmp_path / "snapshot" / "manifest.json").exists()
