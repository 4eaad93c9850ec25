"""What a user sees while a cloud is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scanner.cli import progress

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Draws counts at given seconds, on a terminal or in a log; returns what was written."""

    def draw(counts: list[tuple[float, int]], *, terminal: bool, quiet: bool = False) -> str:
        now = [100.0]
        monkeypatch.setattr("scanner.cli.progress.time.monotonic", lambda: now[0])
        monkeypatch.setattr("sys.stderr.isatty", lambda: terminal, raising=False)
        bar = progress.Progress(quiet=quiet)
        for second, done in counts:
            now[0] = 100.0 + second
            bar("services", done, 200)
        bar.close()
        return capsys.readouterr().err

    return draw


CASES: dict[str, tuple[list[tuple[float, int]], str]] = {
    "too early to tell": ([(0, 0), (1, 50)], "(50 of 200)"),
    "at its pace so far": ([(0, 0), (10, 50)], "(50 of 200, about 30 s left)"),
    "minutes": ([(0, 0), (60, 50)], "(50 of 200, about 3 min 0 s left)"),
    "the end": ([(0, 0), (10, 200)], "(200 of 200)"),
}


@pytest.mark.parametrize(("counts", "words"), CASES.values(), ids=CASES)
def test_a_terminal_shows_count_and_time_left(
    counts: list[tuple[float, int]], words: str, drawn: Callable[..., str]
) -> None:
    assert f"sidedoor: reading services {words}" in drawn(counts, terminal=True)


def test_a_log_has_a_line_a_stage(drawn: Callable[..., str]) -> None:
    assert drawn([(0, 0), (5, 100), (9, 200)], terminal=False) == "sidedoor: reading services\n"


def test_quiet_is_quiet(drawn: Callable[..., str]) -> None:
    assert drawn([(0, 0), (5, 100)], terminal=True, quiet=True) == ""
