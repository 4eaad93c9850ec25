"""Who of those that may act in a cluster reaches its control plane.

By addresses that it takes, by its name where that answers outside, or through the gateway of a fleet that it
is a member of. Sources: GKE documentation, "About network isolation in GKE" (authorized networks, the
DNS-based endpoint: https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation), and "Connect
gateway" (https://cloud.google.com/kubernetes-engine/enterprise/multicluster-management/gateway, read
2026-11).
Where addresses of Google Cloud are let in, so is whoever rents a machine there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from scanner.guards import Guard
from scanner.model import Evidence
from scanner.netset import AddressSet
from scanner.providers.gcp import steps
from scanner.providers.gcp.access.places import container_place
from scanner.providers.gcp.access.question import Lock
from scanner.providers.gcp.shape import section, sections, text
from scanner.providers.internet import INTERNET
from scanner.verdict import AllowedIf, Denied, both

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.access.question import Answer
    from scanner.providers.gcp.estate import GcpEstate
    from scanner.providers.gcp.inventory import Item

_MEMBER = "gkehub.googleapis.com/Membership"
_GATEWAY = "gkehub.gateway.post"
_IP = ("controlPlaneEndpointsConfig", "ipEndpointsConfig")
_NAMED = ("controlPlaneEndpointsConfig", "dnsEndpointConfig")


def reaching(estate: GcpEstate, cluster: Item, answers: tuple[Answer, ...]) -> Iterator[Answer]:
    """Yield answers with what the network of a control plane asks of each."""
    ranges = _ranges(cluster.data)
    if ranges is None or section(cluster.data, *_NAMED).get("allowExternalTraffic") is True:
        yield from answers
        return
    if _in_a_fleet(estate, cluster) and cluster.chain:
        above = container_place(cluster.chain[0], cluster.chain)
        yield from steps.joined(estate.groups, answers, estate.who(_GATEWAY, above))
    short = cluster.name.rpartition("/")[2]
    lock = Lock(f"the control plane of {short} takes no address of the internet", (_proof(cluster),))
    for answer in answers:
        guard = _guard(cluster, ranges, ours=estate.principals.is_ours(answer.member))
        if guard is None:
            yield replace(answer, locks=(*answer.locks, lock))
            continue
        verdict = both(answer.verdict, AllowedIf(((guard,),)))
        if not isinstance(verdict, Denied):
            yield replace(answer, verdict=verdict, evidence=(*answer.evidence, _proof(cluster)))


def _guard(cluster: Item, ranges: AddressSet, *, ours: bool) -> Guard | None:
    """Return where somebody must call from; None when an outsider is nowhere there. We may be inside."""
    public = ranges & INTERNET
    if public:
        return Guard("source address", "cidr", public.cidrs(), "vendor", "source-ip")
    if ours:
        return Guard("source network", "in", (f"networks of {cluster.project}",), "ours", "source-vpc")
    return None


def _ranges(data: dict[str, Any]) -> AddressSet | None:
    """Return the addresses that a control plane takes, None where it takes any, empty where it has none."""
    points = section(data, *_IP)
    hidden = section(data, "privateClusterConfig").get("enablePrivateEndpoint") is True
    if hidden or points.get("enabled") is False or points.get("enablePublicEndpoint") is False:
        return AddressSet()
    listed = section(points, "authorizedNetworksConfig") or section(data, "masterAuthorizedNetworksConfig")
    if listed.get("enabled") is not True or listed.get("gcpPublicCidrsAccessEnabled") is not False:
        return None
    found = AddressSet()
    for _, block in sections(listed.get("cidrBlocks")):
        try:
            found |= AddressSet.of([text(block.get("cidrBlock"))])
        except ValueError:
            return None
    return found


def _proof(cluster: Item) -> Evidence:
    keys = (_IP[0], "privateClusterConfig", "masterAuthorizedNetworksConfig")
    key = next((k for k in keys if k in cluster.data), "")
    said = msgspec.json.encode(cluster.data.get(key)).decode()[:2000]
    return Evidence(str(cluster.document.id), f"{cluster.base}/{key}" if key else cluster.base, said)


def _in_a_fleet(estate: GcpEstate, cluster: Item) -> bool:
    links = (
        text(section(item.data, "endpoint", "gkeCluster").get("resourceLink"))
        for item in estate.inventory.of(_MEMBER)
    )
    return any(estate.hierarchy.canonical(link) == cluster.name for link in links)
