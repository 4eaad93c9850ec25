"""What users get wrong is one line on standard error and exit code 2, never a traceback."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.front_door import CONFIG, ON_WORLD, ROOT, SNAPSHOT, one_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.front_door import Run

RULE = ROOT / "rules" / "trust" / "vendor-reaches-weights-without-external-id.yaml"


# What is wrong with a file

CONFIGS = {
    "no YAML": ("version: 1\nvendors: [\n", "F:2: is not YAML: did not find expected node content"),
    "an unknown key": ("version: 1\nvendrs: []\n", "F:2: unknown key `vendrs`; did you mean `vendors`?"),
    "a wrong type": ("version: 1\nfail_on: [high]\n", "F:2: "),
    "no version": ("vendors: []\n", "F:1: key `version` is missing; write `version: 1`"),
    "a bad account": (
        'version: 1\nours:\n  aws:\n    accounts: ["12"]\n',
        "F:4: `12` is no account id; write its 12 digits",
    ),
    "no text": (b"version: 1\n\xff\xfe", "F:2: is not UTF-8 text"),
    "nothing": ("", "F:1: "),
}


@pytest.mark.parametrize(("content", "expected"), CONFIGS.values(), ids=CONFIGS)
def test_a_wrong_configuration_is_named_with_its_line(
    content: str | bytes, expected: str, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    said = run("scan", "snapshot", SNAPSHOT, "--config", file)
    assert one_line(said).startswith(expected.replace("F", str(file), 1))


RULES = {
    "an unknown key": (("gains: read", "gain: read"), ":20: unknown key `gain`; did you mean `gains`?"),
    "an unknown value": (("severity: high", "severity: hihg"), ":3: "),
    "no YAML": (("tags: [vendor", "tags: [[vendor"), ""),
}


@pytest.mark.parametrize(("edit", "expected"), RULES.values(), ids=RULES)
def test_a_wrong_rule_is_named_with_its_line(
    edit: tuple[str, str], expected: str, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "rules" / RULE.name
    file.parent.mkdir()
    text = RULE.read_text("utf-8")
    assert edit[0] in text
    file.write_text(text.replace(*edit, 1), encoding="utf-8")
    for command in (("rules", "check"), ("rules", "list"), ON_WORLD):
        assert one_line(run(*command, "--rules", file.parent)).startswith(f"{file}{expected}")


def test_a_rule_whose_example_is_wrong_fails_its_check(run: Run, tmp_path: Path) -> None:
    file = tmp_path / RULE.name
    text = RULE.read_text("utf-8")
    file.write_text(text.replace("fires: true", "fires: false", 1), encoding="utf-8")
    said = run("rules", "check", "--rules", tmp_path)
    assert (said.code, "1 failures" in said.out) == (1, True)
    assert "the trust policy names the vendor's account only" in said.err


PATHS = {
    "no configuration": (
        ("scan", "snapshot", SNAPSHOT, "--config", "none.yaml"),
        "none.yaml: cannot be read: ",
    ),
    "a directory for a configuration": (
        ("scan", "snapshot", SNAPSHOT, "--config", "."),
        ".: cannot be read: ",
    ),
    "no snapshot": (("scan", "snapshot", "none"), "none/manifest.json: not a snapshot: "),
    "a file for a snapshot": (("scan", "snapshot", CONFIG), f"{CONFIG}/manifest.json: not a snapshot: "),
    "an empty directory for a snapshot": (("scan", "snapshot", "."), "manifest.json: not a snapshot: "),
    "no rules": ((*ON_WORLD, "--rules", "none"), "none: no such rules directory"),
    "an empty directory for rules": ((*ON_WORLD, "--rules", "."), ".: holds no rules"),
    "no baseline": ((*ON_WORLD, "--baseline", "none.json"), "none.json: cannot be read: "),
    "another file for a baseline": (
        (*ON_WORLD, "--baseline", CONFIG),
        f"{CONFIG}: not a known findings file: ",
    ),
    "an output that is a directory": ((*ON_WORLD, "--output", "."), "cannot write `.`: "),
    "an output where nothing can be": (
        (*ON_WORLD, "--output", "/proc/none/x"),
        "cannot write `/proc/none/x`: ",
    ),
    "an output below a file": ((*ON_WORLD, "--output", CONFIG / "x"), f"cannot write `{CONFIG / 'x'}`: "),
    "no such format": ((*ON_WORLD, "--format", "jsn"), "unknown format `jsn`; did you mean `json`?"),
    "two formats for one terminal": (
        (*ON_WORLD, "--format", "json", "--format", "sarif"),
        "only one format can go to standard output",
    ),
    "an output for a format that has one": (
        (*ON_WORLD, "--format", "json=a", "--output", "b"),
        "`--output` needs exactly one format",
    ),
    "a format with an empty file": ((*ON_WORLD, "--format", "json="), "`--format json=` names no file"),
    "two formats to one file": (
        (*ON_WORLD, "--format", "json=a", "--format", "sarif=./a"),
        "two formats to one file: `",
    ),
    "an output that another format has": (
        (*ON_WORLD, "--format", "json=a", "--format", "sarif", "--output", "a"),
        "two formats to one file: `",
    ),
    "a report and a snapshot": (("diff", SNAPSHOT, CONFIG), "compare two JSON reports, or two snapshots"),
    "no date": ((*ON_WORLD, "--as-of", "tomorrow"), "`tomorrow` is no date; write YYYY-MM-DD"),
    "no region": (("scan", "aws", "--region", "nowhere"), "`nowhere` is not the name of a region"),
    "no account": (("scan", "aws", "--account", "12"), "`12` is not an account id of 12 digits"),
    "no role": (("permissions", "aws", "--org-role", "a b"), "`a b` is not the name of a role"),
    "a bad rule costs no collection": (("scan", "aws", "--rules", "none"), "none: no such rules directory"),
}


@pytest.mark.parametrize(("arguments", "expected"), PATHS.values(), ids=PATHS)
def test_a_mistake_is_one_line(arguments: tuple[object, ...], expected: str, run: Run) -> None:
    assert one_line(run(*arguments)).startswith(expected)


USAGE = {
    "no such command": (("scna",), "no such command `scna`; did you mean `scan`?"),
    "no such option": ((*ON_WORLD, "--formats", "json"), "No such option"),
    "no directory": (("scan", "snapshot"), "Missing argument 'DIRECTORIES"),
    "no such level": ((*ON_WORLD, "--fail-on", "never"), "'never' is not one of"),
    "no such cloud": (("permissions", "oracle"), "'oracle' is not"),
}


@pytest.mark.parametrize(("arguments", "expected"), USAGE.values(), ids=USAGE)
def test_wrong_usage_exits_2(arguments: tuple[object, ...], expected: str, run: Run) -> None:
    said = run(*arguments)
    assert (said.code, said.out) == (2, "")
    assert expected in said.err
    assert "-c " not in said.err, "the command is called sidedoor"


def test_control_characters_of_a_file_do_not_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "sidedoor.yaml"
    file.write_text('version: 1\n"a\\e[31m\\u202Eb": 1\n', encoding="utf-8")
    assert "unknown key `a\\x1b[31m\\u202eb`" in one_line(run("scan", "snapshot", SNAPSHOT))


# Damaged snapshots


def edit(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


def a_shard(snapshot: Path) -> Path:
    return sorted((snapshot / "objects").iterdir())[0]


DAMAGE: dict[str, tuple[Callable[[Path], None], str]] = {
    "a shard cut short": (lambda s: edit(a_shard(s), lambda b: b[: len(b) // 2]), "damaged|truncated"),
    "a shard without its last line": (
        lambda s: edit(a_shard(s), lambda b: b"".join(b.splitlines(keepends=True)[:-1])),
        "truncated: [0-9]+ documents of [0-9]+",
    ),
    "a shard edited": (
        lambda s: edit(a_shard(s), lambda b: b.replace(b"arn:", b"nra:")),
        "was edited: its hash does not match",
    ),
    "a shard missing": (lambda s: a_shard(s).unlink(), "cannot be read"),
    "the manifest edited": (
        lambda s: edit(s / "manifest.json", lambda b: b.replace(b"2026-11-20", b"2026-11-21")),
        "manifest was edited",
    ),
    "the manifest cut short": (
        lambda s: edit(s / "manifest.json", lambda b: b[:40]),
        "not a snapshot, or damaged",
    ),
    "of the future": (
        lambda s: edit(
            s / "manifest.json", lambda b: re.sub(rb'"version": \d+', b'"version": 99', b, count=1)
        ),
        "version 99; this sidedoor reads version 1",
    ),
}


@pytest.mark.parametrize(("damage", "expected"), DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_snapshot_is_refused(
    damage: Callable[[Path], None], expected: str, run: Run, tmp_path: Path
) -> None:
    shutil.copytree(SNAPSHOT, tmp_path / "copy")
    damage(tmp_path / "copy")
    assert re.search(expected, one_line(run("scan", "snapshot", tmp_path / "copy", "--config", CONFIG)))
