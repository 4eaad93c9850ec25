"""Hops into a service account by permissions on it: tokens, signatures, keys, delegation, its own policy.

Source: IAM documentation, "Roles for service account authentication" and "Best practices for using service
accounts" (https://cloud.google.com/iam/docs/service-account-permissions, read 2026-11).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from scanner.providers.gcp import steps
from scanner.providers.gcp.access.places import changing_org_policies
from scanner.providers.gcp.access.question import Lock
from scanner.providers.gcp.hops import policies
from scanner.providers.gcp.members import DELEGATING
from scanner.verdict import Denied, Unknown, both

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.gcp.access.question import Answer, Place
    from scanner.providers.gcp.estate import GcpEstate

_TOKEN = "iam.serviceAccounts.getAccessToken"  # noqa: S105 - a permission
_KEYS = "iam.serviceAccountKeys.create"
_DELEGATE = "iam.serviceAccounts.implicitDelegation"
# the constraint and its managed successor; either one is enough
_NO_KEYS = ("iam.disableServiceAccountKeyCreation", "iam.managed.disableServiceAccountKeyCreation")
_IMPERSONATE, _EDIT = steps.Way("impersonate"), steps.Way("edit-trust")
WAYS: tuple[tuple[steps.Way, str], ...] = (
    (_IMPERSONATE, _TOKEN),
    (_IMPERSONATE, "iam.serviceAccounts.signJwt"),
    (_IMPERSONATE, "iam.serviceAccounts.signBlob"),
    (steps.Way("take-credentials"), _KEYS),
    (_EDIT, "iam.serviceAccounts.setIamPolicy"),
)


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a service account, or into one as a delegate only; none for another node."""
    place = estate.accounts.place(node.removesuffix(DELEGATING))
    if place is None:
        return
    if node.endswith(DELEGATING):
        become = steps.surely(becoming(estate, node.removesuffix(DELEGATING), place))
        yield from (hop for hop in _delegated(estate, node, place) if hop.source not in become)
        return
    yield from becoming(estate, node, place)
    for hop in steps.hops(estate, _IMPERSONATE, node, estate.who(_TOKEN, place)):
        if estate.accounts.get(hop.source) is not None:
            yield msgspec.structs.replace(hop, source=f"{hop.source}{DELEGATING}")


def becoming(estate: GcpEstate, node: str, place: Place) -> Iterator[Hop]:
    """Yield hops of those who get credentials of the account itself."""
    own = (steps.hops(estate, way, node, _asked(estate, permission, place)) for way, permission in WAYS)
    above = (steps.hops(estate, _EDIT, node, answers) for answers in policies.editors(estate, place))
    yield from steps.once((*own, *above))


def _asked(estate: GcpEstate, permission: str, place: Place) -> tuple[Answer, ...]:
    """Return who is granted a permission; keys cannot be made where an organization policy forbids them.

    Source: "Restricting service account usage"
    (https://cloud.google.com/resource-manager/docs/organization-policy/restricting-service-accounts, read
    2026-11).
    """
    answers = estate.who(permission, place)
    if permission != _KEYS or not answers:
        return answers
    for constraint in _NO_KEYS:
        enforced, proof = estate.org_policies.enforced(constraint, place.chain)
        if isinstance(enforced, Unknown):
            joined = ((a, both(a.verdict, enforced)) for a in answers)
            answers = tuple(replace(a, verdict=v) for a, v in joined if not isinstance(v, Denied))
        elif enforced:
            lock = Lock(f"organization policy {constraint}", proof, changing_org_policies(place.chain))
            return tuple(replace(a, locks=(*a.locks, lock)) for a in answers)
    return answers


def _delegated(estate: GcpEstate, node: str, place: Place) -> Iterator[Hop]:
    """Yield who may ask for tokens through an account, without becoming it.

    Source: IAM documentation, "Create short-lived credentials for multiple service accounts"
    (https://cloud.google.com/iam/docs/create-short-lived-credentials-delegated, read 2026-11): each account
    of a chain needs the token creator role on the next; implicitDelegation is enough for all but the last.
    """
    for hop in steps.hops(estate, _IMPERSONATE, node, estate.who(_DELEGATE, place)):
        yield hop
        if estate.accounts.get(hop.source) is not None:
            yield msgspec.structs.replace(hop, source=f"{hop.source}{DELEGATING}")
