"""From a formula to a verdict: always, never, sometimes and under which guards, or not to be known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.access.alternatives import worded
from scanner.providers.aws.access.cubes import TooManyCubes
from scanner.providers.aws.access.formula import Unreadable, bounded, leaves
from scanner.providers.aws.access.spaces import TOO_MANY, Undecidable, spaces_of
from scanner.stringset import TooManyStates
from scanner.verdict import Allowed, Denied, Unknown

if TYPE_CHECKING:
    from scanner.providers.aws.access.environment import Environment
    from scanner.providers.aws.access.formula import Formula
    from scanner.verdict import Verdict

_MAX_PLACES: Final = 32
"""Unreadable places that are tried one by one; of more, all are named."""


def verdict_of(formula: Formula, environment: Environment) -> tuple[Verdict, Verdict]:
    """Return the verdict on a formula, and the verdict at best.

    What could not be read counts only where it changes the answer; at best it is what access needs.
    """
    if isinstance(formula, bool):
        best: Verdict = Allowed() if formula else Denied()
        return best, best
    places = sorted({leaf.place for leaf in leaves(formula) if isinstance(leaf, Unreadable)})
    if not places:
        best = _solved(formula, environment)
        return best, best
    best = _solved(bounded(formula, best=True), environment)
    if isinstance(best, Denied):
        return best, best
    worst = _solved(bounded(formula, best=False), environment)
    if isinstance(worst, Allowed) or worst == best:
        return worst, best
    return Unknown(tuple(map(str, _deciding(places, formula, environment) or places))), best


def is_possible(formula: Formula, environment: Environment) -> bool:
    """Tell whether the formula may be true in some context, unread parts taken for the best."""
    best = bounded(formula, best=True)
    if isinstance(best, bool):
        return best
    try:
        return bool(spaces_of(best, environment).cubes(best))
    except (Undecidable, TooManyCubes, TooManyStates):
        return True


def _solved(formula: Formula, environment: Environment) -> Verdict:
    """Return the verdict on a formula without unreadable leaves."""
    if isinstance(formula, bool):
        return Allowed() if formula else Denied()
    try:
        spaces = spaces_of(formula, environment)
        cubes = spaces.cubes(formula)
        if not cubes:
            return Denied()
        if spaces.algebra.covers(cubes, spaces.algebra.full):
            return Allowed()
        return worded(spaces, cubes)
    except Undecidable as reason:
        return Unknown((str(reason),))
    except (TooManyCubes, TooManyStates):
        return Unknown((TOO_MANY,))


def _deciding(places: list[str], formula: Formula, environment: Environment) -> list[str]:
    """Return the places whose reading alone could change the best or the worst case."""
    if not 1 < len(places) <= _MAX_PLACES:
        return places
    best, worst = bounded(formula, best=True), bounded(formula, best=False)
    found = []
    for place in places:
        alone = frozenset({place})
        if (
            bounded(formula, best=True, worst=alone) != best
            or bounded(formula, best=False, worst=alone) != worst
        ):
            found.append(place)
    return found
