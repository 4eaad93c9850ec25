"""Cognito identity pools: whether guests are let in, and which role they get.

In the basic (classic) flow a guest takes any role whose trust policy lets it; in the enhanced flow the
pool's own role, capped by a session policy of AWS's. Source: Amazon Cognito Developer Guide, "Identity pools
authentication flow" (https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html,
read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scanner.providers.aws.library import at
from scanner.snapshot import DocumentId, Gap

if TYPE_CHECKING:
    from scanner.snapshot import Snapshot

_CAP = "what the session policy leaves that Cognito puts on guests"


class Guests(NamedTuple):
    """Whether guests take a role, and what was not read of it."""

    let_in: bool
    missing: tuple[str, ...] = ()


def guests(snapshot: Snapshot, pool: str, role: str, accounts: frozenset[str]) -> Guests:
    """Return whether guests of a pool, ``*`` for any at all, take a role that trusts them.

    Args:
        snapshot: What was read.
        pool: The pool's id, ``REGION:UUID``; of any pool whatever one that a stranger makes will do.
        role: The role's ARN.
        accounts: Ours: the pool may be in any of them.
    """
    if pool == "*":
        return Guests(True)
    region, missing = pool.partition(":")[0], []
    for account in sorted(accounts):
        place = DocumentId("aws", account, region, "cognito-identity", "DescribeIdentityPool", pool)
        found = snapshot.get(place)
        if isinstance(found, Gap):
            listed = snapshot.get(DocumentId("aws", account, region, "cognito-identity", "ListIdentityPools"))
            if isinstance(listed, Gap) or found.reason != "not-collected":
                missing.append(str(place))
            continue
        if not at(found.body, "/AllowUnauthenticatedIdentities"):
            return Guests(False)
        if at(found.body, "/AllowClassicFlow"):
            return Guests(True)
        return _enhanced(snapshot, place, role)
    return Guests(True, tuple(missing))


def _enhanced(snapshot: Snapshot, pool: DocumentId, role: str) -> Guests:
    place = DocumentId("aws", pool.scope, pool.region, pool.service, "GetIdentityPoolRoles", pool.key)
    roles = snapshot.get(place)
    if isinstance(roles, Gap):
        return Guests(True, (str(place),))
    return Guests(at(roles.body, "/Roles/unauthenticated") == role, (_CAP,))
