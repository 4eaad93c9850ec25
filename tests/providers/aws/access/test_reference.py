"""The reference evaluator answers every hand-written case as AWS documents it."""

from __future__ import annotations

import pytest

from tests.providers.aws.access.cases import FROZEN, Case, load
from tests.providers.aws.access.reference.answer import answer
from tests.providers.aws.access.reference.contexts import meet
from tests.providers.aws.access.reference.patterns import matches, matches_arn, replace_variables, tokens

CASES = [*load(), *load(FROZEN)]
GRANTING = {"Allowed", "AllowedIf"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_reference_answers_as_documented(case: Case) -> None:
    found = answer(case.line)
    assert found.verdict in case.verdicts, case.page
    if found.explicit is not None and "explicit" in case.expect:
        assert found.explicit == case.expect["explicit"], case.page


def test_there_are_enough_cases_and_each_has_its_page() -> None:
    assert len(CASES) >= 300
    assert all(case.page.startswith("https://docs.aws.amazon.com/") for case in CASES)


def test_every_case_that_grants_has_a_twin_one_fact_apart_that_does_not() -> None:
    by_name = {(case.family, case.name): case for case in CASES}
    tied: set[str] = set()
    for case in CASES:
        if not case.twin_of:
            continue
        assert len(case.patch) == 1, f"{case.id} is more than one fact apart"
        other = by_name[case.family, case.twin_of]
        if bool(case.verdicts & GRANTING) != bool(other.verdicts & GRANTING):
            tied |= {case.id, other.id}
    alone = [case.id for case in CASES if case.verdicts & GRANTING and case.id not in tied]
    assert alone == ["malformed: an unknown operator in a deny of another action"]


MATCHES = {
    "a star matches nothing": ("ab*", "ab", True),
    "a star matches across": ("a*c", "abbc", True),
    "two stars": ("*b*", "abc", True),
    "a question mark is one": ("a?c", "abc", True),
    "a question mark is not none": ("a?c", "ac", False),
    "letter case counts": ("ABC", "abc", False),
    "the whole text": ("b", "abc", False),
}


@pytest.mark.parametrize(("pattern", "text", "expected"), MATCHES.values(), ids=MATCHES)
def test_matches(pattern: str, text: str, expected: bool) -> None:
    assert matches(tokens(pattern), text) is expected


def test_a_wildcard_from_a_value_is_a_plain_character() -> None:
    pattern = replace_variables("${aws:username}", {"aws:username": ["a*"]}, "2012-10-17")
    assert pattern is not None
    assert not matches(pattern, "abc")
    assert matches(pattern, "a*")


def test_an_arn_has_six_parts() -> None:
    assert matches_arn(tokens("arn:aws:s3:::*"), "arn:aws:s3:::a:b")
    assert not matches_arn(tokens("arn:aws:s3:*"), "arn:aws:s3:::a")


MEETINGS = {
    "a beginning and an end": ("red-*", "*-ext", True),
    "two beginnings": ("red*", "blue*", False),
    "two lengths": ("a??", "??", False),
    "one length": ("a??", "??c", True),
    "a text and its pattern": ("abc", "a*", True),
}


@pytest.mark.parametrize(("left", "right", "expected"), MEETINGS.values(), ids=MEETINGS)
def test_meet(left: str, right: str, expected: bool) -> None:
    found = meet(tokens(left), tokens(right))
    assert (found is not None) is expected
    if found is not None:
        assert matches(tokens(left), found)
        assert matches(tokens(right), found)
