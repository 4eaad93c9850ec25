"""Shapes of what IAM Identity Center and its directories answer; see `shapes`."""

# ruff: noqa: D101 - each class is an answer, or a part of one, and its name says of what

from __future__ import annotations

from typing import Any, Final, TypedDict


class PermissionSets(TypedDict):
    PermissionSets: list[str]


class PermissionSet(TypedDict):
    Name: str


class DescribedPermissionSet(TypedDict):
    PermissionSet: PermissionSet


class Assignment(TypedDict):
    AccountId: str
    PermissionSetArn: str
    PrincipalType: str
    PrincipalId: str


class Email(TypedDict, total=False):
    Value: str | None
    Primary: bool | None


class _User(TypedDict):
    UserId: str


class User(_User, total=False):
    UserName: str | None
    Emails: list[Email] | None
    UserStatus: str | None


class Membership(TypedDict):
    MemberId: _User


SHAPES: Final[dict[tuple[str, str], Any]] = {
    ("sso-admin", "ListInstances.Instances"): dict[str, Any],
    ("sso-admin", "ListPermissionSets"): PermissionSets,
    ("sso-admin", "DescribePermissionSet"): DescribedPermissionSet,
    ("sso-admin", "ListAccountAssignments.AccountAssignments"): Assignment,
    ("identitystore", "ListUsers.Users"): User,
    ("identitystore", "ListGroupMemberships.GroupMemberships"): Membership,
}
