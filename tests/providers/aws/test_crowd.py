"""Principals that code leaves open, as hops: possible ones, from whoever they could be."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.config import Config
from scanner.providers.aws.estate import AwsEstate
from scanner.providers.aws.outsiders import ANY_ACCOUNT
from scanner.snapshot import Unresolved
from tests.providers.aws.documents import OURS, VENDOR, allow, policy, snapshot

DETAILS = f"aws:{OURS}::iam:GetAccountAuthorizationDetails"
DEPLOY, TRAINER = f"arn:aws:iam::{OURS}:role/deploy", f"arn:aws:iam::{OURS}:role/trainer"
GITHUB = "https://token.actions.githubusercontent.com"
SUBJECT = {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:ourlab/*"}}
WEB = "sts:AssumeRoleWithWebIdentity"


def var(like: str) -> dict[str, str]:
    return Unresolved("var.who", like).body


def trust(principal: dict[str, Any], action: str = "sts:AssumeRole", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"Effect": "Allow", "Principal": principal, "Action": action, **more}


CASES: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "anyone": (
        trust({"AWS": var("*")}),
        {ANY_ACCOUNT: "possible", TRAINER: "possible"},
    ),
    "written out": (trust({"AWS": VENDOR}), {f"arn:aws:iam::{VENDOR}:root": "proven"}),
    "some account": (trust({"AWS": var("arn:aws:iam::*:root")}), {ANY_ACCOUNT: "possible"}),
    "a role of some account": (
        trust({"AWS": var("arn:aws:iam::*:role/train*")}),
        {ANY_ACCOUNT: "possible", TRAINER: "possible"},
    ),
    "a role of the vendor": (
        trust({"AWS": var(f"arn:aws:iam::{VENDOR}:role/*")}),
        {f"arn:aws:iam::{VENDOR}:role/*": "possible"},
    ),
    "a role of ours": (trust({"AWS": var(f"arn:aws:iam::{OURS}:role/t*")}), {TRAINER: "possible"}),
    "another role of ours": (trust({"AWS": var(f"arn:aws:iam::{OURS}:role/x*")}), {}),
    "an identity provider, told by its claims": (
        trust({"Federated": var("*")}, WEB, Condition=SUBJECT),
        {f"{GITHUB} sub=repo:ourlab/*": "possible"},
    ),
    "an identity provider of whatever kind": (
        trust({"Federated": var("*")}, WEB),
        {"https://* sub=*": "possible"},
    ),
    "a deny": (trust({"AWS": var("*")}, Effect="Deny"), {}),
}


@pytest.mark.parametrize(("statement", "expected"), CASES.values(), ids=CASES)
def test_who_may_take_a_role(statement: dict[str, Any], expected: dict[str, str]) -> None:
    roles = {
        DEPLOY: {"Arn": DEPLOY, "AssumeRolePolicyDocument": policy(statement)},
        TRAINER: {
            "Arn": TRAINER,
            "AssumeRolePolicyDocument": policy(allow({"Service": "ec2.amazonaws.com"})),
        },
    }
    documents = {f"{DETAILS}.RoleDetailList/{arn}": body for arn, body in roles.items()}
    documents[f"aws:{OURS}::sts:GetCallerIdentity"] = {"Account": OURS}
    estate = AwsEstate(snapshot(documents), Config())
    hops = list(estate.hops_into(DEPLOY))
    assert {hop.source: hop.certainty for hop in hops} == expected
    assert all(hop.missing == ("var.who",) for hop in hops if hop.certainty == "possible")
