"""What to cut, as text: each statement with the edit that removes it, and what that breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scanner.cut import Cut  # noqa: TC001 - msgspec reads the annotations
from scanner.model import Evidence, Finding  # noqa: TC001 - msgspec reads the annotations
from scanner.report import phrases
from scanner.report.layout import Block, Heading, Line, plain
from scanner.report.outcome import plural
from scanner.snapshot import Removal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.report.options import Options


class Advice(msgspec.Struct, frozen=True):
    """A cut with what people need to judge it.

    `findings` are all that were to be cut, by id; `evidence` shows each statement that a finding cites.
    """

    cut: Cut
    findings: dict[str, Finding]
    evidence: dict[Removal, Evidence]


def render(advice: Advice, options: Options) -> str:
    """Return the advice as text."""
    return plain(_blocks(advice), options.width)


def as_json(advice: Advice) -> bytes:
    """Return the advice as one JSON object; each edit is a JSON Patch (RFC 6902) on its document."""
    cut = advice.cut
    return msgspec.json.format(
        msgspec.json.encode(
            {
                "remove": [
                    {
                        "id": str(removal),
                        "document": removal.document,
                        "patch": [{"op": "remove", "path": removal.pointer}],
                        "statement": _excerpt(advice.evidence, removal),
                        "place": phrases.in_file(advice.evidence[removal]).strip(" ()")
                        if removal in advice.evidence
                        else "",
                    }
                    for removal in cut.removals
                ],
                "broken": cut.broken,
                "kept": cut.kept,
                "is_smallest": cut.is_smallest,
                "is_whole": cut.is_whole,
            }
        ),
        indent=2,
    )


def _blocks(advice: Advice) -> Iterator[Block]:
    cut = advice.cut
    if not advice.findings:
        yield Line("nothing to cut: no open finding at this level")
        return
    broken = plural(len(cut.broken), "finding")
    smallest = "the smallest set that does" if cut.is_smallest else "not proven to be the smallest set"
    yield Heading("What to cut")
    yield Line(f"removing {plural(len(cut.removals), 'statement')} breaks {broken} ({smallest})")
    for number, removal in enumerate(cut.removals, 1):
        yield from _removal(advice, number, removal)
    if cut.kept:
        yield Heading("What no removal breaks")
        yield Line("each statement on these paths also carries agreed access, or none is cited: narrow one")
    for item in cut.kept:
        yield Line(_named(advice.findings, item.finding))
        yield from (Line(_place(advice.evidence, s), indent=4) for s in item.statements)
    if not cut.is_whole:
        yield Line("the search met its bound: some findings are still there")


def _removal(advice: Advice, number: int, removal: Removal) -> Iterator[Block]:
    yield Line(f"{number}. remove {_place(advice.evidence, removal)}")
    yield Line(_excerpt(advice.evidence, removal), indent=3)
    on_it = [f for f in advice.cut.broken if removal in _cited(advice.findings[f])]
    for finding in on_it:
        yield Line(f"breaks {_named(advice.findings, finding)}", indent=3)
    yield Line(f"prove it: sidedoor what-if --remove '{removal}'", indent=3)


def _cited(finding: Finding) -> set[Removal]:
    return {Removal(e.document, e.pointer) for hop in finding.path.hops for e in hop.evidence}


def _named(findings: Mapping[str, Finding], id_: str) -> str:
    finding = findings.get(id_)
    return id_[:8] if finding is None else f"{finding.severity} {id_[:8]} {finding.message}"


def _place(evidence: Mapping[Removal, Evidence], removal: Removal) -> str:
    found = evidence.get(removal)
    return str(removal) if found is None else phrases.brief(found)


def _excerpt(evidence: Mapping[Removal, Evidence], removal: Removal) -> str:
    found = evidence.get(removal)
    return found.excerpt if found else ""
