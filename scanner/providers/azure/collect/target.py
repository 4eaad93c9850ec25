"""Which tenant, subscriptions and management groups to read, from where, and how hard to try."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

from scanner.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# "Resource naming rules", Microsoft.Management
# (https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules, read 2026-11)
_GROUP: Final = re.compile(r"[A-Za-z0-9][\w.()-]{0,89}", re.ASCII)


class Cloud(NamedTuple):
    """Where a cloud answers: tokens, Azure Resource Manager, Microsoft Graph."""

    authority: str
    arm: str
    graph: str


# "National cloud deployments" (https://learn.microsoft.com/graph/deployments) and "Compare Azure Government
# and global Azure" (https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure)
CLOUDS: Final = {
    "public": Cloud(
        "https://login.microsoftonline.com", "https://management.azure.com", "https://graph.microsoft.com"
    ),
    "usgov": Cloud(
        "https://login.microsoftonline.us",
        "https://management.usgovcloudapi.net",
        "https://graph.microsoft.us",
    ),
    "china": Cloud(
        "https://login.chinacloudapi.cn",
        "https://management.chinacloudapi.cn",
        "https://microsoftgraph.chinacloudapi.cn",
    ),
}


class AzureTarget(msgspec.Struct, frozen=True, kw_only=True):
    """What to collect.

    Attributes:
        tenant: Entra tenant to sign in to; None: that of the credentials.
        subscriptions: Only these; empty: all that can be seen.
        management_groups: Only what is below these, by name.
        exports: Files with answers that somebody fetched; nothing is asked then.
        cloud: One of `CLOUDS`.
        arm_endpoint: In place of the cloud's; plain http only on this machine, and then without credentials.
        graph_endpoint: The same for Microsoft Graph.
        threads: Questions under way at once; azure-core keeps 10 connections to a host open.
        retries: Attempts for one question, the first included.
    """

    tenant: str | None = None
    subscriptions: tuple[str, ...] = ()
    management_groups: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()
    cloud: str = "public"
    arm_endpoint: str | None = None
    graph_endpoint: str | None = None
    threads: int = 10
    retries: int = 8

    def __post_init__(self) -> None:
        """Refuse what no tenant, subscription or group is called.

        Raises:
            ConfigError: naming the value.
        """
        for what, values in (("tenant", (self.tenant or "",)), ("subscription", self.subscriptions)):
            for value in filter(None, values):
                if _GUID.fullmatch(value) is None:
                    raise ConfigError(f"`{value[:80]}` is no {what} id; they are GUIDs")
        for group in self.management_groups:
            if _GROUP.fullmatch(group) is None:
                raise ConfigError(f"`{group[:80]}` is not the name of a management group")
        if self.cloud not in CLOUDS:
            raise ConfigError(f"unknown cloud `{self.cloud[:80]}`{did_you_mean(self.cloud, CLOUDS)}")
        for endpoint in filter(None, (self.arm_endpoint, self.graph_endpoint)):
            _demand_endpoint(endpoint)
        if not 1 <= self.threads <= 256 or not 1 <= self.retries <= 50:
            raise ConfigError(
                f"threads (1 to 256) or retries (1 to 50) out of bounds: `{self.threads}`, `{self.retries}`"
            )

    @property
    def endpoints(self) -> Cloud:
        """Where this target is asked."""
        known = CLOUDS[self.cloud]
        return Cloud(known.authority, self.arm_endpoint or known.arm, self.graph_endpoint or known.graph)

    @classmethod
    def of(cls, options: Mapping[str, object]) -> AzureTarget:
        """Build from command line options; numbers may be texts, and None or ``""`` is left out.

        Raises:
            ConfigError: for an unknown option or a value of the wrong type.
        """
        known = cls.__struct_fields__
        for name in options:
            if name not in known:
                raise ConfigError(f"unknown option `{name}`{did_you_mean(name, known)}")
        try:
            return msgspec.convert({k: v for k, v in options.items() if v}, cls, strict=False)
        except msgspec.ValidationError as error:
            raise ConfigError(str(error)[:1].lower() + str(error)[1:]) from None


def is_loopback(endpoint: str) -> bool:
    """Tell whether an address is this machine."""
    host = urlsplit(endpoint).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _demand_endpoint(endpoint: str) -> None:
    parts = urlsplit(endpoint)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
        raise ConfigError(f"`{endpoint[:80]}` is no endpoint; write `https://HOST`")
    if parts.scheme == "http" and not is_loopback(endpoint):
        raise ConfigError(f"`{endpoint[:80]}` would get a token without encryption; write `https://…`")
