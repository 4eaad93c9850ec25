"""Two scans compared: what opened, closed, or changed on a path that stayed, and which statement did it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from scanner.errors import ReportError
from scanner.model import CERTAINTIES, SEVERITIES, Certainty, Evidence, Severity
from scanner.verdict import Guard  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Finding
    from scanner.scan import Scan
    from scanner.snapshot import Snapshot


class SeenNode(msgspec.Struct, frozen=True):
    """An end of a path."""

    id: str


class SeenHop(msgspec.Struct, frozen=True):
    """What of a hop is compared."""

    type: str
    to: str
    source: str = msgspec.field(name="from")
    guards: tuple[Guard, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Seen(msgspec.Struct, frozen=True):
    """What of a finding is compared; decodes from the JSON report too."""

    id: str
    rule: str
    severity: Severity
    certainty: Certainty
    source: SeenNode
    asset: SeenNode
    message: str
    hops: tuple[SeenHop, ...]
    suppressed: str | None = None

    @property
    def order(self) -> tuple[int, str, str, str, str]:
        """Worst first, then by rule, asset and source, as in a scan."""
        return SEVERITIES.index(self.severity), self.rule, self.asset.id, self.source.id, self.id


class Change(msgspec.Struct, frozen=True):
    """A finding of both scans that is not the same; `what` says how, one sentence each."""

    finding: Seen
    what: tuple[str, ...]


class Diff(msgspec.Struct, frozen=True):
    """Two scans compared, worst first. `notes` say when an opened or closed finding may be neither.

    `because` has, for an opened finding's id, those of its statements that the old snapshot lacks, and for a
    closed one's those that the new snapshot lacks; only where snapshots were compared.
    """

    opened: tuple[Seen, ...]
    closed: tuple[Seen, ...]
    changed: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    because: dict[str, tuple[Evidence, ...]] = {}


class _Coverage(msgspec.Struct, frozen=True):
    complete: bool


class _Side(msgspec.Struct, frozen=True):
    schema_version: str
    coverage: _Coverage
    findings: tuple[Seen, ...]


def diff(old: Scan | bytes, new: Scan | bytes) -> Diff:
    """Compare two scans, each a `Scan` or the bytes of a JSON report, by fingerprint.

    Raises:
        ReportError: when bytes are no report that this version can read.
    """
    before, after = _side(old, "old"), _side(new, "new")
    was = {item.id: item for item in before.findings}
    now = {item.id: item for item in after.findings}
    changes = (Change(item, _changes(was[item.id], item)) for item in now.values() if item.id in was)
    return Diff(
        opened=tuple(sorted((i for i in now.values() if i.id not in was), key=lambda i: i.order)),
        closed=tuple(sorted((i for i in was.values() if i.id not in now), key=lambda i: i.order)),
        changed=tuple(sorted((c for c in changes if c.what), key=lambda c: c.finding.order)),
        notes=tuple(_doubts(before, after)),
    )


def after_change(before: Scan, after: Scan) -> Scan:
    """Return the scan of what will be, in which only what the change opens is open.

    What was there before is marked as such, unless it is surer then; what the change closes is in the notes.
    """
    was = {finding.id: finding for finding in before.findings}
    marked = tuple(
        msgspec.structs.replace(finding, suppressed="there before the change")
        if finding.suppressed is None and _is_as_sure(was.get(finding.id), finding)
        else finding
        for finding in after.findings
    )
    gone = was.keys() - {finding.id for finding in after.findings}
    closed = (f"the change closes {id_[:8]}: {was[id_].message}" for id_ in sorted(gone))
    return msgspec.structs.replace(after, findings=marked, notes=tuple(sorted({*after.notes, *closed})))


def _is_as_sure(was: Finding | None, now: Finding) -> bool:
    return was is not None and CERTAINTIES.index(was.path.certainty) <= CERTAINTIES.index(now.path.certainty)


def attributed(found: Diff, old: Snapshot, new: Snapshot) -> Diff:
    """Return a comparison of two snapshots' scans with the statements that opened and closed findings."""
    because = {item.id: _lacking(item, old) for item in found.opened}
    because |= {item.id: _lacking(item, new) for item in found.closed}
    return msgspec.structs.replace(found, because={id_: said for id_, said in because.items() if said})


def _lacking(item: Seen, snapshot: Snapshot) -> tuple[Evidence, ...]:
    """Return the finding's statements that a snapshot does not hold, wherever in their document."""
    bodies = {str(document.id): document.body for document in snapshot}
    cited = dict.fromkeys(evidence for hop in item.hops for evidence in hop.evidence)
    return tuple(e for e in cited if not _holds(bodies.get(e.document), e))


def _holds(body: Any, evidence: Evidence) -> bool:  # noqa: ANN401 - any document
    try:
        wanted = json.loads(evidence.excerpt)
    except ValueError:
        return body is not None
    waiting = [body]
    while waiting:
        part = waiting.pop()
        if part == wanted:
            return True
        waiting += part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return False


def _doubts(before: _Side, after: _Side) -> Iterator[str]:
    if not after.coverage.complete:
        yield "the new scan is incomplete: a closed finding may only be unread"
    if not before.coverage.complete:
        yield "the old scan is incomplete: an opened finding may have been there unread"


def _side(scan: Scan | bytes, name: str) -> _Side:
    if not isinstance(scan, bytes):
        return _Side("1.0", _Coverage(scan.complete), tuple(map(_seen, scan.findings)))
    try:
        side = msgspec.json.decode(scan, type=_Side)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ReportError(f"the {name} file is not a JSON report: {error}") from None
    if side.schema_version.split(".")[0] != "1":
        raise ReportError(
            f"the {name} report has schema version {side.schema_version}; this sidedoor reads 1"
        )
    return side


def _seen(finding: Finding) -> Seen:
    path = finding.path
    return Seen(
        finding.id,
        finding.rule,
        finding.severity,
        path.certainty,
        SeenNode(path.source.id),
        SeenNode(path.asset.id),
        finding.message,
        tuple(SeenHop(hop.type, hop.target, hop.source, hop.guards, hop.evidence) for hop in path.hops),
        finding.suppressed,
    )


def _changes(was: Seen, now: Seen) -> tuple[str, ...]:
    said = [
        f"{word} {after}, was {before}"
        for word, before, after in (
            ("severity", was.severity, now.severity),
            ("certainty", was.certainty, now.certainty),
            ("route", _route(was), _route(now)),
        )
        if before != after
    ]
    old, new = _guards(was), _guards(now)
    said += [f"no longer demanded: {guard}" for guard in sorted(old - new)]
    said += [f"newly demanded: {guard}" for guard in sorted(new - old)]
    if was.suppressed != now.suppressed:
        said.append("no longer suppressed" if now.suppressed is None else f"suppressed: {now.suppressed}")
    return tuple(said)


def _route(item: Seen) -> str:
    return " -> ".join([item.source.id, *(f"[{hop.type}] {hop.to}" for hop in item.hops)])


def _guards(item: Seen) -> set[str]:
    """Return each guard with the node it stands before, so that moving one is a change too."""
    return {f"{guard} before {hop.to}" for hop in item.hops for guard in hop.guards}
