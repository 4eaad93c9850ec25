"""What was decided before, found again by what the conditions looked at.

Two requests whose policies say the same get the same decision unless a condition, or a policy variable,
looked at a key that has another value in one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from scanner.providers.aws.access.conditions import Condition
from scanner.providers.aws.access.environment import Environment
from scanner.providers.aws.access.keys import fixed_keys

if TYPE_CHECKING:
    from collections.abc import Hashable

    from scanner.providers.aws.access.caller import Caller
    from scanner.providers.aws.access.cohort import Cohort
    from scanner.providers.aws.access.environment import Looked
    from scanner.providers.aws.access.formula import Formula
    from scanner.providers.aws.access.request import Decision, Request
    from scanner.providers.aws.access.slices import Asked

Query: TypeAlias = Condition | str
"""A condition held against the request, or a key that was looked up."""


class Known:
    """What does not depend on a single request, kept for all of them."""

    def __init__(self) -> None:
        self._answers: dict[tuple[int, Looked], Formula] = {}
        self._alive: dict[int, Condition] = {}
        """What is known by its `id` must not be freed."""
        self._fixed: dict[Caller, dict[str, tuple[str, ...] | None]] = {}

    def fixed_keys(self, caller: Caller) -> dict[str, tuple[str, ...] | None]:
        """Return the keys that a caller fixes."""
        found = self._fixed.get(caller)
        if found is None:
            found = self._fixed[caller] = fixed_keys(caller)
        return found

    def holds(self, condition: Condition, given: Looked) -> Formula:
        """Return when a condition without variables is met by the values of its key."""
        key = (id(condition), given)
        found = self._answers.get(key)
        if found is None:
            self._alive[id(condition)] = condition
            found = self._answers[key] = condition.holds_for(given)
        return found


class Watched(Environment):
    """An environment that notes which conditions were held against it and which keys were looked at."""

    def __init__(self, request: Request, caller: Caller, known: Known, asked: Asked) -> None:
        super().__init__(request, caller)
        self.known_matches = asked.matches
        self.resource_pattern = asked.pattern
        self._fixed = known.fixed_keys(caller)
        self._known = known
        self.asked: dict[Query, Formula | Looked] = {}

    def lookup(self, key: str) -> Looked:
        """Return the values of a key, and note that they were asked for."""
        found = self.asked[key] = super().lookup(key)
        return found

    def holds(self, condition: Condition) -> Formula:
        """Return when a condition is met, and note that it was asked."""
        found = self.asked[condition] = self._held(condition)
        return found

    def answer(self, query: Query) -> Formula | Looked:
        """Return what was asked, without noting it."""
        return super().lookup(query) if isinstance(query, str) else self._held(query)

    def _held(self, condition: Condition) -> Formula:
        if condition.has_variables:
            return condition.holds(Environment(self.request, self.caller))
        return self._known.holds(condition, super().lookup(condition.key))


class Remembered:
    """Decisions that differ only in what the conditions asked about the caller and the context."""

    __slots__ = ("by_answers", "queries")

    def __init__(self) -> None:
        self.queries: tuple[Query, ...] | None = None
        self.by_answers: dict[Hashable, Decision] = {}

    def find(self, environment: Watched) -> Decision | None:
        """Return the decision for an environment, None when it is not known."""
        if self.queries is None:
            return None
        return self.by_answers.get(tuple([environment.answer(query) for query in self.queries]))

    def keep(self, environment: Watched, decision: Decision) -> None:
        """Remember the decision that was made in an environment."""
        queries = tuple(dict.fromkeys((*(self.queries or ()), *environment.asked)))
        if queries != self.queries:
            self.queries, self.by_answers = queries, {}
        self.by_answers[tuple([environment.answer(query) for query in queries])] = decision


class Answers:
    """What the queries of a `Remembered` answer for callers of one group, as far as that differs.

    Args:
        cohort: Of which the callers are members.
        remembered: Its queries, as they are now.
        environment: Of one of the callers.
        known: Answers of conditions.
    """

    def __init__(self, cohort: Cohort, remembered: Remembered, environment: Watched, known: Known) -> None:
        self._cohort = cohort
        self._known = known
        self._environment = environment
        self.queries = remembered.queries
        queries = remembered.queries or ()
        self._base = [environment.answer(query) for query in queries]
        self._apart = [(at, query) for at, query in enumerate(queries) if cohort.tells_apart(query)]
        self.are_shared = not self._apart
        self.are_simple = not any(isinstance(q, Condition) and q.has_variables for _, q in self._apart)

    def of(self, member: int) -> Hashable:
        """Return the answers for one of the callers, of whose conditions none has variables."""
        found = list(self._base)
        for at, query in self._apart:
            key = query if isinstance(query, str) else query.key
            value = self._cohort.lookup(
                member, key, self._environment.unset(key), self._environment.unknown(key)
            )
            found[at] = value if isinstance(query, str) else self._known.holds(query, value)
        return tuple(found)
