"""Who holds a permission on a resource: allow policies of it and all above it, and what bars them.

An access is granted by any allow policy of the resource or a container above it, unless a deny policy, a
boundary or a perimeter bars it. Source: IAM documentation, "Policy types" and "Policy evaluation"
(https://cloud.google.com/iam/docs/policy-types, read 2026-11).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from scanner.providers.gcp.access.question import Answer, Lock, Place
from scanner.providers.gcp.members import CONVENIENCE, DELETED
from scanner.providers.gcp.names import MANAGER
from scanner.verdict import Allowed, Denied, Unknown, both

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from scanner.model import Evidence
    from scanner.providers.gcp.access.bindings import Binding, Bindings
    from scanner.verdict import Verdict


Bar: TypeAlias = "Lock | Verdict | None"


class Layer(Protocol):
    """One kind of policy that can bar a granted access. An `idle` one never does, in the whole estate."""

    @property
    def idle(self) -> bool:
        """Whether it bars nobody from anything."""

    def bars(self, member: str, permission: str, place: Place) -> Iterable[Bar]:
        """Yield a lock for each policy that bars, a verdict for one that demands something or may bar.

        None: only some of the people behind `member` are barred.
        """


class Oracle:
    """Answers about one estate, each once."""

    def __init__(
        self,
        bindings: Bindings,
        condition: Callable[[Binding, str, Place], tuple[Verdict, tuple[Lock, ...]]],
        layers: tuple[Layer, ...],
        people: Callable[[str], tuple[tuple[str, tuple[Evidence, ...]], ...]],
        requested: Callable[[str, Place], Iterable[Answer]] = lambda *_: (),
    ) -> None:
        self._bindings = bindings
        self._condition = condition
        self._layers = tuple(layer for layer in layers if not layer.idle)
        self._people = people
        self._requested = requested
        self._answers: dict[tuple[str, Place], tuple[Answer, ...]] = {}

    def who(self, permission: str, place: Place) -> tuple[Answer, ...]:
        """Return who is granted the permission, each member's best answers, in member order."""
        key = permission, place
        if key not in self._answers:
            given = chain(self._granted(permission, place), self._requested(permission, place))
            self._answers[key] = self._standing_of(given, permission, place)
        return self._answers[key]

    def beside(self, answers: Iterable[Answer], permission: str, place: Place) -> tuple[Answer, ...]:
        """Return answers that something else than an allow policy gives, with what bars them."""
        spread = (answer for given in answers for answer in self._spread(given))
        return self._standing_of(spread, permission, place)

    def _standing_of(self, answers: Iterable[Answer], permission: str, place: Place) -> tuple[Answer, ...]:
        found: dict[str, list[Answer]] = defaultdict(list)
        for answer in answers:
            found[answer.member].append(answer)
        barred = [a for m in sorted(found) for a in self._barred(_best(found[m]), permission, place)]
        return _merged(barred) if self._layers else tuple(barred)

    def _granted(self, permission: str, place: Place) -> Iterator[Answer]:
        for name in place.policies:
            for policy, index, known in self._bindings.granting(name, permission):
                binding = policy.bindings[index]
                verdict, locks = (
                    self._condition(binding, permission, place) if binding.condition else (Allowed(), ())
                )
                if isinstance(verdict, Denied):
                    continue
                if not known:
                    verdict = both(verdict, Unknown((f"what {binding.role} contains",)))
                for at, member in enumerate(binding.members):
                    if not member.startswith(DELETED):
                        unsure = binding.unsure(at)
                        found = both(verdict, unsure) if unsure else verdict
                        yield from self._spread(Answer(member, found, (policy.evidence(index, at),), locks))

    def _spread(self, answer: Answer) -> Iterator[Answer]:
        """Yield the answer, for ``projectViewer:`` and its like as one for each who has that role.

        Source: IAM documentation, "Principal identifiers" and "Basic roles": the values stand for who has the
        role on the project. Whether a role on a folder or organization above counts is not said there: such
        an answer is Unknown.
        """
        kind, colon, project = answer.member.partition(":")
        role = CONVENIENCE.get(f"{kind}{colon}")
        if role is None:
            yield answer
            return
        at, *above = self._chain_of(project)
        if at not in self._bindings.policies:
            yield answer  # whoever has the role there: a project of others, or one that was not read
        for name in (at, *above):
            for policy, index, binding in self._bindings.each(name):
                if binding.role != role:
                    continue
                verdict = answer.verdict
                if binding.condition:
                    verdict = both(verdict, Unknown((f"the condition of {binding.role} on {name}",)))
                if name != at:
                    verdict = both(
                        verdict, Unknown((f"whether {answer.member} counts roles above the project",))
                    )
                for position, member in enumerate(binding.members):
                    if not member.startswith((DELETED, *CONVENIENCE)):
                        unsure = binding.unsure(position)
                        yield replace(
                            answer,
                            member=member,
                            verdict=both(verdict, unsure) if unsure else verdict,
                            evidence=(*answer.evidence, policy.evidence(index, position)),
                        )

    def _chain_of(self, project: str) -> tuple[str, ...]:
        return tuple(f"{MANAGER}{key}" for key in self._bindings.above(f"projects/{project}"))

    def _barred(self, answers: list[Answer], permission: str, place: Place) -> Iterator[Answer]:
        """Yield the answers with what bars them; of a group that is barred in part those of its people."""
        if not answers:
            return
        if not self._layers:
            yield from answers
            return
        member = answers[0].member
        standing = self.standing(member, permission, place)
        people = self._people(member) if standing.in_part else ()
        if not standing.in_part or any(person == member for person, _ in people):
            verdict = standing.verdict
            if standing.in_part:
                verdict = both(verdict, Unknown((f"who of {member} is barred",)))
            if isinstance(verdict, Allowed) and not standing.locks:
                yield from answers
                return
            for answer in answers:
                joined = both(answer.verdict, verdict)
                if not isinstance(joined, Denied):
                    yield replace(answer, verdict=joined, locks=(*answer.locks, *standing.locks))
            return
        for person, proof in people:
            single = [replace(a, member=person, evidence=(*a.evidence, *proof)) for a in answers]
            yield from self._barred(single, permission, place)

    def standing(self, member: str, permission: str, place: Place) -> Standing:
        """Return what the layers say of a member, whatever it is granted."""
        locks: list[Lock] = []
        verdict: Verdict = Allowed()
        in_part = False
        for layer in self._layers:
            for said in layer.bars(member, permission, place):
                if said is None:
                    in_part = True
                elif isinstance(said, Lock):
                    locks.append(said)
                else:
                    verdict = both(verdict, said)
        return Standing(verdict, tuple(locks), in_part)


class Standing(NamedTuple):
    """What bars a member: guards it must meet, locks, and whether only some of those behind it are barred."""

    verdict: Verdict
    locks: tuple[Lock, ...]
    in_part: bool


def _best(answers: list[Answer]) -> list[Answer]:
    """Return one answer when it holds in every context, else all that no better one makes idle.

    What is only possible stays beside what is sure but guarded or barred: it may be the easier way.
    """
    kept: list[Answer] = []
    for answer in sorted(answers, key=lambda a: a.order):
        if not any(_is_idle(answer, beside=better) for better in kept):
            kept.append(answer)
    return kept


def _is_idle(answer: Answer, *, beside: Answer) -> bool:
    """Tell whether another answer asks for nothing that this one does not ask for too."""
    if not set(beside.locks) <= set(answer.locks):
        return False
    if isinstance(beside.verdict, Unknown):
        return isinstance(answer.verdict, Unknown)
    return beside.ways in {((),), answer.ways}


def _merged(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Return the answers by member, each member's best ones only."""
    found: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        found[answer.member].append(answer)
    return tuple(a for member in sorted(found) for a in _best(found[member]))
