"""Where weights lie beside buckets, and whom that is shared with: disks, file systems, grants, shares.

Forms: `scanner.providers.aws.collect.disks`, ``efs``, ``s3control`` and ``ram``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.aws.drafts import Home, Piece

if TYPE_CHECKING:
    from scanner.iac.aws.drafts import Drafts
    from scanner.snapshot import DocumentId

_EC2, _EFS, _S3, _RAM = "ec2", "efs", "s3control", "ram"
_DISKS: Final = {
    "snapshot": ("DescribeSnapshots", "Snapshots", "SnapshotId", "DescribeSnapshotAttribute"),
    "image": ("DescribeImages", "Images", "ImageId", "DescribeImageAttribute"),
}
_SHARED: Final = {"snapshot": "CreateVolumePermissions", "image": "LaunchPermissions"}


def disk(drafts: Drafts, home: Home, kind: str, id_: str, whole: Piece) -> None:
    """Declare a ``snapshot`` or ``image``: ``Encrypted``, ``KmsKeyId``, ``BlockDeviceMappings``, tags."""
    operation, listed, named, attribute = _DISKS[kind]
    drafts.put(home.id(_EC2, f"{operation}.{listed}", id_), whole.with_fields(**{named: id_}))
    drafts.assume(home.id(_EC2, attribute, id_), {named: id_, _SHARED[kind]: []})
    drafts.lived_in(home)


def disk_shared(drafts: Drafts, home: Home, kind: str, id_: str, share: Piece) -> bool:
    """Share a snapshot or image that is declared; False when it is not."""
    operation, listed, _, attribute = _DISKS[kind]
    if drafts.get(home.id(_EC2, f"{operation}.{listed}", id_)) is None:
        return False
    drafts.at(home.id(_EC2, attribute, id_)).append(f"/{_SHARED[kind]}", share)
    return True


def file_system(drafts: Drafts, home: Home, id_: str, whole: Piece) -> None:
    """Declare a file system of EFS: name and tags."""
    drafts.put(_system(home, "DescribeFileSystems.FileSystems", id_), whole.with_fields(FileSystemId=id_))
    drafts.lived_in(home)


def file_system_policy(drafts: Drafts, home: Home, id_: str, policy: Piece) -> None:
    """Attach a policy to a file system."""
    drafts.put(_system(home, "DescribeFileSystemPolicy", id_), policy.wrapped("Policy"))


def mount_target(drafts: Drafts, home: Home, id_: str, name: str, whole: Piece) -> None:
    """Put a file system into a subnet: ``SubnetId``, and ``VpcId`` where it is known."""
    drafts.put(_system(home, "DescribeMountTargets.MountTargets", id_, f"/{name}"), whole)


def _system(home: Home, field: str, id_: str, rest: str = "") -> DocumentId:
    arn = home.arn("elasticfilesystem", f"file-system/{id_}")
    return home.id(_EFS, field, f"{arn}{rest}")


def grants_instance(home: Home) -> str:
    """Return the ARN of the one instance of Access Grants that a region has."""
    return home.arn("s3", "access-grants/default")


def grants(drafts: Drafts, home: Home, whole: Piece) -> None:
    """Declare the instance of Access Grants."""
    arn = grants_instance(home)
    listed = home.id(_S3, "ListAccessGrantsInstances.AccessGrantsInstancesList", arn)
    drafts.put(listed, whole.with_fields(AccessGrantsInstanceArn=arn))
    drafts.lived_in(home)


def grants_policy(drafts: Drafts, home: Home, policy: Piece) -> None:
    """Attach a policy to the instance of Access Grants."""
    place = home.id(_S3, "GetAccessGrantsInstanceResourcePolicy", grants_instance(home))
    drafts.put(place, policy.wrapped("Policy"))


def grants_location(drafts: Drafts, home: Home, id_: str, whole: Piece) -> None:
    """Register a location: ``LocationScope``, ``IAMRoleArn``."""
    key = f"{grants_instance(home)}/{id_}"
    piece = whole.with_fields(AccessGrantsLocationId=id_)
    drafts.put(home.id(_S3, "ListAccessGrantsLocations.AccessGrantsLocationsList", key), piece)


def grant(drafts: Drafts, home: Home, id_: str, location: str, whole: Piece) -> None:
    """Grant a location, or what is below ``sub`` of it: ``Grantee``, ``Permission``."""
    key = f"{grants_instance(home)}/{id_}"
    piece = whole.with_fields(AccessGrantId=id_, AccessGrantsLocationId=location)
    drafts.put(home.id(_S3, "ListAccessGrants.AccessGrantsList", key), piece)


def location_scope(drafts: Drafts, home: Home, id_: str) -> str | None:
    """Return what a registered location covers, None when code registers none with this id."""
    key = f"{grants_instance(home)}/{id_}"
    found = drafts.get(home.id(_S3, "ListAccessGrantsLocations.AccessGrantsLocationsList", key))
    scope = found.body.get("LocationScope") if found is not None else None
    return scope if isinstance(scope, str) else None


def share(drafts: Drafts, home: Home, arn: str, whole: Piece) -> None:
    """Declare a share of Resource Access Manager."""
    piece = whole.with_fields(resourceShareArn=arn, status="ACTIVE")
    drafts.put(home.id(_RAM, "GetResourceShares.resourceShares", arn), piece)
    drafts.lived_in(home)


def share_of(drafts: Drafts, home: Home, arn: str, part: Piece, *, principal: bool) -> None:
    """Put a resource (``arn``) or a principal (``id``) into a share."""
    field, listed = ("ListPrincipals", "principals") if principal else ("ListResources", "resources")
    drafts.at(home.id(_RAM, field)).append(f"/{listed}", part.with_fields(resourceShareArn=arn))


def complete(drafts: Drafts) -> None:
    """Say that each list ends here and which policies there are not, where code has any of a service."""
    for kind, (operation, listed, _, _) in _DISKS.items():
        del kind
        for draft in drafts.of(_EC2, f"{operation}.{listed}"):
            drafts.assume(Home(draft.id.scope, draft.id.region).id(_EC2, operation), {})
    for draft in drafts.of(_EFS, "DescribeFileSystems.FileSystems"):
        home = Home(draft.id.scope, draft.id.region)
        drafts.assume(home.id(_EFS, "DescribeFileSystemPolicy", draft.id.key))
        drafts.assume(home.id(_EFS, "DescribeMountTargets", draft.id.key), {})
        drafts.assume(home.id(_EFS, "DescribeFileSystems"), {})
    for draft in drafts.of(_S3, "ListAccessGrantsInstances.AccessGrantsInstancesList"):
        home = Home(draft.id.scope, draft.id.region)
        drafts.assume(home.id(_S3, "GetAccessGrantsInstanceResourcePolicy", draft.id.key))
    for draft in drafts.of(_RAM, "GetResourceShares.resourceShares"):
        home = Home(draft.id.scope, draft.id.region)
        drafts.assume(home.id(_RAM, "ListResources"), {"resources": []})
        drafts.assume(home.id(_RAM, "ListPrincipals"), {"principals": []})
