"""Hops into groups and sets: being a member, and letting oneself in as owner or manager.

Sources: Cloud Identity documentation, "Memberships"
(https://cloud.google.com/identity/docs/reference/rest/v1/groups.memberships, read 2026-11): an OWNER or
MANAGER adds members; IAM documentation, "Principal identifiers": all identities of a project, folder or
organization are its service accounts and those of its pools, or those of one type
(https://cloud.google.com/iam/docs/principal-identifiers, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model import Evidence, Hop
from scanner.providers.gcp.members import CONTAINER_SET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.estate import GcpEstate

_BELONG = "belong-to-group"


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a group that was read, or into all identities of a container; none for another node."""
    for membership in estate.groups.direct(node):
        yield Hop(node, membership.member, membership.hop_type, evidence=(membership.evidence,))
    found = CONTAINER_SET.fullmatch(node)
    if found is not None:
        yield from _of_container(estate, node, estate.hierarchy.key(found["container"]), found["type"] or "")


def _of_container(estate: GcpEstate, node: str, key: str, type_: str) -> Iterator[Hop]:
    if type_ in {"", "ServiceAccount"}:
        for account in estate.accounts:
            if key in account.chain:
                item = account.item
                proof = (Evidence(str(item.document.id), item.base),) if item else ()
                yield Hop(node, account.node, _BELONG, evidence=proof)
    if not type_:
        for provider in estate.federation.all():
            project = provider.pool.split("/")[1] if provider.pool.startswith("projects/") else ""
            if project and key in estate.hierarchy.above(estate.hierarchy.key(f"projects/{project}")):
                source = f"principalSet://iam.googleapis.com/{provider.pool}/*"
                yield Hop(node, source, _BELONG, evidence=provider.evidence())
