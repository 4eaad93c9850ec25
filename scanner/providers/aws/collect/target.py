"""Which accounts and regions to read, and how hard to try."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from scanner.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping


class AwsTarget(msgspec.Struct, frozen=True, kw_only=True):
    """What to collect.

    Attributes:
        profile: Profile of the AWS configuration files; None: the SDK's usual search for credentials.
        regions: Regions to read; empty: those that are enabled in each account.
        org_role: Role to assume in every active account of the organization; None: the caller's account only.
        accounts: Only these accounts; empty: all that `org_role` reaches. The caller's own must be among them
            unless they are to be reached by `org_role`.
        endpoint_url: Of an emulator, for all services.
        threads: Calls under way at once.
        services: Only these (botocore's names); empty: all. What is left out becomes a gap.
        retries: Attempts for one call, the first included; the waits between them adapt to throttling.
            None: 8, and 2 with `endpoint_url`, because emulators answer with errors that no retry mends.
    """

    profile: str | None = None
    regions: tuple[str, ...] = ()
    org_role: str | None = None
    accounts: tuple[str, ...] = ()
    endpoint_url: str | None = None
    threads: int = 32
    services: tuple[str, ...] = ()
    retries: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no region, role or account is called.

        Raises:
            ConfigError: naming the value.
        """
        for region in self.regions:
            _demand(r"[a-z]{2,}(-[a-z]+)+-\d+", region, "is not the name of a region")
        for account in self.accounts:
            _demand(r"\d{12}", account, "is not an account id of 12 digits")
        if self.org_role is not None:
            # IAM API Reference, "Role": names of up to 64 characters, after a path
            _demand(r"(?:[\w+=,.@-]+/)*[\w+=,.@-]{1,64}", self.org_role, "is not the name of a role")
        if not 1 <= self.threads <= 256 or not 1 <= self.attempts <= 50:
            raise ConfigError(
                f"threads (1 to 256) or retries (1 to 50) out of bounds: `{self.threads}`, `{self.attempts}`"
            )

    @property
    def attempts(self) -> int:
        """How often one call is tried at most."""
        return (2 if self.endpoint_url else 8) if self.retries is None else self.retries

    @classmethod
    def of(cls, options: Mapping[str, str | tuple[str, ...] | None]) -> AwsTarget:
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


def _demand(pattern: str, value: str, problem: str) -> None:
    if re.fullmatch(pattern, value, re.ASCII) is None:
        raise ConfigError(f"`{value[:80]!a}` {problem}".replace("`'", "`").replace("'`", "`"))
