"""What to cut: the smallest set of statements without which no unwanted path is left.

Found by asking, not by guessing: a cut is tried on the snapshot itself, and paths that are still there (a
second statement grants the same) become part of the question, until none is. A statement that agreed access
needs is kept; what a path leads to that only such statements make cannot be cut, and is said, and nothing is
removed for its other paths. Every path without a removed
statement stays, so a set that hits all paths seen is no larger than any cut: when it works, it is a smallest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import msgspec

from scanner.access import AccessKey, outside_access
from scanner.analysis import Analysis
from scanner.assemble import LONGEST_EXCERPT
from scanner.catalog import Written, load_terraform, written_in
from scanner.hitting import smallest_hitting
from scanner.model import SEVERITIES, Evidence, Finding, Hop, Path, Severity
from scanner.providers import PROVIDERS
from scanner.snapshot import Removal, Without
from scanner.wildcards import matches

if TYPE_CHECKING:
    from scanner.config import Config
    from scanner.rules import Rule
    from scanner.snapshot import Snapshot

MAX_ROUNDS: Final = 60
"""Trials on the snapshot; each is an analysis."""


class Way(NamedTuple):
    """One unwanted path: who says so, and the statements that make it, each enough to break it."""

    finding: str
    statements: frozenset[Removal]


class Tried(NamedTuple):
    """What is left without some statements: unwanted ways, and agreed access with the statements it needs."""

    ways: tuple[Way, ...]
    agreed: dict[AccessKey, frozenset[Removal]]


Try: TypeAlias = Callable[[frozenset[Removal]], Tried]


class Kept(msgspec.Struct, frozen=True, order=True):
    """A finding that no cut removes: agreed access needs the statements of one of its ways."""

    finding: str
    statements: tuple[Removal, ...]


class Cut(msgspec.Struct, frozen=True):
    """Statements to remove, and the findings that are then gone and that stay.

    `is_smallest` unless a bound was met, and then `is_whole` may be False: some findings are still there.
    """

    removals: tuple[Removal, ...]
    broken: tuple[str, ...]
    kept: tuple[Kept, ...] = ()
    is_smallest: bool = True
    is_whole: bool = True


def smallest_cut(attempt: Try) -> Cut:
    """Return a smallest cut that keeps agreed access.

    Args:
        attempt: Tells what is left without a set of statements; pure.
    """
    before = attempt(frozenset())
    seen = set(before.ways)
    needed: set[Removal] = set()
    chosen: frozenset[Removal] = frozenset()
    smallest = True
    for _ in range(MAX_ROUNDS):
        staying = {way.finding for way in seen if not way.statements - needed}
        open_ways = [way for way in seen if way.finding not in staying]
        hitting = smallest_hitting((w.statements - needed for w in open_ways), order=_order(open_ways))
        chosen = frozenset(hitting.members) if hitting else frozenset()
        smallest = hitting is None or hitting.is_smallest
        left = attempt(chosen)
        lost = [before.agreed[key] for key in before.agreed.keys() - left.agreed.keys()]
        spared = {s for statements in lost for s in statements & chosen} or (set(chosen) if lost else set())
        # a way that cites what is gone does without it: a setting whose default is the same
        spared |= {s for way in left.ways for s in way.statements & chosen}
        fresh = set(left.ways) - seen
        if not fresh and not spared:
            return _cut(before, left, chosen, smallest=smallest, staying=staying)
        needed |= spared
        seen |= fresh
    return _cut(before, attempt(chosen), chosen, smallest=False, staying=staying)


def _cut(before: Tried, left: Tried, chosen: frozenset[Removal], *, smallest: bool, staying: set[str]) -> Cut:
    stay = {way.finding for way in left.ways}
    kept = {Kept(w.finding, tuple(sorted(w.statements))) for w in left.ways if w.finding in staying}
    return Cut(
        tuple(sorted(chosen)),
        tuple(sorted({way.finding for way in before.ways} - stay)),
        tuple(sorted(kept)),
        is_smallest=smallest,
        is_whole=stay == {item.finding for item in kept},
    )


def _order(ways: Iterable[Way]) -> Callable[[Removal], tuple[int, Removal]]:
    """Prefer the statement that stands on most ways."""
    counts: dict[Removal, int] = {}
    for way in ways:
        for statement in way.statements:
            counts[statement] = counts.get(statement, 0) + 1
    return lambda statement: (-counts.get(statement, 0), statement)


class Edit(NamedTuple):
    """A removal with what stands there, and in which Terraform resource when no code made the document."""

    removal: Removal
    evidence: Evidence
    written: Written | None


def edit_of(snapshot: Snapshot, removal: Removal) -> Edit:
    """Return a removal with what people need to make it."""
    found = snapshot.cited(removal.document, removal.pointer)
    excerpt = "" if found is None else json.dumps(found[0], ensure_ascii=False)
    if len(excerpt) > LONGEST_EXCERPT:
        excerpt = f"{excerpt[: LONGEST_EXCERPT - 1]}…"
    place = None if found is None else found[1]
    evidence = Evidence(removal.document, removal.pointer, excerpt)
    if place is not None:
        evidence = Evidence(removal.document, removal.pointer, excerpt, place.file, place.lines)
    return Edit(removal, evidence, written_in(load_terraform(), removal.document, removal.pointer))


class Estate:
    """A snapshot that cuts are tried on.

    Args:
        snapshot: As read.
        config: Says what is agreed.
        rules: Say what is unwanted: their findings at or above `level` on assets that the glob `asset` names,
            but for suppressed and blocked ones.
        level: The least severity.
        asset: A glob over asset ids.
        party: A glob over source ids and vendors' names.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        config: Config,
        rules: Iterable[Rule],
        *,
        level: Severity,
        asset: str = "*",
        party: str = "*",
    ) -> None:
        self._snapshot = snapshot
        self._config = config
        self._rules = tuple(rules)
        self._level = SEVERITIES.index(level)
        self._asset = asset
        self._party = party

    def unwanted(self, removals: Iterable[Removal] = ()) -> tuple[Finding, ...]:
        """Return the findings to be cut, without some statements."""
        return self._unwanted(self._analysis(Without(self._snapshot, removals)))

    def on(self, finding: Finding) -> frozenset[Removal]:
        """Return what can be removed of a finding's path, each part enough to break it."""
        return _statements(finding.path, Without(self._snapshot, ()))

    def attempt(self, removals: frozenset[Removal]) -> Tried:
        """See `Try`."""
        without = Without(self._snapshot, removals)
        analysis = self._analysis(without)
        ways = (Way(f.id, _statements(f.path, without)) for f in self._unwanted(analysis))
        access, _ = outside_access(analysis)
        agreed = {a.key: _statements(a.path, without) for a in access if a.agreement == "agreed"}
        return Tried(tuple(dict.fromkeys(ways)), agreed)

    def _analysis(self, without: Without) -> Analysis:
        return Analysis(without.snapshot, self._config)

    def _unwanted(self, analysis: Analysis) -> tuple[Finding, ...]:
        findings, _, _ = analysis.findings(self._rules)
        return tuple(
            finding
            for finding in findings
            if finding.suppressed is None
            and finding.path.certainty != "blocked"
            and SEVERITIES.index(finding.severity) <= self._level
            and matches(self._asset, finding.path.asset.id)
            and any(
                matches(self._party, n) for n in (finding.path.source.id, finding.path.source.vendor or "")
            )
        )


def _statements(path: Path, without: Without) -> frozenset[Removal]:
    """Return what can be removed of a path, each part enough to break it."""
    return frozenset(
        Removal(removal.document, without.original(removal.document, removal.pointer))
        for hop in path.hops
        for evidence in hop.evidence
        for removal in removable(without.snapshot, hop, evidence)
    )


def removable(snapshot: Snapshot, hop: Hop, evidence: Evidence) -> Iterable[Removal]:
    """Return what its owner would remove for evidence of a hop to be gone; nothing if that cannot be."""
    name = evidence.document.partition(":")[0]
    provider = next((provider for provider in PROVIDERS if provider.name == name), None)
    return () if provider is None else provider.removable(snapshot, hop, evidence)
