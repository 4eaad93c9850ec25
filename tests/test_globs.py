"""How sets of strings read: the same for equal sets, and exactly the set."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.globs import Piece, pieces_of
from scanner.stringset import StringSet, glob_tokens

glob, words = StringSet.glob, StringSet.literal

READS = {
    "one glob": (glob("repo:acme/*"), [Piece(("repo:acme/*",))]),
    "a glob inside another": (glob("a*", "a?*", "ab"), [Piece(("a*",))]),
    "a glob and the word it leaves out": (glob("a?*") | words("a"), [Piece(("a*",))]),
    "wildcards in the middle": (glob("repo:acme/*:ref:main"), [Piece(("repo:acme/*:ref:main",))]),
    "a glob without another": (glob("ml-*") - glob("ml-x*"), [Piece(("ml-*",), ("ml-x*",))]),
    "a glob without a word": (glob("ml-*") - words("ml-x"), [Piece(("ml-*",), ("ml-x",), unlike_exact=True)]),
    "all but one prefix": (~glob("a*"), [Piece(("*",), ("a*",))]),
    "few words": (words("b", "a"), [Piece(("a", "b"), exact=True)]),
    "no string": (words(), []),
    "two orders of two parts": (glob("*x*") & glob("*y*"), [Piece(("*x*y*", "*y*x*"))]),
}


@pytest.mark.parametrize(("strings", "expected"), READS.values(), ids=READS)
def test_pieces_of(strings: StringSet, expected: list[Piece]) -> None:
    assert list(pieces_of(strings) or ()) == expected


def test_hints_serve_where_the_search_ends() -> None:
    main, other = "repo:acme/*:ref:refs/heads/main", "repo:acme/x*"
    hints = [glob_tokens(main), glob_tokens(other)]
    assert pieces_of(glob(main, other), hints) == (Piece((main, other)),)
    assert pieces_of(glob(main) - glob(other), hints) == (Piece((main,), (other,)),)


GLOBS = st.lists(st.text(alphabet="ab*?", max_size=5), min_size=1, max_size=3)


@given(inside=GLOBS, outside=GLOBS)
@settings(max_examples=200, deadline=None)
def test_pieces_are_the_set(inside: list[str], outside: list[str]) -> None:
    strings = glob(*inside) - glob(*outside)
    pieces = pieces_of(strings, [glob_tokens(g) for g in (*inside, *outside)])
    if pieces is None:
        return
    found = StringSet.empty()
    for piece in pieces:
        like = words(*piece.like) if piece.exact else glob(*piece.like)
        unlike = words(*piece.unlike) if piece.unlike_exact else glob(*piece.unlike)
        found |= like - unlike
    assert found == strings


@given(globs=GLOBS)
@settings(max_examples=200, deadline=None)
def test_a_union_of_globs_always_reads_as_globs(globs: list[str]) -> None:
    hints = [glob_tokens(g) for g in globs]
    pieces = pieces_of(glob(*globs), hints)
    assert pieces is not None
    assert pieces == pieces_of(glob(*reversed(globs), globs[0]), reversed(hints))
