"""Answers out of files: the same documents, and a gap for what no file answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from scanner.errors import ConfigError
from tests.providers.azure.collect.collecting import bodies, collected, exported, gaps
from tests.providers.azure.fakes import tenant
from tests.providers.azure.fakes.documents import TENANT, guid
from tests.providers.azure.fakes.server import serving
from tests.providers.azure.fakes.tenant import ACCOUNT, FEW, MODELS, documents

if TYPE_CHECKING:
    from pathlib import Path


def write(directory: Path, name: str, content: Any) -> str:  # noqa: ANN401 - JSON
    """Write a file of JSON and return its path."""
    path = directory / f"{name}.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def rows() -> list[Any]:
    return [d.body for d in documents(FEW) if d.id.service == "resourcegraph"]


def az_graph(found: list[Any], **more: object) -> dict[str, Any]:
    """Return what ``az graph query`` prints."""
    return {"count": len(found), "data": found, "skip_token": None, "total_records": len(found), **more}


def test_an_export_of_all_answers_is_as_good_as_the_cloud(tmp_path: Path) -> None:
    with serving(documents(FEW)) as fake:
        live = collected(fake.url)
    files = write(tmp_path, "graph", az_graph(rows())), write(tmp_path, "answers", fake.answers)
    found = exported(*files)
    assert bodies(found) == bodies(live)
    assert gaps(found) == gaps(live) == {}


def test_what_no_file_answers_is_a_gap(tmp_path: Path) -> None:
    found = exported(write(tmp_path, "graph", az_graph(rows())))
    assert {str(d.id) for d in found} == {
        str(d.id) for d in documents(FEW) if d.id.service == "resourcegraph"
    }
    told = gaps(found)
    assert {reason for reason, _ in told.values()} == {"not-collected"}
    containers = "Microsoft.Storage.storageAccounts.blobServices.containers"
    for id_ in ("arm:Microsoft.Authorization.denyAssignments", f"arm:{containers}/{ACCOUNT.lower()}"):
        assert f"azure:{MODELS}::{id_}" in told
    assert f"azure:{TENANT}::graph:users" in told


RESOURCE = {
    "id": ACCOUNT,
    "name": "ourlabml",
    "type": "Microsoft.Storage/storageAccounts",
    "properties": {"allowSharedKeyAccess": False},
}
CONTAINER = {
    "id": tenant.WEIGHTS,
    "type": "Microsoft.Storage/storageAccounts/blobServices/containers",
    "properties": {"publicAccess": "Blob"},
}
GROUP, MEMBERS = guid("b", 1), [{"id": guid("a", 7)}]
KEYS = f"azure:{MODELS}::arm:Microsoft.Storage.storageAccounts"
FORMS: dict[str, tuple[Any, set[str]]] = {
    "a resource": (RESOURCE, {f"{KEYS}/{ACCOUNT.lower()}"}),
    "an array of resources": (
        [RESOURCE, CONTAINER],
        {f"{KEYS}/{ACCOUNT.lower()}", f"{KEYS}.blobServices.containers/{tenant.WEIGHTS.lower()}"},
    ),
    "a list of ARM's": (
        {"value": [CONTAINER]},
        {f"{KEYS}.blobServices.containers/{tenant.WEIGHTS.lower()}"},
    ),
    "a list of Graph's with its context": (
        {
            "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users(id,mail)",
            "value": [{"id": "A-1"}],
        },
        {f"azure:{TENANT}::graph:users/a-1"},
    ),
    "a list of an object with its context": (
        {
            "@odata.context": f"https://graph.microsoft.com/v1.0/$metadata#groups('{GROUP}')/members",
            "value": MEMBERS,
        },
        set(),
    ),
    "questions and answers": (
        {
            "https://graph.microsoft.com/v1.0/groups?$top=999": {"value": [{"id": GROUP}]},
            f"https://graph.microsoft.com/beta/groups/{GROUP}/members": {"value": MEMBERS},
        },
        {f"azure:{TENANT}::graph:groups/{GROUP}", f"azure:{TENANT}::graph:groups.members/{GROUP}"},
    ),
    "several pages": (
        {"/v1.0/users": [{"value": [{"id": "1"}], "@odata.nextLink": "…"}, {"value": [{"id": "2"}]}]},
        {f"azure:{TENANT}::graph:users/1", f"azure:{TENANT}::graph:users/2"},
    ),
}


@pytest.mark.parametrize(("content", "expected"), FORMS.values(), ids=FORMS)
def test_a_form_of_file(tmp_path: Path, content: Any, expected: set[str]) -> None:  # noqa: ANN401 - JSON
    found = exported(write(tmp_path, "file", content), options={"tenant": TENANT})
    assert set(bodies(found)) == expected


def test_loose_rows_go_to_their_tables(tmp_path: Path) -> None:
    found = exported(write(tmp_path, "rows", rows()))
    fields = {d.id.field for d in found}
    assert fields == {"resources", "resourcecontainers", "authorizationresources"}


def test_a_loose_child_answers_for_its_parent_only(tmp_path: Path) -> None:
    found = exported(write(tmp_path, "graph", az_graph(rows())), write(tmp_path, "child", CONTAINER))
    told = [id_ for id_ in gaps(found) if "blobServices.containers" in id_]
    assert told
    assert not [id_ for id_ in told if "/ourlabml" in id_]


PARTIAL: dict[str, tuple[Any, str]] = {
    "more rows than came": (az_graph(rows()[:9], total_records=1_000), "resourcegraph:resourcecontainers"),
    "a token for more": (az_graph(rows()[:9], skip_token="x"), "resourcegraph:resourcecontainers"),
    "a link to more": ({"/v1.0/users": {"value": [{"id": "1"}], "@odata.nextLink": "…"}}, "graph:users"),
}


@pytest.mark.parametrize(("content", "field"), PARTIAL.values(), ids=PARTIAL)
def test_a_part_of_an_answer_is_kept_and_a_gap(tmp_path: Path, content: Any, field: str) -> None:  # noqa: ANN401 - JSON
    found = exported(write(tmp_path, "file", content), options={"tenant": TENANT})
    service, _, name = field.partition(":")
    assert found.all("azure", service, name)
    assert gaps(found)[f"azure:{TENANT}::{field}"][0] == "not-collected"


MISTAKES: dict[str, tuple[str, str]] = {
    "no JSON": ("{", "is no JSON"),
    "a number": ("3", "holds no answer of Azure"),
    "something else": ('{"a": 1}', "without id and type"),
    "rows without ids": ('{"data": [1]}', "without id and type"),
    "flattened by az": ('[{"id": "/x", "type": "Microsoft.X/y", "principalId": "p"}]', "has no properties"),
    "members of nobody": ('{"@odata.context": "…#directoryObjects", "value": []}', "whose list it is"),
    "one page": ('{"value": [], "nextLink": "https://…"}', "one page of several"),
    "an answer that is none": ('{"https://x/users": 1}', "no JSON object"),
}


@pytest.mark.parametrize(("content", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_file_that_is_none(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "file.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=message) as caught:
        exported(str(path))
    assert caught.value.file == str(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        exported(str(tmp_path / "none.json"))
