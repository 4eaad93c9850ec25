"""Resources as patterns: matching against a glob of resources, and a cheap test whether two globs can meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws.access.formula import Test, Unreadable
from scanner.providers.aws.access.keys import RESOURCE
from scanner.providers.aws.access.patterns import Pattern, Template, Variable
from scanner.providers.aws.access.ties import known_part, open_variables
from scanner.stringset import ANY_STRING, TooManyStates

if TYPE_CHECKING:
    from scanner.providers.aws.access.environment import Environment
    from scanner.providers.aws.access.formula import Formula


def some_match(template: Template, environment: Environment) -> Formula:
    """Return when the template matches the resource, of which only a glob is known."""
    parts = known_part(template, environment)
    if parts is None:
        return False
    loose = (
        Pattern(ANY_STRING if isinstance(p, Variable) else p for p in parts)
        if template.variables
        else template.pattern
    )
    wanted = environment.resource_pattern
    if not may_meet(loose, wanted):
        return False
    if loose.tokens == (ANY_STRING,):
        return True
    try:
        found, asked = loose.strings, wanted.strings
        if not found.meets(asked):
            return False
        if open_variables(template, environment):
            return Unreadable(f"`{template.text}`, whose variables decide which resources are meant")
        return True if found.includes(asked) else Test(RESOURCE, found, globs=(loose.tokens,))
    except TooManyStates:
        return Unreadable(f"`{template.text}`, too large to compare with `{environment.resource}`")


def glob_pattern(glob: str) -> Pattern:
    """Return the pattern of a plain glob."""
    return Template(glob, wildcards=True, variables=False).pattern


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
