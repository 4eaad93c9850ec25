"""Hops into stores and vaults by their backups: restoring them, and vaults and copies that others have.

Whoever may restore a recovery point and pass a role to AWS Backup gets the data without a permission on the
store it is of. No other account restores from a vault, whatever its policy says; one that a logically
air-gapped vault is shared with does, and an account that a backup was copied to has it. Backups are copied
within an organization only, so that nobody copies them to a stranger's account. Sources: see
`stores.backups`, and "Access control"
(https://docs.aws.amazon.com/aws-backup/latest/devguide/access-control.html, read 2026-11-22). Fixture:
``backups``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model import Hop
from scanner.providers.aws.access import Decision
from scanner.providers.aws.arn import root
from scanner.providers.aws.hops import copying
from scanner.providers.aws.hops.asking import Lock, unlocking
from scanner.providers.aws.hops.choosing import may
from scanner.providers.aws.hops.passing import trust_in
from scanner.providers.aws.hops.shares import sharer
from scanner.providers.aws.library import field_evidence
from scanner.providers.aws.outsiders import Caller
from scanner.providers.aws.questions import Answer, Question
from scanner.providers.aws.storage import bucket_name
from scanner.verdict import Allowed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity
    from scanner.providers.aws.stores.backups import Point, Vault

_SERVICE = "backup.amazonaws.com"
_RESTORE = "backup:StartRestoreJob"
_ANY_OBJECT = "arn:aws:s3:::*/*"
# what the role of a restore job needs, by the type of what is restored: "AWS managed policies for AWS
# Backup", AWSBackupServiceRolePolicyForRestores and …ForS3Restore (security-iam-awsmanpol.html)
_MAKING = {
    "S3": ("s3:PutObject", _ANY_OBJECT),
    "EFS": ("elasticfilesystem:Restore", "arn:aws:elasticfilesystem:*:*:file-system/*"),
    "EBS": ("ec2:CreateVolume", "arn:aws:ec2:*:*:volume/*"),
    "EC2": ("ec2:RunInstances", "arn:aws:ec2:*:*:instance/*"),
    "FSx": ("fsx:CreateFileSystemFromBackup", "arn:aws:fsx:*:*:file-system/*"),
}
_READ_IT = "the caller reads what it restores"
_FOREIGN = ("foreign-identity-policy",)
_GIVEN = Decision(Allowed(), assumed=_FOREIGN)


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a vault, or into what recovery points are of; none for another node."""
    points = estate.stores.backups.of(node)
    first_of = {point.vault.arn: point for point in reversed(points)}
    for arn in sorted(first_of):
        yield from _shared(estate, node, first_of[arn].vault, first_of[arn])
    for account, job in estate.stores.backups.copies(node):
        if not estate.organization.is_ours(account):
            yield Hop(node, root(account), "copy", gains=("read",), evidence=(job,))
    for point in {(point.vault.arn, point.kind): point for point in points}.values():
        yield from _restored(estate, node, point)


def _shared(estate: AwsEstate, node: str, vault: Vault, point: Point) -> Iterator[Hop]:
    """Yield the hops of outsiders that a vault is shared with, as far as its key lets them."""
    for name, proof in estate.stores.shares.get(vault.arn, ()):
        source = sharer(estate, name)
        if source is None:
            continue
        lock = Lock(vault.key, vault.account, vault.region, "backup")
        given = Answer(Question(_RESTORE, point.arn, vault.account), _GIVEN)
        yield from estate.steps.hops(
            "copy",
            source,
            node,
            (given, *unlocking(estate, lock, "kms:Decrypt", Caller(source, source))),
            foreign=True,
            gains=("read",),
            evidence=(*proof, field_evidence(point.document, "/ResourceArn")),
        )


def _restored(estate: AwsEstate, node: str, point: Point) -> Iterator[Hop]:
    """Yield the hops of our identities that may restore a recovery point with a role that they may pass."""
    vault = point.vault
    making = _MAKING.get(point.kind)
    if making is None:
        return
    restoring = Question(_RESTORE, point.arn, vault.account, vault.policy)
    lock = Lock(vault.key, vault.account, vault.region, "backup")
    for role in estate.service_roles.of(_SERVICE):
        taken = (trust_in(estate, role, _SERVICE), *unlocking(estate, lock, "kms:Decrypt", role))
        if role.account != vault.account or any(answer.is_denied for answer in taken):
            continue
        if may(estate, role, *making).is_denied:
            continue
        context = {"iam:passedtoservice": (_SERVICE,)}
        passing = Question("iam:PassRole", role.arn, role.account, context=context)
        for identity, passed in estate.oracle.insiders(passing):
            if passed.is_denied or identity.account != role.account or identity.node == role.node:
                continue
            doing = (estate.oracle.decide(identity, restoring), *_reading(estate, identity, point))
            if any(answer.is_denied for answer in doing) or _has_it(estate, node, identity):
                continue
            yield from estate.steps.hops(
                "copy",
                identity.node,
                node,
                (*doing, passed, *taken),
                gains=("read",),
                evidence=(field_evidence(point.document, "/ResourceArn"),),
                assumed=() if point.kind == "S3" else (_READ_IT,),
            )


def _reading(estate: AwsEstate, identity: Identity, point: Point) -> Iterator[Answer]:
    """Yield whether an identity reads some bucket, to restore one into; elsewhere it is taken for granted."""
    if point.kind == "S3":
        yield may(estate, identity, "s3:GetObject", _ANY_OBJECT)


def _has_it(estate: AwsEstate, node: str, identity: Identity) -> bool:
    bucket = estate.buckets.get(bucket_name(node) or "")
    return bucket is not None and copying.needs_no_copy(estate, bucket, identity, node)
