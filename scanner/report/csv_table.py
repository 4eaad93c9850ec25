"""One row a finding, for spreadsheets and for joining with other lists (RFC 4180)."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from scanner.report.clean import visible
from scanner.report.sarif_coverage import INCOMPLETE

if TYPE_CHECKING:
    from scanner.model import Finding
    from scanner.report.options import Options
    from scanner.scan import Scan
    from scanner.snapshot import Gap

COLUMNS: Final = (
    *("id", "rule", "severity", "confidence", "certainty", "agreement", "suppressed"),
    *("vendor", "trust", "source", "gains", "asset", "class", "tier", "hops", "path", "guards", "message"),
    *("last_used", "used_by", "days_of_logs"),
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula: OWASP, "CSV Injection" (read 2026-11-22)."""


def render(scan: Scan, options: Options) -> str:
    """Return a header, a row for each finding, suppressed ones too, and a row for each gap.

    A gap's rule is ``scan-incomplete`` and its source the document that was not read. Lines end in a line
    feed.
    """
    del options
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_plain(cell) for cell in _row(finding)] for finding in scan.findings)
    writer.writerows([_plain(cell) for cell in _gap(gap)] for gap in scan.gaps)
    return text.getvalue()


def _row(finding: Finding) -> tuple[str, ...]:
    path = finding.path
    return (
        finding.id,
        finding.rule,
        finding.severity,
        finding.confidence,
        path.certainty,
        finding.agreement,
        finding.suppressed or "",
        path.source.vendor or "",
        path.source.trust,
        path.source.id,
        " ".join(path.gains),
        path.asset.id,
        path.asset.asset_class,
        path.asset.tier,
        str(len(path.hops)),
        " > ".join([path.source.id, *(f"{hop.type}: {hop.target}" for hop in path.hops)]),
        "; ".join(dict.fromkeys(str(guard) for hop in path.hops for guard in hop.guards)),
        finding.message,
        *_use(finding),
    )


def _use(finding: Finding) -> tuple[str, ...]:
    """Return the last day, by whom, and how many days the logs cover; `never` when they do not show it."""
    use = finding.use
    return ("", "", "") if use is None else (use.last or "never", use.by, str(use.days))


def _gap(gap: Gap) -> tuple[str, ...]:
    known = {
        "rule": INCOMPLETE.id,
        "severity": INCOMPLETE.severity,
        "certainty": gap.effect,
        "source": str(gap.id),
        "message": f"{gap.reason}: {gap.detail}",
    }
    return tuple(known.get(column, "") for column in COLUMNS)


def _plain(cell: str) -> str:
    """Return a cell that no spreadsheet runs."""
    shown = visible(cell)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
