"""Hops over the network into machines and load balancers that serve models, from networks of others too.

Servers of models ask nobody who they are (vLLM, "Security":
https://docs.vllm.ai/en/latest/usage/security.html, read 2026-11). Where Identity-Aware Proxy stands in
front, the caller is whoever it lets in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model import Hop
from scanner.providers.gcp import steps
from scanner.providers.gcp.access.places import names_of
from scanner.providers.gcp.access.question import Place
from scanner.providers.gcp.hops import tokens
from scanner.providers.gcp.names import part_after
from scanner.providers.gcp.shape import text
from scanner.providers.internet import INTERNET, callers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.estate import GcpEstate
    from scanner.providers.gcp.inventory import Item
    from scanner.providers.gcp.network.servers import Reach

_IAP = "//iap.googleapis.com/"


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a server of models; none for another node."""
    item = estate.inventory.items.get(node)
    if item is None:
        return
    for neighbour, is_sure in estate.servers.neighbouring(item):
        unsure = () if is_sure else ("which addresses the network of others uses, or a firewall rule means",)
        yield Hop(
            node,
            neighbour.source,
            "ingress",
            gains=("invoke",),
            certainty="proven" if is_sure else "possible",
            evidence=neighbour.evidence,
            missing=unsure,
        )
    for reach in estate.servers.reaches(item):
        way = steps.Way("ingress", ("invoke",), reach.evidence)
        if reach.tunnel:
            place = iap_place(estate, item, f"iap_tunnel/zones/{part_after(node, 'zones')}/instances")
            yield from steps.hops(estate, way, node, estate.who("iap.tunnelInstances.accessViaIAP", place))
        elif reach.login:
            place = web_place(estate, reach.at or item)
            found = steps.hops(estate, way, node, estate.who("iap.webServiceVersions.accessViaIAP", place))
            yield from tokens.taken(estate, found)
        else:
            yield from _open(estate, node, reach)


def _open(estate: GcpEstate, node: str, reach: Reach) -> Iterator[Hop]:
    sure = reach.sure & INTERNET
    perhaps = (reach.maybe & INTERNET) - sure
    for addresses, missing in ((sure, ()), (perhaps, reach.missing)):
        for source, guards in callers(addresses, estate.config) if addresses else ():
            yield Hop(
                node,
                source,
                "ingress",
                guards=guards,
                gains=("invoke",),
                certainty="possible" if missing else "proven",
                evidence=reach.evidence,
                missing=missing,
            )


def web_place(estate: GcpEstate, backend: Item) -> Place:
    """Return what Identity-Aware Proxy asks the permission on before a backend service lets in."""
    region = part_after(backend.name, "regions")
    return iap_place(estate, backend, f"iap_web/compute{f'-{region}' if region else ''}/services")


def iap_place(estate: GcpEstate, item: Item, kind: str) -> Place:
    """Return what Identity-Aware Proxy asks the permission on: its own name of the server, and all above.

    It names machines and backend services by name or by number. Source: IAP REST reference, "Resource names"
    (https://cloud.google.com/iap/docs/reference/rest/v1/v1, read 2026-11).
    """
    project = estate.hierarchy.canonical(f"{_IAP}projects/{item.project}")
    name = f"{project}/{kind}/{item.name.rpartition('/')[2]}"
    number = text(item.data.get("id"))
    type_ = f"iap.googleapis.com/{'Tunnel' if 'tunnel' in kind else 'Web'}Instance"
    parents = [f"{project}/{kind}/{number}"] if number else []
    path = name
    while path.count("/") > project.count("/"):
        parents.append(path)
        path = path.rpartition("/")[0]
    return Place(name, type_, (*parents, *names_of(item.chain)), item.chain)
