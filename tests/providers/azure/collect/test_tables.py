"""The tables themselves: they ask and change nothing, and each row finds what it builds on."""

from __future__ import annotations

import re

import pytest
from azure.core.pipeline import PipelineContext, PipelineRequest
from azure.core.rest import HttpRequest

from scanner.providers.azure.collect import TABLES, permissions
from scanner.providers.azure.collect.client import ReadOnly
from scanner.providers.azure.collect.table import QUERY, SUBSCRIPTION, TENANT, Row, Service, field_of, type_of

ROWS = [(service, row) for service in TABLES for row in service.rows]
IDS = [f"{row.field} of {row.each or 'the tenant'}" for _, row in ROWS]
SECRETS = re.compile(
    r"list\w*(keys|secrets|credential|sas|token)|regenerate|generateCredentials|publishxml", re.IGNORECASE
)


@pytest.mark.parametrize(("service", "row"), ROWS, ids=IDS)
def test_a_row_asks_and_changes_nothing(service: Service, row: Row) -> None:
    if service.method == "POST":
        assert (service.api, row.path) == ("resourcegraph", QUERY)
    assert not SECRETS.search(row.path)
    assert not SECRETS.search(" ".join([*row.query, *row.query.values()]))


@pytest.mark.parametrize(("service", "row"), ROWS, ids=IDS)
def test_a_row_needs_no_more_than_reading(service: Service, row: Row) -> None:
    if service.api == "graph":
        assert re.fullmatch(r"[A-Za-z]+\.Read\.(All|Directory|AzureADGroup)", row.needs)
    else:
        assert row.needs.endswith("/read")


@pytest.mark.parametrize(("service", "row"), ROWS, ids=IDS)
def test_a_row_builds_on_what_came_before(service: Service, row: Row) -> None:
    before = {r.field for _, r in ROWS[: ROWS.index((service, row))]}
    assert row.each in {TENANT, SUBSCRIPTION} | before or re.fullmatch(r"[a-z]+\.[a-z]+/[a-z/]+", row.each)
    assert ("{" in row.path) == (row.each != TENANT)


@pytest.mark.parametrize(("service", "row"), ROWS, ids=IDS)
def test_a_row_says_which_version_it_asks(service: Service, row: Row) -> None:
    form = r"v1\.0|beta" if service.api == "graph" else r"20\d\d-\d\d-\d\d"
    assert re.fullmatch(form, row.version)


def test_types_and_fields_are_one_another() -> None:
    for type_ in ("Microsoft.Storage/storageAccounts", "Microsoft.A/b/c/d"):
        assert type_of(field_of(type_)) == type_


CALLS = {
    "a question": ("GET", "https://management.azure.com/subscriptions", True),
    "Resource Graph's": ("POST", f"https://management.azure.com{QUERY}?api-version=2022-10-01", True),
    "listing keys": (
        "POST",
        "https://management.azure.com/subscriptions/s/…/storageAccounts/x/listKeys",
        False,
    ),
    "a path that begins like it": ("POST", f"https://management.azure.com{QUERY}/x", False),
    "writing": ("PUT", "https://management.azure.com/subscriptions", False),
    "deleting": ("DELETE", f"https://management.azure.com{QUERY}", False),
    "Graph's batches": ("POST", "https://graph.microsoft.com/v1.0/$batch", False),
}


@pytest.mark.parametrize(("method", "url", "passes"), CALLS.values(), ids=CALLS)
def test_the_pipeline_lets_only_questions_out(method: str, url: str, passes: bool) -> None:
    request = PipelineRequest(HttpRequest(method, url), PipelineContext(None))
    if passes:
        ReadOnly().on_request(request)
    else:
        with pytest.raises(RuntimeError, match="is no question"):
            ReadOnly().on_request(request)


def test_permissions_name_every_row() -> None:
    told = permissions()
    fields = {field for fields in told["microsoft_graph"].values() for field in fields}
    assert fields == {row.field for service, row in ROWS if service.api == "graph"}
    assert set(told["asked"]) == {row.needs for service, row in ROWS if service.api != "graph"} - {"*/read"}


def test_the_role_reads_no_content() -> None:
    """``*/read`` matches the action that pulls images from registries in their older mode."""
    role = permissions()["role"]
    assert (role["Actions"], role["DataActions"]) == (["*/read"], [])
    assert "Microsoft.ContainerRegistry/registries/pull/read" in role["NotActions"]
