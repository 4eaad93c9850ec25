"""SARIF 2.1.0 for code scanning: one run, each result with a real file, a stable fingerprint and its path.

GitHub refuses a whole upload for one bad result, and what goes over its limits is refused or dropped without
a word ("SARIF results exceed one or more limits",
https://docs.github.com/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit, read
2026-11-22). So the worst findings go first, and a notification says how many were left out.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote

from scanner.model import SEVERITIES
from scanner.report import phrases, sarif_coverage, sarif_places
from scanner.report.clean import json_text, visible
from scanner.report.options import PROJECT_URL
from scanner.report.sarif_rules import LEVELS, descriptor, rank, rules_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scanner.model import Finding, Hop
    from scanner.report.options import Options
    from scanner.report.sarif_places import Place
    from scanner.scan import Scan

Json: TypeAlias = dict[str, object]

SCHEMA_URI: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
MOST_RESULTS: Final = 4_999  # GitHub keeps 5,000 of the 25,000 it takes; one is for an incomplete scan
MOST_STEPS: Final = 1_000  # of a code flow, shown by GitHub, of the 10,000 it takes
LARGEST: Final = 9_500_000  # bytes compressed, of the 10 MB that GitHub takes
_LONGEST_MESSAGE: Final = 1_000
_LINK: Final = re.compile(r"\](?=\()")
_PLACEHOLDER: Final = re.compile(r"\{(\d+)\}")


def render(scan: Scan, options: Options) -> str:
    """Return one SARIF log, small enough for GitHub."""
    chosen = [f for f in scan.findings if options.full or f.suppressed is None]
    chosen.sort(key=lambda f: (SEVERITIES.index(f.severity), -rank(f)))  # stable: else the scan's order
    keep = len(chosen) if options.full else min(len(chosen), MOST_RESULTS)
    text = json_text(_log(scan, options, chosen, keep))
    while keep and not options.full and (size := _compressed(text)) > LARGEST:
        keep = min(keep - 1, int(keep * LARGEST / size * 0.9))
        text = json_text(_log(scan, options, chosen, keep))
    return text


def _compressed(text: str) -> int:
    """Return the size in bytes that gzip makes of `text`; of a small one, its own."""
    if len(text) <= LARGEST:
        return len(text)
    import zlib  # noqa: PLC0415 - only very large reports pay for it

    return len(zlib.compress(text.encode(), 6)) + 18  # the gzip header and trailer are longer than zlib's


def _log(scan: Scan, options: Options, chosen: Sequence[Finding], keep: int) -> Json:
    rules = rules_of(scan)
    index = {rule.id: number for number, rule in enumerate(rules)}
    seen: Counter[str] = Counter()
    results: list[Json] = []
    for finding in chosen[:keep]:
        seen[finding.id] += 1
        results.append(_result(finding, scan, options, index[finding.rule], seen[finding.id]))
    if not scan.complete:
        results.append(_incomplete(scan, index[sarif_coverage.INCOMPLETE.id]))
    driver: Json = {
        "name": "Sidedoor",
        "semanticVersion": scan.tool_version,
        "informationUri": PROJECT_URL,
        "rules": [descriptor(rule, options) for rule in rules],
        "notifications": [
            sarif_coverage.notification(name, text) for name, text in sarif_coverage.NOTIFICATIONS.items()
        ],
    }
    run: Json = {
        "tool": {"driver": driver},
        "automationDetails": {"id": category(scan, options)},
        "columnKind": "unicodeCodePoints",
        "invocations": [sarif_coverage.invocation(scan, options, len(chosen) - keep)],
        "results": results,
        "properties": {
            "target": visible(scan.target),
            "time": scan.time,
            "asOf": scan.as_of.isoformat(),
            "snapshot": scan.snapshot,
            "coverageComplete": scan.complete,
        },
    }
    return {"$schema": SCHEMA_URI, "version": "2.1.0", "runs": [run]}


def category(scan: Scan, options: Options) -> str:
    """Return what an upload replaces earlier ones of; ends in a slash, so that all of it is category."""
    wanted = options.category or f"sidedoor/{scan.target}"
    return quote(visible(wanted, 200).strip("/") or "sidedoor", safe="/ -._:,@=()") + "/"


def _result(finding: Finding, scan: Scan, options: Options, rule_index: int, occurrence: int) -> Json:
    place = sarif_places.of_finding(finding, scan, options)
    path = finding.path
    result: Json = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": LEVELS[finding.severity],
        "rank": rank(finding),
        "message": {"text": _message(_told(finding))},
        "locations": [_location(place, (path.asset.id, path.source.id))],
        "partialFingerprints": fingerprints(finding, occurrence),
        "codeFlows": [{"threadFlows": [{"locations": _steps(finding, place, options)}]}],
        "properties": _properties(finding),
    }
    if options.full:
        reason = finding.suppressed
        accepted = {"kind": "external", "status": "accepted", "justification": visible(reason or "")}
        result["suppressions"] = [] if reason is None else [accepted]
    return result


def _incomplete(scan: Scan, rule_index: int) -> Json:
    place = sarif_places.of_anchor(scan.scope_anchor) or sarif_places.Place(sarif_places.LAST_RESORT, 1, 1)
    rule = sarif_coverage.INCOMPLETE
    return {
        "ruleId": rule.id,
        "ruleIndex": rule_index,
        "level": LEVELS[rule.severity],
        "message": {"text": _message(sarif_coverage.message(scan))},
        "locations": [{"physicalLocation": place.physical()}],
        "partialFingerprints": sarif_coverage.fingerprints(scan),
    }


def fingerprints(finding: Finding, occurrence: int = 1) -> dict[str, str]:
    """Return what tells the alert from others; `occurrence` counts findings of one id from 1.

    GitHub only reads ``primaryLocationLineHash``, and makes one from the line of code when it is missing: two
    paths anchored at one line would become one alert.
    """
    digest = hashlib.sha256(f"sidedoor line hash 1\n{finding.rule}\n{finding.id}".encode()).hexdigest()
    return {
        "primaryLocationLineHash": f"{digest[:16]}:{occurrence}",
        "sidedoorFinding/v1": finding.id if occurrence == 1 else f"{finding.id}:{occurrence}",
    }


def _told(finding: Finding) -> str:
    """Return the finding's message, which GitHub shows as the title, then the ids it may not have named."""
    path = finding.path
    said = finding.message if finding.message.endswith(".") else f"{finding.message}."
    ends = f"From {path.source.id} to {path.asset.id}; {path.certainty}, confidence {finding.confidence}."
    fix = " ".join(finding.remediation.split())
    return f"{said} {ends}{' What to do: ' if fix else ''}{fix}"


def _steps(finding: Finding, place: Place, options: Options) -> list[Json]:
    """Return one location a hop, where its statement is code; else where the finding is shown."""
    steps: list[Json] = []
    for number, hop in enumerate(finding.path.hops[:MOST_STEPS], start=1):
        at = sarif_places.of_evidence(hop.evidence, options.tree) or place
        used = f" In the logs: {phrases.use_line(finding.use)}." if number == 1 and finding.use else ""
        location = _location(at, (hop.target,)) | {"message": {"text": _message(_hop(number, hop) + used)}}
        steps.append({"location": location, "executionOrder": number, "importance": "essential"})
    return steps


def _hop(number: int, hop: Hop) -> str:
    parts = [f"{number}. {hop.source} {phrases.how(hop)}: {hop.target}"]
    parts += [f"allowed by {phrases.brief(evidence)}" for evidence in hop.evidence]
    parts += [f"if {phrases.guard_line(guard)}" for guard in hop.guards]
    parts += [f"assumed: {phrases.assumed_line(assumed)}" for assumed in hop.assumed]
    parts += [f"not read: {missing}" for missing in hop.missing]
    parts += [f"blocked by {part}" for part in hop.blocked_by]
    return "; ".join(parts) + "."


def _location(place: Place, names: Iterable[str]) -> Json:
    logical = [{"fullyQualifiedName": visible(name), "kind": "resource"} for name in dict.fromkeys(names)]
    return {"physicalLocation": place.physical(), "logicalLocations": logical}


def _message(text: str) -> str:
    """Return plain message text in which nothing is a link or argument (SARIF 2.1.0, 3.11.5 and 3.11.6)."""
    return _PLACEHOLDER.sub(r"{{\1}}", _LINK.sub("] ", visible(text, _LONGEST_MESSAGE)))


def _properties(finding: Finding) -> Json:
    path = finding.path
    return {
        "confidence": finding.confidence,
        "certainty": path.certainty,
        "agreement": finding.agreement,
        "source": visible(path.source.id),
        "trust": path.source.trust,
        "vendor": path.source.vendor and visible(path.source.vendor),
        "asset": visible(path.asset.id),
        "assetClass": path.asset.asset_class,
        "tier": visible(path.asset.tier),
        "gains": list(path.gains),
        "blockedBy": list(map(visible, phrases.blocked_by(finding))),
        "missing": list(map(visible, phrases.missing(finding))),
        "alternatives": path.alternatives,
        **({"use": visible(phrases.use_line(finding.use))} if finding.use else {}),
        "remediation": visible(" ".join(finding.remediation.split()), _LONGEST_MESSAGE),
        **(
            {"remarks": [visible(phrases.remark_line(r)) for r in finding.remarks]} if finding.remarks else {}
        ),
    }
