"""SageMaker Studio: which roles a presigned URL of a user profile leads to."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.providers.aws.stores.studio import read_profiles
from tests.providers.aws.documents import OURS, snapshot

PLACE = f"aws:{OURS}:us-east-1:sagemaker"
PROFILE = f"arn:aws:sagemaker:us-east-1:{OURS}:user-profile/d-1/ada"
SPACE = f"{PLACE}:ListSpaces.Spaces/d-1/lab"
SHARED = {SPACE: {"SpaceSharingSettingsSummary": {"SharingType": "Shared"}}}
DOMAIN = {
    "AuthMode": "IAM",
    "DefaultUserSettings": {"ExecutionRole": "users"},
    "DefaultSpaceSettings": {"ExecutionRole": "spaces"},
}
# What the domain and its spaces are, the settings of the profile, and the roles.
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], list[str]]] = {
    "the domain's role": ({}, {}, {}, ["users"]),
    "a role of its own": ({}, {}, {"ExecutionRole": "own"}, ["own"]),
    "a shared space": ({}, SHARED, {"ExecutionRole": "own"}, ["own", "spaces"]),
    "a private space": (
        {},
        {SPACE: {"SpaceSharingSettingsSummary": {"SharingType": "Private"}}},
        {},
        ["users"],
    ),
    "a shared space of another domain": ({}, {SPACE.replace("d-1", "d-2"): SHARED[SPACE]}, {}, ["users"]),
    "a shared space without a role": ({"DefaultSpaceSettings": {}}, SHARED, {}, ["users"]),
    "single sign-on": ({"AuthMode": "SSO"}, SHARED, {}, []),
}


@pytest.mark.parametrize(("domain", "spaces", "settings", "expected"), CASES.values(), ids=CASES)
def test_roles(
    domain: dict[str, Any], spaces: dict[str, Any], settings: dict[str, Any], expected: list[str]
) -> None:
    documents = {
        f"{PLACE}:DescribeDomain/d-1": DOMAIN | domain,
        f"{PLACE}:DescribeUserProfile/d-1/ada": {"UserSettings": settings},
        **spaces,
    }
    found = read_profiles(snapshot(documents))
    assert sorted(found) == expected
    assert {profile for profiles in found.values() for profile, _ in profiles} <= {PROFILE}
