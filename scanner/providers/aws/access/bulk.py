"""Many decisions: what need not be asked, and what was asked before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws.access.decide import decide
from scanner.providers.aws.access.request import Unread
from scanner.providers.aws.access.resources import glob_pattern, may_meet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.providers.aws.access.policy import Policy
    from scanner.providers.aws.access.request import Decision, Request


def may_allow(policies: Iterable[Policy | Unread], action: str, resource: str) -> bool:
    """Tell whether some policy might allow the action on some resource that the glob matches.

    Sound and cheap: False is certain. Principals and conditions are not looked at.
    """
    wanted = glob_pattern(resource)
    lowered = action.lower()
    for policy in policies:
        if isinstance(policy, Unread) or policy.content.broken:
            return True
        for statement in policy.statements:
            if not statement.allows or statement.covers(lowered) is False:
                continue
            if statement.resources is None or statement.not_resources or statement.broken_resources:
                return True
            if any(may_meet(template.loosest, wanted) for template in statement.resources):
                return True
    return False


class Decider:
    """Answers requests, each distinct one once."""

    def __init__(self) -> None:
        self._known: dict[object, Decision] = {}

    def decide(self, request: Request) -> Decision:
        """Return the decision on a request."""
        return decide(request)
