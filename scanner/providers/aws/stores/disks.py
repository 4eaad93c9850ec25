"""EBS snapshots and machine images: what speaks for weights there, whom they are shared with, and their keys.

Sources: EBS User Guide, "Share an EBS snapshot" and "Block public access for snapshots"
(https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html), EC2 User Guide,
"Shared AMI usage in Amazon EC2" (sharing-amis.html), read 2026-11-22; EC2 API Reference, "Snapshot": an
associated key is "a second way to access the snapshot's data for cross-account sharing and copying".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from scanner.catalog import load_weight_signals
from scanner.model import Evidence, Resource, Signal
from scanner.providers.aws.arn import Arn, root
from scanner.providers.aws.identities import tags_of
from scanner.providers.aws.library import at, field_evidence
from scanner.providers.aws.outsiders import ANY_ACCOUNT
from scanner.snapshot import Document, DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.catalog import WeightSignals
    from scanner.snapshot import Snapshot

SNAPSHOT, IMAGE = "ebs-snapshot", "machine-image"


@dataclass(frozen=True, slots=True)
class Disk:
    """A snapshot or image. `shared` are accounts' nodes, or any account, with what says so.

    `parts` are the ARNs of the snapshots that it takes, itself if it is one. `locks` are the keys, one set
    for each of them that is encrypted: any key of a set opens that snapshot. `unread` names the list of whom
    it is shared with, where that was refused.
    """

    arn: str
    kind: str
    account: str
    region: str
    shared: tuple[tuple[str, Evidence], ...]
    parts: tuple[str, ...]
    locks: tuple[tuple[str, ...], ...]
    unread: str | None
    document: Document


def read_disks(snapshot: Snapshot) -> dict[str, Disk]:
    """Return every snapshot and image of our own by ARN, in ARN order."""
    found = [*_snapshots(snapshot)]
    keys = {disk.arn: disk.locks for disk in found}
    found += _images(snapshot, keys)
    return {disk.arn: disk for disk in sorted(found, key=lambda d: d.arn)}


def _snapshots(snapshot: Snapshot) -> Iterator[Disk]:
    for document in snapshot.all("aws", "ec2", "DescribeSnapshots.Snapshots"):
        id_, body = document.id, document.body or {}
        names = [body.get("KmsKeyId")]
        names += [key.get("KmsKeyId") for key in body.get("AssociatedKmsKeys") or ()]
        keys = tuple(name for name in names if isinstance(name, str) and name)
        attribute = msgspec.structs.replace(id_, field="DescribeSnapshotAttribute")
        blocked = _blocks_all(snapshot, id_)
        yield Disk(
            arn=f"arn:aws:ec2:{id_.region}::snapshot/{id_.key}",
            kind=SNAPSHOT,
            account=id_.scope,
            region=id_.region,
            shared=tuple(
                (node, proof)
                for node, proof in _shares(snapshot, attribute, "CreateVolumePermissions")
                if not (blocked and node == ANY_ACCOUNT)
            ),
            parts=(f"arn:aws:ec2:{id_.region}::snapshot/{id_.key}",),
            locks=(keys,) if body.get("Encrypted") and keys else (),
            unread=_refused(snapshot, attribute),
            document=document,
        )


def _images(snapshot: Snapshot, keys: dict[str, tuple[tuple[str, ...], ...]]) -> Iterator[Disk]:
    for document in snapshot.all("aws", "ec2", "DescribeImages.Images"):
        id_, body = document.id, document.body or {}
        parts = [
            f"arn:aws:ec2:{id_.region}::snapshot/{at(mapping, '/Ebs/SnapshotId')}"
            for mapping in body.get("BlockDeviceMappings") or ()
            if at(mapping, "/Ebs/SnapshotId")
        ]
        attribute = msgspec.structs.replace(id_, field="DescribeImageAttribute")
        yield Disk(
            arn=f"arn:aws:ec2:{id_.region}::image/{id_.key}",
            kind=IMAGE,
            account=id_.scope,
            region=id_.region,
            shared=tuple(_shares(snapshot, attribute, "LaunchPermissions")),
            parts=tuple(parts),
            locks=tuple(lock for part in parts for lock in keys.get(part, ())),
            unread=_refused(snapshot, attribute),
            document=document,
        )


def _blocks_all(snapshot: Snapshot, id_: DocumentId) -> bool:
    """Tell whether public sharing is off even for snapshots that are shared; unread means it is not."""
    state = snapshot.get(msgspec.structs.replace(id_, field="GetSnapshotBlockPublicAccessState", key=""))
    return not isinstance(state, Gap) and at(state.body, "/State") == "block-all-sharing"


def _refused(snapshot: Snapshot, attribute: DocumentId) -> str | None:
    found = snapshot.get(attribute)
    return str(found.id) if isinstance(found, Gap) and found.reason != "not-collected" else None


def _shares(snapshot: Snapshot, attribute: DocumentId, field: str) -> Iterator[tuple[str, Evidence]]:
    found = snapshot.get(attribute)
    if isinstance(found, Gap):
        return
    for index, share in enumerate((found.body or {}).get(field) or ()):
        proof = field_evidence(found, f"/{field}/{index}")
        organization = share.get("OrganizationArn") or share.get("OrganizationalUnitArn")
        if share.get("Group") == "all":
            yield ANY_ACCOUNT, proof
        elif share.get("UserId"):
            yield root(share["UserId"]), proof
        elif organization:
            yield root(Arn.parse(organization).account), proof  # its management account stands for all of it


def resources(disks: Iterable[Disk]) -> Iterator[Resource]:
    """Yield each with what its tags, name and description say of weights."""
    signals = load_weight_signals()
    for disk in disks:
        tags = tags_of(disk.document.body)
        yield Resource(
            disk.arn,
            disk.kind,
            "aws",
            scope=disk.account,
            name=dict(tags).get("Name") or disk.document.body.get("Name") or disk.document.id.key,
            tags=tags,
            signals=tuple(sorted(_signals(disk.document, tags, signals), reverse=True)),
        )


def _signals(
    document: Document, tags: tuple[tuple[str, str], ...], signals: WeightSignals
) -> Iterator[Signal]:
    tagged = signals.score_tags(tags)
    if tagged is not None:
        yield Signal(tagged.score, "model-weights", tagged.reason, field_evidence(document, "/Tags"))
    named = {"/Name": document.body.get("Name"), "/Description": document.body.get("Description")}
    named["/Tags"] = dict(tags).get("Name")
    for pointer, text in named.items():
        words = "-".join(str(text or "").split())
        scored = signals.score_bucket_name(words) if words else None
        if scored is not None:
            reason = scored.reason.replace("bucket", "disk")
            yield Signal(scored.score, "model-weights", reason, field_evidence(document, pointer))
