"""The report for eyes: findings by tier, each with its path, what was not read, and what that comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.model import SEVERITIES
from scanner.report import phrases
from scanner.report.layout import Block, Grid, Heading, Line, plain
from scanner.report.outcome import by_tier, outcome, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scanner.model import Finding, Hop
    from scanner.report.options import Options
    from scanner.scan import Scan
    from scanner.snapshot import Gap

_MOST_PATHS: Final = 25  # findings told hop by hop unless everything is asked for
_MOST_ROWS: Final = 200  # rows of the list of findings
_MOST_GAPS: Final = 20
_MOST_REMARKS: Final = 5


def render(scan: Scan, options: Options) -> str:
    """Return the report as text, drawn with rich when `options` says that it goes to a terminal."""
    blocks = list(_blocks(scan, options))
    if not options.terminal:
        return plain(blocks, options.width)
    from scanner.report.terminal import drawn  # noqa: PLC0415 - rich is for terminals only

    return drawn(blocks, options.width, colour=options.colour)


def _blocks(scan: Scan, options: Options) -> Iterator[Block]:
    yield Heading(f"Sidedoor {scan.tool_version}: {scan.target}")
    snapshot = f"snapshot {scan.snapshot[:16]}" if scan.snapshot else "no snapshot on disk"
    yield Line(f"{snapshot}, collected {scan.time}, expiry dates as of {scan.as_of.isoformat()}", weak=True)
    yield from _tiers(scan)
    shown = [f for f in scan.findings if f.suppressed is None]
    short = phrases.short_ids(scan)
    yield from _list(shown, short, None if options.full else _MOST_ROWS)
    paths = shown if options.full else shown[:_MOST_PATHS]
    for finding in paths:
        yield from _finding(finding, short[finding.id])
    if len(paths) < len(shown):
        yield Line("")
        count = plural(len(shown) - len(paths), "more path")
        yield Line(f"{count} not shown; `sidedoor explain ID` shows one, --full all")
    yield from _suppressed([f for f in scan.findings if f.suppressed is not None], short)
    yield from _coverage(scan, None if options.full else _MOST_GAPS)
    if scan.notes:
        yield Heading("Notes")
        yield from (Line(note, hang=2) for note in scan.notes)
    yield Heading("Outcome")
    yield Line(outcome(scan, fail_on=options.fail_on, allow_partial=options.allow_partial))


def _tiers(scan: Scan) -> Iterator[Block]:
    yield Heading("Findings by tier")
    counts = by_tier(scan)
    if not counts:
        yield Line("no assets were recognised: nothing that a path could end at")
        return
    rows = tuple(
        (c.tier, str(c.assets), *(str(c.by_severity[s]) for s in SEVERITIES), str(c.suppressed))
        for c in counts
    )
    yield Grid(("tier", "assets", *SEVERITIES, "suppressed"), rows)


def _list(findings: Sequence[Finding], short: dict[str, str], most: int | None) -> Iterator[Block]:
    yield Heading("Findings")
    if not findings:
        yield Line("none")
        return
    rows = tuple(_row(f, short) for f in findings[:most])
    yield Grid(("id", "severity", "certainty", "from", "gains", "asset", "hops"), rows, styled=1)
    if len(rows) < len(findings):
        yield Line(f"... and {plural(len(findings) - len(rows), 'more finding')}; --full lists all")


def _row(finding: Finding, short: dict[str, str]) -> tuple[str, ...]:
    path = finding.path
    return (
        short[finding.id],
        finding.severity,
        path.certainty,
        phrases.who(path.source),
        ", ".join(path.gains),
        path.asset.id,
        str(len(path.hops)),
    )


def _finding(finding: Finding, short: str) -> Iterator[Block]:
    path = finding.path
    yield Heading(f"{finding.severity} {short} {finding.rule}", style=finding.severity)
    yield Line(finding.message)
    certainty = f"{path.certainty} ({phrases.CERTAINTY_WORDS[path.certainty]})"
    yield Line(f"confidence {finding.confidence}, {certainty}; {phrases.AGREEMENT_WORDS[finding.agreement]}")
    yield Line(f"from {phrases.source_line(path.source)}", indent=2, hang=5)
    for number, hop in enumerate(path.hops, start=1):
        yield from _hop(number, hop)
        if number == 1 and finding.use:
            yield Line(phrases.use_line(finding.use), indent=7)
    yield Line(f"to   {path.asset.id} [{path.asset.asset_class}, {path.asset.tier}]", indent=2, hang=5)
    for label, items in (("blocked by", phrases.blocked_by(finding)), ("not read", phrases.missing(finding))):
        yield from (Line(f"{label}: {item}", indent=2) for item in items)
    yield from (Line(said, indent=2) for said in phrases.considered(finding))
    yield from (
        Line(f"worse by {said}", indent=2, hang=9) for said in phrases.remark_lines(finding, _MOST_REMARKS)
    )
    fix = finding.remediation.split("\n")
    yield from (Line(f"{'' if n else 'fix: '}{text}", indent=2) for n, text in enumerate(fix) if text.strip())


def _hop(number: int, hop: Hop) -> Iterator[Block]:
    label = f"{number}. "
    gains = f" ({', '.join(hop.gains)})" if hop.gains else ""
    yield Line(f"{label}{phrases.how(hop)}{gains} -> {hop.target}", indent=4, hang=len(label))
    indent = 4 + len(label)
    for evidence in hop.evidence:
        yield Line(f"by {phrases.brief(evidence)}", indent=indent, hang=3, weak=True)
    for guard in hop.guards:
        yield Line(f"if {phrases.guard_line(guard)}", indent=indent, hang=3)
    for assumed in hop.assumed:
        yield Line(f"assumed: {phrases.assumed_line(assumed)}", indent=indent, hang=3, weak=True)


def _suppressed(findings: Sequence[Finding], short: dict[str, str]) -> Iterator[Block]:
    if not findings:
        return
    yield Heading("Suppressed")
    rows = tuple(
        (short[f.id], f.severity, phrases.who(f.path.source), f.path.asset.id, f.suppressed or "")
        for f in findings
    )
    yield Grid(("id", "severity", "from", "asset", "reason"), rows)


def _coverage(scan: Scan, most: int | None) -> Iterator[Block]:
    yield Heading("Coverage")
    state = "complete" if scan.complete else "NOT complete: a gap could hide or invent a finding"
    yield Line(f"{state}; {plural(scan.asked, 'call')} made, {plural(len(scan.gaps), 'gap')}")
    if not scan.gaps:
        return
    rows = tuple(_gap(gap) for gap in scan.gaps[:most])
    yield Grid(("reason", "findings may be", "not read", "because"), rows)
    if len(rows) < len(scan.gaps):
        yield Line(
            f"... and {plural(len(scan.gaps) - len(rows), 'more gap')}; --full and --format json list all"
        )


def _gap(gap: Gap) -> tuple[str, ...]:
    effect = {"understated": "missing", "overstated": "wrong", "both": "missing or wrong"}[gap.effect]
    return (gap.reason, effect, str(gap.id), gap.detail)
