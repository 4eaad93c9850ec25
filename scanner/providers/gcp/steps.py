"""From answers to hops: one hop for each alternative set of guards, with the bindings that prove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model import Hop

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.model import Evidence, Gain
    from scanner.providers.gcp.access.question import Answer


def hops(
    type_: str,
    target: str,
    answers: Iterable[Answer],
    *,
    gains: tuple[Gain, ...] = (),
    evidence: tuple[Evidence, ...] = (),
    missing: tuple[str, ...] = (),
    assumed: tuple[str, ...] = (),
) -> Iterator[Hop]:
    """Yield the hops into `target` that answers amount to.

    One lock makes a hop that is ``blocked``; what two or more bar is no hop. `evidence` and `missing` are
    what proves, and what would have to be read, besides the answers.
    """
    for answer in answers:
        if answer.member == target or len(answer.locks) > 1:
            continue
        lacking = tuple(sorted({*answer.missing, *missing}))
        barred = tuple(e for lock in answer.locks for e in lock.evidence)
        for guards in answer.ways:
            yield Hop(
                target=target,
                source=answer.member,
                type=type_,
                guards=guards,
                gains=gains,
                certainty="blocked" if answer.locks else "possible" if lacking else "proven",
                evidence=tuple(dict.fromkeys((*evidence, *answer.evidence, *barred))),
                missing=lacking,
                blocked_by=tuple(lock.reason for lock in answer.locks),
                assumed=assumed,
            )


def once(ways: Iterable[Iterable[Hop]]) -> Iterator[Hop]:
    """Yield the hops of one way after another, none for a source that an earlier way surely let in.

    Of ways that are only possible a source gets the first.
    """
    sure: set[str] = set()
    perhaps: set[str] = set()
    for found in ways:
        fresh = [
            hop
            for hop in found
            if hop.source not in sure and (hop.certainty == "proven" or hop.source not in perhaps)
        ]
        sure.update(hop.source for hop in fresh if hop.certainty == "proven")
        perhaps.update(hop.source for hop in fresh if hop.certainty == "possible")
        yield from fresh
