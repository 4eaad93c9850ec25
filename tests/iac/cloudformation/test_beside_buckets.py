"""Grants and registries in templates: what each makes of AWS's answers, and what is said of the rest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.iac.cloudformation.test_reading import body, scan

if TYPE_CHECKING:
    from pathlib import Path

REGION = "us-east-1"
GRANTS = f"arn:aws:s3:{REGION}:100000000001:access-grants/default"
LOCATION = {
    "Type": "AWS::S3::AccessGrantsLocation",
    "Properties": {"LocationScope": "s3://weights/a*", "IamRoleArn": "arn:aws:iam::100000000001:role/r"},
}
POLICY = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "200000000001"}, "Action": "ecr:*"}]}


def resources(tmp_path: Path, **made: Any) -> Any:  # noqa: ANN401 - raw JSON
    template = {"Parameters": {"U": {"Type": "String"}}, "Resources": made}
    return scan(tmp_path, {"a.json": json.dumps(template)})


SCOPES: dict[str, tuple[dict[str, Any], str | None, int]] = {
    "the whole of a location": ({}, "s3://weights/a*", 0),
    "what is below it": ({"AccessGrantsLocationConfiguration": {"S3SubPrefix": "b*"}}, "s3://weights/ab*", 0),
    "what nobody can tell": (
        {"AccessGrantsLocationConfiguration": {"S3SubPrefix": {"Ref": "U"}}},
        None,
        1,
    ),
    "a location elsewhere": ({"AccessGrantsLocationId": "default"}, None, 1),
}


@pytest.mark.parametrize(("more", "scope", "gaps"), SCOPES.values(), ids=SCOPES)
def test_what_a_grant_is_of(more: dict[str, Any], scope: str | None, gaps: int, tmp_path: Path) -> None:
    grantee = {"GranteeType": "IAM", "GranteeIdentifier": "arn:aws:iam::200000000001:role/r"}
    grant = {"AccessGrantsLocationId": {"Ref": "L"}, "Permission": "READ", "Grantee": grantee, **more}
    found = resources(
        tmp_path,
        I={"Type": "AWS::S3::AccessGrantsInstance"},
        G={"Type": "AWS::S3::AccessGrant", "Properties": grant},
        L=LOCATION,
    )
    made = [d.body for d in found.all("aws", "s3control", "ListAccessGrants.AccessGrantsList")]
    assert [(g["GrantScope"], g["Grantee"]) for g in made] == ([] if scope is None else [(scope, grantee)])
    assert len([g for g in found.gaps if g.id.provider == "iac"]) == gaps
    assert body(found, "s3control", "ListAccessGrantsInstances.AccessGrantsInstancesList", GRANTS, REGION)


Field = tuple[str, str]
REGISTRY: dict[str, tuple[str, dict[str, Any], Field, dict[str, Any]]] = {
    "its policy": (
        "RegistryPolicy",
        {"PolicyText": POLICY},
        ("GetRegistryPolicy", ""),
        {"policyText": POLICY},
    ),
    "copies of images": (
        "ReplicationConfiguration",
        {
            "ReplicationConfiguration": {
                "Rules": [{"Destinations": [{"Region": "us-west-2", "RegistryId": "200000000001"}]}]
            }
        },
        ("DescribeRegistry", ""),
        {
            "replicationConfiguration": {
                "rules": [
                    {
                        "destinations": [{"region": "us-west-2", "registryId": "200000000001"}],
                        "repositoryFilters": [],
                    }
                ]
            }
        },
    ),
    "what it caches": (
        "PullThroughCacheRule",
        {"EcrRepositoryPrefix": "hub", "UpstreamRegistryUrl": "registry-1.docker.io"},
        ("DescribePullThroughCacheRules.pullThroughCacheRules", "hub"),
        {"ecrRepositoryPrefix": "hub", "upstreamRegistryUrl": "registry-1.docker.io"},
    ),
    "what it makes by itself": (
        "RepositoryCreationTemplate",
        {"Prefix": "hub", "RepositoryPolicy": json.dumps(POLICY)},
        ("DescribeRepositoryCreationTemplates.repositoryCreationTemplates", "hub"),
        {"prefix": "hub", "repositoryPolicy": json.dumps(POLICY)},
    ),
}


@pytest.mark.parametrize(("type_", "properties", "field", "expected"), REGISTRY.values(), ids=REGISTRY)
def test_a_registry(
    type_: str, properties: dict[str, Any], field: Field, expected: dict[str, Any], tmp_path: Path
) -> None:
    found = resources(tmp_path, X={"Type": f"AWS::ECR::{type_}", "Properties": properties})
    assert body(found, "ecr", *field, REGION) == expected
    assert found.gaps == ()
