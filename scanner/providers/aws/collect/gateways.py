"""Ways from networks to other networks: transit gateways, VPN, and doors for those who log in.

| document | key | body |
|---|---|---|
| ``DescribeTransitGatewayAttachments.TransitGatewayAttachments`` | attachment id | what hangs on it, whose |
| ``DescribeTransitGatewayVpcAttachments.TransitGatewayVpcAttachments`` | attachment id | ``SubnetIds`` |
| ``DescribeTransitGatewayRouteTables.TransitGatewayRouteTables`` | table id | ``TransitGatewayId`` |
| ``SearchTransitGatewayRoutes`` | table id | ``Routes`` that work, and those that drop |
| ``DescribeCustomerGateways.CustomerGateways`` | gateway id | ``IpAddress`` of the other end |
| ``DescribeVpnConnections.VpnConnections`` | connection id | both ends, static ``Routes`` |
| ``DescribeClientVpnEndpoints.ClientVpnEndpoints`` | endpoint id | ``AuthenticationOptions`` |
| ``DescribeClientVpnTargetNetworks`` | endpoint id | ``ClientVpnTargetNetworks``: subnets, groups |
| ``DescribeClientVpnAuthorizationRules`` | endpoint id | ``AuthorizationRules``: who may go where |
| ``DescribeClientVpnRoutes`` | endpoint id | ``Routes`` of clients |
| ``DescribeVerifiedAccessEndpoints.VerifiedAccessEndpoints`` | endpoint id | what it leads to, ``Status`` |
| ``DescribeInstanceConnectEndpoints.InstanceConnectEndpoints`` | endpoint id | ``VpcId``, ``State`` |

Of a VPN connection neither the configuration of the other end nor the options of tunnels are kept: both hold
its pre-shared keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.collect.table import Row, Service

if TYPE_CHECKING:
    from scanner.providers.aws.collect.table import Body

_OF_CONNECTION = {
    *("VpnConnectionId", "CustomerGatewayId", "VpnGatewayId", "TransitGatewayId", "CoreNetworkArn"),
    *("State", "Type", "Routes"),
}
_CLIENTS = ("DescribeClientVpnEndpoints.ClientVpnEndpoints",)
_ENDPOINT = {"ClientVpnEndpointId": "ClientVpnEndpointId"}


def without_tunnels(body: Body) -> Body:
    """Keep of a VPN connection its ends and routes."""
    return {k: v for k, v in body.items() if k in _OF_CONNECTION} if isinstance(body, dict) else body


TABLE: Final = Service(
    name="ec2",
    scope="regional",
    rows=(
        Row(
            operation="DescribeTransitGatewayAttachments",
            lists={"TransitGatewayAttachments": "TransitGatewayAttachmentId"},
            effect="understated",
        ),
        Row(
            operation="DescribeTransitGatewayVpcAttachments",
            lists={"TransitGatewayVpcAttachments": "TransitGatewayAttachmentId"},
            effect="overstated",
        ),
        Row(
            operation="DescribeTransitGatewayRouteTables",
            lists={"TransitGatewayRouteTables": "TransitGatewayRouteTableId"},
            effect="overstated",
        ),
        Row(
            operation="SearchTransitGatewayRoutes",
            each=("DescribeTransitGatewayRouteTables.TransitGatewayRouteTables",),
            given=({"Filters": [{"Name": "state", "Values": ["active", "blackhole"]}]},),
            params={"TransitGatewayRouteTableId": "TransitGatewayRouteTableId"},
            effect="overstated",
        ),
        Row(
            operation="DescribeCustomerGateways",
            lists={"CustomerGateways": "CustomerGatewayId"},
            effect="understated",
        ),
        Row(
            operation="DescribeVpnConnections",
            lists={"VpnConnections": "VpnConnectionId"},
            reshape=without_tunnels,
            effect="understated",
        ),
        Row(
            operation="DescribeClientVpnEndpoints",
            lists={"ClientVpnEndpoints": "ClientVpnEndpointId"},
            effect="understated",
        ),
        Row(operation="DescribeClientVpnTargetNetworks", each=_CLIENTS, params=_ENDPOINT),
        Row(operation="DescribeClientVpnAuthorizationRules", each=_CLIENTS, params=_ENDPOINT),
        Row(operation="DescribeClientVpnRoutes", each=_CLIENTS, params=_ENDPOINT, effect="overstated"),
        Row(
            operation="DescribeVerifiedAccessEndpoints",
            lists={"VerifiedAccessEndpoints": "VerifiedAccessEndpointId"},
            effect="understated",
        ),
        Row(
            operation="DescribeInstanceConnectEndpoints",
            lists={"InstanceConnectEndpoints": "InstanceConnectEndpointId"},
            effect="understated",
        ),
    ),
)
