"""The parts of answers on load balancers and containers that are relied on; see `shape`."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec

from scanner.providers.aws.network.answers import Block
from scanner.providers.aws.sketch import shape

_Number = Annotated[int, msgspec.Meta(ge=0, le=65_535)]

_ATTRIBUTES = {"Attributes": [{"Key": str, "Value": str}]}
_LOGIN = {"Issuer": str, "UserPoolArn": str, "OnUnauthenticatedRequest": str}
_ACTION = {
    "Type!": str,
    "Order": int,
    "TargetGroupArn": str,
    "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": str, "Weight": int}]},
    "AuthenticateOidcConfig": _LOGIN,
    "AuthenticateCognitoConfig": _LOGIN,
    "JwtValidationConfig": _LOGIN,
}
_VALUES = {"Values": [str]}
_DESCRIPTIONS = {"TagDescriptions": [{"Tags": [{"Key": str, "Value": str}]}]}

_SKETCHES: Final[dict[tuple[str, str], Any]] = {
    ("elbv2", "DescribeLoadBalancers.LoadBalancers"): {
        "LoadBalancerArn!": str,
        "VpcId": str,
        "Type": str,
        "Scheme": str,
        "IpAddressType": str,
        "SecurityGroups": [str],
        "AvailabilityZones": [{"SubnetId": str}],
    },
    ("elbv2", "DescribeLoadBalancerAttributes"): _ATTRIBUTES,
    ("elbv2", "DescribeListeners.Listeners"): {
        "LoadBalancerArn!": str,
        "Port": _Number,
        "Protocol": str,
        "DefaultActions": [_ACTION],
        "MutualAuthentication": {"Mode": str, "TrustStoreArn": str},
    },
    ("elbv2", "DescribeRules.Rules"): {
        "Priority": str,
        "IsDefault": bool,
        "Conditions": [
            {
                "Field": str,
                "Values": [str],
                "SourceIpConfig": {"Values": [Block]},
                "HttpHeaderConfig": {"HttpHeaderName": str},
                "PathPatternConfig": _VALUES,
                "HostHeaderConfig": _VALUES,
            }
        ],
        "Actions": [_ACTION],
    },
    ("elbv2", "DescribeTargetGroups.TargetGroups"): {
        "Port": _Number,
        "Protocol": str,
        "VpcId": str,
        "TargetType": str,
        "IpAddressType": str,
    },
    ("elbv2", "DescribeTargetGroupAttributes"): _ATTRIBUTES,
    ("elbv2", "DescribeTargetHealth"): {
        "TargetHealthDescriptions": [{"Target": {"Id": str, "Port": _Number}, "TargetHealth": {"State": str}}]
    },
    ("elbv2", "DescribeTags"): _DESCRIPTIONS,
    ("elb", "DescribeLoadBalancers.LoadBalancerDescriptions"): {
        "ListenerDescriptions": [
            {"Listener": {"Protocol": str, "LoadBalancerPort": _Number, "InstancePort": _Number}}
        ],
        "Instances": [{"InstanceId": str}],
        "Subnets": [str],
        "SecurityGroups": [str],
        "VPCId?": str,
        "Scheme": str,
    },
    ("elb", "DescribeTags"): _DESCRIPTIONS,
    ("ecs", "DescribeServices"): {
        "services": [
            {
                "serviceArn": str,
                "serviceName": str,
                "taskDefinition": str,
                "loadBalancers": [{"targetGroupArn": str, "containerPort": _Number}],
                "serviceRegistries": [{"registryArn": str, "port": _Number, "containerPort": _Number}],
                "networkConfiguration": {
                    "awsvpcConfiguration": {"subnets": [str], "securityGroups": [str], "assignPublicIp": str}
                },
                "tags": [{"key": str, "value": str}],
            }
        ]
    },
    ("ecs", "DescribeTaskDefinition"): {
        "taskDefinition": {
            "networkMode": str,
            "containerDefinitions": [
                {
                    "image": str,
                    "command": [str],
                    "entryPoint": [str],
                    "portMappings": [{"containerPort": _Number}],
                }
            ],
        }
    },
}
SHAPES: Final = {answer: shape(sketch) for answer, sketch in _SKETCHES.items()}
