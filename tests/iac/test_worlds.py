"""Worlds of code: exactly the expected findings, on lines that hold what is cited."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

import pytest

from scanner import config
from scanner.analysis import analyse
from scanner.rules import load_rules
from tests.iac.worlds import CodeWorld, all_worlds, outline, scanned, snapshot_of

WORLDS = all_worlds()
AWS_OWN = re.compile(r":iam:GetPolicyVersion/arn:aws:iam::aws:|/acl-default-")
"""What no code makes: the texts of AWS's own policies, and a VPC's first ACL."""
LIVE = Path(__file__).parents[2] / "fixtures/aws/labelling-vendor/expected.json"


def ordered(findings: list[dict[str, str]]) -> list[str]:
    return sorted(json.dumps(finding, sort_keys=True) for finding in findings)


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_world(world: CodeWorld) -> None:
    assert ordered(outline(scanned(world))) == ordered(world.expected())


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_a_world_and_each_twin_differ(world: CodeWorld) -> None:
    base, _, twin = world.name.partition(":")
    if twin:
        assert ordered(world.expected()) != ordered(WORLDS[base].expected())


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_every_location_exists_and_holds_what_is_cited(world: CodeWorld, tmp_path: Path) -> None:
    code = world.written(tmp_path)
    for finding in scanned(world).findings:
        for hop in finding.path.hops:
            for evidence in hop.evidence:
                if not evidence.file and AWS_OWN.search(evidence.document):
                    continue
                assert evidence.file, f"no place for {evidence.document}#{evidence.pointer}"
                assert evidence.lines is not None
                lines = (code / evidence.file).read_text("utf-8").splitlines()
                first, last = evidence.lines
                assert 1 <= first <= last <= len(lines)
                cited = "\n".join(lines[first - 1 : last])
                field = evidence.pointer.rpartition("/")[2] or "/"
                said = [*words(evidence.excerpt), field, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", field).lower()]
                assert any(word in cited for word in said), (evidence, cited)


def words(excerpt: str) -> list[str]:
    """Return what of an excerpt the code must say too: a statement's name or actions, or the value."""
    value = json.loads(excerpt) if excerpt and not excerpt.endswith("…") else None
    if isinstance(value, dict) and "Effect" in value:
        actions = value["Action"] if isinstance(value.get("Action"), list) else [value.get("Action")]
        return [str(word) for word in [*actions, value.get("Sid")] if isinstance(word, str)]
    texts = [value] if isinstance(value, str) else list(value.values()) if isinstance(value, dict) else []
    texts += [entry for text in texts if isinstance(text, list) for entry in text]
    last = [text.rpartition("/")[2].rpartition(":")[2] for text in texts if isinstance(text, str)]
    return [*last, "resource", "cidr_blocks", "Type: AWS::", "CidrIp"]


def test_code_is_found_to_do_what_it_did_when_deployed() -> None:
    """The story of the incident has one account each a root module; its live twin was read from AWS."""
    live = json.loads(LIVE.read_text("utf-8"))
    for name, world in WORLDS.items():
        base, _, twin = name.partition(":")
        told = live.get(twin or "world")
        if base != "iac/labelling-vendor" or told is None:
            continue
        shared = [{k: v for k, v in f.items() if k != "entry"} for f in outline(scanned(world))]
        assert ordered([renamed(f) for f in shared]) == ordered([renamed(f) for f in told])


def renamed(finding: dict[str, str]) -> dict[str, str]:
    """Return a finding without the id of a key, which AWS makes up."""
    asset = finding["asset"]
    return {**finding, "asset": asset.partition("key/")[0] if ":kms:" in asset else asset}


def test_one_scan_and_the_next_are_the_same() -> None:
    world = WORLDS["iac/labelling-vendor"]
    with tempfile.TemporaryDirectory() as place:
        code = world.written(Path(place))
        settings = config.load(Path(place) / "sidedoor.yaml")
        again = analyse(snapshot_of(code, settings, world.collected_at), settings, tuple(load_rules()))
    assert again.findings == scanned(world).findings
    assert again.snapshot == scanned(world).snapshot
