"""What a session of a role brings along: tags, a source identity, and the id that nobody else has."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.config import Config
from scanner.providers.aws.estate import AwsEstate
from tests.providers.aws.documents import OURS, VENDOR, policy, snapshot

DETAILS = f"aws:{OURS}::iam:GetAccountAuthorizationDetails"
TARGET, FIRST, SECOND = (f"arn:aws:iam::{OURS}:role/{name}" for name in ("target", "first", "second"))
PERSON = f"arn:aws:iam::{OURS}:user/person"
SHARED = f"arn:aws:iam::{OURS}:policy/shared"
ACCOUNT, VENDORS = {"AWS": f"arn:aws:iam::{OURS}:root"}, {"AWS": f"arn:aws:iam::{VENDOR}:root"}
SERVICE = {"Service": "ec2.amazonaws.com"}
TAGGED = ["sts:AssumeRole", "sts:TagSession"]
ML = [{"Key": "team", "Value": "ml"}]
ANY_ACCOUNT = "arn:aws:iam::*:root"


def trust(principal: object, action: object = "sts:AssumeRole", **condition: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Condition": condition}


def hops(target: dict[str, Any], **condition: object) -> dict[str, str]:
    """Return source -> certainty of the hops into a role that all may assume on one condition."""
    assume = {"Effect": "Allow", "Action": "sts:*", "Resource": TARGET, "Condition": condition}
    has = {"AttachedManagedPolicies": [{"PolicyArn": SHARED}]}
    roles: dict[str, dict[str, Any]] = {
        TARGET: {"AssumeRolePolicyDocument": policy(target), "RoleId": "AROA0"},
        FIRST: {"AssumeRolePolicyDocument": policy(trust(SERVICE)), "RoleId": "AROA1", "Tags": ML, **has},
        SECOND: {"AssumeRolePolicyDocument": policy(trust(SERVICE)), "RoleId": "AROA2", **has},
    }
    documents: dict[str, Any] = {f"aws:{OURS}::sts:GetCallerIdentity": {}}
    for arn, body in roles.items():
        documents[f"{DETAILS}.RoleDetailList/{arn}"] = {"Arn": arn, **body}
    documents[f"{DETAILS}.UserDetailList/{PERSON}"] = {"Arn": PERSON, "UserId": "AIDA3", **has}
    text = {"IsDefaultVersion": True, "Document": policy(assume)}
    documents[f"{DETAILS}.Policies/{SHARED}"] = {"Arn": SHARED, "PolicyVersionList": [text]}
    estate = AwsEstate(snapshot(documents), Config())
    return {hop.source: hop.certainty for hop in estate.hops_into(TARGET)}


TAG = {"aws:PrincipalTag/team": "ml"}
OWN: dict[str, tuple[dict[str, Any], set[str]]] = {
    "no condition": ({}, {FIRST, SECOND, PERSON}),
    "its tag": ({"StringEquals": TAG}, {FIRST}),
    "a tag that nobody has": ({"StringEquals": {"aws:PrincipalTag/other": "x"}}, set()),
    "without the tag": ({"Null": {"aws:PrincipalTag/team": "true"}}, {SECOND, PERSON}),
    "not its tag": ({"StringNotEquals": TAG}, {SECOND, PERSON}),
    "sessions of one role, by its id": ({"StringLike": {"aws:userid": "AROA1:*"}}, {FIRST}),
    "sessions of another role": ({"StringLike": {"aws:userid": "AROA9:*"}}, set()),
    "one session of a role": ({"StringEquals": {"aws:userid": "AROA1:build"}}, {FIRST}),
    "not those of one role": ({"StringNotLike": {"aws:userid": "AROA1:*"}}, {SECOND, PERSON}),
    "a user, by its id": ({"StringEquals": {"aws:userid": "AIDA3"}}, {PERSON}),
}


@pytest.mark.parametrize(("condition", "expected"), OWN.values(), ids=OWN)
def test_what_aws_says_of_our_own(condition: dict[str, Any], expected: set[str]) -> None:
    """All three have one policy of the same content: the answer of one is not another's."""
    assert set(hops(trust(ACCOUNT), **condition)) == expected


REQUESTED = {"aws:RequestTag/team": "ml"}
PASSED: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "tags, and may tag": (trust(VENDORS, TAGGED, StringEquals=REQUESTED), {VENDORS["AWS"]: "proven"}),
    "tags, and may not": (trust(VENDORS, StringEquals=REQUESTED), {VENDORS["AWS"]: "blocked"}),
    "no tags of some value": (trust(VENDORS, StringNotEquals=REQUESTED), {VENDORS["AWS"]: "proven"}),
    "a source identity, and may set it": (
        trust(VENDORS, "sts:*", StringLike={"sts:SourceIdentity": "*"}),
        {VENDORS["AWS"]: "proven"},
    ),
    "a source identity, and may only tag": (
        trust(VENDORS, TAGGED, StringLike={"sts:SourceIdentity": "*"}),
        {VENDORS["AWS"]: "blocked"},
    ),
    "a vendor's own tags": (trust(VENDORS, StringEquals=TAG), {VENDORS["AWS"]: "proven"}),
    "the id of a role of ours": (trust("*", StringLike={"aws:userid": "AROA1:*"}), {FIRST: "proven"}),
    "an id that is not ours": (trust("*", StringLike={"aws:userid": "AROA9:*"}), {ANY_ACCOUNT: "proven"}),
}


@pytest.mark.parametrize(("target", "expected"), PASSED.values(), ids=PASSED)
def test_what_a_trust_demands(target: dict[str, Any], expected: dict[str, str]) -> None:
    condition = {"ArnEquals": {"aws:PrincipalArn": FIRST}}
    assert hops(target, **condition) == expected


SELF = {"Effect": "Allow", "Action": "iam:TagRole", "Resource": FIRST}
TAGGING: dict[str, tuple[list[Any], set[str]]] = {
    "itself": ([SELF], {FIRST}),
    "another role": ([{**SELF, "Resource": f"{FIRST}-b"}], set()),
    "itself, but for a denial": ([SELF, {**SELF, "Effect": "Deny"}], set()),
}


@pytest.mark.parametrize(("statements", "expected"), TAGGING.values(), ids=TAGGING)
def test_who_may_tag_itself_has_the_tag_that_is_demanded(statements: list[Any], expected: set[str]) -> None:
    demands = {"StringEquals": {"aws:PrincipalTag/team": "audit"}}
    own = [{"PolicyName": "own", "PolicyDocument": policy(*statements)}]
    middle = {"Arn": FIRST, "AssumeRolePolicyDocument": policy(trust(VENDORS)), "RolePolicyList": own}
    target = {"Arn": TARGET, "AssumeRolePolicyDocument": policy(trust({"AWS": FIRST}, **demands))}
    documents = {f"{DETAILS}.RoleDetailList/{body['Arn']}": body for body in (middle, target)}
    estate = AwsEstate(snapshot({f"aws:{OURS}::sts:GetCallerIdentity": {}, **documents}), Config())
    assert {hop.source for hop in estate.hops_into(TARGET) if hop.type == "assume"} == expected


@pytest.mark.parametrize(("actions", "expected"), [("sts:AssumeRole", set()), (TAGGED, {FIRST})])
def test_a_session_may_be_given_a_tag_in_place_of_the_roles_own(actions: object, expected: set[str]) -> None:
    demands = {"StringEquals": {"aws:PrincipalTag/team": "audit"}}
    middle = {"Arn": FIRST, "AssumeRolePolicyDocument": policy(trust(VENDORS, actions)), "Tags": ML}
    target = {"Arn": TARGET, "AssumeRolePolicyDocument": policy(trust({"AWS": FIRST}, **demands))}
    documents = {f"{DETAILS}.RoleDetailList/{body['Arn']}": body for body in (middle, target)}
    estate = AwsEstate(snapshot({f"aws:{OURS}::sts:GetCallerIdentity": {}, **documents}), Config())
    assert {hop.source for hop in estate.hops_into(TARGET)} == expected
