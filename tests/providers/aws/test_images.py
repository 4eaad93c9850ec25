"""Images of private registries: who has them copied, and who edits what opens all of a registry."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.config import Config
from scanner.providers.aws.estate import AwsEstate
from tests.providers.aws.documents import OURS, policy, snapshot

PLACE = f"aws:{OURS}:us-east-1:ecr"
REPOSITORY = f"arn:aws:ecr:us-east-1:{OURS}:repository/atlas"
ROLE = f"arn:aws:iam::{OURS}:role/platform"
RULES, REGISTRY = "ecr:PutReplicationConfiguration", "ecr:PutRegistryPolicy"
PULL = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:GetAuthorizationToken")
# What a role may, what scope the registry's policy has, and the role's hops into an image.
CASES: dict[str, tuple[tuple[str, ...], str | None, list[tuple[str, str, str]]]] = {
    "rules of replication": ((RULES,), "V1", [("copy", "read", "proven")]),
    "a reader needs no rule": ((RULES, *PULL), "V1", [("read", "read", "proven")]),
    "the registry's policy, for all actions": ((REGISTRY,), "V2", [("edit-policy", "grant", "proven")]),
    "the registry's policy, for replication only": ((REGISTRY,), "V1", []),
    "the registry's policy, for nobody knows what": (
        (REGISTRY,),
        None,
        [("edit-policy", "grant", "possible")],
    ),
    "rules of lifecycles": (("ecr:PutLifecyclePolicy",), "V2", []),
}


@pytest.mark.parametrize(("does", "scope", "expected"), CASES.values(), ids=CASES)
def test_registries(does: tuple[str, ...], scope: str | None, expected: list[tuple[str, str, str]]) -> None:
    own = policy({"Effect": "Allow", "Action": list(does), "Resource": "*"})
    documents: dict[str, Any] = {
        f"aws:{OURS}::sts:GetCallerIdentity": {"Account": OURS},
        f"aws:{OURS}::iam:GetAccountAuthorizationDetails.RoleDetailList/{ROLE}": {
            "Arn": ROLE,
            "AssumeRolePolicyDocument": policy(),
            "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": own}],
        },
        f"{PLACE}:DescribeRepositories.repositories/{REPOSITORY}": {"repositoryName": "atlas"},
        f"{PLACE}:GetRepositoryPolicy/{REPOSITORY}": None,
        f"{PLACE}:GetRegistryPolicy": None,
        f"{PLACE}:GetAccountSetting": {"name": "REGISTRY_POLICY_SCOPE", "value": scope},
    }
    if scope is None:
        del documents[f"{PLACE}:GetAccountSetting"]
    hops = AwsEstate(snapshot(documents), Config()).hops_into(REPOSITORY)
    assert [(hop.type, gain, hop.certainty) for hop in hops for gain in hop.gains] == expected
