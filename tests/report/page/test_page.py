"""The HTML report as text: self-contained, escaped, complete, and laid out so that nothing overlaps."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import msgspec
import pytest

from scanner.report import Options, page, render
from scanner.report.page.chain import laid_out
from scanner.report.page.network import MOST_NODES, drawing
from tests.report.hostile import VALUES
from tests.report.hostile import scan as hostile
from tests.report.sample import PROVEN, SCAN

if TYPE_CHECKING:
    from scanner.scan import Scan


class Outline(HTMLParser):
    """The elements of a page with the names of their attributes, its scripts' texts, and its addresses."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.addresses: list[str] = []
        self.texts: dict[str, list[str]] = {"script": [], "style": []}
        self.words: list[str] = []
        self._inside = ""
        self.feed(text)
        self.close()

    # the names are HTMLParser's
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: D102
        self.elements.append((tag, tuple(sorted(name for name, _ in attrs))))
        self.addresses += [v or "" for n, v in attrs if n in {"src", "href", "action", "data", "xlink:href"}]
        self._inside = tag if tag in self.texts else ""
        if self._inside and ("type", "application/json") not in attrs:
            self.texts[tag].append("")
        elif self._inside:
            self._inside = "json"

    def handle_endtag(self, tag: str) -> None:  # noqa: D102
        self._inside = "" if tag in self.texts else self._inside

    def handle_data(self, data: str) -> None:  # noqa: D102
        if self._inside in self.texts:
            self.texts[self._inside][-1] += data
        elif not self._inside:
            self.words.append(data)


def shown(text: str) -> str:
    return " ".join(Outline(text).words)


EACH: Final = pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)


@EACH
def test_no_name_makes_an_element_or_an_attribute(value: str) -> None:
    plain, attacked = Outline(render("html", hostile("role"))), Outline(render("html", hostile(value)))
    assert set(attacked.elements) <= set(plain.elements) | {("span", ("class",))}
    assert attacked.elements.count(("script", ())) == plain.elements.count(("script", ()))
    assert attacked.texts == plain.texts
    assert {a for a in attacked.addresses if not a.startswith("#")} == set()


@EACH
def test_no_hidden_character_is_printed(value: str) -> None:
    text = render("html", hostile(value))
    text.encode("utf-8")
    hidden = "\x1b\x07\x08\x9b\u2028\u2029\x85\u202e\u2066\u2069\u200b\ufeff"
    assert [c for c in hidden if c in shown(text)] == []


def test_every_script_and_style_is_named_by_hash_and_nothing_is_loaded() -> None:
    text = render("html", SCAN)
    outline = Outline(text)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    allowed = policy[1].replace("&#39;", "'")
    for kind in ("script", "style"):
        hashes = [base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in outline.texts[kind]]
        named = " ".join(f"'sha256-{found}'" for found in hashes)
        assert f"{kind}-src {named};" in allowed
    assert allowed.startswith("default-src 'none';")
    assert "unsafe" not in allowed
    assert {a for a in outline.addresses if not a.startswith("#")} == set()
    assert {
        name for _, names in outline.elements for name in names if name.startswith("on") or name == "style"
    } == set()


def test_everything_that_the_scan_found_is_said() -> None:
    said = shown(render("html", SCAN))
    for finding in SCAN.findings:
        assert finding.message in said
        assert finding.rule in said
    for gap in SCAN.gaps:
        assert str(gap.id) in said
        assert gap.detail in said
    for asset in SCAN.assets:
        assert asset.id in said
    assert "2 more paths start and end as this one does" in said
    assert SCAN.notes[0] in said


def many(count: int) -> Scan:
    found = tuple(msgspec.structs.replace(PROVEN, id=f"{number:032x}") for number in range(count))
    return msgspec.structs.replace(SCAN, findings=found)


def test_paths_beyond_those_drawn_are_kept_for_later() -> None:
    text = render("html", many(page.DRAWN + 5))
    assert text.count('<tr class="detail"') == page.DRAWN
    later = re.search(r'<script type="application/json" id="later">(.*?)</script>', text)
    assert later is not None
    kept = json.loads(later[1])
    (pack,) = (json.loads(zlib.decompress(base64.b64decode(pack))) for pack in kept["packs"])
    assert len(pack) == 5
    assert all("<svg" in told for told in pack)


def test_what_is_left_out_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "MOST", 7)
    assert "3 more findings left out of this page" in shown(render("html", many(10)))
    assert "left out of this page" not in shown(render("html", many(7)))


def test_a_page_without_findings_draws_nothing() -> None:
    text = render("html", msgspec.structs.replace(SCAN, findings=()), Options())
    assert "No findings." in shown(text)
    assert len(text) < 60_000  # nobody pays for a graph that is empty


def test_a_chain_goes_down_without_overlapping() -> None:
    chain = laid_out(PROVEN)
    lines = sorted([*(s.y for s in chain.stops), *(note.y for span in chain.spans for note in span.notes)])
    assert all(later - earlier >= 18 for earlier, later in pairwise(lines))
    assert chain.height > lines[-1]
    assert [stop.role for stop in chain.stops] == ["outside", "inside", "inside", "asset"]
    assert [note.holder for note in chain.spans[1].notes] == ["", "vendor"]


def test_a_drawing_has_each_node_and_hop_once_and_counts_what_does_not_fit() -> None:
    found = drawing([*SCAN.findings, *SCAN.findings])
    nodes, edges = found["nodes"], found["edges"]
    assert isinstance(nodes, list)
    assert isinstance(edges, list)
    assert len({n["id"] for n in nodes}) == len(nodes)
    assert len({(e["source"], e["target"], e["label"]) for e in edges}) == len(edges)
    assert {n["role"] for n in nodes} == {"outside", "inside", "asset"}
    distinct = [
        msgspec.structs.replace(
            PROVEN,
            path=msgspec.structs.replace(
                PROVEN.path, source=msgspec.structs.replace(PROVEN.path.source, id=f"arn:{number}")
            ),
        )
        for number in range(MOST_NODES)
    ]
    full = drawing(distinct)
    assert full["left_out"] == 3  # the two roles and the asset take the room of three sources
