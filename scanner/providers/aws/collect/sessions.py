"""Credentials and clients of each account. The only place that calls ``sts:AssumeRole``."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from scanner import __version__
from scanner.errors import CollectError
from scanner.providers.aws.collect.failures import Unreadable, check_parsed, clean

if TYPE_CHECKING:
    from scanner.providers.aws.collect.failures import Failure
    from scanner.providers.aws.collect.pager import Client
    from scanner.providers.aws.collect.target import AwsTarget

ASSUME_ROLE: Final = "AssumeRole"
_HOME: Final = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
_CONNECT_S, _READ_S = 10, 60
_UNREACHABLE_HOSTS: Final = 3


class Account:
    """One account that can be asked: its clients, and what of it is not worth asking any more.

    `home` is the region whose endpoints are asked for what has no region.
    """

    def __init__(self, session: Any, target: AwsTarget, *, id: str, partition: str, home: str) -> None:  # noqa: ANN401
        self.id = id
        self.partition = partition
        self.home = home
        self._session = session  # boto3.Session: botocore makes its types at run time
        self._target = target
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], Client] = {}
        self._closed: dict[tuple[str, str] | None, Failure] = {}
        self._unreachable: Counter[tuple[str, str]] = Counter()

    def client(self, service: str, region: str) -> Client:
        """Return the shared client; creating one takes 0.1 to 0.4 s and is not thread-safe."""
        with self._lock:
            if (service, region) not in self._clients:
                self._clients[service, region] = _client(self._session, self._target, service, region)
            return self._clients[service, region]

    def release(self, service: str, region: str | None) -> None:
        """Let go of a client, in a region or in all: a thousand accounts have too many to keep."""
        with self._lock:
            for place in [p for p in self._clients if p[0] == service and region in (None, p[1])]:
                self._clients.pop(place).close()

    def component(self, name: str) -> Any:  # noqa: ANN401 - botocore's types
        """Return a part of the SDK's session that accounts may share."""
        return self._session._session.get_component(name)

    def offers(self, service: str, region: str) -> bool:
        """Say whether this SDK knows the service in the region."""
        with self._lock:
            return region in self._session.get_available_regions(service, partition_name=self.partition)

    def close(self, service: str, region: str, failure: Failure, *, at_once: bool) -> None:
        """Remember a failure that every further call would meet.

        An endpoint out of reach counts at once, or after some calls where each has its own host (buckets).
        """
        if failure.spreads == "account":
            self._closed[None] = failure
        elif failure.spreads == "endpoint":
            with self._lock:
                self._unreachable[service, region] += 1
                if at_once or self._unreachable[service, region] >= _UNREACHABLE_HOSTS:
                    self._closed[service, region] = failure

    def closed(self, service: str, region: str) -> Failure | None:
        """Return why a call need not be made."""
        return self._closed.get(None) or self._closed.get((service, region))


def open_account(target: AwsTarget) -> Account:
    """Return the account of the credentials that the SDK finds.

    Raises:
        CollectError: one line, when there are none or nobody can be asked who they belong to.
    """
    import boto3  # noqa: PLC0415 - the SDK is loaded only to collect
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as above

    try:
        session = boto3.Session(profile_name=target.profile)
        # Tokens of the global STS endpoint are not valid in opt-in regions, see "AWS STS Regional endpoints":
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
        # (read 2026-11)
        session._session.set_config_variable("sts_regional_endpoints", "regional")
        home = (*target.regions, session.region_name or _HOME["aws"])[0]
        identity = _client(session, target, "sts", home).get_caller_identity()
        return Account(
            session, target, id=identity["Account"], partition=identity["Arn"].split(":")[1], home=home
        )
    except (BotoCoreError, ClientError, Unreadable, KeyError, ValueError) as error:
        raise CollectError(f"aws cannot be asked who we are: {_told(error)}") from None


def _told(error: Exception) -> str:
    told = clean(str(error)) or type(error).__name__
    return told[0].lower() + told[1:].rstrip(".") if told[:2].istitle() else told.rstrip(".")


def assume(own: Account, target: AwsTarget, account: str) -> Account:
    """Return `account` as the role of `target` in it; credentials renew themselves while the caller's last.

    Raises:
        Exception: what STS answered (see `failure_of`), or `Unreadable` when the answer is of another
            account.
    """
    import boto3  # noqa: PLC0415 - the SDK is loaded only to collect
    import botocore.credentials as sdk  # noqa: PLC0415 - as above
    import botocore.session  # noqa: PLC0415 - as above

    sts = own.client("sts", own.home)
    role = role_arn(own.partition, account, target.org_role or "")

    def renewed() -> dict[str, str]:
        answer = sts.assume_role(RoleArn=role, RoleSessionName="sidedoor")
        if answer["AssumedRoleUser"]["Arn"].split(":")[4] != account:
            raise Unreadable("failed", f"{role} led to another account")
        got = answer["Credentials"]
        return {
            "access_key": got["AccessKeyId"],
            "secret_key": got["SecretAccessKey"],
            "token": got["SessionToken"],
            "expiry_time": got["Expiration"].isoformat(),
        }

    credentials = sdk.RefreshableCredentials.create_from_metadata(renewed(), renewed, "sts-assume-role")

    class Assumed(sdk.CredentialProvider):  # type: ignore[misc]  # botocore has no types
        METHOD = "sts-assume-role"

        def load(self) -> Any:  # noqa: ANN401 - botocore's type
            return credentials

    # the profile's proxies and certificates hold here too
    core = botocore.session.Session(profile=target.profile)
    core.register_component("credential_provider", sdk.CredentialResolver([Assumed()]))
    for shared in (
        "data_loader",
        "endpoint_resolver",
    ):  # service models take 0.1 s each to read, once is enough
        core.register_component(shared, own.component(shared))
    return Account(
        boto3.Session(botocore_session=core), target, id=account, partition=own.partition, home=own.home
    )


def role_arn(partition: str, account: str, role: str) -> str:
    """Return the ARN of a role by name, path included."""
    return f"arn:{partition}:iam::{account}:role/{role}"


def _client(session: Any, target: AwsTarget, service: str, region: str) -> Client:  # noqa: ANN401 - boto3.Session
    from botocore.config import Config  # noqa: PLC0415 - the SDK is loaded only to collect

    config = Config(
        retries={"mode": "adaptive", "total_max_attempts": target.attempts},
        max_pool_connections=target.threads,
        connect_timeout=_CONNECT_S,
        read_timeout=_READ_S,
        user_agent_extra=f"sidedoor/{__version__}",
        s3={"addressing_style": "path"} if target.endpoint_url else None,
    )
    client = session.client(service, region_name=region, endpoint_url=target.endpoint_url, config=config)
    client.meta.events.register("response-received", check_parsed)
    return client
