"""Groups and boundaries of Google's in Terraform: who is in, what is bound, and what is said of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.iac.terraform.test_google import bodies, drafts_of

if TYPE_CHECKING:
    from pathlib import Path

GROUP = (
    'resource "google_cloud_identity_group" "g" {\n  parent = "customers/C1"\n'
    '  group_key { id = "ml@lab.example" }\n}\n'
)
MEMBERSHIP = (
    'resource "google_cloud_identity_group_membership" "m" {\n  group = %s\n'
    '  preferred_member_key { id = %s }\n  roles { name = "MEMBER" }\n}\n'
)
LOOKUP = 'data "google_cloud_identity_group_lookup" "l" {\n  group_key { id = "ml@lab.example" }\n}\n'
KEY = "ListMemberships.memberships ml@lab.example|eve@vendor.example"
OURS = "google_cloud_identity_group.g.id"
EVE = '"eve@vendor.example"'

GROUPS = {
    "of a group that code makes": (GROUP + MEMBERSHIP % (OURS, EVE), True, []),
    "of a group that is looked up": (
        LOOKUP + MEMBERSHIP % ("data.google_cloud_identity_group_lookup.l.name", EVE),
        True,
        [("ListMemberships", "understated")],
    ),
    "of a group by its number": (MEMBERSHIP % ('"groups/01abc"', EVE), False, [("ReadResource", "both")]),
    "of nobody that can be told": (
        'variable "v" {}\n' + GROUP + MEMBERSHIP % (OURS, "var.v"),
        False,
        [("ReadResource", "both")],
    ),
}


@pytest.mark.parametrize(("code", "is_there", "gaps"), GROUPS.values(), ids=GROUPS)
def test_a_membership(tmp_path: Path, code: str, is_there: bool, gaps: list[tuple[str, str]]) -> None:
    drafts = drafts_of(tmp_path, code)
    found = bodies(drafts).get(KEY)
    member = {"preferredMemberKey": {"id": "eve@vendor.example"}, "roles": [{"name": "MEMBER"}]}
    assert found == (member if is_there else None)
    assert [(gap.id.field, gap.effect) for gap in drafts.gaps] == gaps


def test_a_group_in_a_group_is_one(tmp_path: Path) -> None:
    inner = GROUP.replace('"g"', '"inner"').replace("ml@", "inner@")
    drafts = drafts_of(tmp_path, GROUP + inner + MEMBERSHIP % (OURS, '"inner@lab.example"'))
    found = bodies(drafts)["ListMemberships.memberships ml@lab.example|inner@lab.example"]
    assert found["type"] == "GROUP"


BOUNDARY = (
    'resource "google_iam_principal_access_boundary_policy" "b" {\n  organization = "9"\n'
    '  location = "global"\n  principal_access_boundary_policy_id = "fence"\n'
    '  details {\n    enforcement_version = "2"\n'
    "    rules {\n"
    '      effect = "ALLOW"\n      resources = [%s]\n    }\n  }\n}\n'
    'resource "google_iam_projects_policy_binding" "p" {\n  project = "p"\n  location = "global"\n'
    '  policy_kind = "PRINCIPAL_ACCESS_BOUNDARY"\n  policy_binding_id = "to-all"\n'
    "  policy = google_iam_principal_access_boundary_policy.b.name\n"
    "  target { principal_set = %s }\n}\n"
    'variable "v" {}\n'
)
HERE = '"//cloudresourcemanager.googleapis.com/projects/p"'
FENCE = "organizations/9/locations/global/principalAccessBoundaryPolicies/fence"
POLICY = f"ListPrincipalAccessBoundaryPolicies.principalAccessBoundaryPolicies {FENCE}"
BINDING = "ListPolicyBindings.policyBindings projects/p/locations/global/policyBindings/to-all"


def test_a_boundary_and_what_it_is_bound_to(tmp_path: Path) -> None:
    drafts = drafts_of(tmp_path, BOUNDARY % (HERE, HERE))
    found = bodies(drafts)
    rule = {"effect": "ALLOW", "resources": [HERE.strip('"')]}
    assert found[POLICY]["details"] == {"enforcementVersion": "2", "rules": [rule]}
    assert found[BINDING]["policy"] == FENCE
    assert found[BINDING]["target"] == {"principalSet": HERE.strip('"')}
    assert drafts.gaps == ()


UNTOLD: dict[str, tuple[Any, Any, str]] = {
    "what principals stay eligible for": ("var.v", HERE, POLICY),
    "whom it binds": (HERE, "var.v", BINDING),
}


@pytest.mark.parametrize(("resources", "target", "missing"), UNTOLD.values(), ids=UNTOLD)
def test_a_boundary_that_is_open_is_unread(tmp_path: Path, resources: str, target: str, missing: str) -> None:
    """Read with what is known only, it would keep principals from more than it does."""
    drafts = drafts_of(tmp_path, BOUNDARY % (resources, target))
    assert missing not in bodies(drafts)
    assert [(gap.id.provider, gap.id.field, gap.effect) for gap in drafts.gaps] == [
        ("gcp", "ListPolicyBindings.policyBindings", "overstated")
    ]
