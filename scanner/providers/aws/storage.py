"""S3 buckets: who owns them, what guards them, and which of their objects look like weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scanner.providers.aws.access import Unread
from scanner.providers.aws.arn import Arn
from scanner.providers.aws.library import at
from scanner.snapshot import Document, DocumentId, Gap
from scanner.wildcards import covers

if TYPE_CHECKING:
    from scanner.providers.aws.access import Policy
    from scanner.providers.aws.library import Library
    from scanner.snapshot import Snapshot

_PUBLIC_GROUPS = {
    "http://acs.amazonaws.com/groups/global/AllUsers": "*",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "arn:aws:iam::*:root",
}


@dataclass(frozen=True, slots=True)
class AclGrant:
    """One grant of a bucket ACL that is in force: `grantee` is ``*``, any account, or ``canonical:ID``."""

    grantee: str
    permission: str
    document: Document
    pointer: str


@dataclass(frozen=True, slots=True)
class Bucket:
    """`key` is the id or ARN of the default KMS key, ``""`` when objects are not encrypted with one.

    `key` is Unread when the encryption could not be read. `acls_off`: ownership disables ACLs, of objects
    too.
    """

    name: str
    account: str
    region: str
    policy: Policy | Unread | None
    blocks_public_policy: bool | Unread
    acls_off: bool
    acl: tuple[AclGrant, ...] | Unread
    key: str | Unread
    tags: tuple[tuple[str, str], ...]
    document: Document
    objects: Document | None

    @property
    def arn(self) -> str:
        """The bucket itself; its objects are ``ARN/*``."""
        return f"arn:aws:s3:::{self.name}"


def read_buckets(snapshot: Snapshot, library: Library) -> dict[str, Bucket]:
    """Return every listed bucket by name, in name order."""
    buckets: dict[str, Bucket] = {}
    for document in snapshot.all("aws", "s3", "ListBuckets.Buckets"):
        if document.body and document.body.get("Name"):
            bucket = _bucket(snapshot, library, document)
            buckets[bucket.name] = bucket
    return dict(sorted(buckets.items()))


def _bucket(snapshot: Snapshot, library: Library, document: Document) -> Bucket:
    name, account = document.body["Name"], document.id.scope

    def found(operation: str) -> Document | Gap:
        return snapshot.get(DocumentId("aws", account, "", "s3", operation, name))

    ownership = found("GetBucketOwnershipControls")
    rules = at(ownership.body, "/OwnershipControls/Rules") if isinstance(ownership, Document) else None
    acls_off = any(rule.get("ObjectOwnership") == "BucketOwnerEnforced" for rule in rules or ())
    tagging = found("GetBucketTagging")
    location = found("GetBucketLocation")
    objects = found("ListObjectsV2")
    body = location.body if isinstance(location, Document) else None
    return Bucket(
        name=name,
        account=account,
        region=_region((body or {}).get("LocationConstraint")),
        policy=library.get(DocumentId("aws", account, "", "s3", "GetBucketPolicy", name), "/Policy"),
        blocks_public_policy=_blocks(snapshot, account, name, "RestrictPublicBuckets"),
        acls_off=acls_off,
        acl=() if acls_off else _acl(snapshot, account, name),
        key=default_key(found("GetBucketEncryption")),
        tags=_tags(tagging),
        document=document,
        objects=objects if isinstance(objects, Document) and objects.body else None,
    )


def _region(constraint: str | None) -> str:
    """Read a location constraint (S3 API Reference, "GetBucketLocation"): none is us-east-1."""
    return {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}.get(constraint, str(constraint))


def _tags(found: Document | Gap) -> tuple[tuple[str, str], ...]:
    if isinstance(found, Gap) or not found.body:
        return ()
    return tuple(sorted((t["Key"], t["Value"]) for t in found.body.get("TagSet") or []))


def _blocks(snapshot: Snapshot, account: str, name: str, flag: str) -> bool | Unread:
    """Tell whether a block-public-access flag is on for the bucket or its account: the stricter wins.

    Source: S3 User Guide, "Blocking public access" (access-control-block-public-access.html, read
    2026-11-22).
    """
    places = (
        DocumentId("aws", account, "", "s3", "GetPublicAccessBlock", name),
        DocumentId("aws", account, "", "s3control", "GetPublicAccessBlock"),
    )
    unread: Unread | None = None
    for place in places:
        found = snapshot.get(place)
        if isinstance(found, Gap):
            unread = unread or Unread(str(found.id))
        elif at(found.body, f"/PublicAccessBlockConfiguration/{flag}"):
            return True
    return unread or False


def _acl(snapshot: Snapshot, account: str, name: str) -> tuple[AclGrant, ...] | Unread:
    """Return grants to others than the owner that are in force: public ones may be ignored."""
    acl = snapshot.get(DocumentId("aws", account, "", "s3", "GetBucketAcl", name))
    if isinstance(acl, Gap):
        return Unread(str(acl.id))
    ignores = _blocks(snapshot, account, name, "IgnorePublicAcls")
    owner = at(acl.body, "/Owner/ID")
    grants = []
    for index, grant in enumerate((acl.body or {}).get("Grants") or []):
        grantee = _grantee(grant.get("Grantee") or {})
        public = not grantee.startswith("canonical:")
        if grantee == f"canonical:{owner}" or not grantee or (public and ignores is True):
            continue
        if public and isinstance(ignores, Unread):
            return ignores
        grants.append(AclGrant(grantee, grant.get("Permission", ""), acl, f"/Grants/{index}"))
    return tuple(grants)


def _grantee(grantee: dict[str, Any]) -> str:
    if grantee.get("Type") == "CanonicalUser":
        return f"canonical:{grantee.get('ID', '')}"
    return _PUBLIC_GROUPS.get(grantee.get("URI", ""), "")


def default_key(found: Document | Gap) -> str | Unread:
    """Return the KMS key of a ``GetBucketEncryption`` answer, see `Bucket.key`."""
    if isinstance(found, Gap):
        return Unread(str(found.id))
    rules = at(found.body, "/ServerSideEncryptionConfiguration/Rules") or []
    for rule in rules:
        default = rule.get("ApplyServerSideEncryptionByDefault") or {}
        if str(default.get("SSEAlgorithm", "")).startswith("aws:kms"):
            return str(default.get("KMSMasterKeyID") or "alias/aws/s3")
    return ""


def unlisted_bucket(snapshot: Snapshot, name: str) -> Bucket | None:
    """Return a bucket that only the configuration names, where a list of buckets could not be read.

    Everything of it is Unread, so that what depends on it is possible and not absent. None when the buckets
    of all accounts were listed.
    """
    gap = next((g for g in snapshot.gaps_of("aws") if _hides_buckets(g)), None)
    if gap is None:
        return None
    unread = Unread(str(gap.id))
    document = Document(
        DocumentId("aws", gap.id.scope, "", "s3", "ListBuckets.Buckets", name), {"Name": name}
    )
    return Bucket(name, gap.id.scope, "us-east-1", unread, unread, True, unread, unread, (), document, None)


def _hides_buckets(gap: Gap) -> bool:
    operation = gap.id.field.partition(".")[0]
    return (gap.id.service, operation) in {("s3", "ListBuckets"), ("sts", "AssumeRole")}


def bucket_name(resource: str) -> str | None:
    """Return the bucket of an S3 bucket or object ARN or glob, None when it is not one of S3's."""
    arn = Arn.parse(resource)
    return arn.resource.split("/", 1)[0] if arn.service == "s3" and not arn.account else None


def common(scope: str, node: str) -> str | None:
    """Return the narrower of two globs of object ARNs; None when neither covers the other."""
    if covers(scope, node):
        return node
    return scope if covers(node, scope) else None


def objects_arn(uri: str, *, prefix: bool = False) -> str | None:
    """Turn ``s3://bucket/key`` into the ARN of the object, or with `prefix` of all objects below it."""
    if not uri.startswith("s3://"):
        return None
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    if not bucket:
        return None
    if not key:
        return f"arn:aws:s3:::{bucket}/*"
    if prefix or key.endswith("/"):
        return f"arn:aws:s3:::{bucket}/{key.rstrip('/')}/*"
    return f"arn:aws:s3:::{bucket}/{key}"
