"""From a snapshot, a configuration and rules to a `Scan`.

Pure: the same three give the same bytes, whatever the day. Expiry dates are compared with `as_of`, which is
the day of collection unless told.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING

from scanner import __version__
from scanner.agreements import Agreements
from scanner.assemble import Assembly
from scanner.baseline import fingerprint, suppress
from scanner.errors import SnapshotError
from scanner.graph import Graph
from scanner.model import SEVERITIES, Finding
from scanner.remarks import Remarks
from scanner.rules import info, message, remediation, search
from scanner.scan import Anchor, Scan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.config import Config
    from scanner.model import Confidence, Path
    from scanner.rules import Rule
    from scanner.snapshot import Snapshot

_ELSEWHERE = {"issuer", "ours"}
_SCOPE_FILE = "sidedoor.yaml"


class Analysis:
    """One snapshot under one configuration, as of one day: what every question to it shares."""

    def __init__(self, snapshot: Snapshot, config: Config, *, as_of: dt.date | None = None) -> None:
        self.snapshot = snapshot
        self.config = config
        self.as_of = as_of or _day(snapshot)
        self.assembly = Assembly(snapshot, config, self.as_of)
        self.agreements = Agreements(config, self.assembly.assets, self.as_of)
        self.remarks = Remarks(snapshot)

    @cached_property
    def graph(self) -> Graph:
        """Every hop that leads towards an asset."""
        of = self.assembly
        return Graph(of.assets, of.sources, of.hops_into, of.principal)

    def findings(self, rules: Iterable[Rule]) -> tuple[tuple[Finding, ...], tuple[str, ...], tuple[str, ...]]:
        """Return what the rules find, worst first, with suppressions marked.

        With it notes on suppressions, and what the search left out.
        """
        findings: list[Finding] = []
        cuts: list[str] = []
        for rule in sorted(rules, key=lambda rule: rule.id):
            found = search(rule, self.graph, as_of=self.as_of, agreement=self.agreements)
            cuts += (f"{rule.id}: {cut}" for cut in found.cuts)
            findings += (_finding(rule, path, self) for path in found.paths)
        accepted = suppress(sorted(findings, key=_order), self.config.suppressions, as_of=self.as_of)
        return accepted.findings, accepted.notes, tuple(cuts)


def analyse(
    snapshot: Snapshot, config: Config, rules: Iterable[Rule], *, as_of: dt.date | None = None
) -> Scan:
    """Return everything that a report says of a snapshot."""
    analysis = Analysis(snapshot, config, as_of=as_of)
    applied = sorted(rules, key=lambda rule: rule.id)
    findings, notes, cuts = analysis.findings(applied)
    assembly = analysis.assembly
    gaps = tuple(assembly.gaps())
    file = config.path or _SCOPE_FILE
    return Scan(
        target=snapshot.target,
        time=snapshot.collected_at,
        as_of=analysis.as_of,
        tool_version=__version__,
        snapshot=snapshot.digest,
        complete=not gaps and not cuts,
        asked=snapshot.asked,
        gaps=gaps,
        assets=tuple(assembly.assets.values()),
        sources=tuple(assembly.sources.values()),
        findings=findings,
        rules=tuple(info(rule) for rule in applied),
        anchors={v.name: Anchor(file, v.line) for v in config.vendors if v.line},
        scope_anchor=Anchor(file),
        notes=tuple(sorted({*assembly.notes, *notes, *cuts})),
    )


def _day(snapshot: Snapshot) -> dt.date:
    try:
        return dt.date.fromisoformat(snapshot.collected_at[:10])
    except ValueError:
        raise SnapshotError(f"collected at no ISO time: `{snapshot.collected_at[:40]}`") from None


def _finding(rule: Rule, path: Path, analysis: Analysis) -> Finding:
    return Finding(
        id=fingerprint(rule.id, path.source.id, path.asset.id, path.hops[0]),
        rule=rule.id,
        severity=rule.severity,
        confidence=_confidence(path),
        message=message(rule, path),
        remediation=remediation(rule, path),
        path=path,
        agreement=analysis.agreements(path),
        remarks=analysis.remarks.on(path),
    )


def _confidence(path: Path) -> Confidence:
    """Say high when nobody but the caller stands in the way, medium when a guard is someone else's."""
    if path.certainty != "proven":
        return "low"
    guards = (guard for hop in path.hops for guard in hop.guards)
    return "medium" if any(guard.held_by in _ELSEWHERE for guard in guards) else "high"


def _order(finding: Finding) -> tuple[int, str, str, str, str]:
    ids = finding.rule, finding.path.asset.id, finding.path.source.id, finding.id
    return SEVERITIES.index(finding.severity), *ids
