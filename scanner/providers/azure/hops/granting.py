"""Hops into an asset by deciding who may reach it: assigning a role there that opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model import Hop
from scanner.providers.azure.access import Question
from scanner.providers.azure.steps import certain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.azure.estate import AzureEstate


def into(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield a hop from whoever may assign itself a role that opens an asset; none for another node."""
    resource = estate.resources.get(node)
    if resource is None or resource.kind not in estate.openings:
        return
    action, plane = estate.openings[resource.kind]
    for holder, holding in estate.access.holders(Question(action, node, plane)).items():
        copy = estate.copies.get(holder)
        if copy is not None and copy.type == "self-grant" and not holding.blocked_by:
            missing = tuple(sorted({*copy.missing, *holding.missing}))
            yield Hop(
                target=node,
                source=copy.base,
                type="edit-policy",
                gains=("grant",),
                guards=copy.guards,
                certainty=certain(missing),
                evidence=copy.evidence,
                missing=missing,
            )
