"""Whether an action matches a pattern, as role definitions and conditions write it.

A pattern has at most one ``*``, and nothing else is special. Letter case does not matter. In ``X/*/verb`` the
slashes on both sides of the star may be one and the same: Managed Identity Operator holds only
``Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action``, and the operation it is for is
``…/userAssignedIdentities/assign/action``.

Source: "Azure built-in roles", Managed Identity Operator
(https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/identity, read 2026-11).
"""

from __future__ import annotations

from typing import Final

_STAR: Final = "*"


def matches(pattern: str, action: str) -> bool:
    """Tell whether the action matches the pattern.

    A pattern with several stars, which Azure refuses in custom roles, is read as one where each stands for
    any text.
    """
    pattern, action = pattern.lower(), action.lower()
    head, star, tail = pattern.partition(_STAR)
    if not star:
        return pattern == action
    if _STAR in tail:
        return _matches_many(pattern.split(_STAR), action)
    shared = head.endswith("/") and tail.startswith("/")
    long_enough = len(action) >= len(head) + len(tail) - shared
    return long_enough and action.startswith(head) and action.endswith(tail)


def has_several_stars(pattern: str) -> bool:
    """Tell whether a pattern is none that Azure takes."""
    return pattern.count(_STAR) > 1


def _matches_many(parts: list[str], action: str) -> bool:
    """Find the parts in order, each as early as possible; the first and the last at the ends."""
    first, *middle, last = parts
    if not action.startswith(first) or not action.endswith(last):
        return False
    at = len(first)
    for part in middle:
        found = action.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return at <= len(action) - len(last)
