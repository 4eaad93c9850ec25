"""What a reading says it does not know: each is a gap, and its near twin is none."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from scanner.config import Config, Ours, OursGcp
from scanner.providers.gcp import Gcp
from scanner.snapshot import Document, DocumentId, Snapshot, Unresolved
from tests.worlds import parse_id

if TYPE_CHECKING:
    from scanner.snapshot import Gap

ABOVE = ["projects/77", "organizations/9"]
BUCKET = "//storage.googleapis.com/b"
PROJECT = "//cloudresourcemanager.googleapis.com/projects/77"
ASSET = "gcp:lab::cloudasset:ListAssets"
DOCUMENTS: dict[str, Any] = {
    f"{ASSET}.RESOURCE/{PROJECT}": {
        "name": PROJECT,
        "assetType": "cloudresourcemanager.googleapis.com/Project",
        "resource": {"data": {"projectId": "lab", "projectNumber": "77"}},
        "ancestors": ABOVE,
    },
    f"{ASSET}.RESOURCE/{BUCKET}": {
        "name": BUCKET,
        "assetType": "storage.googleapis.com/Bucket",
        "resource": {"data": {"iamConfiguration": {"uniformBucketLevelAccess": {"enabled": True}}}},
        "ancestors": ABOVE,
    },
}
POOL = "iam.googleapis.com/projects/77/locations/global/workloadIdentityPools/ci"


def gaps(
    *members: Any,  # noqa: ANN401 - text, or what code leaves open
    role: Any = "roles/storage.objectViewer",  # noqa: ANN401 - the same
    domains: tuple[str, ...] = ("lab.example",),
    uniform: bool = True,
) -> list[Gap]:
    documents = copy.deepcopy(DOCUMENTS)
    configuration = documents[f"{ASSET}.RESOURCE/{BUCKET}"]["resource"]["data"]["iamConfiguration"]
    configuration["uniformBucketLevelAccess"]["enabled"] = uniform
    documents[f"{ASSET}.IAM_POLICY/{BUCKET}"] = {
        "name": BUCKET,
        "assetType": "storage.googleapis.com/Bucket",
        "iamPolicy": {"bindings": [{"role": role, "members": list(members)}]},
        "ancestors": ABOVE,
    }
    snapshot = Snapshot(Document(parse_id(id_), body) for id_, body in documents.items())
    config = Config(ours=Ours(gcp=OursGcp(organizations=("9",), domains=domains)))
    return list(Gcp().read(snapshot, config).coverage())


CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "nothing open": ({"members": ["user:a@lab.example"]}, []),
    "a group of ours that was not read": (
        {"members": ["group:team@lab.example"]},
        [("ListMemberships.memberships", "understated")],
    ),
    "a group of others is theirs to read": ({"members": ["group:team@vendor.example"]}, []),
    "a role nobody knows": (
        {"members": ["user:a@lab.example"], "role": "roles/reader"},
        [("ListRoles.roles", "both")],
    ),
    "a member that code leaves open": (
        {"members": [Unresolved("var.reader").body]},
        [("ListAssets.IAM_POLICY", "understated")],
    ),
    "an agent of a project of ours": (
        {"members": ["serviceAccount:service-77@gcp-sa-aiplatform.iam.gserviceaccount.com"]},
        [],
    ),
    "an agent of a project that was not read": (
        {"members": ["serviceAccount:service-78@gcp-sa-aiplatform.iam.gserviceaccount.com"]},
        [("ListAssets.RESOURCE", "overstated")],
    ),
    "an agent of our organization": (
        {"members": ["serviceAccount:service-org-9@gcp-sa-logging.iam.gserviceaccount.com"]},
        [],
    ),
    "a member of a form that nobody knows": (
        {"members": ["principalSet://example.googleapis.com/everybody"]},
        [("Policy.members", "understated")],
    ),
    "no mail domain is known": (
        {"members": ["user:a@lab.example"], "domains": ()},
        [("ListAssets.RESOURCE", "overstated")],
    ),
    "accounts need no mail domain": (
        {"members": ["serviceAccount:a@lab.iam.gserviceaccount.com"], "domains": ()},
        [],
    ),
    "lists of a bucket that were not read": (
        {"members": ["user:a@lab.example"], "uniform": False},
        [
            ("ListBucketAccessControls", "understated"),
            ("ListDefaultObjectAccessControls", "understated"),
            ("ListObjects", "understated"),
        ],
    ),
    "a pool whose providers were not read": (
        {"members": [f"principalSet://{POOL}/*"]},
        [("ListWorkloadIdentityPoolProviders.workloadIdentityPoolProviders", "understated")],
    ),
    "clusters' own pool has no providers": (
        {"members": [f"principalSet://{POOL.replace('/ci', '/lab.svc.id.goog')}/*"]},
        [],
    ),
}


@pytest.mark.parametrize(("given", "expected"), CASES.values(), ids=CASES)
def test_gaps(given: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    more = {key: value for key, value in given.items() if key != "members"}
    assert [(gap.id.field, gap.effect) for gap in gaps(*given["members"], **more)] == expected


def test_a_role_that_code_leaves_open_may_contain_anything() -> None:
    found = gaps("user:a@lab.example", role=Unresolved("var.role").body)
    assert [(gap.id.field, gap.id.key) for gap in found] == [("ListRoles.roles", "${var.role}")]


SPEAKING = {
    "of what access policies are for": (["eventarc.googleapis.com/messageBuses.publish"], 0),
    "of more": (["eventarc.googleapis.com/messageBuses.publish", "storage.googleapis.com/objects.get"], 1),
    "of nothing that is told": ([], 1),
}


@pytest.mark.parametrize(("permissions", "expected"), SPEAKING.values(), ids=SPEAKING)
def test_access_policies(permissions: list[str], expected: int) -> None:
    key = "organizations/9/locations/global/accessPolicies/a"
    id_ = DocumentId("gcp", "organizations/9", "", "iam", "ListAccessPolicies.accessPolicies", key)
    rule = {"effect": "ALLOW", "operation": {"permissions": permissions}}
    snapshot = Snapshot([Document(id_, {"name": key, "details": {"rules": [rule]}})])
    found = Gcp().read(snapshot, Config()).coverage()
    assert [gap.id for gap in found] == [id_] * expected
