"""Who is external, and whose: by what is claimed, the register, and the catalogue, in this order."""

from __future__ import annotations

import pytest

from scanner.catalog import load_vendors
from scanner.config import Config, Identities, Ours, OursAws, Vendor
from scanner.model import Principal, Source
from scanner.providers.aws.outsiders import describe
from scanner.sources import Register

GITHUB = "https://token.actions.githubusercontent.com"
OKTA = "arn:aws:iam::100000000001:saml-provider/okta"
CONFIG = Config(
    ours=Ours(
        aws=OursAws(accounts=("100000000001",), saml=("arn:aws:iam::*:saml-provider/okta",)),
        oidc=(f"{GITHUB} sub=repo:ourlab/*",),
    ),
    vendors=(
        Vendor(
            "labelworks",
            identities=Identities(aws=("200000000001",), oidc=(f"{GITHUB} sub=repo:labelworks/*",)),
        ),
        Vendor("evalhouse", identities=Identities(aws=("arn:aws:iam::200000000002:role/eval-*",))),
        Vendor("coop", relation="partner", identities=Identities(aws=("300000000001",))),
    ),
)

# (trust, vendor, in the register), or None for ours.
CASES: dict[str, tuple[str, tuple[str, str | None, bool] | None]] = {
    "a registered account": ("arn:aws:iam::200000000001:root", ("vendor", "labelworks", True)),
    "a role in it": ("arn:aws:iam::200000000001:role/x", ("vendor", "labelworks", True)),
    "a registered role": ("arn:aws:iam::200000000002:role/eval-1", ("vendor", "evalhouse", True)),
    "another role of that account": ("arn:aws:iam::200000000002:role/x", ("vendor", "evalhouse", False)),
    "that account itself": ("arn:aws:iam::200000000002:root", ("vendor", "evalhouse", False)),
    "a partner": ("arn:aws:iam::300000000001:root", ("partner", "coop", True)),
    "a stranger": ("arn:aws:iam::200000000009:root", ("unknown-external", None, False)),
    "anyone": ("*", ("public", None, False)),
    "any account": ("arn:aws:iam::*:root", ("public", None, False)),
    "our subject": (f"{GITHUB} sub=repo:ourlab/evals:*", None),
    "a subject that begins like ours": (f"{GITHUB} sub=repo:ourlab-fork/evals:*", ("federated", None, False)),
    "a wider subject than ours": (f"{GITHUB} sub=repo:*", ("federated", None, False)),
    "our subject of another issuer": (
        "https://evil.example sub=repo:ourlab/evals",
        ("federated", None, False),
    ),
    "a vendor's subject": (f"{GITHUB} sub=repo:labelworks/x", ("vendor", "labelworks", True)),
    "our SAML provider": (OKTA, None),
    "another SAML provider": (f"{OKTA}2", ("federated", None, False)),
    "a canonical user": ("canonical:79a5", ("unknown-external", None, False)),
}


def source(principal: Principal | None) -> Source | None:
    assert principal is not None
    return Register(CONFIG, load_vendors()).source(principal)


@pytest.mark.parametrize(("node", "expected"), CASES.values(), ids=CASES)
def test_source(node: str, expected: tuple[str, str | None, bool] | None) -> None:
    found = source(describe(node))
    assert (None if found is None else (found.trust, found.vendor, found.registered)) == expected


def test_a_principal_of_ours_is_no_source() -> None:
    assert (
        source(Principal("arn:aws:iam::100000000001:role/x", "role", "aws", "100000000001", ours=True))
        is None
    )


def test_the_catalogue_names_an_account_that_the_register_does_not() -> None:
    catalogue = load_vendors()
    account, vendor = next((a.account, v) for v in catalogue.vendors for a in v.aws)
    found = source(describe(f"arn:aws:iam::{account}:root"))
    assert found is not None
    assert (found.trust, found.vendor, found.registered) == ("vendor", vendor.name, False)
