"""Hops into groups: being a member of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model import Hop
from scanner.providers.azure.documents import field_evidence, items, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.azure.estate import AzureEstate
    from scanner.snapshot import Document


def into(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield a hop from each member, and from who has activated a membership; none for another node."""
    for copy in estate.joining.get(node, ()):
        yield Hop(node, copy.node, "belong-to-group", evidence=copy.evidence)
    document = estate.membership.document(node)
    if document is None:
        return
    inside = set(estate.membership.members(node))
    listed = ((estate.directory.node(oid), pointer) for oid, pointer in _entries(document))
    places = {member: pointer for member, pointer in listed if member in inside}
    for member, pointer in sorted(places.items()):
        yield Hop(node, member, "belong-to-group", evidence=(field_evidence(document, pointer),))


def _entries(document: Document) -> Iterator[tuple[str, str]]:
    listed = items(document.body)
    inside = "/value" if isinstance(document.body, dict) else ""
    yield from ((text(entry, "/id").lower(), f"{inside}/{n}") for n, entry in enumerate(listed))
