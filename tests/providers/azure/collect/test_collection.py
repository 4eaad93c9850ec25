"""A tenant read through azure-core's own pipeline, whole and with parts that break."""

from __future__ import annotations

import re
import time

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from scanner.errors import CollectError
from tests.providers.azure.collect.collecting import bodies, collected, gaps
from tests.providers.azure.fakes import tenant
from tests.providers.azure.fakes.documents import TENANT, arm, graph, guid, resource, resource_id, row
from tests.providers.azure.fakes.server import Fault, Reply, fault, serving
from tests.providers.azure.fakes.tenant import ACCOUNT, FEW, MODELS, SANDBOX, documents

RETRIED = {"retries": 3}
ACCOUNT_KEY = ACCOUNT.lower()


class Credential:
    """Gives a token, and says for what it was asked."""

    def __init__(self) -> None:
        self.scopes: list[str] = []

    def get_token(self, *scopes: str, **_: object) -> AccessToken:
        """Return a token."""
        self.scopes += scopes
        return AccessToken("secret-of-ours", int(time.time()) + 3_600)


def test_a_seeded_tenant_arrives_whole() -> None:
    seeded = documents()
    resources = [document for document in seeded if document.id.field == "resources"]
    with serving(seeded, page=7) as fake:
        found = collected(fake.url)
    expected = {str(d.id): d.body for d in seeded if tenant.OTHER_POLICY not in d.id.key}
    assert len(resources) >= 200
    assert bodies(found) == expected
    assert (gaps(found), fake.changes) == ({}, [])
    assert found.asked == sum(fake.calls.values())


def test_the_page_size_changes_nothing() -> None:
    with serving(documents(FEW), page=3) as small, serving(documents(FEW), page=1_000) as large:
        assert bodies(collected(small.url)) == bodies(collected(large.url))
    assert small.calls["GET /v1.0/users"] > large.calls["GET /v1.0/users"] == 1


def test_throttled_questions_are_asked_again() -> None:
    faults = [
        fault("resourcegraph/resources", 429, "RateLimiting", times=2, retry_after_s=1),
        fault(r"/groups/[^/]+/members", 429, "TooManyRequests", times=3, retry_after_s=1),
        fault("denyAssignments", 503, "ServerTimeout", times=1),
    ]
    with serving(documents(FEW), faults=faults) as fake:
        began = time.monotonic()
        found = collected(fake.url, RETRIED | {"retries": 5})
        took = time.monotonic() - began
    assert (len(found), gaps(found)) == (len(documents(FEW)) - 1, {})
    assert took >= 2


SUB = f"azure:{MODELS}::arm"
# Each fault: what breaks, and the gaps it leaves beside those that hang on it.
BROKEN: dict[str, tuple[Fault, dict[str, tuple[str, str]]]] = {
    "a list refused": (
        fault(f"/subscriptions/{MODELS}/.*/denyAssignments", 403, "AuthorizationFailed"),
        {f"{SUB}:Microsoft.Authorization.denyAssignments": ("refused", "overstated")},
    ),
    "a child's list refused": (
        fault("/ourlabml/blobservices/default/containers$", 403, "AuthorizationFailed"),
        {
            f"{SUB}:Microsoft.Storage.storageAccounts.blobServices.containers/{ACCOUNT_KEY}": (
                "refused",
                "understated",
            )
        },
    ),
    "throttled beyond patience": (
        fault("/ourlabml/localUsers|/logs001/fileservices", 429, "TooManyRequests", retry_after_s=3_600),
        {
            f"{SUB}:Microsoft.Storage.storageAccounts.fileServices.shares/"
            + resource_id(MODELS, "Microsoft.Storage/storageAccounts", "logs001").lower(): (
                "throttled",
                "understated",
            )
        },
    ),
    "members of a group": (
        fault(f"/groups/{guid('b', 2)}/members", 403, "Authorization_RequestDenied"),
        {f"azure:{TENANT}::graph:groups.members/{guid('b', 2)}": ("refused", "understated")},
    ),
    "an api that the cloud lacks": (
        fault("registrationAssignments", 400, "NoRegisteredProviderFound"),
        {
            f"azure:{s}::arm:Microsoft.ManagedServices.registrationAssignments": (
                "not-implemented",
                "understated",
            )
            for s in (MODELS, SANDBOX)
        },
    ),
    "a page of HTML": (
        Fault(
            re.compile("/policies/authorizationpolicy"), Reply(200, b"<!DOCTYPE html><title>Sign in</title>")
        ),
        {f"azure:{TENANT}::graph:policies.authorizationPolicy": ("not-implemented", "understated")},
    ),
    "half an answer": (
        Fault(re.compile("/onlineendpoints$"), Reply(200, b'{"value": [')),
        {
            f"{SUB}:Microsoft.MachineLearningServices.workspaces.onlineEndpoints/"
            + tenant.WORKSPACE.lower(): ("unparseable", "understated")
        },
    ),
    "an answer without its list": (
        Fault(re.compile("/oauth2permissiongrants"), Reply(200, {"error": None})),
        {f"azure:{TENANT}::graph:oauth2PermissionGrants": ("unparseable", "understated")},
    ),
    "an answer that is an array": (
        Fault(re.compile("/oauth2permissiongrants"), Reply(200, [])),
        {f"azure:{TENANT}::graph:oauth2PermissionGrants": ("unparseable", "understated")},
    ),
    "items that are nothing": (
        Fault(re.compile("/oauth2permissiongrants"), Reply(200, {"value": [None, 1, {"id": ""}, {"id": 3}]})),
        {f"azure:{TENANT}::graph:oauth2PermissionGrants": ("unparseable", "understated")},
    ),
    "a redirect": (
        Fault(re.compile("/oauth2permissiongrants"), Reply(302, {}, (("Location", "http://127.0.0.1:1/"),))),
        {f"azure:{TENANT}::graph:oauth2PermissionGrants": ("failed", "understated")},
    ),
    "rows that do not come": (
        Fault(re.compile("resourcegraph"), Reply(200, {"totalRecords": 9, "data": []}), 1),
        {f"azure:{TENANT}::resourcegraph:resourcecontainers": ("failed", "both")},
    ),
}


@pytest.mark.parametrize(("broken", "expected"), BROKEN.values(), ids=BROKEN)
def test_what_breaks_is_a_gap_and_the_rest_is_read(
    broken: Fault, expected: dict[str, tuple[str, str]]
) -> None:
    broken = Fault(broken.path, broken.reply, broken.times)
    with serving(documents(FEW), faults=[broken]) as fake:
        found = collected(fake.url)
    assert gaps(found) == expected
    assert len(found) > 75


NONE: dict[str, Fault] = {
    "a licence that the tenant has not": fault(
        "roleEligibilityScheduleInstances", 400, "AadPremiumLicenseRequired"
    ),
    "a licence, told inside a message": Fault(
        re.compile("roleeligibilityscheduleinstances"),
        Reply(
            400, {"error": {"code": "UnknownError", "message": '{"errorCode":"AadPremiumLicenseRequired"}'}}
        ),
    ),
    "a service that was never used": fault("registrationAssignments", 409, "MissingSubscriptionRegistration"),
    "a resource that went away": fault("/logs003/", 404, "ResourceNotFound"),
    "an account without files": fault("fileservices", 400, "FeatureNotSupportedForAccount"),
}


@pytest.mark.parametrize("absent", NONE.values(), ids=NONE)
def test_what_is_not_there_is_no_gap(absent: Fault) -> None:
    with serving(documents(FEW), faults=[absent]) as fake:
        assert gaps(collected(fake.url)) == {}


def test_what_came_before_a_failure_is_kept() -> None:
    cut = Fault(
        re.compile("/v1.0/users$"), Reply(200, {"value": [{"id": guid("a", 1)}], "@odata.nextLink": "x"})
    )
    with serving(documents(FEW), faults=[cut]) as fake:
        found = collected(fake.url)
    users = [d.id.key for d in found.all("azure", "graph", "users")]
    assert (users, gaps(found)) == ([guid("a", 1)], {f"azure:{TENANT}::graph:users": ("failed", "both")})


def test_a_token_goes_to_no_other_host() -> None:
    """The page behind the link would get the token that came with the question."""
    with serving(documents(FEW)) as fake, serving(documents(FEW)) as other:
        link = {"value": [], "nextLink": f"{other.url}/subscriptions?api-version=2022-12-01"}
        fake.faults.append(Fault(re.compile("denyassignments"), Reply(200, link)))
        found = collected(fake.url, credential=Credential())
    assert sum(other.calls.values()) == 0
    assert {reason for reason, _ in gaps(found).values()} == {"failed"}


def test_the_same_page_twice_ends() -> None:
    with serving(documents(FEW)) as fake:
        link = {"value": [], "@odata.nextLink": f"{fake.url}/v1.0/users"}
        fake.faults.append(Fault(re.compile("/users"), Reply(200, link)))
        found = collected(fake.url)
    assert gaps(found) == {f"azure:{TENANT}::graph:users": ("failed", "both")}


def test_an_id_that_leads_elsewhere_is_not_asked_with() -> None:
    evil = resource(MODELS, "Microsoft.Storage/storageAccounts", "x", {})
    evil.body["id"] = "@evil.example/subscriptions/s/storageAccounts/x"
    with serving([*documents(FEW), evil]) as fake:
        found = collected(fake.url)
    assert {reason for reason, _ in gaps(found).values()} == {"unparseable"}
    assert not [call for call in fake.calls if "evil" in call]


def test_given_credentials_are_used_for_both() -> None:
    credential = Credential()
    with serving(documents(FEW)) as fake:
        collected(fake.url, credential=credential)
    assert fake.tokens == {"Bearer secret-of-ours"}
    assert set(credential.scopes) == {f"{fake.url}/.default"}


class Without(Credential):
    """Has no credentials."""

    def get_token(self, *_: str, **__: object) -> AccessToken:
        """Fail as azure-identity does."""
        raise ClientAuthenticationError(message="no credential in this chain, token=abc123 said so")


def test_without_credentials_nothing_can_be_asked() -> None:
    with serving(documents(FEW)) as fake, pytest.raises(CollectError, match="no valid credentials") as caught:
        collected(fake.url, credential=Without())
    assert sum(fake.calls.values()) == 0
    assert "abc123" not in str(caught.value)


def test_a_token_that_is_not_taken_is_not_tried_forever() -> None:
    refused = fault("/(v1.0|beta)/", 401, "InvalidAuthenticationToken")
    with serving(documents(FEW), faults=[refused]) as fake:
        found = collected(fake.url)
    assert sum(count for call, count in fake.calls.items() if "/v1.0/" in call or "/beta/" in call) <= 2
    assert {gap.id.service for gap in found.gaps} == {"graph"}
    assert {gap.id.scope for gap in found.gaps} == {TENANT}
    assert found.all("azure", "resourcegraph", "resources")


def test_only_a_subscription() -> None:
    with serving(documents(FEW)) as fake:
        found = collected(fake.url, {"subscriptions": (SANDBOX,)})
    scopes = {document.id.scope for document in found if document.id.service != "graph"}
    assert scopes == {SANDBOX, TENANT}
    assert not [call for call in fake.calls if MODELS in call]
    above = [d.id.key for d in found.all("azure", "resourcegraph", "authorizationresources")]
    assert any("managementgroups" in key for key in above)


def test_subscriptions_are_asked_for_where_resource_graph_is_refused() -> None:
    seen = row("x", {"id": f"/subscriptions/{MODELS}", "tenantId": TENANT, "subscriptionId": MODELS})
    refused = fault("resourcegraph", 403, "AuthorizationFailed")
    listed = Fault(re.compile("^/subscriptions$"), Reply(200, {"value": [seen.body]}))
    with serving(documents(FEW), faults=[refused, listed]) as fake:
        found = collected(fake.url)
    assert {gap.id.field for gap in found.gaps} == {
        "resources",
        "resourcecontainers",
        "authorizationresources",
    }
    assert found.all("azure", "arm", "Microsoft.Authorization.denyAssignments")


def test_secrets_in_errors_are_withheld() -> None:
    token = "eyJhbGci.eyJzdWIi.c2lnbmF0dXJl"
    body = {"error": {"code": "Forbidden", "message": f"token {token} is\x1b[31m bad?sig=AbC%2f123&x=1"}}
    leaky = Fault(re.compile("/users"), Reply(403, body))
    with serving(documents(FEW), faults=[leaky]) as fake:
        detail = collected(fake.url).gaps[0].detail
    assert detail == "403 Forbidden: token (withheld) is [31m bad?sig=(withheld)&x=1"


def test_a_site_keeps_only_what_is_wanted() -> None:
    site = resource(MODELS, "Microsoft.Web/sites", "app", {})
    settings = {"ipSecurityRestrictions": [{"ipAddress": "Any"}], "publishingUsername": "$app"}
    config = arm("Microsoft.Web/sites/config", f"{site.body['id']}/config/web", settings)
    with serving([*documents(FEW), site, config]) as fake:
        found = collected(fake.url)
    kept = found.all("azure", "arm", "Microsoft.Web.sites.config")[0].body
    assert kept["properties"] == {"ipSecurityRestrictions": [{"ipAddress": "Any"}]}


def test_units_and_expressions_are_read_from_graph() -> None:
    unit = guid("6", 1)
    more = [
        graph("directory.administrativeUnits", unit, {"id": unit, "displayName": "ml"}),
        graph("directory.administrativeUnits.members", unit, [{"id": guid("a", 100)}]),
    ]
    with serving([*documents(FEW), *more]) as fake:
        found = bodies(collected(fake.url))
    assert found[f"azure:{TENANT}::graph:directory.administrativeUnits.members/{unit}"] == [
        {"id": guid("a", 100)}
    ]
    assert fake.calls["GET /beta/applications/" + guid("8", 2) + "/federatedidentitycredentials"] == 1
