"""What is collected and not followed: each such document is a gap, so that nobody takes it for clean."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scanner.providers.aws.library import at
from scanner.providers.aws.stores import access_grants
from scanner.snapshot import Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scanner.snapshot import Document, Snapshot


_UNMADE = ("CREATE_IN_PROGRESS", "CREATE_FAILED", "DELETE_IN_PROGRESS")


def _is_live(document: Document, pointer: str, *gone: str) -> bool:
    """Tell whether there is what a document describes: its state is none of those without a way in."""
    return bool(document.body) and at(document.body, pointer) not in gone


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
    _Kind(
        "vpc-lattice",
        "ListServices.items",
        "who calls a service of VPC Lattice, from which network or account, is not followed",
        lambda document: _is_live(document, "/status", *_UNMADE),
    ),
    _Kind(
        "vpc-lattice",
        "ListResourceConfigurations.items",
        "who calls what a resource configuration of VPC Lattice shares is not followed",
        lambda document: _is_live(document, "/status", *_UNMADE),
    ),
    _Kind(
        "ec2",
        "DescribeVerifiedAccessEndpoints.VerifiedAccessEndpoints",
        "who logs in at a Verified Access endpoint, and what it leads to, is not followed",
        lambda document: _is_live(document, "/Status/Code", "pending", "deleting", "deleted"),
    ),
    # ports 22 and 3389 of machines, for whoever has ec2-instance-connect:OpenTunnel and a key of the machine:
    # EC2 User Guide, "Connect using EC2 Instance Connect Endpoint" (connect-using-eice.html, read
    # 2026-11-22); who may push a key (SendSSHPublicKey) is followed
    _Kind(
        "ec2",
        "DescribeInstanceConnectEndpoints.InstanceConnectEndpoints",
        "who opens a tunnel to machines by an EC2 Instance Connect endpoint, with a key, is not followed",
        lambda document: _is_live(
            document, "/State", "create-in-progress", "create-failed", "delete-complete"
        ),
    ),
)


def unfollowed(snapshot: Snapshot) -> Iterator[Gap]:
    """Yield a gap that can only hide findings for each document of these kinds."""
    for kind in _KINDS:
        for document in snapshot.all("aws", kind.service, kind.field):
            if kind.meant(document):
                yield Gap(document.id, "not-implemented", kind.why, "understated")
