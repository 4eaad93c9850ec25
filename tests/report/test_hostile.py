"""No name that a cloud let someone choose can steer a terminal, a page or a parser."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Final

import jsonschema
import pytest
from markdown_it import MarkdownIt

from scanner.report import Options, render
from tests.report.hostile import VALUES, scan
from tests.report.sarif_checks import problems
from tests.report.test_json_report import strict_schema
from tests.report.validate_sarif import schema_problems

_RICH_OWN: Final = re.compile(r"\x1b\[[0-9;]*m")  # colour and weight, nothing that moves or asks
_OUR_HTML: Final = re.compile(r"</?(details|summary|code)>\n?")
each = pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)


def hidden(text: str) -> set[str]:
    """Return the characters of `text` that show nothing, or more than themselves."""
    bad = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    return {c for c in text if c != "\n" and unicodedata.category(c) in bad}


@each
@pytest.mark.parametrize("name", ["table", "explain", "markdown"])
@pytest.mark.parametrize("width", [0, 80])
def test_text_holds_no_hidden_characters(value: str, name: str, width: int) -> None:
    text = render(name, scan(value), Options(width=width, full=True))
    assert hidden(text) == set()
    text.encode("utf-8")


@each
@pytest.mark.parametrize("colour", [True, False])
def test_rich_draws_only_colour_and_weight(value: str, *, colour: bool) -> None:
    text = render("table", scan(value), Options(width=100, terminal=True, colour=colour, full=True))
    assert hidden(_RICH_OWN.sub("", text)) == set()
    assert "\x1b[31m" not in text
    assert not colour or "\x1b[" in text


def test_rich_takes_names_as_they_are() -> None:
    text = render("table", scan(VALUES["rich markup"]), Options(width=0, terminal=True))
    assert "[bold red]role[/bold red]" in _RICH_OWN.sub("", text)
    emoji = render("table", scan(VALUES["rich emoji"]), Options(width=0, terminal=True))
    assert ":warning: role" in _RICH_OWN.sub("", emoji)


@each
def test_markdown_holds_only_our_markup(value: str) -> None:
    text = render("markdown", scan(value))
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    flat = [inner for token in tokens for inner in (token, *(token.children or ()))]
    assert {t.type for t in flat} & {"link_open", "image", "s_open", "em_open", "code_block"} == set()
    assert [t.content for t in flat if t.type == "strong_open"] == [""]  # the outcome, which is ours
    assert [t.info for t in flat if t.type == "fence"] == ["mermaid"]
    html = "".join(t.content for t in flat if t.type in {"html_inline", "html_block"})
    summaries = re.sub(r"<summary>[^<>]*</summary>", "", html)
    assert _OUR_HTML.sub("", summaries).strip() == ""
    assert text.count("<details>") == text.count("</details>") == 1


@each
def test_markdown_rows_keep_their_cells(value: str) -> None:
    text = render("markdown", scan(value))
    rows = [line for line in text.splitlines() if line.startswith("|")]
    # GitHub splits at every pipe without a backslash before it; none of ours are ever written with one.
    counts = {row.count("|") for row in rows}
    assert counts == {9, 10, 4}
    assert not any("\\|" in row for row in rows)


@each
def test_mermaid_labels_stay_labels(value: str) -> None:
    text = render("markdown", scan(value))
    drawing = text.split("```mermaid\n")[1].split("```")[0].splitlines()
    label = r'"[^"\[\]{}()<>`|\\]*"'
    node = rf"n\d(\[{label}\]|\(\[{label}\]\)|\[\({label}\)\])"
    assert drawing[0] == "flowchart TD"
    for line in drawing[1:]:
        assert re.fullmatch(rf"  ({node}|n\d -->\|{label}\| {node})", line), line


def test_markdown_starts_no_automatic_link_or_mention() -> None:
    text = render("markdown", scan(VALUES["automatic link"]))
    outside = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    assert "://" not in outside
    assert "www." not in outside
    assert "@" not in re.sub(r"`[^`\n]*`", "", render("markdown", scan(VALUES["mention"])))


@each
def test_json_is_ascii_and_valid(value: str) -> None:
    text = render("json", scan(value))
    assert text.isascii()
    assert hidden(text) == set()
    parsed = json.loads(text)
    json.dumps(parsed, ensure_ascii=False).encode("utf-8")  # no half of a surrogate pair is left
    jsonschema.validate(parsed, strict_schema())


def test_json_keeps_whatever_can_be_kept() -> None:
    name = VALUES["terminal colour"]
    assert json.loads(render("json", scan(name)))["findings"][0]["message"] == name
    lone = json.loads(render("json", scan(VALUES["lone surrogate"])))
    assert lone["findings"][0]["message"] == "role\ufffd and \ufffd"
    astral = json.loads(render("json", scan(VALUES["tag characters"])))
    assert astral["findings"][0]["message"] == VALUES["tag characters"]


@each
@pytest.mark.parametrize("full", [True, False])
def test_sarif_is_valid(value: str, *, full: bool) -> None:
    content = render("sarif", scan(value), Options(full=full)).encode("ascii")
    assert [*schema_problems(content), *problems(content)] == []


def test_sarif_messages_hold_no_link_and_no_argument() -> None:
    link, argument = (
        json.loads(render("sarif", scan(VALUES[name])))["runs"][0]["results"][0]["message"]["text"]
        for name in ("markdown link", "placeholder")
    )
    assert link.startswith("[click] (https://evil.example) ![img] (")
    assert argument.startswith("{{0}} {{1}}")
