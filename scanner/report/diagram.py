"""Paths as a Mermaid flowchart, for READMEs, tickets and pull requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.report import phrases
from scanner.report.clean import mermaid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.model import Hop, Path

MOST_HOPS: Final = 200
"""More than GitHub draws and people read; what is left out is said in the drawing."""
_LONGEST: Final = 120  # characters of a label


def flowchart(paths: Iterable[Path]) -> str:
    """Return a flowchart of the paths, each node and hop once, in order of first sight.

    Sources are rounded, assets cylinders; a hop that is possible only is dotted.
    """
    hops: dict[tuple[str, str, str], Hop] = {}
    sources: set[str] = set()
    assets: set[str] = set()
    for path in paths:
        sources.add(path.source.id)
        assets.add(path.asset.id)
        for hop in path.hops:
            hops.setdefault((hop.source, hop.target, hop.type), hop)
    shown = list(hops.values())[:MOST_HOPS]
    names = list(dict.fromkeys(name for hop in shown for name in (hop.source, hop.target)))
    numbers = {name: f"n{number}" for number, name in enumerate(names)}
    lines = ["flowchart LR"]
    for name, number in numbers.items():
        label = f'"{mermaid(name, _LONGEST)}"'
        shape = f"[({label})]" if name in assets else f"([{label}])" if name in sources else f"[{label}]"
        lines.append(f"  {number}{shape}")
    for hop in shown:
        arrow = "-.->" if hop.certainty == "possible" else "-->"
        said = mermaid(phrases.how(hop), _LONGEST)
        lines.append(f'  {numbers[hop.source]} {arrow}|"{said}"| {numbers[hop.target]}')
    if len(hops) > len(shown):
        lines.append(f'  more["{len(hops) - len(shown)} more hops"]')
    return "\n".join(lines) + "\n"
