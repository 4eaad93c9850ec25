"""What becomes of single characters."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.report.clean import code, json_text, mermaid, prose, visible

VISIBLE = {
    "plain text stays": ("role/ingest-1 (ok)", "role/ingest-1 (ok)"),
    "letters of any script stay": ("r\u00f4le \u6a21\u578b", "r\u00f4le \u6a21\u578b"),
    "escape": ("\x1b[0m", r"\x1b[0m"),
    "C1 control": ("\x9b0m", r"\x9b0m"),
    "line feed": ("a\nb", r"a\x0ab"),
    "delete": ("a\x7f", r"a\x7f"),
    "bidirectional override": ("a\u202eb", r"a\u202eb"),
    "tag character": ("a\U000e0041", r"a\U000e0041"),
    "lone surrogate": ("a\ud800", r"a\ud800"),
    "private use": ("a\ue000", r"a\ue000"),
    "no-break space becomes a space": ("a\u00a0b", "a b"),
}


@pytest.mark.parametrize(("text", "shown"), VISIBLE.values(), ids=VISIBLE)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("limit", "shown"), [(None, "abcdefgh"), (8, "abcdefgh"), (7, "abcd..."), (3, "...")]
)
def test_visible_cuts(limit: int | None, shown: str) -> None:
    assert visible("abcdefgh", limit) == shown


@given(st.text())
def test_visible_is_stable(text: str) -> None:
    assert visible(visible(text)) == visible(text)


CODE = {
    "an ARN": ("arn:aws:s3:::b/*", "`arn:aws:s3:::b/*`"),
    "a backtick": ("a`b", "<code>a&#96;b</code>"),
    "a pipe": ("a|b", "<code>a&#124;b</code>"),
    "a backslash at the end": ("a\\", "<code>a&#92;</code>"),
    "a tag": ("</details>", "<code>&#60;&#47;details&#62;</code>"),
    "nothing": ("", "`(empty)`"),
    "only spaces": ("  ", "<code>  </code>"),
    "a hidden character, shown with a backslash": ("a\x1b", "<code>a&#92;x1b</code>"),
}


@pytest.mark.parametrize(("text", "span"), CODE.values(), ids=CODE)
def test_code(text: str, span: str) -> None:
    assert code(text) == span


PROSE = {
    "words": ("reads it, at 5 o'clock (ok)", "reads it, at 5 o'clock (ok)"),
    "emphasis": ("*a* _b_", "&#42;a&#42; &#95;b&#95;"),
    "an entity": ("&lt;", "&#38;lt;"),
    "an address": ("https://x.example", "https&#58;//x.example"),
    "an address without scheme": ("WWW.x.example", "WWW&#46;x.example"),
    "a mention": ("@team", "&#64;&#8203;team"),
}


@pytest.mark.parametrize(("text", "written"), PROSE.values(), ids=PROSE)
def test_prose(text: str, written: str) -> None:
    assert prose(text) == written


def test_mermaid() -> None:
    assert mermaid('a"b#c; d/e') == "a#34;b#35;c#59; d/e"


@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
def test_json_text_round_trips(value: object) -> None:
    text = json_text(value)
    assert text.isascii()
    assert json.loads(text) == value


def test_json_text_mends_lone_surrogates_only() -> None:
    assert json.loads(json_text({"\ud83d\ude00": ["\udfff", "\U0001f600"]})) == {
        "\U0001f600": ["\ufffd", "\U0001f600"]
    }
