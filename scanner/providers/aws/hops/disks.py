"""Hops into EBS snapshots and machine images: reading and mounting them, being shared with, and sharing.

Whoever may make a volume of a snapshot and attach it, or start a machine of an image with a script of its
own, reads what is on it without a permission of the EBS direct APIs. A share opens an encrypted snapshot only
to those whom its key lets in too, or one of the keys associated with it. Sources, read 2026-11-22: EBS User
Guide, "Share the KMS key used to encrypt a shared Amazon EBS snapshot"
(https://docs.aws.amazon.com/ebs/latest/userguide/share-kms-key.html), "Use EBS direct APIs to access the
contents of an EBS snapshot" (ebs-accessing-snapshot.html): an account reads what is shared with it, and
blocks by tokens that ``ListSnapshotBlocks`` gives out; EC2 User Guide, "Example policies to control access
the Amazon EC2 API" (ExamplePolicies_EC2.html): making a volume of a snapshot takes the permission on both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from scanner.model import CERTAINTIES
from scanner.providers.aws.access import Decision
from scanner.providers.aws.arn import account_of
from scanner.providers.aws.hops import asking
from scanner.providers.aws.hops.asking import GRANT, READ, Lock, unlocking
from scanner.providers.aws.hops.choosing import may
from scanner.providers.aws.library import field_evidence
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

_READ_BLOCKS = ("ebs:GetSnapshotBlock", "ebs:ListSnapshotBlocks")
_OWN_MACHINE = "the caller is root on a machine that it attaches a volume to"
_OWN_SCRIPT = "the machine runs a script of the caller's"
_SHARE = {SNAPSHOT: "ec2:ModifySnapshotAttribute"}
_SHARE_IMAGE = "ec2:ModifyImageAttribute"


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a snapshot or a machine image; none for another node."""
    disk = estate.stores.disks.get(node)
    if disk is None:
        return
    places = [disk.account]
    for source, proof in disk.shared:
        account = account_of(source)
        if account is not None and estate.organization.is_ours(account):
            places.append(account)
        else:
            yield from _shared(estate, disk, source, proof)
    if disk.unread is not None:
        for hop in _shared(estate, disk, ANY_ACCOUNT, field_evidence(disk.document, "")):
            yield msgspec.structs.replace(
                hop, certainty=max(hop.certainty, "possible", key=CERTAINTIES.index), missing=(disk.unread,)
            )
    for account in dict.fromkeys(places):
        yield from asking.once(
            _by_calls(estate, disk, account, reading, keys)
            for reading in _readings(disk, account)
            for keys in _ways_in(disk)
        )
    sharing = Question(_SHARE.get(disk.kind, _SHARE_IMAGE), disk.arn, disk.account)
    yield from asking.hops(estate, node, GRANT, sharing, own_account_only=True)


class _Reading(NamedTuple):
    """Calls that together read a disk, on what is there and on what the caller makes."""

    calls: tuple[tuple[str, str], ...]
    choices: tuple[tuple[str, str], ...] = ()
    assumed: tuple[str, ...] = ()


def _readings(disk: Disk, account: str) -> Iterator[_Reading]:
    """Yield the ways to read a disk in an account, the easiest first."""
    if disk.parts:
        yield _Reading(tuple((action, part) for part in disk.parts for action in _READ_BLOCKS))
        own = f"arn:aws:ec2:{disk.region}:{account}"
        yield _Reading(
            tuple(("ec2:CreateVolume", part) for part in disk.parts),
            (
                ("ec2:CreateVolume", f"{own}:volume/*"),
                ("ec2:AttachVolume", f"{own}:volume/*"),
                ("ec2:AttachVolume", f"{own}:instance/*"),
            ),
            (_OWN_MACHINE,),
        )
    made = [
        ("ec2:RunInstances", f"arn:aws:ec2:{disk.region}:{account}:{kind}/*")
        for kind in ("instance", "network-interface", "security-group", "subnet", "volume")
    ]
    if disk.kind == SNAPSHOT:  # on a further disk of a machine of any image
        made.append(("ec2:RunInstances", f"arn:aws:ec2:{disk.region}::image/*"))
    yield _Reading((("ec2:RunInstances", disk.arn),), tuple(made), (_OWN_SCRIPT,))


def _by_calls(
    estate: AwsEstate, disk: Disk, account: str, reading: _Reading, keys: tuple[str, ...]
) -> Iterator[Hop]:
    """Yield the hops of those who may make every call of a way, and whom one choice of keys lets in."""
    first, *further = (Question(action, on, account) for action, on in reading.calls)
    for identity, said in estate.oracle.insiders(first):
        if said.is_denied:
            continue
        answers = [estate.oracle.decide(identity, question) for question in further]
        answers += [may(estate, identity, action, glob) for action, glob in reading.choices]
        if not any(answer.is_denied for answer in answers):
            yield from estate.steps.hops(
                READ.type,
                identity.node,
                disk.arn,
                (said, *answers, *_opened(estate, disk, keys, identity)),
                gains=(READ.gain,),
                assumed=reading.assumed,
            )


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
