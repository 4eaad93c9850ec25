"""The vendor catalogue: its data is well-formed, and each look-up finds its vendor and no near twin."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import get_args
from urllib.parse import urlsplit

import msgspec
import pytest

from scanner.catalog import Category, KnownIssuer, KnownVendor, VendorCatalog, load_aws_owned, load_vendors

# Accounts that worlds and documentation use for nobody in particular.
NOBODYS = re.compile(
    r"[123]0{9}\d\d|(\d)\1{11}|123456789012|1111222233{2}33|444455556666|012345678901|210987654321"
)


@cache
def shipped() -> VendorCatalog:
    return load_vendors()


def published(vendor: KnownVendor) -> list[tuple[str, str]]:
    """Every identity of a vendor with the page that states it."""
    return [
        *((a.account, a.source) for a in vendor.aws),
        *((a.account, a.source) for a in vendor.gcp),
        *((a.app, a.source) for a in vendor.azure),
        *((i.issuer, i.source) for i in vendor.oidc),
    ]


def aws_accounts() -> list[str]:
    owned = [account for service in load_aws_owned().services for account in service.accounts]
    return [a.account for v in shipped().vendors for a in v.aws] + owned


def test_enough_vendors_are_known() -> None:
    assert len(shipped().vendors) >= 60


def test_names_are_unique() -> None:
    assert [name for name, times in Counter(v.name for v in shipped().vendors).items() if times > 1] == []


def test_every_category_is_used() -> None:
    assert {v.category for v in shipped().vendors} == set(get_args(Category))


def test_no_vendor_is_without_an_identity() -> None:
    assert [v.name for v in shipped().vendors if not published(v)] == []


def test_no_identity_has_two_owners() -> None:
    identities = [i for v in shipped().vendors for i, _ in published(v)]
    identities += [account for service in load_aws_owned().services for account in service.accounts]
    assert [i for i, owners in Counter(identities).items() if owners > 1] == []


def test_accounts_are_twelve_digits_and_somebodys() -> None:
    assert [a for a in aws_accounts() if not re.fullmatch(r"[0-9]{12}", a) or NOBODYS.fullmatch(a)] == []


@pytest.mark.parametrize(
    ("account", "nobodys"), [("100000000001", True), ("300000000042", True), ("307185671274", False)]
)
def test_nobodys(account: str, nobodys: bool) -> None:
    assert (NOBODYS.fullmatch(account) is not None) == nobodys


def test_sources_are_pages_below_a_host() -> None:
    sources = [source for v in shipped().vendors for _, source in published(v)]
    sources += [s.source for s in load_aws_owned().services]
    assert [s for s in sources if urlsplit(s).scheme != "https" or len(urlsplit(s).path) < 2] == []


def test_pages_in_repositories_are_pinned() -> None:
    sources = [source for v in shipped().vendors for _, source in published(v)]
    loose = [
        s
        for s in sources
        if "/blob/" in s and not re.match(r"https://github\.com/[^/]+/[^/]+/blob/[0-9a-f]{40}/", s)
    ]
    assert loose == []


def test_a_shared_issuer_names_the_claim_that_says_whose_token_it_is() -> None:
    issuers = [i for v in shipped().vendors for i in v.oidc]
    assert [i.issuer for i in issuers if i.multi_tenant != bool(i.tenant_claim)] == []
    assert [i.issuer for i in issuers if i.tenant_pattern and "{tenant}" not in i.tenant_pattern] == []
    assert [i.issuer for i in issuers if i.multi_tenant and "*" in i.issuer] == []


ACCOUNTS = {
    "a labelling vendor": ("490065312183", "HumanSignal (Label Studio)"),
    "a vendor with several accounts": ("725579432336", "Weights & Biases"),
    "leading zero": ("032379705303", "Buildkite"),
    "leading zero lost": ("32379705303", None),
    "one digit off": ("490065312184", None),
    "our own world": ("100000000001", None),
    "a service of AWS is no vendor": ("127311923021", None),
    "nothing": ("", None),
}


@pytest.mark.parametrize(("account", "expected"), ACCOUNTS.values(), ids=ACCOUNTS)
def test_by_account(account: str, expected: str | None) -> None:
    found = shipped().by_account(account)
    assert (found.name if found else None) == expected


ISSUERS = {
    "GitHub Actions, as a token says it": ("https://token.actions.githubusercontent.com", ("GitHub", True)),
    "GitHub Actions, as IAM says it": ("token.actions.githubusercontent.com", ("GitHub", True)),
    "a slash at the end": ("https://token.actions.githubusercontent.com/", ("GitHub", True)),
    "case of the host": ("https://Token.Actions.GitHubUserContent.com", ("GitHub", True)),
    "an enterprise's own": ("https://token.actions.githubusercontent.com/octocat-inc", ("GitHub", False)),
    "two segments": ("https://token.actions.githubusercontent.com/octocat-inc/x", None),
    "a longer host": ("https://token.actions.githubusercontent.com.attacker.example", None),
    "a longer host before": ("https://x.token.actions.githubusercontent.com", None),
    "the host as a path": ("https://attacker.example/token.actions.githubusercontent.com", None),
    "without encryption": ("http://token.actions.githubusercontent.com", None),
    "a workspace in the path": (
        "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
        ("Bitbucket Pipelines", False),
    ),
    "no workspace": ("https://api.bitbucket.org/2.0/workspaces//pipelines-config/identity/oidc", None),
    "an organisation as a host label": ("https://acme.app.spacelift.io", ("Spacelift", False)),
    "two host labels": ("https://a.acme.app.spacelift.io", None),
    "no host label": ("https://app.spacelift.io", None),
    "a cluster": (
        "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE",
        ("Amazon EKS cluster", False),
    ),
    "a cluster's id in part": ("https://oidc.eks.eu-west-1.amazonaws.com/id/", None),
    "region, tenant and cluster": (
        "https://westeurope.oic.prod-aks.azure.com/2222/3333/",
        ("Azure Kubernetes Service cluster", False),
    ),
    "an issuer before the pattern it matches": (
        "https://sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/",
        ("Microsoft Sentinel", True),
    ),
    "one digit off that issuer": (
        "https://sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33e/",
        ("Microsoft Entra ID", False),
    ),
    "the shared issuer of CircleCI": ("https://oidc.circleci.com", ("CircleCI", True)),
    "an organisation's of CircleCI": ("https://oidc.circleci.com/org/1f", ("CircleCI", False)),
    "a path of upper case": ("https://oidc.circleci.com/ORG/1f", None),
    "nothing": ("", None),
}


@pytest.mark.parametrize(("issuer", "expected"), ISSUERS.values(), ids=ISSUERS)
def test_by_issuer(issuer: str, expected: tuple[str, bool] | None) -> None:
    found = shipped().by_issuer(issuer)
    assert ((found.name, found.multi_tenant) if found else None) == expected


def test_an_issuer_tells_how_to_know_the_tenant() -> None:
    found = shipped().by_issuer("https://token.actions.githubusercontent.com")
    assert isinstance(found, KnownIssuer)
    assert (found.tenant_claim, found.tenant_pattern) == ("sub", "repo:{tenant}/*")


@pytest.mark.parametrize("vendor", shipped().vendors, ids=lambda v: v.name)
def test_every_identity_leads_back_to_its_vendor(vendor: KnownVendor) -> None:
    catalog = shipped()
    assert {catalog.by_account(a.account) for a in vendor.aws} <= {vendor}
    assert {catalog.by_service_account(a.account.upper()) for a in vendor.gcp} <= {vendor}
    assert {catalog.by_azure_app(a.app.upper()) for a in vendor.azure} <= {vendor}
    for issuer in vendor.oidc:
        found = catalog.by_issuer(issuer.issuer.replace("*", "acme"))
        assert found is not None
        assert (found.name, found.category, found.published) == (vendor.name, vendor.category, issuer)


OTHERS = {
    "a service account of a vendor": ("wandb-integration@wandb-production.iam.gserviceaccount.com", True),
    "the name in another project": ("wandb-integration@wandb-productions.iam.gserviceaccount.com", False),
    "an app of a vendor": ("a67e6057-7138-4f78-bbaf-fd9db7b8aab0", True),
    "an app that is one digit off": ("a67e6057-7138-4f78-bbaf-fd9db7b8aab1", False),
}


@pytest.mark.parametrize(("identity", "known"), OTHERS.values(), ids=OTHERS)
def test_other_clouds(identity: str, known: bool) -> None:
    found = shipped().by_service_account(identity) or shipped().by_azure_app(identity)
    assert (found is not None) == known


AWS_OWNED = {
    "load balancers": ("127311923021", "Elastic Load Balancing"),
    "one region's account": ("098369216593", "Elastic Load Balancing"),
    "images": ("763104351884", "AWS Deep Learning Containers"),
    "reports": ("386209384616", "AWS Billing"),
    "one digit off": ("127311923022", None),
    "a vendor": ("490065312183", None),
}


@pytest.mark.parametrize(("account", "expected"), AWS_OWNED.values(), ids=AWS_OWNED)
def test_aws_owned(account: str, expected: str | None) -> None:
    found = load_aws_owned().by_account(account)
    assert (found.service if found else None) == expected


ENTRY = """
- name: Acme
  category: {category}
  read: 2026-11-22
  aws: [{{account: {account}, source: {source}}}]
"""
ENTRIES = {
    "as it should be": ("ci", '"012345678901"', "https://acme.example/docs", True),
    "a category of our own making": ("vendor", '"012345678901"', "https://acme.example/docs", False),
    "an unquoted account": ("ci", "212345678901", "https://acme.example/docs", False),
    "eleven digits": ("ci", '"01234567890"', "https://acme.example/docs", False),
    "no page": ("ci", '"012345678901"', "https://acme.example", False),
    "a page without encryption": ("ci", '"012345678901"', "http://acme.example/docs", False),
}


@pytest.mark.parametrize(("category", "account", "source", "valid"), ENTRIES.values(), ids=ENTRIES)
def test_entries_are_held_to_their_types(category: str, account: str, source: str, valid: bool) -> None:
    text = ENTRY.format(category=category, account=account, source=source)
    if valid:
        assert msgspec.yaml.decode(text, type=tuple[KnownVendor, ...])[0].aws[0].account == "012345678901"
    else:
        with pytest.raises(msgspec.ValidationError):
            msgspec.yaml.decode(text, type=tuple[KnownVendor, ...])
