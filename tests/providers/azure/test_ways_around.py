"""Ways that need no role of the data: copies that stand, keys that others keep, doors that are opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scanner.snapshot import Document, DocumentId
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

ADA, ROLE = "aaaaaaaa-0000-0000-0000-000000000001", "c0c0c0c0-0000-0000-0000-000000000001"
GUEST, OTHER = "guest:ada@labelworks.example", "20000000-0000-0000-0000-000000000002"
ML, STORAGE = "Microsoft.MachineLearningServices/workspaces", "Microsoft.Storage/storageAccounts"
WORKSPACE = f"{RG}/providers/microsoft.machinelearningservices/workspaces/lab"
REGISTRY = f"{RG}/providers/microsoft.containerregistry/registries/models"
SERVERLESS = f"{WORKSPACE}/serverlessendpoints/phi"
BATCH = f"{WORKSPACE}/batchendpoints/score"
SP, APP = "eeeeeeee-0000-0000-0000-000000000001", "ffffffff-0000-0000-0000-000000000001"
COPY = f"{RG}/providers/microsoft.storage/storageaccounts/archive"
SITE = f"{ACCOUNT}/blobservices/default/containers/$web"
CONTAINERS = "microsoft.storage/storageaccounts/blobservices/containers"
Said = tuple[str, str, str]


def graph(field: str, key: str, body: Any) -> Document:  # noqa: ANN401 - raw JSON
    return Document(DocumentId("azure", TENANT, "", "graph", field, key), body)


ANN = graph(
    "users",
    ADA,
    {
        "id": ADA,
        "userPrincipalName": "ada_labelworks.example#EXT#@ourlab.onmicrosoft.com",
        "userType": "Guest",
    },
)


def may(*actions: str, data: Iterable[str] = ()) -> list[Document]:
    """Return a custom role of the guest's over the resource group."""
    return [
        ANN,
        defined(ROLE, {"actions": list(actions), "dataActions": list(data)}),
        assigned(ADA, ROLE, RG),
    ]


def account(**properties: Any) -> list[Document]:  # noqa: ANN401 - raw JSON
    shut = {"allowBlobPublicAccess": False, "allowSharedKeyAccess": False, **properties}
    return [row(ACCOUNT, STORAGE.lower(), **shut), row(WEIGHTS, CONTAINERS, publicAccess="None")]


def replicating(to: str, container: str = "weights", source: str = "ourlabml") -> Document:
    """Return a policy of replication from a container of our account."""
    rule = {"ruleId": "1", "sourceContainer": container, "destinationContainer": "in"}
    return row(
        f"{ACCOUNT}/objectreplicationpolicies/1",
        f"{STORAGE.lower()}/objectreplicationpolicies",
        sourceAccount=source,
        destinationAccount=to,
        rules=[rule],
    )


def workspace(**properties: Any) -> Document:  # noqa: ANN401 - raw JSON
    return row(WORKSPACE, ML.lower(), **properties)


def store(kind: str, **credentials: Any) -> Document:  # noqa: ANN401 - raw JSON
    """Return a data store of the workspace's with credentials."""
    return row(
        f"{WORKSPACE}/datastores/lake",
        f"{ML.lower()}/datastores",
        accountName="elsewhere",
        credentials={"credentialsType": kind, **credentials},
    )


def connection(kind: str, target: str = "https://ourlabml.blob.core.windows.net/weights") -> Document:
    id_ = f"{WORKSPACE}/connections/lake"
    return row(id_, f"{ML.lower()}/connections", authType=kind, target=target, category="AzureBlob")


ROBOT = graph("servicePrincipals", SP, {"id": SP, "appId": APP, "appOwnerOrganizationId": TENANT})
OPENS, EDITS = f"{STORAGE}/blobServices/containers/write", f"{STORAGE}/write"
READS = f"{STORAGE}/blobServices/containers/blobs/read"
SECRETS, CONNECTIONS = f"{ML}/datastores/listsecrets/action", f"{ML}/connections/listsecrets/action"
KEYS, JOBS = f"{ML}/listKeys/action", f"{ML}/batchEndpoints/jobs/write"
SHUT = {"publicNetworkAccess": "Disabled"}
THEIRS = f"/subscriptions/{OTHER}/resourceGroups/x/providers/Microsoft.Storage/storageAccounts/theirs"
COPIED = f"{COPY}/blobservices/default/containers/in"
DROPS: set[Said] = {(GUEST, "drop-guard", "proven")}
TAKES: set[Said] = {(GUEST, "take-shared-key", "proven")}

CASES: dict[str, tuple[Iterable[Document], str, set[Said]]] = {
    "copies to an account in a subscription that is not ours": (
        [*account(), replicating(THEIRS)],
        WEIGHTS,
        {(f"tenant:unknown/subscription-{OTHER}", "copy", "proven")},
    ),
    "to an account that is named alone, as across tenants": (
        [*account(), replicating("theirs")],
        WEIGHTS,
        {("tenant:unknown/account-theirs", "copy", "proven")},
    ),
    "to an account of ours": (
        [*account(), replicating("archive"), row(COPY, STORAGE.lower())],
        WEIGHTS,
        {(COPIED, "copy", "proven")},
    ),
    "of another container": ([*account(), replicating(THEIRS, "logs")], WEIGHTS, set()),
    "from another account into ours": (
        [*account(), replicating("ourlabml", source="theirs")],
        WEIGHTS,
        set(),
    ),
    "a container is made public": ([*may(OPENS), *account(allowBlobPublicAccess=True)], WEIGHTS, DROPS),
    "where the account allows none": ([*may(OPENS), *account()], WEIGHTS, set()),
    "and may be made to": ([*may(OPENS, EDITS), *account()], WEIGHTS, DROPS),
    "by the editor of accounts alone": ([*may(EDITS), *account()], WEIGHTS, set()),
    "who reads may open the firewall": (
        [*may(EDITS, data=[READS]), *account(**SHUT)],
        WEIGHTS,
        {*DROPS, (GUEST, "read", "blocked")},
    ),
    "who reads and may not": ([*may(data=[READS]), *account(**SHUT)], WEIGHTS, {(GUEST, "read", "blocked")}),
    "a website": (
        [*account(), row(SITE, CONTAINERS, publicAccess="None")],
        SITE,
        {("*", "read", "possible")},
    ),
    "a website behind a firewall": (
        [*account(**SHUT), row(SITE, CONTAINERS, publicAccess="None")],
        SITE,
        set(),
    ),
    "a data store that signs in as an application": (
        [*may(SECRETS), ROBOT, workspace(), store("ServicePrincipal", clientId=APP)],
        f"/servicePrincipals/{SP}",
        {(GUEST, "take-credentials", "proven")},
    ),
    "as another one": (
        [*may(SECRETS), ROBOT, workspace(), store("ServicePrincipal", clientId=OTHER)],
        f"/servicePrincipals/{SP}",
        set(),
    ),
    "as whoever asks": (
        [*may(SECRETS), ROBOT, workspace(), store("None", clientId=APP)],
        f"/servicePrincipals/{SP}",
        set(),
    ),
    "a connection that keeps a key": (
        [*may(CONNECTIONS), *account(allowSharedKeyAccess=True), workspace(), connection("AccountKey")],
        WEIGHTS,
        TAKES,
    ),
    "a connection that keeps none": (
        [*may(CONNECTIONS), *account(allowSharedKeyAccess=True), workspace(), connection("AAD")],
        WEIGHTS,
        set(),
    ),
    "a key, and the right to secrets of data stores": (
        [*may(SECRETS), *account(allowSharedKeyAccess=True), workspace(), connection("AccountKey")],
        WEIGHTS,
        set(),
    ),
    "a SAS of another container": (
        [
            *may(CONNECTIONS),
            *account(allowSharedKeyAccess=True),
            workspace(),
            connection("SAS", "https://ourlabml.blob.core.windows.net/logs"),
        ],
        WEIGHTS,
        set(),
    ),
    "keys of a workspace, and its registry's admin user": (
        [
            *may(KEYS),
            workspace(containerRegistry=REGISTRY),
            row(REGISTRY, "microsoft.containerregistry/registries", adminUserEnabled=True),
        ],
        REGISTRY,
        TAKES,
    ),
    "and a registry without one": (
        [
            *may(KEYS),
            workspace(containerRegistry=REGISTRY),
            row(REGISTRY, "microsoft.containerregistry/registries"),
        ],
        REGISTRY,
        set(),
    ),
    "and another workspace's registry": (
        [
            *may(KEYS),
            workspace(containerRegistry=f"{REGISTRY}2"),
            row(REGISTRY, "microsoft.containerregistry/registries", adminUserEnabled=True),
        ],
        REGISTRY,
        set(),
    ),
    "keys of a serverless endpoint": (
        [
            *may(f"{ML}/serverlessEndpoints/listKeys/action"),
            workspace(),
            row(SERVERLESS, f"{ML.lower()}/serverlessendpoints", authMode="Key"),
        ],
        SERVERLESS,
        TAKES,
    ),
    "which are off": (
        [
            *may(f"{ML}/serverlessEndpoints/listKeys/action"),
            workspace(),
            row(SERVERLESS, f"{ML.lower()}/serverlessendpoints", authMode="AAD"),
        ],
        SERVERLESS,
        {(GUEST, "take-shared-key", "blocked")},
    ),
    "a batch endpoint": (
        [*may(JOBS), workspace(), row(BATCH, f"{ML.lower()}/batchendpoints")],
        BATCH,
        {(GUEST, "invoke", "proven")},
    ),
    "of a private workspace": (
        [*may(JOBS), workspace(**SHUT), row(BATCH, f"{ML.lower()}/batchendpoints")],
        BATCH,
        {(GUEST, "invoke", "blocked")},
    ),
}


@pytest.mark.parametrize(("documents", "node", "expected"), CASES.values(), ids=CASES)
def test_hops(documents: Iterable[Document], node: str, expected: set[Said]) -> None:
    found = estate(documents).hops_into(node)
    assert {(hop.source, hop.type, hop.certainty) for hop in found} == expected


def identity_of(resource: str | None) -> list[Document]:
    """Return the assignment of an identity that no directory of ours has, and a directory that was read."""
    who = assigned(SP.replace("e", "d"), "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", RG, type_="ServicePrincipal")
    who.body["properties"]["delegatedManagedIdentityResourceId"] = resource
    subscription = row(SUB, "microsoft.resources/subscriptions", "resourcecontainers")
    subscription.body["tenantId"] = TENANT
    return [subscription, ROBOT, who, *account()]


IDENTITY = "providers/Microsoft.ManagedIdentity/userAssignedIdentities/agent"
IDENTITIES = {
    "of the tenant that manages ours": (f"/subscriptions/{OTHER}/resourceGroups/x/{IDENTITY}", True),
    "of a subscription of ours, that is gone": (f"{RG}/{IDENTITY}", False),
    "of nobody": (None, False),
}


@pytest.mark.parametrize(("resource", "reads"), IDENTITIES.values(), ids=IDENTITIES)
def test_a_managed_identity(resource: str | None, reads: bool) -> None:
    sources = {hop.source for hop in estate(identity_of(resource)).hops_into(WEIGHTS) if hop.type == "read"}
    assert sources == ({f"tenant:unknown/{SP.replace('e', 'd')}"} if reads else set())


OWNER, CONTRIBUTOR = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", "b24988ac-6180-42a0-ab88-20f7382dd24c"
VENDOR = "22222222-2222-2222-2222-222222222222"


def delegation(*roles: str) -> Document:
    """Return a delegation of User Access Administrator, over some roles."""
    id_ = f"{SUB}/providers/Microsoft.ManagedServices/registrationAssignments/1"
    entry = {"principalId": SP, "roleDefinitionId": OWNER, "delegatedRoleDefinitionIds": list(roles)}
    properties = {"managedByTenantId": VENDOR, "authorizations": [entry]}
    body = {"id": id_, "properties": {"registrationDefinition": {"properties": properties}}}
    field = "Microsoft.ManagedServices.registrationAssignments"
    return Document(DocumentId("azure", SUBSCRIPTION, "", "arm", field, id_), body)


DELEGATED = {
    "over a role that lists keys": ([delegation(CONTRIBUTOR)], {"possible"}),
    "over none": ([delegation()], set()),
    "over one that nobody knows": ([delegation(ROLE)], set()),
}


@pytest.mark.parametrize(("documents", "expected"), DELEGATED.values(), ids=DELEGATED)
def test_a_delegated_administrator(documents: list[Document], expected: set[str]) -> None:
    found = estate([*documents, *account(allowSharedKeyAccess=True)])
    hops = [hop for hop in found.hops_into(WEIGHTS) if hop.type == "take-shared-key"]
    first = {one.certainty for hop in hops for one in found.hops_into(hop.source)}
    assert first == expected
