"""Hops into a service account as far as an HMAC key of it reaches: Cloud Storage, and nothing else.

Source: Cloud Storage documentation, "HMAC keys"
(https://cloud.google.com/storage/docs/authentication/hmackeys, read 2026-11): ``storage.hmacKeys.create`` on
the project makes keys for any service account of it, which sign requests to the XML API; the organization
policy ``storage.restrictAuthTypes`` can refuse them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.gcp import steps
from scanner.providers.gcp.access.places import container_place
from scanner.providers.gcp.hops import impersonate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.gcp.access.question import Answer
    from scanner.providers.gcp.estate import GcpEstate

MARK = "#hmac-key"
"""Marks a service account whose storage somebody reaches by an HMAC key."""
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
    makes = (a for a in makers(estate, account) if a.member not in become)
    yield from steps.hops(estate, steps.Way("take-credentials"), node, makes)


def makers(estate: GcpEstate, account: str) -> tuple[Answer, ...]:
    """Return who makes HMAC keys for a service account of ours."""
    place = estate.accounts.place(account)
    if place is None or not place.chain:
        return ()
    return estate.who(_CREATE, container_place(place.chain[0], place.chain))
