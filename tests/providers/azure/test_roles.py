"""What a role grants: the overlap of slashes, planes, blocks of permissions, and the shipped table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scanner.providers.azure.documents import Documents
from scanner.providers.azure.roles import Roles, built_in, watched
from scanner.providers.azure.roles.compact import compacted
from scanner.snapshot import Snapshot
from tests.providers.azure.documents import defined

if TYPE_CHECKING:
    from scanner.providers.azure.roles.table import Plane

ASSIGN = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"
COMPUTE = "Microsoft.MachineLearningServices/workspaces/computes/write"
READ = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
KEYS = "Microsoft.Storage/storageAccounts/listKeys/action"
CUSTOM = "cccccccc-0000-0000-0000-000000000001"

BUILT_IN: dict[str, tuple[str, Plane, str, bool]] = {
    "`X/*/verb` grants `X/verb`": ("f1a07417-d97a-45cb-824c-7a7467783830", "control", ASSIGN, True),
    "notActions `computes/*/write` takes `computes/write`": (
        *("f6c7c914-8db3-469d-8ca1-694a8f32e121", "control"),
        *(COMPUTE, False),
    ),
    "Owner lists keys": ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "control", KEYS, True),
    "Owner reads no blobs": ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "data", READ, False),
    "Storage Blob Data Reader does": ("2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "data", READ, True),
    "Virtual Machine Contributor lists keys": (
        *("9980e02c-c2be-4d73-94e8-173b1dc7cf3c", "control"),
        *(KEYS, True),
    ),
    "Reader lists none": ("acdd72a7-3385-48ef-bd42-f606fba81ae7", "control", KEYS, False),
}


@pytest.mark.parametrize(("guid", "plane", "action", "expected"), BUILT_IN.values(), ids=BUILT_IN)
def test_built_in_roles(guid: str, plane: Plane, action: str, expected: bool) -> None:
    roles = Roles(Documents(Snapshot([])))
    role = roles.get(guid)
    assert role is not None
    assert bool(roles.granting(role, plane, action.lower())) == expected


BLOCKS: dict[str, tuple[list[dict[str, Any]], bool]] = {
    "an action": ([{"actions": [KEYS]}], True),
    "in another letter case": ([{"actions": [KEYS.upper()]}], True),
    "a star": ([{"actions": ["*"]}], True),
    "taken from the same block": ([{"actions": ["*"], "notActions": [KEYS]}], False),
    "taken from another block": ([{"actions": ["*"]}, {"notActions": [KEYS]}], True),
    "as a data action": ([{"dataActions": [KEYS]}], False),
    "null lists": ([{"actions": None, "notActions": None}], False),
    "no blocks": ([], False),
}


@pytest.mark.parametrize(("permissions", "expected"), BLOCKS.values(), ids=BLOCKS)
def test_blocks(permissions: list[dict[str, Any]], expected: bool) -> None:
    roles = Roles(Documents(Snapshot([defined(CUSTOM, *permissions)])))
    role = roles.get(f"/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/{CUSTOM.upper()}")
    assert role is not None
    assert bool(roles.granting(role, "control", KEYS.lower())) == expected


def test_a_role_that_was_read_wins_over_the_table() -> None:
    owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
    roles = Roles(Documents(Snapshot([defined(owner, {"actions": ["*/read"]})])))
    role = roles.get(owner)
    assert role is not None
    assert roles.granting(role, "control", KEYS.lower()) == ()


def test_a_role_that_nothing_tells_of_is_a_gap() -> None:
    roles = Roles(Documents(Snapshot([])))
    assert roles.get(CUSTOM) is None
    assert roles.unknown(CUSTOM, "s").reason == "not-collected"
    assert list(roles.gaps) == [CUSTOM]


def test_the_table_is_of_the_operations_that_are_watched() -> None:
    table = built_in()
    assert (table.control, table.data) == (watched()["control"], watched()["data"])
    assert len(table.roles) > 900
    assert table.date.startswith("20")


def test_the_table_keeps_conditions_inside_roles() -> None:
    """25 of 28 roles that assign roles are bounded; the other three are the well-known ones."""
    write = 1
    free = {
        guid
        for guid, blocks in built_in().roles.items()
        if any(int(control, 16) & write and condition is None for control, _, condition in blocks)
    }
    assert free == {
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",  # Owner
        "f58310d9-a9f6-439a-9e8d-f62e7b41a168",  # Role Based Access Control Administrator
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",  # User Access Administrator
    }


def test_a_table_is_made_from_a_list_of_roles() -> None:
    listed: list[dict[str, Any]] = [
        {"name": "A", "roleName": "reader of keys", "permissions": [{"actions": [KEYS], "notActions": None}]},
        {"name": "b", "roleName": "nothing", "permissions": None},
        {"name": "c", "properties": {"roleName": "as REST prints", "permissions": [{"dataActions": [READ]}]}},
    ]
    table = compacted(listed, "a list", "2026-01-01")
    bits = 1 << watched()["control"].index(KEYS), 1 << watched()["data"].index(READ)
    assert table["roles"] == {
        "a": [[f"{bits[0]:x}", "0", None]],
        "b": [],
        "c": [["0", f"{bits[1]:x}", None]],
    }
