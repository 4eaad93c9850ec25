"""What code scanning is told of a scan that could not read everything.

GitHub shows no notifications, and takes a file with ``executionSuccessful: false`` for the log of a crash: it
answers "unsuccessful execution" and processes no result (https://github.com/github/codeql-action/issues/1316,
https://github.com/github/codeql-action/pull/1732, read 2026-11-22). Alerts that a partial scan misses would
close in silence. So the run always counts as executed, and an incomplete scan is a result of its own.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from scanner.report.clean import visible
from scanner.report.outcome import plural
from scanner.scan import RuleInfo

if TYPE_CHECKING:
    from scanner.report.options import Options
    from scanner.scan import Scan

MOST_NOTIFICATIONS: Final = 1_000
_NAMED: Final = 5  # gaps in the result's own message

INCOMPLETE: Final = RuleInfo(
    id="scan-incomplete",
    title="The scan could not read everything it asked for",
    severity="medium",
    help=(
        "A document that decides who reaches an asset was refused, throttled, unsupported or unreadable."
        " Findings may be missing, and alerts may have closed only because their evidence was not read.\n\n"
        "Give the scanning role the permissions that `sidedoor permissions` lists, then scan again."
    ),
    file="",
    tags=("coverage",),
)

NOTIFICATIONS: Final[dict[str, str]] = {
    "coverage-gap": "A document that the scan asked for could not be read.",
    "results-cut": "Findings were left out of this file, because code scanning takes no more.",
    "scan-note": "Something about this scan that its reader should know.",
}


def message(scan: Scan) -> str:
    """Return what the result for an incomplete scan says."""
    named = "; ".join(visible(str(gap), 150) for gap in scan.gaps[:_NAMED])
    more = f"; and {len(scan.gaps) - _NAMED} more" if len(scan.gaps) > _NAMED else ""
    count = plural(len(scan.gaps), "gap")
    return f"The scan of {scan.target} is incomplete, {count}. Not read: {named or 'nothing is named'}{more}."


def fingerprints(scan: Scan) -> dict[str, str]:
    """Return an identity that stays from scan to scan of one target, whatever the gaps."""
    digest = hashlib.sha256(
        f"sidedoor incomplete 1\n{scan.target}".encode("utf-8", "surrogatepass")
    ).hexdigest()
    return {"primaryLocationLineHash": f"{digest[:16]}:1", "sidedoorFinding/v1": digest[:32]}


def notification(name: str, text: str) -> dict[str, object]:
    """Return one kind of notification as a SARIF reportingDescriptor, as complete as a rule."""
    said = {"text": text}
    camel = "".join(part.capitalize() for part in name.split("-"))
    return {"id": name, "name": camel, "shortDescription": said, "fullDescription": said, "help": said}


def invocation(scan: Scan, options: Options, cut: int) -> dict[str, object]:
    """Return how the run went and everything it has to say besides results; `cut` findings were left out."""
    most = len(scan.gaps) if options.full else MOST_NOTIFICATIONS
    said: list[tuple[str, str]] = []
    if cut:
        said.append(("results-cut", f"{plural(cut, 'finding')} of the lowest severity left out of this file"))
    said += [("coverage-gap", f"Could not read {gap}") for gap in scan.gaps[:most]]
    if len(scan.gaps) > most:
        said.append(
            ("coverage-gap", f"{plural(len(scan.gaps) - most, 'more gap')}, listed in the JSON report")
        )
    said += [("scan-note", note) for note in scan.notes[:MOST_NOTIFICATIONS]]
    if len(scan.notes) > MOST_NOTIFICATIONS:
        said.append(("scan-note", f"{plural(len(scan.notes) - MOST_NOTIFICATIONS, 'more note')}"))
    return {
        "executionSuccessful": True,
        "toolExecutionNotifications": [
            {
                "descriptor": {"id": name},
                "level": "note" if name == "scan-note" else "warning",
                "message": {"text": visible(f"{text}.", 1_000)},
            }
            for name, text in said
        ],
    }
