"""``sidedoor.yaml``: what is ours, who the vendors are, what the assets are, what was accepted.

Unknown keys, wrong types and bad dates are errors with file, line and the nearest valid word. Every key but
`version` is optional.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec reads the annotations
import ipaddress
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from scanner.errors import did_you_mean
from scanner.model import AssetClass, Gain, Severity  # noqa: TC001 - msgspec reads the annotations
from scanner.yamlfile import Decoded, decode_file, json_schema
from scanner.yamlnodes import Problems

if TYPE_CHECKING:
    from collections.abc import Iterator

_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_ARN: Final = re.compile(r"arn:[a-z0-9-]+:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:\S+")
_OIDC: Final = re.compile(r"(?P<issuer>https://\S+) sub=(?P<subject>\S.*)")
_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PREFIXES: Final = {
    "gcp": ("domain", "group", "principal", "principalSet", "serviceAccount", "user"),
    "azure": ("app", "guest", "tenant"),
}


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class OursAws(_Section, frozen=True):
    """Accounts (12 digits), organization id, globs over the ARNs of SAML providers of our own staff."""

    accounts: tuple[str, ...] = ()
    organization: str | None = None
    saml: tuple[str, ...] = ()


class OursGcp(_Section, frozen=True):
    """Organization numbers, project ids, mail domains."""

    organizations: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


class OursAzure(_Section, frozen=True):
    """Entra tenant ids and subscription ids."""

    tenants: tuple[str, ...] = ()
    subscriptions: tuple[str, ...] = ()


class Ours(_Section, frozen=True):
    """What the organisation claims as its own.

    `oidc` entries read ``ISSUER sub=GLOB``; `networks` are address ranges on the internet, such as an
    office's.
    """

    aws: OursAws = OursAws()
    gcp: OursGcp = OursGcp()
    azure: OursAzure = OursAzure()
    oidc: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()


class Identities(_Section, frozen=True):
    """A vendor's identities on each cloud; the forms are those of the example in the README."""

    aws: tuple[str, ...] = ()
    gcp: tuple[str, ...] = ()
    azure: tuple[str, ...] = ()
    oidc: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()


class Demands(_Section, frozen=True):
    """Conditions the vendor's access must carry to count as agreed."""

    external_id: bool = False
    networks: bool = False


class Agreed(_Section, frozen=True):
    """Access the vendor is meant to have: gains on assets (globs over ids), until a date, itself included."""

    gains: tuple[Gain, ...]
    assets: tuple[str, ...]
    until: dt.date | None = None


class Vendor(_Section, frozen=True):
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


class AssetLabel(_Section, frozen=True):
    """Declares what matches (a glob over ids) an asset; `tier` is the highest-ranked one unless given."""

    match: str
    class_: AssetClass = msgspec.field(name="class")
    tier: str | None = None
    line: int = 0


class Tier(_Section, frozen=True):
    """How strict the rules are: the higher the rank, the stricter."""

    rank: int


class Suppression(_Section, frozen=True):
    """A finding accepted on purpose, by structure: rule id and globs over source and asset id."""

    rule: str
    from_: str = msgspec.field(name="from")
    to: str
    reason: str
    owner: str
    expires: dt.date
    line: int = 0


class Config(_Section, frozen=True):
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


def load(path: str | Path) -> Config:
    """Read a configuration file.

    Raises:
        ConfigError: naming everything that is wrong, each with its line.
    """
    decoded = decode_file(Path(path), Config)
    problems = Problems(str(path))
    if ("version",) not in decoded.lines:
        problems.add(1, "key `version` is missing; write `version: 1`")
    for check in (_check_ours, _check_vendors, _check_claims, _check_assets, _check_suppressions):
        for line, message in check(decoded):
            problems.add(line, message)
    problems.settle()
    return msgspec.structs.replace(_comparable(decoded.value), path=str(path))


def _comparable(config: Config) -> Config:
    """Return the configuration with Azure's resource ids in lower case, as ARM compares them."""
    replace = msgspec.structs.replace
    vendors = tuple(
        replace(v, allowed=tuple(replace(a, assets=tuple(map(_lowered, a.assets))) for a in v.allowed))
        for v in config.vendors
    )
    assets = tuple(replace(label, match=_lowered(label.match)) for label in config.assets)
    accepted = tuple(replace(s, to=_lowered(s.to)) for s in config.suppressions)
    return replace(config, vendors=vendors, assets=assets, suppressions=accepted)


def _lowered(glob: str) -> str:
    return glob.lower() if glob.lower().startswith("/subscriptions/") else glob


def config_schema() -> dict[str, Any]:
    """Return the JSON Schema of the file, for editors."""
    return json_schema(Config, "sidedoor.yaml")


def _check_ours(decoded: Decoded[Config]) -> Iterator[tuple[int, str]]:
    ours = decoded.value.ours
    for i, account in enumerate(ours.aws.accounts):
        if not _ACCOUNT.fullmatch(account):
            line = decoded.line("ours", "aws", "accounts", i)
            yield line, f"`{account}` is no account id; write its 12 digits"
    for i, tenant in enumerate(ours.azure.tenants):
        if not _GUID.fullmatch(tenant):
            yield decoded.line("ours", "azure", "tenants", i), f"`{tenant}` is no tenant id"
    if ours.aws.organization is not None and not re.fullmatch(r"o-[a-z0-9]{1,32}", ours.aws.organization):
        line = decoded.line("ours", "aws", "organization")
        yield line, f"`{ours.aws.organization}` is no organization id; they read `o-…`"
    for i, entry in enumerate(ours.oidc):
        yield from _check_oidc(entry, decoded.line("ours", "oidc", i))
    for i, entry in enumerate(ours.networks):
        yield from _check_identity("networks", entry, decoded.line("ours", "networks", i))


def _check_vendors(decoded: Decoded[Config]) -> Iterator[tuple[int, str]]:
    names: dict[str, int] = {}
    for i, vendor in enumerate(decoded.value.vendors):
        line = decoded.line("vendors", i, "name")
        if not vendor.name.strip() or not vendor.name.isprintable():
            yield line, "a vendor's name must be printable text"
        if vendor.name in names:
            yield line, f"vendor `{vendor.name}` is registered twice; first on line {names[vendor.name]}"
        names.setdefault(vendor.name, line)
        for cloud in ("aws", "gcp", "azure", "oidc", "networks"):
            for j, entry in enumerate(getattr(vendor.identities, cloud)):
                yield from _check_identity(cloud, entry, decoded.line("vendors", i, "identities", cloud, j))
        if vendor.demands.networks and not vendor.identities.networks:
            line = decoded.line("vendors", i, "demands", "networks")
            yield line, f"`{vendor.name}` must come from its networks, but `identities.networks` lists none"
        for j, agreed in enumerate(vendor.allowed):
            for key in ("gains", "assets"):
                if not getattr(agreed, key):
                    line = decoded.line("vendors", i, "allowed", j, key)
                    yield line, f"`{key}` is empty; nothing is agreed by it"


def _check_identity(cloud: str, entry: str, line: int) -> Iterator[tuple[int, str]]:
    if cloud == "oidc":
        yield from _check_oidc(entry, line)
    elif cloud == "networks":
        try:
            ipaddress.ip_network(entry)
        except ValueError as problem:
            yield line, f"`{entry}` is no network: {str(problem).removeprefix(f'{entry!r} ')}"
    elif cloud == "aws":
        if not _ACCOUNT.fullmatch(entry) and not _ARN.fullmatch(entry):
            yield line, f"`{entry}` is neither an account id (12 digits) nor an ARN with an account in it"
    else:
        prefix, colon, rest = entry.partition(":")
        if prefix not in _PREFIXES[cloud] or not colon or not rest.strip():
            forms = ", ".join(f"{known}:" for known in _PREFIXES[cloud])
            near = did_you_mean(prefix, _PREFIXES[cloud]) or f"; it starts with one of: {forms}"
            yield line, f"`{entry}` is no {cloud} identity{near}"


def _check_oidc(entry: str, line: int) -> Iterator[tuple[int, str]]:
    if not _OIDC.fullmatch(entry):
        yield line, f"`{entry}` does not read `https://ISSUER sub=GLOB`"


def _check_claims(decoded: Decoded[Config]) -> Iterator[tuple[int, str]]:
    """No identity is claimed by two vendors, or by a vendor and us: nobody could say whose access it is."""
    ours = decoded.value.ours
    claimed = {("aws", account): "ours" for account in ours.aws.accounts}
    claimed |= {("azure", f"tenant:{tenant}"): "ours" for tenant in ours.azure.tenants}
    claimed |= {("gcp", f"domain:{domain}"): "ours" for domain in ours.gcp.domains}
    claimed |= {("oidc", entry): "ours" for entry in ours.oidc}
    claimed |= {("networks", entry): "ours" for entry in ours.networks}
    for i, vendor in enumerate(decoded.value.vendors):
        for cloud in ("aws", "gcp", "azure", "oidc", "networks"):
            for j, entry in enumerate(getattr(vendor.identities, cloud)):
                owner = claimed.setdefault((cloud, entry), f"vendor `{vendor.name}`")
                if owner != f"vendor `{vendor.name}`":
                    whose = "is listed in `ours`" if owner == "ours" else f"belongs to {owner} already"
                    line = decoded.line("vendors", i, "identities", cloud, j)
                    yield line, f"`{entry}` {whose}"


def _check_assets(decoded: Decoded[Config]) -> Iterator[tuple[int, str]]:
    tiers = decoded.value.tiers
    if not tiers:
        yield decoded.line("tiers"), "`tiers` is empty; leave the key out for the usual three"
    for i, label in enumerate(decoded.value.assets):
        if not label.match.strip():
            yield decoded.line("assets", i, "match"), "`match` is empty; it would label nothing"
        if label.tier is not None and label.tier not in tiers:
            near = did_you_mean(label.tier, tiers) or f"; one of: {', '.join(sorted(tiers))}"
            yield decoded.line("assets", i, "tier"), f"tier `{label.tier}` is not in `tiers`{near}"


def _check_suppressions(decoded: Decoded[Config]) -> Iterator[tuple[int, str]]:
    for i, suppression in enumerate(decoded.value.suppressions):
        for key in ("rule", "reason", "owner"):
            if not getattr(suppression, key).strip():
                line = decoded.line("suppressions", i, key)
                yield line, f"`{key}` is empty; a suppression says what, why and whose it is"
