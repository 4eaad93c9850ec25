"""Where AWS delivers the records of what is done: the places that an audit rests on.

Sources: CloudTrail User Guide, "Finding your CloudTrail log files": ``PREFIX/AWSLogs/ACCOUNT/CloudTrail``,
of an organization's trail ``PREFIX/AWSLogs/ORGANIZATION``; Bedrock User Guide, "Monitor model invocation
using CloudWatch Logs and Amazon S3": ``PREFIX/AWSLogs/ACCOUNT/BedrockModelInvocationLogs``
(https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html and
https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html, read 2026-11-22). Log
groups, and targets of server access logs, are not followed.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from scanner.model import Resource, Signal
from scanner.providers.aws.arn import Arn
from scanner.providers.aws.library import at, field_evidence
from scanner.providers.aws.storage import bucket_name, objects_arn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.providers.aws.storage import Bucket
    from scanner.snapshot import Document, Snapshot

_DELIVERED: Final = 90


def read_logs(
    snapshot: Snapshot, buckets: Mapping[str, Bucket], organization: str | None
) -> Iterator[Resource]:
    """Yield each place of a log once, in order."""
    found: dict[str, set[Signal]] = defaultdict(set)
    for place, why, document, pointer in (
        *_of_trails(snapshot, organization),
        *_of_bedrock(snapshot),
        *_of_captures(snapshot),
    ):
        found[place].add(Signal(_DELIVERED, "audit-log", why, field_evidence(document, pointer)))
    for place in sorted(found):
        bucket = buckets.get(bucket_name(place) or "")
        yield Resource(
            place,
            "s3-objects",
            "aws",
            scope=bucket.account if bucket else None,
            name=place.removeprefix("arn:aws:s3:::"),
            tags=bucket.tags if bucket else (),
            signals=tuple(sorted(found[place], reverse=True)),
        )


def _of_trails(snapshot: Snapshot, organization: str | None) -> Iterator[tuple[str, str, Document, str]]:
    for document in snapshot.all("aws", "cloudtrail", "DescribeTrails.trailList"):
        trail = document.body
        account = Arn.parse(trail["TrailARN"]).account
        below = f"{account}/CloudTrail/*"
        if trail.get("IsOrganizationTrail"):
            below = f"{organization}/*" if organization else "*"
        if trail.get("S3BucketName"):
            place = _place(trail["S3BucketName"], trail.get("S3KeyPrefix"), below)
            yield place, f"trail {trail.get('Name', '')} delivers to it", document, "/S3BucketName"


def _of_bedrock(snapshot: Snapshot) -> Iterator[tuple[str, str, Document, str]]:
    pointer = "/loggingConfig/s3Config"
    for document in snapshot.all("aws", "bedrock", "GetModelInvocationLoggingConfiguration"):
        target = at(document.body, pointer)
        if target and target.get("bucketName"):
            below = f"{document.id.scope}/BedrockModelInvocationLogs/*"
            place = _place(target["bucketName"], target.get("keyPrefix"), below)
            yield place, "Bedrock logs invocations to it", document, pointer


def _of_captures(snapshot: Snapshot) -> Iterator[tuple[str, str, Document, str]]:
    pointer = "/DataCaptureConfig/DestinationS3Uri"
    for document in snapshot.all("aws", "sagemaker", "DescribeEndpointConfig"):
        uri = at(document.body, pointer)
        place = objects_arn(uri, prefix=True) if isinstance(uri, str) else None
        if place:
            yield place, f"endpoint configuration {document.id.key} captures calls to it", document, pointer


def _place(bucket: str, prefix: str | None, below: str) -> str:
    start = f"{prefix.rstrip('/')}/" if prefix else ""
    return f"arn:aws:s3:::{bucket}/{start}AWSLogs/{below}"
