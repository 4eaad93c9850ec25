"""Firewalls of services: perimeters beside or in place of their rules, and what stays let in behind a no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scanner.snapshot import Document, DocumentId, Unresolved
from tests.providers.azure.documents import ACCOUNT, RG, SUBSCRIPTION, TENANT, WEIGHTS, assigned, estate, row

if TYPE_CHECKING:
    from collections.abc import Iterable

READER, ADA = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "aaaaaaaa-0000-0000-0000-000000000001"
OTHER, VENDOR = "20000000-0000-0000-0000-000000000002", "22222222-2222-2222-2222-222222222222"
PERIMETER = f"{RG}/providers/microsoft.network/networksecurityperimeters/lab"
FIELD = "Microsoft.Network.networkSecurityPerimeters"
ANN = Document(
    DocumentId("azure", TENANT, "", "graph", "users", ADA),
    {
        "id": ADA,
        "userPrincipalName": "ada_labelworks.example#EXT#@ourlab.onmicrosoft.com",
        "userType": "Guest",
    },
)
RANGE, OPEN = {"addressPrefixes": ["203.0.113.0/24"]}, {"addressPrefixes": ["0.0.0.0/0"]}
THEIRS, OURS = ({"subscriptions": [{"id": f"/subscriptions/{id_}"}]} for id_ in (OTHER, SUBSCRIPTION))
SHUT, ENABLED = {"publicNetworkAccess": "Disabled"}, {"publicNetworkAccess": "Enabled"}
BY_PERIMETER = {"publicNetworkAccess": "SecuredByPerimeter"}
OWN_RANGE = {"networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "198.51.100.0/24"}]}}
Said = tuple[str, str]


def arm(id_: str, field: str, **properties: Any) -> Document:  # noqa: ANN401 - raw JSON
    return Document(
        DocumentId("azure", SUBSCRIPTION, "", "arm", field, id_), {"id": id_, "properties": properties}
    )


def perimeter(
    mode: object, *rules: dict[str, Any], of: str = ACCOUNT, named: object = None
) -> list[Document]:
    """Return a perimeter around a service, with inbound rules unless they say else."""
    profile = f"{PERIMETER}/profiles/main"
    association = arm(
        f"{PERIMETER}/resourceassociations/weights",
        f"{FIELD}.resourceAssociations",
        accessMode=mode,
        privateLinkResource={"id": of},
        profile={"id": named or profile},
    )
    listed = [
        arm(
            f"{profile}/accessrules/r{n}", f"{FIELD}.profiles.accessRules", **{"direction": "Inbound", **rule}
        )
        for n, rule in enumerate(rules)
    ]
    return [association, *listed]


def account(**properties: Any) -> list[Document]:  # noqa: ANN401 - raw JSON
    container = row(WEIGHTS, "microsoft.storage/storageaccounts/blobservices/containers", publicAccess="None")
    return [row(ACCOUNT, "microsoft.storage/storageaccounts", **properties), container]


def named(tenant: str) -> dict[str, Any]:
    return {
        "networkAcls": {
            "defaultAction": "Deny",
            "resourceAccessRules": [{"tenantId": tenant, "resourceId": "/x"}],
        }
    }


FREE, NONE = {("", "proven")}, {("", "blocked")}
CASES: dict[str, tuple[Iterable[Document], set[Said]]] = {
    "open, and enforced without rules": ([*account(**ENABLED), *perimeter("Enforced")], NONE),
    "open, and in transition": ([*account(**ENABLED), *perimeter("Learning")], FREE),
    "open, and in transition by its new name": ([*account(**ENABLED), *perimeter("Transition")], FREE),
    "open, and another service in the perimeter": (
        [*account(**ENABLED), *perimeter("Enforced", of=f"{ACCOUNT}2")],
        FREE,
    ),
    "off, and enforced with a range": (
        [*account(**SHUT), *perimeter("Enforced", RANGE)],
        {("source address in 203.0.113.0/24", "proven")},
    ),
    "off, and in transition with a range": (
        [*account(**SHUT), *perimeter("Learning", RANGE)],
        {("source address in 203.0.113.0/24", "proven")},
    ),
    "off, and in transition with a range for what goes out": (
        [*account(**SHUT), *perimeter("Learning", {**RANGE, "direction": "Outbound"})],
        NONE,
    ),
    "off, and in transition with every address": ([*account(**SHUT), *perimeter("Learning", OPEN)], FREE),
    "a range of its own, and in transition with another": (
        [*account(**OWN_RANGE), *perimeter("Learning", RANGE)],
        {("source address in 198.51.100.0/24 | 203.0.113.0/24", "proven")},
    ),
    "a range of its own, and enforced with another": (
        [*account(**OWN_RANGE), *perimeter("Enforced", RANGE)],
        {("source address in 203.0.113.0/24", "proven")},
    ),
    "left to the perimeter, which has no rules": ([*account(**BY_PERIMETER), *perimeter("Learning")], NONE),
    "left to a perimeter that nobody read": (account(**BY_PERIMETER), {("", "possible")}),
    "a subscription that is not ours": (
        [*account(**SHUT), *perimeter("Enforced", THEIRS)],
        {(f"resource of subscription = {OTHER}", "proven")},
    ),
    "a subscription of ours": ([*account(**SHUT), *perimeter("Enforced", OURS)], NONE),
    "a tag of services": (
        [*account(**SHUT), *perimeter("Enforced", {"serviceTags": ["AzureDatabricks"]})],
        {("", "possible")},
    ),
    "a profile that code leaves open": (
        [*account(**SHUT), *perimeter("Enforced", RANGE, named=Unresolved("var.profile").body)],
        {("", "possible")},
    ),
    "a mode that code leaves open": (
        [*account(**ENABLED, **OWN_RANGE), *perimeter(Unresolved("var.mode").body)],
        {("source address in 198.51.100.0/24", "possible")},
    ),
    "off, and a resource of a vendor's tenant named": (
        account(**SHUT, **named(VENDOR)),
        {(f"resource of tenant = {VENDOR}", "proven")},
    ),
    "off, and one of our tenant": (account(**SHUT, **named(TENANT)), NONE),
}


@pytest.mark.parametrize(("documents", "expected"), CASES.values(), ids=CASES)
def test_a_guest_before_a_firewall(documents: Iterable[Document], expected: set[Said]) -> None:
    found = estate([ANN, assigned(ADA, READER, RG), *documents]).hops_into(WEIGHTS)
    assert {("; ".join(map(str, hop.guards)), hop.certainty) for hop in found} == expected


WORKSPACE = f"{RG}/providers/microsoft.machinelearningservices/workspaces/lab"
ENDPOINT = f"{WORKSPACE}/onlineendpoints/atlas"
SCORER = "f6c7c914-8db3-469d-8ca1-694a8f32e121"  # AzureML Data Scientist
ENDPOINTS: dict[str, tuple[dict[str, Any], dict[str, Any], set[Said]]] = {
    "both open": (ENABLED, ENABLED, FREE),
    "the endpoint shut": (ENABLED, SHUT, NONE),
    "the workspace shut": (SHUT, ENABLED, {("", "possible")}),
    "both shut": (SHUT, SHUT, NONE),
    "addresses of the workspace": (
        {**ENABLED, "ipAllowlist": ["203.0.113.0/24"]},
        ENABLED,
        {("source address in 203.0.113.0/24", "proven")},
    ),
    "addresses of the workspace, and the endpoint shut": (
        {**ENABLED, "ipAllowlist": ["203.0.113.0/24"]},
        SHUT,
        NONE,
    ),
}


@pytest.mark.parametrize(("workspace", "endpoint", "expected"), ENDPOINTS.values(), ids=ENDPOINTS)
def test_a_guest_before_an_endpoint(
    workspace: dict[str, Any], endpoint: dict[str, Any], expected: set[Said]
) -> None:
    documents = [
        row(WORKSPACE, "microsoft.machinelearningservices/workspaces", **workspace),
        arm(
            ENDPOINT,
            "Microsoft.MachineLearningServices.workspaces.onlineEndpoints",
            authMode="AADToken",
            **endpoint,
        ),
    ]
    hops = estate([ANN, assigned(ADA, SCORER, RG), *documents]).hops_into(ENDPOINT)
    found = {("; ".join(map(str, h.guards)), h.certainty) for h in hops if h.type == "invoke"}
    assert found == expected


def test_an_association_with_an_odd_profile_lets_nobody_in() -> None:
    association, *_ = perimeter("Enforced")
    association.body["properties"]["profile"] = {"id": "main"}
    found = estate([ANN, assigned(ADA, READER, RG), *account(**SHUT), association]).hops_into(WEIGHTS)
    assert [hop.certainty for hop in found] == ["blocked"]


def test_rules_of_a_perimeter_that_nobody_read_may_let_in() -> None:
    gap = f"azure:{SUBSCRIPTION}::arm:{FIELD}.profiles.accessRules/{PERIMETER}/profiles/main"
    documents = [ANN, assigned(ADA, READER, RG), *account(**SHUT), *perimeter("Enforced")]
    (hop,) = estate(documents, [gap]).hops_into(WEIGHTS)
    assert (hop.certainty, hop.missing) == ("possible", (gap,))
