"""Who gets into a role by its trust policy, and as which node."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.config import Config
from scanner.providers.aws.estate import AwsEstate
from tests.providers.aws.documents import OURS, VENDOR, policy, snapshot

ISSUER = "token.actions.githubusercontent.com"
SUB = f"{ISSUER}:sub"
ROLE = f"arn:aws:iam::{OURS}:role/r"
DETAILS = f"aws:{OURS}::iam:GetAccountAuthorizationDetails.RoleDetailList"


def sources(statement: dict[str, Any]) -> set[str]:
    """Return the sources of the hops into a role that trusts so."""
    body = {"Arn": ROLE, "AssumeRolePolicyDocument": policy({"Effect": "Allow", **statement})}
    documents = {f"{DETAILS}/{ROLE}": body, f"aws:{OURS}::sts:GetCallerIdentity": {}}
    estate = AwsEstate(snapshot(documents), Config())
    return {hop.source for hop in estate.hops_into(ROLE)}


def by_token(**condition: object) -> set[str]:
    federated = {"Federated": f"arn:aws:iam::{OURS}:oidc-provider/{ISSUER}"}
    found = sources(
        {"Principal": federated, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": condition}
    )
    return {node.removeprefix(f"https://{ISSUER} sub=") for node in found}


SUBJECTS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "one": ({"StringEquals": {SUB: "repo:a/x"}}, {"repo:a/x"}),
    "two": ({"StringEquals": {SUB: ["repo:a/x", "repo:b/x"]}}, {"repo:a/x", "repo:b/x"}),
    "a pattern": ({"StringLike": {SUB: "repo:a/*"}}, {"repo:a/*"}),
    "a pattern and one of two": (
        {"StringLike": {SUB: "repo:a/*"}, "StringEquals": {SUB: ["repo:a/x", "repo:b/x"]}},
        {"repo:a/x"},
    ),
    "none demanded": ({}, {"*"}),
    "all but one": ({"StringNotEquals": {SUB: "repo:a/x"}}, {"*"}),
    "any letter case is one source": ({"StringEqualsIgnoreCase": {SUB: "Repo:A/x"}}, {"repo:a/x"}),
    "two spellings are two": ({"StringEquals": {SUB: ["repo:A/x", "repo:a/x"]}}, {"repo:A/x", "repo:a/x"}),
    "a contradiction": ({"StringLike": {SUB: "repo:a/*"}, "StringEquals": {SUB: "repo:b/x"}}, set()),
}


@pytest.mark.parametrize(("condition", "expected"), SUBJECTS.values(), ids=SUBJECTS)
def test_subjects_are_sources(condition: dict[str, Any], expected: set[str]) -> None:
    assert by_token(**condition) == expected


ANY_ACCOUNT = "arn:aws:iam::*:root"
ARNS = {
    "a vendor's roles": (f"arn:aws:iam::{VENDOR}:role/v-*", {f"arn:aws:iam::{VENDOR}:role/v-*"}),
    "roles of a name, of any account": ("arn:aws:iam::*:role/v-*", {ANY_ACCOUNT}),
    "roles of a name, however the ARN begins": ("arn:*:role/v-*", set()),  # ArnLike compares part by part
    "our roles": (f"arn:aws:iam::{OURS}:role/v-*", set()),
    "of accounts whose number begins so": ("arn:aws:iam::2000*:role/v-*", {"arn:aws:iam::2000*:role/v-*"}),
    "of accounts that are nearly ours": (
        f"arn:aws:iam::{OURS[:-1]}?:role/x",
        {f"arn:aws:iam::{OURS[:-1]}?:role/x"},
    ),
    "of no account, which has twelve digits": ("arn:aws:iam::2000?:role/v-*", set()),
}


VENDORS = f"arn:aws:iam::{VENDOR}:root"
CI = f"arn:aws:iam::{VENDOR}:role/ci"
IDENTITY: dict[str, tuple[dict[str, Any], set[str]]] = {
    "a role of it by name": ({"ArnEquals": {"aws:PrincipalArn": CI}}, {CI}),
    "its roles by pattern": ({"ArnLike": {"aws:PrincipalArn": f"{CI}-*"}}, {f"{CI}-*"}),
    "two of its roles": ({"StringEquals": {"aws:PrincipalArn": [CI, f"{CI}-2"]}}, {CI, f"{CI}-2"}),
    "a role of another account": (
        {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::300000000001:role/ci"}},
        set(),
    ),
    "roles of a name in any account": ({"StringLike": {"aws:PrincipalArn": "*:role/ci"}}, {VENDORS}),
    "all but its root user": ({"ArnNotEquals": {"aws:PrincipalArn": VENDORS}}, {VENDORS}),
    "its sessions": ({"StringEquals": {"aws:PrincipalType": "AssumedRole"}}, {VENDORS}),
    "no type that there is": ({"StringEquals": {"aws:PrincipalType": "Robot"}}, set()),
    "a user's name": ({"StringEquals": {"aws:username": "ci"}}, {VENDORS}),
    "a name that every caller lacks": ({"Null": {"aws:PrincipalArn": "true"}}, set()),
    "its root user's id": ({"StringEquals": {"aws:userid": VENDOR}}, {VENDORS}),
    "another account's root user": ({"StringEquals": {"aws:userid": "300000000001"}}, set()),
    # only a call that a service makes itself has a source
    "a source, which no caller has": ({"StringEquals": {"aws:SourceAccount": VENDOR}}, set()),
    "a source if there is one": ({"StringEqualsIfExists": {"aws:SourceAccount": VENDOR}}, {VENDORS}),
    "the ARN of a source": ({"ArnLike": {"aws:SourceArn": f"arn:aws:s3:*:{VENDOR}:*"}}, set()),
    "no source": ({"Null": {"aws:SourceArn": "true"}}, {VENDORS}),
    "a role by name, and not it": (
        {"ArnEquals": {"aws:PrincipalArn": CI}, "ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/c*"}},
        set(),
    ),
}


@pytest.mark.parametrize(("condition", "expected"), IDENTITY.values(), ids=IDENTITY)
def test_a_trust_of_an_account_narrowed_by_who_calls(condition: dict[str, Any], expected: set[str]) -> None:
    """The account's owner makes roles and users of any name."""
    trust = {"Principal": {"AWS": VENDORS}, "Action": "sts:AssumeRole", "Condition": condition}
    assert sources(trust) == expected


OF_A_SOURCE = {
    "ours: nobody calls for us": (OURS, set()),
    "somebody else's: a service may call for it": (VENDOR, {ANY_ACCOUNT}),
}


@pytest.mark.parametrize(("account", "expected"), OF_A_SOURCE.values(), ids=OF_A_SOURCE)
def test_a_trust_of_everyone_narrowed_by_source(account: str, expected: set[str]) -> None:
    """A star means services too, which call for the account that set them up."""
    condition = {"StringEquals": {"aws:SourceAccount": account}}
    assert sources({"Principal": "*", "Action": "sts:AssumeRole", "Condition": condition}) == expected


@pytest.mark.parametrize(("arn", "expected"), ARNS.values(), ids=ARNS)
def test_a_trust_of_everyone_narrowed_by_arn(arn: str, expected: set[str]) -> None:
    condition = {"ArnLike": {"aws:PrincipalArn": arn}}
    assert sources({"Principal": "*", "Action": "sts:AssumeRole", "Condition": condition}) == expected
