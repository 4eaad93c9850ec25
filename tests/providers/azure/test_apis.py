"""A gateway before a model: whom it lets in, and what is kept of its policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scanner.providers.azure.collect import api_management
from scanner.snapshot import Document, DocumentId, Unresolved
from tests.providers.azure.documents import RG, TENANT, assigned, defined, estate, row

if TYPE_CHECKING:
    from collections.abc import Iterable

ACCOUNT = f"{RG}/providers/microsoft.cognitiveservices/accounts/lab"
DEPLOYMENT = f"{ACCOUNT}/deployments/atlas"
GATEWAY = f"{RG}/providers/microsoft.apimanagement/service/front"
API, SP = f"{GATEWAY}/apis/chat", "eeeeeeee-0000-0000-0000-000000000001"
ADA, ROLE = "aaaaaaaa-0000-0000-0000-000000000001", "c0c0c0c0-0000-0000-0000-000000000001"
GUEST, USER = "guest:ada@labelworks.example", "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"
ADDRESS = "https://lab.openai.azure.com/openai"
SERVICE = "microsoft.apimanagement/service"
SUBSCRIPTIONS = "Microsoft.ApiManagement/service/subscriptions/listSecrets/action"
Said = tuple[str, str, str]
CALLS = assigned(SP, USER, RG, type_="ServicePrincipal", n=7)
ANN = Document(
    DocumentId("azure", TENANT, "", "graph", "users", ADA),
    {
        "id": ADA,
        "userPrincipalName": "ada_labelworks.example#EXT#@ourlab.onmicrosoft.com",
        "userType": "Guest",
    },
)


def may(action: str) -> list[Document]:
    return [ANN, defined(ROLE, {"actions": [action]}), assigned(ADA, ROLE, RG)]


def gateway(
    *elements: str,
    asks: bool = False,
    url: str | None = ADDRESS,
    named: dict[str, Any] | None = None,
    **more: Any,  # noqa: ANN401 - raw JSON
) -> list[Document]:
    """Return a gateway with one API and its policy, before the account of a deployment."""
    service = row(GATEWAY, SERVICE, **more)
    service.body["identity"] = {"type": "SystemAssigned", "principalId": SP}
    return [
        service,
        row(API, f"{SERVICE}/apis", serviceUrl=url, subscriptionRequired=asks, isCurrent=True),
        row(
            f"{API}/policies/policy",
            f"{SERVICE}/apis/policies",
            **{"elements": list(elements), **(named or {})},
        ),
        row(f"{GATEWAY}/backends/models", f"{SERVICE}/backends", url=ADDRESS),
    ]


def model(**properties: Any) -> list[Document]:  # noqa: ANN401 - raw JSON
    account = row(ACCOUNT, "microsoft.cognitiveservices/accounts", disableLocalAuth=True, **properties)
    account.body["kind"] = "OpenAI"
    return [
        account,
        row(DEPLOYMENT, "microsoft.cognitiveservices/accounts/deployments", model={"name": "atlas"}),
    ]


ITSELF, THEIRS = "authentication-managed-identity", "22222222-2222-2222-2222-222222222222"
OPEN: set[Said] = {("*", "ingress", "proven")}
CASES: dict[str, tuple[Iterable[Document], set[Said]]] = {
    "an API that asks for nothing": ([CALLS, *gateway(ITSELF)], OPEN),
    "one whose identity may not call": (gateway(ITSELF), set()),
    "one that leads elsewhere": ([CALLS, *gateway(ITSELF, url="https://other.openai.azure.com/")], set()),
    "one whose policy leads there": (
        [CALLS, *gateway(ITSELF, "set-backend-service", url=None, named={"backends": ["models"]})],
        OPEN,
    ),
    "one whose policy leads elsewhere": (
        [CALLS, *gateway(ITSELF, "set-backend-service", url=None, named={"backends": ["others"]})],
        set(),
    ),
    "one that passes on what callers bring": ([CALLS, *gateway("rate-limit")], set()),
    "one that sets a header": ([CALLS, *gateway("set-header")], {("*", "ingress", "possible")}),
    "one whose policies nobody read": (
        [CALLS, *(d for d in gateway(ITSELF) if "policies" not in d.id.key)],
        {("*", "ingress", "possible")},
    ),
    "one whose policy's text nobody can tell": (
        [CALLS, *gateway(named={"elements": Unresolved("loadTextContent('policy.xml')").body})],
        {("*", "ingress", "possible")},
    ),
    "one that asks for a token": ([CALLS, *gateway(ITSELF, "validate-jwt")], {("*", "ingress", "possible")}),
    "one that asks for a token of ours": (
        [CALLS, *gateway(ITSELF, "validate-azure-ad-token", named={"tenants": [TENANT]}), ANN],
        set(),
    ),
    "one that asks for a vendor's": (
        [CALLS, *gateway(ITSELF, "validate-azure-ad-token", named={"tenants": [THEIRS]}), ANN],
        {("*", "ingress", "possible")},
    ),
    "one inside a network": ([CALLS, *gateway(ITSELF, virtualNetworkType="Internal")], set()),
    "one off the internet": ([CALLS, *gateway(ITSELF, publicNetworkAccess="Disabled")], set()),
    "one that asks for a subscription": ([CALLS, *gateway(ITSELF, asks=True)], set()),
    "and who lists its keys": (
        [CALLS, *may(SUBSCRIPTIONS), *gateway(ITSELF, asks=True)],
        {(GUEST, "take-shared-key", "proven")},
    ),
    "and who rewrites the API": (
        [CALLS, *may("Microsoft.ApiManagement/service/apis/write"), *gateway(ITSELF, asks=True)],
        {(GUEST, "drop-guard", "proven")},
    ),
    "and who rewrites another gateway's": (
        [CALLS, *may("Microsoft.ApiManagement/service/products/write"), *gateway(ITSELF, asks=True)],
        set(),
    ),
}


@pytest.mark.parametrize(("documents", "expected"), CASES.values(), ids=CASES)
def test_hops_through_a_gateway(documents: Iterable[Document], expected: set[Said]) -> None:
    found = estate([*documents, *model()]).hops_into(DEPLOYMENT)
    ours = f"/servicePrincipals/{SP}"
    assert {(hop.source, hop.type, hop.certainty) for hop in found if hop.source != ours} == expected


POLICY = """<policies><inbound><base />
  <!-- <validate-jwt header-name="Authorization" /> -->
  <set-backend-service id="x" backend-id="models" />
  <set-backend-service base-url="https://lab.openai.azure.com/openai" />
  <validate-azure-ad-token tenant-id="22222222-2222-2222-2222-222222222222">
    <client-application-ids />
  </validate-azure-ad-token>
  <set-header name="api-key"><value>0123456789abcdef0123456789abcdef</value></set-header>
</inbound></policies>"""


def test_a_policy_keeps_no_text() -> None:
    shrink = next(r.shrink for r in api_management.TABLE.rows if r.field.endswith("apis.policies"))
    assert shrink is not None
    kept = shrink({"id": "x", "properties": {"format": "xml", "value": POLICY}})
    assert "0123456789abcdef" not in str(kept)
    assert kept["properties"] == {
        "elements": [
            *("base", "client-application-ids", "inbound", "policies", "set-backend-service", "set-header"),
            *("validate-azure-ad-token", "value"),
        ],
        "addresses": ["https://lab.openai.azure.com/openai"],
        "backends": ["models"],
        "tenants": [THEIRS],
    }
