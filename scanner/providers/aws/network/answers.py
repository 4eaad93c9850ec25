"""The parts of EC2's answers on networks that are relied on, by type."""

# ruff: noqa: D101 - each class is a part of an answer, and its fields have AWS's names
from __future__ import annotations

from ipaddress import ip_network
from typing import Annotated, Any, Final, Required, TypedDict

import msgspec

Port = Annotated[int, msgspec.Meta(ge=-1, le=65_535)]


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


class Cidr(TypedDict):
    CidrIp: Block


class Cidr6(TypedDict):
    CidrIpv6: Block


class List(TypedDict):
    PrefixListId: str


class Pair(TypedDict, total=False):
    GroupId: str
    UserId: str
    VpcPeeringConnectionId: str


class Permission(TypedDict, total=False):
    IpProtocol: str
    FromPort: int | None
    ToPort: int | None
    IpRanges: list[Cidr]
    Ipv6Ranges: list[Cidr6]
    PrefixListIds: list[List]
    UserIdGroupPairs: list[Pair]


class Group(TypedDict, total=False):
    IpPermissions: list[Permission]
    IpPermissionsEgress: list[Permission]


class Range(TypedDict, total=False):
    From: Port
    To: Port


class Message(TypedDict, total=False):
    Type: Annotated[int, msgspec.Meta(ge=-1, le=255)]
    Code: Annotated[int, msgspec.Meta(ge=-1, le=255)]


class Entry(TypedDict, total=False):
    RuleNumber: Required[int]
    Protocol: Required[Annotated[str, msgspec.Meta(pattern=r"^(-1|\d{1,2}|1\d\d|2[0-4]\d|25[0-5])$")]]
    RuleAction: Required[str]
    Egress: Required[bool]
    CidrBlock: Block
    Ipv6CidrBlock: Block
    PortRange: Range
    IcmpTypeCode: Message


class Association(TypedDict, total=False):
    SubnetId: str
    GatewayId: str
    Main: bool


class Acl(TypedDict, total=False):
    VpcId: str
    Associations: list[Association]
    Entries: list[Entry]


class Route(TypedDict, total=False):
    DestinationCidrBlock: Block
    DestinationIpv6CidrBlock: Block
    DestinationPrefixListId: str
    State: str
    Origin: str


class Table(TypedDict, total=False):
    VpcId: str
    Associations: list[Association]
    Routes: list[Route]


class Block6(TypedDict, total=False):
    Ipv6CidrBlock: Block


class Subnet(TypedDict, total=False):
    VpcId: str
    OwnerId: str
    CidrBlock: Block
    Ipv6CidrBlockAssociationSet: list[Block6]


class Attached(TypedDict, total=False):
    VpcId: str
    State: str


class Gateway(TypedDict, total=False):
    Attachments: list[Attached]


class Listed(TypedDict):
    Cidr: Block


class Entries(TypedDict, total=False):
    Entries: list[Listed]


class Public(TypedDict, total=False):
    PublicIp: str


class Private(TypedDict, total=False):
    PrivateIpAddress: Block
    Association: Public


class Address6(TypedDict, total=False):
    Ipv6Address: Block


class Member(TypedDict, total=False):
    GroupId: str


class Holder(TypedDict, total=False):
    InstanceId: str
    DeviceIndex: int


class Interface(TypedDict, total=False):
    VpcId: str
    SubnetId: str
    Description: str
    Attachment: Holder
    Association: Public
    Groups: list[Member]
    PrivateIpAddress: Block
    PrivateIpAddresses: list[Private]
    Ipv6Addresses: list[Address6]


class Status(TypedDict, total=False):
    Code: str


class Block4(TypedDict, total=False):
    CidrBlock: Block


class Side(TypedDict, total=False):
    OwnerId: str
    VpcId: str
    CidrBlock: Block
    CidrBlockSet: list[Block4]
    Ipv6CidrBlockSet: list[Block6]


class Peering(TypedDict, total=False):
    Status: Status
    RequesterVpcInfo: Side
    AccepterVpcInfo: Side


class Offered(TypedDict, total=False):
    NetworkLoadBalancerArns: list[str]
    AcceptanceRequired: bool


class Allowed(TypedDict, total=False):
    Principal: str


class Allowances(TypedDict, total=False):
    AllowedPrincipals: list[Allowed]


class Connection(TypedDict, total=False):
    ServiceId: str
    VpcEndpointOwner: str
    VpcEndpointState: str


class Mode(TypedDict, total=False):
    InternetGatewayBlockMode: str


class Options(TypedDict, total=False):
    VpcBlockPublicAccessOptions: Mode


class Exclusion(TypedDict, total=False):
    ResourceArn: str
    InternetGatewayExclusionMode: str
    State: str


class AssociatedTable(TypedDict, total=False):
    TransitGatewayRouteTableId: str
    State: str


class Hung(TypedDict, total=False):
    Association: AssociatedTable


class Next(TypedDict, total=False):
    TransitGatewayAttachmentId: str


class GatewayRoute(TypedDict, total=False):
    DestinationCidrBlock: Block
    TransitGatewayAttachments: list[Next]
    State: str


class Routes(TypedDict, total=False):
    Routes: list[GatewayRoute]


class Customer(TypedDict, total=False):
    IpAddress: Block | None


class StaticRoute(TypedDict, total=False):
    DestinationCidrBlock: Block


class Vpn(TypedDict, total=False):
    Routes: list[StaticRoute]


class Live(TypedDict, total=False):
    Code: str


class Mutually(TypedDict, total=False):
    ClientRootCertificateChain: str


class Federated(TypedDict, total=False):
    SamlProviderArn: str


class Directory(TypedDict, total=False):
    DirectoryId: str


class Authentication(TypedDict, total=False):
    MutualAuthentication: Mutually
    FederatedAuthentication: Federated
    ActiveDirectory: Directory


class Dialled(TypedDict, total=False):
    Status: Live
    VpcId: str
    SecurityGroupIds: list[str]
    AuthenticationOptions: list[Authentication]


class DialledNetwork(TypedDict, total=False):
    Status: Live
    TargetNetworkId: str
    VpcId: str
    SecurityGroups: list[str]


class DialledNetworks(TypedDict, total=False):
    ClientVpnTargetNetworks: list[DialledNetwork]


class Authorization(TypedDict, total=False):
    Status: Live
    DestinationCidr: Block
    GroupId: str


class Authorizations(TypedDict, total=False):
    AuthorizationRules: list[Authorization]


class DialledRoute(TypedDict, total=False):
    Status: Live
    DestinationCidr: Block
    TargetSubnet: str


class DialledRoutes(TypedDict, total=False):
    Routes: list[DialledRoute]


class Lines(TypedDict, total=False):
    directConnectGatewayAttachments: list[dict[str, Any]]


class LineAssociations(TypedDict, total=False):
    directConnectGatewayAssociations: list[dict[str, Any]]


SHAPES: Final[dict[tuple[str, str], Any]] = {
    ("ec2", "DescribeVpcs.Vpcs"): dict[str, Any],
    ("ec2", "DescribeSubnets.Subnets"): Subnet,
    ("ec2", "DescribeRouteTables.RouteTables"): Table,
    ("ec2", "DescribeInternetGateways.InternetGateways"): Gateway,
    ("ec2", "DescribeNetworkAcls.NetworkAcls"): Acl,
    ("ec2", "DescribeSecurityGroups.SecurityGroups"): Group,
    ("ec2", "DescribeManagedPrefixLists.PrefixLists"): dict[str, Any],
    ("ec2", "GetManagedPrefixListEntries"): Entries,
    ("ec2", "DescribeNetworkInterfaces.NetworkInterfaces"): Interface,
    ("ec2", "DescribeVpcPeeringConnections.VpcPeeringConnections"): Peering,
    ("ec2", "DescribeTransitGatewayAttachments.TransitGatewayAttachments"): Hung,
    ("ec2", "SearchTransitGatewayRoutes"): Routes,
    ("ec2", "DescribeCustomerGateways.CustomerGateways"): Customer,
    ("ec2", "DescribeVpnConnections.VpnConnections"): Vpn,
    ("ec2", "DescribeClientVpnEndpoints.ClientVpnEndpoints"): Dialled,
    ("ec2", "DescribeClientVpnTargetNetworks"): DialledNetworks,
    ("ec2", "DescribeClientVpnAuthorizationRules"): Authorizations,
    ("ec2", "DescribeClientVpnRoutes"): DialledRoutes,
    ("directconnect", "DescribeDirectConnectGateways.directConnectGateways"): dict[str, Any],
    ("directconnect", "DescribeDirectConnectGatewayAttachments"): Lines,
    ("directconnect", "DescribeDirectConnectGatewayAssociations"): LineAssociations,
    ("directconnect", "DescribeVirtualInterfaces.virtualInterfaces"): dict[str, Any],
    ("ec2", "DescribeVpcEndpointServiceConfigurations.ServiceConfigurations"): Offered,
    ("ec2", "DescribeVpcEndpointServicePermissions"): Allowances,
    ("ec2", "DescribeVpcEndpointConnections.VpcEndpointConnections"): Connection,
    ("ec2", "DescribeVpcBlockPublicAccessOptions"): Options,
    ("ec2", "DescribeVpcBlockPublicAccessExclusions.VpcBlockPublicAccessExclusions"): Exclusion,
}
"""What each operation answers; reservations are in `scanner.providers.aws.answers`."""
