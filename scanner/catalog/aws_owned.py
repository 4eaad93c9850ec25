"""Which accounts are AWS's own, so that a grant to one of them is not taken for a grant to a stranger.

Only accounts that customers name in policies or image references at AWS's request are here, each with a page
that says so. Not being here is no statement about an account.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec reads the annotations
from importlib import resources
from typing import TYPE_CHECKING

import msgspec

from scanner.catalog.vendor import AccountId, Link  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Iterable


class AwsOwned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The accounts of one AWS service, each with its regions; no regions means all of them."""

    service: str
    purpose: str
    read: dt.date
    source: Link
    accounts: dict[AccountId, tuple[str, ...]]


class AwsOwnedAccounts:
    """Answers which AWS service an account belongs to."""

    def __init__(self, services: Iterable[AwsOwned]) -> None:
        self.services = tuple(services)
        # INVARIANT: no account is listed twice; the tests hold the shipped file to it.
        self._by_account = {account: s for s in self.services for account in s.accounts}

    def by_account(self, account: str) -> AwsOwned | None:
        """Return the service that owns a 12-digit account, or None."""
        return self._by_account.get(account)


def load_aws_owned() -> AwsOwnedAccounts:
    """Read the shipped list; every call reads it anew, so the caller keeps the result."""
    text = resources.files("scanner.catalog").joinpath("aws_owned.yaml").read_bytes()
    return AwsOwnedAccounts(msgspec.yaml.decode(text, type=tuple[AwsOwned, ...]))
