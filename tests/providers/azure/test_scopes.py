"""Which scopes hold an id."""

from __future__ import annotations

import pytest

from scanner.providers.azure.documents import Documents, arm_type
from scanner.providers.azure.scopes import Scopes, group_id, is_within
from scanner.snapshot import Document, Snapshot
from tests.providers.azure.documents import ACCOUNT, RG, SUB, TENANT, WEIGHTS, row

CHAIN = [{"name": "research"}, {"name": TENANT}]
SUBSCRIPTIONS = "microsoft.resources/subscriptions"
GROUPS = "microsoft.management/managementgroups"

TREES: dict[str, tuple[list[Document], tuple[str, ...]]] = {
    "the chain of the subscription's row": (
        [row(SUB, SUBSCRIPTIONS, "resourcecontainers", managementGroupAncestorsChain=CHAIN)],
        (group_id("research"), group_id(TENANT)),
    ),
    "parents of management groups": (
        [
            row(
                group_id("Research"),
                GROUPS,
                details={"parent": {"id": group_id("Root")}},
                children=[{"id": SUB}],
            ),
            row(group_id("root"), GROUPS, details={"parent": {}}),
        ],
        (group_id("research"), group_id("root")),
    ),
    "a chain that ends below the tenant's own": (
        [row(SUB, SUBSCRIPTIONS, "resourcecontainers", managementGroupAncestorsChain=CHAIN[:1])],
        (group_id("research"),),
    ),
    "a parent whose own parent nobody told": (
        [row(group_id("research"), GROUPS, children=[{"id": SUB}])],
        (group_id("research"),),
    ),
    "a chain without groups": (
        [row(SUB, SUBSCRIPTIONS, "resourcecontainers", managementGroupAncestorsChain=[])],
        (),
    ),
    "nobody told": ([row(SUB, SUBSCRIPTIONS, "resourcecontainers")], ()),
}


@pytest.mark.parametrize(("documents", "above"), TREES.values(), ids=TREES)
def test_chain(documents: list[Document], above: tuple[str, ...]) -> None:
    scopes = Scopes(Documents(Snapshot(documents)))
    own = (WEIGHTS, f"{ACCOUNT}/blobservices/default", ACCOUNT, RG, SUB)
    assert scopes.chain(WEIGHTS.upper()) == (*own, *above, "/")
    assert scopes.is_placed(WEIGHTS) == (above[-1:] in {(group_id("root"),), (group_id(TENANT),)})


def test_a_circle_of_management_groups_ends() -> None:
    groups = [("a", "b"), ("b", "a")]
    documents = [row(group_id(g), GROUPS, details={"parent": {"id": group_id(p)}}) for g, p in groups]
    assert Scopes(Documents(Snapshot(documents))).chain(group_id("a"))[0] == group_id("a")


WITHIN = {
    "itself": (RG, RG, True),
    "below": (ACCOUNT, RG, True),
    "in another letter case": (ACCOUNT, RG.upper(), True),
    "a longer name": (f"{RG}2/x", RG, False),
    "above": (RG, ACCOUNT, False),
}


@pytest.mark.parametrize(("id_", "scope", "expected"), WITHIN.values(), ids=WITHIN)
def test_is_within(id_: str, scope: str, expected: bool) -> None:
    assert is_within(id_, scope) == expected


def test_a_field_names_a_type() -> None:
    field = "Microsoft.Storage.storageAccounts.blobServices.containers"
    assert arm_type(field) == "microsoft.storage/storageaccounts/blobservices/containers"
