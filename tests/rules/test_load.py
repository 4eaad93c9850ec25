"""Rule files: what may be wrong with them, and where they are found."""

from __future__ import annotations

import shutil
from pathlib import Path

import jsonschema
import pytest
import yaml

from scanner.errors import RuleError
from scanner.rules import load, load_rules, rule_schema

RULE = """\
id: vendor-reads-weights
title: Vendor reads weights
severity: high
summary: A sentence.
rationale: Because.
remediation: Do this.
references: ["https://docs.aws.amazon.com/x"]
tags: [vendor]
from: {kind: principal, trust: [vendor, partner]}
through: {kind: hop, type: assume, at: first}
avoid:
  - {kind: hop, guards: [external-id, "source-*"], held_by: vendor}
  - {kind: principal, unused_days: 90}
to: {kind: asset, class: model-weights, min_rank: 1, not: {tier: public}}
gains: read
max_hops: 5
message: "{from} reads {to}"
examples:
  - name: it does
    fires: true
    facts: ["acme [vendor] -assume-> r -read-> w [model-weights]"]
  - name: it does not
    fires: false
    facts: ["acme [vendor] -assume-> r -write-> w [model-weights]"]
"""


def directory(tmp_path: Path, text: str = RULE, name: str = "trust/vendor-reads-weights.yaml") -> Path:
    path = tmp_path / "mine" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return tmp_path / "mine"


def errors(tmp_path: Path, text: str = RULE, name: str = "trust/vendor-reads-weights.yaml") -> list[str]:
    with pytest.raises(RuleError) as raised:
        load_rules(directory(tmp_path, text, name))
    return str(raised.value).replace(f"{tmp_path}/", "").splitlines()


def test_a_rule_of_the_users_own(tmp_path: Path) -> None:
    (rule,) = load_rules(directory(tmp_path))
    assert (rule.id, rule.path, rule.examples[0].line) == (
        "vendor-reads-weights",
        "trust/vendor-reads-weights.yaml",
        19,
    )


def test_checkov_policies_and_other_files_are_not_rules(tmp_path: Path) -> None:
    top = directory(tmp_path)
    directory(tmp_path, "metadata: {}", "checkov/open.yaml")
    directory(tmp_path, "# Rules", "README.md")
    assert [rule.path for rule in load_rules(top)] == ["trust/vendor-reads-weights.yaml"]


FILE = "mine/trust/vendor-reads-weights.yaml"
ERRORS: dict[str, tuple[tuple[str, str], list[str]]] = {
    "an unknown key": (
        ("gains: read", "gain: read"),
        [f"{FILE}:15: unknown key `gain`; did you mean `gains`?"],
    ),
    "an unknown key of a selector": (
        ("class: model-weights,", "klass: model-weights,"),
        [f"{FILE}:14: unknown key `klass`; did you mean `class`?"],
    ),
    "a kind that is not": (
        ("{kind: hop, type: assume", "{kind: hopp, type: assume"),
        [f"{FILE}:10: `kind` cannot be `hopp`; did you mean `hop`?"],
    ),
    "no kind": (("{kind: asset, ", "{"), [f"{FILE}:14: key `kind` is missing in `to`"]),
    "a hop type that is not": (
        ("type: assume,", "type: asume,"),
        [f"{FILE}:10: `type` cannot be `asume`; did you mean `assume`?"],
    ),
    "a glob that fits no guard kind": (
        ('"source-*"', '"sauce-*"'),
        [f"{FILE}:12: `guards` cannot be `sauce-*`; did you mean `source-ip`?"],
    ),
    "a gain that is not": (
        ("gains: read", "gains: [raed]"),
        [f"{FILE}:15: `gains` cannot be `raed`; did you mean `read`?"],
    ),
    "hops out of bounds": (("max_hops: 5", "max_hops: 99"), [f"{FILE}:16: expected `int` <= 32"]),
    "a reference that is no link": (
        ('"https://docs.aws.amazon.com/x"', "AWS docs"),
        [f"{FILE}:7: expected `str` matching regex '^https://\\\\S+$'"],
    ),
    "an id that is not the file's name": (
        ("id: vendor-reads-weights", "id: vendor-read-weights"),
        [f"{FILE}:1: id `vendor-read-weights` is not the file's name, `vendor-reads-weights`"],
    ),
    "an unknown placeholder": (
        ('"{from} reads {to}"', '"{form} reads {to}"'),
        [f"{FILE}:17: unknown placeholder `{{form}}`; did you mean `from`?"],
    ),
    "a placeholder that reaches into an object": (
        ('"{from} reads {to}"', '"{from.__class__} reads {to}"'),
        [
            f"{FILE}:17: unknown placeholder `{{from.__class__}}`; one of: from, to, hops, first, gains, "
            "vendor, tier, guards"
        ],
    ),
    "a format": (
        ('"{from} reads', '"{from!r:>99} reads'),
        [f"{FILE}:17: placeholder `{{from}}` takes no format"],
    ),
    "half a brace": (
        ('"{from} reads', '"{from reads'),
        [f"{FILE}:17: message has a brace without its other half; write `{{{{` for a brace itself"],
    ),
    "no example that fires": (
        ("fires: true", "fires: false"),
        [f"{FILE}:18: no example on which the rule fires"],
    ),
    "no example that does not": (
        ("fires: false", "fires: true"),
        [f"{FILE}:18: no example on which the rule does not fire"],
    ),
    "an example without an arrow": (
        ("-> r -write->", "-> r write->"),
        [
            f"{FILE}:24: expected an arrow such as `-assume->` before `write-> w [model-wei` in "
            "`acme [vendor] -assume-> r write-> w [model-weights]`"
        ],
    ),
    "an example of an unknown kind": (
        ("-write->", "-wriet->"),
        [
            f"{FILE}:24: unknown hop type `wriet`; did you mean `write`? in "
            "`acme [vendor] -assume-> r -wriet-> w [model-weights]`"
        ],
    ),
    "two examples of one name": (
        ("it does not", "it does"),
        [f"{FILE}:22: two examples are named `it does`"],
    ),
    "a truth value that is text": (
        ("fires: true", "fires: True"),
        [f"{FILE}:20: `fires` must be true or false, not `True`"],
    ),
}


@pytest.mark.parametrize(("change", "expected"), ERRORS.values(), ids=ERRORS)
def test_errors(change: tuple[str, str], expected: list[str], tmp_path: Path) -> None:
    assert change[0] in RULE
    assert errors(tmp_path, RULE.replace(*change)) == expected


def test_all_files_errors_are_said_at_once(tmp_path: Path) -> None:
    directory(tmp_path, RULE.replace("gains:", "gain:"))
    assert errors(tmp_path, RULE, "trust/other-name.yaml") == [
        "mine/trust/other-name.yaml:1: id `vendor-reads-weights` is not the file's name, `other-name`",
        f"{FILE}:15: unknown key `gain`; did you mean `gains`?",
    ]


def test_one_id_in_two_places(tmp_path: Path) -> None:
    directory(tmp_path)
    assert errors(tmp_path, RULE, "weights/vendor-reads-weights.yaml") == [
        "mine/weights/vendor-reads-weights.yaml: "
        "`vendor-reads-weights` is also trust/vendor-reads-weights.yaml"
    ]


def test_another_suffix(tmp_path: Path) -> None:
    assert errors(tmp_path, RULE, "vendor-reads-weights.yml") == [
        "mine/vendor-reads-weights.yml:1: rule files end in .yaml, not .yml"
    ]


def test_no_directory_and_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no such rules directory"):
        load_rules(tmp_path / "none")
    with pytest.raises(RuleError, match="holds no rules"):
        load_rules(tmp_path)


def test_the_packaged_copy_comes_before_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packaged = tmp_path / "shipped"
    monkeypatch.setattr(load, "_SHIPPED", packaged)
    assert load.rules_directory() == Path(__file__).parents[2] / "rules"
    shutil.copytree(Path(__file__).parents[2] / "rules" / "trust", packaged / "trust")
    assert load.rules_directory() == packaged
    assert {rule.path.partition("/")[0] for rule in load_rules()} == {"trust"}


def test_a_shipped_rule_is_called_by_its_place_in_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "_SHIPPED", directory(tmp_path, RULE.replace("gains:", "gain:")))
    with pytest.raises(RuleError) as raised:
        load_rules()
    assert str(raised.value) == (
        "rules/trust/vendor-reads-weights.yaml:15: unknown key `gain`; did you mean `gains`?"
    )


def test_the_schema_for_editors_agrees() -> None:
    validator = jsonschema.Draft202012Validator(rule_schema())
    rule = yaml.safe_load(RULE)
    assert list(validator.iter_errors(rule)) == []
    assert list(validator.iter_errors(rule | {"gain": "read"}))
    assert list(validator.iter_errors(rule | {"path": "x"}))
    ours = [p for p in (Path(__file__).parents[2] / "rules").glob("*/*.yaml") if p.parent.name != "checkov"]
    assert ours
    for path in ours:
        assert list(validator.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))) == [], path
