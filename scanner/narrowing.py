"""Least privilege: the narrowest policies under which a vendor keeps what was agreed, and nothing else.

A provider proposes (`scanner.providers.narrowing`); each proposal is laid over the snapshot, which is
analysed again, and is kept only when all agreed access, whoever's, is still there. What the vendor can reach
besides is then cut at its own ways in, found like any cut. So the result is proven by the same analysis that
found the access; what could not be expressed, or is still open, is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

import msgspec

from scanner.access import AccessKey, outside_access
from scanner.analysis import Analysis
from scanner.cut import Edit, Tried, Way, edit_of, removable, smallest_cut
from scanner.errors import ConfigError, did_you_mean
from scanner.providers import PROVIDERS
from scanner.providers.narrowing import Draft, Party, Piece, Refused
from scanner.snapshot import Change, Removal, Snapshot, Without, changed
from scanner.vendors import party_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from scanner.access import Access
    from scanner.config import Config, Vendor
    from scanner.model import Path, Source

MAX_TRIALS: Final = 400
"""Analyses of the snapshot in search of the fewest permissions of a role."""

T = TypeVar("T")
_Spare: TypeAlias = tuple[int, str]
"""A spare permission, with the number of the draft that has it."""


class Told(msgspec.Struct, frozen=True):
    """Access that has no narrower form, and why."""

    access: AccessKey
    reason: str


class LeastPrivilege(msgspec.Struct, frozen=True):
    """What a vendor should have instead of what it has.

    Attributes:
        vendor: Its name in the register.
        keeps: Agreed access that is still there afterwards: all of it, proven by analysis.
        pieces: Documents to write, as (what and where, document).
        removals: Parts of today's documents to take out besides.
        loses: Access that is not agreed and is gone afterwards.
        open: Access that is not agreed and is there still.
        unexpressed: Agreed access that keeps today's statements.
        notes: What people have to know before they apply it.
        is_smallest: Whether no permission was left in because the search met its bound.
    """

    vendor: str
    keeps: tuple[AccessKey, ...]
    pieces: tuple[Piece, ...]
    removals: tuple[Edit, ...]
    loses: tuple[AccessKey, ...]
    open: tuple[AccessKey, ...]
    unexpressed: tuple[Told, ...] = ()
    notes: tuple[str, ...] = ()
    is_smallest: bool = True


def least_privilege(snapshot: Snapshot, config: Config, name: str) -> LeastPrivilege:
    """Return the least privilege of a vendor of the register.

    Raises:
        ConfigError: when the register has no such vendor.
    """
    vendor = next((v for v in config.vendors if v.name == name), None)
    if vendor is None:
        raise ConfigError(f"no vendor `{name}` in the register{did_you_mean(name, _names(config))}")
    return _Search(snapshot, config, vendor).result()


def _names(config: Config) -> list[str]:
    return [vendor.name for vendor in config.vendors]


class _Search:
    """One vendor on one snapshot; `_now` is the snapshot as changed so far."""

    def __init__(self, snapshot: Snapshot, config: Config, vendor: Vendor) -> None:
        self._snapshot = snapshot
        self._config = config
        self._vendor = vendor
        self._trials = 0
        self._changes: tuple[Change, ...] = ()
        self._removals: tuple[Removal, ...] = ()
        self._pieces: list[Piece] = []
        self._notes: dict[str, None] = {}
        self._told: list[Told] = []

    def result(self) -> LeastPrivilege:
        before = self._access((), ())
        agreed = _agreed(before)
        mine = [a for a in before if self._is_mine(a)]
        ways = [a.path for a in mine if a.agreement == "agreed"]
        proposed: list[Draft] = []
        for draft in self._drafts(ways):
            if isinstance(draft, Refused):
                self._told += (Told(_key(way), draft.reason) for way in draft.ways)
            else:
                proposed.append(draft)
        for group in _overlapping(proposed):
            self._take(group, agreed)
        cut = self._cut()
        after = self._access(self._changes, cut)
        left = {a.key for a in after if self._is_mine(a) and a.agreement != "agreed"}
        had = {a.key for a in mine if a.agreement != "agreed"}
        return LeastPrivilege(
            self._vendor.name,
            tuple(sorted(a.key for a in after if self._is_mine(a) and a.agreement == "agreed")),
            tuple(self._pieces),
            tuple(edit_of(self._snapshot, removal) for removal in cut),
            tuple(sorted(had - left)),
            tuple(sorted(left)),
            tuple(self._told),
            tuple(self._notes),
            is_smallest=self._trials <= MAX_TRIALS,
        )

    def _drafts(self, ways: Iterable[Path]) -> Iterator[Draft | Refused]:
        by_provider: dict[str, list[Path]] = {}
        for way in ways:
            by_provider.setdefault(way.asset.provider, []).append(way)
        party = self._party()
        for provider in PROVIDERS:
            if provider.name in by_provider:
                yield from provider.narrowed(self._snapshot, tuple(by_provider[provider.name]), party)

    def _party(self) -> Party:
        names = {*self._vendor.identities.aws}
        for source in Analysis(self._snapshot, self._config).assembly.sources.values():
            if source.vendor == self._vendor.name:
                names |= _called(source)
        networks = self._vendor.identities.networks if self._vendor.demands.networks else ()
        return Party(self._vendor.name, frozenset(names), networks)

    def _take(self, drafts: Sequence[Draft], agreed: set[AccessKey]) -> None:
        """Take proposals in that replace the same statements, if they keep what is agreed together.

        Each with as few spare permissions as do; wider ones where these do not.
        """
        removals = tuple(dict.fromkeys(removal for draft in drafts for removal in draft.removals))

        def kept(made: Iterable[Draft]) -> set[AccessKey]:
            changes = (change for draft in made for change in draft.changes)
            return _agreed(self._access((*self._changes, *changes), (*self._removals, *removals)))

        def holds(spare: tuple[_Spare, ...]) -> bool:
            self._trials += 1
            try:
                return agreed <= kept(_with_spare(drafts, spare))
            except ConfigError:  # a document that is not as the provider has it
                return False

        spare = tuple((n, name) for n, draft in enumerate(drafts) for name in draft.spare)
        if not holds(spare):
            if any(draft.otherwise for draft in drafts):
                self._take([draft.otherwise or draft for draft in drafts], agreed)
            else:
                reason = "tried on the snapshot, agreed access is gone with it: today's statements stay"
                self._told += (Told(_key(way), reason) for draft in drafts for way in draft.ways)
            return
        needed = self._fewest(spare, holds)
        useful = {n for n, draft in enumerate(drafts) if not draft.spare} | {n for n, _ in needed}
        anyway = kept(()) if len(useful) < len(drafts) else set()
        for n, draft in enumerate(_with_spare(drafts, needed)):
            if n in useful:
                self._changes += draft.changes
                self._pieces += draft.pieces
                self._notes.update(dict.fromkeys(draft.notes))
            reason = "another statement gives it too, which stays as it is"
            self._told += (Told(_key(way), reason) for way in draft.ways if _key(way) in anyway)
        self._removals += removals

    def _fewest(
        self, spare: tuple[_Spare, ...], holds: Callable[[tuple[_Spare, ...]], bool]
    ) -> tuple[_Spare, ...]:
        """Return permissions of which none can be left out: first in all drafts at once, then in each."""

        def of(names: Iterable[str]) -> tuple[_Spare, ...]:
            kept = set(names)
            return tuple(item for item in spare if item[1] in kept)

        def is_late() -> bool:
            return self._trials > MAX_TRIALS

        names = tuple(dict.fromkeys(name for _, name in spare))
        return _fewest(of(_fewest(names, lambda kept: holds(of(kept)), is_late)), holds, is_late)

    def _cut(self) -> tuple[Removal, ...]:
        """Return what else is to be taken out: the vendor's ways in to what nobody agreed to."""

        def attempt(removals: frozenset[Removal]) -> Tried:
            gone = (*self._removals, *removals)
            without = Without(changed(self._snapshot, self._changes), gone)
            access = self._access(self._changes, gone)
            ways = [
                Way(" ".join(item.key), self._doors(path, without))
                for item in access
                if self._is_mine(item) and item.agreement != "agreed"
                for path in item.entries
            ]
            kept = {a.key: self._doors(a.path, without) for a in access if a.agreement == "agreed"}
            return Tried(tuple(dict.fromkeys(ways)), kept)

        found = smallest_cut(attempt)
        return tuple(sorted({*self._removals, *found.removals}))

    def _doors(self, path: Path, without: Without) -> frozenset[Removal]:
        """Return the parts of documents that let the vendor in by the first hop, and nobody else with it."""
        names = _called(path.source)
        found: set[Removal] = set()
        for evidence in path.hops[0].evidence:
            for removal in removable(without.snapshot, path.hops[0], evidence):
                cited = without.snapshot.cited(removal.document, removal.pointer)
                for part in _naming(cited[0], names) if cited and removal.pointer else ("",):
                    pointer = without.original(removal.document, removal.pointer + part)
                    found.add(Removal(removal.document, pointer))
        return frozenset(found)

    def _access(self, changes: Iterable[Change], removals: Iterable[Removal]) -> tuple[Access, ...]:
        snapshot = Without(changed(self._snapshot, changes), removals).snapshot
        return outside_access(Analysis(snapshot, self._config))[0]

    def _is_mine(self, access: Access) -> bool:
        return party_of(access.path.source) == self._vendor.name


def _overlapping(drafts: Iterable[Draft]) -> list[list[Draft]]:
    """Return proposals in groups: those that take out the same statement are in one."""
    groups: list[tuple[set[Removal], list[Draft]]] = []
    for draft in drafts:
        removals, members = set(draft.removals), [draft]
        apart = []
        for group in groups:
            if group[0].isdisjoint(removals):
                apart.append(group)
            else:
                removals |= group[0]
                members = [*group[1], *members]
        groups = [*apart, (removals, members)]
    return [members for _, members in groups]


def _agreed(access: Iterable[Access]) -> set[AccessKey]:
    return {item.key for item in access if item.agreement == "agreed"}


def _called(source: Source) -> frozenset[str]:
    """Return the texts that policies name a source by."""
    principal = source.principal
    if principal is None:
        return frozenset({source.id})
    account = principal.scope if principal.kind == "account" else None
    return frozenset(name for name in (source.id, principal.subject, account) if name)


def _key(way: Path) -> AccessKey:
    return way.source.id, way.gains[0], way.asset.id


def _naming(part: Any, names: frozenset[str], pointer: str = "") -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield pointers to the items of lists that name the party beside others, else to the whole part."""
    found = list(_items(part, names, pointer))
    yield from found or [pointer]


def _items(part: Any, names: frozenset[str], pointer: str) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(part, dict):
        for key, value in part.items():
            yield from _items(value, names, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(part, list):
        own = [n for n, item in enumerate(part) if isinstance(item, str) and item in names]
        if own and len(own) < len(part):
            yield from (f"{pointer}/{n}" for n in own)


def _with_spare(drafts: Sequence[Draft], spare: Iterable[_Spare]) -> Iterator[Draft]:
    """Yield drafts without the spare permissions that are not among those given."""
    kept = set(spare)
    for n, draft in enumerate(drafts):
        yield draft.without(frozenset(name for name in draft.spare if (n, name) not in kept))


def _fewest(
    items: tuple[T, ...], holds: Callable[[tuple[T, ...]], bool], is_late: Callable[[], bool]
) -> tuple[T, ...]:
    """Return items of which none can be left out, late ones rather than early: halves first, then ever less.

    Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input" (2002).
    """
    parts = 2
    while items and not is_late():
        size = max(len(items) // parts, 1)
        chunks = [items[start : start + size] for start in range(0, len(items), size)]
        for chunk in chunks:
            rest = tuple(item for item in items if item not in set(chunk))
            if not is_late() and holds(rest):
                items, parts = rest, max(parts - 1, 2)
                break
        else:
            if size == 1:
                break
            parts = min(parts * 2, len(items))
    return items
