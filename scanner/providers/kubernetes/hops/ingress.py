"""Hops into a server of models over the network, from outside the cluster.

Whoever reaches the server's port and passes what stands before it calls the model: servers of models ask
nobody who they are (vLLM, "Security": https://docs.vllm.ai/en/latest/usage/security.html, read 2026-11).
Behind a login the source is who can log in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model import Hop
from scanner.providers.internet import INTERNET, callers, narrowing
from scanner.verdict import Guard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.netset import AddressSet
    from scanner.providers.kubernetes.estate import KubernetesEstate
    from scanner.providers.kubernetes.network import Exposure


def into(estate: KubernetesEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a server of models; none for another node."""
    for view in estate.views:
        for exposure in view.network.exposures(node):
            sure = exposure.reach.sure & INTERNET
            perhaps = (exposure.reach.maybe & INTERNET) - sure
            for addresses, missing in ((sure, ()), (perhaps, exposure.reach.missing)):
                for source, guards in _callers(estate, exposure, addresses):
                    yield Hop(
                        target=node,
                        source=source,
                        type="ingress",
                        guards=tuple(sorted((*guards, *exposure.guards))),
                        gains=("invoke",),
                        certainty="possible" if missing else "proven",
                        evidence=exposure.evidence,
                        missing=missing,
                    )


def _callers(
    estate: KubernetesEstate, exposure: Exposure, addresses: AddressSet
) -> Iterator[tuple[str, tuple[Guard, ...]]]:
    if not addresses:
        return
    urls = [issuer for issuer in exposure.issuers if issuer.startswith("https://")]
    others = tuple(Guard("login at", "in", (i,), "issuer") for i in exposure.issuers if i not in urls)
    if urls:
        yield f"{urls[0]} sub=*", (*others, *narrowing(addresses))
        return
    for source, guards in callers(addresses, estate.config):
        yield source, (*others, *guards)
