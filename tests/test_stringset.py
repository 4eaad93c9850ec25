"""Sets of strings: named cases with near twins, and the laws of sets against plain matching."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.stringset import StringSet, TooManyStates, Wild

INCLUDES = {
    "a repository of an organisation": ("repo:acme/*", "repo:acme/models", True),
    "a repository of another organisation": ("repo:acme/*", "repo:acme-x/models", False),
    "a glob inside a glob": ("repo:acme/*", "repo:acme/m*", True),
    "a glob that reaches out": ("repo:acme/*", "repo:ac*/m*", False),
    "one character is less than any": ("a*", "a?", True),
    "any is more than one character": ("a?", "a*", False),
    "a star matches nothing": ("a*b", "ab", True),
    "order of wildcards does not matter": ("a?*", "a*?", True),
}


@pytest.mark.parametrize(("outer", "inner", "expected"), INCLUDES.values(), ids=INCLUDES)
def test_includes(outer: str, inner: str, expected: bool) -> None:
    assert StringSet.glob(outer).includes(StringSet.glob(inner)) is expected


def test_halves_join_to_everything() -> None:
    assert (StringSet.literal("") | StringSet.glob("?*")).is_everything
    assert not (StringSet.literal("a") | StringSet.glob("?*")).is_everything


def test_equal_sets_are_equal_values() -> None:
    one = StringSet.glob("a*") - StringSet.glob("a?*")
    assert one == StringSet.literal("a")
    assert hash(one) == hash(StringSet.literal("a"))
    assert StringSet.glob("a*") != StringSet.glob("a?*")


def test_barred_characters_stop_a_wildcard() -> None:
    segment = StringSet.patterns([["arn:", Wild(many=True, barred=frozenset(":")), ":x"]])
    assert "arn:aws:x" in segment
    assert "arn:aws:y:x" not in segment


def test_case_can_be_ignored() -> None:
    folded = StringSet.patterns([["Ab"]], ignore_case=True)
    assert folded.words == ("AB", "Ab", "aB", "ab")
    assert StringSet.literal("Ab").words == ("Ab",)


def test_witness_is_short_and_not_empty() -> None:
    assert StringSet.everything().witness() == "x"
    assert StringSet.glob("repo:acme/*").witness() == "repo:acme/"
    assert StringSet.literal("").witness() == ""
    assert StringSet.empty().witness() is None
    assert (~StringSet.literal("x", "y")).witness() == "z"


def test_too_large_says_so() -> None:
    with pytest.raises(TooManyStates):
        StringSet.glob("*a" + "?" * 14)


GLOBS = st.text(alphabet="ab*?", max_size=6)
WORDS = st.text(alphabet="abc", max_size=6)


def matches(glob: str, word: str) -> bool:
    pattern = "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in glob)
    return re.fullmatch(pattern, word) is not None


@given(left=GLOBS, right=GLOBS, word=WORDS)
@settings(max_examples=300, deadline=None)
def test_sets_follow_matching(left: str, right: str, word: str) -> None:
    a, b = StringSet.glob(left), StringSet.glob(right)
    in_a, in_b = matches(left, word), matches(right, word)
    assert (word in a) == in_a
    assert (word in a | b) == (in_a or in_b)
    assert (word in a & b) == (in_a and in_b)
    assert (word in a - b) == (in_a and not in_b)
    assert (word in ~a) != in_a


@given(left=GLOBS, right=GLOBS, third=GLOBS)
@settings(max_examples=150, deadline=None)
def test_laws_of_sets(left: str, right: str, third: str) -> None:
    a, b, c = StringSet.glob(left), StringSet.glob(right), StringSet.glob(third)
    assert a & (b | c) == (a & b) | (a & c)
    assert ~(a | b) == ~a & ~b
    assert (a - b) | (a & b) == a
    assert a.includes(b) == ((a | b) == a)
    witness = (a - b).witness()
    assert (witness is None) == b.includes(a)
    assert witness is None or (witness in a and witness not in b)
