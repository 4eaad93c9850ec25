"""What ACLs allow, whose an object is, and what a request through an access point asks.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.providers.aws.access.reference.decide import Question
    from tests.providers.aws.access.reference.patterns import Context

MEANT = {
    ("object", "READ"): {"GetObject", "GetObjectVersion", "GetObjectTorrent"},
    ("object", "READ_ACP"): {"GetObjectAcl", "GetObjectVersionAcl"},
    ("object", "WRITE_ACP"): {"PutObjectAcl", "PutObjectVersionAcl"},
    ("bucket", "READ"): {"ListBucket", "ListBucketVersions", "ListBucketMultipartUploads"},
    ("bucket", "WRITE"): {"PutObject"},
    ("bucket", "READ_ACP"): {"GetBucketAcl"},
    ("bucket", "WRITE_ACP"): {"PutBucketAcl"},
}


def acl_allows(question: Question) -> bool:
    """Return whether a grant of an ACL gives the caller, or its account, the operation."""
    line, operation = question.line, question.action.partition(":")[2]
    if line.get("objectOwnership") == "BucketOwnerEnforced" or not question.action.startswith("s3:"):
        return False
    for grant in line.get("acl") or []:
        every = ["READ", "WRITE", "READ_ACP", "WRITE_ACP"]
        permissions = every if grant["permission"] == "FULL_CONTROL" else [grant["permission"]]
        on = grant.get("on", "object")
        if not any(operation in MEANT.get((on, permission), ()) for permission in permissions):
            continue
        grantee, caller = grant["grantee"], question.caller
        if grantee == "AllUsers" and not line.get("ignorePublicAcls"):
            return True
        is_signed = caller.kind not in {"anonymous", "federated"}
        if grantee == "AuthenticatedUsers" and is_signed and not line.get("ignorePublicAcls"):
            return True
        if caller.is_iam and grantee == caller.account:
            return True
    return False


def belongs_to_another(line: dict[str, Any]) -> bool:
    """Return whether the object is not the bucket owner's: the bucket's policy then gives no access to it."""
    owner = line.get("objectOwner")
    return (
        bool(owner) and owner != bucket_account(line) and line.get("objectOwnership") != "BucketOwnerEnforced"
    )


def bucket_account(line: dict[str, Any]) -> str | None:
    """Return the account that the line gives for the resource."""
    found: str | None = line["request"]["resource"].get("accountId")
    return found


def through(line: dict[str, Any], context: Context) -> list[tuple[dict[str, Any], Context]]:
    """Return the questions that a request asks: at its access point, if it has one, and at the bucket."""
    point = line.get("accessPoint")
    if point is None:
        return [(line, context)]
    seen = {
        **context,
        "s3:dataaccesspointarn": (point["arn"],),
        "s3:dataaccesspointaccount": (point["accountId"],),
        "s3:accesspointnetworkorigin": ("VPC" if point.get("vpc") else "Internet",),
    }
    behind = {key: value for key, value in line.items() if key != "accessPoint"}
    door = copy.deepcopy(
        {k: v for k, v in behind.items() if k not in {"acl", "objectOwner", "resourcePolicy"}}
    )
    key = line["request"]["resource"]["resource"].partition("/")[2]
    resource = f"{point['arn']}/object/{key}" if key else point["arn"]
    door["request"]["resource"] = {"resource": resource, "accountId": point["accountId"]}
    door["blockPublicAccess"] = point.get("blockPublicAccess", False)
    if point.get("policy") is not None:
        door["resourcePolicy"] = point["policy"]
    return [(door, seen), (behind, seen)]
