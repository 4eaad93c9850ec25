"""Blocks of a text report, and how they become plain text. `terminal` draws the same blocks with rich.

Whoever builds blocks passes raw text: it is made safe here, and only here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from scanner.report.clean import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_NARROWEST: Final = 8  # columns a wrapped table column keeps


class Heading(msgspec.Struct, frozen=True):
    """A title over what follows. `style` is a severity or empty."""

    text: str
    style: str = ""


class Line(msgspec.Struct, frozen=True):
    """One line of text; what does not fit goes on below, `hang` columns further in than `indent`.

    A `whole` one stays on its line however long it is: what people copy.
    """

    text: str
    indent: int = 0
    hang: int = 2
    weak: bool = False
    whole: bool = False


class Grid(msgspec.Struct, frozen=True):
    """A table. `styled` is the column whose cells are severities, or None."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    styled: int | None = None


Block: TypeAlias = Heading | Line | Grid


def plain(blocks: Iterable[Block], width: int) -> str:
    """Return the blocks as text, at most `width` columns (0: any), with a line feed at the end.

    A grid whose columns have no room becomes a list.
    """
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Heading):
            lines += ["", visible(block.text)] if lines else [visible(block.text)]
            lines.append("-" * min(len(lines[-1]), width or len(lines[-1])))
        elif isinstance(block, Line):
            lines += wrapped(block, width)
        elif fits(block, width):
            lines += _table(block, width)
        else:
            for line in stacked(block):
                lines += wrapped(line, width)
    return "\n".join(lines) + "\n"


def fits(grid: Grid, width: int) -> bool:
    """Tell whether the columns have room to be read side by side in `width` columns (0: any)."""
    columns = zip(grid.headers, *grid.rows, strict=True)
    least = [min(max(map(len, column)), max(len(column[0]), _NARROWEST)) for column in columns]
    return not width or sum(least) + 2 * (len(least) - 1) <= width


def stacked(grid: Grid) -> Iterator[Line]:
    """Yield a grid's rows one below the other, a line a cell; empty cells are left out."""
    for row in grid.rows:
        cells = [f"{header}: {cell}" for header, cell in zip(grid.headers, row, strict=True) if cell]
        for number, cell in enumerate(cells):
            yield Line(f"- {cell}" if not number else cell, indent=0 if not number else 2, hang=4)


def wrapped(line: Line, width: int) -> list[str]:
    """Return one line as the lines it takes."""
    text = visible(line.text)
    first, rest = " " * line.indent, " " * (line.indent + line.hang)
    if line.whole or not width or len(first) + len(text) <= width:
        return [f"{first}{text}".rstrip()]
    head, *tail = folded(text, max(width - len(first), _NARROWEST), max(width - len(rest), _NARROWEST))
    return [f"{first}{head}", *(f"{rest}{part}" for part in tail)]


def folded(text: str, first: int, rest: int) -> list[str]:
    """Return `text` in pieces of at most `first` columns, then `rest`; ids break after ``:`` or ``/``."""
    pieces: list[str] = []
    room = first
    while len(text) > room:
        cut = text.rfind(" ", 1, room + 1)
        if not text[: max(cut, 0)].strip():
            cut = max(text.rfind(":", 0, room), text.rfind("/", 0, room)) + 1
        if cut < max(room // 3, 1):
            cut = room
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
        room = rest
    return [*pieces, text] if text or not pieces else pieces


def _table(grid: Grid, width: int) -> list[str]:
    from tabulate import tabulate  # noqa: PLC0415 - only text formats pay for it

    rows = [[visible(cell) for cell in row] for row in grid.rows]
    columns = widths(grid.headers, rows, width)
    rows = [["\n".join(folded(c, w, w)) for c, w in zip(row, columns, strict=True)] for row in rows]
    ruled = [list(grid.headers), ["-" * column for column in columns], *rows]
    table = tabulate(ruled, tablefmt="plain", disable_numparse=True)
    return [line.rstrip() for line in table.splitlines()]


def widths(headers: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> tuple[int, ...]:
    """Return how wide each column may be for all to fit into `width` (0: any): the widest give way first.

    Two columns lie between neighbours, and none is narrower than its header.
    """
    least = [max(len(header), _NARROWEST) for header in headers]
    need = [max(len(cell) for cell in column) for column in zip(headers, *rows, strict=True)]
    room = width - 2 * (len(need) - 1)
    while width and sum(need) > room:
        spare = [(have, -number) for number, have in enumerate(need) if have > least[number]]
        if not spare:
            break
        need[-max(spare)[1]] -= 1
    return tuple(need)
