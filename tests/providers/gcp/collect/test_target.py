"""What may be asked for, why calls fail, and which questions are the same."""

from __future__ import annotations

from typing import Any

import pytest
from google.api_core import exceptions as api
from google.auth import exceptions as auth
from requests import exceptions as http

from scanner.errors import CollectError, ConfigError
from scanner.providers.gcp.collect import GcpTarget
from scanner.providers.gcp.collect.clients import Clients, filled
from scanner.providers.gcp.collect.failures import failure_of, is_transient
from scanner.providers.gcp.collect.found import Found
from scanner.providers.gcp.collect.storage import sampled
from scanner.providers.gcp.collect.table import Unreadable

WRONG: dict[str, tuple[dict[str, object], str]] = {
    "nothing": ({}, "give one of"),
    "two": ({"organization": "1", "project": "ourlab-models"}, "give one of"),
    "a project and a file": ({"project": "ourlab-models", "export": ("a",)}, "give one of"),
    "a name for a number": ({"organization": "ourlab"}, "`ourlab` is not the number"),
    "a project with capitals": ({"project": "OurLab"}, "is not the id of a project"),
    "an endpoint of another kind": ({"organization": "1", "endpoints": ("https://a:1",)}, "is neither"),
    "two endpoints of a kind": (
        {"organization": "1", "endpoints": ("http://a:1", "http://b:1")},
        "at most one",
    ),
    "no threads": ({"organization": "1", "threads": -1}, "out of bounds"),
    "a word for a number": ({"organization": "1", "threads": "many"}, "expected `int`"),
    "an unknown option": ({"organisation": "1"}, "did you mean `organization`"),
}


@pytest.mark.parametrize(("options", "message"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_asked_for(options: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        GcpTarget.of(options)


PARENTS = {
    "organizations/900000000001": {"organization": "900000000001"},
    "folders/8": {"folder": "8", "project": None},
    "projects/ourlab-models": {"project": "ourlab-models", "organization": ""},
    "projects/ourlab.example:models": {"project": "ourlab.example:models"},
}


@pytest.mark.parametrize(("parent", "options"), PARENTS.items())
def test_what_is_asked_for(parent: str, options: dict[str, object]) -> None:
    assert GcpTarget.of(options).parent == parent


FAILURES: dict[str, tuple[Exception, str, bool, bool]] = {
    "forbidden": (api.PermissionDenied("no"), "refused", False, False),  # type: ignore[no-untyped-call]  # the client has no types here
    "switched off": (api.Forbidden("SERVICE_DISABLED"), "refused", True, False),  # type: ignore[no-untyped-call]  # as above
    "signed out": (auth.RefreshError("expired"), "refused", False, False),  # type: ignore[no-untyped-call]  # as above
    "throttled": (api.ResourceExhausted("slow down"), "throttled", False, True),  # type: ignore[no-untyped-call]  # as above
    "down": (api.ServiceUnavailable("down"), "failed", False, True),  # type: ignore[no-untyped-call]  # as above
    "down until the end": (
        api.RetryError("tried", cause=api.TooManyRequests("slow")),  # type: ignore[no-untyped-call]  # as above
        "throttled",
        False,
        False,
    ),
    "no such method": (api.MethodNotImplemented("?"), "not-implemented", False, False),  # type: ignore[no-untyped-call]  # as above
    "no connection": (http.ConnectionError("reset"), "failed", False, True),
    "no JSON": (http.JSONDecodeError("?", "", 0), "unparseable", False, False),
    "our own check": (Unreadable("too-large", "x"), "too-large", False, False),
    "anything": (ZeroDivisionError("x"), "failed", False, False),
}


@pytest.mark.parametrize(("error", "reason", "closes", "again"), FAILURES.values(), ids=FAILURES)
def test_failures(error: Exception, reason: str, *, closes: bool, again: bool) -> None:
    found = failure_of(error)
    assert (found.reason, found.closes, is_transient(error)) == (reason, closes, again)


def test_without_credentials_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise auth.DefaultCredentialsError("none found")  # type: ignore[no-untyped-call]  # the client has no types here

    monkeypatch.setattr("google.auth.default", refuse)
    with pytest.raises(CollectError, match="no credentials for Google Cloud: none found"):
        Clients(GcpTarget(organization="1"))


PATHS = {
    "a segment": ("/b/{bucket}/o", {"bucket": "a/b c"}, "/b/a%2Fb%20c/o"),
    "a path": (
        "/v1/{+name}/providers",
        {"name": "projects/1/locations/global"},
        "/v1/projects/1/locations/global/providers",
    ),
    "no way up": ("/b/{bucket}/o", {"bucket": "../x?y#z"}, "/b/..%2Fx%3Fy%23z/o"),
}


@pytest.mark.parametrize(("path", "params", "expected"), PATHS.values(), ids=PATHS)
def test_paths(path: str, params: dict[str, str], expected: str) -> None:
    assert filled(path, params) == expected


def test_a_sample_keeps_what_looks_like_weights_and_what_is_shared() -> None:
    reader = [{"entity": "allUsers", "role": "READER"}]
    items: list[dict[str, Any]] = [{"name": f"logs/{i}.txt"} for i in range(990)]
    items += [{"name": f"m/model-{i:05}.safetensors"} for i in range(60)]
    items += [
        {"name": "open.txt", "acl": reader},
        {"name": "team.txt", "acl": [{"entity": "project-viewers-1"}]},
    ]
    found = sampled({"items": items, "nextPageToken": "x"})
    assert len(found["items"]) == 51
    assert {"name": "open.txt", "acl": reader} in found["items"]
    assert (found["objectCount"], found["isTruncated"]) == (1052, True)
    assert sampled({}) == {"items": [], "objectCount": 0, "isTruncated": False}


def test_projects_go_by_their_id_once_it_is_known() -> None:
    found = Found("organizations/1")
    asset = {
        "name": "//cloudresourcemanager.googleapis.com/projects/12",
        "assetType": "cloudresourcemanager.googleapis.com/Project",
        "ancestors": ["projects/12", "organizations/1"],
        "resource": {"data": {"projectId": "ourlab-models", "projectNumber": "12"}},
    }
    assert found.scope("projects/12") == "12"
    found.put("ListAssets.RESOURCE", str(asset["name"]), asset, listed=True)
    assert found.scope("projects/12") == "ourlab-models"
    assert found.scope_of({"name": "//compute.googleapis.com/projects/12/zones/z/disks/d"}) == "ourlab-models"
    assert found.containers() == ["organizations/1", "projects/12"]
    assert found.above() == []
