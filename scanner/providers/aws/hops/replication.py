"""Hops into S3 objects by replication: whoever owns the bucket that a rule copies to receives them.

A rule copies what its role may read. Objects under a KMS key are copied only where the rule selects them. A
rule names the account of its destination only where it hands replicas over; one that does not copies as well,
and a destination that takes ownership of what is in it (bucket owner enforced) needs no such word ("Changing
the replica owner", replication-change-owner.html). Source: S3 User Guide, "Replicating objects within and
across Regions", "Setting up permissions for live replication" and "Replicating encrypted objects"
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws.access import Decision, Unread
from scanner.providers.aws.arn import root
from scanner.providers.aws.hops import copying
from scanner.providers.aws.library import field_evidence
from scanner.providers.aws.outsiders import ANY_ACCOUNT
from scanner.providers.aws.questions import Answer, Question
from scanner.providers.aws.storage import bucket_name, common
from scanner.snapshot import DocumentId, Gap
from scanner.verdict import Allowed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from scanner.model import Hop
    from scanner.providers.aws.estate import AwsEstate
    from scanner.providers.aws.storage import Bucket

_READ = "s3:GetObjectVersionForReplication"


def into(estate: AwsEstate, node: str) -> Iterator[Hop]:
    """Yield hops into S3 objects by replication rules; none for another node."""
    name = bucket_name(node)
    bucket = estate.buckets.get(name) if name else None
    if bucket is None:
        return
    found = estate.snapshot.get(
        DocumentId("aws", bucket.account, "", "s3", "GetBucketReplication", bucket.name)
    )
    if isinstance(found, Gap) or not found.body:
        return
    configuration = found.body.get("ReplicationConfiguration") or {}
    for index, rule in enumerate(configuration.get("Rules") or ()):
        meant = _meant(bucket, node, rule)
        owner = _owner(estate, rule)
        if meant is None or estate.organization.is_ours(owner):
            continue
        role = str(configuration.get("Role") or "")
        missing = [] if estate.identities.get(role) else [f"{found.id}#/ReplicationConfiguration/Role"]
        missing += _doubts(rule, owner)
        yield from estate.steps.hops(
            "copy",
            root(owner) if owner else ANY_ACCOUNT,
            node,
            _copying(estate, bucket, role, meant),
            foreign=True,
            gains=("read",),
            evidence=(field_evidence(found, f"/ReplicationConfiguration/Rules/{index}"),),
            missing=tuple(missing),
        )


def _doubts(rule: dict[str, Any], owner: str | None) -> Iterator[str]:
    """Yield what nothing says of a rule: whose its destination is, and which objects have its tags."""
    if owner is None:
        yield f"whose bucket {_destination(rule)} is"
    filtered = rule.get("Filter") or {}
    if filtered.get("Tag") or (filtered.get("And") or {}).get("Tags"):
        yield "which objects have the tags that the rule copies"


def _meant(bucket: Bucket, node: str, rule: dict[str, Any]) -> str | None:
    """Return the objects of `node` that a rule copies, None when there are none."""
    encrypted = (rule.get("SourceSelectionCriteria") or {}).get("SseKmsEncryptedObjects") or {}
    locked = bucket.key != "" and not isinstance(bucket.key, Unread)
    if rule.get("Status") != "Enabled" or (locked and encrypted.get("Status") != "Enabled"):
        return None
    filtered = rule.get("Filter") or {}
    prefix = rule.get("Prefix") or filtered.get("Prefix") or (filtered.get("And") or {}).get("Prefix") or ""
    return common(f"{bucket.arn}/{prefix}*", node)


def _owner(estate: AwsEstate, rule: dict[str, Any]) -> str | None:
    """Return the account of the bucket that a rule copies to, None when nothing says whose it is."""
    known = estate.buckets.get(_destination(rule))
    return known.account if known else (rule.get("Destination") or {}).get("Account")


def _destination(rule: dict[str, Any]) -> str:
    return str((rule.get("Destination") or {}).get("Bucket", "")).rpartition(":")[2]


def _copying(estate: AwsEstate, bucket: Bucket, role: str, meant: str) -> tuple[Answer, ...]:
    """Return whether the rule's role may read what it copies; of a role that was not read it may."""
    identity = estate.identities.get(role)
    if identity is None:
        question = Question(_READ, meant, bucket.account, bucket.policy, some_resource=True)
        return (Answer(question, Decision(Allowed())),)
    return copying.reading(estate, bucket, identity, _READ, meant)
