"""Does a text match a pattern of a policy, once the policy's variables are replaced.

A pattern is a list of tokens: a one-character string stands for itself, `ANY` for any text and `ONE` for any
character. Tokens and not a string, because an escaped star (``${*}``) and a star inside a variable's value
are plain characters. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ANY: Final = "any text"
ONE: Final = "any character"

Context: TypeAlias = "Mapping[str, Sequence[str]]"
"""Lower-cased key to its values; a key that is not in it, or has no values, is absent."""

VARIABLE = re.compile(r"\$\{([^}]*)\}")
WITH_VARIABLES = "2012-10-17"


def tokens(text: str) -> list[str]:
    """Return the tokens of `text`, whose stars and question marks are wildcards."""
    return [{"*": ANY, "?": ONE}.get(character, character) for character in text]


def replace_variables(text: str, context: Context, version: str) -> list[str] | None:
    """Return the tokens of `text` with its variables replaced; None when one of them has no value.

    An older policy version has no variables: the text stands as it is written.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
    """
    if version != WITH_VARIABLES:
        return tokens(text)
    found: list[str] = []
    end = 0
    for match in VARIABLE.finditer(text):
        found += tokens(text[end : match.start()])
        value = variable(match[1], context)
        if value is None:
            return None
        found += list(value)
        end = match.end()
    return found + tokens(text[end:])


def variable(inside: str, context: Context) -> str | None:
    """Return the value of ``${inside}``: an escape, the key's one value, its default, or None."""
    if inside in {"*", "?", "$"}:
        return inside
    name, comma, rest = inside.partition(",")
    values = context.get(name.strip().lower(), ())
    if len(values) == 1:
        return values[0]
    return rest.strip().strip("'") if comma else None


def matches(pattern: list[str], text: str) -> bool:
    """Return whether `text` as a whole matches `pattern`; letter case counts."""
    reached = {0}
    reached |= skip_stars(pattern, reached)
    for character in text:
        after = set()
        for place in reached:
            if place < len(pattern):
                token = pattern[place]
                if token == ANY:
                    after.add(place)
                elif token in {ONE, character}:
                    after.add(place + 1)
        reached = after | skip_stars(pattern, after)
    return len(pattern) in reached


def skip_stars(pattern: list[str], places: set[int]) -> set[int]:
    """Return the places behind the stars that stand at `places`: a star also matches nothing."""
    behind = set()
    for place in places:
        following = place
        while following < len(pattern) and pattern[following] == ANY:
            following += 1
            behind.add(following)
    return behind


def matches_arn(pattern: list[str], arn: str) -> bool:
    """Return whether each of the six parts of `arn` matches the same part of `pattern`.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
    """
    wanted, given = split_tokens(pattern), arn.split(":", 5)
    if len(wanted) != 6 or len(given) != 6:
        return False
    return all(matches(part, text) for part, text in zip(wanted, given, strict=True))


def split_tokens(pattern: list[str]) -> list[list[str]]:
    """Split `pattern` at its first five colons."""
    parts: list[list[str]] = [[]]
    for token in pattern:
        if token == ":" and len(parts) < 6:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def matches_resource(pattern: list[str], resource: str) -> bool:
    """Return whether a Resource element covers `resource`; a star alone covers everything.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    return pattern == [ANY] or matches_arn(pattern, resource)


def matches_action(pattern: str, action: str) -> bool:
    """Return whether an Action element covers `action`; letter case does not count.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    """
    return matches(tokens(pattern.lower()), action.lower())
