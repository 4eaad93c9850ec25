"""The parts of answers on load balancers and containers that are relied on, by type."""

# ruff: noqa: D101 - each class is a part of an answer, and its fields have AWS's names
from __future__ import annotations

from typing import Annotated, Any, Final, Required, TypedDict

import msgspec

from scanner.providers.aws.network.answers import Block  # noqa: TC001 - msgspec reads the annotations

Number = Annotated[int, msgspec.Meta(ge=0, le=65_535)]


class Tag(TypedDict, total=False):
    Key: str
    Value: str


class Zone(TypedDict, total=False):
    SubnetId: str


class Balancer(TypedDict, total=False):
    LoadBalancerArn: Required[str]
    VpcId: str
    Type: str
    Scheme: str
    IpAddressType: str
    SecurityGroups: list[str]
    AvailabilityZones: list[Zone]


class Heard(TypedDict, total=False):
    Protocol: str
    LoadBalancerPort: Number
    InstancePort: Number


class Hearing(TypedDict, total=False):
    Listener: Heard


class Registered(TypedDict, total=False):
    InstanceId: str


class Classic(TypedDict, total=False):
    ListenerDescriptions: list[Hearing]
    Instances: list[Registered]
    Subnets: list[str]
    SecurityGroups: list[str]
    VPCId: str | None
    Scheme: str


class Weighted(TypedDict, total=False):
    TargetGroupArn: str
    Weight: int


class Targets(TypedDict, total=False):
    TargetGroups: list[Weighted]


class Login(TypedDict, total=False):
    Issuer: str
    UserPoolArn: str
    OnUnauthenticatedRequest: str


class Action(TypedDict, total=False):
    Type: Required[str]
    Order: int
    TargetGroupArn: str
    ForwardConfig: Targets
    AuthenticateOidcConfig: Login
    AuthenticateCognitoConfig: Login
    JwtValidationConfig: Login


class Mutual(TypedDict, total=False):
    Mode: str
    TrustStoreArn: str


class Listener(TypedDict, total=False):
    LoadBalancerArn: Required[str]
    Port: Number
    Protocol: str
    DefaultActions: list[Action]
    MutualAuthentication: Mutual


class Values(TypedDict, total=False):
    Values: list[str]


class Blocks(TypedDict, total=False):
    Values: list[Block]


class Header(TypedDict, total=False):
    HttpHeaderName: str


class Condition(TypedDict, total=False):
    Field: str
    Values: list[str]
    SourceIpConfig: Blocks
    HttpHeaderConfig: Header
    PathPatternConfig: Values
    HostHeaderConfig: Values


class ListenerRule(TypedDict, total=False):
    Priority: str
    IsDefault: bool
    Conditions: list[Condition]
    Actions: list[Action]


class TargetGroup(TypedDict, total=False):
    Port: Number
    Protocol: str
    VpcId: str
    TargetType: str
    IpAddressType: str


class Target(TypedDict, total=False):
    Id: str
    Port: Number


class State(TypedDict, total=False):
    State: str


class Health(TypedDict, total=False):
    Target: Target
    TargetHealth: State


class Healths(TypedDict, total=False):
    TargetHealthDescriptions: list[Health]


class Attribute(TypedDict, total=False):
    Key: str
    Value: str


class Attributes(TypedDict, total=False):
    Attributes: list[Attribute]


class Described(TypedDict, total=False):
    Tags: list[Tag]


class Descriptions(TypedDict, total=False):
    TagDescriptions: list[Described]


class Balanced(TypedDict, total=False):
    targetGroupArn: str
    containerPort: Number


class Own(TypedDict, total=False):
    subnets: list[str]
    securityGroups: list[str]
    assignPublicIp: str


class Configuration(TypedDict, total=False):
    awsvpcConfiguration: Own


class ServiceTag(TypedDict, total=False):
    key: str
    value: str


class Service(TypedDict, total=False):
    serviceArn: str
    serviceName: str
    taskDefinition: str
    loadBalancers: list[Balanced]
    networkConfiguration: Configuration
    tags: list[ServiceTag]


class Services(TypedDict, total=False):
    services: list[Service]


class Mapping(TypedDict, total=False):
    containerPort: Number


class Container(TypedDict, total=False):
    image: str
    command: list[str]
    entryPoint: list[str]
    portMappings: list[Mapping]


class Definition(TypedDict, total=False):
    networkMode: str
    containerDefinitions: list[Container]


class TaskDefinition(TypedDict, total=False):
    taskDefinition: Definition


SHAPES: Final[dict[tuple[str, str], Any]] = {
    ("elbv2", "DescribeLoadBalancers.LoadBalancers"): Balancer,
    ("elbv2", "DescribeLoadBalancerAttributes"): Attributes,
    ("elbv2", "DescribeListeners.Listeners"): Listener,
    ("elbv2", "DescribeRules.Rules"): ListenerRule,
    ("elbv2", "DescribeTargetGroups.TargetGroups"): TargetGroup,
    ("elbv2", "DescribeTargetGroupAttributes"): Attributes,
    ("elbv2", "DescribeTargetHealth"): Healths,
    ("elbv2", "DescribeTags"): Descriptions,
    ("elb", "DescribeLoadBalancers.LoadBalancerDescriptions"): Classic,
    ("elb", "DescribeTags"): Descriptions,
    ("ecs", "DescribeServices"): Services,
    ("ecs", "DescribeTaskDefinition"): TaskDefinition,
}
"""What each operation answers."""
