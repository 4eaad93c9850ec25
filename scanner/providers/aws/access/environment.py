"""What one request fixes: the caller, the action, the resource, and the value of every context key."""

from __future__ import annotations

from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeAlias

from scanner.providers.aws.access.caller import parse_caller
from scanner.providers.aws.access.keys import fixed_keys
from scanner.providers.aws.access.patterns import Pattern, Template, as_asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.providers.aws.access.caller import Caller
    from scanner.providers.aws.access.conditions import Condition
    from scanner.providers.aws.access.formula import Formula
    from scanner.providers.aws.access.request import Request


class _Open(Enum):
    OPEN = "open"


OPEN: Final = _Open.OPEN
"""The value of a key that nobody has fixed."""

Looked: TypeAlias = tuple[str, ...] | _Open | None
"""The values of a key, `OPEN`, or None when the key is absent."""

TAG: Final = "aws:principaltag/"
NO_OTHER_TAGS: Final = f"{TAG}*"
"""In a context: the caller has no tags but those that the context gives."""


class Environment:
    """A request, ready for policies to be held against. `lookup` takes a lower-cased key."""

    def __init__(self, request: Request, caller: Caller | None = None) -> None:
        self.request = request
        context = request.context
        if not all(map(str.islower, context)):
            context = {key.lower(): values for key, values in context.items()}
        self._context = context
        arn = context.get("aws:principalarn")
        self.action = request.action.lower()
        self.service = self.action.partition(":")[0]
        self.caller = caller or parse_caller(request.principal, request.action, arn[0] if arn else None)
        self.resource = request.resource
        self.known_matches: dict[tuple[int, str], Formula] | None = None
        """Answers of `some_match` by template and resource, where many requests share them."""
        self.some_resource = request.some_resource
        known = request.resource_account or _account_in(request.resource)
        self.resource_account = self._owner() or known or self.caller.account
        self._resource_account_key = (known,) if known else None
        self._is_open = request.mode == "open"
        self._open_keys = None if request.open_keys is None else {k.lower() for k in request.open_keys}

    def _owner(self) -> str | None:
        """Return the account of an object that is not the bucket's, where objects can be others'."""
        is_enforced = self.request.object_ownership == "BucketOwnerEnforced"
        return None if is_enforced else self.request.object_owner

    @cached_property
    def resource_pattern(self) -> Pattern:
        """The resource as a glob, for a request that asks for some resource."""
        return as_asked(Template(self.resource, wildcards=True, variables=False).pattern)

    def unset(self, key: str) -> Looked:
        """Return the value of a key that nothing but the context may give."""
        values = self._context.get(key)
        if values is not None:
            return tuple(values) or None
        if key.startswith(TAG) and NO_OTHER_TAGS in self._context:
            return None
        return self.unknown(key)

    def unknown(self, key: str) -> Looked:
        """Return what a key is that nobody has given a value."""
        return OPEN if self._is_open and (self._open_keys is None or key in self._open_keys) else None

    @property
    def is_trust(self) -> bool:
        """Whether the resource policy is a role's trust policy, which must allow."""
        return self.service == "sts" and ":role/" in self.resource

    @property
    def is_key(self) -> bool:
        """Whether the resource policy is a KMS key's, which must allow."""
        return self.service == "kms" and self.resource != "*"

    @property
    def same_account(self) -> bool:
        """Whether the caller is a principal of the account that owns the resource."""
        return self.caller.has_identity_policies and self.caller.account == self.resource_account

    @cached_property
    def _fixed(self) -> Mapping[str, tuple[str, ...] | None]:
        return fixed_keys(self.caller)

    def lookup(self, key: str) -> Looked:
        """Return the values of a key. What the principal fixes cannot be overridden by the context."""
        if key in self._fixed:
            return self._fixed[key]
        if key == "aws:resourceaccount" and self._resource_account_key:
            return self._resource_account_key
        if key.startswith(TAG) and not self.caller.bears_tags:
            return None
        return self.unset(key)

    def holds(self, condition: Condition) -> Formula:
        """Return when a condition is met."""
        return condition.holds(self)


def _account_in(arn: str) -> str | None:
    parts = arn.split(":", 5)
    account = parts[4] if len(parts) == 6 and parts[0] == "arn" else ""
    return account if len(account) == 12 and account.isdecimal() else None
