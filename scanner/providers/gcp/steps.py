"""From answers to hops: one hop for each alternative set of guards, with the bindings that prove it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from scanner.model import Hop
from scanner.verdict import Denied, both

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.model import Evidence, Gain
    from scanner.providers.gcp.access.question import Answer, Place


class Asking(Protocol):
    """Answers who holds a permission."""

    def who(self, permission: str, place: Place) -> tuple[Answer, ...]:
        """Return who is granted a permission on a place."""


class Way(NamedTuple):
    """What the hops are, and what proves or is missing of them besides the answers."""

    type: str
    gains: tuple[Gain, ...] = ()
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
    free = type(answer)(answer.member, verdict, tuple(proof))
    yield from _hops(way._replace(type="drop-guard"), target, free)


def joined(one: Iterable[Answer], other: Iterable[Answer]) -> Iterator[Answer]:
    """Yield the answers of those who are granted both, as far as the members are the same."""
    by_member: dict[str, list[Answer]] = {}
    for answer in other:
        by_member.setdefault(answer.member, []).append(answer)
    for first in one:
        for second in by_member.get(first.member, ()):
            verdict = both(first.verdict, second.verdict)
            if not isinstance(verdict, Denied):
                locks = tuple(dict.fromkeys((*first.locks, *second.locks)))
                proof = tuple(dict.fromkeys((*first.evidence, *second.evidence)))
                yield type(first)(first.member, verdict, proof, locks)


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
