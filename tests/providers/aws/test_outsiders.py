"""Which outside callers a policy admits: the named, those that conditions name, and anyone."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.config import Config
from scanner.providers.aws.access import Policy
from scanner.providers.aws.library import Library
from scanner.providers.aws.organization import Organization
from scanner.providers.aws.outsiders import ANY_ACCOUNT, ANYONE, Caller, callers, describe, issuer_of
from tests.providers.aws.documents import OURS, VENDOR, allow, policy, snapshot

ROOT = f"arn:aws:iam::{VENDOR}:root"
ROLE = f"arn:aws:iam::{VENDOR}:role/ingest"
SESSION = f"arn:aws:sts::{VENDOR}:assumed-role/ingest/today"
GITHUB = f"arn:aws:iam::{OURS}:oidc-provider/token.actions.githubusercontent.com"


def only(key: str, value: str) -> dict[str, Any]:
    return allow(Condition={"ArnLike" if "Arn" in key else "StringEquals": {key: value}})


CASES: dict[str, tuple[dict[str, Any], str, set[str]]] = {
    "an account": (allow({"AWS": VENDOR}), "s3:GetObject", {ROOT}),
    "an account by its root": (allow({"AWS": ROOT}), "s3:GetObject", {ROOT}),
    "a role": (allow({"AWS": ROLE}), "s3:GetObject", {ROLE}),
    "a session": (allow({"AWS": SESSION}), "s3:GetObject", {SESSION}),
    "an account of ours": (allow({"AWS": OURS}), "s3:GetObject", set()),
    "a canonical user": (allow({"CanonicalUser": "79a5"}), "s3:GetObject", {"canonical:79a5"}),
    "an OIDC provider": (allow({"Federated": GITHUB}), "sts:AssumeRoleWithWebIdentity", {GITHUB}),
    "a service": (allow({"Service": "sagemaker.amazonaws.com"}), "sts:AssumeRole", set()),
    "a deny": (allow({"AWS": VENDOR}, Effect="Deny"), "s3:GetObject", set()),
    "anyone": (allow(), "s3:GetObject", {ANYONE, ANY_ACCOUNT}),
    "anyone, to an API that takes signed calls only": (allow(), "sts:AssumeRole", {ANY_ACCOUNT}),
    "anyone of an account": (only("aws:PrincipalAccount", VENDOR), "sts:AssumeRole", {ANY_ACCOUNT, ROOT}),
    "anyone of an account of ours": (only("aws:PrincipalAccount", OURS), "sts:AssumeRole", {ANY_ACCOUNT}),
    "anyone with an ARN": (only("aws:PrincipalArn", ROLE), "sts:AssumeRole", {ANY_ACCOUNT, ROOT}),
    "anyone with an ARN like": (
        only("aws:PrincipalArn", f"arn:aws:iam::{VENDOR}:role/*"),
        "sts:AssumeRole",
        {ANY_ACCOUNT, ROOT},
    ),
    "anyone with a name, of any account": (
        only("aws:PrincipalArn", "arn:aws:iam::*:role/vendor-*"),
        "sts:AssumeRole",
        {ANY_ACCOUNT},
    ),
    "a key that is not the caller's": (only("aws:SourceAccount", VENDOR), "sts:AssumeRole", {ANY_ACCOUNT}),
    "all but one": (
        {k: v for k, v in allow(NotPrincipal={"AWS": ROLE}).items() if k != "Principal"},
        "sts:AssumeRole",
        {ANY_ACCOUNT, ROOT, ROLE},
    ),
}


@pytest.mark.parametrize(("statement", "action", "expected"), CASES.values(), ids=CASES)
def test_callers(statement: dict[str, Any], action: str, expected: set[str]) -> None:
    read = snapshot({f"aws:{OURS}::sts:GetCallerIdentity": {}})
    organization = Organization(read, Config(), Library(read))
    found = callers(Policy.parse(policy(statement), name="p"), action, organization)
    assert {caller.node for caller in found} == expected
    assert list(found) == sorted(found)


def test_any_account_is_one_that_nobody_names() -> None:
    """Else a condition on the vendor would decide for everybody."""
    read = snapshot({})
    statement = allow(Condition={"StringEquals": {"aws:PrincipalAccount": ["999999999999", "999999999998"]}})
    found = callers(
        Policy.parse(policy(statement), name="p"),
        "sts:AssumeRole",
        Organization(read, Config(), Library(read)),
    )
    assert {c.principal for c in found if c.node == ANY_ACCOUNT} == {"arn:aws:iam::999999999997:*"}


KINDS = {
    "an account": (ROOT, "aws"),
    "anyone": (ANYONE, "anonymous"),
    "a canonical user": ("canonical:79a5", "canonical"),
    "an OIDC provider": (GITHUB, "oidc"),
    "a provider of AWS's own": ("accounts.google.com", "oidc"),
    "a SAML provider": (f"arn:aws:iam::{OURS}:saml-provider/okta", "saml"),
    "a service": ("sagemaker.amazonaws.com", "service"),
    "Cognito": ("cognito-identity.amazonaws.com", "oidc"),
}


@pytest.mark.parametrize(("principal", "kind"), KINDS.values(), ids=KINDS)
def test_kind(principal: str, kind: str) -> None:
    assert Caller(principal, principal).kind == kind


ISSUERS = {
    "of an ARN": (GITHUB, "https://token.actions.githubusercontent.com"),
    "with a path": (
        f"arn:aws:iam::{OURS}:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/1",
        "https://oidc.eks.us-east-1.amazonaws.com/id/1",
    ),
    "of AWS's own": ("accounts.google.com", "https://accounts.google.com"),
    "SAML has none": (f"arn:aws:iam::{OURS}:saml-provider/okta", None),
}


@pytest.mark.parametrize(("provider", "issuer"), ISSUERS.values(), ids=ISSUERS)
def test_issuer_of(provider: str, issuer: str | None) -> None:
    assert issuer_of(provider) == issuer


NODES = {
    "anyone": (ANYONE, ("anonymous", None)),
    "any account": (ANY_ACCOUNT, ("any-account", None)),
    "an account": (ROOT, ("account", VENDOR)),
    "a role": (ROLE, ("role", VENDOR)),
    "a session": (SESSION, ("assumed-role", VENDOR)),
    "a subject": ("https://issuer.example sub=repo:a/*", ("oidc", None)),
    "a SAML provider": (f"arn:aws:iam::{OURS}:saml-provider/okta", ("saml", OURS)),
    "a bucket": ("arn:aws:s3:::b", None),
    "nothing": ("", None),
}


@pytest.mark.parametrize(("node", "expected"), NODES.values(), ids=NODES)
def test_describe(node: str, expected: tuple[str, str | None] | None) -> None:
    found = describe(node)
    assert (None if found is None else (found.kind, found.scope)) == expected
