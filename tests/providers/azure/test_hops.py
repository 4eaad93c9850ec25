"""Hops into one container, whoever they come from: what worlds do not tell apart, guards above all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scanner.snapshot import Document, DocumentId, Unresolved
from tests.providers.azure.documents import (
    ACCOUNT,
    RG,
    SUB,
    SUBSCRIPTION,
    TENANT,
    WEIGHTS,
    assigned,
    defined,
    estate,
    row,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
ADA, EVE, READERS = (f"{letter * 8}-0000-0000-0000-000000000001" for letter in "ab9")
GUEST = "guest:ada@labelworks.example"
NAME = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers/blobs:path]"
PATH = f"{NAME} StringLike 'public/*'"
ROOT = f"/providers/Microsoft.Management/managementGroups/{TENANT}"


SISTER = "33333333-3333-3333-3333-333333333333"
FEDERATED = {"signInType": "federated", "issuer": "ExternalAzureAD", "issuerAssignedId": None}
OWN_NAME = {"signInType": "userPrincipalName", "issuer": "ourlab.onmicrosoft.com"}


def person(oid: str, upn: str, *, tenant: str = TENANT, **more: Any) -> Document:  # noqa: ANN401 - raw JSON
    body = {"id": oid, "userPrincipalName": upn, "userType": "Member", "accountEnabled": True, **more}
    return Document(DocumentId("azure", tenant, "", "graph", "users", oid), body)


def members(*who: str) -> list[Document]:
    group = Document(DocumentId("azure", TENANT, "", "graph", "groups", READERS), {"id": READERS})
    inside = [{"id": oid} for oid in who]
    return [group, Document(DocumentId("azure", TENANT, "", "graph", "groups.members", READERS), inside)]


def arm(id_: str, field: str, **properties: Any) -> Document:  # noqa: ANN401 - raw JSON
    return Document(DocumentId("azure", SUBSCRIPTION, "", "arm", field, id_), {"properties": properties})


def account(**properties: Any) -> list[Document]:  # noqa: ANN401 - raw JSON
    """Return the account with the container of the weights, below a subscription with its groups."""
    chain = [{"name": "research"}, {"name": TENANT}]
    subscription = row(SUB, "microsoft.resources/subscriptions", "resourcecontainers")
    subscription.body["properties"] = {"managementGroupAncestorsChain": chain}
    subscription.body["tenantId"] = TENANT
    return [
        subscription,
        row(ACCOUNT, "microsoft.storage/storageaccounts", **properties),
        arm(WEIGHTS, "Microsoft.Storage.storageAccounts.blobServices.containers", publicAccess="None"),
    ]


def eligible(role: str, scope: str, *rules: dict[str, Any]) -> list[Document]:
    """Return an eligible role of Ada's and its activation policy."""
    own = {"principalId": ADA, "principalType": "User", "roleDefinitionId": f"/x/{role}", "scope": scope}
    id_ = f"{scope}/providers/Microsoft.Authorization"
    return [
        arm(f"{id_}/e/{role}", "Microsoft.Authorization.roleEligibilityScheduleInstances", **own),
        arm(
            f"{id_}/p/{role}",
            "Microsoft.Authorization.roleManagementPolicyAssignments",
            scope=scope,
            roleDefinitionId=f"/x/{role}",
            effectiveRules=list(rules),
        ),
    ]


MFA = {"id": "Enablement_EndUser_Assignment", "enabledRules": ["MultiFactorAuthentication"]}
APPROVAL = {"id": "Approval_EndUser_Assignment", "setting": {"isApprovalRequired": True}}


def classic(mail: str, role: str) -> Document:
    """Return a classic administrator of the subscription."""
    id_ = f"{SUB}/providers/Microsoft.Authorization/classicAdministrators/1"
    type_ = "microsoft.authorization/classicadministrators"
    return row(id_, type_, "authorizationresources", emailAddress=mail, role=role)


def denial(action: str, spares: str, **other: Any) -> Document:  # noqa: ANN401 - raw JSON
    """Return a deny assignment for everyone but one person."""
    said = {
        "scope": RG,
        "permissions": [{"dataActions": [action]}],
        "principals": [{"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}],
        "excludePrincipals": [{"id": spares, "type": "User"}],
    }
    id_ = f"{RG}/providers/Microsoft.Authorization/denyAssignments/1"
    return arm(id_, "Microsoft.Authorization.denyAssignments", **said | other)


READ = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
VENDOR, CONNECTOR = "22222222-2222-2222-2222-222222222222", "eeeeeeee-0000-0000-0000-000000000001"
APP = Document(
    DocumentId("azure", TENANT, "", "graph", "servicePrincipals", CONNECTOR),
    {"id": CONNECTOR, "appId": "F", "appOwnerOrganizationId": VENDOR, "servicePrincipalType": "Application"},
)
ANN = person(ADA, "ada_labelworks.example#EXT#@ourlab.onmicrosoft.com", userType="Guest")
DENY = {"defaultAction": "Deny", "ipRules": [{"value": "203.0.113.0/24"}]}
SUBNET = f"{RG}/providers/microsoft.network/virtualnetworks/lab/subnets/jobs"
FAR = SUBNET.replace("10000000-0000", "20000000-0000")
CUSTOM, ADMIN = "c0c0c0c0-0000-0000-0000-000000000001", "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"
KEYS = "Microsoft.Storage/storageAccounts"
TAG = f"@Resource[{KEYS}/blobServices/containers/blobs/tags:shared<$key_case_sensitive$>]"
OF_OLD = (
    f"!(ActionMatches{{'{READ}'}} AND SubOperationMatches{{'Blob.Read.WithTagConditions'}})"
    f" OR {TAG} StringEquals 'yes'"
)
HALF_READ = [
    defined(CUSTOM, {"dataActions": ["*"], "notDataActions": {"x": 1}}),
    assigned(ADA, CUSTOM, RG),
]
Said = tuple[str, str, str, str]

CASES: dict[str, tuple[Iterable[Document], Iterable[str], set[Said]]] = {
    "a role on the container": (
        [ANN, *account(), assigned(ADA, READER, WEIGHTS)],
        (),
        {(GUEST, "read", "", "proven")},
    ),
    "on the subscription": (
        [ANN, *account(), assigned(ADA, READER, SUB)],
        (),
        {(GUEST, "read", "", "proven")},
    ),
    "on a management group above": (
        [ANN, *account(), assigned(ADA, READER, ROOT)],
        (),
        {(GUEST, "read", "", "proven")},
    ),
    "on the root": ([ANN, *account(), assigned(ADA, READER, "/")], (), {(GUEST, "read", "", "proven")}),
    "in another letter case": (
        [ANN, *account(), assigned(ADA, READER.upper(), WEIGHTS.upper())],
        (),
        {(GUEST, "read", "", "proven")},
    ),
    "an external person made a member": (
        [
            person(ADA, "ada_labelworks.example#EXT#@ourlab.onmicrosoft.com"),
            *account(),
            assigned(ADA, READER, RG),
        ],
        (),
        {(GUEST, "read", "", "proven")},
    ),
    "a guest that is a person of another tenant of ours": (
        [
            person(ADA, "ada_ourlab.example#EXT#@x.onmicrosoft.com", mail="ada@ourlab.example"),
            person(EVE, "ada@ourlab.example", tenant=SISTER),
            *account(),
            assigned(ADA, READER, RG),
        ],
        (),
        {(f"/users/{EVE}", "read", "", "proven")},
    ),
    "a guest whose address a colleague has on file": (
        [
            ANN,
            person(EVE, "eve@ourlab.example", mail="ada@labelworks.example"),
            *account(),
            assigned(ADA, READER, RG),
        ],
        (),
        {(GUEST, "read", "", "proven")},
    ),
    "a guest who was made a member and given another name": (
        [
            person(ADA, "ada@ourlab.example", mail="ada@labelworks.example", externalUserState="Accepted"),
            *account(),
            assigned(ADA, READER, RG),
        ],
        (),
        {(GUEST, "read", "", "proven")},
    ),
    "one who signs in with another directory": (
        [
            person(ADA, "ada@ourlab.example", mail="ada@labelworks.example", identities=[FEDERATED]),
            *account(),
            assigned(ADA, READER, RG),
        ],
        (),
        {(GUEST, "read", "", "proven")},
    ),
    "one of ours with such an address": (
        [
            person(ADA, "ada@ourlab.example", mail="ada@labelworks.example", identities=[OWN_NAME]),
            *account(),
            assigned(ADA, READER, RG),
        ],
        (),
        {(f"/users/{ADA}", "read", "", "proven")},
    ),
    "a condition on a path": (
        [ANN, *account(), assigned(ADA, READER, RG, condition=PATH)],
        (),
        {(GUEST, "read", f"{NAME} like public/*", "proven")},
    ),
    "with and without the condition": (
        [ANN, *account(), assigned(ADA, READER, RG, condition=PATH), assigned(ADA, READER, SUB, n=2)],
        (),
        {(GUEST, "read", "", "proven")},
    ),
    "a firewall with a range": (
        [ANN, *account(networkAcls=DENY), assigned(ADA, READER, RG)],
        (),
        {(GUEST, "read", "source address in 203.0.113.0/24", "proven")},
    ),
    "a firewall with a subnet, for an outsider": (
        [
            ANN,
            *account(networkAcls={"defaultAction": "Deny", "virtualNetworkRules": [{"id": SUBNET}]}),
            assigned(ADA, READER, RG),
        ],
        (),
        {(GUEST, "read", "", "blocked")},
    ),
    "and for one of ours": (
        [
            person(EVE, "eve@ourlab.example"),
            *account(networkAcls={"defaultAction": "Deny", "virtualNetworkRules": [{"id": SUBNET}]}),
            assigned(EVE, READER, RG),
        ],
        (),
        {(f"/users/{EVE}", "read", f"virtual network = {SUBNET}", "proven")},
    ),
    "through a group": (
        [ANN, *members(ADA), *account(), assigned(READERS, READER, RG, type_="Group")],
        (),
        {(f"/groups/{READERS}", "read", "", "proven")},
    ),
    "through a group, behind a firewall with a subnet": (
        [
            ANN,
            person(EVE, "eve@ourlab.example"),
            *members(ADA, EVE),
            *account(networkAcls={"defaultAction": "Deny", "virtualNetworkRules": [{"id": SUBNET}]}),
            assigned(READERS, READER, RG, type_="Group"),
        ],
        (),
        {
            (f"/groups/{READERS}#inside", "read", f"virtual network = {SUBNET}", "proven"),
            (f"/groups/{READERS}#outside", "read", "", "blocked"),
        },
    ),
    "through a group of ours alone, behind one": (
        [
            person(EVE, "eve@ourlab.example"),
            *members(EVE),
            *account(networkAcls={"defaultAction": "Deny", "virtualNetworkRules": [{"id": SUBNET}]}),
            assigned(READERS, READER, RG, type_="Group"),
        ],
        (),
        {(f"/groups/{READERS}", "read", f"virtual network = {SUBNET}", "proven")},
    ),
    "a subnet of another subscription": (
        [
            ANN,
            *account(networkAcls={"defaultAction": "Deny", "virtualNetworkRules": [{"id": FAR}]}),
            assigned(ADA, READER, RG),
        ],
        (),
        {(GUEST, "read", f"virtual network = {FAR}", "proven")},
    ),
    "a rule of the firewall that code leaves open": (
        [
            ANN,
            *account(
                networkAcls={"defaultAction": "Deny", "ipRules": [{"value": Unresolved("var.ip").body}]}
            ),
            assigned(ADA, READER, RG),
        ],
        (),
        {(GUEST, "read", "", "possible")},
    ),
    "a perimeter in place of the firewall's rules": (
        [
            ANN,
            *account(publicNetworkAccess="SecuredByPerimeter", networkAcls={"defaultAction": "Deny"}),
            assigned(ADA, READER, RG),
        ],
        (),
        {(GUEST, "read", "", "possible")},
    ),
    "agents of a service provider": (
        [*account(), assigned(ADA, READER, RG, type_="ForeignGroup")],
        (),
        {(f"tenant:unknown/{ADA}", "read", "", "proven")},
    ),
    "a person whom a list that was cut short leaves out": (
        [person(EVE, "eve@ourlab.example"), *account(), assigned(ADA, READER, RG)],
        [f"azure:{TENANT}::graph:users"],
        {(f"/users/{ADA}", "read", "", "proven")},
    ),
    "a person who was deleted": (
        [person(EVE, "eve@ourlab.example"), *account(), assigned(ADA, READER, RG)],
        (),
        set(),
    ),
    "a condition of old on tags of what is read": (
        [ANN, *account(), assigned(ADA, READER, RG, condition=OF_OLD)],
        (),
        {(GUEST, "read", f"{TAG} = yes", "proven")},
    ),
    "a condition that is no text": (
        [ANN, *account(), assigned(ADA, READER, RG, condition={"x": 1})],  # type: ignore[arg-type]
        (),
        {(GUEST, "read", "", "possible")},
    ),
    "a role whose list of what it takes away is no list": (
        [ANN, *account(), *HALF_READ],
        (),
        {(GUEST, "read", "", "possible"), (GUEST, "write", "", "possible")},
    ),
    "a denial that names nobody": (
        [ANN, *account(), assigned(ADA, READER, RG), denial(READ, spares=EVE, principals=[])],
        (),
        {(GUEST, "read", "", "possible")},
    ),
    "a denial of one way to the keys of two": (
        [
            ANN,
            *account(),
            defined(CUSTOM, {"actions": [f"{KEYS}/listKeys/action", f"{KEYS}/regenerateKey/action"]}),
            assigned(ADA, CUSTOM, RG),
            denial("none", spares=EVE, permissions=[{"actions": [f"{KEYS}/listKeys/action"]}]),
        ],
        (),
        {(GUEST, "take-shared-key", "", "proven")},
    ),
    "a denial of what somebody could grant itself": (
        [ANN, *account(), assigned(ADA, ADMIN, RG), denial(READ, spares=EVE)],
        (),
        {(f"{GUEST}#self-granted@{RG}", "take-shared-key", "", "proven")}
        | {(f"{GUEST}#self-granted@{RG}", "write", "", "proven")}
        | {(f"{GUEST}#self-granted@{RG}", "read", "", "blocked")},
    ),
    "a role at another account": (
        [ANN, *account(), assigned(ADA, READER, f"{ACCOUNT}2")],
        (),
        set(),
    ),
    "a person whom nobody read": (
        [*account(), assigned(ADA, READER, RG)],
        (),
        {(f"/users/{ADA}", "read", "", "proven")},
    ),
    "a classic administrator": (
        [*account(), classic("ada@labelworks.example", "CoAdministrator")],
        (),
        {
            (GUEST, "take-shared-key", "", "proven"),
            (f"{GUEST}#self-granted@{SUB}", "read", "", "proven"),
            (f"{GUEST}#self-granted@{SUB}", "write", "", "proven"),
            (GUEST, "edit-policy", "", "proven"),
        },
    ),
    "a service administrator of another kind": (
        [*account(), classic("ada@labelworks.example", "Reader")],
        (),
        set(),
    ),
    "a firewall that names a vendor's resource, for its application": (
        [
            APP,
            *account(networkAcls={"defaultAction": "Deny", "resourceAccessRules": [{"tenantId": VENDOR}]}),
            assigned(CONNECTOR, READER, RG, type_="ServicePrincipal"),
        ],
        (),
        {("app:f", "read", f"resource of tenant = {VENDOR}", "proven")},
    ),
    "a denial that spares one member, who may activate more": (
        [
            ANN,
            person(EVE, "eve@ourlab.example"),
            *members(ADA, EVE),
            *account(),
            assigned(READERS, READER, RG, type_="Group"),
            *eligible(OWNER, RG, MFA),
            denial(READ, spares=ADA),
        ],
        (),
        {(GUEST, "read", "", "proven"), (f"/users/{EVE}", "read", "", "blocked")}
        | {(f"{GUEST}#activated+mfa", "take-shared-key", "", "proven")}
        | {(f"{GUEST}#activated+mfa#self-granted@{RG}", "write", "", "proven")}
        | {(f"{GUEST}#activated+mfa", "edit-policy", "", "proven")},
    ),
    "deny assignments not read": (
        [ANN, *account(), assigned(ADA, READER, RG)],
        [f"azure:{SUBSCRIPTION}::arm:Microsoft.Authorization.denyAssignments"],
        {(GUEST, "read", "", "possible")},
    ),
    "those of another subscription not read": (
        [ANN, *account(), assigned(ADA, READER, RG)],
        ["azure:10000000-0000-0000-0000-000000000002::arm:Microsoft.Authorization.denyAssignments"],
        {(GUEST, "read", "", "proven")},
    ),
}


@pytest.mark.parametrize(("documents", "gaps", "expected"), CASES.values(), ids=CASES)
def test_hops_into_a_container(
    documents: Iterable[Document], gaps: Iterable[str], expected: set[Said]
) -> None:
    found = estate(documents, gaps).hops_into(WEIGHTS)
    said = {(h.source, h.type, "; ".join(map(str, h.guards)), h.certainty) for h in found}
    assert said == expected


def test_a_role_of_the_table_says_of_when_it_is() -> None:
    hop = next(iter(estate([ANN, *account(), assigned(ADA, READER, RG)]).hops_into(WEIGHTS)))
    assert hop.assumed == ("built-in role definitions of 2026-08-22",)


ACTIVATIONS: dict[str, tuple[list[Document], set[tuple[str, str]]]] = {
    "with nothing before it": (eligible(READER, RG), {(f"{GUEST}#activated", "")}),
    "with multi-factor authentication": (
        eligible(READER, RG, MFA),
        {(f"{GUEST}#activated+mfa", "multi-factor authentication = true")},
    ),
    "with both": (
        eligible(READER, RG, MFA, APPROVAL),
        {
            (
                f"{GUEST}#activated+approval+mfa",
                "approval of the activation = true; multi-factor authentication = true",
            )
        },
    ),
}


@pytest.mark.parametrize(("documents", "expected"), ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_activation(documents: list[Document], expected: set[tuple[str, str]]) -> None:
    world = estate([ANN, *account(), *documents])
    readers = {hop.source for hop in world.hops_into(WEIGHTS) if hop.type == "read"}
    assert readers == {node for node, _ in expected}
    said = {(h.target, "; ".join(map(str, h.guards))) for node in readers for h in world.hops_into(node)}
    assert said == expected


def test_two_activations_together_open_what_each_does() -> None:
    documents = [*eligible(READER, RG, MFA), *eligible(OWNER, RG, APPROVAL)]
    nodes = set(estate([ANN, *account(), *documents]).copies)
    assert nodes >= {f"{GUEST}#activated{suffix}" for suffix in ("+mfa", "+approval", "+approval+mfa")}


def test_copies_are_nobodys_source() -> None:
    world = estate([ANN, *account(), *eligible(READER, RG, MFA)])
    described = [world.describe(node) for node in world.copies]
    assert all(principal is not None and getattr(principal, "ours", False) for principal in described)
