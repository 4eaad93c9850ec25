"""Backups of what holds weights: the vaults they lie in, and copies that were made of them.

| document | key | body |
|---|---|---|
| ``ListBackupVaults.BackupVaultList`` | ARN | ``VaultType``, ``EncryptionKeyArn`` |
| ``GetBackupVaultAccessPolicy`` | ARN of a vault | ``Policy`` as JSON; no body: no policy |
| ``ListRecoveryPointsByBackupVault.RecoveryPoints`` | VAULT/ARN | ``ResourceArn``; 1,000 a vault |
| ``ListCopyJobs.CopyJobs`` | id | ``ResourceArn``, ``DestinationBackupVaultArn``; done ones |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

_VAULTS = ("ListBackupVaults.BackupVaultList",)
_NAME = {"BackupVaultName": "BackupVaultName"}
_MOST = 1000

TABLE: Final = Service(
    name="backup",
    scope="regional",
    rows=(
        Row(operation="ListBackupVaults", lists={"BackupVaultList": "BackupVaultArn"}, effect="understated"),
        Row(
            operation="GetBackupVaultAccessPolicy",
            each=_VAULTS,
            params=_NAME,
            policies=("Policy",),
            none=("ResourceNotFoundException",),
            effect="overstated",
        ),
        Row(
            operation="ListRecoveryPointsByBackupVault",
            each=_VAULTS,
            params=_NAME,
            lists={"RecoveryPoints": "@key/RecoveryPointArn"},
            limit=_MOST,
            effect="understated",
        ),
        Row(
            operation="ListCopyJobs",
            given=({"ByState": "COMPLETED"},),
            lists={"CopyJobs": "CopyJobId"},
            limit=_MOST,
            effect="understated",
        ),
    ),
)
