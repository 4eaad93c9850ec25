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
    "our roles": (f"arn:aws:iam::{OURS}:role/v-*", set()),
}


@pytest.mark.parametrize(("arn", "expected"), ARNS.values(), ids=ARNS)
def test_a_trust_of_everyone_narrowed_by_arn(arn: str, expected: set[str]) -> None:
    condition = {"ArnLike": {"aws:PrincipalArn": arn}}
    assert sources({"Principal": "*", "Action": "sts:AssumeRole", "Condition": condition}) == expected
