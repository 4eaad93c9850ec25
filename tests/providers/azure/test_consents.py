"""Applications that act for people: whom they reach through, and what their tokens do not open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scanner.snapshot import Document, DocumentId
from tests.providers.azure.documents import ACCOUNT, RG, TENANT, WEIGHTS, assigned, defined, estate, row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.model import Hop
    from scanner.providers.azure.estate import AzureEstate

EVE, IVY, TEAM = (f"{letter * 8}-0000-0000-0000-000000000001" for letter in "bd9")
READER, ROLE = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "c0c0c0c0-0000-0000-0000-000000000001"
APP, VENDOR = "ffffffff-0000-0000-0000-000000000002", "22222222-2222-2222-2222-222222222222"
CLIENT, RESOURCE = "eeeeeeee-0000-0000-0000-000000000002", "eeeeeeee-0000-0000-0000-000000000003"
STORAGE, ARM = "e406a681-f3d4-42a8-90b6-c2b029497af1", "797f4846-ba00-4fd7-ba43-dac1f8f63013"
MICROSOFT = "72f988bf-86f1-41af-91ab-2d7cd011db47"


def graph(field: str, key: str, body: Any) -> Document:  # noqa: ANN401 - raw JSON
    return Document(DocumentId("azure", TENANT, "", "graph", field, key), body)


def person(oid: str, *, enabled: bool = True) -> Document:
    upn = f"{oid[:3]}@ourlab.example"
    return graph("users", oid, {"id": oid, "userPrincipalName": upn, "accountEnabled": enabled})


def client(**more: Any) -> Document:  # noqa: ANN401 - raw JSON
    """Return the service principal of a vendor's application."""
    body = {"id": CLIENT, "appId": APP, "appOwnerOrganizationId": VENDOR, "accountEnabled": True, **more}
    return graph("servicePrincipals", CLIENT, body)


def consent(api: str, person: str | None = EVE, scope: str = "user_impersonation") -> list[Document]:
    """Return a delegated permission of the vendor's, for one person or for all, and the API's principal."""
    kind = "AllPrincipals" if person is None else "Principal"
    body = {
        "id": "g1",
        "clientId": CLIENT,
        "consentType": kind,
        "principalId": person,
        "resourceId": RESOURCE,
        "scope": f" {scope}",
    }
    resource = {"id": RESOURCE, "appId": api, "appOwnerOrganizationId": MICROSOFT}
    return [graph("servicePrincipals", RESOURCE, resource), graph("oauth2PermissionGrants", "g1", body)]


def team(*who: str) -> list[Document]:
    listed = [{"id": oid} for oid in who]
    return [graph("groups", TEAM, {"id": TEAM}), graph("groups.members", TEAM, listed)]


def account(**properties: Any) -> list[Document]:  # noqa: ANN401 - raw JSON
    return [
        row(ACCOUNT, "microsoft.storage/storageaccounts", **properties),
        row(WEIGHTS, "microsoft.storage/storageaccounts/blobservices/containers", publicAccess="None"),
    ]


READS = assigned(EVE, READER, RG)
LISTS = [
    defined(ROLE, {"actions": ["Microsoft.Storage/storageAccounts/listKeys/action"]}),
    assigned(EVE, ROLE, RG),
]
SHUT = {"publicNetworkAccess": "Disabled"}
RANGE = {"networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "203.0.113.0/24"}]}}
ONE = {"act-for read proven"}

CASES: dict[str, tuple[Iterable[Document], set[str]]] = {
    "a person's own consent": ([client(), *consent(STORAGE), READS, *account()], ONE),
    "an administrator's for everybody": ([client(), *consent(STORAGE, None), READS, *account()], ONE),
    "another person's": ([client(), *consent(STORAGE, IVY), READS, *account()], set()),
    "to another API": ([client(), *consent(ARM), READS, *account()], set()),
    "to sign in and nothing else": ([client(), *consent(STORAGE, scope="openid"), READS, *account()], set()),
    "to Azure Resource Manager, and a person who lists keys": (
        [client(), *consent(ARM), *LISTS, *account()],
        {"act-for take-shared-key proven"},
    ),
    "to Azure Storage, and a person who lists keys": (
        [client(), *consent(STORAGE), *LISTS, *account()],
        set(),
    ),
    "a person in a group that reads": (
        [client(), *consent(STORAGE), *team(EVE), assigned(TEAM, READER, RG, type_="Group"), *account()],
        {"act-for belong-to-group read proven"},
    ),
    "a group without that person": (
        [client(), *consent(STORAGE), *team(IVY), assigned(TEAM, READER, RG, type_="Group"), *account()],
        set(),
    ),
    "an application that is disabled": (
        [client(accountEnabled=False), *consent(STORAGE), READS, *account()],
        set(),
    ),
    "an application of Microsoft's": (
        [client(appOwnerOrganizationId=MICROSOFT), *consent(STORAGE), READS, *account()],
        set(),
    ),
    "for those who are assigned to it": (
        [client(appRoleAssignmentRequired=True), *consent(STORAGE, None), READS, *account()],
        {"act-for read possible"},
    ),
    "for one who consented, and so was": (
        [client(appRoleAssignmentRequired=True), *consent(STORAGE), READS, *account()],
        ONE,
    ),
    "from outside of a firewall": (
        [client(), *consent(STORAGE), READS, *account(**SHUT)],
        {"act-for read blocked"},
    ),
    "from a range that is let in": ([client(), *consent(STORAGE), READS, *account(**RANGE)], ONE),
}


def ways(found: AzureEstate, node: str, behind: tuple[Hop, ...] = ()) -> Iterable[tuple[Hop, ...]]:
    """Yield the ways of the vendor's application into a node, first hop first."""
    for hop in found.hops_into(node):
        if hop.source == f"app:{APP}":
            yield (hop, *behind)
        elif len(behind) < 4:
            yield from ways(found, hop.source, (hop, *behind))


@pytest.mark.parametrize(("documents", "expected"), CASES.values(), ids=CASES)
def test_an_application_acts_for_people(documents: Iterable[Document], expected: set[str]) -> None:
    found = estate([person(EVE), person(IVY), *documents])
    said = set()
    for way in ways(found, WEIGHTS):
        sure = {hop.certainty for hop in way}
        worst = next(word for word in ("blocked", "possible", "proven") if word in sure)
        gains = {gain for hop in way for gain in hop.gains}
        if "read" in gains:
            said.add(f"{' '.join(hop.type for hop in way)} {worst}")
    assert said == expected


def test_the_application_is_a_source_and_the_person_is_none() -> None:
    found = estate([person(EVE), person(IVY), client(), *consent(STORAGE), READS, *account()])
    facts = {fact.id: fact for fact in found.facts()}
    assert f"app:{APP}" in facts
    described = found.describe(f"/users/{EVE}#acting@storage")
    assert described is not None
    assert described.id == f"/users/{EVE}#acting@storage"
    assert described.ours is True  # type: ignore[union-attr]  # a principal


def test_somebody_who_left_is_nobody_to_act_for() -> None:
    documents = [person(EVE, enabled=False), client(), *consent(STORAGE, None), READS, *account()]
    assert not list(ways(estate(documents), WEIGHTS))


GRANTS = {
    "for who assigns roles, at Azure Resource Manager": (ARM, {"edit-policy"}),
    "at Azure Storage": (STORAGE, set()),
}


@pytest.mark.parametrize(("api", "expected"), GRANTS.values(), ids=GRANTS)
def test_an_application_assigns_roles_for_a_person(api: str, expected: set[str]) -> None:
    administrator = assigned(EVE, "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", RG)
    found = estate([person(EVE), client(), *consent(api), administrator, *account()])
    into = [hop for way in ways(found, WEIGHTS) for hop in way if "grant" in hop.gains]
    assert {hop.type for hop in into} == expected
