"""Hops into groups and domains: being a member, and letting oneself in as owner or manager.

Source: Cloud Identity documentation, "Memberships"
(https://cloud.google.com/identity/docs/reference/rest/v1/groups.memberships, read 2026-11): an OWNER or
MANAGER adds members.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model import Hop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.estate import GcpEstate


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a group that was read; none for another node."""
    for membership in estate.groups.direct(node):
        yield Hop(node, membership.member, membership.hop_type, evidence=(membership.evidence,))
