"""Whose tokens get into a role: of providers that there are, with claims that they can have."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.config import Config
from scanner.providers.aws.estate import AwsEstate
from scanner.snapshot import Document, Place, Snapshot
from tests.providers.aws.documents import OURS, VENDOR, policy, snapshot

ROLE = f"arn:aws:iam::{OURS}:role/r"
ID = f"aws:{OURS}::iam:GetAccountAuthorizationDetails.RoleDetailList/{ROLE}"
GITHUB, GITLAB = "token.actions.githubusercontent.com", "gitlab.com"
PROVIDER = f"arn:aws:iam::{OURS}:oidc-provider/{GITHUB}"
SAML = f"arn:aws:iam::{OURS}:saml-provider/partner"
LISTS = {"oidc": "ListOpenIDConnectProviders", "saml": "ListSAMLProviders"}
ITEMS = {"oidc": "OpenIDConnectProviderList", "saml": "SAMLProviderList"}
TOKEN, ASSERTION = "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"
ANY = f"https://{GITHUB} sub=*"


def read(principal: object, action: str, listed: dict[str, list[str]], **condition: object) -> Snapshot:
    """Return an account with a role that trusts so, and with the lists of providers that were read."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Condition": condition}
    documents: dict[str, Any] = {
        ID: {"Arn": ROLE, "AssumeRolePolicyDocument": policy(statement)},
        f"aws:{OURS}::sts:GetCallerIdentity": {},
    }
    for kind, arns in listed.items():
        documents[f"aws:{OURS}::iam:{LISTS[kind]}"] = {}
        for arn in arns:
            documents[f"aws:{OURS}::iam:{LISTS[kind]}.{ITEMS[kind]}/{arn}"] = {"Arn": arn}
    return snapshot(documents)


def ways(found: Snapshot) -> dict[str, str]:
    return {hop.source: hop.certainty for hop in AwsEstate(found, Config()).hops_into(ROLE)}


CASES: dict[str, tuple[Snapshot, dict[str, str]]] = {
    "there is the provider": (read({"Federated": PROVIDER}, TOKEN, {"oidc": [PROVIDER]}), {ANY: "proven"}),
    "it was deleted": (read({"Federated": PROVIDER}, TOKEN, {"oidc": []}), {ANY: "blocked"}),
    "which there are was not read": (read({"Federated": PROVIDER}, TOKEN, {}), {ANY: "proven"}),
    "it is of another account": (
        read({"Federated": PROVIDER.replace(OURS, VENDOR)}, TOKEN, {}),
        {ANY: "blocked"},
    ),
    "there is the SAML provider": (read({"Federated": SAML}, ASSERTION, {"saml": [SAML]}), {SAML: "proven"}),
    "the SAML provider was deleted": (read({"Federated": SAML}, ASSERTION, {"saml": []}), {SAML: "blocked"}),
    "a claim of its own": (
        read({"Federated": PROVIDER}, TOKEN, {}, StringLike={f"{GITHUB}:sub": "repo:a/*"}),
        {f"https://{GITHUB} sub=repo:a/*": "proven"},
    ),
    "a claim that another issuer's tokens have": (
        read({"Federated": PROVIDER}, TOKEN, {}, StringLike={f"{GITLAB}:sub": "project_path:a/*"}),
        {},
    ),
    "not a claim of another issuer": (
        read({"Federated": PROVIDER}, TOKEN, {}, StringNotLike={f"{GITLAB}:sub": "project_path:a/*"}),
        {ANY: "proven"},
    ),
    "everyone, and a provider": (read("*", TOKEN, {"oidc": [PROVIDER]}), {ANY: "possible"}),
    "everyone, and no provider": (read("*", TOKEN, {"oidc": []}), {}),
    "everyone, to assume, and a provider": (
        read("*", "sts:AssumeRole", {"oidc": [PROVIDER]}),
        {"arn:aws:iam::*:root": "proven"},
    ),
}


@pytest.mark.parametrize(("found", "expected"), CASES.values(), ids=CASES)
def test_whose_tokens_get_in(found: Snapshot, expected: dict[str, str]) -> None:
    assert ways(found) == expected


def test_code_does_not_say_that_there_is_no_provider() -> None:
    """It may be made elsewhere."""
    live = read({"Federated": PROVIDER}, TOKEN, {"oidc": []})
    place = Place("", "main.tf", (1, 9))
    code = Snapshot(
        [Document(d.id, d.body, (place,) if str(d.id) == ID else ()) for d in live],
        [],
        collected_at="2026-11-20",
    )
    assert (ways(live), ways(code)) == ({ANY: "blocked"}, {ANY: "proven"})
