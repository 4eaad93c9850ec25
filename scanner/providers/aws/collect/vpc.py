"""Networks: what is in them, who may send what to whom, and which ways lead in.

| document | key | body |
|---|---|---|
| ``DescribeVpcs.Vpcs`` | VPC id | address ranges, owner |
| ``DescribeSubnets.Subnets`` | subnet id | VPC, address ranges, owner |
| ``DescribeRouteTables.RouteTables`` | table id | ``Routes``, ``Associations`` |
| ``DescribeInternetGateways.InternetGateways`` | gateway id | ``Attachments`` |
| ``DescribeNetworkAcls.NetworkAcls`` | ACL id | ``Entries``, ``Associations`` |
| ``DescribeSecurityGroups.SecurityGroups`` | group id | ``IpPermissions`` of ranges, groups and lists |
| ``DescribeManagedPrefixLists.PrefixLists`` | list id | ``OwnerId``: AWS or an account |
| ``GetManagedPrefixListEntries`` | list id | ``Entries`` |
| ``DescribeNetworkInterfaces.NetworkInterfaces`` | interface id | addresses, groups, subnet, what it is of |
| ``DescribeInstances.Reservations`` | reservation id | ``Instances`` with tags, without user data |
| ``DescribeVpcPeeringConnections.VpcPeeringConnections`` | connection id | both sides, owners and ranges |
| ``DescribeVpcEndpoints.VpcEndpoints`` | endpoint id | ``PolicyDocument`` as JSON |
| ``DescribeVpcEndpointServiceConfigurations.ServiceConfigurations`` | service id | ``AcceptanceRequired`` |
| ``DescribeVpcEndpointServicePermissions`` | service id | ``AllowedPrincipals`` |
| ``DescribeVpcEndpointConnections.VpcEndpointConnections`` | endpoint id | ``VpcEndpointOwner``, state |
| ``DescribeVpcBlockPublicAccessOptions`` | - | ``VpcBlockPublicAccessOptions`` |
| ``DescribeVpcBlockPublicAccessExclusions.VpcBlockPublicAccessExclusions`` | exclusion id | what is spared |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

_LISTS = ("DescribeManagedPrefixLists.PrefixLists",)
_SERVICES = ("DescribeVpcEndpointServiceConfigurations.ServiceConfigurations",)

TABLE: Final = Service(
    name="ec2",
    scope="regional",
    rows=(
        Row(operation="DescribeVpcs", lists={"Vpcs": "VpcId"}),
        Row(operation="DescribeSubnets", lists={"Subnets": "SubnetId"}),
        Row(operation="DescribeRouteTables", lists={"RouteTables": "RouteTableId"}),
        Row(operation="DescribeInternetGateways", lists={"InternetGateways": "InternetGatewayId"}),
        Row(operation="DescribeNetworkAcls", lists={"NetworkAcls": "NetworkAclId"}, effect="overstated"),
        Row(operation="DescribeSecurityGroups", lists={"SecurityGroups": "GroupId"}),
        Row(operation="DescribeManagedPrefixLists", lists={"PrefixLists": "PrefixListId"}),
        Row(
            operation="GetManagedPrefixListEntries",
            each=_LISTS,
            params={"PrefixListId": "PrefixListId"},
        ),
        Row(operation="DescribeNetworkInterfaces", lists={"NetworkInterfaces": "NetworkInterfaceId"}),
        Row(operation="DescribeInstances", lists={"Reservations": "ReservationId"}),
        Row(
            operation="DescribeVpcPeeringConnections",
            lists={"VpcPeeringConnections": "VpcPeeringConnectionId"},
        ),
        Row(
            operation="DescribeVpcEndpoints",
            lists={"VpcEndpoints": "VpcEndpointId"},
            policies=("PolicyDocument",),
        ),
        Row(
            operation="DescribeVpcEndpointServiceConfigurations",
            lists={"ServiceConfigurations": "ServiceId"},
        ),
        Row(
            operation="DescribeVpcEndpointServicePermissions",
            each=_SERVICES,
            params={"ServiceId": "ServiceId"},
        ),
        Row(
            operation="DescribeVpcEndpointConnections",
            lists={"VpcEndpointConnections": "VpcEndpointId"},
        ),
        Row(operation="DescribeVpcBlockPublicAccessOptions", newer=True, effect="overstated"),
        Row(
            operation="DescribeVpcBlockPublicAccessExclusions",
            lists={"VpcBlockPublicAccessExclusions": "ExclusionId"},
            newer=True,
            effect="understated",
        ),
    ),
)
