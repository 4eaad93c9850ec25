"""Services that copy objects with a role: who may pass one, or make tasks of what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scanner import config
from scanner.providers.aws.estate import AwsEstate
from tests.providers.aws.documents import OURS
from tests.worlds import FIXTURES, World, read_world

if TYPE_CHECKING:
    from scanner.model import Hop

WEIGHTS = "arn:aws:s3:::ourlab-weights/*"
PIPELINES, MOVER = (f"arn:aws:iam::{OURS}:role/{name}" for name in ("pipelines", "mover"))
DETAILS = f"aws:{OURS}::iam:GetAccountAuthorizationDetails.RoleDetailList"
LOCATION = f"arn:aws:datasync:us-east-1:{OURS}:location/loc-1"
LISTED = f"aws:{OURS}:us-east-1:datasync:ListLocations.Locations/{LOCATION}"
TARGET = f"aws:{OURS}:us-east-1:datasync:ListLocations.Locations/{LOCATION[:-1]}2"
TASK = f"aws:{OURS}:us-east-1:datasync:DescribeTask/arn:aws:datasync:us-east-1:{OURS}:task/task-1"
TRANSFER = ("datasync:CreateTask", "datasync:StartTaskExecution")


def world() -> World:
    return next(iter(read_world(FIXTURES / "aws" / "copied-by-a-service")))


def allowing(actions: tuple[str, ...], on: str = "*") -> list[dict[str, Any]]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": on}
    return [{"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}]


def estate(of: World) -> AwsEstate:
    return AwsEstate(of.snapshot(), config.load(of.directory / "sidedoor.yaml"))


def copies(of: World) -> list[Hop]:
    return [hop for hop in estate(of).hops_into(WEIGHTS) if hop.type == "copy"]


# Whom the movers' role trusts and what it may do; what the vendor's may do beside passing it, and on what.
PASSED: dict[str, tuple[str, tuple[str, ...], tuple[str, ...], str, bool]] = {
    "a batch job": ("batchoperations.s3", ("s3:GetObject", "s3:PutObject"), ("s3:CreateJob",), "*", True),
    "one whose role writes nowhere": ("batchoperations.s3", ("s3:GetObject",), ("s3:CreateJob",), "*", False),
    "one that is started only": (
        "batchoperations.s3",
        ("s3:GetObject", "s3:PutObject"),
        ("s3:UpdateJobStatus",),
        "*",
        False,
    ),
    "a replication rule": (
        "s3",
        ("s3:GetObjectVersionForReplication", "s3:ReplicateObject"),
        ("s3:PutReplicationConfiguration",),
        "arn:aws:s3:::ourlab-weights",
        True,
    ),
    "a rule of another bucket": (
        "s3",
        ("s3:GetObjectVersionForReplication", "s3:ReplicateObject"),
        ("s3:PutReplicationConfiguration",),
        "arn:aws:s3:::ourlab-scratch",
        False,
    ),
    "a rule whose role reads otherwise": (
        "s3",
        ("s3:GetObject", "s3:ReplicateObject"),
        ("s3:PutReplicationConfiguration",),
        "*",
        False,
    ),
    "a user of a transfer server": ("transfer", ("s3:GetObject",), ("transfer:CreateUser",), "*", True),
    "a user, of a role of another service": ("s3", ("s3:GetObject",), ("transfer:CreateUser",), "*", False),
    "a task": ("datasync", ("s3:GetObject",), ("datasync:CreateLocationS3", *TRANSFER), "*", True),
    "a task without a location": ("datasync", ("s3:GetObject",), TRANSFER, "*", False),
    "a reader needs no copy": ("transfer", ("s3:GetObject",), ("transfer:CreateUser", "s3:*"), "*", False),
}


@pytest.mark.parametrize(("service", "reads", "does", "on", "expected"), PASSED.values(), ids=PASSED)
def test_a_role_that_is_passed(
    service: str, reads: tuple[str, ...], does: tuple[str, ...], on: str, expected: bool
) -> None:
    seen = world()
    mover, pipelines = seen.documents[f"{DETAILS}/{MOVER}"], seen.documents[f"{DETAILS}/{PIPELINES}"]
    mover["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] = {"Service": f"{service}.amazonaws.com"}
    mover["RolePolicyList"] = allowing(reads)
    pipelines["RolePolicyList"] = [*allowing(("iam:PassRole",)), *allowing(does, on)]
    found = copies(seen)
    assert [(hop.source, hop.gains, hop.certainty) for hop in found] == (
        [(PIPELINES, ("read",), "proven")] if expected else []
    )


# What the vendor's role may do, passing none; where the location is, and what its role is.
MADE: dict[str, tuple[tuple[str, ...], str, str | None, list[str]]] = {
    "a part of the weights": (TRANSFER, "s3://ourlab-weights/a/", MOVER, ["proven"]),
    "another bucket": (TRANSFER, "s3://ourlab-scratch/", MOVER, []),
    "no starting": (TRANSFER[:1], "s3://ourlab-weights/", MOVER, []),
    "a role that reads nothing": (TRANSFER, "s3://ourlab-weights/", PIPELINES, []),
    "a role that was not read": (TRANSFER, "s3://ourlab-weights/", None, ["possible"]),
    "no place in S3": (TRANSFER, "nfs://192.0.2.7/export/", MOVER, []),
}


@pytest.mark.parametrize(("does", "uri", "role", "expected"), MADE.values(), ids=MADE)
def test_a_location_that_is_there(
    does: tuple[str, ...], uri: str, role: str | None, expected: list[str]
) -> None:
    seen = world()
    del seen.documents[TASK]
    seen.documents[f"{DETAILS}/{PIPELINES}"]["RolePolicyList"] = allowing(does)
    seen.documents[LISTED]["LocationUri"] = uri
    described = LISTED.replace("ListLocations.Locations", "DescribeLocationS3")
    seen.documents[described]["S3Config"] = {"BucketAccessRoleArn": role} if role else {}
    found = [hop for hop in copies(seen) if hop.source == PIPELINES]
    assert [hop.certainty for hop in found] == expected


TARGETS: dict[str, tuple[str, dict[str, Any], int, bool]] = {
    "a bucket that nobody lists": ("s3://nightly-copies/", {}, 1, False),
    "a bucket of ours": ("s3://ourlab-weights/", {}, 0, False),
    "a file system": ("efs://us-east-1.fs-0aa/", {}, 0, False),
    "a machine somewhere": ("nfs://192.0.2.7/export/", {}, 0, True),
    "another cloud": ("azure-blob://x.blob.core.windows.net/c/", {}, 0, True),
    "without a schedule": ("s3://nightly-copies/", {"Schedule": {}}, 1, False),
    "with a filter": ("s3://nightly-copies/", {"Excludes": [{"Value": "/a"}]}, 1, False),
}


@pytest.mark.parametrize(("uri", "more", "hops", "is_gap"), TARGETS.values(), ids=TARGETS)
def test_where_a_task_copies_to(uri: str, more: dict[str, Any], hops: int, is_gap: bool) -> None:
    seen = world()
    seen.documents[f"{DETAILS}/{PIPELINES}"]["RolePolicyList"] = []
    seen.documents[LISTED]["LocationUri"] = "s3://ourlab-weights/"
    seen.documents[TARGET]["LocationUri"] = uri
    seen.documents[TASK].update(more)
    found = copies(seen)
    assert [(hop.source, hop.certainty) for hop in found] == [("arn:aws:iam::*:root", "possible")] * hops
    for hop in found:
        assert hop.assumed == (("the task is started",) if "Schedule" in more else ())
        assert ("which objects the task leaves out" in hop.missing) is ("Excludes" in more)
    gaps = [gap for gap in estate(seen).coverage() if gap.id.service == "datasync"]
    assert [(str(gap.id), gap.effect) for gap in gaps] == [(TASK, "understated")] * is_gap
