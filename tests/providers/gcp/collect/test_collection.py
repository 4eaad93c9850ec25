"""The official clients read a seeded organization on loopback, by gRPC and by REST."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from scanner.providers.gcp.collect.quota import Quota
from scanner.snapshot import Head, Journal
from tests.providers.gcp.collect.conftest import bodies_of, gaps_of
from tests.providers.gcp.collect.seed import FOLDER, GROUP, ORGANIZATION, POOL
from tests.providers.gcp.fakes.estate import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from scanner.snapshot import Snapshot
    from tests.providers.gcp.collect.conftest import Google

WEIGHTS = "//storage.googleapis.com/ourlab-frontier-weights"


def test_everything_is_read_in_pages(google: Google) -> None:
    assert len(google.estate.assets) >= 200
    read = google.collected()
    assert gaps_of(read) == {}
    resources = [a for a in google.estate.assets if "resource" in a]
    extra = {f"//iam.googleapis.com/{POOL}", f"//iam.googleapis.com/{POOL}/providers/actions"}
    extra |= {"//aiplatform.googleapis.com/projects/100000000001/locations/us-central1/reasoningEngines/7"}
    keys = {d.id.key for d in read.all("gcp", "cloudasset", "ListAssets.RESOURCE")}
    assert keys == {a["name"] for a in resources} | extra
    pages = -(-len(resources) // google.estate.page)
    assert (
        sum("RESOURCE" in call for call in google.estate.calls if call.startswith("ListAssets")) == pages + 1
    )
    assert read.asked >= sum(google.estate.counted().values()) - 2


def test_documents_lie_in_their_project(read: Snapshot) -> None:
    found = bodies_of(read, "cloudasset", "ListAssets.IAM_POLICY")
    bindings = found[f"ourlab-models {WEIGHTS}"]["iamPolicy"]["bindings"]
    assert bindings[0]["role"] == "roles/storage.objectViewer"
    assert f"{FOLDER} //cloudresourcemanager.googleapis.com/{FOLDER}" in found
    resource = bodies_of(read, "cloudasset", "ListAssets.RESOURCE")[f"ourlab-models {WEIGHTS}"]
    number = resource["resource"]["data"]["projectNumber"]
    assert (type(number), number) == (int, 100000000001)
    assert set(resource) == {"name", "assetType", "ancestors", "resource", "updateTime"}
    assert f"{ORGANIZATION} RESOURCE" in bodies_of(read, "cloudasset", "ListAssets")


def test_policies_of_iam(read: Snapshot) -> None:
    (denial,) = bodies_of(read, "iam", "ListDenyPolicies.policies").items()
    assert denial[0].startswith(f"{FOLDER} policies/")
    assert denial[1]["rules"][0]["denyRule"]["deniedPrincipals"] == ["principalSet://goog/public:all"]
    (boundary,) = bodies_of(
        read, "iam", "ListPrincipalAccessBoundaryPolicies.principalAccessBoundaryPolicies"
    ).values()
    assert boundary["details"]["enforcementVersion"] == "3"
    (bound,) = bodies_of(read, "iam", "ListPolicyBindings.policyBindings").values()
    assert bound["policyKind"] == "PRINCIPAL_ACCESS_BOUNDARY"
    roles = bodies_of(read, "iam", "ListRoles.roles")
    assert roles["roles/future"]["includedPermissions"] == ["x.y.z"]


def test_groups_are_read_to_their_depth(read: Snapshot) -> None:
    found = bodies_of(read, "cloudidentity", "ListMemberships.memberships")
    assert {key.partition(" ")[2].partition("|")[0] for key in found} == {GROUP, "night-shift@ourlab.example"}
    assert found[f"ourlab.example {GROUP}|groups/g1/memberships/1"]["roles"] == [{"name": "MEMBER"}]


def test_storage_beyond_the_inventory(read: Snapshot) -> None:
    acls = bodies_of(read, "storage", "ListBucketAccessControls")
    assert list(acls) == ["ourlab-models ourlab-old-weights"]  # the others have no ACLs in force
    sample = bodies_of(read, "storage", "ListObjects")["ourlab-models ourlab-old-weights"]
    assert [item["name"] for item in sample["items"]] == [
        "notes.txt",
        "prod/model-00001-of-00002.safetensors",
    ]
    assert (sample["objectCount"], sample["isTruncated"]) == (3, False)
    folder = bodies_of(read, "storage", "GetManagedFolderIamPolicy")
    assert folder["ourlab-models ourlab-frontier-weights/prod/"]["bindings"][0]["members"] == [
        "user:zoe@labelworks.example"
    ]
    assert "ourlab-models GOOG1" in bodies_of(read, "storage", "ListHmacKeys.items")


def test_what_the_inventory_lacks_is_kept_in_its_form(read: Snapshot) -> None:
    found = bodies_of(read, "cloudasset", "ListAssets.RESOURCE")
    provider = found[f"ourlab-models //iam.googleapis.com/{POOL}/providers/actions"]
    assert provider["assetType"] == "iam.googleapis.com/WorkloadIdentityPoolProvider"
    assert provider["resource"]["data"]["attributeCondition"] == "assertion.repository_owner=='evalhouse'"
    assert provider["ancestors"] == ["projects/100000000001"]


def test_what_the_inventory_has_is_not_asked_for_again(google: Google) -> None:
    google.estate.assets.append(
        {
            "name": f"//iam.googleapis.com/{POOL}/providers/actions",
            "assetType": "iam.googleapis.com/WorkloadIdentityPoolProvider",
            "ancestors": ["projects/100000000001", FOLDER, ORGANIZATION],
            "resource": {"data": {"name": f"{POOL}/providers/actions"}},
        }
    )
    google.collected()
    assert not any(call.endswith(f"{POOL}/providers") for call in google.estate.calls)


@pytest.mark.parametrize("target", [{"project": "ourlab-models"}, {"folder": "800000000001"}])
def test_what_is_above_is_read_from_its_own_service(google: Google, target: dict[str, Any]) -> None:
    read = google.collected(**target)
    policies = bodies_of(read, "cloudasset", "ListAssets.IAM_POLICY")
    manager = "//cloudresourcemanager.googleapis.com"
    assert (
        policies[f"{ORGANIZATION} {manager}/{ORGANIZATION}"]["iamPolicy"]["bindings"][0]["role"]
        == "roles/viewer"
    )
    resource = bodies_of(read, "cloudasset", "ListAssets.RESOURCE")[
        f"{ORGANIZATION} {manager}/{ORGANIZATION}"
    ]
    assert resource["resource"]["data"]["displayName"] == "ourlab.example"
    assert f"{FOLDER} {manager}/{FOLDER}" in policies
    assert [
        c for c in google.estate.calls if c.startswith("ListPolicies") and ORGANIZATION.partition("/")[2] in c
    ]


def test_rest_and_grpc_bring_the_same_documents(google: Google) -> None:
    by_grpc = google.collected()
    by_rest = google.collected(endpoints=(google.rest,))
    assert gaps_of(by_rest) == {
        "gcp:::iam:ListRoles": "unsupported-by-sdk, both",
        "gcp:ourlab-models::iam:ListServiceAccountKeys/"
        "projects/ourlab-models/serviceAccounts/trainer@ourlab-models.iam.gserviceaccount.com": (
            "unsupported-by-sdk, understated"
        ),
    }
    admin = {"ListRoles", "ListRoles.roles", "ListServiceAccountKeys"}
    left = {str(d.id): d.body for d in by_grpc if d.id.field not in admin}
    assert left == {str(d.id): d.body for d in by_rest}


FAULTS: dict[str, tuple[Fault, dict[str, str]]] = {
    "unavailable twice": (Fault(f"ListAssets {ORGANIZATION} IAM_POLICY", "UNAVAILABLE", 2), {}),
    "throttled once": (Fault("REST /storage/v1/b/ourlab-old-weights/acl", "RESOURCE_EXHAUSTED", 1), {}),
    "no allow policies": (
        Fault(f"ListAssets {ORGANIZATION} IAM_POLICY", "PERMISSION_DENIED"),
        {f"gcp:{ORGANIZATION}::cloudasset:ListAssets.IAM_POLICY": "refused, understated"},
    ),
    "no perimeters": (
        Fault(f"ListAssets {ORGANIZATION} ACCESS_POLICY", "PERMISSION_DENIED"),
        {f"gcp:{ORGANIZATION}::cloudasset:ListAssets.ACCESS_POLICY": "refused, overstated"},
    ),
    "unavailable for good": (
        Fault(f"ListAssets {ORGANIZATION} ORG_POLICY", "UNAVAILABLE"),
        {f"gcp:{ORGANIZATION}::cloudasset:ListAssets.ORG_POLICY": "failed, overstated"},
    ),
    "deny policies of one folder": (
        Fault("ListPolicies policies/cloudresourcemanager.googleapis.com%2Ffolders", "PERMISSION_DENIED"),
        {f"gcp:{FOLDER}::iam:ListDenyPolicies/{FOLDER}": "refused, overstated"},
    ),
    "rules of one deny policy": (
        Fault("GetPolicy", "PERMISSION_DENIED"),
        {
            f"gcp:{FOLDER}::iam:ListDenyPolicies.policies/policies/"
            "cloudresourcemanager.googleapis.com%2Ffolders%2F800000000001/denypolicies/no-keys": (
                "refused, overstated"
            )
        },
    ),
    "a group of ours": (
        Fault(f"REST /v1/groups:lookup?{GROUP}", "PERMISSION_DENIED"),
        {f"gcp:ourlab.example::cloudidentity:ListMemberships.memberships/{GROUP}": "refused, understated"},
    ),
    "an access control list": (
        Fault("REST /storage/v1/b/ourlab-old-weights/acl", "PERMISSION_DENIED"),
        {"gcp:ourlab-models::storage:ListBucketAccessControls/ourlab-old-weights": "refused, understated"},
    ),
}


@pytest.mark.parametrize(("fault", "expected"), FAULTS.values(), ids=FAULTS)
def test_faults(google: Google, fault: Fault, expected: dict[str, str]) -> None:
    google.estate.faults.append(fault)
    assert gaps_of(google.collected(patience_s=1.0)) == expected


def test_pages_before_a_refusal_are_kept(google: Google) -> None:
    google.estate.faults.append(Fault(f"ListAssets {ORGANIZATION} RESOURCE 100", "PERMISSION_DENIED"))
    read = google.collected()
    assert f"gcp:{ORGANIZATION}::cloudasset:ListAssets.RESOURCE" in gaps_of(read)
    assert len(read.all("gcp", "cloudasset", "ListAssets.RESOURCE")) >= 100


def test_a_group_of_others_is_no_gap(google: Google) -> None:
    google.estate.faults.append(Fault("REST /v1/groups:lookup?all@labelworks.example", "PERMISSION_DENIED"))
    google.estate.assets[0]["iamPolicy"]["bindings"].append(
        {"role": "roles/viewer", "members": ["group:all@labelworks.example"]}
    )
    assert gaps_of(google.collected()) == {}


def test_a_service_that_is_off_is_asked_once(google: Google) -> None:
    google.estate.faults.append(Fault("REST /storage", "PERMISSION_DENIED"))
    google.estate.message = "SERVICE_DISABLED: the API has not been used in project 1 before"
    read = google.collected(threads=1)
    calls = [call for call in google.estate.calls if call.startswith("REST /storage")]
    assert len(calls) == 1
    reasons = {gap.reason for gap in read.gaps_of("gcp", "storage")}
    assert reasons == {"refused"}
    fields = sorted(gap.id.field for gap in read.gaps_of("gcp", "storage"))
    assert fields == [
        "ListBucketAccessControls",
        "ListDefaultObjectAccessControls",
        "ListHmacKeys",
        "ListManagedFolders",
        "ListObjects",
    ]


def test_acls_beyond_the_sample_are_a_gap(google: Google) -> None:
    google.estate.page = 1_000
    objects = [{"name": f"{i}.txt"} for i in range(1_001)]
    google.estate.answers["/storage/v1/b/ourlab-old-weights/o"] = {"items": objects}
    google.estate.answers["/storage/v1/b/ourlab-frontier-weights/o"] = {"items": objects}
    assert gaps_of(google.collected()) == {
        "gcp:ourlab-models::storage:ListObjects/ourlab-old-weights": "not-collected, understated"
    }


def test_a_run_that_was_killed_goes_on_where_it_was(google: Google, tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    folder = "ListPolicies policies/cloudresourcemanager.googleapis.com%2Ffolders%2F"
    google.estate.faults.append(Fault(folder, "PERMISSION_DENIED", 1))
    first = google.collected(Journal.start(file, Head("gcp", "2026-11-22T06:00:00Z")))
    assert len(first.gaps) == 1
    google.estate.calls.clear()
    left = Journal.resume(file)
    assert left is not None
    second = google.collected(left[1])
    assert [call.partition(" ")[0] for call in google.estate.calls] == ["ListPolicies", "GetPolicy"]
    assert second.gaps == ()
    assert {str(d.id) for d in first} <= {str(d.id) for d in second}


def test_malformed_answers_are_gaps_and_end_nothing(google: Google) -> None:
    google.estate.answers["/v1/groups/g1/memberships"] = {"memberships": {"id": 1}}
    google.estate.answers["/storage/v1/b/ourlab-frontier-weights/managedFolders"] = {
        "folders": [{"name": "x/"}]
    }
    google.estate.answers[f"/v1/groups:lookup?{GROUP}"] = {"name": "groups/g1"}
    read = google.collected()
    assert {id_: reason.partition(",")[0] for id_, reason in gaps_of(read).items()} == {
        f"gcp:ourlab.example::cloudidentity:ListMemberships/{GROUP}": "unparseable",
        "gcp:ourlab-models::storage:ListManagedFolders/ourlab-frontier-weights": "unparseable",
    }


def test_details_of_gaps_are_short_and_without_tokens(google: Google) -> None:
    google.estate.message = "Bearer ya29.secret-of-somebody " + "x" * 2_000
    google.estate.faults.append(Fault("ListRoles", "PERMISSION_DENIED"))
    (gap,) = google.collected().gaps
    assert "ya29" not in gap.detail
    assert len(gap.detail) <= 300
    assert not re.search(r"\n", gap.detail)


def test_a_quota_lets_so_many_through_in_any_minute() -> None:
    clock = [0.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock[0] += seconds

    quota = Quota(2, now=lambda: clock[0], sleep=sleep)
    turns = []
    for _ in range(5):
        quota.wait()
        turns.append(clock[0])
    assert turns == [0, 0, 60, 60, 120]
    assert slept == [60, 60] or sum(slept) == 120
