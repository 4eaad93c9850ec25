"""Applications that act for people at Microsoft Graph: no further than the permission, or the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scanner.snapshot import Document, DocumentId
from tests.providers.azure.documents import ACCOUNT, RG, TENANT, WEIGHTS, assigned, estate, row
from tests.providers.azure.test_consents import APP, CLIENT, EVE, IVY, TEAM, client, consent, person, ways

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.providers.azure.estate import AzureEstate

ANN = "aaaaaaaa-0000-0000-0000-000000000001"
GRAPH, SP = "00000003-0000-0000-c000-000000000000", "eeeeeeee-0000-0000-0000-000000000009"
OWN, OBJECT = "ffffffff-0000-0000-0000-000000000009", "ffffffff-0000-0000-0000-0000000000b9"
DIRECTORY = "roleManagement.directory.roleAssignments"
GLOBAL, ROLES_ADMIN = "62e90394-69f5-4237-9190-012177145e10", "e8611ab8-c189-46e8-94e1-60213ab1f814"
APPS_ADMIN, GROUPS_ADMIN = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "fdd7a751-b60b-444a-984c-02652fe8fa1c"
HELPDESK, AUTH_ADMIN = "729827e3-9c14-49f7-bb1b-9608f156bbb8", "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"
READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
INTO_APP, INTO_TEAM, INTO_ANN = f"/servicePrincipals/{SP}", f"/groups/{TEAM}", f"/users/{ANN}"
AS_USER = "Directory.AccessAsUser.All"


def graph(field: str, key: str, body: Any) -> Document:  # noqa: ANN401 - raw JSON
    return Document(DocumentId("azure", TENANT, "", "graph", field, key), body)


def holds(role: str, who: str = EVE, scope: str = "/") -> Document:
    body = {"id": "r1", "principalId": who, "roleDefinitionId": role, "directoryScopeId": scope}
    return graph(DIRECTORY, "r1", body)


def owns(field: str, key: str, who: str = EVE) -> Document:
    return graph(f"{field}.owners", key, [{"id": who}])


def at_graph(scope: str, who: str | None = None) -> list[Document]:
    """Return the vendor's application with delegated permissions of Microsoft Graph."""
    return [client(), *consent(GRAPH, who, scope)]


def lab(**team: Any) -> list[Document]:  # noqa: ANN401 - raw JSON
    """Return three people, an application of ours and a group, before a container."""
    own = {"id": SP, "appId": OWN, "appOwnerOrganizationId": TENANT, "servicePrincipalType": "Application"}
    return [
        *(person(oid) for oid in (ANN, EVE, IVY)),
        graph("servicePrincipals", SP, own),
        graph("applications", OBJECT, {"id": OBJECT, "appId": OWN}),
        graph("groups", TEAM, {"id": TEAM, "groupTypes": [], **team}),
        graph("groups.members", TEAM, []),
        row(ACCOUNT, "microsoft.storage/storageaccounts"),
        row(WEIGHTS, "microsoft.storage/storageaccounts/blobservices/containers", publicAccess="None"),
    ]


def said(found: AzureEstate, node: str) -> set[str]:
    """Return the ways of the vendor's application into a node, each with how certain it is."""
    return {
        f"{' '.join(hop.type for hop in way)} "
        f"{'proven' if {hop.certainty for hop in way} == {'proven'} else 'possible'}"
        for way in ways(found, node)
    }


SECRET, JOIN = {"act-for take-credentials proven"}, {"act-for join-group proven"}

CASES: dict[str, tuple[Iterable[Document], str, set[str]]] = {
    "secrets, for who gives applications any": (
        [holds(APPS_ADMIN), *at_graph("Application.ReadWrite.All")],
        INTO_APP,
        SECRET,
    ),
    "by that person's own consent": (
        [holds(APPS_ADMIN), *at_graph("Application.ReadWrite.All", EVE)],
        INTO_APP,
        SECRET,
    ),
    "by that of somebody without power": (
        [holds(APPS_ADMIN), *at_graph("Application.ReadWrite.All", IVY)],
        INTO_APP,
        set(),
    ),
    "for people without power": (at_graph("Application.ReadWrite.All"), INTO_APP, set()),
    "for who changes groups alone": (
        [holds(GROUPS_ADMIN), *at_graph("Application.ReadWrite.All")],
        INTO_APP,
        set(),
    ),
    "to read applications": ([holds(APPS_ADMIN), *at_graph("Application.Read.All")], INTO_APP, set()),
    "to read oneself": ([holds(GLOBAL), *at_graph("User.Read openid profile")], INTO_APP, set()),
    "files and mail": (
        [holds(GLOBAL), *at_graph("Files.ReadWrite.All Mail.ReadWrite Sites.ReadWrite.All")],
        INTO_APP,
        set(),
    ),
    "whatever the person may": ([holds(APPS_ADMIN), *at_graph(AS_USER)], INTO_APP, SECRET),
    "one of several permissions": (
        [holds(APPS_ADMIN), *at_graph("User.Read Application.ReadWrite.All offline_access")],
        INTO_APP,
        SECRET,
    ),
    "an owner of the application": (
        [owns("applications", OBJECT), *at_graph("Application.ReadWrite.All")],
        INTO_APP,
        SECRET,
    ),
    "an owner of it, and groups": (
        [owns("applications", OBJECT), *at_graph("Group.ReadWrite.All")],
        INTO_APP,
        set(),
    ),
    "a role over another application": (
        [holds(APPS_ADMIN, scope=f"/{OBJECT[:-1]}8"), *at_graph("Application.ReadWrite.All")],
        INTO_APP,
        set(),
    ),
    "a role over this one": (
        [holds(APPS_ADMIN, scope=f"/{OBJECT}"), *at_graph("Application.ReadWrite.All")],
        INTO_APP,
        SECRET,
    ),
    "members of groups": ([holds(GROUPS_ADMIN), *at_graph("GroupMember.ReadWrite.All")], INTO_TEAM, JOIN),
    "groups, for their owner": ([owns("groups", TEAM), *at_graph("Group.ReadWrite.All")], INTO_TEAM, JOIN),
    "groups, for the owner of none": (
        [owns("groups", TEAM, IVY), *at_graph("Group.ReadWrite.All", EVE)],
        INTO_TEAM,
        set(),
    ),
    "groups to be read": ([owns("groups", TEAM), *at_graph("Group.Read.All")], INTO_TEAM, set()),
    "another API's, of the same name": (
        [holds(GROUPS_ADMIN), client(), *consent(OWN, None, "Group.ReadWrite.All")],
        INTO_TEAM,
        set(),
    ),
    "for those who are assigned to it": (
        [
            *[holds(GROUPS_ADMIN), client(appRoleAssignmentRequired=True)],
            *consent(GRAPH, None, "Group.ReadWrite.All"),
        ],
        INTO_TEAM,
        {"act-for join-group possible"},
    ),
    "passwords": (
        [holds(HELPDESK), *at_graph("UserAuthenticationMethod.ReadWrite.All")],
        INTO_ANN,
        SECRET,
    ),
    "passwords of anybody": (
        [holds(AUTH_ADMIN), *at_graph("User-PasswordProfile.ReadWrite.All")],
        INTO_ANN,
        SECRET,
    ),
    "everything of people but passwords": (
        [holds(HELPDESK), *at_graph("User.ReadWrite.All")],
        INTO_ANN,
        set(),
    ),
    "roles, for who assigns them": (
        [holds(ROLES_ADMIN), *at_graph("RoleManagement.ReadWrite.Directory")],
        WEIGHTS,
        {
            *("act-for edit-policy proven", "act-for self-grant read proven"),
            *("act-for self-grant write proven", "act-for self-grant take-shared-key proven"),
        },
    ),
    "roles, for who gives secrets": (
        [holds(APPS_ADMIN), *at_graph("RoleManagement.ReadWrite.Directory")],
        WEIGHTS,
        set(),
    ),
    "roles to be read": ([holds(ROLES_ADMIN), *at_graph("RoleManagement.Read.Directory")], WEIGHTS, set()),
}


@pytest.mark.parametrize(("documents", "node", "expected"), CASES.values(), ids=CASES)
def test_an_application_has_the_powers_of_people(
    documents: Iterable[Document], node: str, expected: set[str]
) -> None:
    assert said(estate([*lab(), *documents]), node) == expected


def test_a_member_of_a_group_may_put_others_into_it() -> None:
    """Whose application adds members is no member, even where the person is one."""
    listed = graph("groups.members", TEAM, [{"id": EVE}])
    kept = [d for d in lab() if d.id.field != "groups.members"]
    found = estate([*kept, listed, holds(GROUPS_ADMIN), *at_graph("Group.ReadWrite.All")])
    assert said(found, INTO_TEAM) == JOIN


FIREWALLS = {
    "an application that puts people into the group": ("Group.ReadWrite.All", {"act-for join-group"}),
    "one that does not": ("User.Read", set()),
}


@pytest.mark.parametrize(("scope", "expected"), FIREWALLS.values(), ids=FIREWALLS)
def test_who_joins_by_an_application_is_outside_of_a_firewall(scope: str, expected: set[str]) -> None:
    """A group of ours is split where it can be joined from outside, and that way in is shut."""
    kept = [d for d in lab() if d.id.key != ACCOUNT]
    shut = row(ACCOUNT, "microsoft.storage/storageaccounts", publicNetworkAccess="Disabled")
    reads = assigned(TEAM, READER, RG, type_="Group")
    found = estate([*kept, shut, reads, holds(GROUPS_ADMIN), *at_graph(scope)])
    into = {
        hop.source: hop.certainty for hop in found.hops_into(WEIGHTS) if hop.source.startswith("/groups/")
    }
    assert all(kind == "blocked" for node, kind in into.items() if node.endswith("#outside"))
    joined = {node for node in into if said(found, node)}
    assert joined == ({f"{INTO_TEAM}#outside"} if expected else set())


def test_the_application_is_a_source() -> None:
    found = estate([*lab(), holds(APPS_ADMIN), *at_graph("Application.ReadWrite.All")])
    assert f"app:{APP}" in {fact.id for fact in found.facts()}
    assert CLIENT not in {fact.id for fact in found.facts()}
