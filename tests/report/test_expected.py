"""Whole reports against stored ones; `write_expected` writes them anew."""

from __future__ import annotations

import json

import msgspec
import pytest

from scanner.errors import ReportError
from scanner.report import FORMATS, Options, explain, render
from tests.report.sample import PROVEN, SCAN
from tests.report.write_expected import CASES, EXPECTED


@pytest.mark.parametrize("name", CASES)
def test_report_is_the_stored_one(name: str) -> None:
    form, options = CASES[name]
    assert render(form, SCAN, options) == (EXPECTED / name).read_text(encoding="utf-8")


def test_every_stored_report_has_a_case() -> None:
    assert {path.name for path in EXPECTED.iterdir()} == set(CASES)


@pytest.mark.parametrize("name", FORMATS)
def test_same_scan_same_bytes(name: str) -> None:
    again = msgspec.structs.replace(SCAN, anchors=dict(reversed(SCAN.anchors.items())))
    assert render(name, SCAN) == render(name, again)
    assert render(name, SCAN).endswith("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_scan_has_a_report(name: str) -> None:
    empty = msgspec.structs.replace(
        SCAN,
        assets=(),
        sources=(),
        findings=(),
        rules=(),
        anchors={},
        notes=(),
        gaps=(),
        complete=True,
        asked=0,
    )
    text = render(name, empty)
    assert text.strip() or name == "ocsf"  # events, of which there are none
    assert "exit 3" not in text


@pytest.mark.parametrize(("name", "said"), [("jsn", "; did you mean `json`?"), ("pdf", "")])
def test_unknown_format(name: str, said: str) -> None:
    with pytest.raises(ReportError, match=f"^unknown format `{name}`{said.replace('?', '[?]')}$"):
        render(name, SCAN)


@pytest.mark.parametrize("name", ["table", "markdown", "explain"])
def test_text_wraps_only_when_asked(name: str) -> None:
    assert max(map(len, render(name, SCAN, Options(width=0)).splitlines())) > 110


@pytest.mark.parametrize("width", [72, 80, 100, 132])
@pytest.mark.parametrize("name", ["table", "explain"])
def test_text_fits_its_width(name: str, width: int) -> None:
    assert max(map(len, render(name, SCAN, Options(width=width)).splitlines())) <= width


def test_formats_say_what_they_are() -> None:
    assert [(n, f.is_text, f.suffix) for n, f in FORMATS.items()] == [
        ("table", True, ".txt"),
        ("json", False, ".json"),
        ("sarif", False, ".sarif"),
        ("markdown", True, ".md"),
        ("html", False, ".html"),
        ("csv", False, ".csv"),
        ("junit", False, ".xml"),
        ("ocsf", False, ".jsonl"),
        ("explain", True, ".txt"),
    ]


def test_every_format_names_every_gap_and_open_finding() -> None:
    texts = {name: render(name, SCAN, Options(width=0)) for name in FORMATS if name != "explain"}
    for name, text in texts.items():
        for gap in SCAN.gaps:
            assert str(gap.id) in text, name
        for finding in SCAN.findings[:3]:
            assert finding.id[:8] in text, name


def test_explain_takes_the_start_of_an_id() -> None:
    assert explain(SCAN, PROVEN.id[:4].upper()) == render("explain", SCAN, Options(finding=PROVEN.id))


REFUSED = {
    "none starts so": (
        "ffff",
        "no finding `ffff` in this scan; the ids of its 4 findings are in the table and JSON",
    ),
    "empty": ("", "no finding `` in this scan"),
}


@pytest.mark.parametrize(("prefix", "said"), REFUSED.values(), ids=REFUSED)
def test_explain_refuses(prefix: str, said: str) -> None:
    with pytest.raises(ReportError) as caught:
        explain(SCAN, prefix)
    assert str(caught.value).startswith(said)


def test_explain_names_the_candidates() -> None:
    twins = [msgspec.structs.replace(PROVEN, id=f"abcdef12{n}".ljust(32, "0")) for n in range(7)]
    scan = msgspec.structs.replace(SCAN, findings=tuple(twins))
    with pytest.raises(
        ReportError, match=r"^`abcdef` names 7 findings: abcdef120, abcdef121, .* and 2 more$"
    ):
        explain(scan, "abcdef")


def test_table_says_what_it_cuts() -> None:
    many = tuple(msgspec.structs.replace(PROVEN, id=f"{n:032x}") for n in range(300))
    gaps = tuple(msgspec.structs.replace(g, detail=str(n)) for n in range(15) for g in SCAN.gaps)
    scan = msgspec.structs.replace(SCAN, findings=many, gaps=gaps)
    cut, full = render("table", scan), render("table", scan, Options(full=True))
    for said in ("... and 100 more findings", "275 more paths not shown", "... and 10 more gaps"):
        assert said in cut
        assert said not in full
    assert full.count("fix: ") == 300


def test_markdown_stays_below_githubs_limit_and_says_what_it_cut() -> None:
    many = tuple(msgspec.structs.replace(PROVEN, id=f"{n:032x}") for n in range(2_000))
    text = render("markdown", msgspec.structs.replace(SCAN, findings=many))
    shown = text.count("<details>")
    assert 100 < shown < 2_000
    assert f"\n{2_000 - shown} more findings left out for size" in text
    assert len(text.encode()) < 1_048_576
    assert text.count("```mermaid") == 3


def test_excerpts_of_any_size_and_depth_are_told() -> None:
    deep = "[" * 100_000
    wide = json.dumps({"Sid": "Wide", "Action": [f"s3:Action{n}" for n in range(500)]})
    for excerpt, said in ((deep, "... (100000 characters)"), (wide, "more lines")):
        hop = PROVEN.path.hops[0]
        evidence = (msgspec.structs.replace(hop.evidence[0], excerpt=excerpt),)
        hops = (msgspec.structs.replace(hop, evidence=evidence), *PROVEN.path.hops[1:])
        path = msgspec.structs.replace(PROVEN.path, hops=hops)
        scan = msgspec.structs.replace(SCAN, findings=(msgspec.structs.replace(PROVEN, path=path),))
        text = render("explain", scan)
        assert said in text
        assert len(text) < 30_000
