"""Who a token of a user pool stands for, at every door that takes one: cases that one world cannot show."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from scanner import config
from scanner.providers.aws.collect.cognito import without_messages
from scanner.providers.aws.estate import AwsEstate
from tests.worlds import FIXTURES, World, read_world

if TYPE_CHECKING:
    from scanner.model import Hop

ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc"
USERS = f"{ISSUER} sub=*"
HOST = ISSUER.removeprefix("https://")


def world(name: str, twin: str = "") -> World:
    found = read_world(FIXTURES / "aws" / name)
    return copy.deepcopy(next(w for w in found if w.name.partition(":")[2] == twin))


def hops(of: World, node: str) -> list[Hop]:
    return list(AwsEstate(of.snapshot(), config.load(of.directory / "sidedoor.yaml")).hops_into(node))


def pool(account: str, *, administrators: object) -> dict[str, Any]:
    """Return the documents of a user pool; `administrators` are the only ones who make users."""
    id_ = f"aws:{account}:us-east-1:cognito-idp:DescribeUserPool/us-east-1_abc"
    return {id_: {"UserPool": {"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": administrators}}}}


OURS, OTHERS = "100000000001", "300000000001"
POOLS: dict[str, tuple[dict[str, Any], str]] = {
    "open": (pool(OURS, administrators=False), "*"),
    "administrators make its users": (pool(OURS, administrators=True), USERS),
    "somebody else's": (pool(OTHERS, administrators=False), USERS),
    "not read": ({}, USERS),
}


@pytest.mark.parametrize(("documents", "source"), POOLS.values(), ids=POOLS)
def test_who_calls_an_api(documents: dict[str, Any], source: str) -> None:
    found = world("api-in-front-of-an-endpoint", "login-at-a-user-pool")
    found.documents.update(documents)
    into = hops(found, "arn:aws:sagemaker:us-east-1:100000000001:endpoint/chat")
    assert [(hop.source, hop.certainty) for hop in into if ":role/" not in hop.source] == [(source, "proven")]


@pytest.mark.parametrize(("documents", "source"), POOLS.values(), ids=POOLS)
def test_who_logs_in_at_a_listener(documents: dict[str, Any], source: str) -> None:
    found = world("network-listener", "cognito-login")
    found.documents.update(documents)
    estate = AwsEstate(found.snapshot(), config.load(found.directory / "sidedoor.yaml"))
    into = [hop for server in estate.network.resources() for hop in estate.hops_into(server.id)]
    logins = {hop.source: [g for g in hop.guards if g.values == (ISSUER,)] for hop in into}
    assert set(logins) == {source}
    assert not (source == "*" and logins["*"])


ROLE = "arn:aws:iam::100000000001:role/member"
TRUSTED = f"aws:100000000001::iam:GetAccountAuthorizationDetails.RoleDetailList/{ROLE}"
CLAIMS: dict[str, tuple[dict[str, Any], list[tuple[str, tuple[str, ...]]]]] = {
    "a client": ({f"{HOST}:aud": "1example"}, [("*", ())]),
    "a client and a group": (
        {f"{HOST}:aud": "1example", f"{HOST}:cognito:groups": "staff"},
        [("*", (f"{HOST}:cognito:groups = staff",))],
    ),
    "one user": ({f"{HOST}:sub": "1111-2222"}, [(f"{ISSUER} sub=1111-2222", ())]),
}


@pytest.mark.parametrize(("condition", "expected"), CLAIMS.values(), ids=CLAIMS)
def test_who_takes_a_role(condition: dict[str, Any], expected: list[tuple[str, tuple[str, ...]]]) -> None:
    found = world("sign-up-to-a-user-pool")
    found.documents.update(pool(OURS, administrators=False))
    found.documents[TRUSTED]["AssumeRolePolicyDocument"]["Statement"] = [
        {
            "Effect": "Allow",
            "Principal": {"Federated": f"arn:aws:iam::100000000001:oidc-provider/{HOST}"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": condition},
        }
    ]
    into = [hop for hop in hops(found, ROLE) if hop.type == "assume-web-identity"]
    assert [(hop.source, tuple(map(str, hop.guards))) for hop in into] == expected


def test_anyone_is_a_fact_where_anyone_signs_up() -> None:
    found = world("sign-up-to-a-user-pool")
    estate = AwsEstate(found.snapshot(), config.load(found.directory / "sidedoor.yaml"))
    assert "*" in {fact.id for fact in estate.facts()}


KEPT = {"Id": "us-east-1_abc", "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True}}
BODIES: dict[str, tuple[Any, Any]] = {
    "messages and secrets": (
        {
            "UserPool": {
                "Id": "us-east-1_abc",
                "SmsConfiguration": {"ExternalId": "hidden"},
                "AdminCreateUserConfig": {
                    "AllowAdminCreateUserOnly": True,
                    "InviteMessageTemplate": {"EmailMessage": "hidden"},
                },
            }
        },
        {"UserPool": KEPT},
    ),
    "no object": ({"UserPool": 7}, {"UserPool": 7}),
    "nothing": (None, None),
}


@pytest.mark.parametrize(("body", "expected"), BODIES.values(), ids=BODIES)
def test_what_is_kept_of_a_user_pool(body: object, expected: object) -> None:
    assert without_messages(body) == expected
