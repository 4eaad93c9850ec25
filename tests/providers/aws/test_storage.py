"""What guards a bucket and which key its objects have: precedence, ignored grants, and what is unread."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.providers.aws.access import Unread
from scanner.providers.aws.keys import Keys
from scanner.providers.aws.library import Library
from scanner.providers.aws.storage import Bucket, bucket_name, objects_arn, read_buckets, unlisted_bucket
from tests.providers.aws.documents import OTHER, OURS, snapshot

S3 = f"aws:{OURS}::s3:"
LISTED = {f"{S3}ListBuckets.Buckets/b": {"Name": "b"}}
OF_BUCKET, OF_ACCOUNT = f"{S3}GetPublicAccessBlock/b", f"aws:{OURS}::s3control:GetPublicAccessBlock"


def bucket(documents: dict[str, Any], *gaps: str) -> Bucket:
    read = snapshot({**LISTED, **documents}, gaps)
    return read_buckets(read, Library(read))["b"]


def block(**flags: bool) -> dict[str, Any]:
    return {"PublicAccessBlockConfiguration": flags}


ON, OFF = block(RestrictPublicBuckets=True), block(RestrictPublicBuckets=False)
BLOCKS: dict[str, tuple[dict[str, Any], list[str], bool | str]] = {
    "of the bucket": ({OF_BUCKET: ON, OF_ACCOUNT: OFF}, [], True),
    "of the account": ({OF_BUCKET: OFF, OF_ACCOUNT: ON}, [], True),
    "of neither": ({OF_BUCKET: OFF, OF_ACCOUNT: OFF}, [], False),
    "never set": ({OF_BUCKET: None, OF_ACCOUNT: None}, [], False),
    "another flag": ({OF_BUCKET: block(IgnorePublicAcls=True), OF_ACCOUNT: None}, [], False),
    "on, the other unread": ({OF_BUCKET: ON}, [OF_ACCOUNT], True),
    "off, the other unread": ({OF_BUCKET: OFF}, [OF_ACCOUNT], OF_ACCOUNT),
    "on for the account, the bucket's unread": ({OF_ACCOUNT: ON}, [OF_BUCKET], True),
    "never asked": ({OF_ACCOUNT: OFF}, [], OF_BUCKET),
}


@pytest.mark.parametrize(("documents", "gaps", "expected"), BLOCKS.values(), ids=BLOCKS)
def test_the_stricter_block_wins(documents: dict[str, Any], gaps: list[str], expected: bool | str) -> None:
    found = bucket(documents, *gaps).blocks_public_policy
    assert (found.missing if isinstance(found, Unread) else found) == expected


ALL = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}
ANY_ACCOUNT = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}
LOGS = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}
OWNER, OTHERS = {"Type": "CanonicalUser", "ID": "us"}, {"Type": "CanonicalUser", "ID": "them"}
OPEN = {OF_BUCKET: None, OF_ACCOUNT: None}
IGNORING = {OF_BUCKET: block(IgnorePublicAcls=True), OF_ACCOUNT: None}
ENFORCED = {
    f"{S3}GetBucketOwnershipControls/b": {
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    }
}
PREFERRED = {
    f"{S3}GetBucketOwnershipControls/b": {
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    }
}
ACLS: dict[str, tuple[dict[str, str], dict[str, Any], list[str] | str]] = {
    "everyone": (ALL, OPEN, ["*"]),
    "everyone, ignored": (ALL, IGNORING, []),
    "everyone, ACLs off": (ALL, {**OPEN, **ENFORCED}, []),
    "everyone, ACLs on": (ALL, {**OPEN, **PREFERRED}, ["*"]),
    "everyone, whether ignored is unread": (ALL, {OF_BUCKET: None}, OF_ACCOUNT),
    "any account": (ANY_ACCOUNT, OPEN, ["arn:aws:iam::*:root"]),
    "another account": (OTHERS, OPEN, ["canonical:them"]),
    "another account is no public grant": (OTHERS, IGNORING, ["canonical:them"]),
    "the owner": (OWNER, OPEN, []),
    "log delivery": (LOGS, OPEN, []),
}


@pytest.mark.parametrize(("grantee", "documents", "expected"), ACLS.values(), ids=ACLS)
def test_grants_in_force(
    grantee: dict[str, str], documents: dict[str, Any], expected: list[str] | str
) -> None:
    acl = {"Owner": {"ID": "us"}, "Grants": [{"Grantee": grantee, "Permission": "WRITE"}]}
    found = bucket({**documents, f"{S3}GetBucketAcl/b": acl}).acl
    assert (found.missing if isinstance(found, Unread) else [g.grantee for g in found]) == expected


def test_an_unread_acl_is_unread() -> None:
    found = bucket(OPEN, f"{S3}GetBucketAcl/b").acl
    assert isinstance(found, Unread)


def encrypted(algorithm: str, **more: str) -> dict[str, Any]:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm, **more}}
    return {f"{S3}GetBucketEncryption/b": {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}}


ENCRYPTION: dict[str, tuple[dict[str, Any], list[str], str | None]] = {
    "a key of ours": (encrypted("aws:kms", KMSMasterKeyID="k"), [], "k"),
    "two layers": (encrypted("aws:kms:dsse", KMSMasterKeyID="k"), [], "k"),
    "the key that AWS manages": (encrypted("aws:kms"), [], "alias/aws/s3"),
    "S3's own": (encrypted("AES256"), [], ""),
    "none": ({f"{S3}GetBucketEncryption/b": None}, [], ""),
    "unread": ({}, [f"{S3}GetBucketEncryption/b"], None),
}


@pytest.mark.parametrize(("documents", "gaps", "expected"), ENCRYPTION.values(), ids=ENCRYPTION)
def test_default_key(documents: dict[str, Any], gaps: list[str], expected: str | None) -> None:
    found = bucket(documents, *gaps).key
    assert isinstance(found, Unread) if expected is None else found == expected


UNLISTED = {
    "all were listed": ([], False),
    "a list refused": ([f"{S3}ListBuckets"], True),
    "an account that could not be entered": ([f"aws:{OTHER}::sts:AssumeRole"], True),
    "another refusal": ([f"{S3}GetBucketPolicy/b"], False),
}


@pytest.mark.parametrize(("gaps", "expected"), UNLISTED.values(), ids=UNLISTED)
def test_a_bucket_that_only_the_configuration_names(gaps: list[str], *, expected: bool) -> None:
    found = unlisted_bucket(snapshot({}, gaps), "secret-weights")
    assert (found is not None) is expected
    if found is not None:
        assert isinstance(found.policy, Unread)
        assert isinstance(found.blocks_public_policy, Unread)
        assert isinstance(found.key, Unread)


URIS = {
    "an object": ("s3://b/a/model.tar.gz", False, "arn:aws:s3:::b/a/model.tar.gz"),
    "a folder": ("s3://b/a/", False, "arn:aws:s3:::b/a/*"),
    "a prefix": ("s3://b/a", True, "arn:aws:s3:::b/a/*"),
    "a bucket": ("s3://b", False, "arn:aws:s3:::b/*"),
    "a bucket with a slash": ("s3://b/", True, "arn:aws:s3:::b/*"),
    "no bucket": ("s3://", True, None),
    "no S3": ("https://b/a", True, None),
}


@pytest.mark.parametrize(("uri", "prefix", "expected"), URIS.values(), ids=URIS)
def test_objects_arn(uri: str, expected: str | None, *, prefix: bool) -> None:
    assert objects_arn(uri, prefix=prefix) == expected


NAMES = {
    "a bucket": ("arn:aws:s3:::b", "b"),
    "an object": ("arn:aws:s3:::b/a/c", "b"),
    "an access point": (f"arn:aws:s3:us-east-1:{OURS}:accesspoint/p", None),
    "a queue": (f"arn:aws:sqs:us-east-1:{OURS}:q", None),
    "no ARN": ("b", None),
}


@pytest.mark.parametrize(("resource", "expected"), NAMES.values(), ids=NAMES)
def test_bucket_name(resource: str, expected: str | None) -> None:
    assert bucket_name(resource) == expected


# Keys

KEY = f"arn:aws:kms:us-east-1:{OURS}:key/1111"
KMS = f"aws:{OURS}:us-east-1:kms:"
KEYS: dict[str, Any] = {
    f"{KMS}DescribeKey/{KEY}": {"KeyMetadata": {"Arn": KEY, "KeyManager": "CUSTOMER"}},
    f"{KMS}ListAliases.Aliases/alias/weights": {"AliasName": "alias/weights", "TargetKeyId": "1111"},
    f"{KMS}ListAliases.Aliases/alias/aws/s3": {"AliasName": "alias/aws/s3"},
}
SPELLINGS = {
    "an ARN": (KEY, OURS, "us-east-1", True),
    "an ARN seen from elsewhere": (KEY, OTHER, "eu-west-1", True),
    "an id": ("1111", OURS, "us-east-1", True),
    "an id in another region": ("1111", OURS, "eu-west-1", False),
    "an id in another account": ("1111", OTHER, "us-east-1", False),
    "an alias": ("alias/weights", OURS, "us-east-1", True),
    "the ARN of an alias": (f"arn:aws:kms:us-east-1:{OURS}:alias/weights", OTHER, "eu-west-1", True),
    "an alias of nothing": ("alias/none", OURS, "us-east-1", False),
    "an alias without a target": ("alias/aws/s3", OURS, "us-east-1", False),
}


@pytest.mark.parametrize(("name", "account", "region", "expected"), SPELLINGS.values(), ids=SPELLINGS)
def test_a_key_by_any_name(name: str, account: str, region: str, *, expected: bool) -> None:
    read = snapshot(KEYS)
    found = Keys(read, Library(read)).find(name, account, region)
    assert (found is not None and found.arn == KEY) is expected


GRANT = {"GranteePrincipal": "arn:aws:iam::200000000001:root", "Operations": ["Decrypt"]}
GRANTS: dict[str, tuple[dict[str, Any], list[str], int | None]] = {
    "listed": ({f"{KMS}ListGrants/{KEY}": {}, f"{KMS}ListGrants.Grants/{KEY}/g": GRANT}, [], 1),
    "none": ({f"{KMS}ListGrants/{KEY}": {}}, [], 0),
    "unread": ({}, [f"{KMS}ListGrants/{KEY}"], None),
    "never asked": ({}, [], None),
}


@pytest.mark.parametrize(("documents", "gaps", "expected"), GRANTS.values(), ids=GRANTS)
def test_grants_of_a_key(documents: dict[str, Any], gaps: list[str], expected: int | None) -> None:
    read = snapshot({**KEYS, **documents}, gaps)
    key = Keys(read, Library(read)).get(KEY)
    assert key is not None
    assert (None if isinstance(key.grants, Unread) else len(key.grants)) == expected
