"""One finding as a proof that a person can check hop by hop, without the tool."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from scanner.errors import ReportError
from scanner.report import phrases
from scanner.report.layout import Block, Heading, Line, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Asset, Evidence, Finding, Hop
    from scanner.report.options import Options
    from scanner.scan import Scan

_MOST_LINES: Final = 60  # of one excerpt; all of them with `full`
_LONGEST_LINE: Final = 2_000  # characters of a line of an excerpt


def render(scan: Scan, options: Options) -> str:
    """Return the proof of every finding whose id starts with `options.finding`.

    Raises:
        ReportError: when that names none, or, not being empty, more than one.
    """
    if options.finding:
        return told(scan, named(scan, options.finding), options)
    if not scan.findings:
        return "no findings\n"
    return "\n".join(told(scan, finding, options) for finding in scan.findings)


def told(scan: Scan, finding: Finding, options: Options) -> str:
    """Return one finding told hop by hop."""
    return plain(_proof(scan, finding, options), options.width)


def named(scan: Scan, prefix: str) -> Finding:
    """Return the one finding whose id starts with `prefix`, suppressed or not.

    Raises:
        ReportError: when there is none or more than one.
    """
    wanted = prefix.strip().lower()
    found = [f for f in scan.findings if wanted and f.id.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if not found:
        count = len(scan.findings)
        hint = (
            f"; the ids of its {count} findings are in the table and JSON reports"
            if count
            else ", which has none"
        )
        raise ReportError(f"no finding `{prefix}` in this scan{hint}")
    some = ", ".join(phrases.short_ids(scan)[f.id] for f in found[:5])
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    raise ReportError(f"`{prefix}` names {len(found)} findings: {some}{more}")


def _proof(scan: Scan, finding: Finding, options: Options) -> Iterator[Block]:
    path = finding.path
    title = next((rule.title for rule in scan.rules if rule.id == finding.rule), "")
    yield Heading(f"Finding {finding.id}")
    yield Line(f"{finding.rule}{': ' if title else ''}{title}")
    yield Line(f"severity {finding.severity}, confidence {finding.confidence}, {path.certainty}")
    if finding.suppressed is not None:
        yield Line(f"suppressed: {finding.suppressed}")
    yield Heading("Claim")
    yield Line(finding.message)
    yield Line(f"It is {path.certainty}: {phrases.CERTAINTY_WORDS[path.certainty]}.")
    yield Line(f"from  {phrases.source_line(path.source)}", hang=6)
    yield Line(f"to    {path.asset.id}", hang=6)
    yield from _asset(path.asset)
    for number, hop in enumerate(path.hops, start=1):
        yield Heading(f"Hop {number} of {len(path.hops)}: {phrases.how(hop)}")
        yield from _hop(hop, options)
        if number == 1 and finding.use:
            yield Line(f"in the logs: {phrases.use_line(finding.use)}")
    yield from _rest(scan, finding)


def _asset(asset: Asset) -> Iterator[Block]:
    yield Line(
        f"{asset.asset_class}, tier {asset.tier}, taken for one with a score of {asset.score} of 100",
        indent=6,
    )
    for signal in asset.signals:
        yield Line(f"{signal.score}: {signal.reason}, {phrases.statement(signal.evidence)}", indent=8, hang=4)
    if asset.unrecorded:
        yield Line(phrases.unrecorded(asset), indent=6, hang=2)
    for evidence in asset.unrecorded_by:
        yield Line(phrases.statement(evidence), indent=8, hang=4)


def _hop(hop: Hop, options: Options) -> Iterator[Block]:
    yield Line(f"from  {hop.source}", hang=6)
    yield Line(f"to    {hop.target}", hang=6)
    if hop.gains:
        yield Line(f"gains {', '.join(hop.gains)}", hang=6)
    yield from (Line(f"takes {call.action} on {call.resource}", hang=6) for call in hop.calls)
    if not hop.evidence:
        yield Line("no statement is on record for this hop")
    for evidence in hop.evidence:
        yield Line(f"allowed by {phrases.statement(evidence)}")
        yield from _excerpt(evidence, options)
    if not hop.guards and hop.certainty != "blocked":
        yield Line("on no condition")
    yield from (Line(f"on condition that {phrases.guard_line(guard)}") for guard in hop.guards)
    yield from (Line(f"assumed: {phrases.assumed_line(assumed)}") for assumed in hop.assumed)
    yield from (
        Line(f"missing: {missing} was not read and could decide otherwise") for missing in hop.missing
    )
    yield from (
        Line(f"blocked by: {part}; everything else this hop needs is granted") for part in hop.blocked_by
    )


def _excerpt(evidence: Evidence, options: Options) -> Iterator[Block]:
    """Yield the statement, one key a line, behind a bar."""
    parsed = phrases.parse(evidence.excerpt)
    text = evidence.excerpt if parsed is None else json.dumps(parsed, indent=2, ensure_ascii=False)
    lines = text.split("\n") if text else []
    most = len(lines) if options.full else _MOST_LINES
    for line in lines[:most]:
        cut = "" if options.full or len(line) <= _LONGEST_LINE else f"... ({len(line)} characters)"
        yield Line(f"| {line[: None if not cut else _LONGEST_LINE]}{cut}", indent=2, hang=4)
    if len(lines) > most:
        yield Line(f"| ... and {len(lines) - most} more lines", indent=2)


def _rest(scan: Scan, finding: Finding) -> Iterator[Block]:
    yield Heading("Register")
    yield Line(f"{phrases.AGREEMENT_WORDS[finding.agreement]} ({finding.agreement})")
    anchor = scan.anchors.get(finding.path.source.vendor or "")
    if anchor is not None:
        yield Line(f"{finding.path.source.vendor} is registered at {anchor.file}:{anchor.line}")
    yield Heading("Also considered")
    yield from (
        Line(said) for said in phrases.considered(finding) or ("nothing else: this is the only path seen",)
    )
    if finding.remarks:
        yield Heading("What makes it worse")
        yield from (Line(phrases.remark_line(remark), hang=2) for remark in finding.remarks)
    if not scan.complete:
        yield Line(
            f"The scan is not complete: {len(scan.gaps)} documents were not read, listed under coverage"
        )
    yield Heading("What to do")
    yield from (Line(text) for text in finding.remediation.split("\n") if text.strip())
