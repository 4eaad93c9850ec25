"""How the vendor register stands to a path."""

from __future__ import annotations

import datetime as dt

import pytest

from scanner.agreements import Agreements
from scanner.config import Agreed, Config, Demands, Identities, Vendor
from scanner.model import Asset, Gain, Hop, Path, Source
from scanner.verdict import Guard

SANDBOX = Asset("endpoint/sandbox-1", "inference-endpoint", "internal", 2)
PREVIEW = Asset("endpoint/preview", "inference-endpoint", "frontier", 3)
WEIGHTS = Asset("weights/*", "model-weights", "frontier", 3)
ASSETS = {asset.id: asset for asset in (SANDBOX, PREVIEW, WEIGHTS)}
TODAY = dt.date(2026, 11, 20)
YESTERDAY = TODAY - dt.timedelta(days=1)

EXTERNAL_ID = Guard("sts:ExternalId", "in", ("x",), "vendor", "external-id")
NETWORKS = Identities(networks=("203.0.113.0/24",))


def from_(*ranges: str) -> Guard:
    return Guard("aws:SourceIp", "cidr", ranges, "vendor", "source-ip")


def vendor(
    *agreed: Agreed,
    expires: dt.date | None = None,
    demands: Demands | None = None,
    identities: Identities | None = None,
) -> Vendor:
    return Vendor(
        "acme",
        expires=expires,
        demands=demands or Demands(),
        allowed=agreed,
        identities=identities or Identities(),
    )


def invoke(assets: str = "endpoint/sandbox-*", until: dt.date | None = None) -> Agreed:
    return Agreed(("invoke",), (assets,), until)


def path(
    asset: Asset = SANDBOX,
    gain: Gain = "invoke",
    entry: tuple[Guard, ...] = (),
    last: tuple[Guard, ...] = (),
    type_: str = "assume",
) -> Path:
    hops = (
        Hop("role", "acme-ci", type_, guards=entry),
        Hop(asset.id, "role", gain, guards=last, gains=(gain,)),
    )
    return Path(Source("acme-ci", "vendor", "acme", registered=True), asset, hops)


ID, NETWORK = Demands(external_id=True), Demands(networks=True)
CASES: dict[str, tuple[Vendor, Path, str]] = {
    "agreed": (vendor(invoke()), path(), "agreed"),
    "another gain": (vendor(invoke()), path(gain="read"), "none"),
    "another asset of a higher tier": (vendor(invoke()), path(PREVIEW), "above-tier"),
    "another class": (vendor(invoke()), path(WEIGHTS, "read"), "none"),
    "agreed to the higher tier too": (vendor(invoke(), invoke("endpoint/preview")), path(PREVIEW), "agreed"),
    "another asset, while agreed to as high a one": (
        vendor(invoke("endpoint/preview")),
        path(SANDBOX),
        "none",
    ),
    "nothing agreed": (vendor(), path(), "none"),
    "on the agreement's last day": (vendor(invoke(until=TODAY)), path(), "agreed"),
    "a day later": (vendor(invoke(until=YESTERDAY)), path(), "expired"),
    "another agreement holds": (vendor(invoke(until=YESTERDAY), invoke()), path(), "agreed"),
    "on the vendor's last day": (vendor(invoke(), expires=TODAY), path(), "agreed"),
    "a day after the vendor's": (vendor(invoke(), expires=YESTERDAY), path(), "expired"),
    "external id demanded and missing": (vendor(invoke(), demands=ID), path(), "unmet-demand"),
    "external id demanded and there": (vendor(invoke(), demands=ID), path(entry=(EXTERNAL_ID,)), "agreed"),
    "external id on a later hop": (vendor(invoke(), demands=ID), path(last=(EXTERNAL_ID,)), "unmet-demand"),
    "external id where no role is assumed by a key": (
        vendor(invoke(), demands=ID),
        path(type_="assume-web-identity"),
        "agreed",
    ),
    "networks demanded and missing": (
        vendor(invoke(), demands=NETWORK, identities=NETWORKS),
        path(),
        "unmet-demand",
    ),
    "networks demanded and there": (
        vendor(invoke(), demands=NETWORK, identities=NETWORKS),
        path(last=(from_("203.0.113.0/25"),)),
        "agreed",
    ),
    "networks wider than the vendor's": (
        vendor(invoke(), demands=NETWORK, identities=NETWORKS),
        path(last=(from_("203.0.112.0/23"),)),
        "unmet-demand",
    ),
    "one network of another": (
        vendor(invoke(), demands=NETWORK, identities=NETWORKS),
        path(last=(from_("203.0.113.0/25", "198.51.100.0/24"),)),
        "unmet-demand",
    ),
}


@pytest.mark.parametrize(("registered", "walked", "expected"), CASES.values(), ids=CASES)
def test_agreement(registered: Vendor, walked: Path, expected: str) -> None:
    assert Agreements(Config(vendors=(registered,)), ASSETS, TODAY)(walked) == expected


UNREGISTERED = {
    "a vendor that nobody registered": Source("x", "vendor", "other"),
    "an identity that the vendor's entry lacks": Source("acme-ci", "vendor", "acme", registered=False),
    "nobody's": Source("x", "unknown-external"),
}


@pytest.mark.parametrize("source", UNREGISTERED.values(), ids=UNREGISTERED)
def test_who_is_not_in_the_register(source: Source) -> None:
    walked = Path(source, SANDBOX, path().hops)
    assert Agreements(Config(vendors=(vendor(invoke()),)), ASSETS, TODAY)(walked) == "unregistered"
