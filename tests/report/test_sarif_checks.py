"""Every check of `sarif_checks` and `validate_sarif` fails on the one fact it is about, and not before."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any

import pytest

from scanner.report import render
from tests.report.sample import SCAN
from tests.report.sarif_checks import problems
from tests.report.validate_sarif import main, multitool_problems, schema_problems
from tests.report.write_expected import EXPECTED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Json = dict[str, Any]
ROOT = EXPECTED.parent / "repository"


def result(log: Json) -> Json:
    """Return the first result."""
    found: Json = log["runs"][0]["results"][0]
    return found


def place(log: Json) -> Json:
    """Return where the first result is."""
    found: Json = result(log)["locations"][0]["physicalLocation"]
    return found


def rule(log: Json) -> Json:
    """Return the first rule."""
    found: Json = log["runs"][0]["tool"]["driver"]["rules"][0]
    return found


CASES: dict[str, tuple[Callable[[Json], object], str]] = {
    "logical location only": (
        lambda log: result(log)["locations"][0].pop("physicalLocation"),
        "a location without a physical one",
    ),
    "the same in a step": (
        lambda log: result(log)["codeFlows"][0]["threadFlows"][0]["locations"][1]["location"].pop(
            "physicalLocation"
        ),
        "a location without a physical one",
    ),
    "no location": (lambda log: result(log).update(locations=[]), "no location"),
    "https": (
        lambda log: place(log)["artifactLocation"].update(uri="https://github.com/x"),
        "is not relative and percent-encoded",
    ),
    "absolute": (lambda log: place(log)["artifactLocation"].update(uri="/x.tf"), "is not relative"),
    "space": (lambda log: place(log)["artifactLocation"].update(uri="a b.tf"), "percent-encoded"),
    "backslash": (lambda log: place(log)["artifactLocation"].update(uri="a\\b.tf"), "percent-encoded"),
    "out of the repository": (
        lambda log: place(log)["artifactLocation"].update(uri="a/../../b.tf"),
        "leaves the repository",
    ),
    "no such file": (
        lambda log: place(log)["artifactLocation"].update(uri="nowhere.tf"),
        "nowhere.tf is not in the repository",
    ),
    "past the end of the file": (
        lambda log: place(log)["region"].update(startLine=999),
        "ends at line",
    ),
    "line 0": (lambda log: place(log)["region"].update(startLine=0), "lines 0 to 0"),
    "lines backwards": (lambda log: place(log)["region"].update(endLine=2), "lines 5 to 2"),
    "score is a number": (
        lambda log: rule(log)["properties"].update({"security-severity": 9.5}),
        "security-severity 9.5 is not a string",
    ),
    "no score": (lambda log: rule(log)["properties"].pop("security-severity"), "security-severity None"),
    "no tag": (lambda log: rule(log)["properties"].update(tags=[]), "without the tag"),
    "many tags": (
        lambda log: rule(log)["properties"].update(tags=["security", *map(str, range(20))]),
        "21 tags",
    ),
    "unknown precision": (lambda log: rule(log)["properties"].update(precision="sure"), "precision 'sure'"),
    "no help": (lambda log: rule(log).pop("help"), "no help.text"),
    "long description": (
        lambda log: rule(log).update(fullDescription={"text": "x" * 1_025}),
        "fullDescription has 1025 characters",
    ),
    "no line hash": (
        lambda log: result(log)["partialFingerprints"].pop("primaryLocationLineHash"),
        "1 results without primaryLocationLineHash",
    ),
    "line hash of another": (
        lambda log: result(log).update(
            partialFingerprints=log["runs"][0]["results"][1]["partialFingerprints"]
        ),
        "2 results share the line hash",
    ),
    "line hash of another form": (
        lambda log: result(log)["partialFingerprints"].update(primaryLocationLineHash="x"),
        "line hash x is not",
    ),
    "undescribed rule": (lambda log: result(log).update(ruleId="other"), "rule other is not described"),
    "index of another rule": (lambda log: result(log).update(ruleIndex=0), "ruleIndex points to"),
    "hidden character": (lambda log: result(log).update(message={"text": "a\u202eb"}), "hidden characters"),
    "unsuccessful": (
        lambda log: log["runs"][0]["invocations"][0].update(executionSuccessful=False),
        "processes no result",
    ),
    "a run id for a category": (
        lambda log: log["runs"][0].update(automationDetails={"id": "x"}),
        "is no category",
    ),
    "many runs": (lambda log: log.update(runs=log["runs"] * 21), "21 runs"),
    "many results": (
        lambda log: log["runs"][0].update(results=[result(log)] * 5_001),
        "5001 results",
    ),
}


def broken(change: Callable[[Json], object]) -> bytes:
    """Return the sample's SARIF with one change."""
    log = json.loads(render("sarif", SCAN))
    change(log)
    return json.dumps(log).encode()


@pytest.mark.parametrize(("change", "said"), CASES.values(), ids=CASES)
def test_check_finds(change: Callable[[Json], object], said: str) -> None:
    found = list(problems(broken(change), ROOT))
    assert any(said in problem for problem in found), found


def test_checks_are_content_with_the_sample() -> None:
    assert list(problems(render("sarif", SCAN).encode(), ROOT)) == []


def test_schema_finds() -> None:
    assert list(schema_problems(render("sarif", SCAN).encode())) == []
    assert list(schema_problems(broken(lambda log: result(log).update(level="severe"))))


def fake_multitool(directory: Path, *results: Json) -> Path:
    """Return a program that writes `results` where a validator would, and exits 0 as it does."""
    written = json.dumps({"runs": [{"tool": {"driver": {"rules": []}}, "results": list(results)}]})
    script = directory / "multitool"
    script.write_text(
        f'#!/bin/sh\nwhile [ "$1" != --output ]; do shift; done\ncat > "$2" <<\'END\'\n{written}\nEND\n'
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


MULTITOOL = {
    "an error": ({"ruleId": "GH1015", "level": "error", "message": {"text": "x"}}, 1),
    "a level left out, which means warning": ({"ruleId": "SARIF1002", "message": {"text": "x"}}, 1),
    "a note": ({"ruleId": "SARIF2002", "level": "note", "message": {"text": "x"}}, 0),
    "an address that does not answer": (
        {"ruleId": "SARIF2006", "level": "warning", "message": {"text": "x"}},
        0,
    ),
}


@pytest.mark.parametrize(("said", "count"), MULTITOOL.values(), ids=MULTITOOL)
def test_validator_is_read_not_trusted(tmp_path: Path, said: Json, count: int) -> None:
    found = list(multitool_problems(EXPECTED / "github.sarif", fake_multitool(tmp_path, said)))
    assert len(found) == count


def test_a_validator_that_writes_nothing_is_a_problem(tmp_path: Path) -> None:
    script = fake_multitool(tmp_path)
    script.write_text("#!/bin/sh\necho no such option\n")
    assert list(multitool_problems(EXPECTED / "github.sarif", script)) == [
        "multitool wrote nothing: no such option"
    ]


def test_script_exits_by_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(ROOT), str(EXPECTED / "github.sarif")]) == 0
    bad = tmp_path / "bad.sarif"
    bad.write_bytes(broken(lambda log: result(log).update(locations=[])))
    assert main([str(EXPECTED / "github.sarif"), str(bad)]) == 1
    said = capsys.readouterr().out
    assert "Sarif.Multitool not given" in said
    assert f"{bad}: result 0: no location" in said
