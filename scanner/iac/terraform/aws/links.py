"""Peerings of VPCs, their endpoints, and the endpoint services that others connect to.

Source: AWS provider, "aws_vpc_peering_connection", "aws_vpc_endpoint", "aws_vpc_endpoint_service"
(https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_endpoint_service, read
2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import links
from scanner.iac.terraform.values import has_open

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.made import Made


def _peering(made: Made) -> None:
    vpc, theirs = made.text("vpc_id"), made.text("peer_vpc_id")
    owner = made.text("peer_owner_id")
    if owner is None and made.body.has("peer_owner_id"):
        return
    whole = {
        "RequesterVpcInfo": _side(made, vpc, made.home.account),
        "AccepterVpcInfo": _side(made, theirs, owner or made.home.account),
    }
    links.peering(made.drafts, made.home, made.id, made.piece(whole))


def _side(made: Made, vpc: str | None, owner: str) -> dict[str, Any]:
    """Return one side; its ranges only if code makes it, for what is not told may be any."""
    known = made.drafts.get(made.home.id("ec2", "DescribeVpcs.Vpcs", vpc or ""))
    cidr = known.body.get("CidrBlock") if known is not None else None
    return {"VpcId": vpc or "", "OwnerId": owner, **({"CidrBlock": cidr} if isinstance(cidr, str) else {})}


def _accepter(made: Made) -> None:
    id_ = made.text("vpc_peering_connection_id")
    if id_ is not None and not links.has_peering(made.drafts, made.home, id_):
        made.instance.say("it accepts a peering of another account's, whose networks the code does not tell")


def _endpoint(made: Made) -> None:
    names = {"service_name": "ServiceName", "vpc_id": "VpcId"}
    whole = {"VpcEndpointType": made.text("vpc_endpoint_type") or "Gateway", **made.fields(names)}
    links.endpoint(made.drafts, made.home, made.id, made.piece(whole), made.policy("policy"))


def _endpoint_policy(made: Made) -> None:
    id_, policy = made.text("vpc_endpoint_id"), made.policy("policy")
    if id_ is None or policy is None:
        return
    if not links.endpoint_policy(made.drafts, made.home, id_, policy):
        made.instance.say(f"it is the policy of {id_}, which the code does not make")


def _service(made: Made) -> None:
    acceptance = made.body.get("acceptance_required")
    if has_open(acceptance):
        made.untold("acceptance_required", acceptance)
        links.unknown_connections(made.drafts, made.home, f"whether {made.address} demands acceptance")
    whole = {
        "AcceptanceRequired": made.flag("acceptance_required") is not False,
        "NetworkLoadBalancerArns": made.texts("network_load_balancer_arns"),
        "GatewayLoadBalancerArns": made.texts("gateway_load_balancer_arns"),
        "ServiceName": made.instance.attribute("service_name"),
    }
    links.service(made.drafts, made.home, made.id, made.piece(whole))
    for principal in made.texts("allowed_principals"):
        links.allowed(made.drafts, made.home, made.id, made.piece(principal))


def _allowed(made: Made) -> None:
    service, principal = made.text("vpc_endpoint_service_id"), made.text("principal_arn")
    if service is not None and principal is not None:
        links.allowed(made.drafts, made.home, service, made.piece(principal))


def _accepted(made: Made) -> None:
    id_ = made.text("vpc_endpoint_id")
    if id_ is None or not links.has_endpoint(made.drafts, made.home, id_):
        why = f"whose endpoint it is that {made.address} accepts"
        links.unknown_connections(made.drafts, made.home, why)


FIRST: Final[dict[str, Callable[[Made], None]]] = {"aws_vpc_endpoint": _endpoint}
TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "aws_vpc_endpoint_connection_accepter": _accepted,
    "aws_vpc_endpoint_policy": _endpoint_policy,
    "aws_vpc_endpoint_service": _service,
    "aws_vpc_endpoint_service_allowed_principal": _allowed,
    "aws_vpc_peering_connection": _peering,
}
LAST: Final[dict[str, Callable[[Made], None]]] = {"aws_vpc_peering_connection_accepter": _accepter}
