"""Which part of an organization to read, how, and how hard to try."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from scanner.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

# Resource Manager, "Creating and managing projects": 6 to 30 lower-case letters, digits and hyphens; older
# ones have a domain before a colon (https://cloud.google.com/resource-manager/docs/creating-managing-projects,
# read 2026-11-22)
_PROJECT: Final = re.compile(r"([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]|\d+", re.ASCII)
_NUMBER: Final = re.compile(r"\d+", re.ASCII)
_ENDPOINT: Final = re.compile(r"(grpc|http)://[\w.-]+:\d+", re.ASCII)


class GcpTarget(msgspec.Struct, frozen=True, kw_only=True):
    """What to collect: one of organization, folder and project, or exported files.

    Attributes:
        organization: Its number.
        folder: Its number.
        project: Its id or number.
        export: Files that ``gcloud asset export`` or ExportAssets wrote; nothing else is asked then.
        quota_project: Project to bill calls to; None: that of the credentials.
        endpoints: Of fakes, for all services: at most one ``grpc://HOST:PORT`` and one ``http://HOST:PORT``.
            Calls then go there alone, without credentials.
        threads: Calls under way at once.
        patience_s: Seconds for which a call is tried again; None: 300, and 5 with `endpoints`.
    """

    organization: str | None = None
    folder: str | None = None
    project: str | None = None
    export: tuple[str, ...] = ()
    quota_project: str | None = None
    endpoints: tuple[str, ...] = ()
    threads: int = 16
    patience_s: float | None = None

    def __post_init__(self) -> None:
        """Refuse what nothing is called, and more or less than one thing to read.

        Raises:
            ConfigError: naming the value.
        """
        given = [self.organization, self.folder, self.project, self.export or None]
        if sum(part is not None for part in given) != 1:
            raise ConfigError("give one of `--organization`, `--folder`, `--project` and `--export`")
        _demand(_NUMBER, (self.organization, self.folder), "is not the number of an organization or folder")
        _demand(_PROJECT, (self.project, self.quota_project), "is not the id of a project")
        _demand(_ENDPOINT, self.endpoints, "is neither grpc://HOST:PORT nor http://HOST:PORT")
        schemes = [endpoint.partition(":")[0] for endpoint in self.endpoints]
        if len(set(schemes)) < len(schemes):
            raise ConfigError("give at most one endpoint of each kind")
        if not 1 <= self.threads <= 256:
            raise ConfigError(f"threads (1 to 256) out of bounds: `{self.threads}`")

    @property
    def parent(self) -> str:
        """What is read, as the inventory names it."""
        if self.organization is not None:
            return f"organizations/{self.organization}"
        return f"folders/{self.folder}" if self.folder is not None else f"projects/{self.project}"

    @property
    def patience(self) -> float:
        """Seconds for which a call is tried again."""
        return (5.0 if self.endpoints else 300.0) if self.patience_s is None else self.patience_s

    def endpoint(self, scheme: str) -> str | None:
        """Return HOST:PORT of the fake that speaks `scheme`, None without one."""
        return next((e.partition("://")[2] for e in self.endpoints if e.startswith(f"{scheme}://")), None)

    @classmethod
    def of(cls, options: Mapping[str, object]) -> GcpTarget:
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


def _demand(pattern: re.Pattern[str], values: tuple[str | None, ...], problem: str) -> None:
    for value in values:
        if value is not None and pattern.fullmatch(value) is None:
            shown = f"{value[:80]!a}"[1:-1]
            raise ConfigError(f"`{shown}` {problem}")
