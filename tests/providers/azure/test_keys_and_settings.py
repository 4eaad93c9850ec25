"""Settings that open a registry, a cluster, a gallery, a federated credential: each beside its twin."""

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

ADA, TEAM = "aaaaaaaa-0000-0000-0000-000000000001", "99999999-0000-0000-0000-000000000001"
GUEST, OTHER = "guest:ada@labelworks.example", "20000000-0000-0000-0000-000000000002"
ROLE = "c0c0c0c0-0000-0000-0000-000000000001"
REGISTRY = f"{RG}/providers/microsoft.containerregistry/registries/models"
CLUSTER = f"{RG}/providers/microsoft.containerservice/managedclusters/serve"
GALLERY = f"{RG}/providers/microsoft.compute/galleries/images"
IMAGE = f"{GALLERY}/images/weights"
DISK = f"{RG}/providers/microsoft.compute/disks/weights"
IDENTITY = f"{RG}/providers/microsoft.managedidentity/userassignedidentities/ci"
NODE = "/servicePrincipals/bbbbbbbb-0000-0000-0000-000000000001"
BATCH = f"{RG}/providers/microsoft.machinelearningservices/workspaces/lab/batchendpoints/score"
CONTAINER = row(WEIGHTS, "microsoft.storage/storageaccounts/blobservices/containers", publicAccess="None")
ANN = Document(
    DocumentId("azure", TENANT, "", "graph", "users", ADA),
    {
        "id": ADA,
        "userPrincipalName": "ada_labelworks.example#EXT#@ourlab.onmicrosoft.com",
        "userType": "Guest",
    },
)
Said = tuple[str, str, str]


def may(*actions: str, scopes: list[str] | None = None, data: Iterable[str] = ()) -> list[Document]:
    """Return a custom role of the guest's over the resource group, assignable at `scopes`."""
    role = defined(ROLE, {"actions": list(actions), "dataActions": list(data)})
    role.body["properties"]["assignableScopes"] = scopes
    return [ANN, role, assigned(ADA, ROLE, RG)]


def registry(**properties: Any) -> Document:  # noqa: ANN401 - raw JSON
    return row(REGISTRY, "microsoft.containerregistry/registries", **properties)


def cluster(**properties: Any) -> Document:  # noqa: ANN401 - raw JSON
    return row(CLUSTER, "microsoft.containerservice/managedclusters", **properties)


def in_namespace(name: str) -> list[Document]:
    """Return the guest's right to run pods in a namespace, and nowhere else."""
    role = defined(ROLE, {"actions": [], "dataActions": [PODS]})
    return [ANN, role, assigned(ADA, ROLE, f"{CLUSTER}/namespaces/{name}")]


def gallery(**profile: Any) -> list[Document]:  # noqa: ANN401 - raw JSON
    image = row(IMAGE, "microsoft.compute/galleries/images")
    return [row(GALLERY, "microsoft.compute/galleries", sharingProfile=profile), image]


def trusting(subject: str, issuer: str = "https://token.actions.githubusercontent.com") -> list[Document]:
    """Return an identity with a federated credential."""
    field = "Microsoft.ManagedIdentity.userAssignedIdentities.federatedIdentityCredentials"
    id_ = DocumentId("azure", SUBSCRIPTION, "", "arm", field, f"{IDENTITY}/federatedIdentityCredentials/x")
    oid = NODE.rpartition("/")[2]
    return [
        row(IDENTITY, "microsoft.managedidentity/userassignedidentities", principalId=oid),
        Document(id_, {"properties": {"issuer": issuer, "subject": subject, "audiences": ["x"]}}),
    ]


LIST = "Microsoft.ContainerRegistry/registries/listCredentials/action"
WRITE = "Microsoft.ContainerRegistry/registries/write"
MAKE = "Microsoft.ContainerRegistry/registries/generateCredentials/action"
TOKEN = row(f"{REGISTRY}/tokens/ci", "microsoft.containerregistry/registries/tokens")
USER = "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action"
ADMIN = "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action"
COMMAND = "Microsoft.ContainerService/managedClusters/runCommand/action"
PODS = "Microsoft.ContainerService/managedClusters/pods/write"
ENTRA = {"managed": True, "enableAzureRBAC": False}
BY_AZURE, PRIVATE = {"managed": True, "enableAzureRBAC": True}, {"enablePrivateCluster": True}
EXPORT, CHANGE = (f"Microsoft.Compute/disks/{verb}" for verb in ("beginGetAccess/action", "write"))
ISSUER = "https://oidc.prod-aks.azure.com/0"
ISSUING: dict[str, Any] = {
    "aadProfile": BY_AZURE,
    "oidcIssuerProfile": {"enabled": True, "issuerURL": ISSUER},
}
POD = f"{ISSUER} sub=system:serviceaccount:serve:vllm"
OF_CLUSTER: Said = (CLUSTER, "run-code", "proven")
ENTERS: Said = (GUEST, "enter-cluster", "proven")
ARN = "arn:aws:iam::111122223333:role/trainer"
FROM_AWS = "https://0f8fad5b.tokens.sts.global.api.aws"
GITHUB = "https://token.actions.githubusercontent.com sub="

CASES: dict[str, tuple[Iterable[Document], str, set[Said]]] = {
    "an admin user": (
        [*may(LIST), registry(adminUserEnabled=True)],
        REGISTRY,
        {(GUEST, "take-shared-key", "proven")},
    ),
    "none, and no right to make one": ([*may(LIST), registry()], REGISTRY, set()),
    "none, and the right to make one": (
        [*may(LIST, WRITE), registry(roleAssignmentMode="AbacRepositoryPermissions")],
        REGISTRY,
        {(GUEST, "drop-guard", "proven")},
    ),
    "a password for a token": (
        [*may(MAKE), registry(), TOKEN],
        REGISTRY,
        {(GUEST, "take-shared-key", "proven")},
    ),
    "a password for no token known": (
        [*may(MAKE), registry()],
        REGISTRY,
        {(GUEST, "take-shared-key", "possible")},
    ),
    "a cluster's admin": ([*may(ADMIN), cluster()], CLUSTER, {(GUEST, "enter-cluster", "proven")}),
    "of a private cluster": (
        [*may(ADMIN), cluster(apiServerAccessProfile={"enablePrivateCluster": True})],
        CLUSTER,
        set(),
    ),
    "a cluster's user where Kubernetes decides": (
        [*may(USER), cluster(aadProfile=ENTRA)],
        CLUSTER,
        {(GUEST, "enter-cluster", "possible")},
    ),
    "commands through Azure, into a private cluster": (
        [*may(COMMAND), cluster(apiServerAccessProfile=PRIVATE)],
        CLUSTER,
        {(GUEST, "enter-cluster", "proven")},
    ),
    "which are off": (
        [*may(COMMAND), cluster(apiServerAccessProfile={**PRIVATE, "disableRunCommand": True})],
        CLUSTER,
        set(),
    ),
    "commands, and rights inside by a role of Azure": (
        [*may(COMMAND, data=[PODS]), cluster(aadProfile=BY_AZURE, apiServerAccessProfile=PRIVATE)],
        CLUSTER,
        {(GUEST, "enter-cluster", "proven")},
    ),
    "those rights alone, and a private cluster": (
        [*may(data=[PODS]), cluster(aadProfile=BY_AZURE, apiServerAccessProfile=PRIVATE)],
        CLUSTER,
        set(),
    ),
    "commands alone, where Azure's roles decide inside": (
        [*may(COMMAND), cluster(aadProfile=BY_AZURE, apiServerAccessProfile=PRIVATE)],
        CLUSTER,
        set(),
    ),
    "commands and rights, where Kubernetes decides": (
        [*may(COMMAND, data=[PODS]), cluster(aadProfile=ENTRA, apiServerAccessProfile=PRIVATE)],
        CLUSTER,
        set(),
    ),
    "pods of a namespace": ([*in_namespace("serve"), cluster(**ISSUING)], POD, {OF_CLUSTER, ENTERS}),
    "pods of another": ([*in_namespace("batch"), cluster(**ISSUING)], POD, {OF_CLUSTER}),
    "pods of every namespace": ([*may(data=[PODS]), cluster(**ISSUING)], POD, {OF_CLUSTER}),
    "a namespace where Kubernetes decides": (
        [*in_namespace("serve"), cluster(**{**ISSUING, "aadProfile": ENTRA})],
        POD,
        {OF_CLUSTER},
    ),
    "a namespace of a private cluster": (
        [*in_namespace("serve"), cluster(**ISSUING, apiServerAccessProfile=PRIVATE)],
        POD,
        {OF_CLUSTER, (GUEST, "enter-cluster", "blocked")},
    ),
    "a group that rules a cluster": (
        [ANN, cluster(aadProfile={**ENTRA, "adminGroupObjectIDs": [TEAM]})],
        CLUSTER,
        {(f"/groups/{TEAM}", "enter-cluster", "proven")},
    ),
    "a gallery for a tenant": (
        gallery(permissions="Groups", groups=[{"type": "AADTenants", "ids": [OTHER]}]),
        IMAGE,
        {(f"tenant:{OTHER}", "read", "proven")},
    ),
    "a gallery for a subscription of nobody's we know": (
        gallery(permissions="Groups", groups=[{"type": "Subscriptions", "ids": [OTHER]}]),
        IMAGE,
        {(f"tenant:unknown/subscription-{OTHER}", "read", "proven")},
    ),
    "a gallery for a subscription of ours": (
        gallery(permissions="Groups", groups=[{"type": "Subscriptions", "ids": [SUBSCRIPTION]}]),
        IMAGE,
        set(),
    ),
    "a gallery that is private again": (
        gallery(permissions="Private", groups=[{"type": "AADTenants", "ids": [OTHER]}]),
        IMAGE,
        set(),
    ),
    "a community gallery": (gallery(permissions="Community"), IMAGE, {("tenant:*", "read", "proven")}),
    "one that is not enabled yet": (
        gallery(permissions="Community", communityGalleryInfo={"communityGalleryEnabled": False}),
        IMAGE,
        set(),
    ),
    "a disk that asks for a role of the data besides": (
        [*may(EXPORT), row(DISK, "microsoft.compute/disks", dataAccessAuthMode="AzureActiveDirectory")],
        DISK,
        set(),
    ),
    "and whoever may change that": (
        [
            *may(EXPORT, CHANGE),
            row(DISK, "microsoft.compute/disks", dataAccessAuthMode="AzureActiveDirectory"),
        ],
        DISK,
        {(GUEST, "drop-guard", "proven")},
    ),
    "whether it asks is open": (
        [*may(EXPORT), row(DISK, "microsoft.compute/disks", dataAccessAuthMode=Unresolved("var.mode").body)],
        DISK,
        {(GUEST, "read", "possible")},
    ),
    "a subject": (
        trusting("repo:a/b:ref:refs/heads/main"),
        NODE,
        {(f"{GITHUB}repo:a/b:ref:refs/heads/main", "assume-web-identity", "proven")},
    ),
    "a subject with a star, which is a star": (
        trusting("repo:a/*"),
        NODE,
        {(f"{GITHUB}repo:a/*", "assume-web-identity", "blocked")},
    ),
    "a role of AWS": (trusting(ARN, FROM_AWS), NODE, {(ARN, "assume-web-identity", "proven")}),
    "its name in the mouth of another issuer": (
        trusting(ARN, "https://issuer.example"),
        NODE,
        {(f"https://issuer.example sub={ARN}", "assume-web-identity", "proven")},
    ),
}


DEFINE = "Microsoft.Authorization/roleDefinitions/write"
ACCOUNT_OF = "Microsoft.Storage/storageAccounts"


def sftp(*, on: bool) -> list[Document]:
    return [row(ACCOUNT, "microsoft.storage/storageaccounts", isSftpEnabled=on), CONTAINER]


def replicating(*, across: bool | None) -> list[Document]:
    return [
        row(ACCOUNT, "microsoft.storage/storageaccounts", allowCrossTenantReplication=across),
        CONTAINER,
    ]


def running(type_: str) -> list[Document]:
    """Return an identity, and something that runs with it."""
    what = row(f"{RG}/providers/{type_}/job", type_)
    what.body["identity"] = {"userAssignedIdentities": {IDENTITY: {"principalId": NODE.rpartition("/")[2]}}}
    return [*trusting("x")[:1], what]


RUNS: dict[str, tuple[Iterable[Document], str, set[Said]]] = {
    "a password for SFTP": (
        [*may(f"{ACCOUNT_OF}/localUsers/regeneratePassword/action"), *sftp(on=True)],
        WEIGHTS,
        {(GUEST, "take-shared-key", "proven")},
    ),
    "SFTP off": (
        [*may(f"{ACCOUNT_OF}/localUsers/regeneratePassword/action"), *sftp(on=False)],
        WEIGHTS,
        set(),
    ),
    "replication to another tenant": (
        [*may(f"{ACCOUNT_OF}/objectReplicationPolicies/write"), *replicating(across=True)],
        WEIGHTS,
        {(GUEST, "copy", "proven")},
    ),
    "which nobody set": (
        [*may(f"{ACCOUNT_OF}/objectReplicationPolicies/write"), *replicating(across=None)],
        WEIGHTS,
        {(GUEST, "copy", "possible")},
    ),
    "which is off": (
        [*may(f"{ACCOUNT_OF}/objectReplicationPolicies/write"), *replicating(across=False)],
        WEIGHTS,
        set(),
    ),
    "a role that its holder rewrites": (
        [*may(DEFINE, scopes=[RG]), *replicating(across=False)],
        WEIGHTS,
        {(f"{GUEST}#self-granted@{RG}", way, "proven") for way in ("read", "write", "take-shared-key")}
        | {(GUEST, "edit-policy", "proven")},
    ),
    "a role whose scopes are not listed": (
        [*may(DEFINE), *replicating(across=False)],
        WEIGHTS,
        {(f"{GUEST}#self-granted@{RG}", way, "proven") for way in ("read", "write", "take-shared-key")}
        | {(GUEST, "edit-policy", "possible")},
    ),
    "a role that may be assigned elsewhere too": (
        [*may(DEFINE, scopes=[RG, SUB]), *replicating(across=False)],
        WEIGHTS,
        set(),
    ),
    "a runbook, written and started": (
        [
            *may(*(f"Microsoft.Automation/automationAccounts/{a}/write" for a in ("runbooks", "jobs"))),
            *running("microsoft.automation/automationaccounts"),
        ],
        NODE,
        {(GUEST, "run-code", "proven")},
    ),
    "a runbook, written only": (
        [
            *may("Microsoft.Automation/automationAccounts/runbooks/write"),
            *running("microsoft.automation/automationaccounts"),
        ],
        NODE,
        set(),
    ),
    "an extension of a scale set": (
        [
            *may("Microsoft.Compute/virtualMachineScaleSets/extensions/write"),
            *running("microsoft.compute/virtualmachinescalesets"),
        ],
        NODE,
        {(GUEST, "run-code", "proven")},
    ),
    "a shell in a container group": (
        [
            *may("Microsoft.ContainerInstance/containerGroups/containers/exec/action"),
            *running("microsoft.containerinstance/containergroups"),
        ],
        NODE,
        {(GUEST, "run-code", "proven")},
    ),
    "reading a container group": (
        [
            *may("Microsoft.ContainerInstance/containerGroups/read"),
            *running("microsoft.containerinstance/containergroups"),
        ],
        NODE,
        set(),
    ),
    "publishing a web app": (
        [*may("Microsoft.Web/sites/publish/action"), *running("microsoft.web/sites")],
        NODE,
        {(GUEST, "run-code", "proven")},
    ),
    "the identity of a cluster's nodes": (
        [
            *trusting("x")[:1],
            cluster(identityProfile={"kubeletidentity": {"objectId": NODE.rpartition("/")[2]}}),
        ],
        NODE,
        {(CLUSTER, "run-code", "proven")},
    ),
    "a job of a batch endpoint": (
        [
            *may("Microsoft.MachineLearningServices/workspaces/batchEndpoints/jobs/write"),
            row(BATCH, "microsoft.machinelearningservices/workspaces/batchendpoints"),
        ],
        BATCH,
        {(GUEST, "invoke", "proven")},
    ),
    "reading a batch endpoint": (
        [
            *may("Microsoft.MachineLearningServices/workspaces/batchEndpoints/read"),
            row(BATCH, "microsoft.machinelearningservices/workspaces/batchendpoints"),
        ],
        BATCH,
        set(),
    ),
}
CASES |= RUNS


@pytest.mark.parametrize(("documents", "node", "expected"), CASES.values(), ids=CASES)
def test_hops(documents: Iterable[Document], node: str, expected: set[Said]) -> None:
    world = [*documents, row(SUB, "microsoft.resources/subscriptions", "resourcecontainers")]
    found = estate(world).hops_into(node)
    said = {(hop.source, hop.type, hop.certainty) for hop in found}
    assert said == expected


def test_the_proof_names_the_action_and_the_setting() -> None:
    hop = next(iter(estate([*may("x/y", LIST), registry(adminUserEnabled=True)]).hops_into(REGISTRY)))
    cited = {(evidence.pointer, evidence.excerpt) for evidence in hop.evidence}
    assert {
        ("/properties/permissions/0/actions/1", f'"{LIST}"'),
        ("/properties/adminUserEnabled", "true"),
    } <= cited
