"""What power over the directory leads to: into a person, a group, an application, each beside its twin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scanner.snapshot import Document, DocumentId
from tests.providers.azure.documents import TENANT, estate

if TYPE_CHECKING:
    from collections.abc import Iterable

ADA, EVE, TEAM, APP, UNIT = (f"{letter * 8}-0000-0000-0000-000000000001" for letter in "ab9f7")
SP = "eeeeeeee-0000-0000-0000-000000000001"
ROBOT, GRAPH = "eeeeeeee-0000-0000-0000-000000000002", "eeeeeeee-0000-0000-0000-000000000003"
OBJECT = "ffffffff-0000-0000-0000-0000000000b1"
GUEST, ROLES = "guest:ada@labelworks.example", "roleManagement.directory"
CUSTOM = "c0c0c0c0-0000-0000-0000-000000000009"
HELPDESK, AUTHENTICATION = "729827e3-9c14-49f7-bb1b-9608f156bbb8", "c4e39bd9-1100-46d3-8c65-fb160da0071f"
REPORTS, SECURITY = "4a5d8f65-41da-4de4-8968-e035b65339cf", "194ae4cb-b126-40b2-bd5b-6091b380977d"
WRITERS, HYBRID = "9360feb5-f418-4baa-8175-e2a00bac4301", "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2"
TEAMS, GOVERNANCE = "69091246-20e8-4a56-aa4d-066075b2a7a8", "45d8d3c5-c802-45c6-b32a-1d70b5e1e86e"
APPLICATIONS = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
CREDENTIALS = "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9"
OWN = "microsoft.directory/"


def graph(field: str, key: str, body: Any) -> Document:  # noqa: ANN401 - raw JSON
    return Document(DocumentId("azure", TENANT, "", "graph", field, key), body)


def person(oid: str, upn: str) -> Document:
    return graph("users", oid, {"id": oid, "userPrincipalName": upn, "userType": "Member"})


def holds(role: str, who: str = ADA, scope: str = "/", *, n: int = 1) -> Document:
    """Return a standing assignment of a role of the directory."""
    body = {"id": f"r{n}", "principalId": who, "roleDefinitionId": role, "directoryScopeId": scope}
    return graph(f"{ROLES}.roleAssignments", f"r{n}", body)


def eligible(role: str) -> Document:
    body = {"id": "e1", "principalId": ADA, "roleDefinitionId": role, "directoryScopeId": "/"}
    return graph(f"{ROLES}.roleEligibilityScheduleInstances", "e1", body)


def policy(role: str, *rules: dict[str, Any]) -> Document:
    """Return the activation policy of a role of the directory."""
    id_ = f"DirectoryRole_{TENANT}_{role}"
    body = {
        "id": id_,
        "scopeId": "/",
        "scopeType": "DirectoryRole",
        "roleDefinitionId": role,
        "policy": {"rules": list(rules)},
    }
    return graph("policies.roleManagementPolicyAssignments", id_, body)


def defined(*actions: str, condition: str | None = None, role: str = CUSTOM) -> Document:
    """Return a custom role of the directory."""
    block = {"allowedResourceActions": list(actions), "condition": condition}
    body = {"id": role, "templateId": role, "isBuiltIn": False, "rolePermissions": [block]}
    return graph(f"{ROLES}.roleDefinitions", role, body)


def group(*kinds: str, **more: Any) -> Document:  # noqa: ANN401 - raw JSON
    return graph("groups", TEAM, {"id": TEAM, "groupTypes": list(kinds), **more})


def unit(*who: str, restricted: bool | None = None, read: bool = True) -> list[Document]:
    """Return an administrative unit with its members."""
    listed = graph("directory.administrativeUnits.members", UNIT, [{"id": oid} for oid in who])
    own = graph(
        "directory.administrativeUnits", UNIT, {"id": UNIT, "isMemberManagementRestricted": restricted}
    )
    return [own, listed] if read else [own]


def application(*, read: bool = True) -> list[Document]:
    """Return an application of ours and its service principal."""
    body = {"id": SP, "appId": APP, "appOwnerOrganizationId": TENANT, "servicePrincipalType": "Application"}
    own = graph("servicePrincipals", SP, body)
    return [own, graph("applications", OBJECT, {"id": OBJECT, "appId": APP})] if read else [own]


def robot(
    role: str, *, resource: str = "00000003-0000-0000-c000-000000000000", enabled: bool = True
) -> list[Document]:
    """Return a vendor's application with an application permission."""
    app, tenant = "ffffffff-0000-0000-0000-000000000002", "22222222-2222-2222-2222-222222222222"
    body = {"id": ROBOT, "appId": app, "appOwnerOrganizationId": tenant, "accountEnabled": enabled}
    given = [{"id": "x", "appRoleId": role, "resourceId": GRAPH, "principalId": ROBOT}]
    return [
        graph("servicePrincipals", ROBOT, body),
        graph(
            "servicePrincipals",
            GRAPH,
            {"id": GRAPH, "appId": resource, "servicePrincipalType": "Application"},
        ),
        graph("servicePrincipals.appRoleAssignments", ROBOT, given),
    ]


ANN = person(ADA, "ada_labelworks.example#EXT#@ourlab.onmicrosoft.com")
EVA = person(EVE, "eve@ourlab.example")
PEOPLE = [ANN, EVA]
MFA = {"id": "Enablement_EndUser_Assignment", "enabledRules": ["MultiFactorAuthentication"]}
CONTEXT = {"id": "AuthenticationContext_EndUser_Assignment", "isEnabled": True, "claimValue": "c1"}
ROBOTS = "app:ffffffff-0000-0000-0000-000000000002"
Said = tuple[str, str, str]
TAKES: set[Said] = {(GUEST, "take-credentials", "proven")}
MAY_TAKE: set[Said] = {(GUEST, "take-credentials", "possible")}
JOINS: set[Said] = {(GUEST, "join-group", "proven")}

CASES: dict[str, tuple[Iterable[Document], str, set[Said]]] = {
    "a custom role that gives applications secrets": (
        [ANN, *application(), defined(f"{OWN}applications/credentials/update"), holds(CUSTOM)],
        f"/servicePrincipals/{SP}",
        TAKES,
    ),
    "one that does so where one owns them": (
        [
            *[ANN, *application(), holds(CUSTOM)],
            defined(f"{OWN}applications/credentials/update", condition="$SubjectIsOwner"),
        ],
        f"/servicePrincipals/{SP}",
        set(),
    ),
    "one that renames them": (
        [ANN, *application(), defined(f"{OWN}applications/basic/update"), holds(CUSTOM)],
        f"/servicePrincipals/{SP}",
        set(),
    ),
    "one for one application": (
        [
            *[ANN, *application(), holds(CUSTOM, scope=f"/{OBJECT}")],
            defined(f"{OWN}applications.myOrganization/credentials/update"),
        ],
        f"/servicePrincipals/{SP}",
        TAKES,
    ),
    "one for another": (
        [
            *[ANN, *application(), holds(CUSTOM, scope="/ffffffff-0000-0000-0000-0000000000b2")],
            defined(f"{OWN}applications.myOrganization/credentials/update"),
        ],
        f"/servicePrincipals/{SP}",
        set(),
    ),
    "applications were not read": (
        [ANN, *application(read=False), holds(APPLICATIONS)],
        f"/servicePrincipals/{SP}",
        MAY_TAKE,
    ),
    "a custom role over members of security groups": (
        [ANN, group(), defined(f"{OWN}groups.security/members/update"), holds(CUSTOM)],
        f"/groups/{TEAM}",
        JOINS,
    ),
    "of Microsoft 365 groups, for one": (
        [ANN, group("Unified"), defined(f"{OWN}groups.unified/members/update"), holds(CUSTOM)],
        f"/groups/{TEAM}",
        JOINS,
    ),
    "of Microsoft 365 groups, for another kind": (
        [ANN, group(), defined(f"{OWN}groups.unified/members/update"), holds(CUSTOM)],
        f"/groups/{TEAM}",
        set(),
    ),
    "directory writers": ([ANN, group(), holds(WRITERS)], f"/groups/{TEAM}", JOINS),
    "directory writers, and a group that takes roles": (
        [ANN, group(isAssignableToRole=True), holds(WRITERS)],
        f"/groups/{TEAM}",
        set(),
    ),
    "directory writers rewrite the rule of a dynamic group": (
        [ANN, group("DynamicMembership"), holds(WRITERS)],
        f"/groups/{TEAM}",
        JOINS,
    ),
    "identity governance changes members alone": (
        [ANN, group("DynamicMembership"), holds(GOVERNANCE)],
        f"/groups/{TEAM}",
        set(),
    ),
    "the administrator of Teams, and a group of Teams": (
        [ANN, group("Unified"), holds(TEAMS)],
        f"/groups/{TEAM}",
        JOINS,
    ),
    "and a security group": ([ANN, group(), holds(TEAMS)], f"/groups/{TEAM}", set()),
    "a custom role over groups that take roles": (
        [
            ANN,
            group(isAssignableToRole=True),
            defined(f"{OWN}groupsAssignableToRoles/allProperties/update"),
            holds(CUSTOM),
        ],
        f"/groups/{TEAM}",
        JOINS,
    ),
    "the helpdesk, and somebody who reads reports": (
        [*PEOPLE, holds(HELPDESK), holds(REPORTS, EVE, n=2)],
        f"/users/{EVE}",
        TAKES,
    ),
    "and somebody with a higher role": (
        [*PEOPLE, holds(HELPDESK), holds(SECURITY, EVE, n=2)],
        f"/users/{EVE}",
        set(),
    ),
    "who administers authentication, and the helpdesk": (
        [*PEOPLE, holds(AUTHENTICATION), holds(HELPDESK, EVE, n=2)],
        f"/users/{EVE}",
        set(),
    ),
    "the helpdesk, and the owner of a group that takes roles": (
        [
            *PEOPLE,
            holds(HELPDESK),
            group(isAssignableToRole=True),
            graph("groups.owners", TEAM, [{"id": EVE}]),
        ],
        f"/users/{EVE}",
        set(),
    ),
    "and the owner of another": (
        [*PEOPLE, holds(HELPDESK), group(), graph("groups.owners", TEAM, [{"id": EVE}])],
        f"/users/{EVE}",
        TAKES,
    ),
    "a domain that can be federated": ([*PEOPLE, holds(HYBRID)], f"/users/{EVE}", MAY_TAKE),
    "the tenant's first domain": (
        [ANN, person(EVE, "eve@ourlab.onmicrosoft.com"), holds(HYBRID)],
        f"/users/{EVE}",
        set(),
    ),
    "a unit under restricted management": (
        [*PEOPLE, holds(HELPDESK), *unit(EVE, restricted=True)],
        f"/users/{EVE}",
        set(),
    ),
    "a unit that is not": ([*PEOPLE, holds(HELPDESK), *unit(EVE)], f"/users/{EVE}", TAKES),
    "a role over that unit": (
        [*PEOPLE, holds(HELPDESK, scope=f"/administrativeUnits/{UNIT}"), *unit(EVE, restricted=True)],
        f"/users/{EVE}",
        TAKES,
    ),
    "somebody who is in no such unit": (
        [*PEOPLE, holds(HELPDESK), *unit(ADA, restricted=True)],
        f"/users/{EVE}",
        TAKES,
    ),
    "nobody knows who is in it": (
        [*PEOPLE, holds(HELPDESK), *unit(restricted=True, read=False)],
        f"/users/{EVE}",
        MAY_TAKE,
    ),
    "owners of a group in such a unit": (
        [ANN, group(), graph("groups.owners", TEAM, [{"id": ADA}]), *unit(TEAM, restricted=True)],
        f"/groups/{TEAM}",
        set(),
    ),
    "owners of one in another": (
        [ANN, group(), graph("groups.owners", TEAM, [{"id": ADA}]), *unit(TEAM)],
        f"/groups/{TEAM}",
        JOINS,
    ),
    "an application permission": (
        [*application(), *robot(CREDENTIALS)],
        f"/servicePrincipals/{SP}",
        {(ROBOTS, "take-credentials", "proven")},
    ),
    "the same id of another application's role": (
        [*application(), *robot(CREDENTIALS, resource="ffffffff-0000-0000-0000-000000000003")],
        f"/servicePrincipals/{SP}",
        set(),
    ),
    "of a service principal that is disabled": (
        [*application(), *robot(CREDENTIALS, enabled=False)],
        f"/servicePrincipals/{SP}",
        set(),
    ),
    "eligible, under a policy nobody read": ([*PEOPLE, eligible(HELPDESK)], f"/users/{EVE}", MAY_TAKE),
    "eligible, under one that was": (
        [*PEOPLE, eligible(HELPDESK), policy(HELPDESK, MFA)],
        f"/users/{EVE}",
        TAKES,
    ),
}


@pytest.mark.parametrize(("documents", "node", "expected"), CASES.values(), ids=CASES)
def test_hops(documents: Iterable[Document], node: str, expected: set[Said]) -> None:
    found = estate(documents).hops_into(node)
    assert {(hop.source, hop.type, hop.certainty) for hop in found} == expected


PARTNER = "22222222-2222-2222-2222-222222222222"
OF_MAIL = 'user.mail -match "@labelworks.example$"'


def ruled(rule: str, state: str = "On") -> Document:
    """Return a group whose members a rule picks."""
    return group("DynamicMembership", membershipRule=rule, membershipRuleProcessingState=state)


def inviting(who: str) -> Document:
    return graph("policies.authorizationPolicy", "", {"allowInvitesFrom": who})


def partner(*, synced: bool) -> Document:
    allowed = {"userSyncInbound": {"isSyncAllowed": synced}}
    body = {"tenantId": PARTNER, "identitySynchronization": allowed}
    return graph("policies.crossTenantAccessPolicy.partners", PARTNER, body)


RULES: dict[str, tuple[list[Document], set[str]]] = {
    "an address, and guests invite": ([ruled(OF_MAIL), inviting("everyone")], {"guest:*"}),
    "an address, and guests do not": ([ruled(OF_MAIL), inviting("adminsAndGuestInviters")], set()),
    "an address, and nobody told who invites": ([ruled(OF_MAIL)], {"guest:*"}),
    "every guest": ([ruled('user.userType -eq "Guest"'), inviting("everyone")], {"guest:*"}),
    "every member": ([ruled(f'{OF_MAIL} -and user.userType -eq "Member"'), inviting("everyone")], set()),
    "a rule that is paused": ([ruled(OF_MAIL, "Paused"), inviting("everyone")], set()),
    "what our personnel department says": ([ruled('user.department -eq "ML"'), inviting("everyone")], set()),
    "that and an address": (
        [ruled(f'({OF_MAIL}) -and (user.department -eq "ML")'), inviting("everyone")],
        set(),
    ),
    "that or an address": (
        [ruled(f'({OF_MAIL}) -or (user.department -eq "ML")'), inviting("everyone")],
        {"guest:*"},
    ),
    "what a partner synchronises": (
        [ruled('user.department -eq "ML"'), inviting("none"), partner(synced=True)],
        {f"tenant:{PARTNER}"},
    ),
    "a partner that does not": (
        [ruled('user.department -eq "ML"'), inviting("none"), partner(synced=False)],
        set(),
    ),
    "devices": ([ruled('device.displayName -match "x"'), inviting("everyone"), partner(synced=True)], set()),
}


@pytest.mark.parametrize(("documents", "expected"), RULES.values(), ids=RULES)
def test_who_meets_a_rule(documents: list[Document], expected: set[str]) -> None:
    found = list(estate([ANN, *documents]).hops_into(f"/groups/{TEAM}"))
    assert {hop.source for hop in found} == expected
    assert {hop.certainty for hop in found} <= {"possible"}


INSTANCES = "identityGovernance.privilegedAccess.group.eligibilityScheduleInstances"


def may_join(access: str = "member", *, within: str = TEAM) -> Document:
    """Return an eligible membership, or ownership, of the guest's."""
    id_ = f"{within}_{access}_1"
    return graph(INSTANCES, id_, {"id": id_, "principalId": ADA, "groupId": within, "accessId": access})


def policy_of_group(access: str, *rules: dict[str, Any]) -> Document:
    body = {"id": f"Group_{TEAM}_{access}", "scopeId": TEAM, "scopeType": "Group", "roleDefinitionId": access}
    return graph(
        "policies.roleManagementPolicyAssignments", body["id"], {**body, "policy": {"rules": list(rules)}}
    )


ACTIVATED = f"{GUEST}#activated"
ELIGIBLE: dict[str, tuple[list[Document], set[tuple[str, str]]]] = {
    "a membership to activate": (
        [may_join(), policy_of_group("member")],
        {(f"{ACTIVATED}@/groups/{TEAM}", "proven")},
    ),
    "behind a second factor": (
        [may_join(), policy_of_group("member", MFA)],
        {(f"{ACTIVATED}+mfa@/groups/{TEAM}", "proven")},
    ),
    "an ownership": (
        [may_join("owner"), policy_of_group("owner")],
        {(f"{ACTIVATED}@/groups/{TEAM}", "proven")},
    ),
    "under a policy of members, which says nothing of owners": (
        [may_join("owner"), policy_of_group("member")],
        {(f"{ACTIVATED}@/groups/{TEAM}", "possible")},
    ),
    "of another group": ([may_join(within=UNIT)], set()),
}


@pytest.mark.parametrize(("documents", "expected"), ELIGIBLE.values(), ids=ELIGIBLE)
def test_a_membership_is_activated(documents: list[Document], expected: set[tuple[str, str]]) -> None:
    found = estate([ANN, group(), graph("groups.members", TEAM, []), *documents])
    into = [hop for hop in found.hops_into(f"/groups/{TEAM}") if hop.type == "belong-to-group"]
    first = [hop for one in into for hop in found.hops_into(one.source)]
    assert {(hop.target, hop.certainty) for hop in first} == expected
    assert {hop.source for hop in first} <= {GUEST}


GUARDS = {
    "multi-factor authentication": ([MFA], {"multi-factor authentication = true"}),
    "a context": ([CONTEXT], {"authentication context = c1"}),
    "a context that is off": ([{**CONTEXT, "isEnabled": False}], set()),
    "nothing": ([], set()),
}


@pytest.mark.parametrize(("rules", "expected"), GUARDS.values(), ids=GUARDS)
def test_what_stands_before_an_eligible_role(rules: list[dict[str, Any]], expected: set[str]) -> None:
    found = estate([*PEOPLE, eligible(HELPDESK), policy(HELPDESK, *rules)]).hops_into(f"/users/{EVE}")
    assert {str(guard) for hop in found for guard in hop.guards} == expected


UNREAD = {
    "a role that nothing tells of": ([ANN, holds(CUSTOM)], True),
    "one that was read": ([ANN, holds(CUSTOM), defined()], False),
    "one of Microsoft's that was not": ([ANN, holds(HELPDESK)], False),
}


@pytest.mark.parametrize(("documents", "expected"), UNREAD.values(), ids=UNREAD)
def test_a_role_that_nobody_read_is_a_gap(documents: list[Document], expected: bool) -> None:
    assert any(CUSTOM in gap.detail for gap in estate(documents).coverage()) is expected
