"""How long a page of 10,000 findings takes to be usable: ``python -m tests.benchmarks.page_speed``.

Beside it, in the same run, the page of 100 findings (the baseline). Usable means that the list is filtered by
a word that was typed.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

import msgspec
from playwright.sync_api import Browser, sync_playwright

from scanner.report import render
from tests.report.sample import PROVEN, SCAN

SIZES = (100, 10_000)


def page_of(count: int) -> str:
    """Return a page of so many findings, all alike but for their ids."""
    found = tuple(msgspec.structs.replace(PROVEN, id=f"{number:032x}") for number in range(count))
    return render("html", msgspec.structs.replace(SCAN, findings=found))


def usable_s(browser: Browser, file: Path) -> float:
    """Return the seconds from the start of loading to a filtered list."""
    page = browser.new_page()
    started = time.perf_counter()
    page.goto(file.as_uri())
    page.fill("#text", "sandbox")
    page.locator("#count", has_text="0 of").wait_for()
    passed = time.perf_counter() - started
    page.close()
    return passed


def main() -> None:
    """Print rendering seconds, megabytes and seconds to use, and the ratio of the two sizes."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as directory:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        usable_s(browser, _written(Path(directory), 1))  # the first page pays for the browser's start
        taken = []
        for count in SIZES:
            started = time.perf_counter()
            file = _written(Path(directory), count)
            rendered = time.perf_counter() - started
            taken.append(usable_s(browser, file))
            size = file.stat().st_size / 1e6
            told = f"rendered in {rendered:.2f} s, {size:.1f} MB, usable after {taken[-1]:.2f} s"
            sys.stdout.write(f"{count:6} findings: {told}\n")
        ratio = taken[1] / taken[0]
        sys.stdout.write(f"ratio: {ratio:.1f} for {SIZES[1] // SIZES[0]} times the findings\n")
        browser.close()


def _written(directory: Path, count: int) -> Path:
    file = directory / f"{count}.html"
    file.write_text(page_of(count), encoding="utf-8")
    return file


if __name__ == "__main__":
    main()
