"""CSV, JUnit and OCSF: read back by what reads them, and hostile names stay text."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import msgspec
import pytest
from py_ocsf_models.events.findings.detection_finding import DetectionFinding

from scanner.report import Options, render
from scanner.report.csv_table import COLUMNS
from scanner.report.junit import MOST_GAPS
from scanner.snapshot import DocumentId, Gap
from tests.report.hostile import VALUES
from tests.report.hostile import scan as hostile
from tests.report.sample import SCAN

if TYPE_CHECKING:
    from scanner.scan import Scan

each = pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)


def rows(scan: Scan) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render("csv", scan)), strict=True))


def events(scan: Scan) -> list[dict[str, object]]:
    return [json.loads(line) for line in render("ocsf", scan).splitlines()]


def suites(scan: Scan, options: Options | None = None) -> ElementTree.Element:
    return ElementTree.fromstring(render("junit", scan, options))  # noqa: S314 - our own report


def test_a_row_a_finding_and_a_row_a_gap() -> None:
    found = rows(SCAN)
    assert [row["id"] for row in found] == [*(f.id for f in SCAN.findings), "", ""]
    assert [row["source"] for row in found if row["rule"] == "scan-incomplete"] == [
        str(g.id) for g in SCAN.gaps
    ]
    assert found[0]["path"].startswith("arn:aws:iam::200000000001:root > assume: ")
    assert found[0]["hops"] == "3"


@each
def test_cells_are_text_and_rows_keep_their_cells(value: str) -> None:
    for row in rows(hostile(value)):
        assert list(row) == list(COLUMNS)
        assert [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


FORMULAS = ("=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)")


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_is_a_formula(formula: str) -> None:
    found = rows(hostile(formula))
    assert all(cell[:1] not in "=+-@" or not cell for row in found for cell in row.values())
    assert any(cell.startswith(f"'{formula}") for row in found for cell in row.values())


@each
def test_every_event_is_a_detection_finding(value: str) -> None:
    for scan in (SCAN, hostile(value)):
        for event in events(scan):
            assert set(event) <= set(DetectionFinding.model_fields)
            parsed = DetectionFinding.model_validate(event)
            assert parsed.metadata.version == "1.5.0"
            for part in ("metadata", "finding_info", "remediation"):
                given = event.get(part)
                assert not isinstance(given, dict) or set(given) <= set(
                    type(getattr(parsed, part)).model_fields
                )


def test_status_and_severity_are_those_of_the_scan() -> None:
    found = events(SCAN)
    assert [event["status"] for event in found] == ["New", "New", "New", "Suppressed", "New"]
    assert [event["severity_id"] for event in found] == [5, 5, 4, 4, 3]
    assert events(msgspec.structs.replace(SCAN, findings=(), gaps=())) == []


def test_a_failed_case_is_what_fails_the_run() -> None:
    root = suites(SCAN)
    assert {k: root.get(k) for k in ("tests", "failures", "errors", "skipped")} == {
        "tests": "7",
        "failures": "3",
        "errors": "2",
        "skipped": "1",
    }
    mild = suites(SCAN, Options(fail_on="critical", allow_partial=True))
    assert (mild.get("failures"), mild.get("errors"), mild.get("skipped")) == ("2", "0", "4")


@pytest.mark.parametrize("gaps", [0, MOST_GAPS, MOST_GAPS + 7])
def test_counts_are_those_of_the_cases(gaps: int) -> None:
    many = tuple(
        Gap(DocumentId("aws", "1", "", "s3", "GetBucketPolicy", str(n)), "refused") for n in range(gaps)
    )
    root = suites(msgspec.structs.replace(SCAN, gaps=many))
    for suite in root:
        assert suite.get("tests") == str(len(suite))
        assert suite.get("failures") == str(len(suite.findall("*/failure")))
        assert suite.get("errors") == str(len(suite.findall("*/error")))
        assert suite.get("skipped") == str(len(suite.findall("*/skipped")))


@each
def test_xml_stays_xml(value: str) -> None:
    root = suites(hostile(value), Options(fail_on="info"))
    assert {element.tag for element in root.iter()} <= {
        *("testsuites", "testsuite", "testcase", "failure", "error", "skipped")
    }
