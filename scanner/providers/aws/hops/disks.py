"""Hops into EBS snapshots and machine images: reading blocks, being shared with, and sharing.

A share opens an encrypted snapshot only to those whom its key lets in too, or one of the keys associated with
it. Sources, read 2026-11-22: EBS User Guide, "Share the KMS key used to encrypt a shared Amazon EBS snapshot"
(https://docs.aws.amazon.com/ebs/latest/userguide/share-kms-key.html), "Use EBS direct APIs to access the
contents of an EBS snapshot" (ebs-accessing-snapshot.html): an account reads what is shared with it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from scanner.providers.aws.access import Decision
from scanner.providers.aws.arn import account_of
from scanner.providers.aws.hops import asking
from scanner.providers.aws.hops.asking import GRANT, READ, Lock, unlocking
from scanner.providers.aws.outsiders import ANY_ACCOUNT, Caller
from scanner.providers.aws.questions import Answer, Question
from scanner.providers.aws.stores.disks import SNAPSHOT
from scanner.verdict import Allowed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Evidence, Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.identities import Identity
    from scanner.providers.aws.stores.disks import Disk

_READ_BLOCKS = "ebs:GetSnapshotBlock"
_SHARE = {SNAPSHOT: "ec2:ModifySnapshotAttribute"}
_SHARE_IMAGE = "ec2:ModifyImageAttribute"


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a snapshot or a machine image; none for another node."""
    disk = estate.stores.disks.get(node)
    if disk is None:
        return
    places = [disk.account] if disk.kind == SNAPSHOT else []
    for source, proof in disk.shared:
        account = account_of(source)
        if account is not None and estate.organization.is_ours(account):
            places += [account] if disk.kind == SNAPSHOT else []
        else:
            yield from _shared(estate, disk, source, proof)
    for account in dict.fromkeys(places):
        blocks = Question(_READ_BLOCKS, disk.arn, account)
        yield from asking.once(
            asking.hops(estate, node, READ, blocks, partial(_opened, estate, disk, keys))
            for keys in _ways_in(disk)
        )
    sharing = Question(_SHARE.get(disk.kind, _SHARE_IMAGE), disk.arn, disk.account)
    yield from asking.hops(estate, node, GRANT, sharing, own_account_only=True)


def _shared(estate: AwsEstate, disk: Disk, source: str, proof: Evidence) -> Iterator[Hop]:
    """Yield the hop of an account that a disk is shared with, by the easiest of its keys."""
    given = Answer(Question("ec2:CreateVolume", disk.arn, disk.account), _GIVEN)
    caller = Caller(source, source.replace("*", "9" * 12) if source == ANY_ACCOUNT else source)
    yield from asking.once(
        estate.steps.hops(
            READ.type,
            source,
            disk.arn,
            (given, *_opened(estate, disk, keys, caller)),
            foreign=True,
            gains=(READ.gain,),
            evidence=(proof,),
        )
        for keys in _ways_in(disk)
    )


_GIVEN = Decision(Allowed(), assumed=("foreign-identity-policy",))


def _ways_in(disk: Disk) -> Iterator[tuple[str, ...]]:
    """Yield each choice of keys that opens all of a disk: its own, or where it has some, associated ones."""
    most = max((len(keys) for keys in disk.locks), default=1)
    for choice in range(most):
        yield tuple(keys[min(choice, len(keys) - 1)] for keys in disk.locks)


def _opened(
    estate: AwsEstate, disk: Disk, keys: tuple[str, ...], who: Identity | Caller
) -> tuple[Answer, ...]:
    locks = [Lock(key, disk.account, disk.region, "ec2") for key in keys]
    return tuple(said for lock in locks for said in unlocking(estate, lock, "kms:Decrypt", who))
