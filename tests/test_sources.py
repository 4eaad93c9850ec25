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


BEYOND_AWS = Config(
    vendors=(
        Vendor(
            "labelworks",
            identities=Identities(
                gcp=("domain:labelworks.example", "serviceAccount:ci@labelworks.iam.gserviceaccount.com"),
                azure=("guest:*@labelworks.example", "tenant:22222222-2222-2222-2222-222222222222"),
            ),
        ),
    ),
)
TENANT, STRANGER = "22222222-2222-2222-2222-222222222222", "99999999-9999-9999-9999-999999999999"
GCP_AND_AZURE: dict[str, tuple[Principal, tuple[str, str | None, bool] | None]] = {
    "somebody of a registered mail domain": (
        Principal("user:ann@LabelWorks.example", "user", "gcp", "labelworks.example"),
        ("vendor", "labelworks", True),
    ),
    "a domain that ends alike": (
        Principal("user:ann@notlabelworks.example", "user", "gcp", "notlabelworks.example"),
        ("unknown-external", None, False),
    ),
    "a registered service account": (
        Principal(
            "serviceAccount:ci@labelworks.iam.gserviceaccount.com", "service-account", "gcp", "labelworks"
        ),
        ("vendor", "labelworks", True),
    ),
    "another one of its project": (
        Principal(
            "serviceAccount:x@labelworks.iam.gserviceaccount.com", "service-account", "gcp", "labelworks"
        ),
        ("vendor", "labelworks", False),
    ),
    "one of a project that begins alike": (
        Principal(
            "serviceAccount:x@labelworks-2.iam.gserviceaccount.com", "service-account", "gcp", "labelworks-2"
        ),
        ("unknown-external", None, False),
    ),
    "a guest of a registered domain": (
        Principal("guest:ann@labelworks.example", "guest", "azure", None),
        ("vendor", "labelworks", True),
    ),
    "an app of a registered tenant": (
        Principal(f"app:{STRANGER}", "app", "azure", TENANT),
        ("vendor", "labelworks", True),
    ),
    "an app of a stranger's tenant": (
        Principal(f"app:{STRANGER}", "app", "azure", STRANGER),
        ("unknown-external", None, False),
    ),
}


@pytest.mark.parametrize(("principal", "expected"), GCP_AND_AZURE.values(), ids=GCP_AND_AZURE)
def test_sources_of_other_clouds(principal: Principal, expected: tuple[str, str | None, bool] | None) -> None:
    found = Register(BEYOND_AWS, load_vendors()).source(principal)
    assert (None if found is None else (found.trust, found.vendor, found.registered)) == expected
