"""Apps before a deployment: which may call it, and where they say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scanner.snapshot import Document, DocumentId
from tests.providers.azure.documents import RG, SUBSCRIPTION, TENANT, assigned, estate, row

if TYPE_CHECKING:
    from collections.abc import Iterable

ACCOUNT = f"{RG}/providers/microsoft.cognitiveservices/accounts/lab"
DEPLOYMENT = f"{ACCOUNT}/deployments/atlas"
SITE = f"{RG}/providers/microsoft.web/sites/desk"
SLOT = f"{SITE}/slots/next"
APP = f"{RG}/providers/microsoft.app/containerapps/desk"
GROUP = f"{RG}/providers/microsoft.containerinstance/containergroups/desk"
SP, TEAM = "eeeeeeee-0000-0000-0000-000000000001", "99999999-0000-0000-0000-000000000001"
CALLER, READER = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd", "acdd72a7-3385-48ef-bd42-f606fba81ae7"
ADDRESS = "https://lab.openai.azure.com/"
CALLS = assigned(SP, CALLER, RG, type_="ServicePrincipal")


def graph(field: str, key: str, body: Any) -> Document:  # noqa: ANN401 - raw JSON
    return Document(DocumentId("azure", TENANT, "", "graph", field, key), body)


def running(id_: str, type_: str, **more: Any) -> Document:  # noqa: ANN401 - raw JSON
    """Return an app with an identity."""
    app = row(id_, type_, **more)
    app.body["identity"] = {"type": "SystemAssigned", "principalId": SP}
    return app


def by_user_identity() -> list[Document]:
    """Return a site that runs with a user-assigned identity."""
    own = f"{RG}/providers/microsoft.managedidentity/userassignedidentities/desk"
    site = row(SITE, "microsoft.web/sites")
    site.body["identity"] = {
        "type": "UserAssigned",
        "userAssignedIdentities": {own: {"principalId": SP, "clientId": TEAM}},
    }
    return [row(own, "microsoft.managedidentity/userassignedidentities", principalId=SP), site]


def team(*who: str) -> list[Document]:
    return [
        graph("groups", TEAM, {"id": TEAM}),
        graph("groups.members", TEAM, [{"id": oid} for oid in who]),
        assigned(TEAM, CALLER, RG, type_="Group"),
    ]


def model(*, keys: bool = False, **properties: Any) -> list[Document]:  # noqa: ANN401 - raw JSON
    account = row(ACCOUNT, "microsoft.cognitiveservices/accounts", disableLocalAuth=not keys, **properties)
    account.body["kind"] = "OpenAI"
    deployed = row(DEPLOYMENT, "microsoft.cognitiveservices/accounts/deployments", model={"name": "atlas"})
    return [account, deployed]


def container_app(value: str) -> Document:
    env = [{"name": "MODE", "value": "x"}, {"name": "ENDPOINT", "value": value}]
    keyed = [*env, {"name": "KEY", "secretRef": "key"}]
    return row(APP, "microsoft.app/containerapps", template={"containers": [{"name": "m", "env": keyed}]})


def container_group(value: str) -> Document:
    container = {"name": "m", "properties": {"environmentVariables": [{"name": "A", "value": value}]}}
    return row(GROUP, "microsoft.containerinstance/containergroups", containers=[container])


def site(value: str) -> Document:
    settings = [{"name": "ENDPOINT", "value": value}]
    return row(SITE, "microsoft.web/sites", siteConfig={"appSettings": settings})


SHUT = {"publicNetworkAccess": "Disabled"}
ELSEWHERE = "https://other.openai.azure.com/"

CASES: dict[str, tuple[Iterable[Document], set[str]]] = {
    "a site that calls as itself": ([*model(), running(SITE, "microsoft.web/sites"), CALLS], {SITE}),
    "one whose identity reads settings": (
        [
            *[*model(), running(SITE, "microsoft.web/sites")],
            assigned(SP, READER, RG, type_="ServicePrincipal"),
        ],
        set(),
    ),
    "a slot of one": ([*model(), running(SLOT, "microsoft.web/sites/slots"), CALLS], {SLOT}),
    "by an identity of its user's": ([*model(), *by_user_identity(), CALLS], {SITE}),
    "in a group that calls": ([*model(), running(SITE, "microsoft.web/sites"), *team(SP)], {SITE}),
    "beside a group that calls": ([*model(), running(SITE, "microsoft.web/sites"), *team()], set()),
    "a data factory": ([*model(), running(f"{RG}/f", "microsoft.datafactory/factories"), CALLS], set()),
    "an app with the address, and keys": ([*model(keys=True), container_app(ADDRESS)], {APP}),
    "an app with the address, without keys": ([*model(), container_app(ADDRESS)], set()),
    "an app with another's address": ([*model(keys=True), container_app(ELSEWHERE)], set()),
    "an app before an account that is shut": ([*model(keys=True, **SHUT), container_app(ADDRESS)], set()),
    "containers with the address": ([*model(keys=True), container_group(ADDRESS)], {GROUP}),
    "containers with another's": ([*model(keys=True), container_group(ELSEWHERE)], set()),
    "a site with the address": ([*model(keys=True), site(f"{ADDRESS}openai")], {SITE}),
    "a site with a name": ([*model(keys=True), site("lab")], set()),
}


@pytest.mark.parametrize(("documents", "expected"), CASES.values(), ids=CASES)
def test_relays_into_a_deployment(documents: Iterable[Document], expected: set[str]) -> None:
    found = [hop for hop in estate(documents).hops_into(DEPLOYMENT) if hop.type == "relay"]
    assert sorted(hop.source for hop in found) == sorted(expected)
    assert {hop.certainty for hop in found} <= {"possible"}


def test_an_app_with_an_identity_and_a_key_is_one_way() -> None:
    app = container_app(ADDRESS)
    app.body["identity"] = {"type": "SystemAssigned", "principalId": SP}
    found = list(estate([*model(keys=True), app, CALLS]).hops_into(DEPLOYMENT))
    assert [hop.source for hop in found if hop.type == "relay"] == [APP]


def configured(id_: str, type_: str, **web: Any) -> list[Document]:  # noqa: ANN401 - raw JSON
    field = f"Microsoft.Web.{type_.removeprefix('microsoft.web/').replace('/', '.')}.config"
    place = DocumentId("azure", SUBSCRIPTION, "", "arm", field, f"{id_}/config/web")
    login = DocumentId("azure", SUBSCRIPTION, "", "arm", field, f"{id_}/config/authsettingsV2")
    off = {"platform": {"enabled": False}}
    return [Document(place, {"properties": web}), Document(login, {"properties": off})]


CLOSED = {"ipSecurityRestrictionsDefaultAction": "Deny", "ipSecurityRestrictions": []}
SETTINGS: dict[str, tuple[list[Document], set[str]]] = {
    "its own that let anyone in": (configured(SLOT, "microsoft.web/sites/slots"), {"proven"}),
    "its own that let nobody in": (configured(SLOT, "microsoft.web/sites/slots", **CLOSED), set()),
    "the site's, which are not the slot's": (configured(SITE, "microsoft.web/sites", **CLOSED), {"possible"}),
}


@pytest.mark.parametrize(("documents", "expected"), SETTINGS.values(), ids=SETTINGS)
def test_a_slot_has_settings_of_its_own(documents: list[Document], expected: set[str]) -> None:
    found = estate([row(SLOT, "microsoft.web/sites/slots"), *documents]).hops_into(SLOT)
    assert {hop.certainty for hop in found if hop.source == "*"} == expected
