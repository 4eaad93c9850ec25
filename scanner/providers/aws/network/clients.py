"""Who stands inside a VPC of ours without owning it: clients that dial in, and accounts in shared subnets.

A client of a Client VPN endpoint speaks from the address of an interface that the endpoint has in a subnet,
in the endpoint's groups, to where an authorization rule lets it; the rule with the longest prefix counts. It
has shown a certificate or logged in before. A network that is peered with the endpoint's sees it there too.
Sources: AWS Client VPN Administrator Guide, "AWS Client VPN authorization rules"
(https://docs.aws.amazon.com/vpn/latest/clientvpn-admin/cvpn-working-rules.html), "Client authentication",
"Client authorization", "Access a peered VPC using Client VPN" (scenario-peered.html); AWS re:Post, "How do I
give my Client VPN users access to AWS resources?" (client-vpn-give-users-resource-access); Amazon VPC User
Guide, "Share your VPC subnets with other accounts" (vpc-sharing.html), read 2026-11-22. Fixtures:
``network-client-vpn``, ``network-client-vpn-and-peering``, ``network-shared-subnet``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from scanner.netset import AddressSet
from scanner.providers.aws.arn import root
from scanner.providers.aws.network.attachments import ranges_of
from scanner.providers.aws.network.layers import Outside
from scanner.providers.aws.network.listeners import Gate
from scanner.snapshot import Gap
from scanner.verdict import Guard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.providers.aws.network.routes import Routes
    from scanner.providers.aws.network.topology import Topology
    from scanner.snapshot import Document

ENDPOINTS = "DescribeClientVpnEndpoints.ClientVpnEndpoints"
_NETWORKS = "DescribeClientVpnTargetNetworks"
_RULES = "DescribeClientVpnAuthorizationRules"
_ROUTES = "DescribeClientVpnRoutes"
_PEERING = "pcx-"
_LIVE = {"available", "pending-associate", "active", "associated", "associating", "authorizing", "creating"}


def clients(topology: Topology, routes: Routes, is_ours: Callable[[str | None], bool]) -> Iterator[Outside]:
    """Yield the clients of each endpoint of ours, one class for each subnet and rule that lets them on.

    Those that a subnet sends on to another network are a class there too.
    """
    for document in topology.by_key(ENDPOINTS).values():
        if is_ours(document.id.scope) and _is_live(document.body):
            for outside in _of_endpoint(topology, document):
                yield outside
                yield from _sent_on(topology, routes, outside)


def _sent_on(topology: Topology, routes: Routes, outside: Outside) -> Iterator[Outside]:
    """Yield what clients are in networks that theirs is peered with, or may share a transit gateway with."""
    tables = [topology.table(subnet) for subnet in outside.subnets]
    for way in (way for table in tables if table is not None for way in routes.ways(table)):
        reaches = outside.reaches & way.addresses
        for vpc in _beyond(topology, way.target, outside.vpc) if reaches else ():
            unsure = () if way.target.startswith(_PEERING) else (f"the routes of {way.target}",)
            yield replace(
                outside,
                vpc=vpc,
                by=way.target,
                reaches=reaches,
                more=(*outside.more, way.name),
                missing=(*outside.missing, *filter(None, (way.missing,)), *unsure),
            )


def _beyond(topology: Topology, target: str, vpc: str) -> Iterator[str]:
    """Yield the networks at the other ends of a connection of a VPC."""
    peering = topology.peerings.get(target)
    if peering is not None and (peering.body.get("Status") or {}).get("Code") == "active":
        sides = (peering.body.get(side) or {} for side in ("RequesterVpcInfo", "AccepterVpcInfo"))
        yield from sorted({str(side.get("VpcId") or "") for side in sides} - {vpc, ""})
    attached = (d.body for d in topology.attached.get(target, ()) if d.body.get("ResourceType") == "vpc")
    yield from sorted({str(body.get("ResourceId") or "") for body in attached} - {vpc, ""})


def participants(topology: Topology, is_ours: Callable[[str | None], bool]) -> Iterator[Outside]:
    """Yield the accounts, none of them ours, that have interfaces in a VPC of ours."""
    found: dict[tuple[str, str], list[Document]] = defaultdict(list)
    for document in topology.interfaces.values():
        owner, vpc = str(document.body.get("OwnerId") or ""), str(document.body.get("VpcId") or "")
        if owner and not is_ours(owner) and not document.body.get("RequesterManaged"):
            found[vpc, owner].append(document)
    for (vpc, owner), interfaces in sorted(found.items()):
        subnets = tuple(sorted({str(d.body.get("SubnetId", "")) for d in interfaces}))
        groups = {str(g.get("GroupId", "")) for d in interfaces for g in d.body.get("Groups") or ()}
        yield Outside(
            root(owner),
            service=topology.place(interfaces[0]),
            vpc=vpc,
            subnets=subnets,
            groups=tuple(sorted(groups)),
            addresses=_ranges(topology, subnets),
        )


def _of_endpoint(topology: Topology, document: Document) -> Iterator[Outside]:
    missing = [
        str(found.id)
        for operation in (_NETWORKS, _RULES, _ROUTES)
        if isinstance(found := topology.asked(operation, document.id, key=document.id.key), Gap)
    ]
    gates = tuple(_gates(document))
    rules = tuple(_rules(topology, document))
    for subnet, vpc, groups, name in _networks(topology, document):
        routed = _routed(topology, document, subnet)
        for reaches, guards, rule in rules:
            yield Outside(
                service=name,
                more=(topology.place(document), *rule),
                vpc=vpc,
                subnets=(subnet,) if subnet else (),
                groups=groups,
                addresses=_ranges(topology, (subnet,)),
                reaches=reaches & routed,
                gates=gates,
                guards=guards,
                missing=tuple(missing),
            )


def _networks(topology: Topology, endpoint: Document) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    """Yield (subnet, VPC, groups, name) of where an endpoint stands; if that was not read, anywhere."""
    own = tuple(endpoint.body.get("SecurityGroupIds") or ())
    found = topology.asked(_NETWORKS, endpoint.id, key=endpoint.id.key)
    if isinstance(found, Gap):
        yield "", str(endpoint.body.get("VpcId") or ""), own, topology.place(endpoint)
        return
    for index, network in enumerate((found.body or {}).get("ClientVpnTargetNetworks") or ()):
        if _is_live(network):
            subnet = str(network.get("TargetNetworkId") or "")
            vpc = str(network.get("VpcId") or endpoint.body.get("VpcId") or topology.vpc_of(subnet))
            groups = tuple(network.get("SecurityGroups") or ()) or own
            yield subnet, vpc, groups, topology.place(found, f"/ClientVpnTargetNetworks/{index}")


def _rules(
    topology: Topology, endpoint: Document
) -> Iterator[tuple[AddressSet, tuple[Guard, ...], tuple[str, ...]]]:
    """Yield (destinations, guards, names) of the authorization rules, the longest prefix first."""
    found = topology.asked(_RULES, endpoint.id, key=endpoint.id.key)
    if isinstance(found, Gap):
        yield AddressSet.everything(), (), ()
        return
    listed = [
        (ip_network(rule["DestinationCidr"], strict=False), index, rule)
        for index, rule in enumerate((found.body or {}).get("AuthorizationRules") or ())
        if _is_live(rule) and rule.get("DestinationCidr")
    ]
    taken = AddressSet()
    for net in sorted({net for net, _, _ in listed}, key=lambda n: (-n.prefixlen, n.version, int(n[0]))):
        best = AddressSet.networks([net]) - taken
        taken |= best
        for _, index, rule in (entry for entry in listed if entry[0] == net):
            group = "" if rule.get("AccessAll") else str(rule.get("GroupId") or "")
            guards = (Guard("group of the client VPN", "in", (group,), "issuer"),) if group else ()
            yield best, guards, (topology.place(found, f"/AuthorizationRules/{index}"),)


def _routed(topology: Topology, endpoint: Document, subnet: str) -> AddressSet:
    """Return where clients are sent by a subnet; anywhere, where the routes were not read."""
    found = topology.asked(_ROUTES, endpoint.id, key=endpoint.id.key)
    if isinstance(found, Gap) or not subnet:
        return AddressSet.everything()
    return AddressSet.of(
        route["DestinationCidr"]
        for route in (found.body or {}).get("Routes") or ()
        if _is_live(route) and route.get("TargetSubnet") == subnet and route.get("DestinationCidr")
    )


def _gates(endpoint: Document) -> Iterator[Gate]:
    """Yield what clients must show, all of it."""
    for way in endpoint.body.get("AuthenticationOptions") or ():
        mutual, login = way.get("MutualAuthentication") or {}, way.get("FederatedAuthentication") or {}
        directory = (way.get("ActiveDirectory") or {}).get("DirectoryId")
        if login.get("SamlProviderArn"):
            yield Gate("saml", str(login["SamlProviderArn"]))
        elif directory:
            arn = f"arn:aws:ds:{endpoint.id.region}:{endpoint.id.scope}:directory/{directory}"
            yield Gate("directory", arn)
        else:
            chain = mutual.get("ClientRootCertificateChain")
            own = f"arn:aws:ec2:{endpoint.id.region}:{endpoint.id.scope}:client-vpn-endpoint/"
            yield Gate("certificate", str(chain or f"{own}{endpoint.id.key}"))


def _is_live(body: dict[str, Any]) -> bool:
    return (body.get("Status") or {}).get("Code", "available") in _LIVE


def _ranges(topology: Topology, subnets: tuple[str, ...]) -> AddressSet:
    known = [topology.subnets[name] for name in subnets if name in topology.subnets]
    found = AddressSet()
    for document in known:
        found |= ranges_of(document.body)
    return found or AddressSet.everything()
