"""Objects of buckets: what lets an outsider write and share them, and doors whose policy was not read."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.config import Config
from scanner.providers.aws.estate import AwsEstate
from scanner.providers.aws.outsiders import UNKNOWN_ACCOUNT
from tests.providers.aws.documents import OURS, VENDOR, allow, policy, snapshot

OBJECTS = "arn:aws:s3:::weights/*"
SOURCE = f"arn:aws:iam::{VENDOR}:root"
POINT = f"arn:aws:s3:us-east-1:{OURS}:accesspoint/door"
DOOR = f"aws:{OURS}:us-east-1:s3control"
BASE: dict[str, Any] = {
    f"aws:{OURS}::sts:GetCallerIdentity": {"Account": OURS},
    f"aws:{OURS}::s3:ListBuckets.Buckets/weights": {"Name": "weights"},
    f"aws:{OURS}::s3:GetBucketAcl/weights": {"Owner": {"ID": "us"}, "Grants": []},
    f"aws:{OURS}::s3:GetBucketEncryption/weights": None,
    f"aws:{OURS}::s3:GetPublicAccessBlock/weights": None,
    f"aws:{OURS}::s3control:GetPublicAccessBlock": None,
}


def bucket(statement: dict[str, Any], ownership: str = "BucketOwnerEnforced") -> dict[str, Any]:
    return {
        f"aws:{OURS}::s3:GetBucketPolicy/weights": {"Policy": policy(statement)},
        f"aws:{OURS}::s3:GetBucketOwnershipControls/weights": {
            "OwnershipControls": {"Rules": [{"ObjectOwnership": ownership}]}
        },
    }


GRANTED: dict[str, tuple[str, str, list[tuple[str, str]]]] = {
    "reading": ("s3:GetObject", "BucketOwnerEnforced", [("read", "read")]),
    "replicas": ("s3:ReplicateObject", "BucketOwnerEnforced", [("write", "write")]),
    "tags of replicas": ("s3:ReplicateTags", "BucketOwnerEnforced", []),
    "an object's ACL": ("s3:PutObjectAcl", "BucketOwnerPreferred", [("edit-policy", "grant")]),
    "an older version's ACL": ("s3:PutObjectVersionAcl", "ObjectWriter", [("edit-policy", "grant")]),
    "an ACL where they are off": ("s3:PutObjectAcl", "BucketOwnerEnforced", []),
}


@pytest.mark.parametrize(("action", "ownership", "expected"), GRANTED.values(), ids=GRANTED)
def test_what_a_policy_lets_a_vendor_do(action: str, ownership: str, expected: list[tuple[str, str]]) -> None:
    granted = allow({"AWS": VENDOR}, Action=action, Resource=OBJECTS)
    estate = AwsEstate(snapshot({**BASE, **bucket(granted, ownership)}), Config())
    found = [(hop.type, gain) for hop in estate.hops_into(OBJECTS) for gain in hop.gains]
    assert found == expected


DELEGATED = allow("*", Resource=OBJECTS, Condition={"StringEquals": {"s3:DataAccessPointAccount": OURS}})
POINTS: dict[str, tuple[dict[str, Any], Any, bool, list[tuple[str, str]]]] = {
    "a policy for a vendor": (DELEGATED, policy(allow({"AWS": VENDOR})), False, [(SOURCE, "proven")]),
    "no policy": (DELEGATED, None, False, []),
    "a policy that was not read": (DELEGATED, ..., False, [("*", "possible")]),
    "one that blocks what is public": (DELEGATED, ..., True, [(UNKNOWN_ACCOUNT, "possible")]),
    "a bucket that delegates nothing": (allow({"AWS": OURS}), ..., False, []),
}


@pytest.mark.parametrize(("statement", "door", "blocks", "expected"), POINTS.values(), ids=POINTS)
def test_an_access_point(
    statement: dict[str, Any],
    door: Any,  # noqa: ANN401 - a policy, none, or unread
    blocks: bool,
    expected: list[tuple[str, str]],
) -> None:
    documents = {
        **BASE,
        **bucket(statement),
        f"{DOOR}:ListAccessPoints.AccessPointList/{POINT}": {"Bucket": "weights"},
        f"{DOOR}:GetAccessPoint/{POINT}": {
            "PublicAccessBlockConfiguration": {"RestrictPublicBuckets": blocks}
        },
        f"{DOOR}:GetAccessPointPolicy/{POINT}": {"Policy": door} if door else None,
    }
    gaps = [id_ for id_ in documents if door is ... and "GetAccessPointPolicy" in id_]
    read = snapshot({id_: body for id_, body in documents.items() if id_ not in gaps}, gaps)
    hops = AwsEstate(read, Config()).hops_into(OBJECTS)
    assert [(hop.source, hop.certainty) for hop in hops if hop.type == "read"] == expected
