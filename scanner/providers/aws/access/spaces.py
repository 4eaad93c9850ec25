"""The values of open keys, cut into the classes that a formula can tell apart.

Exact, because a condition only asks whether a value is in a set: values inside the same sets behave alike.
A key with one value becomes a variable over its classes and "absent"; a key with many values becomes one
yes/no variable a class: does some value fall into it. Empty classes do not exist, which is how
contradictions go away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from scanner.intervals import Intervals
from scanner.netset import AddressSet
from scanner.providers.aws.access.anybody import CHOSEN, values_of
from scanner.providers.aws.access.cubes import Cubes
from scanner.providers.aws.access.formula import All, Any, Not, Present, Test, Tie, leaves
from scanner.providers.aws.access.keys import RESOURCE, is_always_present, may_hold_many
from scanner.stringset import StringSet, Wild
from scanner.wording import Hints, common

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.providers.aws.access.environment import Environment
    from scanner.providers.aws.access.formula import Formula
    from scanner.wording import ValueSet

MAX_CLASSES: Final = 64
"""Classes of one key, beyond which the answer is unknown."""

_CLOCK: Final = {"aws:epochtime": "aws:currenttime"}
TOO_MANY: Final = "too many distinct conditions"


class Undecidable(Exception):  # noqa: N818 - an answer, not a fault
    """The formula is out of reach; the message says why, for `Unknown.missing`."""


@dataclass(slots=True)
class Space:
    """One open key.

    Attributes:
        key: Lower-cased; both clock keys share ``aws:currenttime``.
        universe: All values that count.
        classes: Disjoint sets that make up the universe.
        many: Whether the key may hold several values.
        absent: Whether the key may be absent.
        first: Number of its first variable: the only one of a single-valued key, whose last value is
            "absent".
        spelled: The keys that stand for it in the formula.
        hints: What the classes were built from.
        tests: What is asked of the key.
    """

    key: str
    universe: ValueSet
    classes: list[ValueSet]
    many: bool
    absent: bool
    dates: bool = False
    first: int = 0
    spelled: set[str] = field(default_factory=set)
    hints: Hints = field(default_factory=Hints)
    tests: tuple[Test, ...] = ()


@dataclass(slots=True)
class Spaces:
    """All open keys of a formula, its ties, and the algebra over their variables."""

    spaces: dict[str, Space]
    ties: dict[Tie, int]
    algebra: Cubes

    def cubes(self, formula: Formula, *, truth: bool = True) -> list[int]:
        """Return the cubes in which the formula is `truth`."""
        if isinstance(formula, bool):
            return [self.algebra.full] if formula == truth else []
        if isinstance(formula, Not):
            return self.cubes(formula.part, truth=not truth)
        if isinstance(formula, All | Any):
            parts = sorted((self.cubes(part, truth=truth) for part in formula.parts), key=len)
            join = self.algebra.conjunction if isinstance(formula, All) == truth else self.algebra.disjunction
            found = parts[0]
            for part in parts[1:]:
                found = join(found, part)
            return found
        if isinstance(formula, Tie):
            return self.algebra.literal(self.ties[formula], 0b10 if truth else 0b01)
        if isinstance(formula, Present | Test):
            return self._leaf(formula, truth=truth)
        raise Undecidable(formula.place)

    def _leaf(self, leaf: Present | Test, *, truth: bool) -> list[int]:
        space = self.spaces[clock(leaf.key)]
        inside = [isinstance(leaf, Present) or not common(c, leaf.values).is_empty for c in space.classes]
        if not space.many:
            chosen = sum(
                1 << i
                for i, within in enumerate([*inside, False] if space.absent else inside)
                if within == truth
            )
            return self.algebra.literal(space.first, chosen)
        hit = [space.first + i for i, within in enumerate(inside) if within]
        found: list[int] = [] if truth else [self.algebra.full]
        for variable in hit:
            literal = self.algebra.literal(variable, 0b10 if truth else 0b01)
            join = self.algebra.disjunction if truth else self.algebra.conjunction
            found = join(found, literal)
        return found


def clock(key: str) -> str:
    """Return the key under which a clock key's values are kept."""
    return _CLOCK.get(key, key)


def spaces_of(formula: Formula, environment: Environment) -> Spaces:
    """Return the spaces of a formula without unreadable leaves.

    Raises:
        Undecidable: when a key is asked in ways that cannot be compared.
    """
    tests: dict[str, list[Test]] = {}
    spelled: dict[str, set[str]] = {}
    ties: dict[Tie, int] = {}
    for leaf in leaves(formula):
        if isinstance(leaf, Tie):
            ties.setdefault(leaf, 0)
        elif isinstance(leaf, Test | Present):
            found = tests.setdefault(clock(leaf.key), [])
            spelled.setdefault(clock(leaf.key), set()).add(leaf.key)
            if isinstance(leaf, Test) and leaf not in found:
                found.append(leaf)
    _check_ties(ties, tests)
    sizes: list[int] = []
    spaces: dict[str, Space] = {}
    for key in sorted(tests):
        space = _space(key, tests[key], environment)
        space.first = len(sizes)
        space.spelled = spelled[key]
        sizes += [2] * len(space.classes) if space.many else [len(space.classes) + space.absent]
        spaces[key] = space
    for tie in ties:
        ties[tie] = len(sizes)
        sizes.append(2)
    return Spaces(spaces, ties, Cubes(sizes))


def _check_ties(ties: Iterable[Tie], tests: dict[str, list[Test]]) -> None:
    """Let a tie through only when its keys stand nowhere else.

    Then it can be true or false, whatever else holds.
    """
    taken = set(tests)
    for tie in ties:
        keys = {clock(tie.key), *(clock(v.key) for v in tie.template.variables)}
        if keys & taken or len(keys) < 1 + len({v.key for v in tie.template.variables}):
            raise Undecidable(f"keys tied by a policy variable: `{tie.key}` and `{tie.template.text}`")
        taken |= keys


def _space(key: str, tests: list[Test], environment: Environment) -> Space:
    kinds = {type(test.values) for test in tests}
    if len(kinds) > 1:
        raise Undecidable(f"conditions of different types on `{key}`")
    known_many = may_hold_many(key)
    many = known_many if known_many is not None else any(test.of_many for test in tests)
    universe: ValueSet = StringSet.everything()
    if many:  # an empty string is no value for the set operators, see `Condition`
        universe = ~StringSet.literal("")
    if key == RESOURCE:
        universe = environment.resource_pattern.strings
    elif any(test.of_booleans for test in tests):
        universe = StringSet.literal("false", "true")
    elif AddressSet in kinds:
        universe = AddressSet.everything()
    elif Intervals in kinds:
        universe = Intervals(starts_inside=True)
    else:
        universe = values_of(environment.caller, key) or universe
    classes = [universe]
    for test in tests:
        classes = [
            part
            for c in classes
            for part in (common(c, test.values), common(c, ~test.values))
            if not part.is_empty
        ]
        if len(classes) > MAX_CLASSES:
            raise Undecidable(TOO_MANY)
    absent = key != RESOURCE and not is_always_present(key)
    absent = absent and not (environment.caller.kind == "account" and key in CHOSEN)
    globs = [glob for test in tests for glob in test.hints.globs]
    asked = environment.resource_pattern.tokens
    if key == RESOURCE and not any(isinstance(token, Wild) and token.barred for token in asked):
        globs.append(asked)
    hints = Hints(tuple(globs), tuple(text for test in tests for text in test.hints.folded))
    dates = any(test.of_dates for test in tests)
    return Space(key, universe, classes, many, absent, dates, hints=hints, tests=tuple(tests))
