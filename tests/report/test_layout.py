"""Lines and columns of the text reports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.report.layout import Grid, Line, folded, plain, widths, wrapped
from scanner.report.terminal import drawn

ROOT: Final = Path(__file__).parents[2]

FOLDED = {
    "fits": ("abc", 3, 3, ["abc"]),
    "at a space": ("abc def", 5, 5, ["abc", "def"]),
    "at the last space that fits": ("a b c d", 5, 5, ["a b c", "d"]),
    "inside an id after a colon": ("arn:aws:s3:::bucket", 14, 14, ["arn:aws:s3:::", "bucket"]),
    "a hyphen breaks nothing": ("us-east-1 us-west-2", 12, 12, ["us-east-1", "us-west-2"]),
    "anywhere when it must": ("aaaaaaaaaa", 4, 4, ["aaaa", "aaaa", "aa"]),
    "a shorter first line": ("aaaa bbbb cccc", 4, 9, ["aaaa", "bbbb cccc"]),
    "nothing": ("", 4, 4, [""]),
}


@pytest.mark.parametrize(("text", "first", "rest", "pieces"), FOLDED.values(), ids=FOLDED)
def test_folded(text: str, first: int, rest: int, pieces: list[str]) -> None:
    assert folded(text, first, rest) == pieces


@given(st.text(alphabet="ab :/", max_size=60), st.integers(1, 20), st.integers(1, 20))
def test_folding_loses_only_spaces(text: str, first: int, rest: int) -> None:
    pieces = folded(text, first, rest)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
    assert all(
        len(piece) <= room for piece, room in zip(pieces, [first, *[rest] * len(pieces)], strict=False)
    )


def test_indented_text_keeps_its_indent() -> None:
    assert wrapped(Line('|   "Sid": "x"', indent=2), 80) == ['  |   "Sid": "x"']


def test_wrapped_lines_hang() -> None:
    assert wrapped(Line("by one two three", indent=2, hang=3), 14) == ["  by one two", "     three"]


GRID = Grid(("id", "severity", "asset"), (("a1", "high", "arn:aws:s3:::weights"), ("b2", "", "x")))
STACKED = """\
- id: a1
  severity: high
  asset:
      arn:aws:s3:::
      weights
- id: b2
  asset: x
"""


def test_a_grid_without_room_is_a_list() -> None:
    assert plain([GRID], 21) == STACKED


def test_a_grid_with_just_enough_room_is_a_table() -> None:
    assert plain([GRID], 22).startswith("id  severity  asset\n")


def test_a_terminal_stacks_too() -> None:
    shown = drawn([GRID], 21, colour=False)
    assert "- id: a1" in shown
    assert "severity: high" in shown
    assert "- id: a1" not in drawn([GRID], 60, colour=False)


def test_a_whole_line_is_not_wrapped() -> None:
    assert wrapped(Line("a b c d e f", whole=True), 4) == ["a b c d e f"]


WIDTHS = {
    "fits": (("a", "b"), [["x" * 10, "y" * 10]], 40, (10, 10)),
    "the widest gives way": (("a", "b"), [["x" * 30, "y" * 10]], 30, (18, 10)),
    "headers stay whole": (("severity!", "b"), [["x", "y" * 40]], 30, (9, 19)),
    "no width": (("a",), [["x" * 300]], 0, (300,)),
    "never narrower than eight": (("a", "b"), [["x" * 20, "y" * 20]], 5, (8, 8)),
    "no rows": (("id", "severity"), [], 80, (2, 8)),
}


@pytest.mark.parametrize(("headers", "rows", "width", "expected"), WIDTHS.values(), ids=WIDTHS)
def test_widths(
    headers: tuple[str, ...], rows: list[list[str]], width: int, expected: tuple[int, ...]
) -> None:
    assert widths(headers, rows, width) == expected


def test_numbers_stay_as_they_are() -> None:
    text = plain([Grid(("account", "share"), (("000000000001", "1e5"), ("12", "0.10")))], 80)
    assert "000000000001  1e5" in text
    assert "0.10" in text


@pytest.mark.parametrize(("terminal", "loaded"), [(False, False), (True, True)])
def test_rich_is_loaded_for_a_terminal_only(*, terminal: bool, loaded: bool) -> None:
    code = (
        "import sys; from scanner.report import Options, render; from tests.report.sample import SCAN;"
        f"render('table', SCAN, Options(terminal={terminal})); print('rich' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == str(loaded)
