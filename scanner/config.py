"""``sidedoor.yaml``: what is ours, who the vendors are, what the assets are, what was accepted.

Unknown keys, wrong types and bad dates are errors with file, line and the nearest valid word. Every key but `version` is
optional.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec reads the annotations
from typing import Literal

import msgspec

from scanner.model import AssetClass, Gain, Severity  # noqa: TC001 - msgspec reads the annotations


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class OursAws(_Section):
    """Accounts (12 digits) and organization id."""

    accounts: tuple[str, ...] = ()
    organization: str | None = None


class OursGcp(_Section):
    """Organization numbers, project ids, mail domains."""

    organizations: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


class OursAzure(_Section):
    """Entra tenant ids and subscription ids."""

    tenants: tuple[str, ...] = ()
    subscriptions: tuple[str, ...] = ()


class Ours(_Section):
    """What the organisation claims as its own. `oidc` entries read ``ISSUER sub=GLOB``."""

    aws: OursAws = OursAws()
    gcp: OursGcp = OursGcp()
    azure: OursAzure = OursAzure()
    oidc: tuple[str, ...] = ()


class Identities(_Section):
    """A vendor's identities on each cloud; the forms are those of the example in the README."""

    aws: tuple[str, ...] = ()
    gcp: tuple[str, ...] = ()
    azure: tuple[str, ...] = ()
    oidc: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()


class Demands(_Section):
    """Conditions the vendor's access must carry to count as agreed."""

    external_id: bool = False
    networks: bool = False


class Agreed(_Section):
    """Access the vendor is meant to have: gains on assets (globs over asset ids), until a date, that day included."""

    gains: tuple[Gain, ...]
    assets: tuple[str, ...]
    until: dt.date | None = None


class Vendor(_Section):
    """One entry of the register. `line` is its 1-based line in the file, 0 when it did not come from one."""

    name: str
    relation: Literal["vendor", "partner"] = "vendor"
    owner: str | None = None
    purpose: str | None = None
    expires: dt.date | None = None
    identities: Identities = Identities()
    demands: Demands = Demands()
    allowed: tuple[Agreed, ...] = ()
    line: int = 0


class AssetLabel(_Section):
    """Declares what matches (a glob over resource ids) an asset; `tier` defaults to the highest-ranked tier."""

    match: str
    class_: AssetClass = msgspec.field(name="class")
    tier: str | None = None
    line: int = 0


class Tier(_Section):
    """How strict the rules are: the higher the rank, the stricter."""

    rank: int


class Suppression(_Section):
    """A finding accepted on purpose, by structure: rule id and globs over source and asset id."""

    rule: str
    from_: str = msgspec.field(name="from")
    to: str
    reason: str
    owner: str
    expires: dt.date
    line: int = 0


class Config(_Section):
    """The whole file. `path` is as the user gave it, or None when there is no file."""

    version: Literal[1] = 1
    ours: Ours = Ours()
    vendors: tuple[Vendor, ...] = ()
    assets: tuple[AssetLabel, ...] = ()
    tiers: dict[str, Tier] = msgspec.field(
        default_factory=lambda: {"frontier-unreleased": Tier(3), "internal": Tier(2), "public": Tier(0)}
    )
    suppressions: tuple[Suppression, ...] = ()
    fail_on: Severity = "high"
    path: str | None = None
