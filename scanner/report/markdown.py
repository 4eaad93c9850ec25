"""A summary for the page of a workflow run: counts, findings, each path folded away, the worst ones drawn.

GitHub takes 1 MiB of summary a step and drops the whole of a larger one ("Workflow commands for GitHub
Actions", Step isolation and limits,
https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.model import SEVERITIES
from scanner.report import phrases
from scanner.report.clean import code, mermaid, prose
from scanner.report.outcome import by_tier, open_findings, outcome, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scanner.model import Finding, Hop
    from scanner.report.options import Options
    from scanner.scan import Scan

_LARGEST: Final = 900_000  # bytes, of the 1,048,576 a step has
_DRAWN: Final = 3
_MOST_GAPS: Final = 20
_MOST_REMARKS: Final = 5
_LONGEST: Final = 2_000  # characters of one value
_LONGEST_LABEL: Final = 120


def render(scan: Scan, options: Options) -> str:
    """Return GitHub Markdown; findings that would not fit are cut from the end, and their count is said."""
    opened = open_findings(scan)
    head = _join(_head(scan, options, opened))
    foot = _join(_foot(scan, options))
    short = phrases.short_ids(scan)
    room = _LARGEST - len((head + foot).encode())
    rows: list[str] = []
    paths: list[str] = []
    for number, finding in enumerate(opened):
        row, path = _row(finding, short), _join(_path(finding, short, drawn=number < _DRAWN))
        room -= len((row + path).encode()) + 2
        if room < 0:
            break
        rows.append(row)
        paths.append(path)
    cut = len(opened) - len(rows)
    said = f"\n{plural(cut, 'more finding')} left out for size; the JSON report has all.\n" if cut else ""
    return head + "".join(f"{row}\n" for row in rows) + said + "\n" + "".join(paths) + foot


def _join(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _head(scan: Scan, options: Options, opened: Sequence[Finding]) -> Iterator[str]:
    yield f"## Sidedoor: {prose(scan.target, _LONGEST)}"
    yield ""
    said = outcome(scan, fail_on=options.fail_on, allow_partial=options.allow_partial)
    yield f"**{prose(said[0].upper() + said[1:])}.**"
    yield ""
    dates = f"collected {scan.time}, expiry dates as of {scan.as_of.isoformat()}"
    yield f"Version {prose(scan.tool_version)}, {prose(dates)}."
    yield ""
    yield f"| tier | assets | {' | '.join(SEVERITIES)} | suppressed |"
    yield f"| --- | ---: |{' ---: |' * (len(SEVERITIES) + 1)}"
    for count in by_tier(scan):
        cells = [str(count.assets), *(str(count.by_severity[s]) for s in SEVERITIES), str(count.suppressed)]
        yield f"| {code(count.tier)} | {' | '.join(cells)} |"
    yield ""
    yield "### Findings"
    yield ""
    if opened:
        yield "| id | severity | certainty | from | gains | asset | tier | hops | rule |"
        yield "| --- | --- | --- | --- | --- | --- | --- | ---: | --- |"
    else:
        yield "None."


def _row(finding: Finding, short: dict[str, str]) -> str:
    path = finding.path
    cells = (
        code(short[finding.id]),
        finding.severity,
        path.certainty,
        code(phrases.who(path.source), _LONGEST),
        ", ".join(path.gains),
        code(path.asset.id, _LONGEST),
        code(path.asset.tier, _LONGEST),
        str(len(path.hops)),
        code(finding.rule, _LONGEST),
    )
    return f"| {' | '.join(cells)} |"


def _path(finding: Finding, short: dict[str, str], *, drawn: bool) -> Iterator[str]:
    path = finding.path
    title = f"{finding.severity} {short[finding.id]}: {phrases.who(path.source)} to {path.asset.id}"
    yield "<details>"
    yield f"<summary>{prose(title, _LONGEST)}</summary>"
    yield ""
    yield f"Message: {prose(finding.message, _LONGEST)}"
    yield ""
    if drawn:
        yield from _drawing(finding)
    for number, hop in enumerate(path.hops, start=1):
        ends = f"{code(hop.source, _LONGEST)} to {code(hop.target, _LONGEST)}"
        yield f"{number}. {prose(phrases.how(hop))}: {ends}"
        yield from (f"   - {line}" for line in _details(hop))
        if number == 1 and finding.use:
            yield f"   - in the logs: {prose(phrases.use_line(finding.use), _LONGEST)}"
    yield ""
    yield f"Confidence {finding.confidence}; {path.certainty}: {phrases.CERTAINTY_WORDS[path.certainty]}."
    yield f"Register: {phrases.AGREEMENT_WORDS[finding.agreement]}."
    yield from (f"Also considered: {prose(said, _LONGEST)}." for said in phrases.considered(finding))
    yield from (f"Worse by {prose(said, _LONGEST)}." for said in phrases.remark_lines(finding, _MOST_REMARKS))
    yield ""
    yield f"What to do: {prose(' '.join(finding.remediation.split()), _LONGEST)}"
    yield ""
    yield "</details>"
    yield ""


def _details(hop: Hop) -> Iterator[str]:
    for evidence in hop.evidence:
        yield f"allowed by {code(phrases.brief(evidence), _LONGEST)}"
    for guard in hop.guards:
        yield f"if {code(str(guard), _LONGEST)}: {phrases.HOLDER_WORDS[guard.held_by]}"
    yield from (f"assumed: {prose(phrases.assumed_line(assumed), _LONGEST)}" for assumed in hop.assumed)
    yield from (f"not read: {code(missing, _LONGEST)}" for missing in hop.missing)
    yield from (f"blocked by: {code(part, _LONGEST)}" for part in hop.blocked_by)


def _drawing(finding: Finding) -> Iterator[str]:
    """Yield the path as a Mermaid chain, from the vendor down to the asset."""
    path = finding.path
    yield "```mermaid"
    yield "flowchart TD"
    first = path.source.id if path.source.vendor is None else f"{path.source.vendor}: {path.source.id}"
    yield f'  n0(["{mermaid(first, _LONGEST_LABEL)}"])'
    for number, hop in enumerate(path.hops, start=1):
        node = mermaid(hop.target, _LONGEST_LABEL)
        shape = f'[("{node}")]' if number == len(path.hops) else f'["{node}"]'
        yield f'  n{number - 1} -->|"{mermaid(phrases.how(hop), _LONGEST_LABEL)}"| n{number}{shape}'
    yield "```"
    yield ""


def _foot(scan: Scan, options: Options) -> Iterator[str]:
    suppressed = [f for f in scan.findings if f.suppressed is not None]
    if suppressed:
        yield f"{plural(len(suppressed), 'finding')} suppressed."
        yield ""
    state = "complete" if scan.complete else "not complete: a gap could hide or invent a finding"
    yield "### Coverage"
    yield ""
    yield f"Coverage is {state}; {plural(scan.asked, 'call')} made, {plural(len(scan.gaps), 'gap')}."
    yield ""
    if scan.gaps:
        yield "| reason | not read | because |"
        yield "| --- | --- | --- |"
    shown = scan.gaps if options.full and len(scan.gaps) <= 500 else scan.gaps[:_MOST_GAPS]
    for gap in shown:
        yield f"| {gap.reason} | {code(str(gap.id), 500)} | {prose(gap.detail, 500)} |"
    if len(shown) < len(scan.gaps):
        yield ""
        yield f"{plural(len(scan.gaps) - len(shown), 'more gap')}; the JSON report lists all."
    if scan.notes:
        yield ""
        yield from (f"- Note: {prose(note, _LONGEST)}" for note in scan.notes[:_MOST_GAPS])
        if len(scan.notes) > _MOST_GAPS:
            yield f"- {plural(len(scan.notes) - _MOST_GAPS, 'more note')}."
