"""Each way to pass a role counts where the role trusts the service and the caller may pass it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scanner.config import Config
from scanner.providers.aws.escalations import load
from scanner.providers.aws.estate import AwsEstate
from tests.providers.aws.documents import OURS, policy, snapshot

if TYPE_CHECKING:
    from scanner.providers.aws.escalations import Code

DETAILS = f"aws:{OURS}::iam:GetAccountAuthorizationDetails"
CALLER, ROLE = f"arn:aws:iam::{OURS}:user/caller", f"arn:aws:iam::{OURS}:role/reader"
OTHER = "backup.amazonaws.com"
WAYS = {way.name: way for way in load().pass_role if way.compute is None}


def sources(way: Code, *, trusted: str, passed: str, actions: list[str]) -> set[str]:
    """Return who gets into a role that trusts one service, by passing it to another one or the same."""
    trust = policy({"Effect": "Allow", "Principal": {"Service": trusted}, "Action": "sts:AssumeRole"})
    own: list[dict[str, Any]] = [
        {
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": ROLE,
            "Condition": {"StringEquals": {"iam:PassedToService": passed}},
        }
    ]
    own += [{"Effect": "Allow", "Action": action, "Resource": "*"} for action in actions]
    profile = [{"Arn": f"arn:aws:iam::{OURS}:instance-profile/reader"}] if way.instance_profile else []
    documents = {
        f"aws:{OURS}::sts:GetCallerIdentity": {},
        f"{DETAILS}.UserDetailList/{CALLER}": {
            "Arn": CALLER,
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": policy(*own)}],
        },
        f"{DETAILS}.RoleDetailList/{ROLE}": {
            "Arn": ROLE,
            "AssumeRolePolicyDocument": trust,
            "InstanceProfileList": profile,
        },
    }
    return {hop.source for hop in AwsEstate(snapshot(documents), Config()).hops_into(ROLE)}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_passing(way: Code) -> None:
    actions = sorted(way.actions)
    assert sources(way, trusted=way.service, passed=way.service, actions=actions) == {CALLER}
    assert sources(way, trusted=OTHER, passed=way.service, actions=actions) == set()
    assert sources(way, trusted=way.service, passed=OTHER, actions=actions) == set()
    assert sources(way, trusted=way.service, passed=way.service, actions=[]) == set()
