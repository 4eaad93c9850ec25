"""Many decisions: what need not be asked, and what was asked before.

A decision depends on the compiled policies that mean the action and the resource, on how policies name the
caller, and on the values of those context keys that some statement looked at. `Decider` remembers decisions
by exactly that, so roles made from one template cost one evaluation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.providers.aws.access.aliases import (
    ENDPOINT,
    FIRST_LEVEL,
    RESOURCE,
    Layered,
    anonymised,
    is_marked,
    renamed,
)
from scanner.providers.aws.access.caller import Caller, parse_caller
from scanner.providers.aws.access.decide import decide_in
from scanner.providers.aws.access.environment import Environment, Looked
from scanner.providers.aws.access.keys import fixed_keys
from scanner.providers.aws.access.request import Decision, Unread
from scanner.providers.aws.access.resources import glob_pattern, may_meet
from scanner.verdict import Unknown

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from scanner.providers.aws.access.cohort import Cohort
    from scanner.providers.aws.access.conditions import Condition
    from scanner.providers.aws.access.formula import Formula
    from scanner.providers.aws.access.patterns import Pattern
    from scanner.providers.aws.access.policy import Content, Policy
    from scanner.providers.aws.access.principals import PrincipalElement
    from scanner.providers.aws.access.request import Request

    Named = tuple[frozenset[str], frozenset[str]]
    """The ARNs and the accounts that some statements name."""

    _Query = Condition | str
    """A condition held against the request, or a key that was looked up."""


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
        if any(may_meet(template.loosest, wanted) for template in statement.resources):
            return True
    return False


class _Watched(Environment):
    """An environment that notes which conditions were held against it and which keys were looked at."""

    def __init__(self, request: Request, caller: Caller, known: _Known) -> None:
        super().__init__(request, caller)
        self.known_matches = known.matches
        self._fixed = known.fixed_keys(caller)
        self._known = known
        self.asked: dict[_Query, Formula | Looked] = {}

    def lookup(self, key: str) -> Looked:
        found = self.asked[key] = super().lookup(key)
        return found

    def holds(self, condition: Condition) -> Formula:
        found = self.asked[condition] = self._held(condition)
        return found

    def answer(self, query: _Query) -> Formula | Looked:
        """Return what was asked, without noting it."""
        return super().lookup(query) if isinstance(query, str) else self._held(query)

    def _held(self, condition: Condition) -> Formula:
        if condition.has_variables:
            return condition.holds(Environment(self.request, self.caller))
        given = super().lookup(condition.key)
        key = (id(condition), given)
        found = self._known.answers.get(key)
        if found is None:
            self._known.alive.append(condition)
            found = self._known.answers[key] = condition.holds_for(given)
        return found


class _Known:
    """What does not depend on a single request, kept for all of them."""

    def __init__(self) -> None:
        self.matches: dict[tuple[int, str], Formula] = {}
        self.answers: dict[tuple[int, Looked], Formula] = {}
        self.alive: list[object] = []
        """What is known by its `id` must not be freed."""
        self._fixed: dict[Caller, dict[str, tuple[str, ...] | None]] = {}

    def fixed_keys(self, caller: Caller) -> dict[str, tuple[str, ...] | None]:
        found = self._fixed.get(caller)
        if found is None:
            found = self._fixed[caller] = fixed_keys(caller)
        return found


class _Remembered:
    """Decisions that differ only in what the conditions asked about the caller and the context."""

    __slots__ = ("by_answers", "queries")

    def __init__(self) -> None:
        self.queries: tuple[_Query, ...] | None = None
        self.by_answers: dict[Hashable, Decision] = {}


class Recalled(NamedTuple):
    """A decision whose policies are named by their place in `layers`, and what it depended on.

    `names` are the ARNs that the resource's side names: a caller among them may get another decision.
    """

    decision: Decision
    layers: list[Layered]
    queries: tuple[_Query, ...]
    names: frozenset[str]


_UNDECIDED: Final = Decision(Unknown(("not asked",)))


class Decider:
    """Answers requests, each distinct one once.

    Keep one for as long as its policies live; it is not thread-safe.
    """

    def __init__(self) -> None:
        self._callers: dict[tuple[str, bool, Any], Caller] = {}
        self._patterns: dict[str, Pattern] = {}
        self._speaks: dict[tuple[Content, str, str], bool] = {}
        self._slices: dict[tuple[Content, str, str, bool], Hashable] = {}
        self._numbers: dict[Hashable, int] = {}
        self._named: dict[Hashable, Named] = {}
        self._remembered: dict[Hashable, _Remembered] = {}
        self._known = _Known()
        self.evaluated = 0
        """Requests that were evaluated; all others were remembered."""

    def may_allow(self, policies: tuple[Policy | Unread, ...], action: str, resource: str) -> bool:
        """Return `may_allow`, remembered a policy."""
        lowered = action.lower()
        return any(isinstance(p, Unread) or self._may_allow(p.content, lowered, resource) for p in policies)

    def decide(self, request: Request) -> Decision:
        """Return the decision on a request, as `scanner.providers.aws.access.decide` does."""
        recalled = self.recall(request)
        return renamed(recalled.decision, recalled.layers)

    def decide_all(self, cohort: Cohort, question: Request) -> list[Decision]:
        """Return the decision for each caller of a cohort, in its order.

        Of the question only the action, the resource's side and the mode count. Callers of one group share a
        decision unless a policy names one of them or a condition looked at what only the caller has.
        """
        found: list[Decision] = [_UNDECIDED] * len(cohort.callers)
        for group in cohort.groups(question.action):
            recalled: Recalled | None = None
            for member in group:
                if recalled is None:
                    one = self.recall(cohort.asking(member, question))
                    found[member] = renamed(one.decision, one.layers)
                    is_typical = not any(map(cohort.tells_apart, one.queries))
                    if is_typical and not cohort.names_of(member) & one.names:
                        recalled = one
                elif recalled.names and cohort.names_of(member) & recalled.names:
                    found[member] = self.decide(cohort.asking(member, question))
                else:
                    found[member] = self._shared(recalled, cohort, member, question)
        return found

    def _shared(self, recalled: Recalled, cohort: Cohort, member: int, question: Request) -> Decision:
        """Return a group's decision with the names of one member's policies."""
        if not is_marked(recalled.decision):
            return recalled.decision
        layers, _ = self._layers(cohort.asking(member, question), question.action.lower())
        return renamed(recalled.decision, layers)

    def recall(self, request: Request) -> Recalled:
        """Return the decision, policies named by their place, remembered or new, and what it hinged on."""
        action = request.action.lower()
        caller = self._caller(request, action)
        layers, slices = self._layers(request, action)
        names, accounts = self._named_in(request, layers, slices)
        account = request.resource_account or _account_of(request.resource) or caller.account
        blocks = request.block_public_access
        keyed = action.startswith(("sts:", "kms:"))  # what the resource is decides which side must grant
        key = (
            action if keyed else action.partition(":")[0],
            request.resource if keyed or _hinges_on_resource(slices) else None,
            request.some_resource,
            request.mode,
            request.open_keys,
            slices,
            len(request.scps),
            request.identity_assumed,
            not request.boundary,
            request.kms_grants,
            blocks,
            request.resource_policy if blocks else None,
            caller.kind,
            caller.is_service_linked,
            caller.account == account,
            caller.account in accounts,
            caller.arn if caller.arn in names else None,
            caller.role if caller.role in names else None,
            _encryption_context(request) if request.kms_grants else None,
        )
        remembered = self._remembered.get(key)
        if remembered is None:
            remembered = self._remembered[key] = _Remembered()
        decision: Decision | None = None
        if remembered.queries is not None:
            answers: Hashable = ()
            if remembered.queries:
                environment = _Watched(request, caller, self._known)
                answers = tuple([environment.answer(query) for query in remembered.queries])
            decision = remembered.by_answers.get(answers)
        if decision is None:
            decision = self._evaluate(request, caller, layers, remembered)
        return Recalled(decision, layers, remembered.queries or (), names)

    def _evaluate(
        self, request: Request, caller: Caller, layers: list[Layered], remembered: _Remembered
    ) -> Decision:
        self.evaluated += 1
        environment = _Watched(anonymised(request, layers), caller, self._known)
        decision = decide_in(environment)
        queries = tuple(dict.fromkeys((*(remembered.queries or ()), *environment.asked)))
        if queries != remembered.queries:
            remembered.queries, remembered.by_answers = queries, {}
        remembered.by_answers[tuple([environment.answer(query) for query in queries])] = decision
        return decision

    def _caller(self, request: Request, action: str) -> Caller:
        arn = request.context.get("aws:principalarn")
        key = (request.principal, "webidentity" in action, arn)
        caller = self._callers.get(key)
        if caller is None:
            caller = self._callers[key] = parse_caller(request.principal, action, arn[0] if arn else None)
        return caller

    def _layers(self, request: Request, action: str) -> tuple[list[Layered], tuple[Hashable, ...]]:
        """Return the policies of a request, a tuple a layer, and what each says.

        Without those that say nothing.

        A boundary and an endpoint's policies stay whatever they say: that they are there counts.
        """
        layers: list[Layered] = [
            request.identity,
            () if request.resource_policy is None else (request.resource_policy,),
            request.boundary or (),
            () if request.session is None else (request.session,),
            request.vpc_endpoint,
            *request.scps,
            *request.rcps,
        ]
        slices: list[Hashable] = []
        for at, layer in enumerate(layers):
            if not layer:
                slices.append(())
                continue
            said = [
                p.missing if isinstance(p, Unread) else self._slice(p.content, action, request) for p in layer
            ]
            if (at == 0 or at >= FIRST_LEVEL) and not all(said):
                layers[at] = tuple([policy for policy, slice_ in zip(layer, said, strict=True) if slice_])
                said = [slice_ for slice_ in said if slice_]
            slices.append(tuple(said))
        return layers, tuple(slices)

    def _slice(self, content: Content, action: str, request: Request) -> Hashable:
        """Return what a policy says to an action on a resource.

        Falsy when nothing, equal when it says the same.
        """
        key = (content, action, request.resource, request.some_resource)
        found = self._slices.get(key)
        if found is None:
            found = self._slices[key] = self._sliced(content, action, request)
        return found

    def _sliced(self, content: Content, action: str, request: Request) -> Hashable:
        environment = Environment(request, _NOBODY)
        environment.known_matches = self._known.matches
        entries: list[Hashable] = [content] if content.broken else []
        for statement in content.statements:
            covered = statement.covers(action)
            if covered is False:
                continue
            if any(t.variables for t in statement.resources or ()):
                entries.append(_OfResource((content, statement.index)))
                continue
            self._known.alive += statement.resources or ()
            meant = statement.means(environment)
            if meant is False:
                continue
            entry = (statement.index, statement.sid, covered, meant, statement.shape)
            number = self._numbers.setdefault(entry, len(self._numbers))
            entries.append(number if isinstance(meant, bool) else _OfResource((number,)))
        return tuple(entries)

    def _may_allow(self, content: Content, action: str, resource: str) -> bool:
        key = (content, action, resource)
        found = self._speaks.get(key)
        if found is None:
            wanted = self._patterns.get(resource)
            if wanted is None:
                wanted = self._patterns[resource] = glob_pattern(resource)
            found = self._speaks[key] = _speaks(content, action, wanted)
        return found

    def _named_in(self, request: Request, layers: list[Layered], slices: tuple[Hashable, ...]) -> Named:
        """Return whom the resource policy, the RCPs, endpoint policies and grants name."""
        grants = () if isinstance(request.kms_grants, Unread) else request.kms_grants
        first_rcp = FIRST_LEVEL + len(request.scps)
        key = (slices[RESOURCE], slices[ENDPOINT], slices[first_rcp:], grants)
        found = self._named.get(key)
        if found is None:
            names = {grant.grantee for grant in grants}
            accounts = {grant.grantee.split(":")[4] for grant in grants if grant.grantee.count(":") >= 5}
            for element in _elements([layers[RESOURCE], layers[ENDPOINT], *layers[first_rcp:]]):
                names |= {name for _, name in element.names}
                accounts |= element.accounts
            found = self._named[key] = (frozenset(names), frozenset(accounts))
        return found


_NOBODY = Caller("", "other")


class _OfResource(tuple[Any, ...]):
    """Part of a slice that means something else for another resource."""

    __slots__ = ()


def _hinges_on_resource(slices: tuple[Any, ...]) -> bool:
    """Tell whether the decision depends on the resource beyond which statements mean it."""
    return any(
        isinstance(entry, _OfResource)
        for layer in slices
        for said in layer
        if isinstance(said, tuple)
        for entry in said
    )


def _elements(layers: list[Layered]) -> Iterator[PrincipalElement]:
    for layer in layers:
        for policy in layer:
            if not isinstance(policy, Unread):
                yield from (s.principals for s in policy.statements if s.principals is not None)


def _account_of(arn: str) -> str | None:
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 and len(parts[4]) == 12 and parts[4].isdecimal() else None


def _encryption_context(request: Request) -> tuple[tuple[str, tuple[str, ...]], ...]:
    prefix = "kms:encryptioncontext"
    return tuple(sorted((k, tuple(v)) for k, v in request.context.items() if k.lower().startswith(prefix)))
