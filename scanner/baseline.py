"""What was known or accepted before: identities, suppressions, known findings.

Nothing is dropped: an accepted finding stays in the scan with the reason in `suppressed`. Suppressions that
expired or match nothing are said in notes, so that the list of exceptions cannot rot unseen.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Final

import msgspec

from scanner.errors import ConfigError
from scanner.model import CERTAINTIES, Certainty

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from scanner.config import Suppression
    from scanner.model import Finding, Hop
    from scanner.scan import Scan

KNOWN_VERSION: Final = 1
_IDENTITY: Final = "sidedoor-finding-1"  # INVARIANT: never changes; baselines and open alerts hang on it


def fingerprint(rule_id: str, source_id: str, asset_id: str, entry_hop: Hop) -> str:
    """Return the finding's identity, 32 hex digits: rule, source, asset, and the entry hop's type and target.

    The middle of the path, guards, evidence and lines are left out: an edit there changes a finding, it does
    not make a new one.
    """
    parts = (_IDENTITY, rule_id, source_id, asset_id, entry_hop.type, entry_hop.target)
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()[:32]


class Accepted(msgspec.Struct, frozen=True):
    """Findings with `suppressed` set where one is accepted, in the order given, and what to tell about it."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()


def suppress(findings: Sequence[Finding], suppressions: Sequence[Suppression], *, as_of: dt.date) -> Accepted:
    """Mark the findings that a suppression accepts; the first one in the file that matches gives the reason.

    Args:
        findings: In any order; those already suppressed stay so.
        suppressions: As configured. `expires` is the last day that counts.
        as_of: The day to compare with.
    """
    patterns = [tuple(map(_pattern, (item.rule, item.from_, item.to))) for item in suppressions]
    matched = [0] * len(suppressions)
    marked: list[Finding] = []
    for finding in findings:
        ids = (finding.rule, finding.path.source.id, finding.path.asset.id)
        hits = [number for number, globs in enumerate(patterns) if all(map(re.Pattern.fullmatch, globs, ids))]
        for number in hits:
            matched[number] += 1
        valid = [suppressions[number] for number in hits if suppressions[number].expires >= as_of]
        if valid and finding.suppressed is None:
            finding = msgspec.structs.replace(finding, suppressed=_reason(valid[0]))  # noqa: PLW2901 - marked
        marked.append(finding)
    notes = [
        note
        for item, count in zip(suppressions, matched, strict=True)
        if (note := _note(item, count, as_of)) is not None
    ]
    return Accepted(tuple(marked), tuple(notes))


def _reason(item: Suppression) -> str:
    return f"{item.reason} ({item.owner}, until {item.expires.isoformat()})"


def _note(item: Suppression, count: int, as_of: dt.date) -> str | None:
    place = f" at line {item.line}" if item.line else ""
    name = f"suppression{place} (rule `{item.rule}`, from `{item.from_}`, to `{item.to}`, owner {item.owner})"
    if item.expires < as_of:
        again = f"; it would cover {count} of this scan's findings" if count else " and matches no finding"
        return f"{name} expired on {item.expires.isoformat()}{again}"
    return None if count else f"{name} matches no finding"


def matches(glob: str, value: str) -> bool:
    """Say whether the whole of `value` has the structure of `glob`; any sign but ``*`` stands for itself.

    ``*`` is any text within one part of an id, between ``:`` and ``/``. Only as the whole last part does it
    span the rest: ``arn:aws:s3:::bucket/*`` is everything in the bucket, ``*/bucket`` is not every bucket.
    """
    return _pattern(glob).fullmatch(value) is not None


def _pattern(glob: str) -> re.Pattern[str]:
    whole = glob == "*" or glob.endswith((":*", "/*"))
    body = glob[:-1] if whole else glob
    inner = "[^:/]*".join(re.escape(part) for part in body.split("*"))
    return re.compile(inner + (".*" if whole else ""), re.DOTALL)


class KnownFinding(msgspec.Struct, frozen=True, order=True):
    """One line of the known findings file; `first_seen` is an ISO date."""

    id: str
    rule: str
    first_seen: str
    certainty: Certainty


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The known findings file: fingerprints only, so it can be committed without naming an account."""

    version: int
    tool_version: str
    findings: tuple[KnownFinding, ...]


def read_known(path: Path) -> Known:
    """Read a known findings file.

    Raises:
        ConfigError: when it cannot be read, is none, or is of a newer version.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror or error}", file=str(path)) from None
    return parse_known(content, file=str(path))


def parse_known(content: bytes, *, file: str) -> Known:
    """Parse the content of a known findings file; `file` is for the messages.

    Raises:
        ConfigError: when it is none, or of a newer version.
    """
    try:
        version = msgspec.json.decode(content, type=_Versioned).version
        if version != KNOWN_VERSION:
            raise ConfigError(f"version {version}; this sidedoor reads {KNOWN_VERSION}", file=file)
        return msgspec.json.decode(content, type=Known)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ConfigError(f"not a known findings file: {error}", file=file) from None


class _Versioned(msgspec.Struct):
    version: int


def write_known(known: Known) -> bytes:
    """Return the file's content, one finding a line, so that a diff of it reads well."""
    lines = b",\n".join(b"  " + msgspec.json.encode(item) for item in known.findings)
    head = msgspec.json.encode({"version": known.version, "tool_version": known.tool_version})[:-1]
    return head + b',"findings":[\n' + lines + b"\n]}\n"


def remember(
    findings: Iterable[Finding], before: Known | None, *, as_of: dt.date, tool_version: str
) -> Known:
    """Return what to write as the new baseline: the findings of now, each with the day it was first seen.

    Those that a suppression accepts are in it too; those that are gone are not.
    """
    dates = {item.id: item.first_seen for item in before.findings} if before else {}
    today = as_of.isoformat()
    items = {f.id: KnownFinding(f.id, f.rule, dates.get(f.id, today), f.path.certainty) for f in findings}
    return Known(KNOWN_VERSION, tool_version, tuple(sorted(items.values())))


def accept_known(findings: Sequence[Finding], known: Known) -> Accepted:
    """Mark the findings that the baseline lists, unless one is surer now: a door that opened is news."""
    listed = {item.id: item for item in known.findings}
    marked: list[Finding] = []
    notes: list[str] = []
    for finding in findings:
        item = listed.get(finding.id)
        surer = item and CERTAINTIES.index(finding.path.certainty) < CERTAINTIES.index(item.certainty)
        if item is not None and surer:
            now = finding.path.certainty
            notes.append(f"known finding {finding.id} was {item.certainty} and is now {now}: reported again")
        elif item is not None and finding.suppressed is None:
            reason = f"known since {item.first_seen} (baseline)"
            finding = msgspec.structs.replace(finding, suppressed=reason)  # noqa: PLW2901 - marked
        marked.append(finding)
    gone = len(listed.keys() - {finding.id for finding in findings})
    if gone:
        notes.append(f"{gone} of the baseline's findings are not in this scan: write the baseline anew")
    return Accepted(tuple(marked), tuple(notes))


def without_known(scan: Scan, known: Known) -> Scan:
    """Return the scan with the findings that the baseline lists marked as known, and notes on it."""
    accepted = accept_known(scan.findings, known)
    return msgspec.structs.replace(
        scan, findings=accepted.findings, notes=tuple(sorted({*scan.notes, *accepted.notes}))
    )
