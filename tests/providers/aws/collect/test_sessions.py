"""Clients are made once and let go; a session that expires renews itself."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from scanner.providers.aws.collect.sessions import Account, assume, role_arn
from scanner.providers.aws.collect.target import AwsTarget

OURS, OTHER = "100000000001", "100000000002"
TARGET = AwsTarget(org_role="sidedoor-scan", regions=("us-east-1",), threads=7, retries=3)


def account() -> Account:
    session = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b")
    return Account(session, TARGET, id=OURS, partition="aws", home="us-east-1")


def test_a_client_is_made_once_whatever_the_threads() -> None:
    ours = account()
    with ThreadPoolExecutor(8) as pool:
        clients = list(pool.map(lambda _: ours.client("kms", "us-east-1"), range(16)))
    assert len(set(map(id, clients))) == 1
    assert ours.client("kms", "eu-west-1") is not clients[0]


def test_a_client_has_the_targets_limits() -> None:
    config = account().client("kms", "us-east-1").meta.config
    assert config.max_pool_connections == 7
    assert config.retries == {"mode": "adaptive", "total_max_attempts": 3}
    assert config.user_agent_extra.startswith("sidedoor/")


RELEASED: dict[str, tuple[str | None, list[bool]]] = {
    "one region": ("us-east-1", [False, True, True]),
    "all regions": (None, [False, False, True]),
}


@pytest.mark.parametrize(("region", "kept"), RELEASED.values(), ids=RELEASED)
def test_release(region: str | None, kept: list[bool]) -> None:
    ours = account()
    places = [("kms", "us-east-1"), ("kms", "eu-west-1"), ("s3", "us-east-1")]
    before = [ours.client(*place) for place in places]
    ours.release("kms", region)
    assert [ours.client(*place) is client for place, client in zip(places, before, strict=True)] == kept


class Sts:
    """Answers AssumeRole with credentials that end after so many seconds."""

    def __init__(self, seconds: int) -> None:
        self.asked: list[str] = []
        self._seconds = seconds

    def assume_role(self, **params: str) -> dict[str, Any]:
        """Give numbered credentials."""
        self.asked.append(params["RoleArn"])
        if len(self.asked) > 2:
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "AssumeRole")
        until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self._seconds)
        secret = {"AccessKeyId": f"id{len(self.asked)}", "SecretAccessKey": "b", "SessionToken": "c"}
        return {
            "Credentials": {**secret, "Expiration": until},
            "AssumedRoleUser": {"Arn": f"arn:aws:sts::{OTHER}:assumed-role/sidedoor-scan/sidedoor"},
        }


RENEWALS = {"an hour left": (3600, "id1", 1), "a minute left": (60, "id2", 2)}


@pytest.mark.parametrize(("seconds", "key", "asked"), RENEWALS.values(), ids=RENEWALS)
def test_assumed_credentials_renew_themselves_near_their_end(
    seconds: int, key: str, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, sts = account(), Sts(seconds)
    monkeypatch.setattr(ours, "client", lambda *_: sts)
    other = assume(ours, TARGET, OTHER)
    assert other.id == OTHER
    signer = other.client("kms", "us-east-1")._request_signer
    assert signer._credentials.get_frozen_credentials().access_key == key
    assert sts.asked == [role_arn("aws", OTHER, "sidedoor-scan")] * asked
