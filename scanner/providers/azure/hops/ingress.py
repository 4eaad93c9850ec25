"""Hops into what serves a model over the network: machines, containers, apps.

Whoever reaches the server's port and passes what stands before it calls the model; servers of models ask
nobody who they are (vLLM, "Security": https://docs.vllm.ai/en/latest/usage/security.html, read 2026-11).
Behind a login of our own tenant stand our own people, and its guests, whom no document tells apart: no hop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model import Hop
from scanner.providers.azure.outsiders import subject_node
from scanner.providers.azure.steps import certain
from scanner.providers.internet import INTERNET, callers, narrowing
from scanner.verdict import Guard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.netset import AddressSet
    from scanner.providers.azure.estate import AzureEstate
    from scanner.providers.azure.network import Exposure


def into(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a server of models; none for another node."""
    yield from _privately(estate, node)
    for exposure in estate.network.exposures(node):
        sure = exposure.reach.sure & INTERNET
        perhaps = (exposure.reach.maybe & INTERNET) - sure
        for addresses, missing in ((sure, ()), (perhaps, exposure.reach.missing)):
            for source, guards in _callers(estate, exposure, addresses):
                yield Hop(
                    target=node,
                    source=source,
                    type="ingress",
                    guards=tuple(sorted(guards)),
                    gains=("invoke",),
                    certainty=certain(missing),
                    evidence=exposure.evidence,
                    missing=missing,
                )


def _privately(estate: AzureEstate, node: str) -> Iterator[Hop]:
    """Yield hops of those outside whom a Private Link service of ours connects."""
    for line in estate.network.lines(node):
        own = (Guard("private endpoint", "in", (line.endpoint,), "vendor", "source-vpce"),)
        yield Hop(
            target=node,
            source=line.source,
            type="ingress",
            guards=own if line.endpoint else (),
            gains=("invoke",),
            certainty=certain(line.missing),
            evidence=line.evidence,
            missing=line.missing,
        )


def _callers(
    estate: AzureEstate, exposure: Exposure, addresses: AddressSet
) -> Iterator[tuple[str, tuple[Guard, ...]]]:
    if not addresses:
        return
    foreign = [issuer for issuer in exposure.issuers if not _is_ours(estate, issuer)]
    if exposure.issuers and not foreign:
        return
    urls = [issuer for issuer in foreign if issuer.startswith("https://")]
    for url in urls:
        yield subject_node(url, "*"), narrowing(addresses)
    names = tuple(sorted(set(foreign) - set(urls)))
    if urls and not names:
        return
    others = (Guard("login at", "in", names, "issuer"),) if names else ()
    for source, guards in callers(addresses, estate.config):
        yield source, (*others, *guards)


def _is_ours(estate: AzureEstate, issuer: str) -> bool:
    return any(f"/{tenant}" in issuer.lower() for tenant in estate.tenants.ours)
