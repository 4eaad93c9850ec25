"""Load balancers: where they listen, whom they ask to log in, and what they send requests to.

| document | key | body |
|---|---|---|
| ``DescribeLoadBalancers.LoadBalancers`` | ARN | scheme, subnets, security groups |
| ``DescribeLoadBalancerAttributes`` | ARN of the load balancer | ``Attributes`` |
| ``DescribeListeners.Listeners`` | listener ARN | port, ``DefaultActions``, ``MutualAuthentication`` |
| ``DescribeRules.Rules`` | rule ARN | ``Conditions`` and ``Actions``; values of HTTP headers withheld |
| ``DescribeTargetGroups.TargetGroups`` | ARN | port, type of target |
| ``DescribeTargetGroupAttributes`` | ARN of the target group | ``Attributes`` |
| ``DescribeTargetHealth`` | ARN of the target group | ``TargetHealthDescriptions`` |
| ``DescribeTags`` | ARN of a load balancer or target group | ``TagDescriptions`` |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.collect.table import Row, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.collect.table import Body, Found

_BALANCERS = "DescribeLoadBalancers.LoadBalancers"
_LISTENERS = "DescribeListeners.Listeners"
_GROUPS = "DescribeTargetGroups.TargetGroups"
_MASK = "(withheld)"


def tagged(found: Found) -> Iterator[tuple[str, Body]]:
    """Yield what has tags to ask for: one at a time, so that a refusal costs one."""
    for field in (_BALANCERS, _GROUPS):
        for arn, _ in found.items(field):
            yield arn, {"arns": [arn]}


def without_header_values(body: Body) -> Body:
    """Replace the values of conditions on HTTP headers: many are shared secrets with a CDN in front."""
    for condition in body.get("Conditions") or () if isinstance(body, dict) else ():
        header = condition.get("HttpHeaderConfig")
        if isinstance(header, dict) and header.get("Values"):
            header["Values"] = [_MASK for _ in header["Values"]]
    return body


TABLE: Final = Service(
    name="elbv2",
    scope="regional",
    prefix="elasticloadbalancing",
    rows=(
        Row(operation="DescribeLoadBalancers", lists={"LoadBalancers": "LoadBalancerArn"}),
        Row(
            operation="DescribeLoadBalancerAttributes",
            each=(_BALANCERS,),
            params={"LoadBalancerArn": "LoadBalancerArn"},
        ),
        Row(
            operation="DescribeListeners",
            each=(_BALANCERS,),
            params={"LoadBalancerArn": "LoadBalancerArn"},
            lists={"Listeners": "ListenerArn"},
        ),
        Row(
            operation="DescribeRules",
            each=(_LISTENERS,),
            params={"ListenerArn": "ListenerArn"},
            lists={"Rules": "RuleArn"},
            reshape=without_header_values,
        ),
        Row(operation="DescribeTargetGroups", lists={"TargetGroups": "TargetGroupArn"}),
        Row(
            operation="DescribeTargetGroupAttributes",
            each=(_GROUPS,),
            params={"TargetGroupArn": "TargetGroupArn"},
        ),
        Row(
            operation="DescribeTargetHealth",
            each=(_GROUPS,),
            params={"TargetGroupArn": "TargetGroupArn"},
        ),
        Row(
            operation="DescribeTags",
            each=tagged,
            params={"ResourceArns": "arns"},
            effect="understated",
        ),
    ),
)
