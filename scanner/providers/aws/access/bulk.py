"""Many decisions: what need not be asked, and what was asked before.

A decision depends on what the policies say to the action on the resource (`slices`), on how policies name
the caller, and on the values of those context keys that some statement looked at. `Decider` remembers
decisions by exactly that, so roles made from one template cost one evaluation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.providers.aws.access.aliases import (
    FIRST_RCP,
    anonymised,
    layers_of,
    placed,
    renamed,
    speaks_of,
)
from scanner.providers.aws.access.caller import Caller, is_of_token, parse_caller
from scanner.providers.aws.access.decide import decide_in
from scanner.providers.aws.access.recall import Answers, Known, Remembered, Watched
from scanner.providers.aws.access.request import Decision, Unread
from scanner.providers.aws.access.resources import glob_pattern, may_meet
from scanner.providers.aws.access.sides import OwnSide, ResourceSide
from scanner.providers.aws.access.slices import Asked, Slices
from scanner.providers.aws.access.through import joined, parts_of
from scanner.verdict import Unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence

    from scanner.providers.aws.access.cohort import Cohort, Kin
    from scanner.providers.aws.access.patterns import Pattern
    from scanner.providers.aws.access.policy import Content, Policy
    from scanner.providers.aws.access.request import Request
    from scanner.providers.aws.access.sides import Said

_UNDECIDED: Final = Decision(Unknown(("not asked",)))
_KEPT: Final = 128
"""Questions of which it is kept what every policy says to them."""


def may_allow(policies: Iterable[Policy | Unread], action: str, resource: str) -> bool:
    """Tell whether some policy might allow the action on some resource that the glob matches.

    Sound and cheap: False is certain. Principals and conditions are not looked at.
    """
    wanted = glob_pattern(resource)
    lowered = action.lower()
    return any(isinstance(policy, Unread) or _speaks(policy.content, lowered, wanted) for policy in policies)


def _speaks(content: Content, action: str, wanted: Pattern) -> bool:
    """Tell whether some Allow statement may mean the action and the resource."""
    if content.broken:
        return True
    for statement in content.statements:
        if not statement.allows or statement.covers(action) is False:
            continue
        if statement.resources is None or statement.not_resources or statement.broken_resources:
            return True
        if any(may_meet(template.loosest, wanted) for template in statement.templates):
            return True
    return False


class Decider:
    """Answers requests, each distinct one once.

    Keep one for as long as its policies live; it is not thread-safe.
    """

    def __init__(self) -> None:
        self._callers: dict[tuple[str, bool, Any], Caller] = {}
        self._patterns: dict[str, Pattern] = {}
        self._speaks: dict[tuple[Content, str, str], bool] = {}
        self._slices = Slices()
        self._asked: dict[tuple[str, str, bool], Asked] = {}
        self._remembered: dict[Hashable, Remembered] = {}
        self._known = Known()
        self.evaluated = 0
        """Requests that were evaluated; all others were remembered."""

    def may_allow(self, policies: tuple[Policy | Unread, ...], action: str, resource: str) -> bool:
        """Return `may_allow`, remembered a policy."""
        lowered = action.lower()
        return any(isinstance(p, Unread) or self._may_allow(p.content, lowered, resource) for p in policies)

    def decide(self, request: Request) -> Decision:
        """Return the decision on a request, as `scanner.providers.aws.access.decide` does."""
        if request.access_point is not None:
            door, behind = parts_of(request)
            return joined(request, self.decide(door), self.decide(behind))
        case = self._case(request, self._caller(request))
        return renamed(self._decided(case), case.layers)

    def decide_all(self, cohort: Cohort, question: Request) -> list[Decision]:
        """Return the decision for each caller of a cohort, in its order.

        Of the question only the action, the resource's side and the mode count. Callers of one group share a
        decision unless a policy names one of them or a condition looked at what only the caller has.
        """
        found: list[Decision] = [_UNDECIDED] * len(cohort.callers)
        for decision, members in self.decisions(cohort, question):
            for member in members:
                found[member] = decision
        return found

    def decisions(
        self, cohort: Cohort, question: Request, *, but_hopeless: bool = False
    ) -> Iterator[tuple[Decision, Sequence[int]]]:
        """Yield decisions, each with the callers of a cohort that share it; every caller once.

        With `but_hopeless` those are left out to whom no policy that was read says anything that could allow:
        they are Denied, or Unknown because the resource's policy, as a whole, could say anything to anyone.
        """
        asked = self._asking(question)
        side = ResourceSide.of(asked, question)
        one_by_one = bool(side.left_open) or question.access_point is not None
        alone = range(len(cohort.callers)) if one_by_one else sorted(cohort.named(side.names))
        for member in alone:
            yield self.decide(cohort.asking(member, question)), (member,)
        if one_by_one:
            return
        apart = frozenset(alone)
        shared: dict[Hashable, Decision] = {}
        for kin in cohort.kin(question.action):
            members = [m for m in kin.members if m not in apart] if apart else kin.members
            if not members:
                continue
            numbers, may_allow = asked.together(kin.identity)
            if but_hopeless and not may_allow and not side.admits_unnamed and kin.needs_policies:
                continue
            said = (kin.limits, numbers)
            known = shared.get(said)
            if known is not None:
                yield known, members
                continue
            case = self._case(cohort.asking(members[0], question, kin), cohort.parsed[members[0]], side)
            found = self._split(cohort, kin, members, case, question)
            for decision, of in found:
                named = renamed(decision, case.layers)
                if len(found) == 1 and of is members and not speaks_of(decision, case.first_own):
                    shared[said] = named
                yield named, of

    def _split(
        self, cohort: Cohort, kin: Kin, members: Sequence[int], case: Case, question: Request
    ) -> Collection[tuple[Decision, Sequence[int]]]:
        """Return the decisions on alike callers, policies named by their place.

        All `members` themselves where nothing can tell them apart.
        """
        remembered = case.remembered
        first = self._decided(case)
        answers = Answers(cohort, remembered, case.environment, self._known)
        if answers.are_shared:
            return [(first, members)]
        found: dict[int, tuple[Decision, list[int]]] = {}
        for member in members:
            decision = remembered.by_answers.get(answers.of(member)) if answers.are_simple else None
            if decision is None:
                other = self._case(cohort.asking(member, question, kin), cohort.parsed[member], case.side)
                decision = self._decided(other)
                if remembered.queries is not answers.queries:
                    answers = Answers(cohort, remembered, case.environment, self._known)
            found.setdefault(id(decision), (decision, []))[1].append(member)
        return found.values()

    def _case(self, request: Request, caller: Caller, side: ResourceSide | None = None) -> Case:
        asked = self._asking(request)
        side = side or ResourceSide.of(asked, request)
        own = OwnSide.of(asked, request)
        environment = Watched(request, caller, self._known, asked)
        keyed = asked.action.startswith(("sts:", "kms:"))  # what the resource is decides who must grant
        key = (
            asked.action if keyed else asked.action.partition(":")[0],
            request.resource if keyed or side.of_resource or own.of_resource else None,
            request.some_resource,
            request.mode,
            request.open_keys,
            side.key,
            own.key,
            caller.kind,
            caller.account if caller.kind == "account" else None,
            caller.is_service_linked,
            environment.same_account,
            side.knows(caller),
            _encryption_context(request) if request.kms_grants else None,
        )
        remembered = self._remembered.get(key)
        if remembered is None:
            remembered = self._remembered[key] = Remembered()
        return Case(request, caller, side, own, remembered, environment)

    def _decided(self, case: Case) -> Decision:
        """Return the decision on a case, policies named by their place."""
        decision = case.remembered.find(case.environment)
        if decision is None:
            self.evaluated += 1
            asked = self._asking(case.request)
            request = anonymised(case.request, case.side, case.own)
            environment = Watched(request, case.caller, self._known, asked)
            decision = placed(decide_in(environment), case.layers)
            case.remembered.keep(environment, decision)
        return decision

    def _asking(self, request: Request) -> Asked:
        key = (request.action, request.resource, request.some_resource)
        found = self._asked.get(key)
        if found is None:
            if len(self._asked) >= _KEPT:
                del self._asked[next(iter(self._asked))]
            found = self._asked[key] = Asked(self._slices, request)
        return found

    def _caller(self, request: Request) -> Caller:
        arn = request.context.get("aws:principalarn")
        key = (request.principal, is_of_token(request.action), arn)
        caller = self._callers.get(key)
        if caller is None:
            name = arn[0] if arn else None
            caller = self._callers[key] = parse_caller(request.principal, request.action, name)
        return caller

    def _may_allow(self, content: Content, action: str, resource: str) -> bool:
        key = (content, action, resource)
        found = self._speaks.get(key)
        if found is None:
            wanted = self._patterns.get(resource)
            if wanted is None:
                wanted = self._patterns[resource] = glob_pattern(resource)
            found = self._speaks[key] = _speaks(content, action, wanted)
        return found


class Case(NamedTuple):
    """A request with its two sides, and what was decided on requests that differ in conditions only."""

    request: Request
    caller: Caller
    side: ResourceSide
    own: OwnSide
    remembered: Remembered
    environment: Watched

    @property
    def layers(self) -> list[Said]:
        """The policies, in the order in which decisions count them."""
        return layers_of(self.side, self.own)

    @property
    def first_own(self) -> int:
        """The first layer of the caller's side."""
        return FIRST_RCP + len(self.side.rcps)


def _encryption_context(request: Request) -> tuple[tuple[str, tuple[str, ...]], ...]:
    prefix = "kms:encryptioncontext"
    return tuple(sorted((k, tuple(v)) for k, v in request.context.items() if k.lower().startswith(prefix)))
