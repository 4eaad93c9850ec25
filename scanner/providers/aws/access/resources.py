"""Resources as patterns.

Matching against a glob of resources, and a cheap test whether two globs can meet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.access.formula import Test, Unreadable
from scanner.providers.aws.access.keys import RESOURCE
from scanner.providers.aws.access.patterns import Pattern, Template, Variable
from scanner.providers.aws.access.ties import known_part, open_variables
from scanner.stringset import ANY_STRING, TooManyStates, Wild
from scanner.wording import Hints

if TYPE_CHECKING:
    from scanner.providers.aws.access.environment import Environment
    from scanner.providers.aws.access.formula import Formula

_FRESH: Final = "\uffff"
"""Stands for a character that no pattern names."""


def some_match(template: Template, environment: Environment) -> Formula:
    """Return when the template matches the resource, of which only a glob is known."""
    known = environment.known_matches
    if template.variables or known is None:
        return _some_match(template, environment)
    key = (id(template), environment.resource)
    found = known.get(key)
    if found is None:
        found = known[key] = _some_match(template, environment)
    return found


def _some_match(template: Template, environment: Environment) -> Formula:
    loose = _known_pattern(template, environment)
    wanted = environment.resource_pattern
    if loose is None or not may_meet(loose, wanted):
        return False
    is_open = bool(open_variables(template, environment))
    if not meet(loose, wanted):
        return False
    if is_open:
        return Unreadable(f"`{template.text}`, whose variables decide which resources are meant")
    try:
        return includes(loose, wanted) or Test(RESOURCE, loose.strings, hints=Hints((loose.tokens,)))
    except TooManyStates:
        return Unreadable(f"`{template.text}`, too large to compare with `{environment.resource}`")


def _known_pattern(template: Template, environment: Environment) -> Pattern | None:
    """Return the template with any text for open variables; None when a known variable has no value."""
    if not template.variables:
        return template.pattern
    parts = known_part(template, environment)
    if parts is None:
        return None
    return Pattern(ANY_STRING if isinstance(p, Variable) else p for p in parts)


def glob_pattern(glob: str) -> Pattern:
    """Return the pattern of a plain glob."""
    return Template(glob, wildcards=True, variables=False).pattern


def includes(outer: Pattern, inner: Pattern) -> bool:
    """Tell whether the one pattern matches all that the other does.

    Raises:
        TooManyStates: when that takes too large an automaton.
    """
    if inner.literal is not None:
        return outer.matches(inner.literal)
    if not inner.is_prefix:
        return outer.strings.includes(inner.strings)
    if outer.is_prefix:
        return inner.prefix.startswith(outer.prefix)
    # a run of a character that no pattern names, longer than the pattern, is matched by its wildcards only
    longest = sum(len(t) if isinstance(t, str) else 1 for t in outer.tokens) + 1
    return all(outer.matches(inner.prefix + _FRESH * length) for length in range(longest + 1))


def meet(left: Pattern, right: Pattern) -> bool:
    """Tell whether two patterns without barred characters match some string in common."""
    if left.is_prefix and right.is_prefix:
        return left.prefix.startswith(right.prefix) or right.prefix.startswith(left.prefix)
    a, b = _spelled(left), _spelled(right)
    shared = next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y or not isinstance(x, str)), 0
    )
    a, b = a[shared:], b[shared:]
    pending = [(0, 0)]
    seen = set(pending)
    while pending:
        i, j = pending.pop()
        if i == len(a) and j == len(b):
            return True
        x, y = a[i] if i < len(a) else None, b[j] if j < len(b) else None
        moves = []
        if isinstance(x, Wild) and x.many:
            moves += [(i + 1, j), *([(i, j + 1)] if y is not None else [])]
        if isinstance(y, Wild) and y.many:
            moves += [(i, j + 1), *([(i + 1, j)] if x is not None else [])]
        if (
            not moves
            and x is not None
            and y is not None
            and (x == y or not (isinstance(x, str) and isinstance(y, str)))
        ):
            moves.append((i + 1, j + 1))
        for move in moves:
            if move not in seen:
                seen.add(move)
                pending.append(move)
    return False


def _spelled(pattern: Pattern) -> list[str | Wild]:
    return [part for t in pattern.tokens for part in (t if isinstance(t, str) else (t,))]


def may_meet(left: Pattern, right: Pattern) -> bool:
    """Tell whether two patterns can match one string. Sound and cheap: False is certain, True is not."""
    a, b = left.prefix, right.prefix
    if not a.startswith(b) and not b.startswith(a):
        return False
    if left.literal is not None:
        return right.matches(left.literal)
    if right.literal is not None:
        return left.matches(right.literal)
    a, b = _suffix(left), _suffix(right)
    return a.endswith(b) or b.endswith(a)


def _suffix(pattern: Pattern) -> str:
    last = pattern.tokens[-1] if pattern.tokens else ""
    return last if isinstance(last, str) else ""
