"""Globs over ids: what they match, and which covers which."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.wildcards import covers, matches

MATCHES = {
    "itself": ("a/b", "a/b", True),
    "any end": ("a/*", "a/b/c", True),
    "an empty end": ("a/*", "a/", True),
    "another beginning": ("a/*", "b/a/", False),
    "in the middle": ("a*c", "abbc", True),
    "one sign": ("a?c", "abc", True),
    "no sign": ("a?c", "ac", False),
    "case counts": ("A", "a", False),
    "a dot is a dot": ("a.c", "abc", False),
    "brackets are brackets": ("[ab]", "a", False),
    "over lines": ("a*", "a\nb", True),
    "not a part": ("b", "abc", False),
}


@pytest.mark.parametrize(("pattern", "text", "expected"), MATCHES.values(), ids=MATCHES)
def test_matches(pattern: str, text: str, *, expected: bool) -> None:
    assert matches(pattern, text) is expected


COVERS = {
    "itself": ("a*", "a*", True),
    "a text": ("a*", "abc", True),
    "a narrower glob": ("a*", "ab*", True),
    "a wider glob": ("ab*", "a*", False),
    "a glob by a text": ("ab", "a*", False),
    "both ends": ("*b*", "ab*", True),
    "another middle": ("a*c", "a*d", False),
    "everything": ("*", "a?b*", True),
    "one sign by one": ("a?", "a?", True),
    "any number by one": ("a?", "a*", False),
    "one sign by any number": ("a*", "a?", True),
    "an object by its bucket": ("arn:aws:s3:::b/*", "arn:aws:s3:::b/a/*", True),
    "a bucket by another's beginning": ("arn:aws:s3:::b/*", "arn:aws:s3:::bb/*", False),
}


@pytest.mark.parametrize(("pattern", "narrower", "expected"), COVERS.values(), ids=COVERS)
def test_covers(pattern: str, narrower: str, *, expected: bool) -> None:
    assert covers(pattern, narrower) is expected


_GLOBS = st.text("ab*?", max_size=6)
_TEXTS = st.text("ab", max_size=6)


@given(_GLOBS, _GLOBS, _TEXTS)
def test_what_is_covered_is_matched(pattern: str, narrower: str, text: str) -> None:
    if covers(pattern, narrower) and matches(narrower, text):
        assert matches(pattern, text)


@given(_GLOBS, _TEXTS)
def test_to_cover_a_text_is_to_match_it(pattern: str, text: str) -> None:
    assert covers(pattern, text) == matches(pattern, text)
