"""REST: http.server over the same estate. Routes are those that only read; any other call fails the test."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from tests.providers.gcp.fakes.estate import FakeGoogle, Refused, paged

if TYPE_CHECKING:
    from collections.abc import Iterator

_STATUS: Final = {
    "INVALID_ARGUMENT": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "RESOURCE_EXHAUSTED": 429,
    "INTERNAL": 500,
    "UNIMPLEMENTED": 501,
    "UNAVAILABLE": 503,
}
_CONTENTS: Final = ("CONTENT_TYPE_UNSPECIFIED", "RESOURCE", "IAM_POLICY", "", "ORG_POLICY", "ACCESS_POLICY")
_LISTS: Final = (
    "items",
    "memberships",
    "workloadIdentityPoolProviders",
    "locations",
    "reasoningEngines",
    "instances",
)


@contextmanager
def rest_serving(estate: FakeGoogle) -> Iterator[str]:
    """Serve an estate; yields the endpoint."""

    class Handler(_Handler):
        fake = estate

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeGoogle

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer("POST")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: ANN401 - as the base class has it
        pass

    def _answer(self, verb: str) -> None:
        where = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(where.query).items()}
        try:
            body = self._route(verb, unquote(where.path), parse_qs(where.query), query)
            status = 200
        except Refused as refused:
            status = _STATUS[refused.status]
            error = {"code": status, "message": str(refused), "status": refused.status}
            body = {"error": error}
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _route(
        self, verb: str, path: str, many: dict[str, list[str]], query: dict[str, str]
    ) -> dict[str, Any]:
        if verb == "POST" and not path.endswith(":getIamPolicy"):
            raise Refused("UNIMPLEMENTED", f"the fake takes no {verb} {path}")
        inventory = path.startswith("/v1/") and path.endswith("/assets")
        parent = path.removeprefix("/v1/").removesuffix("/assets")
        if inventory:
            return self._assets(parent, many, query)
        if path.startswith("/v2/policies/"):
            return self._denials(path.removeprefix("/v2/"), query)
        if path.startswith("/v3/") and path.endswith("/accessPolicies"):
            return {}
        for word in ("principalAccessBoundaryPolicies", "policyBindings"):
            if path.startswith("/v3/") and path.endswith(f"/locations/global/{word}"):
                return self._bound(word, path.removeprefix("/v3/"), query)
        return self._static(path, query)

    def _assets(self, parent: str, many: dict[str, list[str]], query: dict[str, str]) -> dict[str, Any]:
        asked = query.get("contentType", "0")
        content = _CONTENTS[int(asked)] if asked.isdigit() else asked
        token = query.get("pageToken", "")
        self.fake.called("ListAssets", f"{parent} {content} {token}")
        found = self.fake.listed(parent, content, many.get("assetTypes", []))
        items, token = paged(found, token, min(int(query["pageSize"]), self.fake.page))
        return {"assets": items, "nextPageToken": token, "readTime": "2026-11-22T06:00:00Z"}

    def _denials(self, name: str, query: dict[str, str]) -> dict[str, Any]:
        container = name.split("/")[1].replace("%2F", "/").partition(".com/")[2]
        policies = self.fake.denials.get(container, [])
        if name.endswith("/denypolicies"):
            self.fake.called("ListPolicies", name)
            found = [{k: v for k, v in policy.items() if k != "rules"} for policy in policies]
            items, token = paged(found, query.get("pageToken", ""), self.fake.page)
            return {"policies": items, "nextPageToken": token}
        self.fake.called("GetPolicy", name)
        for policy in policies:
            if policy["name"] == name:
                return policy
        raise Refused("NOT_FOUND", name)

    def _bound(self, word: str, path: str, query: dict[str, str]) -> dict[str, Any]:
        self.fake.called(f"List{word[0].upper()}{word[1:]}", path)
        listed = self.fake.bindings if word == "policyBindings" else self.fake.boundaries
        found = listed.get(path.partition("/locations/")[0], [])
        items, token = paged(found, query.get("pageToken", ""), self.fake.page)
        return {word: items, "nextPageToken": token}

    def _known(self, key: str) -> dict[str, Any]:
        """Return what is served under a path; a bucket or project that is there has empty lists."""
        if key in self.fake.answers:
            return self.fake.answers[key]
        owner = key.split("/")[4] if key.startswith(("/storage/v1/b/", "/storage/v1/projects/")) else ""
        if owner and owner in self.fake.names:
            return {"kind": "storage#list"}
        raise Refused("NOT_FOUND", key)

    def _static(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        """Answer by path, and for groups by mail address; lists page by page."""
        key = f"{path}?{query['groupKey.id']}" if "groupKey.id" in query else path
        self.fake.called("REST", key)
        body = dict(self._known(key))
        for name in _LISTS:
            if isinstance(body.get(name), list) and not path.endswith(("/acl", "/defaultObjectAcl")):
                body[name], token = paged(body[name], query.get("pageToken", ""), self.fake.page)
                body |= {"nextPageToken": token} if token else {}
        return body
