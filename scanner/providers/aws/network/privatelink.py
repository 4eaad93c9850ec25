"""Who may connect to our endpoint services: PrivateLink, seen from the provider's side.

Source: AWS PrivateLink Guide, "Configure an endpoint service"
(https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html, read 2026-11): allowed
principals may ask for a connection, ``*`` is every account; with acceptance required it works only once we
accepted it, and an accepted one stays. What was not read may be anyone's. Fixture: ``network-privatelink``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws.arn import ACCOUNT, account_of, root
from scanner.providers.aws.network.layers import Outside
from scanner.providers.aws.outsiders import ANY_ACCOUNT, ANYONE
from scanner.snapshot import Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.providers.aws.network.topology import Topology
    from scanner.snapshot import Document

_CONFIGURATIONS = "DescribeVpcEndpointServiceConfigurations.ServiceConfigurations"
_PERMISSIONS = "DescribeVpcEndpointServicePermissions"
_CONNECTIONS = "DescribeVpcEndpointConnections.VpcEndpointConnections"


def consumers(topology: Topology, is_ours: Callable[[str | None], bool]) -> Iterator[Outside]:
    """Yield the foreign principals that hold, or may get, an endpoint to a service of ours."""
    for service in topology.snapshot.all("aws", "ec2", _CONFIGURATIONS):
        body = service.body or {}
        balancers = tuple(body.get("NetworkLoadBalancerArns") or ())
        if not balancers:
            continue
        connected = dict(_connected(topology, service))
        asked = topology.asked(_CONNECTIONS.partition(".")[0], service.id)
        unread = (str(asked.id),) if isinstance(asked, Gap) else ()
        for account, name in sorted(connected.items()):
            if not is_ours(account):
                yield Outside(root(account), service=name, balancers=balancers)
        is_free = not body.get("AcceptanceRequired", True)
        door = "" if is_free or unread else "acceptance of the connection"
        missing = () if is_free else unread
        for principal, name in _allowed(topology, service):
            owner = account_of(principal)
            if not is_ours(owner) and owner not in connected:
                yield Outside(principal, service=name, balancers=balancers, door=door, missing=missing)
        permissions = topology.asked(_PERMISSIONS, service.id, key=service.id.key)
        if is_free and isinstance(permissions, Gap):
            name = topology.place(service)
            missing = (str(permissions.id),)
            yield Outside(ANY_ACCOUNT, service=name, balancers=balancers, missing=missing)


def _connected(topology: Topology, service: Document) -> Iterator[tuple[str, str]]:
    for document in topology.snapshot.all("aws", "ec2", _CONNECTIONS):
        body = document.body or {}
        is_it = body.get("ServiceId") == service.id.key and document.id.region == service.id.region
        if is_it and str(body.get("VpcEndpointState", "")).lower() == "available":
            yield str(body.get("VpcEndpointOwner", "")), topology.place(document)


def _allowed(topology: Topology, service: Document) -> Iterator[tuple[str, str]]:
    found = topology.asked(_PERMISSIONS, service.id, key=service.id.key)
    if isinstance(found, Gap) or not found.body:
        return
    for index, entry in enumerate(found.body.get("AllowedPrincipals") or ()):
        principal = str(entry.get("Principal", ""))
        name = topology.place(found, f"/AllowedPrincipals/{index}")
        if principal == ANYONE:
            yield ANY_ACCOUNT, name
        else:
            yield root(principal) if ACCOUNT.fullmatch(principal) else principal, name
