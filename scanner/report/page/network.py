"""The paths of a scan as one drawing: nodes and hops, each once, for the interactive graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.model import TRUSTS
from scanner.report import phrases
from scanner.report.clean import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.model import Finding

MOST_NODES: Final = 300
"""More is a hairball; the worst findings' paths are drawn."""


def drawing(findings: Iterable[Finding]) -> dict[str, object]:
    """Return ``{nodes, edges, left_out}``: the paths of the worst findings, as many as fit.

    Args:
        findings: Worst first.
    """
    nodes: dict[str, dict[str, object]] = {}
    edges: dict[tuple[str, str, str], dict[str, object]] = {}
    left_out = 0
    for finding in findings:
        path = finding.path
        names = {path.source.id, *(hop.target for hop in path.hops)}
        if len(nodes.keys() | names) > MOST_NODES:
            left_out += 1
            continue
        _add(nodes, path.source.id, "outside", path.source.vendor or path.source.trust)
        for number, hop in enumerate(path.hops, start=1):
            last = number == len(path.hops)
            _add(nodes, hop.target, "asset" if last else "inside", path.asset.tier if last else "")
            edges.setdefault(
                (hop.source, hop.target, hop.type),
                {
                    "source": visible(hop.source),
                    "target": visible(hop.target),
                    "label": phrases.how(hop),
                    "certainty": hop.certainty,
                    "guarded": bool(hop.guards),
                },
            )
    return {"nodes": list(nodes.values()), "edges": list(edges.values()), "left_out": left_out}


def _add(nodes: dict[str, dict[str, object]], name: str, role: str, said: str) -> None:
    short = said if role == "outside" and said not in TRUSTS else name.rstrip("/*").rpartition("/")[2] or name
    shown: dict[str, object] = {
        "id": visible(name),
        "label": visible(short, 40),
        "role": role,
        "said": visible(said),
    }
    if role != "inside" or name not in nodes:
        nodes[name] = shown
