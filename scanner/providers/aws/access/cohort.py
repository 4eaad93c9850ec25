"""Callers grouped by what their own side says to an action, so that one decision serves a group.

Roles of one template have policies of the same content. Per action only the policies that mean it count, so
the groups are few however many the callers are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from scanner.providers.aws.access.caller import Caller, parse_caller
from scanner.providers.aws.access.conditions import Condition
from scanner.providers.aws.access.request import Request, Unread

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from scanner.providers.aws.access.policy import Content, Policy

_OF_CALLER: Final = (
    "aws:principal",
    "aws:user",
    "aws:source",
    "aws:federated",
    "aws:token",
    "aws:multifactor",
)
"""Beginnings of keys whose value is the caller's own; any key that a caller's context gives is, too."""


class Cohort:
    """Callers, each as a request of which only the caller's side counts.

    Who it is, its policies, its context.

    Args:
        callers: The callers; a list index stands for one from here on.
    """

    def __init__(self, callers: Sequence[Request]) -> None:
        self.callers = callers
        self._parsed = [
            parse_caller(c.principal, c.action, next(iter(c.context.get("aws:principalarn", ())), None))
            for c in callers
        ]
        self._names = [frozenset(name for name in (c.arn, c.role) if name) for c in self._parsed]
        self._context_keys = {key.lower() for c in callers for key in c.context}
        self._groups: dict[str, tuple[tuple[int, ...], ...]] = {}
        self._covers: dict[tuple[Content, str], bool] = {}

    def groups(self, action: str) -> tuple[tuple[int, ...], ...]:
        """Return the callers whose own side says the same to the action, group by group, in order."""
        lowered = action.lower()
        found = self._groups.get(lowered)
        if found is None:
            by_key: dict[Hashable, list[int]] = {}
            for index, request in enumerate(self.callers):
                by_key.setdefault(self._key(request, self._parsed[index], lowered), []).append(index)
            found = self._groups[lowered] = tuple(map(tuple, by_key.values()))
        return found

    def asking(self, index: int, question: Request) -> Request:
        """Return the question as the caller would ask it."""
        caller = self.callers[index]
        return msgspec.structs.replace(
            question,
            principal=caller.principal,
            identity=caller.identity,
            identity_assumed=caller.identity_assumed,
            boundary=caller.boundary,
            session=caller.session,
            scps=caller.scps,
            context={**question.context, **caller.context} if caller.context else question.context,
        )

    def names_of(self, index: int) -> frozenset[str]:
        """Return the ARNs by which a policy can mean the caller itself."""
        return self._names[index]

    def tells_apart(self, query: Condition | str) -> bool:
        """Tell whether the answer to what was asked can differ inside a group."""
        if isinstance(query, Condition):
            keys = {query.key, *(variable.key for t in query.templates for variable in t.variables)}
        else:
            keys = {query}
        return any(key in self._context_keys or key.startswith(_OF_CALLER) for key in keys)

    def _key(self, request: Request, caller: Caller, action: str) -> Hashable:
        boundary, session = request.boundary or (), request.session
        return (
            tuple(self._saying(request.identity, action)),
            tuple([_said(policy) for policy in boundary]),
            None if session is None else _said(session),
            tuple([tuple([_said(policy) for policy in level]) for level in request.scps]),
            request.identity_assumed,
            caller.kind,
            caller.account,
            caller.is_service_linked,
        )

    def _saying(self, policies: tuple[Policy | Unread, ...], action: str) -> list[Content | str]:
        found: list[Content | str] = []
        for policy in policies:
            if isinstance(policy, Unread):
                found.append(policy.missing)
                continue
            key = (policy.content, action)
            covers = self._covers.get(key)
            if covers is None:
                covers = self._covers[key] = policy.touches([action])
            if covers:
                found.append(policy.content)
        return found


def _said(policy: Policy | Unread) -> Content | str:
    return policy.missing if isinstance(policy, Unread) else policy.content
