"""From answers to hops: one hop for each alternative set of guards, with the bindings that prove it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from scanner.model import Hop
from scanner.providers.gcp.access.question import Answer
from scanner.providers.gcp.members import ANY_ACCOUNT, ANYONE, DOMAIN, GROUP, USER
from scanner.verdict import Denied, both

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.model import Evidence, Gain
    from scanner.providers.gcp.access.question import Place


class Asking(Protocol):
    """Answers who holds a permission."""

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

    One lock makes a hop that is ``blocked``, and one more, ``drop-guard``, where the same member may take the
    lock away; what two or more bar is no hop.
    """
    for answer in answers:
        if answer.member == target or len(answer.locks) > 1:
            continue
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
    (lock,) = answer.locks
    if lock.inside:
        proof = (*answer.evidence, *lock.evidence)
        yield from _hops(way, target, Answer(f"{answer.member}{lock.inside}", answer.verdict, proof))


def _dropping(estate: Asking, way: Way, target: str, answer: Answer) -> Iterator[Hop]:
    """Yield the hop of a member that is barred once, and may take away what bars it."""
    (lock,) = answer.locks
    verdict = answer.verdict
    proof = [*answer.evidence, *lock.evidence]
    for permission, place in lock.drop:
        may = next(
            (a for a in estate.who(permission, place) if a.member == answer.member and not a.locks), None
        )
        if may is None:
            return
        verdict = both(verdict, may.verdict)
        proof += may.evidence
    if not lock.drop or isinstance(verdict, Denied):
        return
    free = Answer(answer.member, verdict, tuple(proof))
    yield from _hops(way._replace(type="drop-guard"), target, free)


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
    """Yield the hops of one way after another, none for a source that an earlier way surely let in.

    Of ways that are only possible, or blocked, a source gets the first.
    """
    seen: dict[str, set[str]] = {"proven": set(), "possible": set(), "blocked": set()}
    worse = {"proven": (), "possible": ("proven",), "blocked": ("proven", "possible")}
    for found in ways:
        fresh = [
            hop
            for hop in found
            if hop.source not in seen[hop.certainty]
            and not any(hop.source in seen[better] for better in worse[hop.certainty])
        ]
        for hop in fresh:
            seen[hop.certainty].add(hop.source)
        yield from fresh
