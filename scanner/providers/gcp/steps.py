"""From answers to hops: one hop for each alternative set of guards, with the bindings that prove it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from scanner.model import CERTAINTIES, Hop
from scanner.providers.gcp.access.question import Answer
from scanner.providers.gcp.members import ANY_ACCOUNT, ANYONE, DOMAIN, GROUP, USER
from scanner.verdict import Denied, both

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.guards import Guard
    from scanner.model import Evidence, Gain
    from scanner.providers.gcp.access.question import Place


class Asking(Protocol):
    """Answers who holds a permission."""

    @property
    def groups(self) -> Memberships:
        """Tells who is in a group."""

    def who(self, permission: str, place: Place) -> tuple[Answer, ...]:
        """Return who is granted a permission on a place."""


Gains: TypeAlias = "tuple[Gain, ...]"


class Way(NamedTuple):
    """What the hops are, and what proves or is missing of them besides the answers."""

    type: str
    gains: Gains = ()
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


def hops(estate: Asking, way: Way, target: str, answers: Iterable[Answer]) -> Iterator[Hop]:
    """Yield the hops into `target` that answers amount to.

    One lock makes a hop that is ``blocked``. Where the same member may take all locks away, there is a
    ``drop-guard`` besides; what two or more bar is nothing else.
    """
    for answer in answers:
        if answer.member == target:
            continue
        if len(answer.locks) < 2:
            yield from _hops(way, target, answer)
        if answer.locks:
            yield from _dropping(estate, way, target, answer)
            yield from _inside(way, target, answer)


def _hops(way: Way, target: str, answer: Answer) -> Iterator[Hop]:
    lacking = tuple(sorted({*answer.missing, *way.missing}))
    barred = tuple(e for lock in answer.locks for e in lock.evidence)
    for guards in answer.ways:
        yield Hop(
            target=target,
            source=answer.member,
            type=way.type,
            guards=guards,
            gains=way.gains,
            certainty="blocked" if answer.locks else "possible" if lacking else "proven",
            evidence=tuple(dict.fromkeys((*way.evidence, *answer.evidence, *barred))),
            missing=lacking,
            blocked_by=tuple(lock.reason for lock in answer.locks),
            assumed=way.assumed,
        )


def _inside(way: Way, target: str, answer: Answer) -> Iterator[Hop]:
    """Yield the hop of a service account that calls from inside of what bars it."""
    lock = answer.locks[0]
    if lock.inside and len(answer.locks) == 1:
        proof = (*answer.evidence, *lock.evidence)
        yield from _hops(way, target, Answer(f"{answer.member}{lock.inside}", answer.verdict, proof))


def _dropping(estate: Asking, way: Way, target: str, answer: Answer) -> Iterator[Hop]:
    """Yield the hops of those who are barred, and may take away everything that bars them.

    Whoever may do that through a group counts too.
    """
    proof = tuple(e for lock in answer.locks for e in lock.evidence)
    free = [Answer(answer.member, answer.verdict, tuple(dict.fromkeys((*answer.evidence, *proof))))]
    for lock in answer.locks:
        free = [able for drop in lock.drops for able in _able(estate, free, drop)]
    for dropped in dict.fromkeys(free):
        yield from _hops(way._replace(type="drop-guard"), target, dropped)


def _able(estate: Asking, free: list[Answer], drop: tuple[tuple[str, Place], ...]) -> list[Answer]:
    """Return those of `free` who are granted every permission of one way to take a lock away."""
    for permission, place in drop:
        may = [a for a in estate.who(permission, place) if not a.locks]
        free = list(joined(estate.groups, free, may))
    return free


class Memberships(Protocol):
    """Tells who is in a group."""

    def people(self, member: str) -> tuple[tuple[str, tuple[Evidence, ...]], ...]:
        """Return those behind a group, each with what proves it."""


def joined(groups: Memberships, one: Iterable[Answer], other: Iterable[Answer]) -> Iterator[Answer]:
    """Yield the answers of those who are granted both, each member once for each way.

    Whoever is granted one through a group and the other by name, or through another group, is granted both;
    so is whoever is granted one by name and the other as anyone.
    """
    left, right = tuple(one), tuple(other)
    if not left or not right:
        return
    whole = {a.member for a in left} & {a.member for a in right}
    spread = tuple(_spread(groups, right, whole))
    by_member: dict[str, list[Answer]] = {}
    for answer in spread:
        by_member.setdefault(answer.member, []).append(answer)
    broad = [a for a in spread if _is_broad(a.member)]
    seen = set()
    for first in _spread(groups, left, whole):
        others = spread if _is_broad(first.member) else (*by_member.get(first.member, ()), *broad)
        for second in others:
            member = _common(first.member, second.member)
            verdict = both(first.verdict, second.verdict)
            if member is None or isinstance(verdict, Denied):
                continue
            locks = tuple(dict.fromkeys((*first.locks, *second.locks)))
            proof = tuple(dict.fromkeys((*first.evidence, *second.evidence)))
            answer = Answer(member, verdict, proof, locks)
            if answer not in seen:
                seen.add(answer)
                yield answer


def holding_all(estate: Asking, permissions: Iterable[str], place: Place) -> tuple[Answer, ...]:
    """Return who is granted every one of some permissions on a place."""
    first, *more = (estate.who(permission, place) for permission in permissions)
    for answers in more:
        first = tuple(joined(estate.groups, first, answers))
    return first


def _is_broad(member: str) -> bool:
    """Tell whether a member may be many that other members are among, groups aside."""
    return member in {ANYONE, ANY_ACCOUNT} or member.startswith(DOMAIN)


def _common(one: str, other: str) -> str | None:
    """Return who is both of two members; None when nobody is known to be."""
    if other in {one, ANYONE}:
        return one
    if one == ANYONE or (one == ANY_ACCOUNT and "://" not in other):
        return other
    if other == ANY_ACCOUNT and "://" not in one:
        return one
    for domain, user in ((one, other), (other, one)):
        if domain.startswith(DOMAIN) and user.startswith(USER):
            return user if user.endswith(f"@{domain.removeprefix(DOMAIN)}") else None
    return None


def _spread(groups: Memberships, answers: tuple[Answer, ...], whole: set[str]) -> Iterator[Answer]:
    """Yield answers, those of a group that is not granted both also as its people's."""
    for answer in answers:
        yield answer
        if answer.member.startswith(GROUP) and answer.member not in whole:
            for person, proof in groups.people(answer.member):
                if person != answer.member:
                    yield replace(answer, member=person, evidence=(*answer.evidence, *proof))


def once(ways: Iterable[Iterable[Hop]]) -> Iterator[Hop]:
    """Yield the hops of one way after another, none for a source that an earlier way lets in as easily.

    An earlier way is as easy when it is as certain, and no guard stands before it that does not stand before
    the later one. Of one way all hops are kept.
    """
    seen: dict[str, list[tuple[int, frozenset[Guard]]]] = {}
    for found in ways:
        fresh = []
        for hop in found:
            rank = CERTAINTIES.index(hop.certainty)
            guards = frozenset(hop.guards)
            if not any(r <= rank and g <= guards for r, g in seen.get(hop.source, ())):
                fresh.append((hop, rank, guards))
        for hop, rank, guards in fresh:
            seen.setdefault(hop.source, []).append((rank, guards))
            yield hop


def surely(hops: Iterable[Hop]) -> set[str]:
    """Return the sources of hops that are proven, and that nothing guards."""
    return {hop.source for hop in hops if hop.certainty == "proven" and not hop.guards}
