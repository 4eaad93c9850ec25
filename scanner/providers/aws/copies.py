"""Buckets of ours that weights are copied to: by replication of the bucket they lie in, or by DataSync.

A copy is guarded by the bucket that it lies in, whose name and tags may say nothing of weights. Sources: S3
User Guide, "What does Amazon S3 replicate?" (replication-what-is-isnot-replicated.html): replicas keep their
names; DataSync User Guide, "Transferring files, objects, and directories"
(https://docs.aws.amazon.com/datasync/latest/userguide/how-datasync-transfer-works.html, read 2026-11-22).
Fixture: ``replicated-bucket``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from scanner.model import Resource, Signal
from scanner.providers.aws.library import at, field_evidence
from scanner.providers.aws.storage import bucket_name, common, objects_arn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scanner.config import AssetLabel
    from scanner.model import Evidence
    from scanner.providers.aws.storage import Bucket
    from scanner.providers.aws.stores.transfers import Transfers
    from scanner.snapshot import Snapshot

_COPIED: Final = 60
_LIKELY: Final = 50
"""Score from which a location is taken to hold weights, as in `scanner.assets`."""
_WEIGHTS: Final = frozenset({"model-weights", "training-output"})


class _Copy(NamedTuple):
    """Objects of `source` arrive at `target`; both are globs of ARNs."""

    source: str
    target: str
    why: str
    evidence: Evidence


def read_copies(
    snapshot: Snapshot,
    buckets: Mapping[str, Bucket],
    transfers: Transfers,
    resources: Mapping[str, Resource],
    labels: Iterable[AssetLabel],
) -> Iterator[Resource]:
    """Yield the places in buckets of ours where copies of weights arrive, in order, with what says so."""
    weights = [label.match for label in labels if label.class_ in _WEIGHTS]
    weights += [
        resource.id
        for resource in resources.values()
        if any(signal.score >= _LIKELY and signal.asset_class in _WEIGHTS for signal in resource.signals)
    ]
    found: dict[str, Resource] = {}
    for copy in (*_replicas(snapshot), *_transferred(transfers)):
        held = sorted({part for place in weights if (part := common(copy.source, place)) is not None})
        bucket = buckets.get(bucket_name(copy.target) or "")
        if not held or bucket is None or common(copy.source, copy.target) is not None:
            continue
        known = found.get(copy.target) or resources.get(copy.target)
        known = known or Resource(copy.target, "s3-objects", "aws", bucket.account, tags=bucket.tags)
        signal = Signal(_COPIED, "model-weights", copy.why, copy.evidence)
        found[copy.target] = msgspec.structs.replace(
            known,
            name=copy.target.removeprefix("arn:aws:s3:::"),
            signals=tuple(sorted({*known.signals, signal}, reverse=True)),
            uses=tuple(sorted({*known.uses, *held})),
        )
    yield from (found[target] for target in sorted(found))


def _replicas(snapshot: Snapshot) -> Iterator[_Copy]:
    for document in snapshot.all("aws", "s3", "GetBucketReplication"):
        for index, rule in enumerate(at(document.body, "/ReplicationConfiguration/Rules") or ()):
            place = at(rule, "/Filter/Prefix") or at(rule, "/Filter/And/Prefix") or rule.get("Prefix") or ""
            target = str(at(rule, "/Destination/Bucket") or "")
            if target and rule.get("Status") == "Enabled":
                evidence = field_evidence(document, f"/ReplicationConfiguration/Rules/{index}")
                source = f"arn:aws:s3:::{document.id.key}/{place}*"
                why = f"{document.id.key} is replicated to it"
                yield _Copy(source, f"{target}/{place}*", why, evidence)


def _transferred(transfers: Transfers) -> Iterator[_Copy]:
    for task in transfers.tasks:
        target = objects_arn(task.target, prefix=True)
        if target is not None:
            evidence = field_evidence(task.document, "/DestinationLocationArn")
            why = f"a task of DataSync copies {bucket_name(task.source.objects)} to it"
            yield _Copy(task.source.objects, target, why, evidence)
