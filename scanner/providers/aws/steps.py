"""From decisions to hops: one hop for each alternative set of guards, with the statements that prove it."""

from __future__ import annotations

from itertools import chain, starmap
from typing import TYPE_CHECKING

from scanner.model import Call, Hop
from scanner.providers.aws.arn import account_of, root
from scanner.providers.aws.endpoint_policies import Passage
from scanner.providers.aws.library import field_evidence
from scanner.providers.aws.outsiders import ANY_ACCOUNT, ANYONE
from scanner.providers.aws.positions import Standing
from scanner.verdict import Allowed, AllowedIf, Denied, Guard, Unknown, both

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.model import Evidence, Gain
    from scanner.providers.aws.endpoint_policies import EndpointPolicies
    from scanner.providers.aws.library import Library
    from scanner.providers.aws.narrowed import Callers
    from scanner.providers.aws.positions import Positions
    from scanner.providers.aws.questions import Answer
    from scanner.snapshot import Document
    from scanner.verdict import Verdict

_NAMES = ("Arn", "Name")
_ORGANIZATION_KEYS = {"aws:principalorgid", "aws:principalorgpaths"}


class Steps:
    """Makes the hops of one estate."""

    def __init__(
        self,
        library: Library,
        organization: str | None,
        positions: Positions,
        passages: EndpointPolicies,
        *,
        callers: Callers,
        documents: Callable[[str], Document | None],
    ) -> None:
        self._library = library
        self._organization = organization
        self._positions = positions
        self._passages = passages
        self._callers = callers
        self._documents = documents

    def hops(
        self,
        type_: str,
        source: str,
        target: str,
        answers: tuple[Answer, ...],
        *,
        foreign: bool = False,
        gains: tuple[Gain, ...] = (),
        evidence: tuple[Evidence, ...] = (),
        missing: tuple[str, ...] = (),
        assumed: tuple[str, ...] = (),
    ) -> Iterator[Hop]:
        """Yield the hops that `answers`, all of which must be yes, amount to.

        One no after a first yes makes a hop that is ``blocked``; `foreign` callers cannot meet a guard that
        demands our organization, and one that demands a place in our network holds them out. `missing` names
        documents without which this is only ``possible``, `assumed` what is taken for granted besides what
        the decisions say.
        """
        denied = [a for a in answers if a.is_denied]
        if answers[0].is_denied or len(denied) > 1:
            return
        verdict: Verdict = Allowed()
        for answer in answers:
            verdict = verdict if answer.is_denied else both(verdict, answer.decision.verdict)
        needed = _needed(answers) if isinstance(verdict, Unknown) else verdict
        proof = tuple(dict.fromkeys((*evidence, *self._evidence(answers))))
        proof = proof or tuple(dict.fromkeys(self._known(source, target)))
        words = {*assumed, *(word for a in answers for word in a.decision.assumed), *self._granted(answers)}
        assumed = tuple(sorted(words))
        unread = verdict.missing if isinstance(verdict, Unknown) else ()
        calls = tuple(dict.fromkeys(map(self._call, answers)))
        for caller, left in self._ways(source, needed, answers, foreign=foreign):
            doors = (*(_door(a) for a in denied), *left.doors)
            lacking = tuple(sorted({*unread, *missing, *left.missing}))
            if len(doors) > 1:
                continue
            yield Hop(
                target=target,
                source=caller,
                type=type_,
                guards=left.guards,
                gains=gains,
                certainty="blocked" if doors else "possible" if lacking else "proven",
                evidence=proof,
                missing=lacking,
                blocked_by=doors,
                assumed=assumed,
                calls=calls,
            )

    def _call(self, answer: Answer) -> Call:
        proof = self._evidence((answer,))
        return Call(
            answer.question.action, answer.question.resource, tuple((e.document, e.pointer) for e in proof)
        )

    def _ways(
        self, source: str, needed: Verdict, answers: tuple[Answer, ...], *, foreign: bool
    ) -> Iterator[tuple[str, Passage]]:
        """Yield who comes in by each set of guards, with what is left of the way; each once."""
        found: dict[tuple[str, Passage], None] = {}
        for guards in _alternatives(needed):
            if foreign and not self._can_be_foreign(guards):
                continue
            whom = self._callers.left(source, guards, foreign=foreign)
            for who, rest in chain.from_iterable(starmap(self._by_organization, whom)):
                for caller, missing, doors in self._standing(who, rest, foreign=foreign):
                    asked = source if account_of(caller) is None else caller
                    for left in self._passages.left(asked, answers, rest):
                        whole = Passage(left.guards, (*missing, *left.missing), (*doors, *left.doors))
                        found[caller, whole] = None
        yield from found

    def _standing(
        self, source: str, guards: tuple[Guard, ...], *, foreign: bool
    ) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        """Yield (who, what was not read, what holds) for a source of which guards demand a place."""
        standing = self._positions.demanded(guards) if foreign else Standing()
        if not standing.door:
            yield source, (), ()
            return
        is_anyone = source in {ANYONE, ANY_ACCOUNT}
        for account in standing.accounts:
            if is_anyone:
                yield root(account), (), ()
        if account_of(source) in standing.accounts:
            yield source, (), ()
        elif standing.missing:
            yield source, standing.missing, ()
        elif not (is_anyone and standing.accounts):
            yield source, (), (standing.door,)

    def _evidence(self, answers: tuple[Answer, ...]) -> Iterator[Evidence]:
        for answer in answers:
            for ref in answer.decision.deciding:
                found = self._library.evidence(ref)
                if found is not None:
                    yield found

    def _known(self, *nodes: str) -> Iterator[Evidence]:
        """Yield that the ends of a hop are there, where no statement that was read allows it."""
        for document in map(self._documents, nodes):
            name = next((n for n in _NAMES if n in document.body), None) if document is not None else None
            if document is not None and name is not None:
                yield field_evidence(document, f"/{name}")

    def _granted(self, answers: tuple[Answer, ...]) -> Iterator[str]:
        """Yield the word for what a principal granted itself: the hop before says by which statement."""
        refs = (ref for answer in answers for ref in answer.decision.deciding)
        if any(self._library.evidence(ref) is None for ref in refs):
            yield "self-granted-permissions"

    def _can_be_foreign(self, guards: tuple[Guard, ...]) -> bool:
        """A caller from outside is in no organization of ours."""
        return not any(
            guard.key.lower() in _ORGANIZATION_KEYS
            and guard.op in {"in", "like"}
            and self._organization is not None
            and all(value.split("/")[0] in {self._organization, ""} for value in guard.values)
            for guard in guards
        )

    def _by_organization(
        self, source: str, guards: tuple[Guard, ...]
    ) -> Iterator[tuple[str, tuple[Guard, ...]]]:
        """Yield (source, guards); an account of certain organizations only is these instead."""
        demanded = next((g for g in guards if _names_organizations(g)), None)
        if source != ANY_ACCOUNT or demanded is None:
            yield source, guards
            return
        rest = tuple(g for g in guards if g != demanded or "/" in "".join(demanded.values))
        for organization in sorted({value.split("/")[0] for value in demanded.values}):
            if organization not in {self._organization, ""}:  # no organization has an empty id
                yield organization, rest


def _names_organizations(guard: Guard) -> bool:
    """Tell whether a guard demands organizations by id, or units of them by path."""
    ids = (value.split("/")[0] for value in guard.values)
    return (
        guard.key.lower() in _ORGANIZATION_KEYS
        and guard.op in {"in", "like"}
        and all("*" not in id_ and "?" not in id_ for id_ in ids)
    )


def _needed(answers: tuple[Answer, ...]) -> Verdict:
    """Return what is demanded whatever the unread documents say."""
    verdict: Verdict = Allowed()
    for answer in answers:
        said = answer.at_best or answer.decision.verdict
        if isinstance(said, Allowed | AllowedIf):
            verdict = both(verdict, said)
    return verdict


def _alternatives(verdict: Verdict) -> Iterator[tuple[Guard, ...]]:
    """Yield the guards of each way in."""
    if isinstance(verdict, Allowed | Unknown):
        yield ()
    elif isinstance(verdict, AllowedIf):
        yield from verdict.alternatives


def _door(answer: Answer) -> str:
    """Say what holds: the statement that denies, else the layer that lacks an allow."""
    what = f"{answer.question.action} on {answer.question.resource}"
    decision = answer.decision
    if decision.deciding:
        ref = decision.deciding[0]
        return f"{what}: denied by {ref.policy}/Statement/{ref.index}"
    layers = decision.short or (decision.verdict.by if isinstance(decision.verdict, Denied) else ())
    return f"{what}: no allow in {', '.join(layers)}"
