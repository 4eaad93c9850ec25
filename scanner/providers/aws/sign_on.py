"""IAM Identity Center: whose directory stands behind the SAML provider that it puts into every account.

Source: IAM Identity Center User Guide, "Create, manage, and delete permission sets" and "Organization and
account instances of IAM Identity Center"
(https://docs.aws.amazon.com/singlesignon/latest/userguide/identity-center-instances.html, read 2026-11-22):
roles ``AWSReservedSSO_…`` trust the provider ``AWSSSO_…_DO_NOT_DELETE`` of their own account. Fixture:
``single-sign-on``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from scanner.providers.aws.arn import Arn, root
from scanner.snapshot import Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.snapshot import Document, Snapshot

_PROVIDER = re.compile(r"saml-provider/AWSSSO_[0-9a-z]+_DO_NOT_DELETE")


class Directory(NamedTuple):
    """Who comes in through a provider: nobody from outside, or `source`; `missing` would tell whose it is."""

    is_ours: bool
    source: str
    missing: tuple[str, ...] = ()


class SignOn:
    """Every instance of one snapshot; `instances` are those of accounts of ours, by ARN."""

    def __init__(self, snapshot: Snapshot, is_ours: Callable[[str | None], bool]) -> None:
        self._is_ours = is_ours
        self._owners: dict[str, set[str]] = {}
        self.instances: dict[str, Document] = {}
        self._listed: list[tuple[str, Document]] = []
        for document in snapshot.all("aws", "sso-admin", "ListInstances.Instances"):
            owner = str((document.body or {}).get("OwnerAccountId") or document.id.scope)
            self._owners.setdefault(document.id.scope, set()).add(owner)
            self._listed.append((owner, document))
            if is_ours(owner) and document.id.scope == owner:
                self.instances[document.id.key] = document
        self._told: dict[str, set[str]] = {}
        for document in snapshot.all("aws", "sso-admin", "ListPermissionSets"):
            if document.body is not None:
                self._told.setdefault(document.id.key, set()).add(document.id.scope)
        self._asked = {
            gap.id.key for gap in snapshot.gaps_of("aws", "sso-admin") if gap.id.field == "ListPermissionSets"
        }
        self._unread = {
            gap.id.scope: str(gap.id)
            for gap in snapshot.gaps_of("aws", "sso-admin")
            if gap.id.field.partition(".")[0] == "ListInstances"
        }

    def administrators(self, instance: str) -> tuple[str, ...]:
        """Return the accounts that administer an instance of ours: its own, and those that it answers to."""
        owner = self.instances[instance].id.scope
        return (owner, *sorted(self._told.get(instance, set()) - {owner}))

    def gaps(self) -> Iterator[Gap]:
        """Yield the instances of ours of which nobody told to whom their roles are assigned."""
        for owner, document in self._listed:
            asked = self._asked & {"", document.id.key}
            if self._is_ours(owner) and not self._told.get(document.id.key) and not asked:
                id_ = msgspec.structs.replace(document.id, scope=owner, field="ListPermissionSets")
                yield Gap(id_, "not-collected", "to whom roles of single sign-on are assigned", "understated")

    def behind(self, provider: str) -> Directory | None:
        """Return whose directory is behind a SAML provider's ARN; None for another kind of provider."""
        arn = Arn.parse(provider)
        if not _PROVIDER.fullmatch(arn.resource):
            return None
        # an instance of the organization is listed where it was asked for in any of its accounts
        owners = self._owners.get(arn.account) or {o for found in self._owners.values() for o in found}
        foreign = sorted(owner for owner in owners if not self._is_ours(owner))
        if foreign:
            return Directory(False, root(foreign[0]))
        if owners:
            return Directory(True, provider)
        unread = self._unread.get(arn.account)
        return Directory(False, provider, (unread,) if unread else ())
