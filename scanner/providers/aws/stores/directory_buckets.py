"""S3 directory buckets (S3 Express One Zone): who guards them, and whether they hold weights.

Their objects are not sampled, because listing them takes a session that can read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from scanner.catalog import load_weight_signals
from scanner.model import Evidence, Resource, Signal
from scanner.providers.aws.storage import bucket_name, default_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.aws.access import Policy, Unread
    from scanner.providers.aws.library import Library
    from scanner.snapshot import Document, Snapshot

KIND = "s3-directory-bucket"
_SUFFIX = "--x-s3"  # S3 User Guide, "Directory bucket naming rules" (directory-bucket-naming-rules.html)


@dataclass(frozen=True, slots=True)
class DirectoryBucket:
    """One bucket; `key` as that of `storage.Bucket`."""

    name: str
    account: str
    region: str
    policy: Policy | Unread | None
    key: str | Unread
    document: Document

    @property
    def arn(self) -> str:
        """The bucket, which a session opens as a whole."""
        return f"arn:aws:s3express:{self.region}:{self.account}:bucket/{self.name}"


def read_directory_buckets(snapshot: Snapshot, library: Library) -> dict[str, DirectoryBucket]:
    """Return every listed directory bucket by ARN, in ARN order."""
    found = {}
    for document in snapshot.all("aws", "s3", "ListDirectoryBuckets.Buckets"):
        id_ = document.id
        if not id_.key.endswith(_SUFFIX):
            continue
        bucket = DirectoryBucket(
            name=id_.key,
            account=id_.scope,
            region=id_.region,
            policy=library.get(msgspec.structs.replace(id_, field="GetBucketPolicy"), "/Policy"),
            key=default_key(snapshot.get(msgspec.structs.replace(id_, field="GetBucketEncryption"))),
            document=document,
        )
        found[bucket.arn] = bucket
    return dict(sorted(found.items()))


def resources(buckets: Iterable[DirectoryBucket], located: Iterable[Resource]) -> Iterator[Resource]:
    """Yield each bucket, with what names its objects by ``s3://`` among `located`."""
    signals = load_weight_signals()
    named: dict[str, list[Signal]] = {}
    for resource in located:
        name = bucket_name(resource.id)
        if name and name.endswith(_SUFFIX):
            named.setdefault(name, []).extend(resource.signals)
    for bucket in buckets:
        found = list(named.get(bucket.name, ()))
        scored = signals.score_bucket_name(bucket.name)
        if scored is not None:
            listed = Evidence(str(bucket.document.id), "/Name", bucket.name)
            found.append(Signal(scored.score, "model-weights", scored.reason, listed))
        yield Resource(
            bucket.arn,
            KIND,
            "aws",
            scope=bucket.account,
            name=bucket.name,
            signals=tuple(sorted(found, reverse=True)),
        )
