"""SARIF: places, identities, limits. What every file must have is checked in `sarif_checks`."""

from __future__ import annotations

import gzip
import json
from typing import Any

import msgspec
import pytest

from scanner.model import Evidence, Finding
from scanner.report import Options, render
from scanner.report import sarif as sarif_format
from scanner.report.sarif_places import Place, of_finding, relative_uri
from scanner.scan import Anchor, RuleInfo, Scan
from tests.report.sample import CALLING, POSSIBLE, PROVEN, SCAN, SUPPRESSED
from tests.report.sarif_checks import problems
from tests.report.write_expected import EXPECTED

Json = dict[str, Any]


def run(scan: Scan, options: Options | None = None) -> Json:
    """Return the one run of a scan's SARIF."""
    (found,) = json.loads(render("sarif", scan, options))["runs"]
    assert isinstance(found, dict)
    return found


def results(scan: Scan, options: Options | None = None) -> list[Json]:
    """Return the results that stand for findings."""
    return [r for r in run(scan, options)["results"] if r["ruleId"] != "scan-incomplete"]


def with_evidence(*evidence: Evidence, hop: int = 0) -> Finding:
    """Return the proven finding with other evidence at one hop."""
    hops = list(PROVEN.path.hops)
    hops[hop] = msgspec.structs.replace(hops[hop], evidence=evidence)
    return msgspec.structs.replace(PROVEN, path=msgspec.structs.replace(PROVEN.path, hops=tuple(hops)))


URIS = {
    "plain": ("infra/main.tf", "", "infra/main.tf"),
    "space and percent": ("my infra/100%.tf", "", "my%20infra/100%25.tf"),
    "other letters": ("m\u00f6dell.tf", "", "m%C3%B6dell.tf"),
    "a byte that is no UTF-8": ("m\udcf6.tf", "", "m%F6.tf"),
    "half of a surrogate pair": ("m\ud800.tf", "", None),
    "a colon in the first part": ("a:b.tf", "", "a%3Ab.tf"),
    "hash and question mark": ("a#b?.tf", "", "a%23b%3F.tf"),
    "a backslash is a letter of the name": ("a\\b.tf", "", "a%5Cb.tf"),
    "dot": ("./main.tf", "", "main.tf"),
    "below the tree": ("main.tf", "infra/prod", "infra/prod/main.tf"),
    "out of the tree, still in the repository": ("../modules/m.tf", "infra", "modules/m.tf"),
    "out of the repository": ("../../m.tf", "infra", None),
    "the parent": ("..", "", None),
    "absolute": ("/etc/passwd", "", None),
    "tree is absolute": ("main.tf", "/home/me", None),
    "drive": ("C:\\main.tf", "", None),
    "address": ("https://example.com/main.tf", "", None),
    "directory": ("infra/", "", None),
    "empty": ("", "", None),
}


@pytest.mark.parametrize(("file", "tree", "uri"), URIS.values(), ids=URIS)
def test_relative_uri(file: str, tree: str, uri: str | None) -> None:
    assert relative_uri(file, tree) == uri


NARROW, WIDE = Evidence("d", file="a.tf", lines=(4, 6)), Evidence("d", file="a.tf", lines=(1, 80))
OUTSIDE = Evidence("d", file="../a.tf", lines=(1, 1))
VENDOR_LINE = Place("sidedoor.yaml", 5, 5)
PLACES = {
    "the narrowest statement": (with_evidence(WIDE, NARROW), SCAN, Place("a.tf", 4, 6)),
    "a later hop when the first is no code": (with_evidence(NARROW, hop=2), SCAN, Place("a.tf", 4, 6)),
    "the first hop before a narrower later one": (
        msgspec.structs.replace(with_evidence(WIDE), id="0" * 32),
        SCAN,
        Place("a.tf", 1, 80),
    ),
    "code without lines": (with_evidence(Evidence("d", file="a.tf")), SCAN, Place("a.tf", 1, 1)),
    "code outside the repository counts for nothing": (with_evidence(OUTSIDE), SCAN, VENDOR_LINE),
    "the vendor's line": (PROVEN, SCAN, VENDOR_LINE),
    "the scope file for a vendor without a line": (
        PROVEN,
        msgspec.structs.replace(SCAN, anchors={}, scope_anchor=Anchor("scope/aws.yaml", 3)),
        Place("scope/aws.yaml", 3, 3),
    ),
    "the scope file for a register outside the repository": (
        PROVEN,
        msgspec.structs.replace(SCAN, anchors={"labelworks": Anchor("/etc/sidedoor.yaml", 5)}),
        Place("sidedoor.yaml", 1, 1),
    ),
    "a name of ours when even that is outside": (
        PROVEN,
        msgspec.structs.replace(SCAN, anchors={}, scope_anchor=Anchor("../scope.yaml", 3)),
        Place("sidedoor.yaml", 1, 1),
    ),
}


@pytest.mark.parametrize(("finding", "scan", "place"), PLACES.values(), ids=PLACES)
def test_place(finding: Finding, scan: Scan, place: Place) -> None:
    assert of_finding(finding, scan, Options()) == place


def test_one_step_a_hop_each_with_a_place_and_words() -> None:
    for finding, result in zip((PROVEN, POSSIBLE, CALLING), results(SCAN), strict=True):
        steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
        assert [s["location"]["logicalLocations"][0]["fullyQualifiedName"] for s in steps] == [
            hop.target for hop in finding.path.hops
        ]
        assert all(s["location"]["physicalLocation"]["region"]["startLine"] for s in steps)
        assert [s["location"]["message"]["text"][:2] for s in steps] == ["1.", "2.", "3."][: len(steps)]


def test_identity_survives_the_middle_and_the_lines() -> None:
    moved = with_evidence(NARROW, hop=1)
    before, after = results(SCAN)[0], results(msgspec.structs.replace(SCAN, findings=(moved,)))[0]
    assert before["locations"] != after["locations"]
    assert before["partialFingerprints"] == after["partialFingerprints"]
    assert before["partialFingerprints"]["sidedoorFinding/v1"] == PROVEN.id


def test_identities_name_no_account() -> None:
    for result in run(SCAN)["results"]:
        assert "00000000" not in json.dumps(result["partialFingerprints"])


def test_two_findings_of_one_id_stay_two() -> None:
    twice = msgspec.structs.replace(SCAN, findings=(PROVEN, PROVEN))
    hashes = [r["partialFingerprints"]["primaryLocationLineHash"] for r in results(twice)]
    assert [h.split(":")[1] for h in hashes] == ["1", "2"]
    assert len({h.split(":")[0] for h in hashes}) == 1


def test_suppressed_findings_are_only_in_the_full_profile() -> None:
    ids = {r["partialFingerprints"]["sidedoorFinding/v1"] for r in results(SCAN)}
    assert SUPPRESSED.id not in ids
    full = {r["partialFingerprints"]["sidedoorFinding/v1"]: r for r in results(SCAN, Options(full=True))}
    assert full.keys() == ids | {SUPPRESSED.id}
    assert full[PROVEN.id]["suppressions"] == []
    assert full[SUPPRESSED.id]["suppressions"][0]["justification"].startswith("agreed pilot")


def test_an_incomplete_scan_is_a_result_and_a_complete_one_is_not() -> None:
    found = [r for r in run(SCAN)["results"] if r["ruleId"] == "scan-incomplete"]
    assert len(found) == 1
    assert found[0]["level"] == "warning"
    assert str(SCAN.gaps[0].id) in found[0]["message"]["text"]
    complete = run(msgspec.structs.replace(SCAN, complete=True, gaps=()))
    assert "scan-incomplete" not in {r["ruleId"] for r in complete["results"]}
    assert complete["tool"]["driver"]["rules"] == run(SCAN)["tool"]["driver"]["rules"]


def test_every_gap_is_a_notification() -> None:
    said = [n["message"]["text"] for n in run(SCAN)["invocations"][0]["toolExecutionNotifications"]]
    assert said[:2] == [f"Could not read {gap}." for gap in SCAN.gaps]


def test_github_never_gets_an_unsuccessful_execution() -> None:
    for options in (Options(), Options(full=True)):
        assert run(SCAN, options)["invocations"][0]["executionSuccessful"] is True
    assert run(SCAN)["properties"]["coverageComplete"] is False


LEVELS = {"critical": ("error", "9.5"), "high": ("error", "8.0"), "medium": ("warning", "5.5")} | {
    "low": ("note", "2.0"),
    "info": ("note", "0.0"),
}


@pytest.mark.parametrize(("severity", "level", "score"), [(s, *v) for s, v in LEVELS.items()], ids=LEVELS)
def test_severity(severity: Any, level: str, score: str) -> None:  # noqa: ANN401 - a literal from a table
    rule = RuleInfo("some-rule", "Some rule", severity, "Help.", "x.yaml")
    finding = msgspec.structs.replace(PROVEN, rule="some-rule", severity=severity)
    found = run(msgspec.structs.replace(SCAN, rules=(rule,), findings=(finding,)))
    described = next(r for r in found["tool"]["driver"]["rules"] if r["id"] == "some-rule")
    assert described["defaultConfiguration"]["level"] == level
    assert described["properties"]["security-severity"] == score
    assert found["results"][0]["level"] == level


def test_a_rule_that_nobody_listed_is_described() -> None:
    found = run(msgspec.structs.replace(SCAN, rules=()))
    assert {r["ruleId"] for r in found["results"]} <= {r["id"] for r in found["tool"]["driver"]["rules"]}


def test_rule_texts_stay_within_githubs_limits() -> None:
    rule = RuleInfo("some-rule", "T" * 5_000, "high", "H" * 50_000, "x", tuple(f"tag-{n}" for n in range(50)))
    content = render("sarif", msgspec.structs.replace(SCAN, rules=(rule, *SCAN.rules))).encode()
    assert list(problems(content)) == []


CATEGORIES = {
    "from the target": (Options(), "aws", "sidedoor/aws/"),
    "as told": (Options(category="prod/aws"), "aws", "prod/aws/"),
    "one slash at the end": (Options(category="prod/"), "aws", "prod/"),
    "of a path": (Options(), "infra/prod", "sidedoor/infra/prod/"),
    "of nothing": (Options(category="/"), "aws", "sidedoor/"),
}


@pytest.mark.parametrize(("options", "target", "category"), CATEGORIES.values(), ids=CATEGORIES)
def test_category(options: Options, target: str, category: str) -> None:
    scan = msgspec.structs.replace(SCAN, target=target)
    assert run(scan, options)["automationDetails"]["id"] == category


def many(count: int) -> Scan:
    """Return a scan with `count` high findings, then one critical."""
    findings = tuple(msgspec.structs.replace(CALLING, id=f"{n:032x}") for n in range(count))
    return msgspec.structs.replace(SCAN, findings=(*findings, PROVEN))


def test_the_worst_results_are_kept_and_the_cut_is_said() -> None:
    found = run(many(5_100))
    assert len(found["results"]) == 5_000
    assert found["results"][0]["partialFingerprints"]["sidedoorFinding/v1"] == PROVEN.id
    assert found["results"][-1]["ruleId"] == "scan-incomplete"
    first = found["invocations"][0]["toolExecutionNotifications"][0]
    assert first["descriptor"]["id"] == "results-cut"
    assert first["message"]["text"] == "102 findings of the lowest severity left out of this file."


def test_nothing_is_cut_that_fits() -> None:
    found = run(many(50))
    assert len(found["results"]) == 52
    kinds = {n["descriptor"]["id"] for n in found["invocations"][0]["toolExecutionNotifications"]}
    assert "results-cut" not in kinds


def test_a_file_too_large_loses_its_least_severe_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif_format, "LARGEST", 12_000)
    text = render("sarif", many(500))
    found = json.loads(text)["runs"][0]
    assert len(gzip.compress(text.encode())) < 12_000
    assert 10 < len(found["results"]) < 500
    assert found["results"][0]["partialFingerprints"]["sidedoorFinding/v1"] == PROVEN.id
    said = found["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert said == f"{502 - len(found['results'])} findings of the lowest severity left out of this file."


def test_stored_files_pass_our_checks_in_their_repository() -> None:
    root = EXPECTED.parent / "repository"
    for file in EXPECTED.glob("*.sarif"):
        assert list(problems(file.read_bytes(), root)) == []
