"""What the fixtures say Google answers is what its messages can hold: a misspelt field is no document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from google.cloud import asset_v1, iam_admin_v1, iam_v2, iam_v3
from google.protobuf.json_format import ParseDict, ParseError

from scanner.snapshot import Unresolved
from tests.worlds import all_worlds, parse_id

if TYPE_CHECKING:
    from tests.worlds import World

BOUNDARIES: Final = "ListPrincipalAccessBoundaryPolicies.principalAccessBoundaryPolicies"
MESSAGES: Final[dict[str, Any]] = {
    "ListAssets.RESOURCE": asset_v1.Asset,
    "ListAssets.IAM_POLICY": asset_v1.Asset,
    "ListAssets.ORG_POLICY": asset_v1.Asset,
    "ListAssets.ACCESS_POLICY": asset_v1.Asset,
    "ListRoles.roles": iam_admin_v1.Role,
    "ListServiceAccountKeys.keys": iam_admin_v1.ServiceAccountKey,
    "ListDenyPolicies.policies": iam_v2.Policy,
    "ListPolicyBindings.policyBindings": iam_v3.PolicyBinding,
    BOUNDARIES: iam_v3.PrincipalAccessBoundaryPolicy,
}
# of Google's documents, and not yet of the messages of every client: IngressTo.roles
NEWER: Final = ('IngressTo" has no field named "roles"',)
WORLDS: Final = [world for world in all_worlds() if world.directory.parent.name == "gcp"]


def misspelt(field: str, body: dict[str, Any]) -> str:
    """Return what a message of Google's cannot hold of a body, nothing when it holds all."""
    kind = MESSAGES[field]
    try:
        ParseDict(body, kind()._pb, ignore_unknown_fields=False)
    except ParseError as error:
        return "" if any(field in str(error) for field in NEWER) else str(error)
    return ""


@pytest.mark.parametrize("world", WORLDS, ids=str)
def test_documents_of_worlds(world: World) -> None:
    wrong = {}
    for id_, body in world.documents.items():
        field = parse_id(id_).field
        if field in MESSAGES and body is not None and not has_open_values(body):
            problem = misspelt(field, body)
            if problem:
                wrong[id_] = problem
    assert wrong == {}


def has_open_values(body: Any) -> bool:  # noqa: ANN401 - any part of a document
    """Tell whether code leaves a value of a document open, which Google never does."""
    if Unresolved.read(body) is not None:
        return True
    parts = body.values() if isinstance(body, dict) else body if isinstance(body, list) else ()
    return any(map(has_open_values, parts))


@pytest.mark.parametrize(
    ("body", "is_wrong"),
    [
        ({"iamPolicy": {"bindings": [{"role": "r"}]}}, False),
        ({"iamPolicy": {"bindings": [{"rule": "r"}]}}, True),
    ],
)
def test_the_judge_itself(body: dict[str, Any], *, is_wrong: bool) -> None:
    assert bool(misspelt("ListAssets.IAM_POLICY", body)) == is_wrong
