"""The tables only read, and what they say is what Google's clients and role data say."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from scanner.cli import cli
from scanner.providers.gcp import collect
from scanner.providers.gcp.collect import TABLES, permissions
from scanner.providers.gcp.collect.bodies import snake_name
from scanner.providers.gcp.roles.packing import unpack

if TYPE_CHECKING:
    from scanner.providers.gcp.collect.table import Row, Service

READS = re.compile(r"(List|Get|Lookup|Search|BatchGet)[A-Z]\w+")
NEVER = re.compile(
    r"GetObject$|GetSecret|GetKeyString|GetAccessToken|GetOpenIdToken|AccessSecret|GetServiceAccountKey$"
)
ROWS = [(table, row) for table in TABLES for row in table.rows]
IDS = [f"{table.client or table.host}:{row.operation}" for table, row in ROWS]


def only_reads(operation: str) -> bool:
    return READS.fullmatch(operation) is not None and NEVER.search(operation) is None


@pytest.mark.parametrize(("table", "row"), ROWS, ids=IDS)
def test_every_row_only_reads(table: Service, row: Row) -> None:
    assert only_reads(row.operation)
    assert row.post is None or row.operation == "GetIamPolicy"
    assert bool(table.client) != bool(table.host)
    assert bool(row.path) == bool(table.host)


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("ListAssets", True),
        ("LookupGroup", True),
        ("ListServiceAccountKeys", True),
        ("GetServiceAccountKey", False),
        ("GetAccessToken", False),
        ("CreateServiceAccountKey", False),
        ("SetIamPolicy", False),
        ("Listen", False),
    ],
)
def test_the_judge_itself(operation: str, *, expected: bool) -> None:
    assert only_reads(operation) == expected


@pytest.mark.parametrize("table", [t for t in TABLES if t.client], ids=lambda t: t.client)
def test_the_clients_have_the_operations(table: Service) -> None:
    module, _, name = table.client.partition(":")
    client = getattr(import_module(module), name)
    assert [row.operation for row in table.rows if not hasattr(client, snake_name(row.operation))] == []


def test_nothing_but_the_tables_calls_google() -> None:
    """A method of a client is called by name from a table, and a session in one place."""
    verbs = re.compile(
        r"\.(?:list|get|set|create|update|delete|search|batch_get|post|put|patch|request)(?:_\w+)?\("
    )
    found = {
        (path.name, match[0])
        for path in Path(collect.__file__).parent.glob("*.py")
        for match in verbs.finditer(path.read_text())
    }
    dictionaries_and_patterns = {".get(", ".update(", ".search("}
    assert {pair for pair in found if pair[1] not in dictionaries_and_patterns} == {
        ("clients.py", ".get_transport_class("),
        ("clients.py", ".post("),
        ("engine.py", ".put("),  # of what was found
    }


@cache
def known_permissions() -> frozenset[str]:
    table = resources.files("scanner.providers.gcp.roles") / "predefined.json.xz"
    return frozenset(unpack(table.read_bytes()).permissions)


def test_every_permission_is_one() -> None:
    asked = set(permissions()["includedPermissions"])
    assert asked - known_permissions() == set()
    assert not any(
        re.search(r"\.(create|update|delete|set|use$|actAs)", p)
        for p in asked - {"serviceusage.services.use"}
    )


def test_every_row_says_what_it_needs() -> None:
    """But for groups, which roles of Google Workspace open, and the first pass, which is of the second."""
    silent = {row.operation for table, row in ROWS if not row.permissions}
    assert silent == {"ListAssets", "LookupGroup", "ListMemberships"}


def test_permissions_are_printed_as_a_custom_role() -> None:
    printed = json.loads(CliRunner().invoke(cli, ["permissions", "gcp"]).stdout)
    assert printed == permissions()
    assert printed["stage"] == "GA"
    assert printed["includedPermissions"] == sorted(set(printed["includedPermissions"]))
