"""What is collected and not followed: each such document is a gap, so that nobody takes it for clean."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scanner.providers.aws.stores import access_grants
from scanner.snapshot import Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.snapshot import Document, Snapshot


class _Kind(NamedTuple):
    """Documents that no hop looks at, why, and which of them are meant."""

    service: str
    field: str
    why: str
    meant: Callable[[Document], bool] = lambda document: bool(document.body)


_KINDS = (
    _Kind(
        "s3control",
        "ListAccessPointsForDirectoryBuckets.AccessPointList",
        "access points of directory buckets are not followed",
    ),
    _Kind(
        "fsx",
        "DescribeS3AccessPointAttachments.S3AccessPointAttachments",
        "who reads a file system through an access point of S3 is not followed",
    ),
    _Kind(
        "s3control",
        "ListAccessPointsForObjectLambda.ObjectLambdaAccessPointList",
        "access points that transform objects are not followed",
    ),
    _Kind(
        "s3control",
        "ListAccessGrants.AccessGrantsList",
        "grants to users and groups of a directory are not followed",
        access_grants.is_directory,
    ),
)


def unfollowed(snapshot: Snapshot) -> Iterator[Gap]:
    """Yield a gap that can only hide findings for each document of these kinds."""
    for kind in _KINDS:
        for document in snapshot.all("aws", kind.service, kind.field):
            if kind.meant(document):
                yield Gap(document.id, "not-implemented", kind.why, "understated")
