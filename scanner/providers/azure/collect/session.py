"""Credentials, and a client for each endpoint."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64decode
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from azure.core.credentials import AccessToken
from azure.identity import DefaultAzureCredential

from scanner.providers.azure.collect.client import Client
from scanner.providers.azure.collect.sources import Live

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azure.core.credentials import TokenCredential

    from scanner.providers.azure.collect.target import AzureTarget

_HOUR_S: Final = 3_600


class _Nobody:
    """Stands for credentials on this machine: a token that is worth nothing, as it is sent in the clear."""

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:  # noqa: ANN401 - azure-core's protocol
        return AccessToken("nobody", int(time.time()) + _HOUR_S)


class _InTenant:
    """Credentials that sign in to one tenant."""

    def __init__(self, credential: TokenCredential, tenant: str) -> None:
        self._credential = credential
        self._tenant = tenant

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:  # noqa: ANN401 - azure-core's protocol
        return self._credential.get_token(*scopes, **{"tenant_id": self._tenant, **options})


def _who(credential: TokenCredential, target: AzureTarget) -> str:
    """Name who asks what: the token's own claims, where it can be read; empty where not."""
    try:
        claims = credential.get_token(f"{target.endpoints.arm.rstrip('/')}/.default").token.split(".")[1]
        found = json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        me = (found.get("tid"), found.get("oid") or found.get("appid"))
    except Exception:  # a token is the service's own business: what it holds only saves questions
        return ""
    scopes = sorted({*target.subscriptions, *target.management_groups})
    return "" if None in me else f"{me} at {target.endpoints.arm} {target.endpoints.graph} of {scopes}"


@contextmanager
def live(target: AzureTarget, credential: TokenCredential | None = None) -> Iterator[Live]:
    """Yield the cloud that a target names; None: with azure-identity's default credentials."""
    endpoints = target.endpoints
    found: TokenCredential | None = credential

    def who(endpoint: str) -> TokenCredential:
        nonlocal found
        if credential is None and urlsplit(endpoint).scheme == "http":
            return _Nobody()
        if found is None:
            default = DefaultAzureCredential(
                authority=endpoints.authority, additionally_allowed_tenants=["*"] if target.tenant else []
            )
            found = _InTenant(default, target.tenant) if target.tenant else default
        return found

    def client(endpoint: str) -> Client:
        return Client(endpoint, who(endpoint), attempts=target.retries)

    scopes: dict[str, list[str]] = {}
    if target.management_groups:
        scopes["managementGroups"] = list(target.management_groups)
    elif target.subscriptions:
        scopes["subscriptions"] = list(target.subscriptions)
    source = Live(client(endpoints.arm), client(endpoints.graph), scopes, _who(who(endpoints.arm), target))
    try:
        yield source
    finally:
        source.close()
