"""A tenant to serve: two subscriptions below a management group, over 200 resources, guests, groups, apps.

A guest reads the container of the weights, a vendor's app through a nested group, and so does a workload of
another organisation; beside them are many of ours, and many resources that nobody outside reaches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.providers.azure.fakes.documents import (
    TENANT,
    arm,
    graph,
    guid,
    resource,
    resource_id,
    role_assignment,
    role_definition,
    row,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.snapshot import Document

VENDOR_TENANT: Final = "22222222-2222-2222-2222-222222222222"
MODELS, SANDBOX = "10000000-0000-0000-0000-000000000001", "10000000-0000-0000-0000-000000000002"
GROUP: Final = "/providers/Microsoft.Management/managementGroups/research"
ACCOUNT: Final = resource_id(MODELS, "Microsoft.Storage/storageAccounts", "ourlabml")
WEIGHTS: Final = f"{ACCOUNT}/blobServices/default/containers/weights"
WORKSPACE: Final = resource_id(MODELS, "Microsoft.MachineLearningServices/workspaces", "train")
REGISTRY: Final = resource_id(MODELS, "Microsoft.ContainerRegistry/registries", "images")
IDENTITY: Final = resource_id(MODELS, "Microsoft.ManagedIdentity/userAssignedIdentities", "ci")
GUEST: Final = guid("a", 1)
VENDORS_APP, WORKLOAD = guid("c", 1), guid("c", 900)
BLOB_READER: Final = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
READER: Final = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
CONTRIBUTOR: Final = "b24988ac-6180-42a0-ab88-20f7382dd24c"
OTHER_POLICY: Final = guid("f", 2)
"""A policy of a role that nobody is eligible for: asked for and not kept."""


MANY, FEW = 70, 5


def documents(size: int = MANY) -> list[Document]:
    """Return the tenant, in id order; all but `OTHER_POLICY` is what a collector keeps.

    `size` is how many there are of what is there often. With `MANY` of them there are over 200 resources.
    """
    parts = (_containers, _resources, _children, _roles, _beside_roles, _people, _groups, _applications)
    found = [document for part in parts for document in part(size)]
    return sorted(found, key=lambda document: document.id)


def _containers(_size: int) -> Iterator[Document]:
    ancestors = [{"name": "research"}, {"name": TENANT}]
    for name, subscription in (("models", MODELS), ("sandbox", SANDBOX)):
        body = {
            "id": f"/subscriptions/{subscription}",
            "name": name,
            "type": "microsoft.resources/subscriptions",
            "tenantId": TENANT,
            "subscriptionId": subscription,
            "properties": {"state": "Enabled", "managementGroupAncestorsChain": ancestors},
        }
        yield row("resourcecontainers", body)
    for name, above in (("research", [{"name": TENANT}]), (TENANT, [])):
        body = {
            "id": f"/providers/Microsoft.Management/managementGroups/{name}",
            "name": name,
            "type": "microsoft.management/managementgroups",
            "tenantId": TENANT,
            "properties": {"details": {"managementGroupAncestorsChain": above}},
        }
        yield row("resourcecontainers", body)


def _resources(size: int) -> Iterator[Document]:
    shut = {"allowSharedKeyAccess": False, "allowBlobPublicAccess": False, "publicNetworkAccess": "Disabled"}
    for number in range(size):
        where = MODELS if number % 2 else SANDBOX
        yield resource(where, "Microsoft.Storage/storageAccounts", f"logs{number:03d}", shut, "StorageV2")
    open_ = {
        "allowSharedKeyAccess": True,
        "allowBlobPublicAccess": False,
        "publicNetworkAccess": "Enabled",
        "networkAcls": {"defaultAction": "Allow", "bypass": "AzureServices"},
        "isSftpEnabled": False,
    }
    yield resource(MODELS, "Microsoft.Storage/storageAccounts", "ourlabml", open_, "StorageV2")
    for number in range(size):
        where, name = MODELS if number % 2 else SANDBOX, f"worker{number:03d}"
        nic = resource_id(where, "Microsoft.Network/networkInterfaces", name)
        yield resource(where, "Microsoft.Network/networkInterfaces", name, {"ipConfigurations": []})
        network = {"networkProfile": {"networkInterfaces": [{"id": nic}]}}
        yield resource(where, "Microsoft.Compute/virtualMachines", name, network)
    for number in range(size // 5):
        properties = {"disableLocalAuth": True, "publicNetworkAccess": "Disabled"}
        yield resource(
            SANDBOX, "Microsoft.CognitiveServices/accounts", f"openai{number}", properties, "OpenAI"
        )
    for type_, name, key, value in (
        ("Microsoft.MachineLearningServices/workspaces", "train", "storageAccount", ACCOUNT),
        ("Microsoft.ContainerRegistry/registries", "images", "loginServer", "images.azurecr.io"),
        ("Microsoft.ManagedIdentity/userAssignedIdentities", "ci", "principalId", WORKLOAD),
    ):
        yield resource(MODELS, type_, name, {key: value})


def _children(size: int) -> Iterator[Document]:
    for name in ("weights", *(f"scratch{number:02d}" for number in range(size // 3))):
        id_ = f"{ACCOUNT}/blobServices/default/containers/{name}"
        yield arm("Microsoft.Storage/storageAccounts/blobServices/containers", id_, {"publicAccess": "None"})
    endpoints, endpoint = (
        "Microsoft.MachineLearningServices/workspaces/onlineEndpoints",
        "onlineEndpoints/atlas",
    )
    yield arm(endpoints, f"{WORKSPACE}/{endpoint}", {"authMode": "Key"})
    yield arm(f"{endpoints}/deployments", f"{WORKSPACE}/{endpoint}/deployments/blue", {"model": "atlas:1"})
    for number in range(size // 5):
        account = resource_id(SANDBOX, "Microsoft.CognitiveServices/accounts", f"openai{number}")
        model = {"model": {"name": "gpt-4o", "format": "OpenAI"}}
        yield arm("Microsoft.CognitiveServices/accounts/deployments", f"{account}/deployments/chat", model)
    mode = {"adminUserEnabled": False, "roleAssignmentMode": "LegacyRegistryPermissions"}
    yield arm("Microsoft.ContainerRegistry/registries", REGISTRY, mode)
    credential = {
        "issuer": "https://token.actions.githubusercontent.com",
        "subject": "repo:labelworks/ingest:ref:refs/heads/main",
        "audiences": ["api://AzureADTokenExchange"],
    }
    credentials = "federatedIdentityCredentials"
    yield arm(
        f"Microsoft.ManagedIdentity/userAssignedIdentities/{credentials}",
        f"{IDENTITY}/{credentials}/github",
        credential,
    )


def _roles(size: int) -> Iterator[Document]:
    blobs = "Microsoft.Storage/storageAccounts/blobServices/containers"
    yield role_definition(
        BLOB_READER,
        "Storage Blob Data Reader",
        actions=[f"{blobs}/read"],
        dataActions=[f"{blobs}/blobs/read"],
    )
    yield role_definition(READER, "Reader", actions=["*/read"])
    yield role_definition(
        CONTRIBUTOR, "Contributor", actions=["*"], notActions=["Microsoft.Authorization/*/Write"]
    )
    yield role_assignment(1, GUEST, "User", BLOB_READER, WEIGHTS)
    yield role_assignment(2, guid("b", 1), "Group", BLOB_READER, ACCOUNT)
    yield role_assignment(3, WORKLOAD, "ServicePrincipal", BLOB_READER, WEIGHTS)
    yield role_assignment(4, guid("a", 100), "User", CONTRIBUTOR, GROUP)
    for number in range(100, 100 + size):
        yield role_assignment(number, guid("a", number), "User", READER, f"/subscriptions/{SANDBOX}")


def _beside_roles(_size: int) -> Iterator[Document]:
    scope = f"/subscriptions/{MODELS}"
    authorization = "Microsoft.Authorization"
    eligible = {
        "principalId": guid("a", 101),
        "principalType": "User",
        "scope": scope,
        "roleDefinitionId": f"{scope}/providers/{authorization}/roleDefinitions/{CONTRIBUTOR}",
    }
    kinds = (
        ("roleEligibilityScheduleInstances", guid("e", 1), eligible),
        ("roleManagementPolicyAssignments", guid("f", 1), {**eligible, "effectiveRules": []}),
        (
            "roleManagementPolicyAssignments",
            OTHER_POLICY,
            {**eligible, "roleDefinitionId": f"{scope}/providers/{authorization}/roleDefinitions/{READER}"},
        ),
        (
            "denyAssignments",
            guid("d", 1),
            {
                "scope": f"{scope}/resourceGroups/managed",
                "principals": [{"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}],
                "permissions": [{"actions": ["*/delete"]}],
            },
        ),
    )
    for kind, name, properties in kinds:
        yield arm(
            f"{authorization}/{kind}", f"{scope}/providers/{authorization}/{kind}/{name}", dict(properties)
        )
    delegation = {
        "managedByTenantId": VENDOR_TENANT,
        "authorizations": [{"principalId": guid("9", 1), "roleDefinitionId": READER}],
    }
    yield arm(
        "Microsoft.ManagedServices/registrationAssignments",
        f"{scope}/providers/Microsoft.ManagedServices/registrationAssignments/{guid('d', 2)}",
        {"registrationDefinition": {"properties": delegation}},
    )


def _people(size: int) -> Iterator[Document]:
    domains = [{"name": "ourlab.example", "isDefault": True}, {"name": "ourlab.onmicrosoft.com"}]
    yield graph("organization", TENANT, {"id": TENANT, "verifiedDomains": domains})
    guest = {
        "id": GUEST,
        "mail": "ada@labelworks.example",
        "userType": "Guest",
        "userPrincipalName": "ada_labelworks.example#EXT#@ourlab.onmicrosoft.com",
        "externalUserState": "Accepted",
        "creationType": "Invitation",
        "accountEnabled": True,
    }
    yield graph("users", GUEST, guest)
    for number in range(100, 110 + size):
        mail = f"person{number}@ourlab.example"
        person = {"id": guid("a", number), "mail": mail, "userPrincipalName": mail, "userType": "Member"}
        yield graph("users", guid("a", number), person)


def _groups(size: int) -> Iterator[Document]:
    people = [
        {"@odata.type": "#microsoft.graph.user", "id": guid("a", n)} for n in range(100, 100 + size // 2)
    ]
    members: dict[int, list[dict[str, str]]] = {
        1: [{"@odata.type": "#microsoft.graph.group", "id": guid("b", 2)}],
        2: [{"@odata.type": "#microsoft.graph.servicePrincipal", "id": VENDORS_APP}, *people],
    }
    for number in range(1, 2 + size // 2):
        key = guid("b", number)
        yield graph("groups", key, {"id": key, "displayName": f"group {number}", "groupTypes": []})
        yield graph("groups.members", key, members.get(number, []))
        yield graph("groups.owners", key, [])


def _applications(size: int) -> Iterator[Document]:
    for number in (*range(1, 2 + size // 5), 900):
        key = guid("c", number)
        body = {
            "id": key,
            "appId": guid("7", number),
            "displayName": f"app {number}",
            "appOwnerOrganizationId": VENDOR_TENANT if number == 1 else TENANT,
            "servicePrincipalType": "ManagedIdentity" if number == 900 else "Application",
        }
        yield graph("servicePrincipals", key, body)
        yield graph("servicePrincipals.owners", key, [])
        yield graph("servicePrincipals.appRoleAssignments", key, [])
    for number in range(2, 3 + size // 5):
        key = guid("8", number)
        yield graph("applications", key, {"id": key, "appId": guid("7", number)})
        yield graph("applications.owners", key, [])
        yield graph("applications.federatedIdentityCredentials", key, [])
    yield graph("policies.crossTenantAccessPolicy.default", "", {"isServiceDefault": True})
    yield graph("policies.authorizationPolicy", "", {"id": "authorizationPolicy"})
    partner = {"tenantId": VENDOR_TENANT, "isServiceProvider": False, "identitySynchronization": None}
    yield graph("policies.crossTenantAccessPolicy.partners", VENDOR_TENANT, partner)
