"""Hops into a service account as far as an HMAC key of it reaches: Cloud Storage, and nothing else.

Source: Cloud Storage documentation, "HMAC keys"
(https://cloud.google.com/storage/docs/authentication/hmackeys, read 2026-11): ``storage.hmacKeys.create`` on
the project makes keys for any service account of it, which sign requests to the XML API; the organization
policy ``storage.restrictAuthTypes`` can refuse them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scanner.providers.gcp import steps
from scanner.providers.gcp.access.places import changing_org_policies, container_place
from scanner.providers.gcp.access.question import Lock
from scanner.providers.gcp.hops import impersonate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.gcp.access.question import Answer
    from scanner.providers.gcp.estate import GcpEstate

MARK = "#hmac-key"
"""Marks a service account whose storage somebody reaches by an HMAC key."""
_AUTH_TYPES = "storage.restrictAuthTypes"
_SIGNED = frozenset(
    {
        "in:ALL_HMAC_SIGNED_REQUESTS",
        "in:SERVICE_ACCOUNT_HMAC_SIGNED_REQUESTS",
        "SERVICE_ACCOUNT_HMAC_SIGNED_REQUESTS",
    }
)
_CREATE = "storage.hmacKeys.create"


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops of those who make keys and get no other credentials; none for another node."""
    if not node.endswith(MARK):
        return
    account = node.removesuffix(MARK)
    place = estate.accounts.place(account)
    if place is None:
        return
    become = steps.surely(impersonate.becoming(estate, account, place))
    refused = tuple(_refusing(estate, place.chain))
    makes = (
        replace(a, locks=(*a.locks, *refused)) for a in makers(estate, account) if a.member not in become
    )
    yield from steps.hops(estate, steps.Way("take-credentials"), node, makes)


def _refusing(estate: GcpEstate, chain: tuple[str, ...]) -> Iterator[Lock]:
    """Yield the organization policy that refuses what HMAC keys of service accounts sign."""
    for listed in estate.org_policies.lists(_AUTH_TYPES, chain):
        if (listed.all_denied or listed.denied & _SIGNED) and not listed.conditional:
            drops = changing_org_policies(chain)
            yield Lock(f"organization policy {_AUTH_TYPES}", (listed.evidence,), drops)
            return


def makers(estate: GcpEstate, account: str) -> tuple[Answer, ...]:
    """Return who makes HMAC keys for a service account of ours."""
    place = estate.accounts.place(account)
    if place is None or not place.chain:
        return ()
    return estate.who(_CREATE, container_place(place.chain[0], place.chain))
