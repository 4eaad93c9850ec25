"""Fixtures for every test that reads AWS: a moto server on loopback, the estate in it, credentials.

One server and one estate serve the whole run. ``tests/conftest.py`` makes the fixtures known; nothing here
loads the SDK before a test asks for it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from tests.providers.aws.collect import estate_seed as estate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import boto3

WITHOUT_IMAGES = {"MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}
"""Else moto gives every account hundreds of snapshots, each of which is asked for its attributes."""


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    """Address of a server that holds nothing yet."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - takes seconds

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    with mock.patch.dict(os.environ, WITHOUT_IMAGES):
        server.start()
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
        server.stop()


@pytest.fixture(scope="session")
def moto_clients(moto_url: str) -> estate.Clients:
    """Returns clients by service, region and account."""
    import boto3  # noqa: PLC0415 - only tests that ask for it pay for the SDK

    sessions: dict[str, boto3.Session] = {}

    def session_of(account: str) -> boto3.Session:
        if account not in sessions:
            sts = boto3.client(
                "sts",
                region_name=estate.REGION,
                endpoint_url=moto_url,
                aws_access_key_id="testing",
                aws_secret_access_key="testing",
            )
            role = f"arn:aws:iam::{account}:role/{estate.SCAN_ROLE}"
            got = sts.assume_role(RoleArn=role, RoleSessionName="seed")["Credentials"]
            sessions[account] = boto3.Session(
                aws_access_key_id=got["AccessKeyId"],
                aws_secret_access_key=got["SecretAccessKey"],
                aws_session_token=got["SessionToken"],
            )
        return sessions[account]

    def client(service: str, region: str, account: str) -> Any:  # noqa: ANN401 - made at run time
        made: Any = session_of(account).client  # the stubs have an overload a service
        return made(service, region_name=region, endpoint_url=moto_url)

    return client


@pytest.fixture(scope="session")
def seeded(moto_clients: estate.Clients) -> estate.Seeded:
    """The estate, written once for all tests."""
    with mock.patch("moto.organizations.utils.make_random_account_id", side_effect=estate.ACCOUNTS):
        return estate.seed(moto_clients)


@pytest.fixture
def credentials_of(
    moto_clients: estate.Clients, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[str], None]:
    """Puts credentials of an account into the SDK's environment, with no configuration of this machine."""

    def use(account: str) -> None:
        found = moto_clients("sts", estate.REGION, account)._request_signer._credentials
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", found.access_key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", found.secret_key)
        monkeypatch.setenv("AWS_SESSION_TOKEN", found.token)

    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return use


@pytest.fixture
def aws_credentials(credentials_of: Callable[[str], None]) -> None:
    """Credentials of the scanning account."""
    credentials_of(estate.SCANNER)
