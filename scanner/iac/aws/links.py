"""Peerings, endpoints of VPCs, and endpoint services: networks and services that meet inside AWS.

Forms: `scanner.providers.aws.collect.vpc`. An endpoint without a policy of its own has one that allows
everything (AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies", read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.aws.drafts import Home, Piece
from scanner.snapshot import Gap

if TYPE_CHECKING:
    from scanner.iac.aws.drafts import Drafts

_EC2: Final = "ec2"
_PEERINGS: Final = "DescribeVpcPeeringConnections.VpcPeeringConnections"
_ENDPOINTS: Final = "DescribeVpcEndpoints.VpcEndpoints"
_SERVICES: Final = "DescribeVpcEndpointServiceConfigurations.ServiceConfigurations"
_PERMISSIONS: Final = "DescribeVpcEndpointServicePermissions"
_CONNECTIONS: Final = "DescribeVpcEndpointConnections"


def peering(drafts: Drafts, home: Home, id_: str, whole: Piece) -> None:
    """Declare a peering: ``RequesterVpcInfo`` and ``AccepterVpcInfo`` with VPC and owner; it is in use."""
    piece = whole.with_fields(VpcPeeringConnectionId=id_, Status={"Code": "active"})
    drafts.put(home.id(_EC2, _PEERINGS, id_), piece)
    drafts.lived_in(home)


def has_peering(drafts: Drafts, home: Home, id_: str) -> bool:
    """Tell whether code declares a peering."""
    return drafts.get(home.id(_EC2, _PEERINGS, id_)) is not None


def endpoint(drafts: Drafts, home: Home, id_: str, whole: Piece, policy: Piece | None) -> None:
    """Declare an endpoint: ``VpcId``, ``ServiceName``, ``VpcEndpointType``."""
    piece = whole.with_fields(VpcEndpointId=id_, OwnerId=home.account, State="available")
    drafts.put(home.id(_EC2, _ENDPOINTS, id_), piece)
    if policy is not None:
        endpoint_policy(drafts, home, id_, policy)
    drafts.lived_in(home)


def endpoint_policy(drafts: Drafts, home: Home, id_: str, policy: Piece) -> bool:
    """Give an endpoint its policy; False when code declares no such endpoint."""
    known = drafts.get(home.id(_EC2, _ENDPOINTS, id_))
    if known is not None:
        known.set("/PolicyDocument", policy)
    return known is not None


def has_endpoint(drafts: Drafts, home: Home, id_: str) -> bool:
    """Tell whether code declares an endpoint."""
    return drafts.get(home.id(_EC2, _ENDPOINTS, id_)) is not None


def service(drafts: Drafts, home: Home, id_: str, whole: Piece) -> None:
    """Declare an endpoint service: ``AcceptanceRequired``, ``NetworkLoadBalancerArns``."""
    drafts.put(home.id(_EC2, _SERVICES, id_), whole.with_fields(ServiceId=id_, ServiceState="Available"))
    drafts.lived_in(home)


def allowed(drafts: Drafts, home: Home, id_: str, principal: Piece) -> None:
    """Let a principal ask for connections to an endpoint service: its ARN, or a star."""
    entry = Piece({"Principal": principal.body, "ServiceId": id_}, principal.places)
    drafts.at(home.id(_EC2, _PERMISSIONS, id_)).append("/AllowedPrincipals", entry)


def unknown_connections(drafts: Drafts, home: Home, why: str) -> None:
    """Say that nobody can tell which connections to endpoint services are accepted."""
    drafts.gap(Gap(home.id(_EC2, _CONNECTIONS), "not-collected", why, "both"))


def complete(drafts: Drafts) -> None:
    """Say that no more principals are allowed than code says."""
    for draft in drafts.of(_EC2, _SERVICES):
        home = Home(draft.id.scope, draft.id.region)
        drafts.assume(home.id(_EC2, _PERMISSIONS, draft.id.key), {"AllowedPrincipals": []})
