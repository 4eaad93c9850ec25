"""Security groups: who reaches a port, from below and from above."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.netset import AddressSet
from scanner.providers.azure.network.groups import Place, admitted
from scanner.providers.internet import INTERNET4
from scanner.snapshot import Document, DocumentId, Unresolved
from tests.providers.azure.documents import RG, SUBSCRIPTION, estate, row

ID = f"{RG}/providers/microsoft.network/networksecuritygroups/serve"
ALL, NONE, VENDOR = AddressSet.everything(), AddressSet(), AddressSet.of(["203.0.113.0/24"])
HALVES = AddressSet.of(["0.0.0.0/1", "128.0.0.0/1"])


def rule(priority: Any, access: Any, source: str, port: str = "8000", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - raw JSON
    said = {
        "priority": priority,
        "direction": "Inbound",
        "access": access,
        "protocol": "Tcp",
        "sourceAddressPrefix": source,
        "destinationAddressPrefix": "*",
        "destinationPortRange": port,
        **more,
    }
    return {"name": f"r{priority}", "properties": said}


OPEN = Unresolved("var.open").body

CASES: dict[str, tuple[list[dict[str, Any]], AddressSet, AddressSet]] = {
    "no rules": ([], NONE, NONE),
    "the internet": ([rule(100, "Allow", "Internet")], ALL, ALL),
    "everything": ([rule(100, "Allow", "*", "*", protocol="*")], ALL, ALL),
    "two halves are the whole": (
        [rule(100, "Allow", "0.0.0.0/1"), rule(110, "Allow", "128.0.0.0/1")],
        HALVES,
        HALVES,
    ),
    "the lower number wins": ([rule(200, "Allow", "*"), rule(100, "Deny", "*")], NONE, NONE),
    "a denial that comes too late": ([rule(100, "Allow", "*"), rule(200, "Deny", "*")], ALL, ALL),
    "a range of ports": ([rule(100, "Allow", "203.0.113.0/24", "7990-8010")], VENDOR, VENDOR),
    "a list of ports and ranges": (
        [
            rule(
                100,
                "Allow",
                "",
                "",
                sourceAddressPrefixes=["203.0.113.0/24"],
                destinationPortRanges=["22", "8000"],
            )
        ],
        VENDOR,
        VENDOR,
    ),
    "one past the range": ([rule(100, "Allow", "*", "8001-9000")], NONE, NONE),
    "another protocol": ([rule(100, "Allow", "*", protocol="Udp")], NONE, NONE),
    "outbound": ([rule(100, "Allow", "*", direction="Outbound")], NONE, NONE),
    "the virtual network": ([rule(100, "Allow", "VirtualNetwork")], NONE, NONE),
    "a tag that nobody can resolve": ([rule(100, "Allow", "AzureCloud")], NONE, ALL),
    "such a tag denied": ([rule(100, "Deny", "AzureCloud"), rule(110, "Allow", "*")], NONE, ALL),
    "to another address": ([rule(100, "Allow", "*", destinationAddressPrefix="10.0.9.0/24")], NONE, NONE),
    "to its own address": ([rule(100, "Allow", "*", destinationAddressPrefix="10.0.0.0/24")], ALL, ALL),
    "to its application group": (
        [rule(100, "Allow", "*", destinationApplicationSecurityGroups=[{"id": "/ASG"}])],
        ALL,
        ALL,
    ),
    "from what code leaves open": ([rule(100, "Allow", "", sourceAddressPrefix=OPEN)], NONE, ALL),
    "denied from what code leaves open": (
        [rule(100, "Deny", "", sourceAddressPrefix=OPEN), rule(110, "Allow", "*")],
        NONE,
        ALL,
    ),
    "to a port that code leaves open": (
        [rule(100, "Allow", "*", "", destinationPortRange=OPEN)],
        NONE,
        ALL,
    ),
    "to an address that code leaves open": (
        [rule(100, "Allow", "*", destinationAddressPrefix=OPEN)],
        NONE,
        ALL,
    ),
    "at a priority that code leaves open": (
        [rule(OPEN, "Deny", "*"), rule(200, "Allow", "*")],
        NONE,
        ALL,
    ),
    "with a verdict that code leaves open": (
        [rule(100, OPEN, "*"), rule(200, "Allow", "*")],
        NONE,
        ALL,
    ),
    "to another application group": (
        [rule(100, "Allow", "*", destinationApplicationSecurityGroups=[{"id": "/other"}])],
        NONE,
        NONE,
    ),
}


@pytest.mark.parametrize(("rules", "sure", "maybe"), CASES.values(), ids=CASES)
def test_admitted(rules: list[dict[str, Any]], sure: AddressSet, maybe: AddressSet) -> None:
    document = row(ID, "microsoft.network/networksecuritygroups", securityRules=rules)
    found = admitted(document, 8000, Place("10.0.0.4", frozenset({"/asg"})))
    assert (found.sure, found.maybe) == (sure, maybe)
    assert bool(found.missing) == (sure != maybe)


def test_the_network_passes_unless_it_is_denied() -> None:
    place = Place("10.0.0.4")
    plain = row(ID, "microsoft.network/networksecuritygroups", securityRules=[])
    closed = row(ID, "microsoft.network/networksecuritygroups", securityRules=[rule(100, "Deny", "*", "*")])
    assert admitted(plain, 8000, place, "network").sure.includes(INTERNET4)
    assert not admitted(closed, 8000, place, "network")


SITE = f"{RG}/providers/microsoft.web/sites/serve"
DENIED = {"ipAddress": "Any", "action": "Deny", "priority": 2147483647}
ALLOWED = {"ipAddress": "203.0.113.0/24", "action": "Allow", "priority": 100}
BARRED = {"ipAddress": "203.0.113.0/24", "action": "Deny", "priority": 50}
FRONTED = {"ipAddress": "AzureFrontDoor.Backend", "tag": "ServiceTag", "action": "Allow", "priority": 60}
LOGIN = {
    "platform": {"enabled": True},
    "globalValidation": {"requireAuthentication": True, "unauthenticatedClientAction": "Return401"},
    "identityProviders": {"google": {"enabled": True, "registration": {"clientId": "x"}}},
}

SITES: dict[str, tuple[dict[str, Any], dict[str, Any] | None, set[tuple[str, str, str]]]] = {
    "open": ({}, {}, {("*", "", "proven")}),
    "everybody denied": ({"ipSecurityRestrictions": [DENIED]}, {}, set()),
    "one range": (
        {"ipSecurityRestrictions": [ALLOWED, DENIED]},
        {},
        {("203.0.113.0/24", "source address in 203.0.113.0/24", "proven")},
    ),
    "one range, without the rule that ends every list": (
        {"ipSecurityRestrictions": [ALLOWED]},
        {},
        {("203.0.113.0/24", "source address in 203.0.113.0/24", "proven")},
    ),
    "a range that an earlier rule bars": (
        {"ipSecurityRestrictions": [ALLOWED, BARRED, DENIED]},
        {},
        set(),
    ),
    "a subnet": (
        {"ipSecurityRestrictions": [{"vnetSubnetResourceId": "/x", "action": "Allow"}, DENIED]},
        {},
        set(),
    ),
    "a tag": ({"ipSecurityRestrictions": [FRONTED, DENIED]}, {}, {("*", "", "possible")}),
    "behind a login": ({}, LOGIN, {("*", "login at = google", "proven")}),
    "login not read": ({}, None, {("*", "", "possible")}),
    "off": ({"publicNetworkAccess": "Disabled"}, {}, set()),
}


def config_of(name: str, properties: dict[str, Any]) -> Document:
    id_ = DocumentId("azure", SUBSCRIPTION, "", "arm", "Microsoft.Web.sites.config", f"{SITE}/config/{name}")
    return Document(id_, {"properties": properties})


@pytest.mark.parametrize(("web", "login", "expected"), SITES.values(), ids=SITES)
def test_web_apps(
    web: dict[str, Any], login: dict[str, Any] | None, expected: set[tuple[str, str, str]]
) -> None:
    documents = [
        row(SITE, "microsoft.web/sites"),
        config_of("web", {"linuxFxVersion": "DOCKER|vllm/vllm-openai:latest", **web}),
        *([] if login is None else [config_of("authsettingsV2", login)]),
    ]
    found = estate(documents).hops_into(SITE)
    assert {(h.source, "; ".join(map(str, h.guards)), h.certainty) for h in found} == expected
