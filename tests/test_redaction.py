"""A redacted report keeps its shape and names nobody."""

from __future__ import annotations

import json
import re

import pytest

from scanner import config
from scanner.analysis import analyse
from scanner.redaction import redacted
from scanner.report import FORMATS, render
from scanner.rules import load_rules
from scanner.scan import Scan
from tests.report.hostile import VALUES
from tests.report.hostile import scan as hostile
from tests.report.sample import SCAN
from tests.worlds import FIXTURES, read_world

INCIDENT = FIXTURES / "aws" / "labelling-vendor"
NAMES = (
    *(
        "labelworks",
        "evalhouse",
        "rankworks",
        "computecoop",
        "ourlab",
        "frontier-weights",
        "atlas-5",
        "training-hub",
    ),
    *(
        "ingest",
        "publish-weights",
        "100000000001",
        "200000000001",
        "300000000001",
        "11111111-2222",
        "rankworks-19",
    ),
    *("Checkpoints", "LabelworksUploads", "o-ourlab0001", "nightly"),
)


def incident() -> Scan:
    settings = config.load(INCIDENT / "sidedoor.yaml")
    return analyse(read_world(INCIDENT)[0].snapshot(), settings, load_rules())


@pytest.mark.parametrize("name", FORMATS)
def test_no_name_is_left_in_any_format(name: str) -> None:
    text = render(name, redacted(incident()))
    assert [
        n for n in NAMES if re.search(rf"(?<![a-z-]){re.escape(n)}", text.replace("labelling-vendor", ""))
    ] == []


def test_without_it_they_are_all_there() -> None:
    """The near twin: the names are those that the report would tell."""
    text = render("json", incident())
    assert [n for n in NAMES if n not in text and n != "nightly"] == []


def test_one_name_is_always_the_same_and_two_are_never() -> None:
    before, after = incident(), redacted(incident())
    pairs = {(old.id, new.id) for old, new in zip(before.assets, after.assets, strict=True)} | {
        (a.target, b.target)
        for old, new in zip(before.findings, after.findings, strict=True)
        for a, b in zip(old.path.hops, new.path.hops, strict=True)
    }
    assert len(pairs) == len({old for old, _ in pairs}) == len({new for _, new in pairs})


def test_the_shape_is_kept() -> None:
    before, after = json.loads(render("json", SCAN)), json.loads(render("json", redacted(SCAN)))
    assert [f["id"] for f in after["findings"]] == [f["id"] for f in before["findings"]]
    for key in ("severity", "certainty", "agreement", "gains", "rule"):
        assert [f[key] for f in after["findings"]] == [f[key] for f in before["findings"]]
    hops = [[h["type"] for h in f["hops"]] for f in after["findings"]]
    assert hops == [[h["type"] for h in f["hops"]] for f in before["findings"]]
    first = after["findings"][0]["hops"][0]["evidence"][0]
    assert json.loads(first["excerpt"])["Action"] == "sts:AssumeRole"
    assert re.fullmatch(r"arn:aws:iam::[0-9]{12}:root", json.loads(first["excerpt"])["Principal"]["AWS"])
    assert after["findings"][0]["asset"]["id"].startswith("arn:aws:s3:::name-")


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_hostile_names_are_hidden_too(value: str) -> None:
    scan = redacted(hostile(value))
    assert isinstance(scan, Scan)
    render("json", scan)
