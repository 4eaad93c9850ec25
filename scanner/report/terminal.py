"""The same blocks on a terminal, drawn with rich. Colours repeat what the words say, and suit all eyes.

Scanned text only ever goes in as `rich.text.Text`, which reads no markup, no emoji codes and no links.
"""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Final

from scanner.report.clean import visible
from scanner.report.layout import Heading, Line, fits, stacked, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.table import Table

    from scanner.report.layout import Block, Grid

# The palette of Okabe and Ito, "Color Universal Design", https://jfly.uni-koeln.de/color/ (read 2026-11-22).
_STYLES: Final[dict[str, str]] = {
    "critical": "bold #d55e00",
    "high": "bold #e69f00",
    "medium": "#56b4e9",
    "low": "#009e73",
    "info": "dim",
}


def drawn(blocks: Iterable[Block], width: int, *, colour: bool) -> str:
    """Return the blocks with sequences for weight and, if wanted, colour; at most `width` columns."""
    from rich.console import Console  # noqa: PLC0415 - 0.1 s that only a terminal pays
    from rich.text import Text  # noqa: PLC0415 - as above

    target = StringIO()
    console = Console(
        file=target,
        force_terminal=True,
        no_color=not colour,
        color_system="truecolor" if colour else None,
        width=width or 10_000,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )
    for number, block in enumerate(blocks):
        if isinstance(block, Heading):
            title = Text(visible(block.text), style=_STYLES.get(block.style, "bold"))
            console.print(Text(), title, sep="\n" if number else "", soft_wrap=True)
        elif isinstance(block, Line):
            for line in wrapped(block, width):
                console.print(Text(line, style="dim" if block.weak else ""), soft_wrap=True)
        elif fits(block, width):
            console.print(_table(block))
        else:
            for entry in stacked(block):
                for line in wrapped(entry, width):
                    console.print(Text(line), soft_wrap=True)
    return target.getvalue()


def _table(grid: Grid) -> Table:
    from rich import box  # noqa: PLC0415 - as above
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for header in grid.headers:
        table.add_column(Text(header), overflow="fold")
    for row in grid.rows:
        cells = [Text(visible(cell)) for cell in row]
        if grid.styled is not None:
            cells[grid.styled].stylize(_STYLES.get(row[grid.styled], ""))
        table.add_row(*cells)
    return table
