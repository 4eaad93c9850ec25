"""What copies and mirrors weights: FSx file systems, DataSync, and AWS Backup.

A backup plan makes recovery points of what it selects, and copies where it says, once it runs: they are told
as if it had. Forms: `scanner.providers.aws.collect.fsx`, ``datasync`` and ``backup``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.aws.drafts import Home, Piece

if TYPE_CHECKING:
    from scanner.iac.aws.drafts import Drafts

_FSX, _SYNC, _BACKUP = "fsx", "datasync", "backup"
_VAULTS: Final = "ListBackupVaults.BackupVaultList"


def file_system(drafts: Drafts, home: Home, id_: str, whole: Piece) -> None:
    """Declare a file system of FSx: ``FileSystemType``, ``NetworkInterfaceIds``, ``Tags``."""
    piece = whole.with_fields(
        FileSystemId=id_, ResourceARN=home.arn(_FSX, f"file-system/{id_}"), OwnerId=home.account
    )
    drafts.put(home.id(_FSX, "DescribeFileSystems.FileSystems", id_), piece)
    drafts.lived_in(home)


def mirror(drafts: Drafts, home: Home, id_: str, whole: Piece) -> None:
    """Associate a file system with a place in S3: ``FileSystemId``, ``DataRepositoryPath``."""
    piece = whole.with_fields(AssociationId=id_, Lifecycle="AVAILABLE")
    drafts.put(home.id(_FSX, "DescribeDataRepositoryAssociations.Associations", id_), piece)


def location(drafts: Drafts, home: Home, arn: str, uri: Piece, *, role: Piece | None = None) -> None:
    """Declare a place that DataSync reads or writes, of S3 with the role that it does so as."""
    body = {"LocationArn": arn, "LocationUri": uri.body}
    drafts.put(home.id(_SYNC, "ListLocations.Locations", arn), Piece(body, uri.places))
    if role is not None:
        described = {**body, "S3Config": {"BucketAccessRoleArn": role.body}}
        drafts.put(home.id(_SYNC, "DescribeLocationS3", arn), Piece(described, role.places))
    drafts.lived_in(home)


def task(drafts: Drafts, home: Home, arn: str, whole: Piece) -> None:
    """Declare a transfer: ``SourceLocationArn``, ``DestinationLocationArn``, ``Schedule``."""
    drafts.put(home.id(_SYNC, "ListTasks.Tasks", arn), Piece({"TaskArn": arn}, whole.places))
    drafts.put(home.id(_SYNC, "DescribeTask", arn), whole.with_fields(TaskArn=arn))
    drafts.lived_in(home)


def vault(drafts: Drafts, home: Home, name: str, whole: Piece) -> None:
    """Declare a vault: ``VaultType``, ``EncryptionKeyArn``; without a key it is AWS's own."""
    arn = vault_arn(home, name)
    piece = whole.with_fields(BackupVaultName=name, BackupVaultArn=arn)
    drafts.put(home.id(_BACKUP, _VAULTS, arn), piece)
    drafts.lived_in(home)


def vault_arn(home: Home, name: str) -> str:
    """Return the ARN of a vault."""
    return home.arn(_BACKUP, f"backup-vault:{name}")


def vault_policy(drafts: Drafts, home: Home, name: str, document: Piece) -> None:
    """Give a vault its access policy."""
    drafts.put(
        home.id(_BACKUP, "GetBackupVaultAccessPolicy", vault_arn(home, name)), document.wrapped("Policy")
    )


def recovery_point(
    drafts: Drafts, home: Home, vault_name: str, id_: str, source: Piece, *, kind: str
) -> None:
    """Say that a plan will make recovery points of `source` in a vault."""
    arn = home.arn(_BACKUP, f"recovery-point:{id_}")
    body = {"RecoveryPointArn": arn, "ResourceArn": source.body, "ResourceType": kind, "Status": "COMPLETED"}
    key = f"{vault_arn(home, vault_name)}/{arn}"
    id_of = home.id(_BACKUP, "ListRecoveryPointsByBackupVault.RecoveryPoints", key)
    drafts.put(id_of, Piece(body, source.places))


def copy_job(drafts: Drafts, home: Home, id_: str, source: Piece, target: str) -> None:
    """Say that a plan will copy recovery points of `source` to a vault."""
    body = {"CopyJobId": id_, "ResourceArn": source.body, "DestinationBackupVaultArn": target}
    piece = Piece({**body, "State": "COMPLETED"}, source.places)
    drafts.put(home.id(_BACKUP, "ListCopyJobs.CopyJobs", id_), piece)


def complete(drafts: Drafts) -> None:
    """Say that each list ends here, where code has any of a service."""
    for draft in drafts.of(_BACKUP, _VAULTS):
        home = Home(draft.id.scope, draft.id.region)
        drafts.assume(home.id(_BACKUP, "GetBackupVaultAccessPolicy", draft.id.key))
        drafts.assume(home.id(_BACKUP, "ListRecoveryPointsByBackupVault", draft.id.key), {})
    for service, field, lists in (
        (_BACKUP, _VAULTS, ("ListBackupVaults", "ListCopyJobs")),
        (_SYNC, "ListLocations.Locations", ("ListLocations", "ListTasks")),
        (
            _FSX,
            "DescribeFileSystems.FileSystems",
            ("DescribeFileSystems", "DescribeDataRepositoryAssociations"),
        ),
    ):
        for draft in drafts.of(service, field):
            for listed in lists:
                drafts.assume(Home(draft.id.scope, draft.id.region).id(service, listed), {})
