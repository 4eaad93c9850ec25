"""What SARIF says of a rule, and how our severities read in code scanning.

| severity | level   | security-severity | shown by GitHub as |
|----------|---------|-------------------|--------------------|
| critical | error   | 9.5               | critical           |
| high     | error   | 8.0               | high               |
| medium   | warning | 5.5               | medium             |
| low      | note    | 2.0               | low                |
| info     | note    | 0.0               | no security severity |

The score is one per rule, never per result, so a rule has one severity. "SARIF support for code scanning",
reportingDescriptor object
(https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning,
read 2026-11-22) says what each range means, and that rules should not change from run to run: `precision` is
therefore a constant, and how sure one finding is stands in its `rank` and properties.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from scanner.report.clean import visible
from scanner.report.sarif_coverage import INCOMPLETE
from scanner.scan import RuleInfo

if TYPE_CHECKING:
    from scanner.model import Confidence, Finding, Severity
    from scanner.report.options import Options
    from scanner.scan import Scan

LEVELS: Final[dict[Severity, str]] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "note",
    "info": "note",
}
SECURITY_SEVERITY: Final[dict[Severity, str]] = {
    "critical": "9.5",
    "high": "8.0",
    "medium": "5.5",
    "low": "2.0",
    "info": "0.0",
}
_SHARE: Final[dict[Confidence, float]] = {"high": 1.0, "medium": 0.8, "low": 0.5}

MOST_TAGS: Final = 10  # shown by GitHub, of the 20 it takes
LONGEST_DESCRIPTION: Final = 1_000  # characters, of the 1,024 that GitHub takes
_LONGEST_TAG: Final = 100
_LONGEST_HELP: Final = 20_000


def rank(finding: Finding) -> float:
    """Return how much a finding matters, 0 to 100: its severity's score, less the less sure it is."""
    return round(float(SECURITY_SEVERITY[finding.severity]) * 10 * _SHARE[finding.confidence], 1)


def rules_of(scan: Scan) -> tuple[RuleInfo, ...]:
    """Return every rule that ran, the one for incomplete scans, and any that fired unlisted, in id order."""
    rules = {rule.id: rule for rule in (*scan.rules, INCOMPLETE)}
    for finding in scan.findings:
        rules.setdefault(finding.rule, RuleInfo(finding.rule, finding.rule, finding.severity, "", ""))
    return tuple(rules[name] for name in sorted(rules))


def descriptor(rule: RuleInfo, options: Options) -> dict[str, object]:
    """Return one rule as a SARIF reportingDescriptor."""
    title = visible(rule.title.strip(), LONGEST_DESCRIPTION) or rule.id
    full = _first_paragraph(rule.help) or title
    help_text = rule.help.strip() or title
    return {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in re.split(r"[^A-Za-z0-9]+", rule.id))[:255],
        "shortDescription": {"text": _sentence(title)},
        "fullDescription": {"text": _sentence(full)},
        "help": {"text": help_text[:_LONGEST_HELP], "markdown": help_text[:_LONGEST_HELP]},
        "helpUri": options.rule_url.replace("{rule}", quote(rule.id, safe="")),
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {
            "security-severity": SECURITY_SEVERITY[rule.severity],
            "precision": "high",
            "tags": _tags(rule),
        },
    }


def _tags(rule: RuleInfo) -> list[str]:
    """Return `security`, which makes GitHub read the score, and the rule's own tags, each once."""
    tags = dict.fromkeys(["security", *(visible(tag, _LONGEST_TAG) for tag in rule.tags)])
    return list(tags)[:MOST_TAGS]


def _first_paragraph(text: str) -> str:
    """Return the first paragraph that is no heading, on one line."""
    paragraphs = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text))
    return visible(next((p for p in paragraphs if p and not p.startswith("#")), ""), LONGEST_DESCRIPTION)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "...")) else f"{text}."
