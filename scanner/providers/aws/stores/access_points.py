"""S3 access points, of one region or of several: second doors to a bucket, with policies of their own.

Sources, below https://docs.aws.amazon.com/AmazonS3/latest/userguide/, read 2026-11-22: "Configuring IAM
policies for using access points" (access-points-policies.html), "Managing public access to access points"
(access-points-bpa-settings.html), "Using Multi-Region Access Points" (MultiRegionAccessPoints.html).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from scanner.providers.aws.access import Unread
from scanner.providers.aws.library import at
from scanner.snapshot import Document, DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.access import Policy
    from scanner.providers.aws.library import Library
    from scanner.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """A door to the objects of `bucket`. `vpc` is the only network it takes requests from; None: any.

    `blocks_public_policy` is its own setting; the bucket's and its owner's account's come on top.
    """

    arn: str
    account: str
    bucket: str
    vpc: str | None
    policy: Policy | Unread | None
    blocks_public_policy: bool | Unread
    document: Document

    @property
    def origin(self) -> str:
        """The value of ``s3:AccessPointNetworkOrigin``."""
        return "VPC" if self.vpc else "Internet"


def read_access_points(snapshot: Snapshot, library: Library) -> dict[str, tuple[AccessPoint, ...]]:
    """Return the access points of each bucket by its name, in ARN order."""
    found: dict[str, list[AccessPoint]] = defaultdict(list)
    for point in sorted([*_regional(snapshot, library), *_global(snapshot, library)], key=lambda p: p.arn):
        found[point.bucket].append(point)
    return {bucket: tuple(points) for bucket, points in sorted(found.items())}


def _regional(snapshot: Snapshot, library: Library) -> Iterator[AccessPoint]:
    for listed in snapshot.all("aws", "s3control", "ListAccessPoints.AccessPointList"):
        body = listed.body or {}
        described = snapshot.get(msgspec.structs.replace(listed.id, field="GetAccessPoint"))
        blocks: bool | Unread
        if isinstance(described, Gap):
            blocks = Unread(str(described.id))
        else:
            blocks = bool(at(described.body, "/PublicAccessBlockConfiguration/RestrictPublicBuckets"))
        if body.get("Bucket"):
            yield AccessPoint(
                arn=listed.id.key,
                account=listed.id.scope,
                bucket=body["Bucket"],
                vpc=at(body, "/VpcConfiguration/VpcId"),
                policy=library.get(
                    msgspec.structs.replace(listed.id, field="GetAccessPointPolicy"), "/Policy"
                ),
                blocks_public_policy=blocks,
                document=listed,
            )


def _global(snapshot: Snapshot, library: Library) -> Iterator[AccessPoint]:
    """Yield a Multi-Region Access Point once for each of its buckets. None is bound to a network."""
    for listed in snapshot.all("aws", "s3control", "ListMultiRegionAccessPoints.AccessPoints"):
        body = listed.body or {}
        policy = DocumentId(
            "aws", listed.id.scope, "", "s3control", "GetMultiRegionAccessPointPolicy", listed.id.key
        )
        for region in body.get("Regions") or ():
            if region.get("Bucket") and body.get("Alias"):
                yield AccessPoint(
                    arn=f"arn:aws:s3::{listed.id.scope}:accesspoint/{body['Alias']}",
                    account=listed.id.scope,
                    bucket=region["Bucket"],
                    vpc=None,
                    policy=library.get(policy, "/Policy/Established/Policy"),
                    blocks_public_policy=bool(at(body, "/PublicAccessBlock/RestrictPublicBuckets")),
                    document=listed,
                )
