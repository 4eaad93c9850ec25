"""YAML and JSON as written: values, lines, tags, and texts that are made to hurt."""

from __future__ import annotations

import json
import re
import string
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scanner.iac.written import MAX_BYTES, read_text

VALUES: dict[str, tuple[str, Any]] = {
    "words": (
        "[true, null, ~, 12, -1, 1.5, 010, 1e3]",
        [True, None, None, 12, -1, 1.5, "010", 1000.0],
    ),
    "words as people write them": (
        "[True, FALSE, yes, No, on, OFF, Null, tRUE, y, nothing]",
        [True, False, True, False, True, False, None, "tRUE", "y", "nothing"],
    ),
    "a key stays as it is written": ("no: 1\non: 2\n010: 3", {"no": 1, "on": 2, "010": 3}),
    "dates stay text": ("Version: 2012-10-17", {"Version": "2012-10-17"}),
    "quotes keep text": ("[\"12\", 'true']", ["12", "true"]),
    "the last of two equal keys": ("a: 1\na: 2", {"a": 2}),
    "an alias": ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
    "a merge": ("a: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}", {"a": {"k": 1, "l": 2}, "b": {"k": 3, "l": 2}}),
    "JSON with comments": (
        '{"a": 1, // one\n /* two */ "b": [null, "x\\u0041"]}',
        {"a": 1, "b": [None, "xA"]},
    ),
    "JSON strings over lines": ('{"a": "one\ntwo"}', {"a": "one\ntwo"}),
}


@pytest.mark.parametrize(("text", "expected"), VALUES.values(), ids=VALUES)
def test_values(text: str, expected: Any) -> None:  # noqa: ANN401 - any value
    stream = read_text(text.encode())
    assert ([node.plain() for node in stream.documents], stream.broken) == ([expected], None)


REPEATED: dict[str, tuple[str, list[int]]] = {
    "in YAML": ("a:\n  b: 1\n  c: 2\n  b: 3\n", [4]),
    "in JSON": ('{"a": 1,\n"a": 2}', [2]),
    "merged, and then written": ("a: &x {k: 1}\nb: {<<: *x, k: 3}\n", []),
    "in another mapping": ("a: {k: 1}\nb: {k: 3}\n", []),
}


@pytest.mark.parametrize(("text", "lines"), REPEATED.values(), ids=REPEATED)
def test_keys_that_stand_twice(text: str, lines: list[int]) -> None:
    assert [found.line for found in read_text(text.encode()).repeated] == lines


def bomb(copies: int, levels: int) -> str:
    """Return a document whose last value stands for `copies` to the power of `levels` ones."""
    lines = [f"l0: &l0 [{', '.join('x' * copies)}]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * copies)}]" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


BOMBS: dict[str, tuple[str, bool]] = {
    "nine levels of nine": (bomb(9, 9), True),
    "three levels of nine": (bomb(9, 3), False),
    "many small ones in a file": (f"---\n{bomb(9, 4)}" * 2000, True),
    "many with few values": (f"---\n{bomb(2, 2)}" * 2000, False),
}


@pytest.mark.parametrize(("text", "broken"), BOMBS.values(), ids=BOMBS)
def test_aliases_that_blow_up(text: str, broken: bool) -> None:
    assert (read_text(text.encode()).broken is not None) == broken


BROKEN: dict[str, tuple[bytes, int]] = {
    "a tab where YAML has none": (b"a:\n\t- b\n", 2),
    "an alias of nothing": (b"a: 1\nb: *x\n", 2),
    "an alias within its own value": (b"a: &x [*x]\n", 1),
    "a list as a key": (b"? [a]\n: b\n", 1),
    "a bracket of another kind": (b'{"a": [1}\n]', 1),
    "JSON that ends too early": (b'{"a": {\n', 2),
    "a bracket too many": (b'{"a": 1}\n}', 2),
    "a word that JSON has not": (b'{"a": yes}', 1),
    "no UTF-8": (b"a: 1\n\xff", 2),
    "a control character": (b"a: \x01\n", 1),
    "too many bytes": (b"#" * (MAX_BYTES + 1), 1),
}


@pytest.mark.parametrize(("raw", "line"), BROKEN.values(), ids=BROKEN)
def test_breaks(raw: bytes, line: int) -> None:
    broken = read_text(raw).broken
    assert broken is not None
    assert broken.line == line


PLACES: dict[str, tuple[str, dict[str, tuple[int, int]]]] = {
    "a block ends with its last value": (
        "a:\n  b: 1\n\n# c\nd: 2\n",
        {"": (1, 5), "/a": (2, 2), "/d": (5, 5)},
    ),
    "a literal block": ("a: |\n  x\n  y\n\nb: 1\n", {"": (1, 5), "/a": (1, 3), "/b": (5, 5)}),
    "a flow list": ("a: [1,\n  2\n]\n", {"": (1, 3), "/a/0": (1, 1), "/a/1": (2, 2)}),
    "JSON": ('{\n "a": [\n  1\n ]\n}\n', {"": (1, 5), "/a": (2, 4), "/a/0": (3, 3)}),
    "a key with a slash": ("a/b:\n  - 1\n", {"": (1, 2), "/a~1b": (2, 2), "/a~1b/0": (2, 2)}),
}


@pytest.mark.parametrize(("text", "expected"), PLACES.values(), ids=PLACES)
def test_places(text: str, expected: dict[str, tuple[int, int]]) -> None:
    (node,) = read_text(text.encode()).documents
    assert {p.pointer: p.lines for p in node.places("f")}.items() >= expected.items()


def test_tags_are_kept() -> None:
    (node,) = read_text(b"a: !Sub '${x}'\nb: !GetAtt [c, Arn]\n").documents
    assert [(key, found.tag) for key in "ab" if (found := node.get(key))] == [("a", "Sub"), ("b", "GetAtt")]


# YAML 1.1 (PyYAML) writes these as plain texts (``0E0``, ``+08``), the core schema of 1.2 reads numbers.
_DISPUTED = re.compile(r"[-+]?[0-9.]+([eE][-+]?[0-9]+)?")

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.text(string.printable, max_size=8).filter(lambda text: not _DISPUTED.fullmatch(text)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(string.ascii_letters, min_size=1), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(
    value=st.dictionaries(
        st.text(string.ascii_letters, min_size=1, max_size=5), PLAIN, min_size=1, max_size=4
    )
)
def test_what_writers_write(value: dict[str, Any]) -> None:
    for text in (json.dumps(value), json.dumps(value, indent=1), yaml.safe_dump(value)):
        (node,) = read_text(text.encode()).documents
        assert node.plain() == value
        lines = text.count("\n") + 1
        assert all(1 <= p.lines[0] <= p.lines[1] <= lines for p in node.places("f"))


@given(raw=st.binary(max_size=60) | st.text("{}[]:,-&*!|> \n\"'a1#<?%@`", max_size=60).map(str.encode))
def test_any_bytes(raw: bytes) -> None:
    stream = read_text(raw)
    for node in stream.documents:
        node.plain()
        list(node.places("f"))
