"""Compute that runs as a role: instances, launch templates, builds, jobs, stacks; and models of Bedrock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import Piece, compute, network
from scanner.iac.terraform.values import Open

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.made import Made

_UNTOLD: Final = "a subnet that the code does not tell"


def _profile(made: Made) -> dict[str, Any]:
    name = made.text("iam_instance_profile")
    if not name:
        return {}
    return {"IamInstanceProfile": {"Arn": name} if name.startswith("arn:") else {"Name": name}}


def _instance(made: Made) -> None:
    """Read an instance with its first interface.

    Without a subnet it is in one of the default VPC, which gives public addresses (Amazon VPC User Guide,
    "Default VPCs", https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html, read 2026-11).
    """
    subnet = made.body.get("subnet_id")
    in_default = subnet is None
    known = str(subnet) if isinstance(subnet, str) else _UNTOLD
    groups = made.texts("vpc_security_group_ids") + made.texts("security_groups")
    interface: dict[str, Any] = {
        "Groups": [{"GroupId": group} for group in groups],
        "Attachment": {"InstanceId": made.id, "DeviceIndex": 0},
    }
    public = made.body.get("associate_public_ip_address")
    if public is True or public == "true" or (public is None and in_default) or isinstance(public, Open):
        interface["Association"] = {"PublicIp": "a public address of its own"}
    elif public is False:
        interface["Association"] = {}
    address = made.body.get("private_ip")
    if isinstance(address, str):
        interface["PrivateIpAddress"] = str(address)
    attached = made.body.blocks("network_interface")
    if not attached:
        name = f"eni-{made.address}"
        network.interface(made.drafts, made.home, name, known, Piece(interface, (made.place,)))
    for index, body in enumerate(attached):
        _attach(made, made.text("network_interface_id", body), index)
    whole = {"SubnetId": known, "Tags": made.tags(), "NetworkInterfaces": [], **_profile(made)}
    network.instance(made.drafts, made.home, made.id, Piece(whole, (made.place,)))


def _attach(made: Made, interface: str | None, index: int) -> None:
    if interface is not None:
        draft = made.drafts.at(made.home.id("ec2", "DescribeNetworkInterfaces.NetworkInterfaces", interface))
        body = {"InstanceId": made.id, "DeviceIndex": index}
        draft.set("/Attachment", Piece(body, (made.place,)))


def _eip(made: Made) -> None:
    instance = made.text("instance") or made.text("instance_id")
    interface = made.text("network_interface") or made.text("network_interface_id")
    if instance and instance.startswith("i-"):
        interface = f"eni-{instance.removeprefix('i-')}"
    if interface:
        draft = made.drafts.at(made.home.id("ec2", "DescribeNetworkInterfaces.NetworkInterfaces", interface))
        if draft.body is None:
            draft.body = {"NetworkInterfaceId": interface}
        draft.set("/Association", Piece({"PublicIp": "an elastic address"}, (made.place,)))


def _launch_template(made: Made) -> None:
    profile: dict[str, Any] = {}
    for body in made.body.blocks("iam_instance_profile"):
        profile = made.fields({"name": "Name", "arn": "Arn"}, body)
    data = Piece({"IamInstanceProfile": profile} if profile else {}, (made.place,))
    network.launch_template(made.drafts, made.home, made.id, data)


def _launch_configuration(made: Made) -> None:
    network.launch_template(
        made.drafts, made.home, f"lc-{made.address}", Piece(_profile(made), (made.place,))
    )


def _build_project(made: Made) -> None:
    whole = made.fields({"service_role": "serviceRole"})
    for body in made.body.blocks("build_batch_config"):
        whole["buildBatchConfig"] = made.fields({"service_role": "serviceRole"}, body)
    compute.build_project(made.drafts, made.home, made.name, Piece(whole, (made.place,)))


def _stack(made: Made) -> None:
    whole = Piece(made.fields({"iam_role_arn": "RoleARN"}), (made.place,))
    compute.stack(made.drafts, made.home, made.name, whole)


def _glue_job(made: Made) -> None:
    whole = Piece(made.fields({"role_arn": "Role"}), (made.place,))
    compute.glue_job(made.drafts, made.home, made.name, whole)


def _glue_endpoint(made: Made) -> None:
    whole = Piece(made.fields({"role_arn": "RoleArn"}), (made.place,))
    compute.glue_endpoint(made.drafts, made.home, made.name, whole)


def _app_service(made: Made) -> None:
    whole: dict[str, Any] = {}
    for body in made.body.blocks("instance_configuration"):
        whole["InstanceConfiguration"] = made.fields({"instance_role_arn": "InstanceRoleArn"}, body)
    compute.app_service(made.drafts, made.home, made.name, Piece(whole, (made.place,)))


def _custom_model(made: Made) -> None:
    whole = made.fields({"role_arn": "roleArn", "base_model_identifier": "baseModelArn"})
    for body in made.body.blocks("output_data_config"):
        whole["outputDataConfig"] = made.fields({"s3_uri": "s3Uri"}, body)
    compute.custom_model(made.drafts, made.home, made.name, Piece(whole, (made.place,)))


TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "aws_apprunner_service": _app_service,
    "aws_bedrock_custom_model": _custom_model,
    "aws_cloudformation_stack": _stack,
    "aws_codebuild_project": _build_project,
    "aws_eip": _eip,
    "aws_eip_association": _eip,
    "aws_glue_dev_endpoint": _glue_endpoint,
    "aws_glue_job": _glue_job,
    "aws_instance": _instance,
    "aws_launch_configuration": _launch_configuration,
    "aws_launch_template": _launch_template,
}
