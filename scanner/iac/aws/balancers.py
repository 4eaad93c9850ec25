"""Load balancers, their listeners and rules, and the groups of targets behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.iac.aws.drafts import Drafts, Home, Piece

if TYPE_CHECKING:
    from typing import Any


def load_balancer(drafts: Drafts, home: Home, arn: str, whole: Piece) -> None:
    """Declare a load balancer.

    `whole`: ``LoadBalancerName``, ``Type``, ``Scheme``, ``SecurityGroups``, ``VpcId`` and
    ``AvailabilityZones`` as ``[{"SubnetId": …}]``.
    """
    body = {"LoadBalancerArn": arn, "IpAddressType": "ipv4", "State": {"Code": "active"}, **whole.body}
    drafts.put(home.id("elbv2", "DescribeLoadBalancers.LoadBalancers", arn), Piece(body, whole.places))
    drafts.lived_in(home)


def listener(drafts: Drafts, home: Home, arn: str, whole: Piece) -> None:
    """Declare a listener: ``LoadBalancerArn``, ``Port``, ``Protocol``, ``DefaultActions``."""
    id_ = home.id("elbv2", "DescribeListeners.Listeners", arn)
    drafts.put(id_, whole.with_fields(ListenerArn=arn))
    drafts.assume(home.id("elbv2", "DescribeRules", arn), {})


def rule(drafts: Drafts, home: Home, listener_arn: str, name: str, whole: Piece) -> None:
    """Declare a rule of a listener: ``Priority``, ``Conditions``, ``Actions``."""
    arn = f"{listener_arn.replace(':listener/', ':listener-rule/')}/{name}"
    drafts.put(home.id("elbv2", "DescribeRules.Rules", arn), whole.with_fields(RuleArn=arn, IsDefault=False))


def target_group(drafts: Drafts, home: Home, arn: str, whole: Piece) -> None:
    """Declare a target group: ``TargetGroupName``, ``Port``, ``Protocol``, ``VpcId``, ``TargetType``."""
    body = {"TargetGroupArn": arn, "IpAddressType": "ipv4", **whole.body}
    drafts.put(home.id("elbv2", "DescribeTargetGroups.TargetGroups", arn), Piece(body, whole.places))
    drafts.lived_in(home)


def target(drafts: Drafts, home: Home, group_arn: str, whole: Piece) -> None:
    """Register a target: ``Id`` and ``Port``."""
    draft = drafts.at(home.id("elbv2", "DescribeTargetHealth", group_arn))
    entry = {"Target": whole.body, "TargetHealth": {"State": "healthy"}}
    draft.append("/TargetHealthDescriptions", Piece(entry, whole.places))


def tags(drafts: Drafts, home: Home, arn: str, listed: list[dict[str, Any]], whole: Piece) -> None:
    """Tag a load balancer or target group."""
    body = {"TagDescriptions": [{"ResourceArn": arn, "Tags": listed}]}
    drafts.put(home.id("elbv2", "DescribeTags", arn), Piece(body, whole.places))


def complete(drafts: Drafts) -> None:
    """Say what is set where code says nothing, and that each list ends here."""
    for draft in drafts.of("elbv2", "DescribeLoadBalancers.LoadBalancers"):
        home = Home(draft.id.scope, draft.id.region)
        drafts.assume(home.id("elbv2", "DescribeLoadBalancerAttributes", draft.id.key), {"Attributes": []})
        drafts.assume(home.id("elbv2", "DescribeTags", draft.id.key), {"TagDescriptions": []})
    for draft in drafts.of("elbv2", "DescribeTargetGroups.TargetGroups"):
        home = Home(draft.id.scope, draft.id.region)
        drafts.assume(home.id("elbv2", "DescribeTargetGroupAttributes", draft.id.key), {"Attributes": []})
        drafts.assume(
            home.id("elbv2", "DescribeTargetHealth", draft.id.key), {"TargetHealthDescriptions": []}
        )
        drafts.assume(home.id("elbv2", "DescribeTags", draft.id.key), {"TagDescriptions": []})
    for home in sorted(drafts.homes):
        for field in ("DescribeLoadBalancers", "DescribeTargetGroups"):
            drafts.assume(home.id("elbv2", field), {})
