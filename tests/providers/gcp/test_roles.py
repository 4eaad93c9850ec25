"""What roles contain, what the shipped table is, and that no hop asks for a permission that no role holds."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scanner.providers.gcp.access.boundaries import load_versions
from scanner.providers.gcp.hops.agents import load_agents
from scanner.providers.gcp.hops.passing import load_deploys
from scanner.providers.gcp.roles import Roles
from scanner.providers.gcp.roles.packing import pack, unpack
from scanner.providers.gcp.roles.refresh import TABLE, read_roles
from scanner.snapshot import Document, DocumentId, Snapshot

if TYPE_CHECKING:
    from typing import Any

PROVIDER = Path(__file__).parents[3] / "scanner" / "providers" / "gcp"
PERMISSION = re.compile(r"[a-z]+\.[a-zA-Z]+\.[a-zA-Z]+")
NOT_PERMISSIONS = re.compile(
    r".*googleapis.*|.*github.*|request\..*|iam\.(disable|managed).*|storage\.publicAccessPrevention"
    r"|predefined\.json\.xz|iam\.gserviceaccount\.com|sts\.windows\.net|login\.microsoftonline\.com|app\.terraform\.io"
)


def reading(*roles: dict[str, Any]) -> Roles:
    documents = [
        Document(DocumentId("gcp", "organizations/1", "", "iam", "ListRoles.roles", role["name"]), role)
        for role in roles
    ]
    return Roles(Snapshot(documents))


HELD = {
    "Viewer calls models": ("roles/viewer", "aiplatform.endpoints.predict", True),
    "Viewer pulls images": ("roles/viewer", "artifactregistry.repositories.downloadArtifacts", True),
    "Viewer reads no object": ("roles/viewer", "storage.objects.get", False),
    "Editor acts as accounts": ("roles/editor", "iam.serviceAccounts.actAs", True),
    "Editor gets no tokens": ("roles/editor", "iam.serviceAccounts.getAccessToken", False),
    "Owner reads no object": ("roles/owner", "storage.objects.get", False),
    "a federated identity gets tokens": (
        "roles/iam.workloadIdentityUser",
        "iam.serviceAccounts.getAccessToken",
        True,
    ),
    "a node's role reads objects": ("roles/container.nodeServiceAccount", "storage.objects.get", True),
}


@pytest.mark.parametrize(("role", "permission", "expected"), HELD.values(), ids=HELD)
def test_predefined_roles(role: str, permission: str, expected: bool) -> None:
    held = reading().permissions(role)
    assert held is not None
    assert (permission in held) is expected


@pytest.mark.parametrize("role", ["roles/admin", "roles/writer", "roles/reader", "roles/not.yet", ""])
def test_an_unknown_role_is_unknown_and_a_gap(role: str) -> None:
    roles = reading()
    assert roles.permissions(role) is None
    assert roles.escalates(role)
    assert [(gap.id.key, gap.reason) for gap in roles.gaps([role, role])] == [(role, "not-collected")]


def test_what_was_read_goes_before_the_table() -> None:
    roles = reading({"name": "roles/viewer", "includedPermissions": ["a.b.c"]})
    assert roles.permissions("roles/viewer") == frozenset({"a.b.c"})


CUSTOM: dict[str, tuple[dict[str, Any], frozenset[str] | None]] = {
    "in use": ({"stage": "GA", "includedPermissions": ["a.b.c"]}, frozenset({"a.b.c"})),
    "empty": ({"stage": "GA", "includedPermissions": []}, frozenset()),
    "disabled": ({"stage": "DISABLED", "includedPermissions": ["a.b.c"]}, frozenset()),
    "deleted": ({"deleted": True, "includedPermissions": ["a.b.c"]}, frozenset()),
    "listed without contents": ({"stage": "GA"}, None),
}


@pytest.mark.parametrize(("said", "expected"), CUSTOM.values(), ids=CUSTOM)
def test_custom_roles(said: dict[str, Any], expected: frozenset[str] | None) -> None:
    assert reading({"name": "projects/p/roles/r", **said}).permissions("projects/p/roles/r") == expected


def test_packing_keeps_everything_in_any_order() -> None:
    roles = {"roles/b": ["x.y.z", "a.b.c"], "roles/a": ["a.b.c"], "roles/none": []}
    turned = {name: list(reversed(held)) for name, held in reversed(roles.items())}
    packed = pack(roles, date="2026-01-01", source="a list")
    assert packed == pack(turned, date="2026-01-01", source="a list")
    assert {name: unpack(packed).permissions_of(name) for name in roles} == {
        name: frozenset(held) for name, held in roles.items()
    }
    assert unpack(packed).permissions_of("roles/other") is None


FORMS: dict[str, Any] = {
    "a list": [{"name": "roles/a", "includedPermissions": ["x.y.z"]}],
    "a page": {"roles": [{"name": "roles/a", "includedPermissions": ["x.y.z"]}], "nextPageToken": ""},
    "several pages": [{"roles": [{"name": "roles/a", "includedPermissions": ["x.y.z"]}]}, {"roles": []}],
    "one role, and one of the basic view": [
        {"name": "roles/a", "includedPermissions": ["x.y.z"]},
        {"name": "roles/b"},
    ],
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_forms_that_the_table_is_made_from(tmp_path: Path, content: Any) -> None:  # noqa: ANN401 - raw JSON
    file = tmp_path / "roles.json"
    file.write_text(json.dumps(content), "utf-8")
    assert read_roles(file) == {"roles/a": ["x.y.z"]}
    assert read_roles(tmp_path) == {"roles/a": ["x.y.z"]}


def test_the_table_says_when_and_where_from() -> None:
    table = unpack(TABLE.read_bytes())
    assert (table.date, len(table.roles) > 2_000) == ("2026-08-22", True)
    assert "roles.list" in table.source


def asked() -> set[str]:
    """Return every permission that stands in the code of hops and layers, and in their data."""
    found = {permission for deploy in load_deploys() for permission in deploy.permissions}
    found |= {permission for agent in load_agents() for way in agent.ways for permission in way}
    for file in sorted(PROVIDER.rglob("*.py")):
        if not {"collect", "cel"} & set(file.parts):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    text = node.value
                    if PERMISSION.fullmatch(text) and not NOT_PERMISSIONS.fullmatch(text):
                        found.add(text)
    return found


def test_every_permission_asked_for_is_in_some_role() -> None:
    known = set(unpack(TABLE.read_bytes()).permissions)
    assert len(asked()) > 70
    assert sorted(asked() - known) == []


VERSIONS = {
    "an account's tokens at version 3": (3, "iam.googleapis.com/serviceAccounts.getAccessToken", True),
    "not at version 2": (2, "iam.googleapis.com/serviceAccounts.getAccessToken", False),
    "models of BigQuery at version 2": (2, "bigquery.googleapis.com/models.export", True),
    "not at version 1": (1, "bigquery.googleapis.com/models.export", False),
    "reading objects at version 1": (1, "storage.googleapis.com/objects.get", True),
    "making objects at version 2": (2, "storage.googleapis.com/objects.create", True),
    "not making them at version 1": (1, "storage.googleapis.com/objects.create", False),
    "calling endpoints at version 1": (1, "aiplatform.googleapis.com/endpoints.predict", True),
    "what a version spares": (4, "aiplatform.googleapis.com/operations.list", False),
    "what a version spares and a later one blocks": (3, "pubsub.googleapis.com/schemas.validate", True),
    "calling a service at no version": (4, "run.googleapis.com/routes.invoke", False),
    "of a version that is not in the table": (5, "run.googleapis.com/routes.invoke", None),
    "of a service that is there in part": (4, "cloudsql.googleapis.com/instances.connect", True),
    "of such a service what is not there": (4, "dlp.googleapis.com/jobs.create", None),
}


@pytest.mark.parametrize(("version", "permission", "expected"), VERSIONS.values(), ids=VERSIONS)
def test_boundary_versions(version: int, permission: str, expected: bool | None) -> None:
    assert load_versions().blocks(version, permission) is expected
