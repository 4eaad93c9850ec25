"""Places beside buckets: what is read but not followed says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scanner import config
from scanner.providers.aws.estate import AwsEstate
from tests.worlds import FIXTURES, World, read_world

if TYPE_CHECKING:
    from scanner.snapshot import Gap


def world(name: str) -> World:
    return next(iter(read_world(FIXTURES / "aws" / name)))


def gaps(of: World) -> dict[str, Gap]:
    estate = AwsEstate(of.snapshot(), config.load(of.directory / "sidedoor.yaml"))
    for node in estate.resources:
        list(estate.hops_into(node))
    return {str(gap.id): gap for gap in estate.coverage()}


UNFOLLOWED = {
    "a grant to a group of a directory": (
        "access-grants",
        {},
        "aws:100000000001:us-east-1:s3control:ListAccessGrants.AccessGrantsList"
        "/arn:aws:s3:us-east-1:100000000001:access-grants/default/g-2",
        True,
    ),
    "a grant to a role": (
        "access-grants",
        {},
        "aws:100000000001:us-east-1:s3control:ListAccessGrants.AccessGrantsList"
        "/arn:aws:s3:us-east-1:100000000001:access-grants/default/g-1",
        False,
    ),
    "an access point that transforms objects": (
        "access-points",
        {
            "aws:100000000001:us-east-1:s3control:"
            "ListAccessPointsForObjectLambda.ObjectLambdaAccessPointList/redact": {"Name": "redact"}
        },
        "aws:100000000001:us-east-1:s3control:"
        "ListAccessPointsForObjectLambda.ObjectLambdaAccessPointList/redact",
        True,
    ),
    "an access point of a directory bucket": (
        "directory-bucket",
        {
            "aws:100000000001:us-east-1:s3control:ListAccessPointsForDirectoryBuckets.AccessPointList/door": {
                "Name": "door"
            }
        },
        "aws:100000000001:us-east-1:s3control:ListAccessPointsForDirectoryBuckets.AccessPointList/door",
        True,
    ),
    "a file system with an access point of S3": (
        "mounted-file-system",
        {
            "aws:100000000001:us-east-1:fsx:DescribeS3AccessPointAttachments.S3AccessPointAttachments/door": {
                "Name": "door"
            }
        },
        "aws:100000000001:us-east-1:fsx:DescribeS3AccessPointAttachments.S3AccessPointAttachments/door",
        True,
    ),
    "a file system of weights without a policy": (
        "file-system",
        {
            "aws:100000000001:us-east-1:efs:DescribeFileSystemPolicy"
            "/arn:aws:elasticfilesystem:us-east-1:100000000001:file-system/fs-0aa": None
        },
        "aws:100000000001:us-east-1:efs:DescribeFileSystems.FileSystems"
        "/arn:aws:elasticfilesystem:us-east-1:100000000001:file-system/fs-0aa",
        True,
    ),
    "a file system with a policy": (
        "file-system",
        {},
        "aws:100000000001:us-east-1:efs:DescribeFileSystems.FileSystems"
        "/arn:aws:elasticfilesystem:us-east-1:100000000001:file-system/fs-0aa",
        False,
    ),
}


@pytest.mark.parametrize(("name", "changed", "id_", "is_gap"), UNFOLLOWED.values(), ids=UNFOLLOWED)
def test_what_is_not_followed_is_a_gap(
    name: str,
    changed: dict[str, object],
    id_: str,
    is_gap: bool,
) -> None:
    seen = world(name)
    seen.documents.update(changed)
    found = gaps(seen).get(id_)
    assert (found is not None) == is_gap
    assert found is None or (found.reason, found.effect) == ("not-implemented", "understated")
