"""S3 Access Grants: who gets short-lived credentials of a location's role, for which objects.

Source: S3 User Guide, "Managing access with S3 Access Grants", "Create grants", "Register a location"
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-grants.html, read 2026-11-22).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from scanner.providers.aws.library import at
from scanner.snapshot import Document

if TYPE_CHECKING:
    from scanner.providers.aws.access import Policy, Unread
    from scanner.providers.aws.library import Library
    from scanner.snapshot import Snapshot

DIRECTORY = frozenset({"DIRECTORY_USER", "DIRECTORY_GROUP"})


@dataclass(frozen=True, slots=True)
class AccessGrant:
    """One grant. `scope` is a glob of object ARNs, `policy` that of the instance, `role` the location's.

    `permissions` are ``READ`` and ``WRITE`` as far as granted. `location` is None when it was not read.
    """

    instance: str
    account: str
    grantee: str
    scope: str
    permissions: frozenset[str]
    role: str
    policy: Policy | Unread | None
    document: Document
    location: Document | None

    @property
    def grantable_as(self) -> str:
        """Return the ARN of the location, as policies name it."""
        return f"{self.instance}/location/{self.document.id.key.rpartition('/')[2]}"


def read_access_grants(snapshot: Snapshot, library: Library) -> tuple[AccessGrant, ...]:
    """Return the grants to IAM principals, in the order of their documents."""
    grants = []
    for document in snapshot.all("aws", "s3control", "ListAccessGrants.AccessGrantsList"):
        body, id_ = document.body or {}, document.id
        grantee = at(body, "/Grantee/GranteeIdentifier")
        scope = str(body.get("GrantScope", ""))
        if not grantee or not scope.lower().startswith("s3://") or is_directory(document):
            continue
        instance = id_.key.rpartition("/")[0]
        place = f"{instance}/{body.get('AccessGrantsLocationId', '')}"
        location = snapshot.get(
            msgspec.structs.replace(
                id_, field="ListAccessGrantsLocations.AccessGrantsLocationsList", key=place
            )
        )
        known = location if isinstance(location, Document) else None
        policy = msgspec.structs.replace(id_, field="GetAccessGrantsInstanceResourcePolicy", key=instance)
        grants.append(
            AccessGrant(
                instance=instance,
                account=id_.scope,
                grantee=grantee,
                scope=f"arn:aws:s3:::{scope[len('s3://') :]}",
                permissions=frozenset({"READ", "WRITE"} if body.get("Permission") == "READWRITE" else ())
                | {str(body.get("Permission"))},
                role=str(at(known.body, "/IAMRoleArn") or "") if known else "",
                policy=library.get(policy, "/Policy"),
                document=document,
                location=known,
            )
        )
    return tuple(grants)


def read_grantable(snapshot: Snapshot) -> tuple[AccessGrant, ...]:
    """Return the widest grant that can be made of each location, to nobody yet."""
    found = []
    for document in snapshot.all("aws", "s3control", "ListAccessGrantsLocations.AccessGrantsLocationsList"):
        scope = str(at(document.body, "/LocationScope") or "").rstrip("*")
        if not scope.lower().startswith("s3://"):
            continue
        found.append(
            AccessGrant(
                instance=document.id.key.rpartition("/")[0],
                account=document.id.scope,
                grantee="",
                scope=f"arn:aws:s3:::{scope[len('s3://') :]}*",
                permissions=frozenset({"READ", "WRITE"}),
                role=str(at(document.body, "/IAMRoleArn") or ""),
                policy=None,
                document=document,
                location=document,
            )
        )
    return tuple(found)


def is_directory(document: Document) -> bool:
    """Tell whether a grant is to a user or group of a directory, whom no IAM policy names."""
    return at(document.body, "/Grantee/GranteeType") in DIRECTORY
