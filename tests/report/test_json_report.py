"""The JSON report and the schema that ships with it."""

from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema
import pytest

from scanner.model import ASSET_CLASSES, CERTAINTIES, GAINS, SEVERITIES, TRUSTS
from scanner.report import render
from scanner.report.json_report import SCHEMA_FILE
from scanner.verdict import HOLDERS
from tests.report.sample import PROVEN, SCAN

Json = dict[str, Any]


def schema() -> Json:
    """Return the shipped schema."""
    found: Json = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return found


def strict_schema() -> Json:
    """Return the schema with every object closed: readers take unknown fields, our report has none."""
    closed = copy.deepcopy(schema())

    def close(node: object) -> None:
        if isinstance(node, dict):
            if node.get("type") == "object":
                node["additionalProperties"] = False
            for item in node.values():
                close(item)
        elif isinstance(node, list):
            for item in node:
                close(item)

    close(closed)
    return closed


def report() -> Json:
    """Return the sample's report, parsed."""
    found: Json = json.loads(render("json", SCAN))
    return found


def test_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_report_has_exactly_what_the_schema_lists() -> None:
    jsonschema.validate(report(), strict_schema(), format_checker=jsonschema.FormatChecker())


def test_a_reader_takes_fields_of_later_versions() -> None:
    later = report() | {"schema_version": "1.7", "graph": {}}
    later["findings"][0]["score"] = 3
    jsonschema.validate(later, schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(later, strict_schema())


BROKEN = {
    "another major version": lambda r: r.update(schema_version="2.0"),
    "no coverage": lambda r: r.pop("coverage"),
    "an unknown severity": lambda r: r["findings"][0].update(severity="urgent"),
    "no hops": lambda r: r["findings"][0].update(hops=[]),
    "an id that is no fingerprint": lambda r: r["findings"][0].update(id="xyz"),
    "suppressed left out": lambda r: r["findings"][0].pop("suppressed"),
    "one line instead of two": lambda r: r["findings"][1]["hops"][0]["evidence"][0].update(lines=[6]),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_schema_refuses(change: Any) -> None:  # noqa: ANN401 - a table of lambdas
    broken = report()
    change(broken)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema())


def test_promised_fields() -> None:
    found = report()
    assert {"schema_version", "scan", "coverage", "assets", "sources", "findings"} <= set(found)
    assert {"target", "time", "tool_version", "snapshot"} <= set(found["scan"])
    assert {"complete", "gaps"} <= set(found["coverage"])
    finding = found["findings"][0]
    promised = {"id", "rule", "severity", "confidence", "certainty", "source", "asset", "gains", "hops"}
    assert promised | {"blocked_by", "message", "remediation", "suppressed"} <= set(finding)
    assert set(finding["source"]) == {"id", "trust", "vendor"}
    assert set(finding["asset"]) == {"id", "class", "tier"}
    assert {"type", "from", "to", "guards", "evidence"} <= set(finding["hops"][0])
    assert {"key", "op", "values", "held_by"} <= set(finding["hops"][1]["guards"][0])
    assert {"document", "pointer", "file", "lines"} <= set(finding["hops"][0]["evidence"][0])


def test_values_come_through() -> None:
    finding = report()["findings"][0]
    assert finding["id"] == PROVEN.id
    assert [hop["to"] for hop in finding["hops"]] == [hop.target for hop in PROVEN.path.hops]
    assert finding["hops"][1]["guards"][0]["values"] == ["203.0.113.0/24"]
    assert report()["findings"][3]["suppressed"].startswith("agreed pilot")
    assert report()["summary"] == {
        "findings": {"critical": 2, "high": 1, "medium": 0, "low": 0, "info": 0},
        "suppressed": 1,
    }


WORDS = {
    "severity": (SEVERITIES, ("$defs", "severity")),
    "certainty": (CERTAINTIES, ("$defs", "certainty")),
    "trust": (TRUSTS, ("$defs", "source", "properties", "trust")),
    "gains": (GAINS, ("$defs", "finding", "properties", "gains", "items")),
    "class": (ASSET_CLASSES, ("$defs", "asset", "properties", "class")),
    "held_by": (HOLDERS, ("$defs", "guard", "properties", "held_by")),
}


@pytest.mark.parametrize(("words", "where"), WORDS.values(), ids=WORDS)
def test_schema_knows_the_models_words(words: tuple[str, ...], where: tuple[str, ...]) -> None:
    node: Any = schema()
    for step in where:
        node = node[step]
    assert tuple(node["enum"]) == words
