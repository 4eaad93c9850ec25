"""Two scans compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from scanner import config
from scanner.analysis import analyse
from scanner.changes import attributed, diff
from scanner.errors import ReportError
from scanner.report import Options, render, render_diff
from scanner.rules import load_rules
from scanner.snapshot import Removal, Without
from scanner.verdict import Guard
from tests.report.sample import CALLING, POSSIBLE, PROVEN, SCAN, SUPPRESSED, TO_TRAINING
from tests.worlds import FIXTURES, read_world

if TYPE_CHECKING:
    from scanner.model import Finding
    from scanner.scan import Scan
    from scanner.snapshot import Snapshot

INCIDENT = FIXTURES / "aws" / "labelling-vendor"
HUB = (
    "aws:100000000001::iam:GetAccountAuthorizationDetails.RoleDetailList/"
    "arn:aws:iam::100000000001:role/training-hub"
)


def scan_of(*findings: Finding, complete: bool = True) -> Scan:
    """Return the sample with these findings."""
    return msgspec.structs.replace(SCAN, findings=findings, complete=complete)


def report_of(scan: Scan) -> bytes:
    """Return a scan's JSON report."""
    return render("json", scan).encode()


def with_hop(finding: Finding, index: int, **changes: Any) -> Finding:  # noqa: ANN401 - fields of the struct
    """Return a finding with one hop changed."""
    hops = list(finding.path.hops)
    hops[index] = msgspec.structs.replace(hops[index], **changes)
    return msgspec.structs.replace(finding, path=msgspec.structs.replace(finding.path, hops=tuple(hops)))


EXTERNAL_ID = Guard("sts:ExternalId", "in", ("x",), "vendor", "external-id")
CHANGES = {
    "nothing": (PROVEN, ()),
    "evidence": (with_hop(PROVEN, 0, evidence=()), ()),
    "a guard more": (
        with_hop(PROVEN, 0, guards=(EXTERNAL_ID,)),
        ("newly demanded: sts:ExternalId = x before arn:aws:iam::100000000001:role/ingest",),
    ),
    "a guard less": (
        with_hop(PROVEN, 1, guards=()),
        (f"no longer demanded: aws:SourceIp in 203.0.113.0/24 before {TO_TRAINING.target}",),
    ),
    "certainty": (with_hop(PROVEN, 2, certainty="possible"), ("certainty possible, was proven",)),
    "severity": (msgspec.structs.replace(PROVEN, severity="high"), ("severity high, was critical",)),
    "suppressed": (msgspec.structs.replace(PROVEN, suppressed="why"), ("suppressed: why",)),
}


@pytest.mark.parametrize("form", [lambda scan: scan, report_of], ids=["scans", "reports"])
@pytest.mark.parametrize(("now", "what"), CHANGES.values(), ids=CHANGES)
def test_diff_says_what_changed(form: Any, now: Finding, what: tuple[str, ...]) -> None:  # noqa: ANN401 - a table
    found = diff(form(scan_of(PROVEN)), form(scan_of(now)))
    assert (found.opened, found.closed, found.notes) == ((), (), ())
    assert [change.what for change in found.changed] == ([what] if what else [])


def test_diff_tells_another_way_through_the_middle() -> None:
    moved = with_hop(PROVEN, 1, target="arn:aws:iam::100000000002:role/other")
    (change,) = diff(scan_of(PROVEN), scan_of(moved)).changed
    assert change.what[0].startswith("route ")
    assert "role/other" in change.what[0]
    assert diff(scan_of(moved), scan_of(PROVEN)).changed[0].what[0].startswith("route ")


def test_diff_of_opened_and_closed_is_worst_first_whatever_the_order() -> None:
    old, new = scan_of(CALLING), scan_of(SUPPRESSED, POSSIBLE, PROVEN)
    found = diff(old, report_of(new))
    assert [item.id for item in found.opened] == [PROVEN.id, POSSIBLE.id, SUPPRESSED.id]
    assert [item.id for item in found.closed] == [CALLING.id]
    assert diff(old, scan_of(PROVEN, POSSIBLE, SUPPRESSED)) == found
    back = diff(new, old)
    assert (back.opened, back.closed) == (found.closed, found.opened)


DOUBTS = {
    "both complete": (True, True, ()),
    "the new one is not": (True, False, ("the new scan is incomplete: a closed finding may only be unread",)),
    "the old one is not": (
        False,
        True,
        ("the old scan is incomplete: an opened finding may have been there unread",),
    ),
}


@pytest.mark.parametrize(("old", "new", "notes"), DOUBTS.values(), ids=DOUBTS)
def test_diff_doubts_incomplete_scans(notes: tuple[str, ...], *, old: bool, new: bool) -> None:
    assert diff(scan_of(PROVEN, complete=old), scan_of(complete=new)).notes == notes


NO_REPORTS = {
    "no JSON": (b"x", "the new file is not a JSON report: "),
    "another tool's": (b'{"findings":[]}', "the new file is not a JSON report: "),
    "a later version": (
        b'{"schema_version":"2.0","coverage":{"complete":true},"findings":[]}',
        "the new report has schema version 2.0; this sidedoor reads 1",
    ),
}


@pytest.mark.parametrize(("content", "said"), NO_REPORTS.values(), ids=NO_REPORTS)
def test_diff_refuses(content: bytes, said: str) -> None:
    with pytest.raises(ReportError) as caught:
        diff(scan_of(), content)
    assert str(caught.value).startswith(said)


def test_diff_is_told() -> None:
    found = diff(scan_of(CALLING, PROVEN), scan_of(with_hop(PROVEN, 1, guards=()), POSSIBLE, complete=False))
    assert render_diff(found, Options(width=0)) == (
        "1 finding opened, 1 finding closed, 1 finding changed\n"
        "the new scan is incomplete: a closed finding may only be unread\n"
        "\nOpened\n------\n"
        f"critical {POSSIBLE.id} vendor-reads-weights-without-external-id\n"
        "  from https://token.actions.githubusercontent.com sub=repo:labelworks/*\n"
        "  to   arn:aws:s3:::ourlab-weights/*\n"
        "\nClosed\n------\n"
        f"high {CALLING.id} vendor-invokes-endpoint-above-its-tier\n"
        "  from arn:aws:iam::200000000001:root\n"
        "  to   arn:aws:sagemaker:us-east-1:100000000001:endpoint/frontier\n"
        "\nChanged\n-------\n"
        f"critical {PROVEN.id} vendor-reads-weights-without-external-id\n"
        "  from arn:aws:iam::200000000001:root\n"
        "  to   arn:aws:s3:::ourlab-weights/*\n"
        "    no longer demanded: aws:SourceIp in 203.0.113.0/24"
        " before arn:aws:iam::100000000002:role/training-hub\n"
    )


def incident(twin: str = "") -> tuple[Scan, Snapshot]:
    """Return the incident's scan and snapshot, or a twin's."""
    world = next(w for w in read_world(INCIDENT) if w.name.partition(":")[2] == twin)
    snapshot = world.snapshot()
    return analyse(snapshot, config.load(INCIDENT / "sidedoor.yaml"), load_rules()), snapshot


def test_an_opened_finding_names_the_statement_that_the_old_snapshot_lacks() -> None:
    now, after = incident()
    before = Without(after, [Removal(HUB, "/RolePolicyList/0/PolicyDocument/Statement/0")]).snapshot
    was = analyse(before, config.load(INCIDENT / "sidedoor.yaml"), load_rules())
    opened = attributed(diff(was, now), before, after)
    assert {item.rule for item in opened.opened} >= {"weights-readable-by-vendor-without-agreement"}
    for item in opened.opened:
        assert [e.pointer for e in opened.because[item.id]] == [
            "/RolePolicyList/0/PolicyDocument/Statement/0"
        ]
    closed = attributed(diff(now, was), after, before)
    assert closed.because == opened.because
    assert "not there any more: Sid Checkpoints at" in render_diff(closed)
    assert "not there before: Sid Checkpoints at" in render_diff(opened)


def test_a_statement_that_only_moved_did_nothing() -> None:
    """The near twin: what stands at another index is still there."""
    now, after = incident()
    before = Without(after, [Removal(HUB, "/AssumeRolePolicyDocument/Statement/0")]).snapshot
    was = analyse(before, config.load(INCIDENT / "sidedoor.yaml"), load_rules())
    found = attributed(diff(was, now), before, after)
    assert {e.pointer for said in found.because.values() for e in said} == {
        "/AssumeRolePolicyDocument/Statement/0"
    }
