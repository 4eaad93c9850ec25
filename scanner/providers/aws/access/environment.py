"""What one request fixes: the caller, the action, the resource, and the value of every context key."""

from __future__ import annotations

from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeAlias

from scanner.providers.aws.access.caller import parse_caller
from scanner.providers.aws.access.keys import fixed_keys
from scanner.providers.aws.access.patterns import Pattern, Template

if TYPE_CHECKING:
    from scanner.providers.aws.access.request import Request


class _Open(Enum):
    OPEN = "open"


OPEN: Final = _Open.OPEN
"""The value of a key that nobody has fixed."""

Looked: TypeAlias = tuple[str, ...] | _Open | None
"""The values of a key, `OPEN`, or None when the key is absent."""

_TAG: Final = "aws:principaltag/"


class Environment:
    """A request, ready for policies to be held against. `lookup` takes a lower-cased key."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self._context = {key.lower(): tuple(values) for key, values in request.context.items()}
        arn = self._context.get("aws:principalarn", (None,))
        self.action = request.action.lower()
        self.service = self.action.partition(":")[0]
        self.caller = parse_caller(request.principal, request.action, arn[0] if arn else None)
        self.resource = request.resource
        self.some_resource = request.some_resource
        self.resource_account = self._resource_account()
        self._fixed = fixed_keys(self.caller)
        known = request.resource_account or _account_in(request.resource)
        if known:
            self._fixed["aws:resourceaccount"] = (known,)
        self._is_open = request.mode == "open"
        self._open_keys = None if request.open_keys is None else {k.lower() for k in request.open_keys}
        self._bears_tags = self.caller.has_identity_policies or self.caller.kind == "canonical"

    @cached_property
    def resource_pattern(self) -> Pattern:
        """The resource as a glob, for a request that asks for some resource."""
        return Template(self.resource, wildcards=True, variables=False).pattern

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

    def lookup(self, key: str) -> Looked:
        """Return the values of a key. What the principal fixes cannot be overridden by the context."""
        if key in self._fixed:
            return self._fixed[key]
        if not self._bears_tags and key.startswith(_TAG):
            return None
        values = self._context.get(key)
        if values is not None:
            return values or None
        if self._is_open and (self._open_keys is None or key in self._open_keys):
            return OPEN
        return None

    def _resource_account(self) -> str | None:
        return self.request.resource_account or _account_in(self.resource) or self.caller.account


def _account_in(arn: str) -> str | None:
    parts = arn.split(":", 5)
    account = parts[4] if len(parts) == 6 and parts[0] == "arn" else ""
    return account if len(account) == 12 and account.isdecimal() else None
