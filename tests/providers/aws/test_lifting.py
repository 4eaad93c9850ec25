"""Who takes a boundary away that holds another principal, and becomes it."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.config import Config
from scanner.providers.aws.estate import AwsEstate
from tests.providers.aws.documents import OURS, policy, snapshot

ROLES = f"aws:{OURS}::iam:GetAccountAuthorizationDetails.RoleDetailList/arn:aws:iam::{OURS}:role"
EDITOR, READER = f"arn:aws:iam::{OURS}:role/editor", f"arn:aws:iam::{OURS}:role/reader"
BOUNDARY = f"arn:aws:iam::{OURS}:policy/cap"
UNBOUND = f"{READER}#without-boundary"
LIFT, ASSUME = "iam:DeleteRolePermissionsBoundary", "sts:AssumeRole"


def role(arn: str, *statements: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - raw JSON
    trust = policy({"Effect": "Allow", "Principal": {"AWS": OURS}, "Action": ASSUME})
    own = [{"PolicyName": "own", "PolicyDocument": policy(*statements)}]
    return {"Arn": arn, "AssumeRolePolicyDocument": trust, "RolePolicyList": own, **more}


def allows(action: str, resource: str = READER) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


READS = allows("s3:GetObject", "*")
BOUND = {"PermissionsBoundary": {"PermissionsBoundaryArn": BOUNDARY}}
SHARED = {"PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}
CASES: dict[str, tuple[list[dict[str, Any]], dict[str, Any], set[str]]] = {
    "deletes it and assumes the role": ([allows(LIFT), allows(ASSUME)], BOUND, {EDITOR}),
    "may not assume the role": ([allows(LIFT)], BOUND, set()),
    "of another role": ([allows(LIFT, EDITOR), allows(ASSUME)], BOUND, set()),
    "there is none": ([allows(LIFT), allows(ASSUME)], {}, set()),
    "lets itself in": ([allows(LIFT), allows("iam:UpdateAssumeRolePolicy")], BOUND, {EDITOR}),
    "puts another in its place": (
        [allows("iam:PutRolePermissionsBoundary"), allows(ASSUME)],
        BOUND,
        {EDITOR},
    ),
    "writes the policy anew": ([allows("iam:CreatePolicyVersion", "*"), allows(ASSUME)], BOUND, {EDITOR}),
    "a policy of AWS's": ([allows("iam:CreatePolicyVersion", "*"), allows(ASSUME)], SHARED, set()),
}


@pytest.mark.parametrize(("statements", "bound", "expected"), CASES.values(), ids=CASES)
def test_lifting(statements: list[dict[str, Any]], bound: dict[str, Any], expected: set[str]) -> None:
    cap = {"PolicyVersion": {"Document": policy(allows("sagemaker:*", "*"))}}
    documents = {
        f"aws:{OURS}::sts:GetCallerIdentity": {},
        f"{ROLES}/editor": role(EDITOR, *statements),
        f"{ROLES}/reader": role(READER, READS, **bound),
        f"aws:{OURS}::iam:GetPolicyVersion/{BOUNDARY}": cap,
        f"aws:{OURS}::iam:GetPolicyVersion/arn:aws:iam::aws:policy/ReadOnlyAccess": cap,
    }
    estate = AwsEstate(snapshot(documents), Config())
    assert {hop.source for hop in estate.hops_into(UNBOUND)} == expected
