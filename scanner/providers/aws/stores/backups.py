"""Backups: recovery points of what may hold weights, the vaults they lie in, and copies in other accounts.

A vault's access policy lets no other account restore: "cross-account access for any action other than
backup:CopyIntoBackupVault will be rejected". What opens one to others is a resource share of a logically
air-gapped vault. Sources, below https://docs.aws.amazon.com/aws-backup/latest/devguide/, read 2026-11-22:
"Vault access policies" (create-a-vault-access-policy.html), "Logically air-gapped vault"
(logicallyairgappedvault.html), "Creating backup copies across AWS accounts"
(create-cross-account-backup.html).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from scanner.catalog import load_weight_signals
from scanner.model import Resource, Signal
from scanner.providers.aws.arn import Arn
from scanner.providers.aws.library import at, field_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Evidence
    from scanner.providers.aws.access import Policy, Unread
    from scanner.providers.aws.library import Library
    from scanner.snapshot import Document, Snapshot

KIND = "backup-vault"
_GONE = frozenset({"EXPIRED", "DELETING", "STOPPED"})


@dataclass(frozen=True, slots=True)
class Vault:
    """A vault. `key` is the ARN of a KMS key of a customer's, ``""`` where AWS owns the key."""

    arn: str
    account: str
    region: str
    policy: Policy | Unread | None
    key: str
    document: Document


@dataclass(frozen=True, slots=True)
class Point:
    """A recovery point in `vault`: `source` is what it is a backup of, `kind` as AWS Backup says."""

    arn: str
    vault: Vault
    source: str
    kind: str
    document: Document


class Backups:
    """Recovery points by vault and by what they hold, and the copies that other accounts have of them."""

    def __init__(self, snapshot: Snapshot, library: Library) -> None:
        self._volumes = _volumes(snapshot)
        self.vaults = {vault.arn: vault for vault in _vaults(snapshot, library)}
        self._points: dict[str, list[Point]] = defaultdict(list)
        for point in _points(snapshot, self.vaults):
            for holder in {point.vault.arn, point.source, point.arn}:
                self._points[holder].append(point)
        self._copies: dict[str, list[tuple[str, Evidence]]] = defaultdict(list)
        for document in snapshot.all("aws", "backup", "ListCopyJobs.CopyJobs"):
            target = Arn.parse(str(at(document.body, "/DestinationBackupVaultArn") or "")).account
            source = at(document.body, "/ResourceArn")
            if target and isinstance(source, str) and source and at(document.body, "/State") == "COMPLETED":
                proof = field_evidence(document, "/DestinationBackupVaultArn")
                self._copies[source].append((target, proof))

    def of(self, node: str) -> tuple[Point, ...]:
        """Return the recovery points in a vault, or of a store that `node` is, or lies in; in ARN order."""
        found = {point.arn: point for name in self._names(node) for point in self._points.get(name, ())}
        return tuple(found[arn] for arn in sorted(found))

    def copies(self, node: str) -> tuple[tuple[str, Evidence], ...]:
        """Return the accounts that backups of a store were copied to, each with one job that did."""
        jobs = (job for name in self._names(node) for job in self._copies.get(name, ()))
        return tuple(sorted(dict(sorted(jobs, key=str, reverse=True)).items(), key=str))

    def _names(self, node: str) -> Iterator[str]:
        """Yield what AWS Backup calls a node: a bucket for its objects, a volume for its snapshots."""
        yield node
        if node.startswith("arn:aws:s3:::"):
            yield node.partition("/")[0]
        if node in self._volumes:
            yield self._volumes[node]


def _vaults(snapshot: Snapshot, library: Library) -> Iterator[Vault]:
    for document in snapshot.all("aws", "backup", "ListBackupVaults.BackupVaultList"):
        id_ = document.id
        key = str(at(document.body, "/EncryptionKeyArn") or "")
        kind = at(document.body, "/EncryptionKeyType")
        owned_by_aws = kind == "AWS_OWNED_KMS_KEY" or (not kind and Arn.parse(key).account != id_.scope)
        yield Vault(
            arn=id_.key,
            account=id_.scope,
            region=id_.region,
            policy=library.get(msgspec.structs.replace(id_, field="GetBackupVaultAccessPolicy"), "/Policy"),
            key="" if owned_by_aws else key,
            document=document,
        )


def _points(snapshot: Snapshot, vaults: dict[str, Vault]) -> Iterator[Point]:
    for document in snapshot.all("aws", "backup", "ListRecoveryPointsByBackupVault.RecoveryPoints"):
        arn, source = at(document.body, "/RecoveryPointArn"), at(document.body, "/ResourceArn")
        vault = vaults.get(document.id.key.removesuffix(f"/{arn}"))
        if vault is None or not isinstance(arn, str) or not isinstance(source, str):
            continue
        if at(document.body, "/Status") not in _GONE:
            yield Point(arn, vault, source, str(at(document.body, "/ResourceType") or ""), document)


def _volumes(snapshot: Snapshot) -> dict[str, str]:
    """Return by the ARN of each EBS snapshot that of the volume it was made of."""
    found = {}
    for document in snapshot.all("aws", "ec2", "DescribeSnapshots.Snapshots"):
        id_, volume = document.id, at(document.body, "/VolumeId")
        if isinstance(volume, str) and volume:
            name = f"arn:aws:ec2:{id_.region}::snapshot/{id_.key}"
            found[name] = f"arn:aws:ec2:{id_.region}:{id_.scope}:volume/{volume}"
    return found


def resources(backups: Backups) -> Iterator[Resource]:
    """Yield each vault with what the names of its recovery points' sources say of weights."""
    signals = load_weight_signals()
    for arn, vault in backups.vaults.items():
        found = set()
        for point in backups.of(arn):
            name = str(at(point.document.body, "/ResourceName") or point.source.rpartition(":")[2])
            scored = signals.score_bucket_name(name.rpartition("/")[2])
            if scored is not None:
                reason = f"backup of {name}: {scored.reason}"
                evidence = field_evidence(point.document, "/ResourceArn")
                found.add(Signal(scored.score, "model-weights", reason, evidence))
        yield Resource(
            arn,
            KIND,
            "aws",
            scope=vault.account,
            name=str(at(vault.document.body, "/BackupVaultName") or ""),
            signals=tuple(sorted(found, reverse=True)[:_MOST_SIGNALS]),
            uses=tuple(sorted({_asset(point.source) for point in backups.of(arn)})),
        )


_MOST_SIGNALS = 3


def _asset(source: str) -> str:
    return f"{source}/*" if source.startswith("arn:aws:s3:::") else source
