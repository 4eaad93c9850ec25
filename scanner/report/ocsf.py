"""Findings as OCSF 1.5 Detection Findings, one JSON object a line, for a SIEM or a security data lake.

Open Cybersecurity Schema Framework, class "Detection Finding [2004]",
https://schema.ocsf.io/1.5.0/classes/detection_finding (fields as published, read 2026-11-22).
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Final

from scanner.report import phrases
from scanner.report.clean import visible
from scanner.report.json_report import evidence_json, use_json
from scanner.report.sarif_coverage import INCOMPLETE, fingerprints, message

if TYPE_CHECKING:
    from scanner.model import Confidence, Finding, Severity
    from scanner.report.json_report import Json
    from scanner.report.options import Options
    from scanner.scan import Scan

OCSF_VERSION: Final = "1.5.0"
_CLASS, _CREATE = 2004, 1
_SEVERITY: Final[dict[Severity, tuple[int, str]]] = {
    "info": (1, "Informational"),
    "low": (2, "Low"),
    "medium": (3, "Medium"),
    "high": (4, "High"),
    "critical": (5, "Critical"),
}
_CONFIDENCE: Final[dict[Confidence, tuple[int, str]]] = {
    "low": (1, "Low"),
    "medium": (2, "Medium"),
    "high": (3, "High"),
}
_NEW, _SUPPRESSED = (1, "New"), (3, "Suppressed")


def render(scan: Scan, options: Options) -> str:
    """Return a line for each finding, suppressed ones with that status, and one for what was not read.

    What OCSF has no field for (hops, guards, tier, agreement) stands in ``unmapped``, as in the JSON report.
    An empty text when nothing was found and everything was read.
    """
    titles = {rule.id: rule.title for rule in scan.rules}
    lines = [_event(scan, finding, titles, options) for finding in scan.findings]
    lines += [_incomplete(scan)] if scan.gaps else []
    return "".join(json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n" for line in lines)


def _event(scan: Scan, finding: Finding, titles: dict[str, str], options: Options) -> Json:
    path = finding.path
    title = visible(titles.get(finding.rule) or finding.rule)
    return {
        **_base(scan, finding.severity, finding.confidence, finding.message),
        "status_id": (_NEW if finding.suppressed is None else _SUPPRESSED)[0],
        "status": (_NEW if finding.suppressed is None else _SUPPRESSED)[1],
        "finding_info": {
            **_info(scan, finding.id, title, finding.message),
            "analytic": {"uid": visible(finding.rule), "name": title, "type_id": 1, "type": "Rule"},
            "src_url": options.rule_url.replace("{rule}", finding.rule),
        },
        "remediation": {"desc": visible(" ".join(finding.remediation.split()))},
        "resources": [
            {
                "uid": visible(path.asset.id),
                "type": path.asset.kind or path.asset.asset_class,
                "criticality": visible(path.asset.tier),
                "labels": [path.asset.asset_class],
                "namespace": visible(path.asset.scope or ""),
            }
        ],
        "evidences": [{"data": evidence_json(evidence)} for hop in path.hops for evidence in hop.evidence],
        "unmapped": _unmapped(finding),
    }


def _incomplete(scan: Scan) -> Json:
    """Return the finding that the scan could not read everything, with all its gaps."""
    return {
        **_base(scan, INCOMPLETE.severity, "high", message(scan)),
        "status_id": _NEW[0],
        "status": _NEW[1],
        "finding_info": _info(
            scan, fingerprints(scan)["sidedoorFinding/v1"], INCOMPLETE.title, message(scan)
        ),
        "unmapped": {"gaps": [visible(str(gap)) for gap in scan.gaps]},
    }


def _base(scan: Scan, severity: Severity, confidence: Confidence, said: str) -> Json:
    return {
        "activity_id": _CREATE,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": _CLASS,
        "class_name": "Detection Finding",
        "type_uid": _CLASS * 100 + _CREATE,
        "type_name": "Detection Finding: Create",
        "time": _milliseconds(scan.time),
        "severity_id": _SEVERITY[severity][0],
        "severity": _SEVERITY[severity][1],
        "confidence_id": _CONFIDENCE[confidence][0],
        "confidence": _CONFIDENCE[confidence][1],
        "message": visible(said),
        "metadata": {
            "version": OCSF_VERSION,
            "product": {"name": "Sidedoor", "vendor_name": "Sidedoor", "version": scan.tool_version},
            "correlation_uid": scan.snapshot,
        },
    }


def _info(scan: Scan, uid: str, title: str, said: str) -> Json:
    return {
        "uid": uid,
        "title": title,
        "desc": visible(said),
        "created_time": _milliseconds(scan.time),
        "types": ["Third-party access to a model"],
    }


def _unmapped(finding: Finding) -> Json:
    path = finding.path
    return {
        "source": visible(path.source.id),
        "vendor": visible(path.source.vendor or ""),
        "trust": path.source.trust,
        "gains": list(path.gains),
        "certainty": path.certainty,
        "agreement": finding.agreement,
        "suppressed": visible(finding.suppressed or ""),
        "hops": [
            {
                "type": hop.type,
                "from": visible(hop.source),
                "to": visible(hop.target),
                "guards": [visible(str(guard)) for guard in hop.guards],
            }
            for hop in path.hops
        ],
        "missing": [visible(name) for name in phrases.missing(finding)],
        "blocked_by": [visible(name) for name in phrases.blocked_by(finding)],
        **({"use": {**use_json(finding.use), "by": visible(finding.use.by)}} if finding.use else {}),
    }


def _milliseconds(time: str) -> int:
    """Return milliseconds since 1970 of an ISO time, 0 of what is none."""
    try:
        parsed = dt.datetime.fromisoformat(time.replace("Z", "+00:00"))
    except ValueError:
        return 0
    return round((parsed if parsed.tzinfo else parsed.replace(tzinfo=dt.UTC)).timestamp() * 1000)
