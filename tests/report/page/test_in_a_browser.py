"""The HTML report in a real browser: filters, keys, the graph, and that it asks nothing of anyone."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pytest

from scanner.report import render
from tests.report.hostile import VALUES
from tests.report.hostile import scan as hostile
from tests.report.sample import PROVEN, SCAN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from scanner.scan import Scan

CHROMIUM = (
    os.environ.get("SIDEDOOR_TEST_BROWSER") or shutil.which("chromium") or shutil.which("chromium-browser")
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium: `apt-get install chromium`")


class Opened(NamedTuple):
    """A page, and what it complained of or asked for since."""

    page: Page
    complaints: list[str]
    requests: list[str]

    def rows(self) -> list[str]:
        """Return the rules of the findings that are listed."""
        shown = self.page.locator("tr.row:visible td:last-child")
        return shown.all_text_contents()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where there is a browser

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Callable[[Scan], Opened]]:
    """Opens a scan's page from disk; at the end nothing may have been asked or complained of."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.on("request", lambda request: requests.append(request.url))

    def open_(scan: Scan) -> Opened:
        file = tmp_path / "report.html"
        file.write_text(render("html", scan), encoding="utf-8")
        page.goto(file.as_uri())
        return Opened(page, complaints, requests)

    yield open_
    assert complaints == []
    assert requests == [(tmp_path / "report.html").as_uri()]
    page.close()


def test_suppressed_findings_show_when_asked_for(opened: Callable[[Scan], Opened]) -> None:
    here = opened(SCAN)
    assert len(here.rows()) == 3
    here.page.check("#suppressed")
    assert len(here.rows()) == 4


FILTERS = {
    "severity": ("critical", 2),
    "tier": ("internal", 0),  # its only finding is suppressed
    "party": ("labelworks", 3),
    "certainty": ("possible", 1),
    "gain": ("invoke", 1),
}


@pytest.mark.parametrize("name", FILTERS)
def test_filters(name: str, opened: Callable[[Scan], Opened]) -> None:
    here = opened(SCAN)
    value, count = FILTERS[name]
    here.page.select_option(f"#{name}", value)
    assert len(here.rows()) == count
    assert here.page.text_content("#count") == f"{count} of 4"
    here.page.click("button[type=reset]")
    here.page.locator("#count", has_text="3 of 4").wait_for()


def test_words_narrow_the_list(opened: Callable[[Scan], Opened]) -> None:
    here = opened(SCAN)
    here.page.keyboard.press("/")
    here.page.keyboard.type("labelworks frontier possible")
    assert here.rows() == ["vendor-reads-weights-without-external-id"]
    here.page.keyboard.press("Escape")
    here.page.locator("#count", has_text="3 of 4").wait_for()


def test_keys_walk_and_open(opened: Callable[[Scan], Opened]) -> None:
    here = opened(SCAN)
    for key in ("j", "j", "k", "Enter"):
        here.page.keyboard.press(key)
    here.page.locator("tr.detail:visible svg.chain").wait_for()
    assert here.page.locator("tr.detail:visible").count() == 1
    assert here.page.evaluate("location.hash") == f"#f-{SCAN.findings[0].id}"
    here.page.keyboard.press("Enter")
    here.page.locator("tr.detail:visible").wait_for(state="hidden")


def test_a_path_kept_for_later_is_drawn_when_opened(opened: Callable[[Scan], Opened]) -> None:
    found = tuple(msgspec.structs.replace(PROVEN, id=f"{number:032x}") for number in range(130))
    here = opened(msgspec.structs.replace(SCAN, findings=found))
    here.page.locator("tr.row button.open").last.click()
    here.page.locator("tr.detail:visible svg.chain").wait_for()  # it is unpacked first


def test_a_long_list_is_listed_in_steps(opened: Callable[[Scan], Opened]) -> None:
    found = tuple(msgspec.structs.replace(PROVEN, id=f"{number:032x}") for number in range(620))
    here = opened(msgspec.structs.replace(SCAN, findings=found))
    assert len(here.rows()) == 500
    here.page.get_by_text("list 120 more of 120").click()
    assert len(here.rows()) == 620
    assert not here.page.locator("#further").is_visible()


def test_the_graph_is_drawn_on_demand(opened: Callable[[Scan], Opened]) -> None:
    here = opened(SCAN)
    assert not here.page.locator("#canvas").is_visible()
    here.page.keyboard.press("g")
    here.page.wait_for_selector("#canvas[data-drawn]")
    assert here.page.get_attribute("#canvas", "data-drawn") == "7"
    assert here.page.text_content("#said") == "7 nodes, 6 hops"


def test_light_and_dark(opened: Callable[[Scan], Opened]) -> None:
    here = opened(SCAN)
    colours = []
    for _ in range(3):
        colours.append(here.page.evaluate("getComputedStyle(document.body).backgroundColor"))
        here.page.click("#theme")
    assert colours[0] == colours[2] != colours[1]


def test_paper_shows_every_path_and_no_controls(opened: Callable[[Scan], Opened]) -> None:
    here = opened(SCAN)
    here.page.emulate_media(media="print")
    assert here.page.locator("tr.detail:visible").count() == 4
    assert not here.page.locator("#filters").is_visible()


def test_a_narrow_window_does_not_scroll_sideways(opened: Callable[[Scan], Opened]) -> None:
    here = opened(SCAN)
    here.page.set_viewport_size({"width": 420, "height": 900})
    assert here.page.evaluate("document.documentElement.scrollWidth") <= 420


@pytest.mark.parametrize("value", [VALUES["html"], VALUES["end of the fold"], VALUES["json"]], ids=str)
def test_hostile_names_run_nothing(value: str, opened: Callable[[Scan], Opened]) -> None:
    here = opened(hostile(value))
    here.page.locator("tr.row button.open").first.click()
    here.page.keyboard.press("g")
    here.page.wait_for_selector("#canvas[data-drawn]")
    assert here.page.locator("img").count() == 0
