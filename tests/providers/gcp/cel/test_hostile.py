"""Conditions are hostile input: any text has an answer, or an error with its place, and soon."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.providers.gcp.cel import (
    CelSyntaxError,
    Environment,
    Failed,
    Free,
    evaluate,
    holds,
    parse,
    residual,
)
from scanner.providers.gcp.cel.machine import found_in
from scanner.providers.gcp.cel.patterns import Unsupported
from scanner.stringset import StringSet

if TYPE_CHECKING:
    from collections.abc import Callable

MARKS: Final = "( ) [ ] { } , . : ? ! && || == != < <= > >= + - * / %"
ATTRIBUTES: Final = "a b.c resource.name request.time true false null in x 1 2u 3.5 0x1F -1"
CALLS: Final = "has( matches( size( timestamp( duration( inIpRange( resource.matchTag( api.getAttribute("
METHODS: Final = ".startsWith( .matches( .exists(x, .all(x, .map(x, .extract( .getHours( .hasOnly("
TEXTS: Final = "'x' \"y\" r'z' b'q' '''t''' '(a+)+$' '[a-z]{1,9}' '{a}' '1h' '+02:00' '203.0.113.0/24' // ' é"
WORDS: Final = [word for words in (MARKS, ATTRIBUTES, CALLS, METHODS, TEXTS) for word in words.split()] + [
    "\n",
    "\\",
    " ",
]
KNOWN: Final = Environment(known={"a": 1, "b": {"c": "x"}})
FREE: Final = {"resource.name": Free(~StringSet.glob("x*")), "request.time": Free()}
steady: Callable[[Any], Any] = settings(
    max_examples=300, deadline=2_000, derandomize=True, suppress_health_check=list(HealthCheck)
)


@steady
@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join) | st.text(max_size=60))
def test_any_text_has_an_answer_or_an_error_with_its_place(text: str) -> None:
    try:
        tree = parse(text)
    except CelSyntaxError as error:
        position = error.position
    else:
        position = 0
        evaluate(tree, KNOWN)
        holds(tree, KNOWN)
        residual(tree, KNOWN, FREE)
    assert 0 <= position <= len(text)


@steady
@given(
    st.text(alphabet="ab01.*+?()[]{}|^$\\-,:dwsDWSpQEi<>P=!\n", max_size=30), st.text("ab01\n", max_size=30)
)
def test_any_pattern_is_matched_or_refused(pattern: str, text: str) -> None:
    with suppress(Unsupported):
        assert found_in(pattern, text) in {True, False}


HEAVY: Final = {
    "nested quantifiers": "'" + "a" * 2_000 + "'.matches('(a*)*b')",
    "alternatives that overlap": "'" + "a" * 2_000 + "'.matches('(a|a|aa|aaa)*b')",
    "a text that doubles": ".map(x, x + x)".join(["['a']", *[""] * 60]) + "[0] == 'b'",
    "a list that multiplies": "[1,2,3,4,5,6,7,8,9,10]" + ".map(x, [x, x, x, x])" * 60 + " == []",
    "many globs on one attribute": " && ".join(f"!resource.name.contains('{i}*x{i}')" for i in range(200)),
    "many alternatives of two": " && ".join(
        f"(resource.name.startsWith('{i}') || a == {i} || request.time > timestamp('2026-01-01T00:00:00Z'))"
        for i in range(150)
    ),
    "many tags": " || ".join(f"resource.matchTag('1/k{i}', 'v')" for i in range(400)),
}


@pytest.mark.parametrize("text", HEAVY.values(), ids=HEAVY)
def test_work_is_bounded(text: str) -> None:
    began = time.process_time()
    with suppress(CelSyntaxError):
        tree = parse(text)
        assert not isinstance(evaluate(tree, KNOWN), Failed) or "map" in text
        residual(tree, KNOWN, FREE)
    assert time.process_time() - began < 10  # seconds of the processor, far above what any of them takes
