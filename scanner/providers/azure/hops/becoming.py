"""Hops into a copy of a principal: activating a role it is eligible for, granting itself one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model import Hop
from scanner.providers.azure.steps import certain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.azure.estate import AzureEstate


def into(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield the hop into a copy; none for another node."""
    copy = estate.copies.get(node)
    if copy is not None:
        yield Hop(
            target=node,
            source=copy.base,
            type=copy.type,
            guards=copy.guards,
            certainty=certain(copy.missing),
            evidence=copy.evidence,
            missing=copy.missing,
            assumed=copy.assumed,
        )
