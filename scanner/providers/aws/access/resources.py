"""Resources as patterns.

Matching against a glob of resources, and a cheap test whether two globs can meet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.overlap import meets
from scanner.providers.aws.access.formula import Test, Tie, Unreadable
from scanner.providers.aws.access.keys import RESOURCE
from scanner.providers.aws.access.patterns import Pattern, Template, Variable
from scanner.providers.aws.access.ties import known_part, open_variables
from scanner.stringset import ANY_STRING, TooManyStates, Wild
from scanner.wording import Hints

if TYPE_CHECKING:
    from scanner.providers.aws.access.environment import Environment
    from scanner.providers.aws.access.formula import Formula
    from scanner.stringset import Token

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
    left = open_variables(template, environment)
    if not meets(loose.tokens, wanted.tokens):
        return False
    if left and len(left) == len(template.variables):
        return Tie(RESOURCE, template, within=wanted)
    if left:
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
    if outer.is_prefix:
        return inner.prefix.startswith(outer.prefix)
    if not inner.is_prefix:
        return _unbarred(inner) == outer.tokens or outer.strings.includes(inner.strings)
    # a run of a character that no pattern names, longer than the pattern, is matched by its wildcards only
    longest = sum(len(t) if isinstance(t, str) else 1 for t in outer.tokens) + 1
    return all(outer.matches(inner.prefix + _FRESH * length) for length in range(longest + 1))


def meet(left: Pattern, right: Pattern) -> bool:
    """Tell whether two patterns match some string in common."""
    return meets(left.tokens, right.tokens)


def _unbarred(pattern: Pattern) -> tuple[Token, ...]:
    return tuple(t if isinstance(t, str) else Wild(t.many) for t in pattern.tokens)


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
