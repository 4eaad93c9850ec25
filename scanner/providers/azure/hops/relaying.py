"""Hops from apps into the endpoints that their managed identities may call.

Whoever reaches the app has its code call the model, as far as that code passes requests on. Nobody here reads
code, so such a hop is never more than possible. Source: App Service, "Use managed identities for App Service
and Azure Functions"
(https://learn.microsoft.com/azure/app-service/overview-managed-identity, read 2026-11-22).
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

import msgspec

from scanner.providers.azure.documents import field_evidence, text
from scanner.providers.azure.hops import cognitive, learning
from scanner.providers.azure.network.servers import CONTAINER_APPS, CONTAINER_GROUPS, SITES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.azure.estate import AzureEstate

_RELAYING: Final = {CONTAINER_APPS, CONTAINER_GROUPS, SITES}


def into(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield hops into an endpoint from what runs as those who may call it; none for another node."""
    for hop in chain(cognitive.into(estate, node), learning.into(estate, node)):
        if "invoke" not in hop.gains or hop.certainty == "blocked":
            continue
        for document in estate.identities.running_as(hop.source):
            if text(document.body, "/type").lower() in _RELAYING:
                name = document.id.key.lower()
                yield msgspec.structs.replace(
                    hop,
                    source=name,
                    type="relay",
                    certainty="possible",
                    evidence=(field_evidence(document, "/identity"), *hop.evidence),
                    missing=(*hop.missing, f"what the code of {name} passes on"),
                )
