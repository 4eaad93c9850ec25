"""Disks, file systems, Access Grants and resource shares: what lies beside buckets, and who gets it.

Source: AWS provider, "aws_snapshot_create_volume_permission", "aws_s3control_access_grant" and their like
(https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3control_access_grant, read
2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import stores
from scanner.iac.terraform.values import Open, has_open, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.made import Made
    from scanner.iac.terraform.bodies import Body

_LAUNCH: Final = {
    "account_id": "UserId",
    "group": "Group",
    "organization_arn": "OrganizationArn",
    "organizational_unit_arn": "OrganizationalUnitArn",
}


def _snapshot(made: Made) -> None:
    """Read a snapshot, which is encrypted as the volume is that it is of, or as a copy says."""
    whole: dict[str, Any] = {"Tags": made.tags(), **made.fields({"description": "Description"})}
    volume = _volume_of(made)
    key = Open("of a volume elsewhere") if volume is None else volume.get("kms_key_id")
    if volume is None or has_open([volume.get("encrypted"), key]):
        made.instance.say("whether it is encrypted, and with which key, cannot be told")
        whole |= {"Encrypted": True, "KmsKeyId": made.home.arn("kms", f"key/{made.address}-unknown")}
    elif volume.get("encrypted") is True:
        whole |= {"Encrypted": True, "KmsKeyId": "alias/aws/ebs" if key is None else plain(key)}
    stores.disk(made.drafts, made.home, "snapshot", made.id, made.piece(whole))


def _volume_of(made: Made) -> Body | None:
    """Return what says how a snapshot is encrypted, None when the code does not make the volume."""
    if not made.body.has("volume_id"):
        return made.body
    wanted = made.body.get("volume_id")
    for module in made.instance.root.module.modules():
        for other in module.instances():
            if other.type == "aws_ebs_volume" and not other.is_data and other.attribute("id") == wanted:
                return other.body
    return None


def _image(made: Made) -> None:
    mappings = [
        {"Ebs": {"SnapshotId": snapshot}}
        for body in made.body.blocks("ebs_block_device")
        if (snapshot := made.text("snapshot_id", body)) is not None
    ]
    whole = {"Name": made.name, "Tags": made.tags(), "BlockDeviceMappings": mappings}
    stores.disk(made.drafts, made.home, "image", made.id, made.piece(whole))


def _shared(kind: str, named: str) -> Callable[[Made], None]:
    def read(made: Made) -> None:
        id_, share = made.text(named), made.fields(_LAUNCH)
        if id_ is None or not share:
            return
        if not stores.disk_shared(made.drafts, made.home, kind, id_, made.piece(share)):
            made.instance.say(f"it shares {id_}, which the code does not make")

    return read


def _file_system(made: Made) -> None:
    tags = made.tags()
    name = next((tag["Value"] for tag in tags if tag["Key"] == "Name"), None)
    whole = {"Tags": tags, **({"Name": name} if name else {})}
    stores.file_system(made.drafts, made.home, made.id, made.piece(whole))


def _file_system_policy(made: Made) -> None:
    id_, policy = made.text("file_system_id"), made.policy("policy")
    if id_ is not None and policy is not None:
        stores.file_system_policy(made.drafts, made.home, id_, policy)


def _mount_target(made: Made) -> None:
    id_, subnet = made.text("file_system_id"), made.text("subnet_id")
    if id_ is None or subnet is None:
        return
    known = made.drafts.get(made.home.id("ec2", "DescribeSubnets.Subnets", subnet))
    vpc = known.body.get("VpcId") if known is not None else None
    whole = {"SubnetId": subnet, **({"VpcId": vpc} if vpc else {})}
    stores.mount_target(made.drafts, made.home, id_, made.address, made.piece(whole))


def _grants(made: Made) -> None:
    stores.grants(made.drafts, made.home, made.whole)


def _grants_policy(made: Made) -> None:
    policy = made.policy("policy")
    if policy is not None:
        stores.grants_policy(made.drafts, made.home, policy)


def _location(made: Made) -> None:
    whole = made.fields({"location_scope": "LocationScope", "iam_role_arn": "IAMRoleArn"})
    stores.grants_location(made.drafts, made.home, made.address, made.piece(whole))


def _grant(made: Made) -> None:
    """Read a grant, of its location's scope without the star, and what is below.

    Source: S3 User Guide, "Create grants", "Subprefix"
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-grants-grant-create.html, read 2026-11).
    """
    location, permission = made.text("access_grants_location_id"), made.text("permission")
    scope = stores.location_scope(made.drafts, made.home, location) if location is not None else None
    if location is None or permission is None:
        return
    for body in made.body.blocks("access_grants_location_configuration"):
        below = made.text("s3_sub_prefix", body)
        if body.has("s3_sub_prefix"):
            scope = f"{scope.removesuffix('*')}{below}" if scope is not None and below is not None else None
    if scope is None:
        made.instance.say("what it grants cannot be told")
        return
    for body in made.body.blocks("grantee"):
        fields = {"grantee_type": "GranteeType", "grantee_identifier": "GranteeIdentifier"}
        whole = {"Grantee": made.fields(fields, body), "Permission": permission, "GrantScope": scope}
        stores.grant(made.drafts, made.home, made.address, location, made.piece(whole))


def _share(made: Made) -> None:
    external = made.flag("allow_external_principals")
    whole = {"name": made.name, "allowExternalPrincipals": external is not False}
    stores.share(made.drafts, made.home, made.arn, made.piece(whole))


def _in_share(attribute: str, field: str) -> Callable[[Made], None]:
    def read(made: Made) -> None:
        arn, value = made.text("resource_share_arn"), made.text(attribute)
        if arn is not None and value is not None:
            part = made.piece({field: value})
            stores.share_of(made.drafts, made.home, arn, part, principal=field == "id")

    return read


FIRST: Final[dict[str, Callable[[Made], None]]] = {
    "aws_ami": _image,
    "aws_ebs_snapshot": _snapshot,
    "aws_ebs_snapshot_copy": _snapshot,
    "aws_s3control_access_grants_instance": _grants,
    "aws_s3control_access_grants_location": _location,
}
TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "aws_ami_launch_permission": _shared("image", "image_id"),
    "aws_efs_file_system": _file_system,
    "aws_efs_file_system_policy": _file_system_policy,
    "aws_efs_mount_target": _mount_target,
    "aws_ram_principal_association": _in_share("principal", "id"),
    "aws_ram_resource_association": _in_share("resource_arn", "arn"),
    "aws_ram_resource_share": _share,
    "aws_s3control_access_grant": _grant,
    "aws_s3control_access_grants_instance_resource_policy": _grants_policy,
    "aws_snapshot_create_volume_permission": _shared("snapshot", "snapshot_id"),
}
