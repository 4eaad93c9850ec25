"""FSx file systems, DataSync and AWS Backup.

Source: AWS provider, "aws_fsx_lustre_file_system", "aws_datasync_location_s3", "aws_backup_plan" and their
like (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/backup_plan, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import copies, network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.iac.terraform.aws.made import Made
    from scanner.iac.terraform.bodies import Body

_KINDS: Final = {"s3": "S3", "elasticfilesystem": "EFS", "fsx": "FSx", "ec2": "EBS"}


def _file_system(kind: str) -> Callable[[Made], None]:
    def read(made: Made) -> None:
        interfaces = []
        groups = [{"GroupId": group} for group in made.texts("security_group_ids")]
        for number, subnet in enumerate(made.texts("subnet_ids")):
            id_ = f"eni-{made.address}-{number}"
            network.interface(made.drafts, made.home, id_, subnet, made.piece({"Groups": groups}))
            interfaces.append(id_)
        whole = {"FileSystemType": kind, "NetworkInterfaceIds": interfaces, "Tags": made.tags()}
        copies.file_system(made.drafts, made.home, made.id, made.piece(whole))

    return read


def _mirror(made: Made) -> None:
    names = {"data_repository_path": "DataRepositoryPath", "file_system_id": "FileSystemId"}
    copies.mirror(made.drafts, made.home, f"dra-{made.address}", made.piece(made.fields(names)))


def _bucket(made: Made) -> None:
    bucket, below = made.text("s3_bucket_arn"), made.text("subdirectory") or "/"
    uri = None if bucket is None else f"s3://{bucket.partition(':::')[2] or bucket}/{below.lstrip('/')}"
    role = next((made.piece(b.get("bucket_access_role_arn"), b) for b in made.body.blocks("s3_config")), None)
    copies.location(made.drafts, made.home, made.arn, made.piece(uri or "s3://"), role=role)


def _location(scheme: str) -> Callable[[Made], None]:
    """Return a reader of another kind of place; where in it data lies says nothing of who reads it."""

    def read(made: Made) -> None:
        copies.location(made.drafts, made.home, made.arn, made.piece(f"{scheme}://{made.address}/"))

    return read


def _task(made: Made) -> None:
    names = {"destination_location_arn": "DestinationLocationArn", "source_location_arn": "SourceLocationArn"}
    whole: dict[str, Any] = made.fields(names)
    for body in made.body.blocks("schedule"):
        whole["Schedule"] = {
            "Status": "ENABLED",
            **made.fields({"schedule_expression": "ScheduleExpression"}, body),
        }
    for block, field in (("includes", "Includes"), ("excludes", "Excludes")):
        if filters := [
            made.fields({"filter_type": "FilterType", "value": "Value"}, b) for b in made.body.blocks(block)
        ]:
            whole[field] = filters
    copies.task(made.drafts, made.home, made.arn, made.piece(whole))


def _vault(kind: str) -> Callable[[Made], None]:
    def read(made: Made) -> None:
        names = {"encryption_key_arn": "EncryptionKeyArn", "kms_key_arn": "EncryptionKeyArn"}
        whole = {"VaultType": kind, **made.fields(names)}
        copies.vault(made.drafts, made.home, made.name, made.piece(whole))

    return read


def _vault_policy(made: Made) -> None:
    name, document = made.text("backup_vault_name"), made.policy("policy")
    if name is not None and document is not None:
        copies.vault_policy(made.drafts, made.home, name, document)


def _selection(made: Made) -> None:
    """Read what a plan backs up; what it finds by tags or wildcards is not told by the code."""
    sources = made.texts("resources")
    plain = [source for source in sources if "*" not in source]
    if len(plain) < len(sources) or made.body.blocks("selection_tag") or made.body.blocks("condition"):
        made.instance.say("what it selects by tags or wildcards is not followed")
    for number, (rule, source) in enumerate((r, s) for r in _rules(made) for s in plain):
        kind = _KINDS.get(source.split(":")[2] if source.count(":") > 2 else "", "")
        vault, name = made.text("target_vault_name", rule), f"{made.address}-{number}"
        if vault is not None:
            copies.recovery_point(made.drafts, made.home, vault, name, made.piece(source), kind=kind)
        for copied in rule.blocks("copy_action"):
            target = made.text("destination_vault_arn", copied)
            if target is not None:
                copies.copy_job(made.drafts, made.home, name, made.piece(source), target)


def _rules(made: Made) -> Iterator[Body]:
    """Yield the rules of the plan that a selection is for."""
    wanted = made.text("plan_id")
    for module in made.instance.root.module.modules():
        for other in module.instances():
            is_plan = other.type == "aws_backup_plan" and not other.is_data
            if is_plan and wanted is not None and other.attribute("id") == wanted:
                yield from other.body.blocks("rule")


_ELSEWHERE: Final = {
    "azure_blob": "azure-blob",
    "efs": "efs",
    "fsx_lustre_file_system": "fsxl",
    "fsx_ontap_file_system": "fsxn",
    "fsx_openzfs_file_system": "fsxz",
    "fsx_windows_file_system": "fsxw",
    "hdfs": "hdfs",
    "nfs": "nfs",
    "object_storage": "object-storage",
    "smb": "smb",
}
FIRST: Final[dict[str, Callable[[Made], None]]] = {
    "aws_backup_logically_air_gapped_vault": _vault("LOGICALLY_AIR_GAPPED_BACKUP_VAULT"),
    "aws_backup_vault": _vault("BACKUP_VAULT"),
}
TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "aws_backup_selection": _selection,
    "aws_backup_vault_policy": _vault_policy,
    "aws_datasync_location_s3": _bucket,
    "aws_datasync_task": _task,
    "aws_fsx_data_repository_association": _mirror,
    "aws_fsx_lustre_file_system": _file_system("LUSTRE"),
    "aws_fsx_ontap_file_system": _file_system("ONTAP"),
    "aws_fsx_openzfs_file_system": _file_system("OPENZFS"),
    "aws_fsx_windows_file_system": _file_system("WINDOWS"),
    **{f"aws_datasync_location_{name}": _location(scheme) for name, scheme in _ELSEWHERE.items()},
}
