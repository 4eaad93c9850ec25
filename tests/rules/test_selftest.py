"""The self-test finds a wrong example, and a selector key that no example needs."""

from __future__ import annotations

import msgspec
import pytest

from scanner.rules.schema import AssetSelector, Example, HopSelector, HopTraits, Rule, SourceSelector
from scanner.rules.selftest import check_rule, mutants
from tests.rules.test_match import BASE

EXAMPLES = {
    "no external ID": (True, "a [vendor] -assume-> r -read-> w [model-weights]"),
    "an external ID": (False, "a [vendor] -assume{external-id}-> r -read-> w [model-weights]"),
    "no role": (False, "a [vendor] -read-> w [model-weights]"),
    "a later role": (False, "a [vendor] -assume{external-id}-> r -assume-> s -read-> w [model-weights]"),
    "no vendor": (False, "a [public] -assume-> r -read-> w [model-weights]"),
    "an endpoint": (False, "a [vendor] -assume-> r -invoke(read)-> w [inference-endpoint]"),
    "a write": (False, "a [vendor] -assume-> r -write-> w [model-weights]"),
}
NEEDS = {
    ("an external ID", "a later role"): "through.not",
    ("no role",): "through.type",
    ("a later role",): "through.at",
    ("no vendor",): "from.trust",
    ("an endpoint",): "to.class",
    ("a write",): "gains",
}


def rule(*without: str, **changes: object) -> Rule:
    """A rule whose examples hold each of its keys, but for those named."""
    examples = tuple(
        Example(name=name, fires=fires, facts=(fact,), line=i)
        for i, (name, (fires, fact)) in enumerate(EXAMPLES.items(), start=20)
        if name not in without
    )
    whole = msgspec.structs.replace(
        BASE,
        from_=SourceSelector(trust=("vendor", "partner")),
        through=HopSelector(type="assume", at="first", not_=HopTraits(guards="external-id")),
        to=AssetSelector(class_="model-weights"),
        gains="read",
        examples=examples,
    )
    return msgspec.structs.replace(whole, **changes)


def test_a_rule_that_is_held_by_its_examples() -> None:
    assert check_rule(rule()) == []


@pytest.mark.parametrize(("examples", "key"), NEEDS.items())
def test_each_key_needs_an_example(examples: tuple[str, ...], key: str) -> None:
    assert f"weights/a-rule.yaml: no example needs `{key}`; add one that flips without it" in check_rule(
        rule(*examples)
    )


def test_an_example_that_says_the_wrong_thing() -> None:
    wrong = rule(gains="write")
    assert check_rule(wrong) == [
        "weights/a-rule.yaml:20: `no external ID` does not fire, but says it fires",
        "weights/a-rule.yaml:26: `a write` fires, but says it does not fire",
    ]


def test_every_key_is_dropped_once() -> None:
    listed = rule(
        avoid=(HopSelector(type="read", guards="mfa"), HopSelector(certainty="possible")),
        through=HopSelector(not_=(HopTraits(guards="mfa", held_by="ours"), HopTraits(type="assume"))),
        max_hops=3,
        certainty="proven",
        agreement="none",
    )
    assert [key for key, _ in mutants(listed)] == [
        "`gains`",
        "`max_hops`",
        "`certainty`",
        "`agreement`",
        "`from.trust`",
        "`through`",
        "`through.not`",
        "`through.not.guards`",
        "`through.not.held_by`",
        "`avoid[0]`",
        "`avoid[0].type`",
        "`avoid[0].guards`",
        "`avoid[1]`",
        "`avoid[1].certainty`",
        "`to.class`",
    ]
