"""Hops into what is published outright: anyone pulls a public image, and calls a public service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model import Hop
from scanner.providers.aws.library import field_evidence
from scanner.providers.aws.outsiders import ANYONE
from scanner.providers.aws.stores.published import IMAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.estate import AwsEstate


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield the hop of anyone; none for another node or what is not public."""
    found = estate.stores.published.get(node)
    if found is not None and found.pointer:
        evidence = (field_evidence(found.document, found.pointer),)
        if found.kind == IMAGES:
            yield Hop(node, ANYONE, "read", gains=("read",), evidence=evidence)
        else:
            yield Hop(node, ANYONE, "ingress", gains=("invoke",), evidence=evidence)
