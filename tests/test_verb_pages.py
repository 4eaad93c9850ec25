"""The pages of the verbs are what the program says of itself today."""

from __future__ import annotations

import pytest

from scanner import cli
from tests.verb_pages import PAGES, PROSE, ROOT, page


@pytest.mark.parametrize("verb", cli.COMMANDS)
def test_a_page_is_what_the_program_says(verb: str) -> None:
    there = (PAGES / f"{verb}.md").read_text("utf-8")
    assert there == page(verb), "write it anew: python -m tests.verb_pages"


def test_every_verb_has_a_page_and_no_other() -> None:
    assert set(PROSE) == set(cli.COMMANDS) == {path.stem for path in PAGES.glob("*.md")}


def test_the_readme_leads_to_every_page() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert [verb for verb in cli.COMMANDS if f"(.github/docs/{verb}.md)" not in text] == []
