"""Two globs match a string in common exactly when their sets of strings meet."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanner.overlap import meeting, meets
from scanner.stringset import ANY_CHARACTER, ANY_STRING, StringSet, Token, Wild

TOKENS: list[Token] = [
    "a",
    "b:",
    ":",
    ANY_STRING,
    ANY_CHARACTER,
    Wild(many=True, barred=frozenset(":")),
    Wild(many=False, barred=frozenset("ab")),
]
PATTERNS = st.lists(st.sampled_from(TOKENS), max_size=5)


@given(left=PATTERNS, right=PATTERNS)
@example(
    left=["arn:", ANY_STRING, ":a"], right=["arn:", Wild(many=True, barred=frozenset(":")), ":a:", ANY_STRING]
)
@settings(max_examples=600, deadline=None)
def test_meeting(left: list[Token], right: list[Token]) -> None:
    one, other = StringSet.patterns([left]), StringSet.patterns([right])
    found = meeting(left, right)
    assert meets(left, right) == one.meets(other) == (found is not None)
    assert found is None or (found in one and found in other)
