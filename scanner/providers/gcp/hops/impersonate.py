"""Hops into a service account by permissions on it: tokens, signatures, keys, delegation, its own policy.

Source: IAM documentation, "Roles for service account authentication" and "Best practices for using service
accounts" (https://cloud.google.com/iam/docs/service-account-permissions, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.gcp import steps
from scanner.providers.gcp.hops import policies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.gcp.estate import GcpEstate

WAYS: tuple[tuple[str, str], ...] = (
    ("impersonate", "iam.serviceAccounts.getAccessToken"),
    ("impersonate", "iam.serviceAccounts.signJwt"),
    ("impersonate", "iam.serviceAccounts.signBlob"),
    ("take-credentials", "iam.serviceAccountKeys.create"),
    ("edit-trust", "iam.serviceAccounts.setIamPolicy"),
)


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a service account; none for another node."""
    place = estate.accounts.place(node)
    if place is None:
        return
    own = (steps.hops(type_, node, estate.who(permission, place)) for type_, permission in WAYS)
    above = (
        steps.hops("edit-trust", node, estate.who(*policies.editing(key, place.chain[i:])))
        for i, key in enumerate(place.chain)
    )
    yield from steps.once((*own, *above))
