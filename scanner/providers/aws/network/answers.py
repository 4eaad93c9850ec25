"""The parts of EC2's and Direct Connect's answers on networks that are relied on; see `shape`."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Annotated, Any, Final

import msgspec

from scanner.providers.aws.sketch import shape

_Port = Annotated[int, msgspec.Meta(ge=-1, le=65_535)]
_Octet = Annotated[int, msgspec.Meta(ge=-1, le=255)]
_Protocol = Annotated[str, msgspec.Meta(pattern=r"^(-1|\d{1,2}|1\d\d|2[0-4]\d|25[0-5])$")]


class Block:
    """An address or a range of addresses of either family, as a text."""


def read_block(kind: type, value: Any) -> Block:  # noqa: ANN401 - raw provider JSON
    """Check a text that must be an address range; for msgspec.

    Raises:
        ValueError: when it is none.
    """
    if kind is not Block or not isinstance(value, str):
        raise ValueError(f"{value!r} is no address range")
    ip_network(value.strip(), strict=False)
    return Block()


_BLOCK6 = {"Ipv6CidrBlock": Block}
_ASSOCIATION = {"SubnetId": str, "GatewayId": str, "Main": bool}
_PERMISSION = {
    "IpProtocol": str,
    "FromPort?": int,
    "ToPort?": int,
    "IpRanges": [{"CidrIp!": Block}],
    "Ipv6Ranges": [{"CidrIpv6!": Block}],
    "PrefixListIds": [{"PrefixListId!": str}],
    "UserIdGroupPairs": [{"GroupId": str, "UserId": str, "VpcPeeringConnectionId": str}],
}
_PUBLIC = {"PublicIp": str}
_SIDE = {
    "OwnerId": str,
    "VpcId": str,
    "CidrBlock": Block,
    "CidrBlockSet": [{"CidrBlock": Block}],
    "Ipv6CidrBlockSet": [_BLOCK6],
}
_LIVE = {"Code": str}
_INTERFACE = {
    "VpcId": str,
    "SubnetId": str,
    "Description": str,
    "Attachment": {"InstanceId": str, "DeviceIndex": int},
    "Association": _PUBLIC,
    "Groups": [{"GroupId": str}],
    "PrivateIpAddress": Block,
    "PrivateIpAddresses": [{"PrivateIpAddress": Block, "Association": _PUBLIC}],
    "Ipv6Addresses": [{"Ipv6Address": Block}],
}

_ACCELERATOR = "globalaccelerator"
_SKETCHES: Final[dict[tuple[str, str], Any]] = {
    ("ec2", "DescribeVpcs.Vpcs"): dict[str, Any],
    ("ec2", "DescribeSubnets.Subnets"): {
        "VpcId": str,
        "OwnerId": str,
        "CidrBlock": Block,
        "Ipv6CidrBlockAssociationSet": [_BLOCK6],
    },
    ("ec2", "DescribeRouteTables.RouteTables"): {
        "VpcId": str,
        "Associations": [_ASSOCIATION],
        "Routes": [
            {
                "DestinationCidrBlock": Block,
                "DestinationIpv6CidrBlock": Block,
                "DestinationPrefixListId": str,
                "State": str,
                "Origin": str,
            }
        ],
    },
    ("ec2", "DescribeInternetGateways.InternetGateways"): {"Attachments": [{"VpcId": str, "State": str}]},
    ("ec2", "DescribeNetworkAcls.NetworkAcls"): {
        "VpcId": str,
        "Associations": [_ASSOCIATION],
        "Entries": [
            {
                "RuleNumber!": int,
                "Protocol!": _Protocol,
                "RuleAction!": str,
                "Egress!": bool,
                "CidrBlock": Block,
                "Ipv6CidrBlock": Block,
                "PortRange": {"From": _Port, "To": _Port},
                "IcmpTypeCode": {"Type": _Octet, "Code": _Octet},
            }
        ],
    },
    ("ec2", "DescribeSecurityGroups.SecurityGroups"): {
        "IpPermissions": [_PERMISSION],
        "IpPermissionsEgress": [_PERMISSION],
    },
    ("ec2", "DescribeManagedPrefixLists.PrefixLists"): dict[str, Any],
    ("ec2", "GetManagedPrefixListEntries"): {"Entries": [{"Cidr!": Block}]},
    ("ec2", "DescribeNetworkInterfaces.NetworkInterfaces"): _INTERFACE,
    ("ec2", "DescribeVpcPeeringConnections.VpcPeeringConnections"): {
        "Status": {"Code": str},
        "RequesterVpcInfo": _SIDE,
        "AccepterVpcInfo": _SIDE,
    },
    ("ec2", "DescribeTransitGatewayAttachments.TransitGatewayAttachments"): {
        "Association": {"TransitGatewayRouteTableId": str, "State": str}
    },
    ("ec2", "DescribeTransitGatewayVpcAttachments.TransitGatewayVpcAttachments"): {"SubnetIds": [str]},
    ("ec2", "SearchTransitGatewayRoutes"): {
        "Routes": [
            {
                "DestinationCidrBlock": Block,
                "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": str}],
                "State": str,
            }
        ]
    },
    ("ec2", "DescribeCustomerGateways.CustomerGateways"): {"IpAddress?": Block},
    ("ec2", "DescribeVpnConnections.VpnConnections"): {"Routes": [{"DestinationCidrBlock": Block}]},
    ("ec2", "DescribeClientVpnEndpoints.ClientVpnEndpoints"): {
        "Status": _LIVE,
        "VpcId": str,
        "SecurityGroupIds": [str],
        "AuthenticationOptions": [
            {
                "MutualAuthentication": {"ClientRootCertificateChain": str},
                "FederatedAuthentication": {"SamlProviderArn": str},
                "ActiveDirectory": {"DirectoryId": str},
            }
        ],
    },
    ("ec2", "DescribeClientVpnTargetNetworks"): {
        "ClientVpnTargetNetworks": [
            {"Status": _LIVE, "TargetNetworkId": str, "VpcId": str, "SecurityGroups": [str]}
        ]
    },
    ("ec2", "DescribeClientVpnAuthorizationRules"): {
        "AuthorizationRules": [{"Status": _LIVE, "DestinationCidr": Block, "GroupId": str}]
    },
    ("ec2", "DescribeClientVpnRoutes"): {
        "Routes": [{"Status": _LIVE, "DestinationCidr": Block, "TargetSubnet": str}]
    },
    ("directconnect", "DescribeDirectConnectGateways.directConnectGateways"): dict[str, Any],
    ("directconnect", "DescribeDirectConnectGatewayAttachments"): {
        "directConnectGatewayAttachments": [dict[str, Any]]
    },
    ("directconnect", "DescribeDirectConnectGatewayAssociations"): {
        "directConnectGatewayAssociations": [dict[str, Any]]
    },
    ("directconnect", "DescribeVirtualInterfaces.virtualInterfaces"): dict[str, Any],
    ("ec2", "DescribeVpcEndpointServiceConfigurations.ServiceConfigurations"): {
        "NetworkLoadBalancerArns": [str],
        "AcceptanceRequired": bool,
    },
    ("ec2", "DescribeVpcEndpointServicePermissions"): {"AllowedPrincipals": [{"Principal": str}]},
    ("ec2", "DescribeVpcEndpointConnections.VpcEndpointConnections"): {
        "ServiceId": str,
        "VpcEndpointOwner": str,
        "VpcEndpointState": str,
    },
    ("ec2", "DescribeVpcBlockPublicAccessOptions"): {
        "VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": str}
    },
    ("ec2", "DescribeVpcBlockPublicAccessExclusions.VpcBlockPublicAccessExclusions"): {
        "ResourceArn": str,
        "InternetGatewayExclusionMode": str,
        "State": str,
    },
    (_ACCELERATOR, "ListAccelerators.Accelerators"): dict[str, Any],
    (_ACCELERATOR, "ListListeners.Listeners"): {"PortRanges": [{"FromPort": _Port, "ToPort": _Port}]},
    (_ACCELERATOR, "ListEndpointGroups.EndpointGroups"): {
        "EndpointDescriptions": [{"EndpointId": str}],
        "PortOverrides": [{"ListenerPort": _Port, "EndpointPort": _Port}],
    },
    ("ec2", "DescribeInstances.Reservations"): {
        "Instances?": [
            {
                "InstanceId!": str,
                "IamInstanceProfile?": {"InstanceProfileName": str, "Name": str, "Arn": str},
                "State?": {"Name": str},
                "Tags?": [{"Key!": str, "Value!": str}],
                "NetworkInterfaces?": [_INTERFACE],
            }
        ]
    },
}
SHAPES: Final = {answer: shape(sketch) for answer, sketch in _SKETCHES.items()}
