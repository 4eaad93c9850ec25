"""The shipped rules: their examples, their texts, and that together they leave no way unreported."""

from __future__ import annotations

from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from scanner.model import AGREEMENTS
from scanner.rules import Rule, load_rules, match
from scanner.rules.docs import readme
from scanner.rules.selftest import check_rule
from scanner.rules.sketch import AS_OF, read_sketch

RULES = load_rules()
TOP = Path(__file__).parents[1] / "rules"


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_examples_hold_the_rule(rule: Rule) -> None:
    assert check_rule(rule) == []
    assert Counter(example.fires for example in rule.examples)[True] >= 2
    assert Counter(example.fires for example in rule.examples)[False] >= 2


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_texts(rule: Rule) -> None:
    assert not rule.title.endswith(".")
    assert rule.summary.endswith(".")
    assert rule.references
    assert rule.tags
    assert rule.severity in rule.rationale.lower() or rule.severity == "info"


def test_the_page_is_up_to_date() -> None:
    assert (TOP / "README.md").read_text(encoding="utf-8") == readme(RULES), "run `sidedoor rules doc`"


def test_every_file_is_a_rule() -> None:
    files = {path.relative_to(TOP).as_posix() for path in TOP.rglob("*.yaml") if "checkov" not in path.parts}
    assert {rule.path for rule in RULES} == files


GITHUB = "kind=oidc issuer=https://token.actions.githubusercontent.com subject"
SOURCES = {
    "a known vendor": "[vendor]",
    **{
        f"a registered vendor: {word}": f"[vendor registered {word}]"
        for word in AGREEMENTS
        if word != "unregistered"
    },
    "a partner": "[partner registered none]",
    "an unknown account": "[unknown-external]",
    "anyone": "[public]",
    "any token": f"[federated {GITHUB}=*]",
    "any customer": f"[federated {GITHUB}=repo:*]",
    "a whole organization": f"[federated {GITHUB}=repo:x/*]",
    "one repository": f"[federated {GITHUB}=repo:x/y:*]",
    "a SAML provider": "[federated kind=saml]",
}
ASSETS = {
    "model-weights": ("read", "write", "edit-policy"),
    "training-output": ("read", "write", "edit-policy"),
    "inference-endpoint": ("invoke", "write", "edit-policy"),
    "model-registry": ("read", "write", "edit-policy"),
    "weights-key": ("read", "edit-policy"),
    "audit-log": ("write", "edit-policy"),
}
WAYS = [(source, asset, gain) for source, asset in product(SOURCES, ASSETS) for gain in ASSETS[asset]]
# Findings about the way in, beside the one about what is reached.
ABOUT_THE_WAY_IN = {
    "vendor-reaches-weights-without-external-id",
    "vendor-invokes-endpoint-without-external-id",
}


@pytest.mark.parametrize(("source", "asset", "gain"), WAYS)
def test_each_way_that_is_not_agreed_is_reported_once(source: str, asset: str, gain: str) -> None:
    sketch = read_sketch([f"x {SOURCES[source]} -assume-> role -{gain}-> asset [{asset} internal]"])
    fired = {rule.id for rule in RULES if match(rule, sketch.graph, as_of=AS_OF, agreement=sketch.agreement)}
    effects = fired - ABOUT_THE_WAY_IN
    if source == "a registered vendor: agreed":
        assert effects == set()
    else:
        assert len(effects) == 1, (source, asset, gain)
