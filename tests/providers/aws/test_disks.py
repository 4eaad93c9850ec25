"""Snapshots and machine images: what it takes to read what is on them."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.config import Config
from scanner.providers.aws.estate import AwsEstate
from scanner.snapshot import Gap, Snapshot
from tests.providers.aws.documents import OURS, VENDOR, policy, snapshot
from tests.worlds import parse_id

PLACE = f"aws:{OURS}:us-east-1:ec2"
DISK, IMAGE = "arn:aws:ec2:us-east-1::snapshot/snap-1", "arn:aws:ec2:us-east-1::image/ami-1"
SHARES, LAUNCHES = f"{PLACE}:DescribeSnapshotAttribute/snap-1", f"{PLACE}:DescribeImageAttribute/ami-1"
ROLE = f"arn:aws:iam::{OURS}:role/operators"
BASE: dict[str, Any] = {
    f"aws:{OURS}::sts:GetCallerIdentity": {"Account": OURS},
    f"{PLACE}:DescribeSnapshots.Snapshots/snap-1": {"SnapshotId": "snap-1", "Encrypted": False},
    SHARES: {"CreateVolumePermissions": []},
    f"{PLACE}:DescribeImages.Images/ami-1": {
        "ImageId": "ami-1",
        "BlockDeviceMappings": [{"Ebs": {"SnapshotId": "snap-1"}}],
    },
    LAUNCHES: {"LaunchPermissions": []},
}
BLOCKS = ("ebs:GetSnapshotBlock", "ebs:ListSnapshotBlocks")
MOUNT = ("ec2:CreateVolume", "ec2:AttachVolume")
ANY = f"arn:aws:ec2:us-east-1:{OURS}"


def role(*statements: dict[str, Any]) -> dict[str, Any]:
    body = {
        "Arn": ROLE,
        "AssumeRolePolicyDocument": policy(
            {"Effect": "Allow", "Principal": {"AWS": VENDOR}, "Action": "sts:AssumeRole"}
        ),
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": policy(*statements)}],
    }
    return {f"aws:{OURS}::iam:GetAccountAuthorizationDetails.RoleDetailList/{ROLE}": body}


def may(*actions: str, on: str = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on}


# What a role may, and which of the snapshot and the image of it that lets it read.
CASES: dict[str, tuple[tuple[dict[str, Any], ...], list[str]]] = {
    "blocks": ((may(*BLOCKS),), [DISK, IMAGE]),
    "blocks without their tokens": ((may(BLOCKS[0]),), []),
    "blocks of another snapshot": ((may(*BLOCKS, on=f"{DISK}2"),), []),
    "a volume": ((may(*MOUNT),), [DISK, IMAGE]),
    "a volume that is attached nowhere": ((may(MOUNT[0]),), []),
    "a volume of another snapshot": ((may(*MOUNT, on=f"{ANY}:volume/*"),), []),
    "a machine": ((may("ec2:RunInstances"),), [DISK, IMAGE]),
    "a machine of another image": (
        (may("ec2:RunInstances", on=f"{ANY}:*"), may("ec2:RunInstances", on=f"{IMAGE}2")),
        [],
    ),
    "a machine of this image, no further disk": (
        (may("ec2:RunInstances", on=f"{ANY}:*"), may("ec2:RunInstances", on=IMAGE)),
        [IMAGE],
    ),
    "a further disk": (
        (may("ec2:RunInstances", on=f"{ANY}:*"), may("ec2:RunInstances", on="arn:aws:ec2:*::*/*2")),
        [],
    ),
    "starting what is there": ((may("ec2:StartInstances"),), []),
}


@pytest.mark.parametrize(("statements", "expected"), CASES.values(), ids=CASES)
def test_reading(statements: tuple[dict[str, Any], ...], expected: list[str]) -> None:
    estate = AwsEstate(snapshot({**BASE, **role(*statements)}), Config())
    found = [hop.target for node in (DISK, IMAGE) for hop in estate.hops_into(node) if hop.source == ROLE]
    assert found == expected


UNREAD = {
    "read": ([], "refused", []),
    "refused": ([SHARES, LAUNCHES], "refused", [(DISK, "possible"), (IMAGE, "possible")]),
    "never asked for, as in code": ([SHARES, LAUNCHES], "not-collected", []),
}


@pytest.mark.parametrize(("gone", "reason", "expected"), UNREAD.values(), ids=UNREAD)
def test_shares_that_were_not_read(gone: list[str], reason: Any, expected: list[tuple[str, str]]) -> None:  # noqa: ANN401 - a reason
    whole = snapshot({id_: body for id_, body in BASE.items() if id_ not in gone})
    gaps = [Gap(parse_id(id_), reason) for id_ in gone if reason == "refused"]
    estate = AwsEstate(Snapshot(tuple(whole), gaps, collected_at="2026-11-20"), Config())
    found = [(hop.target, hop.certainty) for node in (DISK, IMAGE) for hop in estate.hops_into(node)]
    assert found == expected
