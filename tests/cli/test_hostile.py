"""Whatever a cloud answers and people type into it: a gap or a finding, never a traceback or a raw escape."""

from __future__ import annotations

import copy
import json
import unicodedata
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from scanner import config
from scanner.analysis import analyse
from scanner.rules import load_rules
from scanner.snapshot import LONGEST_LINE, Document, DocumentId, SnapshotWriter
from tests.front_door import CONFIG, SNAPSHOT, WORLD, world_with
from tests.report.sarif_checks import problems
from tests.report.test_json_report import strict_schema
from tests.report.validate_sarif import schema_problems
from tests.worlds import parse_id, read_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scanner.scan import Scan
    from tests.front_door import Run

MODELS, DATA = "100000000001", "100000000002"
ROLES = "iam:GetAccountAuthorizationDetails.RoleDetailList"
HUB = f"aws:{MODELS}::{ROLES}/arn:aws:iam::{MODELS}:role/training-hub"
BUCKET = "ourlab-frontier-weights"
POLICY = f"aws:{MODELS}::s3:GetBucketPolicy/{BUCKET}"
WEIGHTS = f"arn:aws:s3:::{BUCKET}/*"
TEXTS = ("table", "markdown", "explain")


def document(id_: str) -> Any:  # noqa: ANN401 - raw provider JSON
    """Return a copy of the world's document."""
    return copy.deepcopy(read_world(WORLD)[0].documents[id_])


# What cannot be read

BODIES: dict[str, tuple[str, Any]] = {
    "a policy cut short": (POLICY, {"Policy": '{"Version": "2012-10-17", "Statement": ['}),
    "a policy that is no object": (POLICY, {"Policy": "[]"}),
    "a policy with a version of another type": (
        POLICY,
        {"Policy": {"Version": ["2012-10-17"], "Statement": []}},
    ),
    "a statement that is none": (POLICY, {"Policy": {"Version": "2012-10-17", "Statement": ["Allow"]}}),
    "an effect of its own": (
        POLICY,
        {
            "Policy": {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Maybe", "Action": "*", "Resource": "*"}],
            }
        },
    ),
    "a policy nested 5,000 deep": (POLICY, {"Policy": "[" * 5_000}),
    "an answer without its policy": (POLICY, {}),
    "an answer that is a text": (POLICY, "no"),
    "a role whose policies are a number": (HUB, {**document(HUB), "RolePolicyList": 7}),
    "a role without an ARN": (HUB, {"RoleName": "training-hub"}),
    "a trust policy that is a number": (HUB, {**document(HUB), "AssumeRolePolicyDocument": 7}),
}


def weights_read(report: dict[str, Any]) -> set[str]:
    """Return how certain it is that labelworks reads the weights."""
    return {
        f["certainty"]
        for f in report["findings"]
        if (f["source"]["vendor"], f["asset"]["id"], f["gains"]) == ("labelworks", WEIGHTS, ["read"])
    }


@pytest.mark.parametrize(("id_", "body"), BODIES.values(), ids=BODIES)
def test_what_is_malformed_is_a_gap_and_its_finding_possible(
    id_: str, body: object, run: Run, tmp_path: Path
) -> None:
    snapshot = world_with(tmp_path / "world", {id_: body})
    said = run("scan", "snapshot", snapshot, "--config", CONFIG, "--format", "json")
    assert (said.code, said.err) == (3, "")
    report = json.loads(said.out)
    assert {(gap["document"], gap["reason"]) for gap in report["coverage"]["gaps"]} == {(id_, "unparseable")}
    assert weights_read(report) == {"possible"}


def test_the_world_itself_has_no_gap_and_is_proven(run: Run) -> None:
    """The near twin of all of them."""
    said = run("scan", "snapshot", SNAPSHOT, "--config", CONFIG, "--format", "json")
    assert weights_read(json.loads(said.out)) == {"proven"}
    assert json.loads(said.out)["coverage"]["gaps"] == []


def with_padding(size: int) -> dict[str, Any]:
    """Return the bucket's policy with an Id of this many characters."""
    body = document(POLICY)
    return {POLICY: {"Policy": {**body["Policy"], "Id": "x" * size}}}


def test_a_document_of_50_megabytes_is_read(run: Run, tmp_path: Path) -> None:
    snapshot = world_with(tmp_path / "world", with_padding(50_000_000))
    assert sum(file.stat().st_size for file in snapshot.rglob("*")) < 1_000_000, "compressed"
    said = run("scan", "snapshot", snapshot, "--config", CONFIG, "--format", "json")
    assert (said.code, said.err) == (1, "")
    assert weights_read(json.loads(said.out)) == {"proven"}


def test_a_longer_one_than_any_provider_writes_is_a_gap(run: Run, tmp_path: Path) -> None:
    snapshot = world_with(tmp_path / "world", with_padding(LONGEST_LINE))
    said = run("scan", "snapshot", snapshot, "--config", CONFIG, "--format", "json")
    assert (said.code, said.err) == (3, "")
    report = json.loads(said.out)
    assert [(gap["document"], gap["reason"]) for gap in report["coverage"]["gaps"]] == [(POLICY, "too-large")]
    assert weights_read(report) == {"possible"}


# Names

NAMES = {
    "terminal colour": "hub\x1b[31mred\x1b[0m",
    "terminal title": "hub\x1b]0;owned\x07",
    "one-byte control sequence": "hub\x9b2J",
    "lines": "hub\nexit 0\r\u2028",
    "right to left override": "hub\u202egpj.exe",
    "zero width": "h\u200bub\ufeff",
    "lone surrogate": "hub\ud800",
    "markup": "hub <script>alert(1)</script> | `x` [y](https://evil.example)",
}


def renamed(name: str) -> dict[str, Any]:
    """Return the world's documents with roles and Sids of this name on the way to the weights."""
    text = json.dumps(read_world(WORLD)[0].documents)
    for old in ("training-hub", "Checkpoints", "LabelworksUploads", "atlas-5-preview"):
        text = text.replace(old, json.dumps(name)[1:-1])
    return dict(json.loads(text))


def hidden(text: str) -> set[str]:
    bad = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    return {c for c in text if c != "\n" and unicodedata.category(c) in bad}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_no_name_steers_a_terminal_or_breaks_a_format(name: str, run: Run, tmp_path: Path) -> None:
    world = read_world(WORLD)[0]
    writer = SnapshotWriter(target=world.target, collected_at=world.collected_at, tool_version="fixture")
    for id_, body in renamed(name).items():
        writer.add(Document(parse_id(id_), body))
    writer.save(tmp_path / "world")
    formats = [f"--format={form}={tmp_path / form}" for form in (*TEXTS, "json", "sarif")]
    said = run("scan", "snapshot", tmp_path / "world", "--config", CONFIG, *formats)
    assert (said.code in {1, 3}, said.out, said.err) == (True, "", "")
    for form in TEXTS:
        assert hidden((tmp_path / form).read_text("utf-8")) == set(), form
    report = json.loads((tmp_path / "json").read_text("ascii"))
    jsonschema.validate(report, strict_schema())
    sarif = (tmp_path / "sarif").read_bytes()
    assert [*schema_problems(sarif), *problems(sarif)] == []
    assert len(weights_read(report)) == 1 or report["coverage"]["gaps"], "a name hides nothing"
    for finding in report["findings"][:2]:
        told = run("explain", finding["id"], "--snapshot", tmp_path / "world", "--config", CONFIG)
        assert (told.code, told.err, hidden(told.out)) == (0, "", set())


# Any value anywhere

OURS, RULES = config.load(CONFIG), load_rules()[:1]
VALUES: tuple[Any, ...] = (7, "x", [None], {"x": 1})


def places(body: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - raw provider JSON
    yield at
    items = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, inner in items:
        yield from places(inner, (*at, key))


def with_value(body: Any, at: tuple[Any, ...], value: Any) -> Any:  # noqa: ANN401 - raw provider JSON
    if not at:
        return value
    changed = copy.deepcopy(body)
    holder = changed
    for step in at[:-1]:
        holder = holder[step]
    holder[at[-1]] = value
    return changed


def scanned(documents: dict[str, Any]) -> Scan:
    writer = SnapshotWriter(target="aws", collected_at="2026-11-20T06:00:00Z", tool_version="fixture")
    for id_, body in documents.items():
        writer.add(Document(parse_id(id_), body))
    return analyse(writer.snapshot(), OURS, RULES)


def test_any_value_anywhere_is_read_without_an_error() -> None:
    """The n-th value of every document at once, for every n."""
    documents = read_world(WORLD)[0].documents
    all_places = {id_: list(places(body)) for id_, body in documents.items()}
    for number in range(max(map(len, all_places.values()))):
        changed = {
            id_: with_value(body, all_places[id_][number], VALUES[number % len(VALUES)])
            for id_, body in documents.items()
            if number < len(all_places[id_])
        }
        scanned(documents | changed)


@pytest.mark.scheduled
@pytest.mark.parametrize("id_", read_world(WORLD)[0].documents)
def test_any_value_anywhere_alone(id_: str) -> None:
    documents = read_world(WORLD)[0].documents
    for at in places(documents[id_]):
        for value in (*VALUES, None, [], {}, True):
            scanned({**documents, id_: with_value(documents[id_], at, value)})


def test_a_time_that_is_none_is_refused(run: Run, tmp_path: Path) -> None:
    writer = SnapshotWriter(target="aws", collected_at="yesterday", tool_version="fixture")
    writer.add(Document(DocumentId("aws", MODELS, "", "sts", "GetCallerIdentity"), {}))
    writer.save(tmp_path / "world")
    said = run("scan", "snapshot", tmp_path / "world")
    assert said == (2, "", "sidedoor: collected at no ISO time: `yesterday`\n")
