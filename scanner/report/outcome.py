"""What the scan comes to: exit code, its meaning in words, counts by tier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from scanner.model import SEVERITIES, Severity

if TYPE_CHECKING:
    from scanner.model import Finding
    from scanner.scan import Scan

EXIT_MEANINGS: Final[dict[int, str]] = {
    0: "complete, nothing at or above the threshold",
    1: "findings at or above the threshold",
    2: "usage or configuration error",
    3: "coverage is incomplete: findings may be missing or wrong",
}


class TierCount(msgspec.Struct, frozen=True):
    """One tier's assets and open findings by severity; `suppressed` are in no severity's count."""

    tier: str
    rank: int
    assets: int
    by_severity: dict[Severity, int]
    suppressed: int


def at_or_above(scan: Scan, threshold: Severity) -> tuple[Finding, ...]:
    """Return the findings that are not suppressed and as severe as `threshold` or more, in order."""
    worst = SEVERITIES.index(threshold)
    return tuple(f for f in open_findings(scan) if SEVERITIES.index(f.severity) <= worst)


def open_findings(scan: Scan) -> tuple[Finding, ...]:
    """Return the findings that nobody accepted, in the scan's order."""
    return tuple(f for f in scan.findings if f.suppressed is None)


def exit_code(scan: Scan, *, fail_on: Severity, allow_partial: bool = False) -> int:
    """Return 3 for an incomplete scan unless allowed, else 1 for findings at `fail_on` or above, else 0.

    Incomplete goes first: what such a scan did find is reported all the same, but its list cannot be relied
    on.
    """
    if not scan.complete and not allow_partial:
        return 3
    return 1 if at_or_above(scan, fail_on) else 0


def outcome(scan: Scan, *, fail_on: Severity, allow_partial: bool = False) -> str:
    """Return the exit code and why, as one sentence without a full stop."""
    code = exit_code(scan, fail_on=fail_on, allow_partial=allow_partial)
    count = len(at_or_above(scan, fail_on))
    partial = "" if scan.complete else "; the scan is incomplete"
    allowed = ", which was allowed" if partial and code != 3 else ""
    found = f"{plural(count, 'finding')} at or above {fail_on}"
    return f"exit {code}: {EXIT_MEANINGS[code]} ({found}{partial}{allowed})"


def by_tier(scan: Scan) -> tuple[TierCount, ...]:
    """Return the counts of every tier that has an asset or a finding, strictest first."""
    ranks = {a.tier: a.rank for a in scan.assets} | {
        f.path.asset.tier: f.path.asset.rank for f in scan.findings
    }
    rows: list[TierCount] = []
    for tier, rank in sorted(ranks.items(), key=lambda item: (-item[1], item[0])):
        found = [f for f in scan.findings if f.path.asset.tier == tier]
        counts = {s: sum(f.severity == s and f.suppressed is None for f in found) for s in SEVERITIES}
        assets = sum(a.tier == tier for a in scan.assets)
        rows.append(TierCount(tier, rank, assets, counts, sum(f.suppressed is not None for f in found)))
    return tuple(rows)


def plural(count: int, noun: str) -> str:
    """Return ``1 gap`` or ``2 gaps``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
