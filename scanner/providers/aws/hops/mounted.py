"""Hops into file systems by mounting them over the network, where only security groups are in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws.hops import ingress
from scanner.providers.aws.hops.asking import READ

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a file system; none for another node, or one that asks for credentials."""
    mounted = estate.stores.mounted.get(node)
    if mounted is not None:
        exposures = estate.network.standing(mounted.interfaces, mounted.port)
        yield from ingress.by_network(estate, node, exposures, READ)
