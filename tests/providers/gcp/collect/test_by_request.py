"""Entitlements and transfer jobs are asked for where they can be, and kept as assets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scanner.providers.gcp.collect import entitlements, transfers
from scanner.providers.gcp.collect.found import PROJECT, Found

if TYPE_CHECKING:
    from scanner.providers.gcp.collect.table import Service

ORGANIZATION, NUMBER = "organizations/900000000001", "projects/100000000001"
MANAGER = "//cloudresourcemanager.googleapis.com"
AGENT = "serviceAccount:service-org-900000000001@gcp-sa-pam.iam.gserviceaccount.com"
OTHER = "serviceAccount:service-org-900000000001@gcp-sa-logging.iam.gserviceaccount.com"


def found(*, member: str = OTHER, service: str = "run.googleapis.com") -> Found:
    result = Found(ORGANIZATION)
    above = [NUMBER, ORGANIZATION]
    data = {"projectId": "ourlab-models", "projectNumber": "100000000001"}
    project = {"name": f"{MANAGER}/{NUMBER}", "assetType": PROJECT, "ancestors": above}
    result.put("ListAssets.RESOURCE", "p", {**project, "resource": {"data": data}}, listed=True)
    name = f"//serviceusage.googleapis.com/{NUMBER}/services/{service}"
    enabled = {"name": name, "assetType": "serviceusage.googleapis.com/Service", "ancestors": above}
    result.put("ListAssets.RESOURCE", name, {**enabled, "resource": {"data": {"state": "ENABLED"}}})
    bindings = [{"role": "roles/viewer", "members": [member]}]
    result.put("ListAssets.IAM_POLICY", "p", {**project, "iamPolicy": {"bindings": bindings}})
    return result


ASKED = {
    "entitlements where the manager's agent is bound": (
        entitlements.TABLE,
        found(member=AGENT),
        [ORGANIZATION, NUMBER],
    ),
    "none where another agent is": (entitlements.TABLE, found(), []),
    "entitlements where a project uses it": (
        entitlements.TABLE,
        found(service="privilegedaccessmanager.googleapis.com"),
        [ORGANIZATION, NUMBER],
    ),
    "jobs where a project uses the service": (
        transfers.TABLE,
        found(service="storagetransfer.googleapis.com"),
        [NUMBER],
    ),
    "no jobs where none does": (transfers.TABLE, found(), []),
}


@pytest.mark.parametrize(("table", "known", "expected"), ASKED.values(), ids=ASKED)
def test_what_is_asked(table: Service, known: Found, expected: list[str]) -> None:
    assert [question.key for question in table.rows[0].each(known)] == expected


KEPT = {
    "an entitlement": (
        entitlements.TABLE,
        found(member=AGENT),
        {"name": f"{ORGANIZATION}/locations/global/entitlements/e"},
        (
            ORGANIZATION,
            f"//privilegedaccessmanager.googleapis.com/{ORGANIZATION}/locations/global/entitlements/e",
        ),
    ),
    "a job": (
        transfers.TABLE,
        found(service="storagetransfer.googleapis.com"),
        {"name": "transferJobs/1"},
        ("ourlab-models", f"//storagetransfer.googleapis.com/{NUMBER}/transferJobs/1"),
    ),
}


@pytest.mark.parametrize(("table", "known", "body", "expected"), KEPT.values(), ids=KEPT)
def test_what_is_kept(table: Service, known: Found, body: dict[str, str], expected: tuple[str, str]) -> None:
    row = table.rows[0]
    question = next(iter(row.each(known)))
    assert row.keep is not None
    (kept,) = row.keep(known, question, body)
    assert (kept.scope, kept.key) == expected
    assert (kept.field, kept.body["resource"]["data"]) == ("ListAssets.RESOURCE", body)
