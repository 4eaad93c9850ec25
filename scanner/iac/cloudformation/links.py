"""Peerings of VPCs, their endpoints, and endpoint services in templates.

Source: AWS CloudFormation Template Reference, "AWS::EC2::VPCEndpoint", "AWS::EC2::VPCEndpointService",
"AWS::EC2::VPCEndpointServicePermissions", "AWS::EC2::VPCPeeringConnection"
(https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpointservice.html,
read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import links

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.cloudformation.made import Made


def _endpoint(made: Made) -> None:
    whole = {
        "VpcEndpointType": made.text("VpcEndpointType") or "Gateway",
        **made.told("ServiceName", "VpcId"),
    }
    links.endpoint(made.drafts, made.home, made.id, made.with_lines(whole), made.document("PolicyDocument"))
    made.check_open("ServiceName", "VpcId")


def _service(made: Made) -> None:
    acceptance = made.text("AcceptanceRequired")
    if acceptance is None and made.get("AcceptanceRequired") is not None:
        links.unknown_connections(made.drafts, made.home, f"whether {made.resource.name} demands acceptance")
    whole = {
        "AcceptanceRequired": acceptance != "false",
        "NetworkLoadBalancerArns": [arn for arn, _ in made.texts("NetworkLoadBalancerArns")],
        "GatewayLoadBalancerArns": [arn for arn, _ in made.texts("GatewayLoadBalancerArns")],
    }
    links.service(made.drafts, made.home, made.id, made.with_lines(whole))


def _permissions(made: Made) -> None:
    service = made.text("ServiceId")
    for principal, node in made.texts("AllowedPrincipals") if service is not None else ():
        links.allowed(made.drafts, made.home, service or "", made.with_lines(principal, node))


def _peering(made: Made) -> None:
    owner = made.text("PeerOwnerId")
    if owner is None and made.get("PeerOwnerId") is not None:
        return
    whole = {
        "RequesterVpcInfo": _side(made, made.text("VpcId"), made.home.account),
        "AccepterVpcInfo": _side(made, made.text("PeerVpcId"), owner or made.home.account),
    }
    links.peering(made.drafts, made.home, made.id, made.with_lines(whole))


def _side(made: Made, vpc: str | None, owner: str) -> dict[str, Any]:
    """Return one side; its ranges only if code makes it, for what is not told may be any."""
    known = made.drafts.get(made.home.id("ec2", "DescribeVpcs.Vpcs", vpc or ""))
    cidr = known.body.get("CidrBlock") if known is not None else None
    return {"VpcId": vpc or "", "OwnerId": owner, **({"CidrBlock": cidr} if isinstance(cidr, str) else {})}


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::EC2::VPCEndpointService": _service,
    "AWS::EC2::VPCEndpointServicePermissions": _permissions,
    "AWS::EC2::VPCPeeringConnection": _peering,
}
"""Read after the VPCs that they join."""
