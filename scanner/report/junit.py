"""JUnit XML, for CI systems that show tests: a suite a rule, a failed case a finding, an error for each gap.

There is no standard; the shape is that of Apache Ant's ``JUnitReport``, which CI systems read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree

from scanner.report.clean import visible
from scanner.report.outcome import at_or_above
from scanner.report.proof import told

if TYPE_CHECKING:
    from scanner.model import Finding
    from scanner.report.options import Options
    from scanner.scan import RuleInfo, Scan

MOST_GAPS: Final = 100


def render(scan: Scan, options: Options) -> str:
    """Return the report.

    A rule without findings is a case that passed. Findings below the threshold and suppressed ones are
    skipped cases, so that a red build means the same as the exit code; so are gaps with `allow_partial`.
    """
    failing = {finding.id for finding in at_or_above(scan, options.fail_on)}
    root = ElementTree.Element("testsuites", name="sidedoor")
    for rule in scan.rules:
        _suite(root, scan, rule, failing, options)
    _coverage(root, scan, options)
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(
    root: ElementTree.Element, scan: Scan, rule: RuleInfo, failing: set[str], options: Options
) -> None:
    found = [finding for finding in scan.findings if finding.rule == rule.id]
    suite = ElementTree.SubElement(root, "testsuite", name=visible(rule.id))
    for finding in found:
        _case(suite, scan, finding, options, fails=finding.id in failing)
    if not found:
        ElementTree.SubElement(suite, "testcase", classname=visible(rule.id), name=visible(rule.title))
    failures = sum(finding.id in failing for finding in found)
    _count(suite, max(len(found), 1), failures=failures, skipped=len(found) - failures)


def _case(suite: ElementTree.Element, scan: Scan, finding: Finding, options: Options, *, fails: bool) -> None:
    name = visible(f"{finding.id[:8]} {finding.path.source.id} to {finding.path.asset.id}")
    case = ElementTree.SubElement(suite, "testcase", classname=visible(finding.rule), name=name)
    if not fails:
        reason = finding.suppressed or f"{finding.severity}, below {options.fail_on}"
        ElementTree.SubElement(case, "skipped", message=visible(reason))
        return
    failure = ElementTree.SubElement(case, "failure", message=visible(finding.message), type=finding.severity)
    failure.text = told(scan, finding, options)


def _coverage(root: ElementTree.Element, scan: Scan, options: Options) -> None:
    suite = ElementTree.SubElement(root, "testsuite", name="coverage")
    shown = scan.gaps[:MOST_GAPS]
    for gap in shown:
        case = ElementTree.SubElement(suite, "testcase", classname="coverage", name=visible(str(gap.id)))
        kind = "skipped" if options.allow_partial else "error"
        ElementTree.SubElement(case, kind, message=visible(f"{gap.reason}: {gap.detail}"), type=gap.reason)
    left = len(scan.gaps) - len(shown)
    if left:
        case = ElementTree.SubElement(suite, "testcase", classname="coverage", name=f"{left} more gaps")
        ElementTree.SubElement(case, "skipped", message="listed in the JSON report")
    if not scan.gaps:
        ElementTree.SubElement(
            suite, "testcase", classname="coverage", name="everything that was asked was read"
        )
    skipped = (len(shown) if options.allow_partial else 0) + bool(left)
    errors = 0 if options.allow_partial else len(shown)
    _count(suite, max(len(shown) + bool(left), 1), errors=errors, skipped=skipped)


def _count(
    suite: ElementTree.Element, tests: int, *, failures: int = 0, errors: int = 0, skipped: int = 0
) -> None:
    for name, number in (("tests", tests), ("failures", failures), ("errors", errors), ("skipped", skipped)):
        suite.set(name, str(number))
