"""Callers grouped by what their own side says to an action, so that one decision serves a group.

Roles of one template have policies of the same content. Per action only the policies that mean it count, so
the groups are few however many the callers are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from scanner.providers.aws.access.caller import parse_caller
from scanner.providers.aws.access.conditions import Condition
from scanner.providers.aws.access.environment import NO_OTHER_TAGS, TAG
from scanner.providers.aws.access.keys import fixed_keys
from scanner.providers.aws.access.request import Request, Unread

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from scanner.providers.aws.access.environment import Looked
    from scanner.providers.aws.access.policy import Content, Policy

_OF_CALLER: Final = frozenset({"aws:principalarn", "aws:principalservicename", "aws:userid", "aws:username"})
"""Keys that a caller fixes and whose value can differ inside a group."""


@dataclass(slots=True)
class Kin:
    """Callers of one account and kind with the same policies; `identity` are those that mean the action.

    Kin with the same `limits` have the same boundary, session policy and SCPs.
    """

    identity: tuple[Policy | Unread, ...]
    limits: int
    members: list[int]
    needs_policies: bool
    """Whether its own policies must allow, unless the resource's policy names it."""


@dataclass(slots=True)
class _Family:
    """Callers with the same policies under the same names."""

    identity: tuple[Policy | Unread, ...]
    limits: int
    members: list[int]
    needs_policies: bool


class Cohort:
    """Callers, each as a request of which only the caller's side counts.

    Who it is, its policies, its context.

    Args:
        callers: The callers; a list index stands for one from here on.
    """

    def __init__(self, callers: Sequence[Request]) -> None:
        self.callers = callers
        self.parsed = [
            parse_caller(c.principal, c.action, next(iter(c.context.get("aws:principalarn", ())), None))
            for c in callers
        ]
        self._by_name: dict[str, list[int]] = {}
        for index, caller in enumerate(self.parsed):
            for name in {caller.arn, caller.role} - {None}:
                self._by_name.setdefault(name or "", []).append(index)
        self._contexts = [_lowered(c.context) for c in callers]
        self._varying = _varying(self._contexts)
        self._fixed: dict[int, dict[str, tuple[str, ...] | None]] = {}
        self._families = self._grouped()
        self._kin: dict[str, tuple[Kin, ...]] = {}

    def kin(self, action: str) -> tuple[Kin, ...]:
        """Return the callers by what their own side says to the action, those that say the same together."""
        lowered = action.lower()
        found = self._kin.get(lowered)
        if found is None:
            found = self._kin[lowered] = tuple(self._kin_for(lowered))
        return found

    def asking(self, index: int, question: Request, kin: Kin | None = None) -> Request:
        """Return the question as the caller would ask it, of its policies with those of `kin` if given."""
        caller = self.callers[index]
        return msgspec.structs.replace(
            question,
            principal=caller.principal,
            identity=caller.identity if kin is None else kin.identity,
            identity_assumed=caller.identity_assumed,
            boundary=caller.boundary,
            session=caller.session,
            scps=caller.scps,
            context={**question.context, **caller.context} if caller.context else question.context,
        )

    def named(self, names: Iterable[str]) -> frozenset[int]:
        """Return the callers that policies can mean by one of these ARNs."""
        return frozenset(index for name in names for index in self._by_name.get(name, ()))

    def tells_apart(self, query: Condition | str) -> bool:
        """Tell whether the answer to what was asked can differ inside a group."""
        if isinstance(query, Condition):
            keys = {query.key, *(variable.key for t in query.templates for variable in t.variables)}
        else:
            keys = {query}
        tags_vary = NO_OTHER_TAGS in self._varying
        return any(
            key in self._varying or key in _OF_CALLER or (tags_vary and key.startswith(TAG)) for key in keys
        )

    def lookup(self, index: int, key: str, unset: Looked, unknown: Looked) -> Looked:
        """Return the values of a key for a caller.

        Args:
            index: The caller.
            key: Lower-cased.
            unset: What the key is in a request of a caller of the group: where no caller gives it a value.
            unknown: What a key is that nobody gives a value: where only others of the callers do.
        """
        fixed = self._fixed.get(index)
        if fixed is None:
            fixed = self._fixed[index] = fixed_keys(self.parsed[index])
        if key in fixed:
            return fixed[key]
        if key.startswith(TAG) and not self.parsed[index].bears_tags:
            return None
        context = self._contexts[index]
        values = context.get(key)
        if values is not None:
            return tuple(values) or None
        if key.startswith(TAG) and NO_OTHER_TAGS in context:
            return None
        return unknown if key in self._varying or key.startswith(TAG) else unset

    def _grouped(self) -> list[_Family]:
        families: dict[Hashable, _Family] = {}
        numbers: dict[Hashable, int] = {}
        for index, (request, caller) in enumerate(zip(self.callers, self.parsed, strict=True)):
            boundary, session = request.boundary, request.session
            limits = (
                None if boundary is None else tuple([_said(policy) for policy in boundary]),
                None if session is None else _said(session),
                tuple([tuple([_said(policy) for policy in level]) for level in request.scps]),
                request.identity_assumed,
                caller.kind,
                caller.account,
                caller.is_service_linked,
            )
            key = (tuple([_said(policy) for policy in request.identity]), limits)
            family = families.get(key)
            if family is None:
                number = numbers.setdefault(limits, len(numbers))
                families[key] = _Family(
                    request.identity, number, [index], not (request.identity_assumed or caller.kind == "root")
                )
            else:
                family.members.append(index)
        return list(families.values())

    def _kin_for(self, action: str) -> Iterable[Kin]:
        found: dict[Hashable, Kin] = {}
        covers: dict[Content, bool] = {}
        for family in self._families:
            identity: list[Policy | Unread] = []
            for policy in family.identity:
                if isinstance(policy, Unread):
                    identity.append(policy)
                    continue
                covered = covers.get(policy.content)
                if covered is None:
                    covered = covers[policy.content] = policy.touches([action])
                if covered:
                    identity.append(policy)
            key = (tuple([_said(policy) for policy in identity]), family.limits)
            kin = found.get(key)
            if kin is None:
                found[key] = Kin(tuple(identity), family.limits, list(family.members), family.needs_policies)
            else:
                kin.members += family.members
        return found.values()


def _lowered(context: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    return context if all(map(str.islower, context)) else {k.lower(): v for k, v in context.items()}


def _varying(contexts: Sequence[Mapping[str, tuple[str, ...]]]) -> frozenset[str]:
    """Return the keys that not all of the contexts give the same values."""
    keys = {key for context in contexts for key in context}
    return frozenset(key for key in keys if len({context.get(key) for context in contexts}) > 1)


def _said(policy: Policy | Unread) -> tuple[str, Content | None]:
    return (policy.missing, None) if isinstance(policy, Unread) else (policy.name, policy.content)
