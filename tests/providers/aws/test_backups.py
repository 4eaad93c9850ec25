"""Backups: what they are of, who has copies, and vaults that hold weights by name."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.config import Config, Ours, OursAws
from scanner.providers.aws.estate import AwsEstate
from tests.providers.aws.documents import OTHER, OURS, snapshot

STRANGER = "900000000009"
PLACE = f"aws:{OURS}:us-east-1"
VAULT = f"arn:aws:backup:us-east-1:{OURS}:backup-vault:nightly"
POINT = f"arn:aws:backup:us-east-1:{OURS}:recovery-point:1"
BUCKET, OBJECTS = "arn:aws:s3:::weights", "arn:aws:s3:::weights/a/*"
SYSTEM = f"arn:aws:elasticfilesystem:us-east-1:{OURS}:file-system/fs-0aa"
VOLUME = f"arn:aws:ec2:us-east-1:{OURS}:volume/vol-0aa"
DISK, SNAPSHOT = (
    "arn:aws:ec2:us-east-1::snapshot/snap-0aa",
    f"{PLACE}:ec2:DescribeSnapshots.Snapshots/snap-0aa",
)
SHARED = {
    f"{PLACE}:ram:ListResources": {"resources": [{"arn": VAULT, "resourceShareArn": "s-1"}]},
    f"{PLACE}:ram:ListPrincipals": {"principals": [{"id": STRANGER, "resourceShareArn": "s-1"}]},
}
BASE: dict[str, Any] = {
    f"aws:{OURS}::sts:GetCallerIdentity": {"Account": OURS},
    f"{PLACE}:backup:ListBackupVaults.BackupVaultList/{VAULT}": {
        "BackupVaultName": "nightly",
        "BackupVaultArn": VAULT,
        "EncryptionKeyArn": "arn:aws:kms:us-east-1:600000000001:key/aws-owned",
    },
    f"aws:{OURS}::s3:ListBuckets.Buckets/weights": {"Name": "weights"},
    f"aws:{OURS}::s3:GetBucketPolicy/weights": None,
    SNAPSHOT: {"SnapshotId": "snap-0aa", "VolumeId": "vol-0aa"},
}


def point(of: str, kind: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - raw JSON
    body = {"RecoveryPointArn": POINT, "ResourceArn": of, "ResourceType": kind, "Status": "COMPLETED", **more}
    return {f"{PLACE}:backup:ListRecoveryPointsByBackupVault.RecoveryPoints/{VAULT}/{POINT}": body}


def copied(of: str, account: str, state: str = "COMPLETED") -> dict[str, Any]:
    vault = f"arn:aws:backup:us-east-1:{account}:backup-vault:offsite"
    job = {"CopyJobId": "j", "State": state, "ResourceArn": of, "DestinationBackupVaultArn": vault}
    return {f"{PLACE}:backup:ListCopyJobs.CopyJobs/j": job}


def estate(*parts: dict[str, Any]) -> AwsEstate:
    documents = dict(BASE)
    for part in parts:
        documents.update(part)
    return AwsEstate(snapshot(documents), Config(ours=Ours(aws=OursAws(accounts=(OURS, OTHER)))))


# What the snapshot says beside a vault, the node, and whether a stranger has a copy of it.
CASES: dict[str, tuple[tuple[dict[str, Any], ...], str, bool]] = {
    "a bucket, of a part of it": ((point(BUCKET, "S3"), SHARED), OBJECTS, True),
    "a bucket of a longer name": ((point(f"{BUCKET}-2", "S3"), SHARED), OBJECTS, False),
    "a file system": ((point(SYSTEM, "EFS"), SHARED), SYSTEM, True),
    "a volume, of a snapshot of it": ((point(VOLUME, "EBS"), SHARED), DISK, True),
    "another volume": ((point(f"{VOLUME}b", "EBS"), SHARED), DISK, False),
    "the vault itself": ((point(BUCKET, "S3"), SHARED), VAULT, True),
    "an empty vault": ((SHARED,), VAULT, False),
    "a backup that has expired": ((point(BUCKET, "S3", Status="EXPIRED"), SHARED), OBJECTS, False),
    "a vault that nobody shares": ((point(BUCKET, "S3"),), OBJECTS, False),
    "a copy of a bucket's": ((copied(BUCKET, STRANGER),), OBJECTS, True),
    "a copy that failed": ((copied(BUCKET, STRANGER, "FAILED"),), OBJECTS, False),
    "a copy in an account of ours": ((copied(BUCKET, OTHER),), OBJECTS, False),
    "a copy of another bucket's": ((copied(f"{BUCKET}-2", STRANGER),), OBJECTS, False),
}


@pytest.mark.parametrize(("parts", "node", "expected"), CASES.values(), ids=CASES)
def test_who_has_backups(parts: tuple[dict[str, Any], ...], node: str, expected: bool) -> None:
    found = [(hop.source, hop.type, hop.certainty) for hop in estate(*parts).hops_into(node)]
    assert found == [(f"arn:aws:iam::{STRANGER}:root", "copy", "proven")] * expected


NAMES = {
    "a bucket of weights": (BUCKET, {}, True),
    "a bucket of a site": ("arn:aws:s3:::site", {}, False),
    "a file system with a name": (SYSTEM, {"ResourceName": "model-weights"}, True),
}


@pytest.mark.parametrize(("of", "more", "expected"), NAMES.values(), ids=NAMES)
def test_a_vault_holds_weights_by_name(of: str, more: dict[str, Any], expected: bool) -> None:
    vault = estate(point(of, "S3", **more)).resources[VAULT]
    assert bool(vault.signals) is expected
    assert vault.uses == (f"{of}/*" if of.startswith("arn:aws:s3") else of,)
