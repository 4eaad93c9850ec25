"""The whole scan as one JSON object, described by ``schema/schema.json``.

Fields are only added within a major `SCHEMA_VERSION`; a reader ignores what it does not know. Lists keep the
scan's order.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from scanner.model import SEVERITIES
from scanner.report import phrases
from scanner.report.clean import json_text

if TYPE_CHECKING:
    from scanner.model import Asset, Evidence, Finding, Hop, Remark, Signal, Source, Use
    from scanner.report.options import Options
    from scanner.scan import RuleInfo, Scan
    from scanner.snapshot import Gap
    from scanner.verdict import Guard

SCHEMA_VERSION: Final = "1.0"
SCHEMA_FILE: Final = Path(__file__).parent / "schema" / "schema.json"

Json: TypeAlias = dict[str, object]


def render(scan: Scan, options: Options) -> str:
    """Return the report as indented ASCII JSON; options change nothing in it."""
    del options
    return json_text(report(scan))


def report(scan: Scan) -> Json:
    """Return the report as plain dicts and lists."""
    return {
        "schema_version": SCHEMA_VERSION,
        "scan": {
            "target": scan.target,
            "time": scan.time,
            "as_of": scan.as_of.isoformat(),
            "tool_version": scan.tool_version,
            "snapshot": scan.snapshot,
        },
        "coverage": {
            "complete": scan.complete,
            "asked": scan.asked,
            "gaps": [_gap(gap) for gap in scan.gaps],
        },
        "summary": _summary(scan),
        "notes": list(scan.notes),
        "assets": [_asset(asset) for asset in scan.assets],
        "sources": [_source(source) for source in scan.sources],
        "rules": [_rule(rule) for rule in scan.rules],
        "findings": [finding_json(finding) for finding in scan.findings],
    }


def _summary(scan: Scan) -> Json:
    opened = [f for f in scan.findings if f.suppressed is None]
    return {
        "findings": {severity: sum(f.severity == severity for f in opened) for severity in SEVERITIES},
        "suppressed": len(scan.findings) - len(opened),
    }


def _gap(gap: Gap) -> Json:
    return {
        "document": str(gap.id),
        "provider": gap.id.provider,
        "scope": gap.id.scope,
        "region": gap.id.region,
        "service": gap.id.service,
        "field": gap.id.field,
        "key": gap.id.key,
        "reason": gap.reason,
        "detail": gap.detail,
        "effect": gap.effect,
    }


def _asset(asset: Asset) -> Json:
    return {
        "id": asset.id,
        "class": asset.asset_class,
        "tier": asset.tier,
        "rank": asset.rank,
        "kind": asset.kind,
        "provider": asset.provider,
        "scope": asset.scope,
        "score": asset.score,
        "signals": [_signal(signal) for signal in asset.signals],
        **(_unrecorded(asset) if asset.unrecorded else {}),
    }


def _unrecorded(asset: Asset) -> Json:
    return {
        "unrecorded": list(asset.unrecorded),
        "unrecorded_by": [evidence_json(evidence) for evidence in asset.unrecorded_by],
        **({"unrecorded_missing": list(asset.unrecorded_missing)} if asset.unrecorded_missing else {}),
    }


def _signal(signal: Signal) -> Json:
    return {
        "score": signal.score,
        "class": signal.asset_class,
        "reason": signal.reason,
        "evidence": evidence_json(signal.evidence),
    }


def _source(source: Source) -> Json:
    principal = source.principal
    described = principal and {
        "id": principal.id,
        "kind": principal.kind,
        "provider": principal.provider,
        "scope": principal.scope,
        "name": principal.name,
        "issuer": principal.issuer,
        "subject": principal.subject,
        "last_used": principal.last_used,
    }
    return {
        "id": source.id,
        "trust": source.trust,
        "vendor": source.vendor,
        "registered": source.registered,
        "principal": described,
    }


def _rule(rule: RuleInfo) -> Json:
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "file": rule.file,
        "tags": list(rule.tags),
    }


def finding_json(finding: Finding) -> Json:
    """Return one finding."""
    path = finding.path
    return {
        "id": finding.id,
        "rule": finding.rule,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "certainty": path.certainty,
        "source": {"id": path.source.id, "trust": path.source.trust, "vendor": path.source.vendor},
        "asset": {"id": path.asset.id, "class": path.asset.asset_class, "tier": path.asset.tier},
        "gains": list(path.gains),
        "hops": [_hop(hop) for hop in path.hops],
        "blocked_by": list(phrases.blocked_by(finding)),
        "missing": list(phrases.missing(finding)),
        "agreement": finding.agreement,
        "alternatives": path.alternatives,
        "cut": path.cut,
        "message": finding.message,
        "remediation": finding.remediation,
        "suppressed": finding.suppressed,
        **({"remarks": [_remark(remark) for remark in finding.remarks]} if finding.remarks else {}),
        **({"use": use_json(finding.use)} if finding.use else {}),
    }


def use_json(use: Use) -> Json:
    """Return what logs say of a way in."""
    return {"last": use.last, "by": use.by, "days": use.days}


def _remark(remark: Remark) -> Json:
    return {
        "tool": remark.tool,
        "id": remark.id,
        "text": remark.text,
        "resource": remark.resource,
        "file": remark.file,
        "lines": list(remark.lines),
        "url": remark.url,
    }


def _hop(hop: Hop) -> Json:
    return {
        "type": hop.type,
        "from": hop.source,
        "to": hop.target,
        "guards": [_guard(guard) for guard in hop.guards],
        "gains": list(hop.gains),
        "certainty": hop.certainty,
        "evidence": [evidence_json(evidence) for evidence in hop.evidence],
        "missing": list(hop.missing),
        "blocked_by": list(hop.blocked_by),
        "assumed": list(hop.assumed),
        **({"calls": [{"action": c.action, "resource": c.resource} for c in hop.calls]} if hop.calls else {}),
    }


def _guard(guard: Guard) -> Json:
    return {
        "key": guard.key,
        "op": guard.op,
        "values": list(guard.values),
        "held_by": guard.held_by,
        "kind": guard.kind,
    }


def evidence_json(evidence: Evidence) -> Json:
    """Return one piece of evidence."""
    return {
        "document": evidence.document,
        "pointer": evidence.pointer,
        "excerpt": evidence.excerpt,
        "file": evidence.file,
        "lines": None if evidence.lines is None else list(evidence.lines),
    }
