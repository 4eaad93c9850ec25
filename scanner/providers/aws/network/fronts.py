"""What of ours stands in front of a load balancer in its network: links of APIs, origins of distributions.

A link of a REST API is a PrivateLink connection; a link of an HTTP API and a VPC origin have interfaces in
the network, in groups of their own. Sources: API Gateway Developer Guide, "Set up VPC links V2"
(https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-links-v2.html); CloudFront
Developer Guide, "Restrict access with VPC origins"
(https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html, read
2026-11-22): the interfaces of origins are in the group ``CloudFront-VPCOrigins-Service-SG``. An HTTP API may
call what is registered in Cloud Map by such a link, without a load balancer ("Create private integrations for
HTTP APIs", http-api-develop-integrations-private.html, read 2026-11-22). Fixtures:
``api-in-front-of-a-balancer``, ``api-in-front-of-a-registry``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.netset import AddressSet
from scanner.providers.aws.network.attachments import ranges_of
from scanner.providers.aws.network.layers import Outside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.aws.network.balancers import Balancers
    from scanner.providers.aws.network.classics import Classics
    from scanner.providers.aws.network.topology import Topology
    from scanner.snapshot import Document

REGISTRY = ":servicediscovery:"
"""In the ARN of a service of Cloud Map, in which containers are registered."""
_ORIGIN_FACING = "com.amazonaws.global.cloudfront.origin-facing"
_OF_ORIGINS = "CloudFront-VPCOrigins-Service-SG"


@dataclass(frozen=True, slots=True)
class Front:
    """Something with the id `name` that sends what it is asked on to `leads_to`.

    `leads_to` is a load balancer, a listener, or a registry of Cloud Map; `subnets` and `groups` are where
    its interfaces are.
    `is_origin`: it is CloudFront's. What has `ports` calls these over the internet; else, without interfaces,
    it is a PrivateLink connection.
    """

    name: str
    leads_to: str
    document: Document
    pointer: str
    subnets: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    is_origin: bool = False
    ports: tuple[int, ...] = ()


def outsides(
    topology: Topology, balancers: Balancers, classics: Classics, fronts: Iterable[Front]
) -> Iterator[Outside]:
    """Yield each as a class of callers."""
    for front in fronts:
        if REGISTRY in front.leads_to:
            yield _from_interfaces(topology, front, front.leads_to, front.groups)
            continue
        listener = front.leads_to if ":listener/" in front.leads_to else ""
        document = balancers.listeners.get(listener)
        balancer = str(document.body.get("LoadBalancerArn", "")) if document else front.leads_to
        described = balancers.balancers.get(balancer) or classics.found.get(balancer)
        if described is None:
            continue
        vpc = described.body.get("VpcId", "")
        if front.ports:
            yield Outside(
                service=topology.place(front.document, front.pointer),
                balancers=(balancer,),
                front=front.name,
                listener=listener,
                ports=front.ports,
                senders=_of_cloudfront(topology) if front.is_origin else None,
            )
            continue
        groups = _of_service(topology, vpc) if front.is_origin else front.groups
        yield _from_interfaces(topology, front, balancer, groups, listener=listener, vpc=vpc)


def _from_interfaces(
    topology: Topology,
    front: Front,
    leads_to: str,
    groups: tuple[str, ...],
    *,
    listener: str = "",
    vpc: str = "",
) -> Outside:
    """Return what a front with interfaces in our network, or a connection into it, sends."""
    return Outside(
        service=topology.place(front.document, front.pointer),
        balancers=(leads_to,),
        front=front.name,
        listener=listener,
        groups=groups,
        addresses=_addresses(topology, front, vpc),
    )


def _of_cloudfront(topology: Topology) -> AddressSet | None:
    """Return the addresses that CloudFront calls origins from, None when AWS's list of them was not read.

    CloudFront Developer Guide, "Use the CloudFront managed prefix list" (LocationsOfEdgeServers.html, read
    2026-11-22).
    """
    found = AddressSet()
    for listed in topology.by_key("DescribeManagedPrefixLists.PrefixLists").values():
        entries = topology.lists.get(listed.id.key)
        if str(listed.body.get("PrefixListName", "")).startswith(_ORIGIN_FACING) and entries is not None:
            found |= AddressSet.of(entry["Cidr"] for entry in entries.body.get("Entries") or ())
    return found or None


def _of_service(topology: Topology, vpc: str) -> tuple[str, ...]:
    return tuple(
        sorted(
            name
            for name, group in topology.groups.items()
            if group.body.get("VpcId") == vpc and group.body.get("GroupName") == _OF_ORIGINS
        )
    )


def _addresses(topology: Topology, front: Front, vpc: str) -> AddressSet | None:
    """Return what addresses a front's interfaces may have, None when it has none in the network."""
    if not front.is_origin and not front.subnets:
        return None
    found = [
        ranges_of(subnet.body)
        for name, subnet in sorted(topology.subnets.items())
        if name in front.subnets or (front.is_origin and subnet.body.get("VpcId") == vpc)
    ]
    whole = AddressSet()
    for addresses in found:
        whole |= addresses
    return whole if found else AddressSet.everything()
