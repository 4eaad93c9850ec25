"""Load balancers with listeners, rules and targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import Piece, balancers

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.made import Made
    from scanner.iac.terraform.bodies import Body


def _balancer(made: Made) -> None:
    subnets = made.texts("subnets")
    subnets += [s for b in made.body.blocks("subnet_mapping") if (s := made.text("subnet_id", b))]
    whole = {
        "LoadBalancerName": made.name,
        "DNSName": made.instance.attribute("dns_name"),
        "Type": made.text("load_balancer_type") or "application",
        "Scheme": "internal" if made.flag("internal") else "internet-facing",
        "AvailabilityZones": [{"SubnetId": subnet} for subnet in subnets],
        "SecurityGroups": made.texts("security_groups"),
        "VpcId": _vpc_of(made, subnets),
    }
    balancers.load_balancer(made.drafts, made.home, made.arn, Piece(whole, (made.place,)))
    if made.tags():
        balancers.tags(made.drafts, made.home, made.arn, made.tags(), made.whole)


def _vpc_of(made: Made, subnets: list[str]) -> str:
    for subnet in subnets:
        draft = made.drafts.get(made.home.id("ec2", "DescribeSubnets.Subnets", subnet))
        if draft is not None:
            return str(draft.body.get("VpcId", ""))
    return ""


def _action(made: Made, body: Body, order: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "Type": made.text("type", body) or "forward",
        "Order": made.number("order", body) or order,
    }
    found |= made.fields({"target_group_arn": "TargetGroupArn"}, body)
    for forward in body.blocks("forward"):
        groups = [
            made.fields({"arn": "TargetGroupArn", "weight": "Weight"}, group)
            for group in forward.blocks("target_group")
        ]
        found["ForwardConfig"] = {"TargetGroups": groups}
    for login in body.blocks("authenticate_oidc"):
        names = {"issuer": "Issuer", "on_unauthenticated_request": "OnUnauthenticatedRequest"}
        found["AuthenticateOidcConfig"] = made.fields(names, login)
    for login in body.blocks("authenticate_cognito"):
        names = {
            "user_pool_arn": "UserPoolArn",
            "on_unauthenticated_request": "OnUnauthenticatedRequest",
        }
        found["AuthenticateCognitoConfig"] = made.fields(names, login)
    return found


def _listener(made: Made) -> None:
    balancer = made.text("load_balancer_arn")
    if balancer is None:
        return
    whole: dict[str, Any] = {"LoadBalancerArn": balancer, "Protocol": made.text("protocol") or "HTTP"}
    port = made.number("port")
    if port is not None:
        whole["Port"] = port
    actions = enumerate(made.body.blocks("default_action"), start=1)
    whole["DefaultActions"] = [_action(made, body, order) for order, body in actions]
    for body in made.body.blocks("mutual_authentication"):
        names = {"mode": "Mode", "trust_store_arn": "TrustStoreArn"}
        whole["MutualAuthentication"] = made.fields(names, body)
    balancers.listener(made.drafts, made.home, made.arn, Piece(whole, (made.place,)))


_FIELDS: Final = {
    "path_pattern": ("path-pattern", "PathPatternConfig"),
    "host_header": ("host-header", "HostHeaderConfig"),
    "source_ip": ("source-ip", "SourceIpConfig"),
    "http_request_method": ("http-request-method", "HttpRequestMethodConfig"),
}


def _rule(made: Made) -> None:
    listener = made.text("listener_arn")
    if listener is None:
        return
    conditions: list[dict[str, Any]] = []
    for body in made.body.blocks("condition"):
        for name, (field, config) in _FIELDS.items():
            conditions += [
                {"Field": field, config: {"Values": made.texts("values", inner)}}
                for inner in body.blocks(name)
            ]
        for inner in body.blocks("http_header"):
            header = {"HttpHeaderName": made.text("http_header_name", inner) or ""}
            conditions.append({"Field": "http-header", "HttpHeaderConfig": header})
        if body.blocks("query_string"):
            conditions.append({"Field": "query-string"})
    actions = enumerate(made.body.blocks("action"), start=1)
    whole = {
        "Priority": str(made.number("priority") or 50_000),
        "Conditions": conditions,
        "Actions": [_action(made, body, order) for order, body in actions],
    }
    balancers.rule(made.drafts, made.home, listener, made.address, Piece(whole, (made.place,)))


def _target_group(made: Made) -> None:
    names = {"protocol": "Protocol", "vpc_id": "VpcId"}
    whole = {
        "TargetGroupName": made.name,
        "TargetType": made.text("target_type") or "instance",
        **made.fields(names),
    }
    port = made.number("port")
    if port is not None:
        whole["Port"] = port
    balancers.target_group(made.drafts, made.home, made.arn, Piece(whole, (made.place,)))
    if made.tags():
        balancers.tags(made.drafts, made.home, made.arn, made.tags(), made.whole)


def _target(made: Made) -> None:
    group, target = made.text("target_group_arn"), made.text("target_id")
    if group is None or target is None:
        return
    register(made, group, target, made.number("port"))


def register(made: Made, group: str, target: str, port: int | None = None) -> None:
    """Register a target, at the group's port unless told."""
    if port is None:
        draft = made.drafts.get(made.home.id("elbv2", "DescribeTargetGroups.TargetGroups", group))
        port = draft.body.get("Port") if draft is not None else None
    whole = {"Id": target, **({} if port is None else {"Port": port})}
    balancers.target(made.drafts, made.home, group, Piece(whole, (made.place,)))


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "aws_alb": _balancer,
    "aws_alb_listener": _listener,
    "aws_alb_listener_rule": _rule,
    "aws_alb_target_group": _target_group,
    "aws_lb": _balancer,
    "aws_lb_listener": _listener,
    "aws_lb_listener_rule": _rule,
    "aws_lb_target_group": _target_group,
}
LAST: Final[dict[str, Callable[[Made], None]]] = {
    "aws_alb_target_group_attachment": _target,
    "aws_lb_target_group_attachment": _target,
}
"""Read after the groups that they belong to."""
