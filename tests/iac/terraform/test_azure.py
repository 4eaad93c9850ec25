"""Azure's resources in Terraform: what each makes of Azure's answers, and what is said of the rest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from scanner.iac.aws import Drafts
from scanner.iac.azure import made_up_guid, role_named
from scanner.iac.settings import Settings
from scanner.iac.terraform.azure import tables
from scanner.iac.terraform.azure.kinds import KINDS
from scanner.iac.terraform.reading import read_tree
from scanner.iac.tree import walk
from scanner.providers.azure.documents import at
from scanner.providers.azure.roles import built_in
from scanner.snapshot import Unresolved
from tests.iac.terraform.trees import written

if TYPE_CHECKING:
    from pathlib import Path

ANN = '"aaaaaaaa-0000-4000-8000-000000000001"'
ANN = '"aaaaaaaa-0000-4000-8000-000000000001"'
HERE = "10000000-0000-0000-0000-000000000001"
TENANT = "11111111-1111-1111-1111-111111111111"
PROVIDER = f'provider "azurerm" {{\n  subscription_id = "{HERE}"\n  tenant_id = "{TENANT}"\n}}\n'
GROUP = f"/subscriptions/{HERE}/resourceGroups/ml"


def drafts_of(place: Path, files: dict[str, str], settings: Settings | None = None) -> Drafts:
    drafts = Drafts()
    read_tree(walk(written(place, files)), settings or Settings(), drafts)
    return drafts


def block(type_: str, body: str, *, name: str = "it", group: bool = True) -> str:
    where = '  resource_group_name = "ml"\n  location = "westeurope"\n' if group else ""
    return f'resource "{type_}" "{name}" {{\n{where}{body}\n}}\n'


def only(drafts: Drafts, type_: str) -> dict[str, Any]:
    found = [d.body for d in drafts if isinstance(d.body, dict) and d.body.get("type") == type_]
    assert len(found) == 1, [str(d.id) for d in drafts]
    return dict(found[0])


ACCOUNT, SITE = "microsoft.storage/storageaccounts", "microsoft.web/sites"
VAULT, CLUSTER = "microsoft.keyvault/vaults", "microsoft.containerservice/managedclusters"
SETTINGS: dict[str, tuple[str, str, str, str, Any]] = {
    "keys of storage are on by default": (
        "azurerm_storage_account",
        'name = "s"',
        ACCOUNT,
        "/properties/allowSharedKeyAccess",
        True,
    ),
    "keys of storage are off": (
        "azurerm_storage_account",
        'name = "s"\n  shared_access_key_enabled = false',
        ACCOUNT,
        "/properties/allowSharedKeyAccess",
        False,
    ),
    "public blobs are on by default": (
        "azurerm_storage_account",
        'name = "s"',
        ACCOUNT,
        "/properties/allowBlobPublicAccess",
        True,
    ),
    "public blobs as older providers call them": (
        "azurerm_storage_account",
        'name = "s"\n  allow_blob_public_access = false',
        ACCOUNT,
        "/properties/allowBlobPublicAccess",
        False,
    ),
    "a switch that a variable without a value sets stays open": (
        "azurerm_storage_account",
        'name = "s"\n  public_network_access_enabled = var.open',
        ACCOUNT,
        "/properties/publicNetworkAccess",
        Unresolved("var.open").body,
    ),
    "addresses that a firewall lets in": (
        "azurerm_storage_account",
        'name = "s"\n  network_rules {\n    default_action = "Deny"\n    ip_rules = ["203.0.113.7"]\n  }',
        ACCOUNT,
        "/properties/networkAcls/ipRules",
        [{"value": "203.0.113.7", "action": "Allow"}],
    ),
    "no local accounts": (
        "azurerm_cognitive_account",
        'name = "c"\n  kind = "OpenAI"\n  local_auth_enabled = false',
        "microsoft.cognitiveservices/accounts",
        "/properties/disableLocalAuth",
        True,
    ),
    "a vault asks roles": (
        "azurerm_key_vault",
        'name = "v"\n  enable_rbac_authorization = true',
        VAULT,
        "/properties/enableRbacAuthorization",
        True,
    ),
    "a vault's policy for whom nobody knows": (
        "azurerm_key_vault",
        'name = "v"\n  access_policy {\n    object_id = var.who\n    secret_permissions = ["Get"]\n  }',
        VAULT,
        "/properties/accessPolicies/0/objectId",
        Unresolved("var.who").body,
    ),
    "a registry lets anyone pull": (
        "azurerm_container_registry",
        'name = "r"\n  anonymous_pull_enabled = true',
        "microsoft.containerregistry/registries",
        "/properties/anonymousPullEnabled",
        True,
    ),
    "a cluster's own issuer": (
        "azurerm_kubernetes_cluster",
        'name = "k"\n  oidc_issuer_enabled = true',
        CLUSTER,
        "/properties/oidcIssuerProfile/issuerURL",
        f"https://westeurope.oic.prod-aks.azure.com/{TENANT}/"
        f"{made_up_guid('issuer', f'{GROUP}/providers/Microsoft.ContainerService/managedClusters/k')}/",
    ),
    "a machine's interfaces": (
        "azurerm_linux_virtual_machine",
        'name = "m"\n  network_interface_ids = ["/subscriptions/x/nic"]',
        "microsoft.compute/virtualmachines",
        "/properties/networkProfile/networkInterfaces",
        [{"id": "/subscriptions/x/nic"}],
    ),
    "a container app's image": (
        "azurerm_container_app",
        'name = "a"\n  template {\n    container {\n      name = "c"\n      image = "vllm:1"\n    }\n  }',
        "microsoft.app/containerapps",
        "/properties/template/containers/0/image",
        "vllm:1",
    ),
    "an address of the kind that is closed": (
        "azurerm_public_ip",
        'name = "p"',
        "microsoft.network/publicipaddresses",
        "/sku/name",
        "Standard",
    ),
    "a web app is not read further": ("azurerm_linux_web_app", 'name = "w"', SITE, "/kind", "app"),
}


@pytest.mark.parametrize("case", SETTINGS.values(), ids=SETTINGS)
def test_settings(tmp_path: Path, case: tuple[str, str, str, str, Any]) -> None:
    type_, body, arm, pointer, expected = case
    drafts = drafts_of(tmp_path, {"main.tf": PROVIDER + block(type_, body)})
    assert at(only(drafts, arm), pointer) == expected
    assert all(draft.is_from_code for draft in drafts if draft.id.field == "resources")


AZAPI = (
    block("azurerm_machine_learning_workspace", 'name = "ws"')
    + 'resource "azapi_resource" "chat" {\n'
    + '  type = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints@2024-04-01"\n'
    + '  parent_id = azurerm_machine_learning_workspace.it.id\n  name = "chat"\n  body = %s\n}\n'
)
BODIES = {
    "an object": ('{ properties = { authMode = "Key" } }', "Key"),
    "a text": ('jsonencode({ properties = { authMode = "AADToken" } })', "AADToken"),
    "a part that nobody can tell": ("{ properties = { authMode = var.m } }", Unresolved("var.m").body),
}


@pytest.mark.parametrize(("body", "expected"), BODIES.values(), ids=BODIES)
def test_what_azapi_makes_is_what_its_body_says(tmp_path: Path, body: str, expected: Any) -> None:  # noqa: ANN401 - raw JSON
    drafts = drafts_of(tmp_path, {"main.tf": PROVIDER + AZAPI % body})
    found = only(drafts, "microsoft.machinelearningservices/workspaces/onlineendpoints")
    assert found["properties"]["authMode"] == expected
    above = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/ws"
    assert found["id"] == f"{above}/onlineEndpoints/chat"


ASSIGNMENT = 'resource "azurerm_role_assignment" "it" {{\n  scope = {}\n  {}\n  principal_id = {}\n}}\n'
SUBSCRIPTION = f'"/subscriptions/{HERE}"'
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
OWN = (
    'resource "azurerm_role_definition" "own" {\n  name = "own"\n  scope = "/subscriptions/x"\n'
    "  permissions {\n    actions = var.some\n  }\n}\n"
)
ROLES = {
    "a built-in role by name": ('role_definition_name = "Reader"', READER),
    "names are compared without case": ('role_definition_name = "READER"', READER),
    "a built-in role by id": (f'role_definition_id = "/x/roleDefinitions/{READER}"', READER),
    "a role of the code by name": (
        'role_definition_name = "own"',
        made_up_guid("role", "azurerm_role_definition.own"),
    ),
    "a role of the code by its id": (
        "role_definition_id = azurerm_role_definition.own.role_definition_resource_id",
        made_up_guid("role", "azurerm_role_definition.own"),
    ),
}


@pytest.mark.parametrize(("said", "expected"), ROLES.values(), ids=ROLES)
def test_roles_of_assignments(tmp_path: Path, said: str, expected: str) -> None:
    code = ASSIGNMENT.format(SUBSCRIPTION, said, ANN)
    drafts = drafts_of(tmp_path, {"main.tf": PROVIDER + OWN + code})
    found = only(drafts, "microsoft.authorization/roleassignments")
    assert found["properties"]["roleDefinitionId"].rpartition("/")[2] == expected
    defined = only(drafts, "microsoft.authorization/roledefinitions")
    assert defined["properties"]["permissions"][0]["actions"] == [Unresolved("var.some").body]


OPEN = {
    "a role that no list has": (
        'role_definition_name = "No Such Role"',
        SUBSCRIPTION,
        '"x"',
        "roleDefinitionId",
    ),
    "a role that a variable names": ("role_definition_name = var.r", SUBSCRIPTION, '"x"', "roleDefinitionId"),
    "a scope": ('role_definition_name = "Reader"', "var.s", '"x"', "scope"),
    "a principal": ('role_definition_name = "Reader"', SUBSCRIPTION, "var.p", "principalId"),
}


@pytest.mark.parametrize(("role", "scope", "principal", "field"), OPEN.values(), ids=OPEN)
def test_what_an_assignment_leaves_open_stays_so(
    tmp_path: Path, role: str, scope: str, principal: str, field: str
) -> None:
    code = PROVIDER + ASSIGNMENT.format(scope, role, principal)
    found = only(drafts_of(tmp_path, {"main.tf": code}), "microsoft.authorization/roleassignments")
    open_ = {name for name, value in found["properties"].items() if Unresolved.read(value) is not None}
    assert open_ == {field}


PRINCIPAL = 'resource "azuread_service_principal" "s" {\n  client_id = "%s"\n}\n'
KNOWN = 'resource "azuread_group" "g" {\n  display_name = "g"\n  members = [%s]\n}\n'
ORIGIN = (
    'resource "azurerm_cdn_frontdoor_origin" "o" {\n  name = "o"\n  host_name = %s\n'
    '  cdn_frontdoor_origin_group_id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Cdn/profiles/p'
    '/originGroups/g"\n}\n'
)
GAPS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "a type that is read": (block("azurerm_storage_account", 'name = "s"'), []),
    "a type that says nothing of access": (block("azurerm_monitor_action_group", 'name = "s"'), []),
    "a type that is not read": (
        block("azurerm_frontdoor", 'name = "s"'),
        [("ReadResource", "understated")],
    ),
    "an origin by its host": (ORIGIN % '"h.example"', []),
    "an origin whose host nobody can tell": (ORIGIN % "var.h", [("ReadResource", "both")]),
    "an origin at an address that Azure makes up": (
        block("azurerm_public_ip", 'name = "s"') + ORIGIN % "azurerm_public_ip.it.ip_address",
        [("ReadResource", "both")],
    ),
    "a principal by its object id": (
        ASSIGNMENT.format(SUBSCRIPTION, 'role_definition_name = "Reader"', ANN),
        [("ReadPrincipal", "understated")],
    ),
    "a principal of the code": (
        KNOWN % ""
        + ASSIGNMENT.format(SUBSCRIPTION, 'role_definition_name = "Reader"', "azuread_group.g.object_id"),
        [],
    ),
    "a member that nobody can tell": (KNOWN % "var.m", [("ReadResource", "both")]),
    "a member of a group that the code does not make": (
        'resource "azuread_group_member" "m" {\n  group_object_id = "aaaaaaaa-0000-4000-8000-000000000009"\n'
        '  member_object_id = "aaaaaaaa-0000-4000-8000-000000000001"\n}\n',
        [("ReadMembers", "understated"), ("ReadPrincipal", "understated")],
    ),
    "an application that the code does not make": (
        PRINCIPAL % "33333333-0000-4000-8000-000000000001",
        [("ReadApplication", "overstated")],
    ),
    "an application of Microsoft's": (
        PRINCIPAL % "00000003-0000-0000-c000-000000000000",
        [],
    ),
    "rules for an account that the code does not make": (
        'resource "azurerm_storage_account_network_rules" "r" {\n'
        '  storage_account_id = "/subscriptions/x/a"\n  default_action = "Deny"\n}\n',
        [("ReadResource", "both")],
    ),
}


@pytest.mark.parametrize(("code", "expected"), GAPS.values(), ids=GAPS)
def test_gaps(tmp_path: Path, code: str, expected: list[tuple[str, str]]) -> None:
    drafts = drafts_of(tmp_path, {"main.tf": PROVIDER + code})
    assert [(gap.id.field, gap.effect) for gap in drafts.gaps] == expected


WHERE = {
    "the provider's": (PROVIDER, Settings(subscriptions=("x",)), HERE),
    "the only one of ours": ("", Settings(subscriptions=("2" * 8,)), "2" * 8),
    "none of several of ours": (
        "",
        Settings(subscriptions=("1", "2")),
        "00000000-0000-0000-0000-000000000000",
    ),
    "of an alias that a variable names": (
        'provider "azurerm" {\n  alias = "other"\n  subscription_id = var.other\n}\n',
        Settings(subscriptions=("x",)),
        made_up_guid("subscription_id", "var.other"),
    ),
}


@pytest.mark.parametrize(("provider", "settings", "expected"), WHERE.values(), ids=WHERE)
def test_subscriptions(tmp_path: Path, provider: str, settings: Settings, expected: str) -> None:
    chosen = "\n  provider = azurerm.other" if "alias" in provider else ""
    code = provider + block("azurerm_storage_account", f'name = "s"{chosen}')
    assert only(drafts_of(tmp_path, {"main.tf": code}, settings), ACCOUNT)["subscriptionId"] == expected


def test_two_root_modules_with_the_same_resources_are_for_two_subscriptions(tmp_path: Path) -> None:
    files = {
        f"{place}/main.tf": block(
            "azurerm_storage_account", f'name = "s"\n  shared_access_key_enabled = {on}'
        )
        for place, on in (("test", "true"), ("production", "false"))
    }
    drafts = drafts_of(tmp_path, files)
    found = [d.body["properties"]["allowSharedKeyAccess"] for d in drafts.of("resourcegraph", "resources")]
    assert sorted(found) == [False, True]


def test_a_plan_tells_ids_that_source_does_not(tmp_path: Path) -> None:
    account = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/s"
    values = {"id": account, "name": "s", "resource_group_name": "ml", "shared_access_key_enabled": False}
    told = {"mode": "managed", "type": "azurerm_storage_account", "name": "it", "values": values}
    address = "azurerm_storage_account.it"
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": [{**told, "address": address}]}},
    }
    source = block("azurerm_storage_account", 'name = "s"\n  shared_access_key_enabled = var.keyed')
    drafts = drafts_of(tmp_path, {"main.tf": source, "tfplan.json": json.dumps(plan)})
    found = only(drafts, ACCOUNT)
    assert (found["id"], found["properties"]["allowSharedKeyAccess"]) == (account, False)


ODD = {
    "a type without a namespace": 'resource "azapi_resource" "it" {\n  type = "x"\n}\n',
    "an update of no object": AZAPI
    % "{}"
    + 'resource "azapi_update_resource" "it" {\n  type = "Microsoft.MachineLearningServices/workspaces@1"\n'
    "  resource_id = azurerm_machine_learning_workspace.it.id\n  body = { properties = [1] }\n}\n",
    "a mail address that is a list": block("azuread_invitation", 'user_email_address = ["x"]'),
    "an assignment of nothing": 'resource "azurerm_role_assignment" "it" {\n}\n',
    "an account that is named after itself": block(
        "azurerm_storage_account", "name = azurerm_storage_account.it.name"
    ),
}


@pytest.mark.parametrize("code", ODD.values(), ids=ODD)
def test_what_no_provider_takes_is_read_as_far_as_it_goes(tmp_path: Path, code: str) -> None:
    drafts = drafts_of(tmp_path, {"main.tf": PROVIDER + code})
    assert [d for d in drafts if d.id.provider == "azure"]


def test_every_role_of_the_table_has_a_name() -> None:
    from scanner.iac.azure.roles import _names  # noqa: PLC0415 - the whole list is nobody else's to see

    assert set(_names().values()) == set(built_in().roles)
    assert role_named("Storage Blob Data Reader") == "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"


def test_every_type_that_is_read_has_an_id() -> None:
    made = {*tables.FIRST, *tables.TYPES}
    without = {type_ for type_ in made if type_.startswith("azurerm_")} - set(KINDS)
    assert {type_.removeprefix("azurerm_") for type_ in without} == {
        "api_management_policy",
        "key_vault_access_policy",
        "lighthouse_assignment",
        "lighthouse_definition",
        "network_interface_application_gateway_backend_address_pool_association",
        "network_interface_application_security_group_association",
        "network_interface_backend_address_pool_association",
        "network_interface_security_group_association",
        "network_security_perimeter_association",
        "network_security_rule",
        "pim_active_role_assignment",
        "pim_eligible_role_assignment",
        "role_assignment",
        "role_definition",
        "storage_account_customer_managed_key",
        "storage_account_network_rules",
        "storage_object_replication",
    }
