"""Google's resources in Terraform: what each makes of Google's answers, and what is said of the rest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from scanner.iac import google
from scanner.iac.aws import Drafts
from scanner.iac.settings import Settings
from scanner.iac.terraform.google import tables
from scanner.iac.terraform.google.kinds import KINDS
from scanner.iac.terraform.reading import read_tree
from scanner.iac.tree import walk
from tests.iac.terraform.trees import written

if TYPE_CHECKING:
    from pathlib import Path

PROVIDER = 'provider "google" {\n  project = "p"\n}\n'
BUCKET = 'resource "google_storage_bucket" "b" {\n  name = "w"\n  uniform_bucket_level_access = true\n}\n'
MEMBER = (
    'resource "google_storage_bucket_iam_member" "%s" {\n  bucket = "w"\n  role = "%s"\n  member = "%s"\n}\n'
)
VIEWER = "roles/storage.objectViewer"
TEAMS = [
    ("roles/storage.legacyBucketOwner", ["projectEditor:p", "projectOwner:p"]),
    ("roles/storage.legacyBucketReader", ["projectViewer:p"]),
    ("roles/storage.legacyObjectOwner", ["projectEditor:p", "projectOwner:p"]),
    ("roles/storage.legacyObjectReader", ["projectViewer:p"]),
]


def drafts_of(place: Path, code: str, settings: Settings | None = None) -> Drafts:
    drafts = Drafts()
    read_tree(walk(written(place, {"main.tf": code})), settings or Settings(), drafts)
    google.complete(drafts)
    return drafts


def bodies(drafts: Drafts) -> dict[str, Any]:
    return {f"{d.id.field} {d.id.key}": d.body for d in drafts if d.id.provider == "gcp"}


def bindings(drafts: Drafts, name: str) -> list[tuple[str, list[Any]]]:
    found = bodies(drafts)[f"ListAssets.IAM_POLICY {name}"]
    return [(b["role"], b["members"]) for b in found["iamPolicy"]["bindings"]]


def gaps(drafts: Drafts) -> list[tuple[str, str]]:
    return [(gap.id.field, gap.effect) for gap in drafts.gaps]


POLICIES: dict[str, tuple[str, list[tuple[str, list[Any]]], list[tuple[str, str]]]] = {
    "members of one role are one binding": (
        BUCKET + MEMBER % ("a", VIEWER, "user:a@x.example") + MEMBER % ("b", VIEWER, "user:b@x.example"),
        [(VIEWER, ["user:a@x.example", "user:b@x.example"]), *TEAMS],
        [],
    ),
    "what a new bucket grants is there without any policy": (BUCKET, TEAMS, []),
    "a binding takes away what its role had": (
        BUCKET + 'resource "google_storage_bucket_iam_binding" "b" {\n  bucket = "w"\n'
        '  role = "roles/storage.legacyObjectReader"\n'
        '  members = ["user:a@x.example"]\n}\n',
        [("roles/storage.legacyObjectReader", ["user:a@x.example"]), *TEAMS[:3]],
        [],
    ),
    "a policy is all there is": (
        BUCKET + 'resource "google_storage_bucket_iam_policy" "b" {\n  bucket = "b/w"\n'
        "  policy_data = jsonencode({\n"
        f'    bindings = [{{ role = "{VIEWER}", members = ["user:a@x.example"] }}]\n  }})\n}}\n',
        [(VIEWER, ["user:a@x.example"])],
        [],
    ),
    "a member of a bucket that is somebody else's to make": (
        MEMBER % ("a", VIEWER, "user:a@x.example"),
        [(VIEWER, ["user:a@x.example"])],
        [("ReadLivePolicy", "understated")],
    ),
    "a binding and a member of one role are both taken to hold": (
        BUCKET
        + MEMBER % ("a", VIEWER, "user:a@x.example")
        + 'resource "google_storage_bucket_iam_binding" "b" {\n  bucket = "w"\n  members = []\n'
        f'  role = "{VIEWER}"\n}}\n',
        [(VIEWER, ["user:a@x.example"]), *TEAMS],
        [("MergePolicy", "overstated")],
    ),
    "a policy nobody can tell lets somebody in": (
        BUCKET + 'variable "policy" {}\nresource "google_storage_bucket_iam_policy" "b" {\n  bucket = "w"\n'
        "  policy_data = var.policy\n}\n",
        [
            (
                {"sidedoor:unresolved": "var.policy", "like": "*"},  # type: ignore[list-item]
                [{"sidedoor:unresolved": "var.policy", "like": "*"}],
            )
        ],
        [],
    ),
}


@pytest.mark.parametrize(("code", "held", "said"), POLICIES.values(), ids=POLICIES)
def test_a_policy_as_google_will_hold_it(
    tmp_path: Path, code: str, held: list[tuple[str, list[Any]]], said: list[tuple[str, str]]
) -> None:
    drafts = drafts_of(tmp_path, PROVIDER + code)
    assert bindings(drafts, "//storage.googleapis.com/w") == held
    assert gaps(drafts) == said


CRM = "//cloudresourcemanager.googleapis.com/"
TARGETS: dict[str, tuple[str, str]] = {
    "a project": ('google_project_iam_member" "x" {\n  project = "q"', f"{CRM}projects/q"),
    "a folder": ('google_folder_iam_member" "x" {\n  folder = "folders/7"', f"{CRM}folders/7"),
    "an organization": ('google_organization_iam_member" "x" {\n  org_id = "9"', f"{CRM}organizations/9"),
    "an account": (
        'google_service_account_iam_member" "x" {\n'
        '  service_account_id = "projects/q/serviceAccounts/a@q.iam.gserviceaccount.com"',
        "//iam.googleapis.com/projects/q/serviceAccounts/a@q.iam.gserviceaccount.com",
    ),
    "a repository": (
        'google_artifact_registry_repository_iam_member" "x" {\n  location = "eu"\n  repository = "r"',
        "//artifactregistry.googleapis.com/projects/p/locations/eu/repositories/r",
    ),
    "a repository by its whole name": (
        'google_artifact_registry_repository_iam_member" "x" {\n'
        '  repository = "projects/q/locations/eu/repositories/r"',
        "//artifactregistry.googleapis.com/projects/q/locations/eu/repositories/r",
    ),
    "a service of Cloud Run": (
        'google_cloud_run_service_iam_member" "x" {\n  location = "eu"\n  service = "s"',
        "//run.googleapis.com/projects/p/locations/eu/services/s",
    ),
    "a function": (
        'google_cloudfunctions_function_iam_member" "x" {\n  region = "eu"\n  cloud_function = "f"',
        "//cloudfunctions.googleapis.com/projects/p/locations/eu/functions/f",
    ),
    "an image": (
        'google_compute_image_iam_member" "x" {\n  image = "i"',
        "//compute.googleapis.com/projects/p/global/images/i",
    ),
    "a disk": (
        'google_compute_disk_iam_member" "x" {\n  zone = "eu-a"\n  name = "d"',
        "//compute.googleapis.com/projects/p/zones/eu-a/disks/d",
    ),
    "a key": (
        'google_kms_crypto_key_iam_member" "x" {\n  crypto_key_id = "q/eu/ring/k"',
        "//cloudkms.googleapis.com/projects/q/locations/eu/keyRings/ring/cryptoKeys/k",
    ),
}


@pytest.mark.parametrize(("head", "name"), TARGETS.values(), ids=TARGETS)
def test_what_a_policy_is_on(tmp_path: Path, head: str, name: str) -> None:
    code = f'{PROVIDER}resource "{head}\n  role = "roles/viewer"\n  member = "user:a@x.example"\n}}\n'
    assert bindings(drafts_of(tmp_path, code), name) == [("roles/viewer", ["user:a@x.example"])]


MEMBERS: dict[str, tuple[str, Any]] = {
    "an account of this code": (
        "google_service_account.t.member",
        "serviceAccount:trainer@p.iam.gserviceaccount.com",
    ),
    "an account by the project's id": (
        '"serviceAccount:trainer@${data.google_project.p.project_id}.iam.gserviceaccount.com"',
        "serviceAccount:trainer@p.iam.gserviceaccount.com",
    ),
    "an account in a project that is a variable": (
        '"serviceAccount:x@${var.other}.iam.gserviceaccount.com"',
        {
            "sidedoor:unresolved": '"serviceAccount:x@${var.other}.iam.gserviceaccount.com"',
            "like": "serviceAccount:x@*.iam.gserviceaccount.com",
        },
    ),
    "an account in a project that is a variable, and ours": (
        '"serviceAccount:x@${var.ours}.iam.gserviceaccount.com"',
        "serviceAccount:x@var-ours.iam.gserviceaccount.com",
    ),
    "a person whose domain is a variable stays open": (
        '"user:x@${var.other}"',
        {"sidedoor:unresolved": '"user:x@${var.other}"', "like": "user:x@*"},
    ),
    "nobody knows whom": ("var.other", {"sidedoor:unresolved": "var.other", "like": "*"}),
}


@pytest.mark.parametrize(("member", "found"), MEMBERS.values(), ids=MEMBERS)
def test_members(tmp_path: Path, member: str, found: object) -> None:
    code = (
        f'{PROVIDER}variable "other" {{}}\nvariable "ours" {{}}\n'
        'resource "google_service_account" "o" {\n  account_id = "x"\n  project = var.ours\n}\n'
        'data "google_project" "p" {}\n'
        'resource "google_service_account" "t" {\n  account_id = "trainer"\n}\n'
        f'resource "google_project_iam_member" "x" {{\n  role = "roles/viewer"\n  member = {member}\n}}\n'
    )
    assert bindings(drafts_of(tmp_path, code), f"{CRM}projects/p") == [("roles/viewer", [found])]


def test_a_perimeter_holds_the_projects_that_are_added_to_it(tmp_path: Path) -> None:
    code = """
resource "google_access_context_manager_service_perimeter" "models" {
  parent = "accessPolicies/7"
  name   = "accessPolicies/7/servicePerimeters/models"
  title  = "models"
  status {
    restricted_services = ["storage.googleapis.com"]
    ingress_policies {
      ingress_from {
        identities = ["user:a@x.example"]
        sources { access_level = "*" }
      }
      ingress_to {
        resources = ["*"]
        operations { service_name = "*" }
      }
    }
  }
}
resource "google_access_context_manager_service_perimeter_resource" "p" {
  perimeter_name = google_access_context_manager_service_perimeter.models.name
  resource       = "projects/12"
}
"""
    drafts = drafts_of(tmp_path, PROVIDER + code)
    name = "//accesscontextmanager.googleapis.com/accessPolicies/7/servicePerimeters/models"
    status = bodies(drafts)[f"ListAssets.RESOURCE {name}"]["resource"]["data"]["status"]
    assert status == {
        "restrictedServices": ["storage.googleapis.com"],
        "ingressPolicies": [
            {
                "ingressFrom": {"identities": ["user:a@x.example"], "sources": [{"accessLevel": "*"}]},
                "ingressTo": {"resources": ["*"], "operations": [{"serviceName": "*"}]},
            }
        ],
        "resources": ["projects/12"],
    }
    assert gaps(drafts) == []


def test_lists_and_folders_of_a_bucket(tmp_path: Path) -> None:
    code = """
resource "google_storage_bucket" "b" {
  name = "w"
}
resource "google_storage_bucket_acl" "b" {
  bucket      = google_storage_bucket.b.name
  role_entity = ["READER:user-a@x.example"]
}
resource "google_storage_bucket_object" "o" {
  bucket = google_storage_bucket.b.name
  name   = "model.safetensors"
}
resource "google_storage_object_access_control" "o" {
  bucket = "w"
  object = google_storage_bucket_object.o.name
  role   = "READER"
  entity = "allUsers"
}
resource "google_storage_managed_folder" "f" {
  bucket = "w"
  name   = "chat/"
}
resource "google_storage_managed_folder_iam_member" "f" {
  bucket         = "w"
  managed_folder = google_storage_managed_folder.f.name
  role           = "roles/storage.objectViewer"
  member         = "user:b@x.example"
}
"""
    found = bodies(drafts_of(tmp_path, PROVIDER + code))
    assert found["ListBucketAccessControls w"] == {
        "items": [{"entity": "user-a@x.example", "role": "READER"}]
    }
    kept = [entry["role"] for entry in found["ListDefaultObjectAccessControls w"]["items"]]
    assert kept == ["OWNER", "OWNER", "READER"]
    assert found["ListObjects w"]["items"] == [
        {"name": "model.safetensors", "acl": [{"entity": "allUsers", "role": "READER"}]}
    ]
    assert found["GetManagedFolderIamPolicy w/chat/"] == {
        "bindings": [{"role": VIEWER, "members": ["user:b@x.example"]}]
    }


EVERY_TYPE = sorted(
    {*tables.FIRST, *tables.TYPES}
    | {
        f"{base}_iam_{end}"
        for base, kind in KINDS.items()
        if kind.target
        for end in ("policy", "binding", "member")
    }
)


@pytest.mark.parametrize(
    "body", ["", "  name = var.x\n  bucket = var.x\n  project = var.x\n  location = var.x\n"]
)
def test_a_resource_that_says_nothing_or_nothing_plain_is_read(tmp_path: Path, body: str) -> None:
    code = 'variable "x" {}\n' + "".join(f'resource "{type_}" "x" {{\n{body}}}\n' for type_ in EVERY_TYPE)
    assert json.dumps(bodies(drafts_of(tmp_path, code)))


def test_a_type_that_gives_access_and_is_not_read_is_a_gap(tmp_path: Path) -> None:
    code = (
        'resource "google_apigee_environment_iam_member" "x" {}\nresource "google_dns_record_set" "x" {}\n'
        'resource "google_storage_hmac_key" "x" {}\n'
    )
    keys = [(gap.id.key, gap.effect) for gap in drafts_of(tmp_path, code).gaps]
    assert keys == [
        ("google_apigee_environment_iam_member", "understated"),
        ("google_storage_hmac_key", "understated"),
    ]


HOMES: dict[str, tuple[Settings, str, str]] = {
    "as the provider says": (Settings(), 'project = "p"', "p"),
    "a variable is called after itself": (Settings(), "project = var.project_id", "var-project-id"),
    "the only project of ours": (Settings(projects=("ours",)), "project = var.project_id", "ours"),
    "one of several of ours": (Settings(projects=("a", "b")), "project = var.project_id", "a"),
    "of an organization of ours": (
        Settings(projects=("a", "b"), organizations=("9",)),
        "project = var.project_id",
        "var-project-id",
    ),
    "nothing is said": (Settings(), "", "unknown-project"),
}


@pytest.mark.parametrize(("settings", "said", "project"), HOMES.values(), ids=HOMES)
def test_where_a_resource_lives(tmp_path: Path, settings: Settings, said: str, project: str) -> None:
    code = f'provider "google" {{\n  {said}\n}}\nvariable "project_id" {{}}\n{BUCKET}'
    drafts = drafts_of(tmp_path, code, settings)
    assert {d.id.scope for d in drafts if d.id.provider == "gcp"} == {project}


def planned(address: str, values: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a plan
    mode, _, rest = ("data", "", address[5:]) if address.startswith("data.") else ("managed", "", address)
    return {"address": address, "mode": mode, "type": rest.partition(".")[0], "values": values, **more}


def test_a_plan_alone_says_who_an_account_that_does_not_exist_yet_is(tmp_path: Path) -> None:
    bucket = {"name": "w", "project": "p", "uniform_bucket_level_access": True}
    account = {"account_id": "trainer", "project": "p"}
    member = {"bucket": "w", "role": VIEWER, "condition": []}
    references = ["google_service_account.t.member", "google_service_account.t"]
    project = planned("data.google_project.p", {"project_id": "p", "number": "100000000001"})
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "prior_state": {"values": {"root_module": {"resources": [project]}}},
        "planned_values": {
            "root_module": {
                "resources": [
                    planned("google_storage_bucket.b", bucket),
                    planned("google_service_account.t", account),
                    planned("google_storage_bucket_iam_member.m", member),
                ]
            }
        },
        "resource_changes": [
            {
                "address": "google_storage_bucket_iam_member.m",
                "change": {"after": member, "after_unknown": {"member": True, "id": True}},
            }
        ],
        "configuration": {
            "root_module": {
                "resources": [
                    {
                        "address": "google_storage_bucket_iam_member.m",
                        "expressions": {"member": {"references": references}},
                    }
                ]
            }
        },
    }
    drafts = Drafts()
    read_tree(walk(written(tmp_path, {"tfplan.json": json.dumps(plan)})), Settings(), drafts)
    google.complete(drafts)
    held = [(VIEWER, ["serviceAccount:trainer@p.iam.gserviceaccount.com"]), *TEAMS]
    assert bindings(drafts, "//storage.googleapis.com/w") == held
    described = bodies(drafts)[f"ListAssets.RESOURCE {CRM}projects/p"]["resource"]["data"]
    assert described["projectNumber"] == "100000000001"
