"""Direct Connect: lines into our networks, whose they are, and which gateways they end at.

| document | key | body |
|---|---|---|
| ``DescribeDirectConnectGateways.directConnectGateways`` | gateway id | ``ownerAccount`` |
| ``DescribeDirectConnectGatewayAttachments`` | gateway id | ``directConnectGatewayAttachments``: the lines |
| ``DescribeVirtualGateways.virtualGateways`` | gateway of a VPC | its state |
| ``DescribeDirectConnectGatewayAssociations`` | gateway of a VPC | Direct Connect gateways, whose they are |
| ``DescribeVirtualInterfaces.virtualInterfaces`` | interface id | ``ownerAccount``, where it ends |

Keys and configurations of routers are not kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.collect.table import Row, Service

if TYPE_CHECKING:
    from scanner.providers.aws.collect.table import Body

_OF_INTERFACE = {
    *("virtualInterfaceId", "ownerAccount", "virtualInterfaceType", "virtualInterfaceState"),
    *("virtualGatewayId", "directConnectGatewayId", "connectionId"),
}


def without_keys(body: Body) -> Body:
    """Keep of an interface whose it is and where it ends."""
    return {k: v for k, v in body.items() if k in _OF_INTERFACE} if isinstance(body, dict) else body


TABLE: Final = Service(
    name="directconnect",
    scope="regional",
    rows=(
        Row(
            operation="DescribeDirectConnectGateways",
            lists={"directConnectGateways": "directConnectGatewayId"},
            effect="understated",
        ),
        Row(
            operation="DescribeDirectConnectGatewayAttachments",
            each=("DescribeDirectConnectGateways.directConnectGateways",),
            params={"directConnectGatewayId": "directConnectGatewayId"},
            effect="understated",
        ),
        Row(
            operation="DescribeVirtualGateways",
            lists={"virtualGateways": "virtualGatewayId"},
            effect="understated",
        ),
        Row(
            operation="DescribeDirectConnectGatewayAssociations",
            each=("DescribeVirtualGateways.virtualGateways",),
            params={"virtualGatewayId": "virtualGatewayId"},
            effect="understated",
        ),
        Row(
            operation="DescribeVirtualInterfaces",
            lists={"virtualInterfaces": "virtualInterfaceId"},
            reshape=without_keys,
            effect="understated",
        ),
    ),
)
