"""Buckets with all that guards them.

What a new bucket has where code says nothing: ACLs are off and all public access is blocked (Amazon S3 User
Guide, "Default settings for new S3 buckets FAQ",
https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html, read 2026-11). A bucket from
before April 2023 has neither, and code cannot tell its age: where that decides whether code opens it to
everyone, both stay unread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.aws.drafts import Drafts, Home, Piece, pairs
from scanner.snapshot import Gap, Unresolved

if TYPE_CHECKING:
    from scanner.snapshot import DocumentId

_NONE: Final = ("GetBucketPolicy", "GetBucketReplication", "GetBucketTagging", "GetBucketEncryption")
_DIRECTORY: Final = "--x-s3"
_OWNER: Final = "the-bucket-owner"
PUBLIC_BLOCKS: Final = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def bucket(drafts: Drafts, home: Home, name: str, whole: Piece, *, tags: object = None) -> str:
    """Declare a bucket; `whole` gives its lines, `tags` are ``{key: value}``. Returns its ARN."""
    drafts.put(_id(home, "ListBuckets.Buckets", name), Piece({"Name": name}, whole.places))
    location = None if home.region == "us-east-1" else home.region
    drafts.put(_id(home, "GetBucketLocation", name), Piece({"LocationConstraint": location}, whole.places))
    if listed := pairs(tags):
        drafts.put(_id(home, "GetBucketTagging", name), Piece({"TagSet": listed}, whole.places))
    drafts.lived_in(home)
    return f"arn:{home.partition}:s3:::{name}"


def policy(drafts: Drafts, home: Home, name: str, document: Piece) -> None:
    """Give a bucket its policy, as an object."""
    drafts.put(_id(home, "GetBucketPolicy", name), document.wrapped("Policy"))


def public_access_block(drafts: Drafts, home: Home, name: str, flags: Piece) -> None:
    """Set a bucket's public access block; flags that are not given are off, and so are unresolved ones.

    For the account itself, `name` is empty.
    """
    body = {flag: flags.body.get(flag) is True for flag in PUBLIC_BLOCKS}
    service = "s3" if name else "s3control"
    id_ = home.id(service, "GetPublicAccessBlock", name, regional=False)
    if any(not isinstance(value, bool | None) for value in flags.body.values()):
        drafts.gap(Gap(id_, "unparseable", "code does not tell all of its flags", "overstated"))
        return
    drafts.put(id_, Piece(body, flags.places).wrapped("PublicAccessBlockConfiguration"))
    drafts.lived_in(home)


def ownership(drafts: Drafts, home: Home, name: str, setting: Piece) -> None:
    """Set who owns objects: ``BucketOwnerEnforced`` turns ACLs off."""
    rules = Piece({"Rules": [{"ObjectOwnership": setting.body}]}, setting.places)
    drafts.put(_id(home, "GetBucketOwnershipControls", name), rules.wrapped("OwnershipControls"))


def acl(drafts: Drafts, home: Home, name: str, grants: Piece) -> None:
    """Set the ACL: ``[{"Grantee": {...}, "Permission": ...}]`` beside the owner's own."""
    own = {"Grantee": {"Type": "CanonicalUser", "ID": _OWNER}, "Permission": "FULL_CONTROL"}
    draft = drafts.at(_id(home, "GetBucketAcl", name))
    draft.set("", Piece({"Owner": {"ID": _OWNER}}, tuple(p for p in grants.places if not p.pointer)))
    draft.set("/Grants", Piece([*grants.body, own], grants.places))


_CANNED: Final = {
    "public-read": (("AllUsers", "READ"),),
    "public-read-write": (("AllUsers", "READ"), ("AllUsers", "WRITE")),
    "authenticated-read": (("AuthenticatedUsers", "READ"),),
}


def canned_acl(drafts: Drafts, home: Home, name: str, word: Piece) -> None:
    """Set a canned ACL (Amazon S3 User Guide, "Access control list (ACL) overview", "Canned ACL")."""
    grants = [
        {
            "Grantee": {"Type": "Group", "URI": f"http://acs.amazonaws.com/groups/global/{group}"},
            "Permission": permission,
        }
        for group, permission in _CANNED.get(str(word.body), ())
    ]
    acl(drafts, home, name, Piece(grants, word.places))


def encryption(drafts: Drafts, home: Home, name: str, algorithm: str, key: Piece) -> None:
    """Set the default encryption; `key` is an id, ARN or alias of KMS, None for S3's own or AWS's key."""
    default = {"SSEAlgorithm": algorithm, **({"KMSMasterKeyID": key.body} if key.body else {})}
    rules = Piece({"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}, key.places)
    drafts.put(_id(home, "GetBucketEncryption", name), rules.wrapped("ServerSideEncryptionConfiguration"))


def unread_encryption(drafts: Drafts, home: Home, name: str) -> None:
    """Say that nobody can tell how a bucket is encrypted: code does not, or the bucket is not the code's."""
    why = "code does not tell how the bucket is encrypted"
    drafts.gap(Gap(_id(home, "GetBucketEncryption", name), "not-collected", why, "both"))


def replication(drafts: Drafts, home: Home, name: str, configuration: Piece) -> None:
    """Set where a bucket is replicated to: ``Role`` and ``Rules`` as the API has them."""
    drafts.put(_id(home, "GetBucketReplication", name), configuration.wrapped("ReplicationConfiguration"))


def object_(drafts: Drafts, home: Home, name: str, key: str, whole: Piece) -> None:
    """Declare an object: names tell what a bucket is for."""
    draft = drafts.at(_id(home, "ListObjectsV2", name))
    if draft.body is None:
        draft.body = {"Name": name, "Contents": []}
    draft.append("/Contents", Piece({"Key": key}, whole.places))


def is_directory(name: str) -> bool:
    """Tell whether a name is that of a directory bucket ("Directory bucket naming rules", read 2026-11)."""
    return name.endswith(_DIRECTORY)


def is_declared(drafts: Drafts, home: Home, name: str) -> bool:
    """Tell whether code declares a bucket of either kind."""
    listed = "ListDirectoryBuckets.Buckets" if is_directory(name) else "ListBuckets.Buckets"
    return drafts.get(_id(home, listed, name)) is not None


def directory_bucket(drafts: Drafts, home: Home, name: str, whole: Piece) -> None:
    """Declare a directory bucket, which lies in its region."""
    drafts.put(_id(home, "ListDirectoryBuckets.Buckets", name), whole.with_fields(Name=name))
    drafts.lived_in(home)


def access_point_policy(drafts: Drafts, home: Home, arn: str, document: Piece) -> bool:
    """Give an access point its policy; False when code declares no such access point."""
    if drafts.get(home.id("s3control", "ListAccessPoints.AccessPointList", arn)) is None:
        return False
    drafts.put(home.id("s3control", "GetAccessPointPolicy", arn), document.wrapped("Policy"))
    return True


def multi_region_point(drafts: Drafts, home: Home, name: str, whole: Piece) -> None:
    """Declare a Multi-Region Access Point: ``Alias``, ``Regions``, ``PublicAccessBlock``."""
    id_ = home.id("s3control", "ListMultiRegionAccessPoints.AccessPoints", name, regional=False)
    drafts.put(id_, whole.with_fields(Name=name, Status="READY"))
    drafts.lived_in(home)


def multi_region_policy(drafts: Drafts, home: Home, name: str, document: Piece) -> None:
    """Give a Multi-Region Access Point its policy."""
    id_ = home.id("s3control", "GetMultiRegionAccessPointPolicy", name, regional=False)
    drafts.put(id_, document.wrapped("Policy", "Established", "Policy"))


def access_point(
    drafts: Drafts, home: Home, name: str, whole: Piece, *, bucket_name: str, document: Piece | None
) -> str:
    """Declare an access point of a bucket and its policy; returns its ARN."""
    arn = home.arn("s3", f"accesspoint/{name}")
    listed = Piece({"Name": name, "Bucket": bucket_name, "AccessPointArn": arn, **whole.body}, whole.places)
    drafts.put(home.id("s3control", "ListAccessPoints.AccessPointList", arn), listed)
    drafts.put(home.id("s3control", "GetAccessPoint", arn), listed)
    if document is not None:
        drafts.put(home.id("s3control", "GetAccessPointPolicy", arn), document.wrapped("Policy"))
    drafts.lived_in(home)
    return arn


def complete(drafts: Drafts) -> None:
    """Say what a bucket has where code says nothing, and that each account's list ends here."""
    for draft in drafts.of("s3", "ListBuckets.Buckets"):
        home, name = Home(draft.id.scope), draft.id.key
        _complete_guards(drafts, home, name)
        for field in _NONE:
            drafts.assume(_id(home, field, name))
        drafts.assume(_id(home, "GetBucketAcl", name), {"Owner": {"ID": _OWNER}, "Grants": []})
    for draft in drafts.of("s3control", "ListAccessPoints.AccessPointList"):
        drafts.assume(
            Home(draft.id.scope, draft.id.region).id("s3control", "GetAccessPointPolicy", draft.id.key)
        )
    for draft in drafts.of("s3control", "ListMultiRegionAccessPoints.AccessPoints"):
        drafts.assume(
            Home(draft.id.scope).id(
                "s3control", "GetMultiRegionAccessPointPolicy", draft.id.key, regional=False
            )
        )
    for draft in drafts.of("s3", "ListDirectoryBuckets.Buckets"):
        home, name = Home(draft.id.scope, draft.id.region), draft.id.key
        for field in ("GetBucketPolicy", "GetBucketEncryption"):
            drafts.assume(_id(home, field, name))
    for home in sorted(drafts.homes):
        drafts.assume(home.id("s3", "ListBuckets", regional=False), {})
        drafts.assume(home.id("s3control", "GetPublicAccessBlock", regional=False))
        drafts.assume(home.id("s3control", "ListAccessPoints"), {})


def _complete_guards(drafts: Drafts, home: Home, name: str) -> None:
    """Set what AWS sets for new buckets, unless the code relies on a bucket that has it not."""
    block, ownership_ = _id(home, "GetPublicAccessBlock", name), _id(home, "GetBucketOwnershipControls", name)
    why = "the code does not set it, and whether AWS did depends on the age of the bucket"
    has_acl = drafts.get(_id(home, "GetBucketAcl", name)) is not None
    policy_ = drafts.get(_id(home, "GetBucketPolicy", name))
    if drafts.get(block) is None and (has_acl or (policy_ is not None and _names_everyone(policy_.body))):
        drafts.gap(Gap(block, "not-collected", why, "overstated"))
    if drafts.get(ownership_) is None and has_acl:
        drafts.gap(Gap(ownership_, "not-collected", why, "overstated"))
    flags = dict.fromkeys(PUBLIC_BLOCKS, True)
    drafts.assume(block, {"PublicAccessBlockConfiguration": flags})
    drafts.assume(ownership_, {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}})


def _names_everyone(value: object) -> bool:
    """Tell whether a policy may let in everyone, or somebody that nobody can tell."""
    if isinstance(value, list):
        return any(map(_names_everyone, value))
    if not isinstance(value, dict):
        return False
    if value.get("Effect") == "Deny":
        return False
    named = value.get("Principal")
    everyone = named == "*" or "NotPrincipal" in value or (isinstance(named, dict) and _is_open(named))
    return everyone or any(map(_names_everyone, value.values()))


def _is_open(named: dict[str, object]) -> bool:
    values = named.get("AWS", [])
    texts = values if isinstance(values, list) else [values]
    return "*" in texts or any(isinstance(text, dict) for text in texts) or Unresolved.read(named) is not None


def _id(home: Home, field: str, name: str) -> DocumentId:
    return home.id("s3", field, name, regional=is_directory(name))
