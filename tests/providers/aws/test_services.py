"""Models behind further interfaces: what policies call hub content, and profiles that are declared."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.assets import ENOUGH
from scanner.config import Config
from scanner.providers.aws.estate import AwsEstate
from tests.providers.aws.documents import OURS, policy, snapshot

REGION = f"us-east-1:{OURS}"
ROLE = f"arn:aws:iam::{OURS}:role/catalogue"
HUB, CONTENT = (f"arn:aws:sagemaker:{REGION}:{name}" for name in ("hub/lab", "hub-content/lab/Model/atlas"))
VERSION = f"{CONTENT}/1.0.0"
PROFILE = f"arn:aws:bedrock:{REGION}:application-inference-profile/p1"
LINKS, CALL = "sagemaker:CreateHubContentPresignedUrls", "bedrock:InvokeModel"
CASES: dict[str, tuple[str, list[str], str, list[tuple[str, str]]]] = {
    "content by its name": (LINKS, [HUB, CONTENT], VERSION, [(ROLE, "read")]),
    "content by its version": (LINKS, [HUB, VERSION], VERSION, [(ROLE, "read")]),
    "another content": (LINKS, [HUB, f"{CONTENT}2"], VERSION, []),
    "content without its hub": (LINKS, [CONTENT], VERSION, []),
    "a profile": (CALL, [PROFILE], PROFILE, [(ROLE, "invoke")]),
    "another profile": (CALL, [f"{PROFILE}2"], PROFILE, []),
}


def estate(action: str, on: list[str]) -> AwsEstate:
    own = policy({"Effect": "Allow", "Action": action, "Resource": on})
    documents: dict[str, Any] = {
        f"aws:{OURS}::sts:GetCallerIdentity": {"Account": OURS},
        f"aws:{OURS}::iam:GetAccountAuthorizationDetails.RoleDetailList/{ROLE}": {
            "Arn": ROLE,
            "AssumeRolePolicyDocument": policy(),
            "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": own}],
        },
        f"aws:{OURS}:us-east-1:sagemaker:ListHubContents.HubContentSummaries/lab/atlas": {
            "HubContentArn": VERSION
        },
        f"aws:{OURS}:us-east-1:bedrock:ListInferenceProfiles.inferenceProfileSummaries/{PROFILE}": {
            "inferenceProfileArn": PROFILE
        },
    }
    return AwsEstate(snapshot(documents), Config())


@pytest.mark.parametrize(("action", "on", "node", "expected"), CASES.values(), ids=CASES)
def test_who_reads_and_calls(action: str, on: list[str], node: str, expected: list[tuple[str, str]]) -> None:
    hops = [hop for hop in estate(action, on).hops_into(node) if hop.certainty == "proven"]
    assert [(hop.source, hop.type) for hop in hops] == expected


def test_a_profile_is_an_asset_only_where_it_is_declared() -> None:
    scores = [signal.score for signal in estate(CALL, [PROFILE]).resources[PROFILE].signals]
    assert [score < ENOUGH for score in scores] == [True]
