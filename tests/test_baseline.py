"""Identities, suppressions and the known findings file."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.baseline import (
    Known,
    KnownFinding,
    accept_known,
    fingerprint,
    matches,
    parse_known,
    read_known,
    remember,
    suppress,
    without_known,
    write_known,
)
from scanner.config import Suppression
from scanner.errors import ConfigError
from scanner.model import Evidence, Hop
from scanner.verdict import Guard
from tests.report.sample import (
    CALLING,
    EVALHOUSE,
    LABELWORKS,
    POSSIBLE,
    PROVEN,
    SANDBOX_ID,
    SCAN,
    SUPPRESSED,
)

if TYPE_CHECKING:
    from pathlib import Path

    from scanner.model import Finding

DAY = dt.date(2026, 11, 20)
ENTRY = Hop("arn:aws:iam::100000000001:role/ingest", "arn:aws:iam::200000000001:root", "assume")

# Frozen: baselines and open alerts hang on these. A change of one is a break of everyone's history.
FROZEN = {
    "a role": (
        ("rule-a", "arn:aws:iam::200000000001:root", "arn:aws:s3:::w/*", ENTRY),
        "6ebdf7c326aa9c930038219581608e27",
    ),
    "a hop straight to the asset": (
        ("rule-a", "*", "arn:aws:s3:::w/*", Hop("arn:aws:s3:::w/*", "*", "read")),
        "446f7858f73fde4a7e155a7bad50bfda",
    ),
    "letters beyond ASCII": (
        ("rule-a", "m\u00f6dell", "\u6a21\u578b", Hop("\U0001f600", "m\u00f6dell", "read")),
        "e703a686dd44414c8136e34d28eda291",
    ),
    "half of a surrogate pair": (
        ("rule-a", "\ud800", "b", Hop("c", "\ud800", "read")),
        "906e3646031d71e7450b87dc64b372f2",
    ),
}


@pytest.mark.parametrize(("arguments", "frozen"), FROZEN.values(), ids=FROZEN)
def test_fingerprint_never_changes(arguments: tuple[str, str, str, Hop], frozen: str) -> None:
    assert fingerprint(*arguments) == frozen


SAME = {
    "guards": msgspec.structs.replace(ENTRY, guards=(Guard("sts:ExternalId", "in", ("x",)),)),
    "evidence and its lines": msgspec.structs.replace(
        ENTRY, evidence=(Evidence("d", file="a.tf", lines=(3, 9)),)
    ),
    "certainty": msgspec.structs.replace(ENTRY, certainty="possible", missing=("d",)),
    "gains": msgspec.structs.replace(ENTRY, gains=("read",)),
}
OTHER = {
    "type": msgspec.structs.replace(ENTRY, type="assume-saml"),
    "target": msgspec.structs.replace(ENTRY, target=f"{ENTRY.target}-2"),
}


def identity(hop: Hop, rule: str = "r", source: str = "s", asset: str = "a") -> str:
    """Return a fingerprint with short names."""
    return fingerprint(rule, source, asset, hop)


@pytest.mark.parametrize("hop", SAME.values(), ids=SAME)
def test_fingerprint_ignores(hop: Hop) -> None:
    assert identity(hop) == identity(ENTRY)


@pytest.mark.parametrize("hop", OTHER.values(), ids=OTHER)
def test_fingerprint_tells_apart(hop: Hop) -> None:
    assert identity(hop) != identity(ENTRY)


@given(st.tuples(st.text(), st.text(), st.text()), st.tuples(st.text(), st.text(), st.text()))
def test_fingerprint_does_not_run_parts_together(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    same = fingerprint(*one, ENTRY) == fingerprint(*other, ENTRY)
    assert same is (one == other)


GLOBS = {
    "itself": ("arn:aws:s3:::weights/*", "arn:aws:s3:::weights/*", True),
    "not a part of it": ("weights", "arn:aws:s3:::weights/*", False),
    "not its start": ("arn:aws:s3:::weights", "arn:aws:s3:::weights/*", False),
    "a star inside one part": ("arn:aws:iam::2:role/ci-*", "arn:aws:iam::2:role/ci-deploy", True),
    "does not cross a slash": ("arn:aws:iam::2:role/ci-*", "arn:aws:iam::2:role/ci-x/admin", False),
    "a last part that is a star spans the rest": ("arn:aws:iam::2:role/*", "arn:aws:iam::2:role/a/b", True),
    "the same behind a colon": ("arn:aws:iam::200000000001:*", "arn:aws:iam::200000000001:role/a/b", True),
    "but of this account only": ("arn:aws:iam::200000000001:*", "arn:aws:iam::200000000002:root", False),
    "a star for a region": (
        "arn:aws:sagemaker:*:1:endpoint/e",
        "arn:aws:sagemaker:eu-west-1:1:endpoint/e",
        True,
    ),
    "does not cross a colon": ("arn:aws:*:endpoint/e", "arn:aws:sagemaker:eu-west-1:1:endpoint/e", False),
    "an empty part": ("arn:aws:s3:*:*:weights", "arn:aws:s3:::weights", True),
    "no substring by stars": ("*weights*", "arn:aws:s3:::weights/*", False),
    "a lone star is anything": ("*", "arn:aws:s3:::weights/*", True),
    "a question mark is one": ("arn:aws:s3:::weight?", "arn:aws:s3:::weights", False),
    "brackets are brackets": ("model[1]", "model1", False),
    "a dot is a dot": ("a.b", "axb", False),
    "case counts": ("arn:aws:s3:::Weights", "arn:aws:s3:::weights", False),
    "a line feed is no end": ("abc", "abc\n", False),
    "an OIDC subject": ("https://i.example sub=repo:acme/*", "https://i.example sub=repo:acme/x:ref:y", True),
    "an OIDC subject of another": (
        "https://i.example sub=repo:acme/*",
        "https://i.example sub=repo:acmex/x",
        False,
    ),
    "a rule": ("vendor-*", "vendor-reads-weights", True),
}


@pytest.mark.parametrize(("glob", "value", "match"), GLOBS.values(), ids=GLOBS)
def test_matches(glob: str, value: str, *, match: bool) -> None:
    assert matches(glob, value) is match


def accepting(**changes: Any) -> Suppression:  # noqa: ANN401 - fields of the struct
    """Return a suppression of the evaluation vendor's access."""
    item = Suppression(
        rule="vendor-invokes-endpoint-above-its-tier",
        from_=EVALHOUSE.id,
        to=SANDBOX_ID,
        reason="agreed pilot",
        owner="safety@ourlab.example",
        expires=dt.date(2026, 12, 31),
        line=22,
    )
    return msgspec.structs.replace(item, **changes)


OPEN = msgspec.structs.replace(SUPPRESSED, suppressed=None)
NAMED = (
    "suppression at line 22 (rule `vendor-invokes-endpoint-above-its-tier`,"
    f" from `arn:aws:iam::200000000007:root`, to `{SANDBOX_ID}`, owner safety@ourlab.example)"
)
SUPPRESSIONS = {
    "by ids": (accepting(), True, ()),
    "by globs": (accepting(rule="vendor-*", from_="arn:aws:iam::200000000007:*", to="*"), True, ()),
    "on its last day": (accepting(expires=DAY), True, ()),
    "the day after": (
        accepting(expires=DAY - dt.timedelta(days=1)),
        False,
        (f"{NAMED} expired on 2026-11-19; it would cover 1 of this scan's findings",),
    ),
    "of another vendor": (
        accepting(from_=LABELWORKS.id),
        False,
        (f"{NAMED.replace('200000000007', '200000000001')} matches no finding",),
    ),
    "of another rule": (
        accepting(rule="vendor"),
        False,
        (f"{NAMED.replace('vendor-invokes-endpoint-above-its-tier', 'vendor')} matches no finding",),
    ),
    "expired, of nothing": (
        accepting(to="x", expires=dt.date(2020, 1, 1)),
        False,
        (f"{NAMED.replace(SANDBOX_ID, 'x')} expired on 2020-01-01 and matches no finding",),
    ),
    "not from a file": (
        accepting(to="x", line=0),
        False,
        (f"{NAMED.replace(SANDBOX_ID, 'x').replace(' at line 22', '')} matches no finding",),
    ),
}


@pytest.mark.parametrize(("item", "hit", "notes"), SUPPRESSIONS.values(), ids=SUPPRESSIONS)
def test_suppress(item: Suppression, notes: tuple[str, ...], *, hit: bool) -> None:
    found = suppress((PROVEN, OPEN), (item,), as_of=DAY)
    assert found.findings[0] == PROVEN
    assert (found.findings[1].suppressed is not None) is hit
    assert found.notes == notes


def test_suppressions_say_why_and_the_first_that_is_valid_counts() -> None:
    expired, valid = accepting(expires=dt.date(2020, 1, 1), reason="old"), accepting()
    found = suppress((OPEN,), (expired, valid, accepting(reason="later")), as_of=DAY)
    assert found.findings[0].suppressed == "agreed pilot (safety@ourlab.example, until 2026-12-31)"
    assert len(found.notes) == 1


def known(*findings: Finding, before: Known | None = None, day: dt.date = DAY) -> Known:
    """Return a baseline of findings."""
    return remember(findings, before, as_of=day, tool_version="0.1.0")


def test_known_findings_keep_the_day_they_were_first_seen() -> None:
    first = known(PROVEN, CALLING)
    second = known(CALLING, POSSIBLE, before=first, day=dt.date(2026, 12, 1))
    assert {item.id: item.first_seen for item in second.findings} == {
        CALLING.id: "2026-11-20",
        POSSIBLE.id: "2026-12-01",
    }


def test_known_findings_file_round_trips_and_names_no_account() -> None:
    baseline = known(PROVEN, CALLING, POSSIBLE)
    content = write_known(baseline)
    assert parse_known(content, file="known.json") == baseline
    assert json.loads(content)["version"] == 1
    assert content.count(b"\n") == 5
    assert b"00000000" not in content
    assert write_known(known(POSSIBLE, CALLING, PROVEN)) == content
    assert parse_known(write_known(known()), file="known.json").findings == ()


UNREADABLE = {
    "no JSON": (b"findings:", "known.json: not a known findings file: JSON is malformed"),
    "no object": (b"[]", "known.json: not a known findings file: Expected `object`"),
    "no version": (
        b'{"findings":[]}',
        "known.json: not a known findings file: Object missing required field",
    ),
    "a newer version": (b'{"version":2,"x":1}', "known.json: version 2; this sidedoor reads 1"),
    "an unknown field": (
        b'{"version":1,"tool_version":"0","findings":[],"x":1}',
        "known.json: not a known findings file: Object contains unknown field `x`",
    ),
    "no UTF-8": (
        b'{"version":1,"tool_version":"\xff","findings":[]}',
        "known.json: not a known findings file",
    ),
}


@pytest.mark.parametrize(("content", "said"), UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable_known_findings(content: bytes, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_known(content, file="known.json")
    assert str(caught.value).startswith(said)


def test_known_findings_are_accepted_new_ones_are_not() -> None:
    found = accept_known((PROVEN, CALLING), known(PROVEN))
    assert [f.suppressed for f in found.findings] == ["known since 2026-11-20 (baseline)", None]
    assert found.notes == ()


def test_a_known_finding_that_became_surer_is_news() -> None:
    lines = tuple(KnownFinding(f.id, f.rule, "2026-01-01", "possible") for f in (PROVEN, POSSIBLE))
    found = accept_known((PROVEN, POSSIBLE), Known(1, "0.1.0", lines))
    assert [f.suppressed is None for f in found.findings] == [True, False]
    assert found.notes == (f"known finding {PROVEN.id} was possible and is now proven: reported again",)


def test_a_known_finding_that_became_less_sure_stays_known() -> None:
    line = KnownFinding(POSSIBLE.id, POSSIBLE.rule, "2026-01-01", "proven")
    assert accept_known((POSSIBLE,), Known(1, "0.1.0", (line,))).findings[0].suppressed is not None


def test_a_suppression_keeps_its_reason_over_the_baseline() -> None:
    assert accept_known((SUPPRESSED,), known(SUPPRESSED)).findings == (SUPPRESSED,)


def test_a_baseline_that_lists_what_is_gone_says_so() -> None:
    notes = accept_known((PROVEN,), known(PROVEN, CALLING, POSSIBLE)).notes
    assert notes == ("2 of the baseline's findings are not in this scan: write the baseline anew",)


def test_known_findings_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    with pytest.raises(ConfigError, match=r"known\.json: cannot be read: No such file"):
        read_known(file)
    file.write_bytes(write_known(known(PROVEN)))
    assert read_known(file) == known(PROVEN)


def test_a_scan_without_its_known_findings() -> None:
    scan = without_known(SCAN, known(PROVEN, POSSIBLE, SUPPRESSED, OPEN))
    assert [f.suppressed is None for f in scan.findings] == [False, False, True, False]
    assert scan.notes == SCAN.notes
    gone = without_known(msgspec.structs.replace(SCAN, findings=()), known(PROVEN))
    assert gone.notes[0].startswith("1 of the baseline's findings")
